//! What a thief tries where KV does not show a revocation yet: none of it outlives the record's arrival.

use crate::browser::{Browser, Fields, form_request};
use crate::fixture;
use crate::target::Answer;
use crate::world::{ISSUER, World};
use sealwax::endpoint::new_password;
use sealwax::http::Request;
use sealwax::store::{self, Key, Login, Store as _};
use serde_json::Value;

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn request(scope: &str) -> String {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    format!(
        "/authorize?client_id=spa&response_type=code&scope={scope}&code_challenge={challenge}&code_challenge_method=S256"
    )
}

/// Signs in and allows where that is asked for.
fn authorize(browser: &Browser, scope: &str, world: &World) -> Answer {
    let allow = Fields::from([("duration".to_owned(), "until_withdrawn".to_owned())]);
    browser.go_through(browser.get(&request(scope), world), ADA, &allow, world)
}

fn token(fields: &[(&str, &str)], world: &World) -> Answer {
    let mut form: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    form.insert("client_id".to_owned(), "spa".to_owned());
    let request: Request = form_request("/token", &form);
    world.send(&request).into()
}

fn redeem(answer: &Answer, world: &World) -> Value {
    let (_, params) = answer.location().expect("a code was issued");
    let fields = [("grant_type", "authorization_code"), ("code", &*params["code"]), ("code_verifier", VERIFIER)];
    let answer = token(&fields, world);
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

fn refresh(tokens: &Value, world: &World) -> u16 {
    let token_value = tokens["refresh_token"].as_str().unwrap();
    token(&[("grant_type", "refresh_token"), ("refresh_token", token_value)], world).status
}

fn revoked(world: &World) -> Key {
    let login: Login = pollster::block_on(store::read(&world.store, &Key::login("ada"))).unwrap().unwrap();
    Key::revoked(login.sub)
}

/// Does something where the records of these keys are as they were before something else happened.
fn where_kv_lags<T>(keys: &[Key], happens: impl FnOnce(), meanwhile: impl FnOnce() -> T, world: &World) -> T {
    let read = |key: &Key| pollster::block_on(world.store.get(key)).unwrap();
    let write = |key: &Key, value: Option<String>| match value {
        Some(value) => pollster::block_on(world.store.put(key, &value)).unwrap(),
        None => pollster::block_on(world.store.delete(key)).unwrap(),
    };
    let before: Vec<Option<String>> = keys.iter().map(read).collect();
    happens();
    let after: Vec<Option<String>> = keys.iter().map(read).collect();
    keys.iter().zip(before).for_each(|(key, value)| write(key, value));
    let outcome = meanwhile();
    keys.iter().zip(after).for_each(|(key, value)| write(key, value));
    outcome
}

fn sign_out(browser: &Browser, world: &World) {
    let page = browser.get("/end_session", world);
    let answer = browser.answer(&page, "/end_session", &[("decision", "sign_out")], world);
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Back-Channel Logout §2.7 spares what was there; not what a copy of the cookie begins afterwards.
#[test]
fn a_session_that_was_signed_out_begins_nothing_that_lasts() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let offline = redeem(&authorize(&browser, "openid+offline_access", &world), &world);
    let thief = browser.copy();
    world.advance(1000);
    let stolen = where_kv_lags(
        &[revoked(&world)],
        || sign_out(&browser, &world),
        || {
            world.advance(1000);
            authorize(&thief, "openid+offline_access", &world)
        },
        &world,
    );
    let stolen = redeem(&stolen, &world);
    assert_eq!(refresh(&stolen, &world), 400);
    assert_eq!(refresh(&offline, &world), 200, "what the user had allowed to outlast the session does");
}

#[test]
fn a_consent_that_a_dead_session_gives_does_not_stand() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let thief = browser.copy();
    world.advance(1000);
    where_kv_lags(
        &[revoked(&world)],
        || sign_out(&browser, &world),
        || {
            world.advance(1000);
            assert_eq!(authorize(&thief, "openid", &world).status, 303);
        },
        &world,
    );
    world.advance(1000);
    let user = Browser::default();
    user.sign_in(ADA, &world);
    let page = user.get(&request("openid"), &world);
    assert_eq!(page.status, 200, "the user is asked, not answered for");
    assert!(page.body.contains(r#"name="decision" value="allow""#));
    assert!(!user.get("/account", &world).body.contains("Notebook in the browser"));
}

/// The first end of a session counts: a later one would lie above what the thief began in between, and spare it.
#[test]
fn signing_out_once_more_revives_nothing() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let thief = browser.copy();
    world.advance(1000);
    let stolen = where_kv_lags(
        &[revoked(&world)],
        || sign_out(&browser, &world),
        || {
            world.advance(1000);
            let stolen = authorize(&thief, "openid+offline_access", &world);
            world.advance(1000);
            sign_out(&thief, &world);
            stolen
        },
        &world,
    );
    // What stands in the ledger is written with the next revocation.
    let other = Browser::default();
    other.sign_in(ADA, &world);
    sign_out(&other, &world);
    assert_eq!(refresh(&redeem(&stolen, &world), &world), 400);
    let user = Browser::default();
    user.sign_in(ADA, &world);
    assert_eq!(user.get(&request("openid"), &world).status, 200, "the user is asked, not answered for");
}

#[test]
fn a_link_is_dead_once_another_password_was_set_also_where_the_old_record_is_shown() {
    let world = fixture::seeded(&[]);
    let login: Login = pollster::block_on(store::read(&world.store, &Key::login("ada"))).unwrap().unwrap();
    let link = |world: &World| {
        let url = new_password::link(&login, false, &world.cx()).unwrap();
        url.strip_prefix(&format!("{ISSUER}/password?link=")).unwrap().to_owned()
    };
    let set = |link: &str, password: &str| {
        let fields = [("link", link), ("new_password", password), ("new_password_again", password)];
        let form: Fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Browser::default().post("/password", &form, &world).status
    };
    let stolen = link(&world);
    world.advance(120_000);
    let used = link(&world);
    let keys = [revoked(&world), Key::login("ada")];
    let status = where_kv_lags(
        &keys,
        || assert_eq!(set(&used, "the users own pass phrase"), 200),
        || set(&stolen, "the thiefs own pass phrase"),
        &world,
    );
    assert_eq!(status, 400);
    assert_eq!(Browser::default().sign_in(("ada", "the users own pass phrase"), &world).status, 303);
}
