//! Attacks on what ends access. Each test states what has to hold.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::target::{Answer, Target};
use crate::world::{ISSUER, World};
use sealwax::endpoint::new_password;
use sealwax::http::{Method, Request};
use sealwax::oauth::{Bytes16 as _, CodeChallenge, CodeVerifier, SubjectId};
use sealwax::store::{self, Key, Login, Store as _};
use serde_json::Value;

const ADA: (&str, &str) = ("ada", "correct horse battery");
const NEW: (&str, &str) = ("ada", "another pass phrase");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn authorize(client: &str, scope: &str, prompt: Option<&str>, browser: &Browser, world: &World) -> Answer {
    let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
    let mut query = fields(&[
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", fixture::redirect_uri(client)),
        ("scope", scope),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    query.extend(prompt.map(|prompt| ("prompt".to_owned(), prompt.to_owned())));
    browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world)
}

fn token(client: &str, more: &[(&str, &str)], world: &World) -> Value {
    let mut form = fields(&[("client_id", client)]);
    form.extend(fixture::client_secret(client).map(|secret| ("client_secret".to_owned(), secret)));
    form.extend(fields(more));
    serde_json::from_str(&Target::send(world, form_request("/token", &form)).body).unwrap()
}

/// The code of an answer, redeemed.
fn redeem(client: &str, answer: &Answer, world: &World) -> Value {
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").unwrap();
    let redirect_uri = fixture::redirect_uri(client);
    let more = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    token(client, &more, world)
}

fn revoked() -> Key {
    Key::revoked(SubjectId::from_bytes([1; 16]))
}

/// KV before the revocation arrived, and what it will show.
fn lag(world: &World) -> String {
    let record = pollster::block_on(world.store.get(&revoked())).unwrap().unwrap();
    pollster::block_on(world.store.delete(&revoked())).unwrap();
    record
}

fn arrive(record: &str, world: &World) {
    pollster::block_on(world.store.put(&revoked(), record)).unwrap();
}

fn sign_out(browser: &Browser, world: &World) {
    let question = browser.get("/end_session", world);
    let answer = browser.answer(&question, "/end_session", &[("decision", "sign_out")], world);
    assert!(answer.body.contains("signed_out"), "{answer:#?}");
}

fn everywhere(browser: &Browser, world: &World) {
    let page = browser.get("/account", world);
    let answer = browser.answer(&page, "/account", &[("do", "sign_out_everywhere")], world);
    assert_eq!(answer.status, 303, "{answer:#?}");
}

fn laundered_by_offline_access(client: &str, more: &[(&str, &str)]) {
    let world = fixture::seeded(more);
    let browser = Browser::default();
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    let thief = browser.copy();
    world.advance(60_000);
    sign_out(&browser, &world);
    let record = lag(&world);
    world.advance(1_000);
    let first = authorize(client, "openid offline_access", None, &thief, &world);
    let answer = thief.go_through(first, ("nobody", "nothing"), &Fields::new(), &world);
    let tokens = redeem(client, &answer, &world);
    arrive(&record, &world);
    world.advance(600_000);
    let refresh = tokens["refresh_token"].as_str().unwrap_or_else(|| panic!("{tokens}"));
    let renewed = token(client, &[("grant_type", "refresh_token"), ("refresh_token", refresh)], &world);
    assert_eq!(renewed["error"], "invalid_grant", "a grant that a signed-out session began lives: {renewed}");
}

/// F1
#[test]
fn a_signed_out_session_begins_nothing_that_outlasts_it_where_tokens_rotate() {
    laundered_by_offline_access("spa", &[]);
}

/// F1
#[test]
fn a_signed_out_session_begins_nothing_that_outlasts_it_where_they_do_not() {
    laundered_by_offline_access("web", &[("REVOCATION", "ledger")]);
}

/// F2
#[test]
fn a_revoked_session_leaves_no_consent_behind() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    let thief = browser.copy();
    world.advance(60_000);
    everywhere(&browser, &world);
    let record = lag(&world);
    world.advance(1_000);
    let first = authorize("web", "openid profile notes:read notes:write offline_access", None, &thief, &world);
    let extra = fields(&[("duration", "until_withdrawn"), ("scope", "notes:write")]);
    let answer = thief.go_through(first, ("nobody", "nothing"), &extra, &world);
    assert!(answer.location().is_some_and(|(_, params)| params.contains_key("code")), "{answer:#?}");
    arrive(&record, &world);
    world.advance(600_000);
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    let silent =
        authorize("web", "openid profile notes:read notes:write offline_access", Some("none"), &browser, &world);
    let params = silent.location().unwrap().1;
    assert_eq!(params.get("error").map(String::as_str), Some("consent_required"), "{params:?}");
}

/// F3
#[test]
fn a_link_dies_with_the_password_that_it_replaces_also_where_kv_lags() {
    let world = fixture::seeded(&[]);
    let login = || pollster::block_on(store::read::<Login>(&world.store, &Key::login("ada"))).unwrap().unwrap();
    let before = login();
    let url = new_password::link(&before, false, &world.cx()).unwrap();
    let link = url.strip_prefix(&format!("{ISSUER}/password?link=")).unwrap();
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let page = browser.get("/account", &world);
    let change = [
        ("do", "change_password"),
        ("current_password", ADA.1),
        ("new_password", NEW.1),
        ("new_password_again", NEW.1),
    ];
    assert_eq!(browser.answer(&page, "/account", &change, &world).status, 303);
    world.advance(30_000);
    // A location that read the record a moment ago shows it for a minute.
    fixture::put(&world, &Key::login("ada"), &before);
    let form =
        fields(&[("link", link), ("new_password", "the thief's phrase"), ("new_password_again", "the thief's phrase")]);
    let answer = Browser::default().post("/password", &form, &world);
    assert_eq!(answer.status, 400, "the thief of an old link has set a password");
}

/// F4
#[test]
fn a_consent_that_was_revoked_does_not_come_back_when_the_revocation_is_swept() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let extra = fields(&[("duration", "until_withdrawn")]);
    let first = authorize("web", "openid notes:read", None, &browser, &world);
    browser.go_through(first, ADA, &extra, &world);
    world.advance(60_000);
    everywhere(&browser, &world);
    let silent = |browser: &Browser| {
        let params = authorize("web", "openid notes:read", Some("none"), browser, &world).location().unwrap().1;
        params.get("error").cloned()
    };
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    assert_eq!(silent(&browser).as_deref(), Some("consent_required"), "it was revoked");
    world.advance(401 * 86_400_000);
    // Any revocation sweeps.
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    sign_out(&browser, &world);
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    assert_eq!(silent(&browser).as_deref(), Some("consent_required"), "it is back");
}

/// F5
#[test]
fn a_browser_that_knew_the_old_password_is_a_stranger_to_the_new_one() {
    let world = fixture::seeded(&[]);
    // One who knows the password lays in browsers that are no strangers.
    let browsers: Vec<Browser> = (0..3).map(|_| Browser::default()).collect();
    for browser in &browsers {
        assert_eq!(browser.sign_in(ADA, &world).status, 303);
    }
    let owner = Browser::default();
    owner.sign_in(ADA, &world);
    let page = owner.get("/account", &world);
    let change = [
        ("do", "change_password"),
        ("current_password", ADA.1),
        ("new_password", NEW.1),
        ("new_password_again", NEW.1),
    ];
    assert_eq!(owner.answer(&page, "/account", &change, &world).status, 303);
    let tries = browsers.iter().map(|browser| {
        let page = browser.get("/account", &world);
        let tried = |_: &usize| {
            let fields = [("username", "ada"), ("password", "a wrong guess")];
            browser.answer(&page, "/login", &fields, &world).status == 400
        };
        (0..12).take_while(tried).count()
    });
    let tries: usize = tries.sum();
    assert!(tries <= 10, "{tries} guesses at the new password without a wait");
}

/// F8
#[test]
fn who_set_the_password_by_a_link_is_not_locked_out_by_strangers() {
    let world = fixture::seeded(&[]);
    let login = pollster::block_on(store::read::<Login>(&world.store, &Key::login("ada"))).unwrap().unwrap();
    let url = new_password::link(&login, true, &world.cx()).unwrap();
    let link = url.strip_prefix(&format!("{ISSUER}/password?link=")).unwrap();
    let browser = Browser::default();
    let form = fields(&[("link", link), ("new_password", NEW.1), ("new_password_again", NEW.1)]);
    assert_eq!(browser.post("/password", &form, &world).status, 200);
    for _ in 0..10 {
        assert_eq!(Browser::default().sign_in(("ada", "wrong password"), &world).status, 400);
    }
    assert_eq!(browser.sign_in(NEW, &world).status, 303, "a stranger keeps the owner out");
}

/// F9: the sign-in was stamped by a clock that is 3 s ahead of the ledger's and the operator's.
#[test]
fn a_revocation_by_the_operator_reaches_what_a_clock_ahead_has_stamped() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let before = world.clock.get();
    world.advance(3_000);
    assert_eq!(browser.sign_in(ADA, &world).status, 303);
    world.clock.set(before.after_millis(1_000));
    crate::operator::ok(&world, &serde_json::json!({"op": "revoke.user", "username": "ada"}));
    world.advance(60_000);
    assert!(browser.get("/account", &world).body.contains(r#"name="password""#), "the session lives");
    let page = browser.get("/account", &world);
    assert!(!page.body.contains("sign_out_everywhere"), "the session outlived revoke.user");
}

/// F10: RFC 7009 §2: a client signs its user out with the token at hand, which has been idle for too long; the family has
/// been renewed meanwhile.
#[test]
fn revoking_an_old_generation_ends_the_family() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let first = authorize("spa", "openid offline_access", None, &browser, &world);
    let answer = browser.go_through(first, ADA, &Fields::new(), &world);
    let tokens = redeem("spa", &answer, &world);
    let old = tokens["refresh_token"].as_str().unwrap();
    world.advance(13 * 86_400_000);
    let renewed = token("spa", &[("grant_type", "refresh_token"), ("refresh_token", old)], &world);
    let newest = renewed["refresh_token"].as_str().unwrap();
    world.advance(2 * 86_400_000);
    let form = fields(&[("client_id", "spa"), ("token", old)]);
    assert_eq!(Target::send(&world, form_request("/revoke", &form)).status, 200);
    let again = token("spa", &[("grant_type", "refresh_token"), ("refresh_token", newest)], &world);
    assert_eq!(again["error"], "invalid_grant", "answered 200, and the family lives");
}
