//! The account page: faults halfway, and who is told.

use crate::browser::Browser;
use crate::fixture;
use crate::target::Answer;
use crate::world::World;
use sealwax::client::Client;
use sealwax::http::Errand;
use sealwax::oauth::{ClientId, RedirectUri};
use sealwax::store::{self, Key, Store as _};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const NEW: &str = "another pass phrase";
const CHANGE: &[(&str, &str)] =
    &[("do", "change_password"), ("current_password", ADA.1), ("new_password", NEW), ("new_password_again", NEW)];

/// A browser that has signed in to a client and allowed it what it asks for.
fn connected(client: &str, world: &World) -> Browser {
    let browser = Browser::default();
    let query = format!(
        "client_id={client}&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let first = browser.get(&format!("/authorize?{query}"), world);
    let last = browser.go_through(first, ADA, &crate::browser::Fields::new(), world);
    assert_eq!(last.status, 303);
    browser
}

fn act(browser: &Browser, fields: &[(&str, &str)], world: &World) -> Answer {
    let page = browser.get("/account", world);
    browser.answer(&page, "/account", fields, world)
}

/// Gives a client a URL where it is told of ended sessions.
fn tell(client: &str, world: &World) {
    let key = Key::client(&ClientId::parse(client).unwrap());
    let stored: Client = pollster::block_on(store::read(&world.store, &key)).unwrap().unwrap();
    let backchannel_logout_uri = Some(RedirectUri::parse("https://app.example/logout").unwrap());
    pollster::block_on(store::write(&world.store, &key, &Client { backchannel_logout_uri, ..stored })).unwrap();
}

/// Which clients were to be told, and whether one session was named.
fn told(world: &World) -> Vec<(String, bool)> {
    let told = world.errands.borrow().clone().into_iter().filter_map(|errand| match errand {
        Errand::NotifyLogout { client, sid, .. } => Some((client.to_string(), sid.is_some())),
        Errand::ClearTries(_) => None,
    });
    told.collect()
}

#[test]
fn clients_are_told_of_ended_sessions_and_not_of_consents() {
    let world = fixture::seeded(&[]);
    tell("web", &world);
    let named = vec![("web".to_owned(), true)];
    let all = vec![("web".to_owned(), false)];
    let elsewhere = connected("web", &world);
    let browser = connected("legacy", &world);
    let page = browser.get("/account", &world);
    let there = page.hidden("sign_in").unwrap();
    browser.answer(&page, "/account", &[("do", "sign_out"), ("sign_in", &there)], &world);
    assert_eq!(told(&world), named);
    assert!(elsewhere.get("/account", &world).body.contains(r#"name="password""#));
    let browser = connected("web", &world);
    act(&browser, &[("do", "sign_out")], &world);
    assert_eq!(told(&world), named);
    let browser = connected("web", &world);
    act(&browser, CHANGE, &world);
    assert_eq!(told(&world), all);
    act(&browser, &[("do", "sign_out_everywhere")], &world);
    assert_eq!(told(&world), all);
    let world = fixture::seeded(&[]);
    tell("web", &world);
    let browser = connected("web", &world);
    assert_eq!(act(&browser, &[("do", "disconnect"), ("app", "web")], &world).status, 303);
    assert_eq!(told(&world), []);
}

#[test]
fn what_cannot_be_revoked_is_not_said_to_be() {
    let actions: &[&[(&str, &str)]] =
        &[&[("do", "disconnect"), ("app", "web")], &[("do", "sign_out")], &[("do", "sign_out_everywhere")]];
    for action in actions {
        let world = fixture::seeded(&[]);
        let browser = connected("web", &world);
        let page = browser.get("/account", &world);
        world.store.fail_writes(Some("revoked/"));
        let answer = browser.answer(&page, "/account", action, &world);
        assert_eq!(answer.status, 503, "{action:?}");
        assert_eq!(answer.header("set-cookie"), None, "the cookie that could try again is kept");
        assert!(!world.log.borrow().iter().any(|line| line.contains(r#""event":"revoked""#)), "nor in the log");
        world.store.fail_writes(None);
    }
    let world = fixture::seeded(&[]);
    let browser = connected("web", &world);
    world.ledger.fail(true);
    assert_eq!(browser.get("/account", &world).status, 503);
}

#[test]
fn a_new_password_that_cannot_be_written_is_chosen_once_more() {
    let world = fixture::seeded(&[]);
    let browser = connected("web", &world);
    world.store.fail_writes(Some("login/"));
    let page = act(&browser, CHANGE, &world);
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    world.store.fail_writes(None);
    assert!(browser.get("/account", &world).body.contains(r#"name="password""#), "the old password's session is over");
    assert_eq!(Browser::default().sign_in(ADA, &world).status, 400);
    let link = page.hidden("link").unwrap();
    let fields = [("link", &*link), ("new_password", NEW), ("new_password_again", NEW)];
    assert_eq!(browser.answer(&Answer::default(), "/password", &fields, &world).status, 200);
    assert_eq!(Browser::default().sign_in(("ada", NEW), &world).status, 303);
}

#[test]
fn a_client_that_was_removed_can_still_be_disconnected() {
    let world = fixture::seeded(&[]);
    let browser = connected("web", &world);
    pollster::block_on(world.store.delete(&Key::client(&ClientId::parse("web").unwrap()))).unwrap();
    let page = browser.get("/account", &world);
    assert!(page.body.contains(r#"name="app" value="web""#));
    assert_eq!(browser.answer(&page, "/account", &[("do", "disconnect"), ("app", "web")], &world).status, 303);
    assert!(!browser.get("/account", &world).body.contains(r#"name="app""#));
}

#[test]
fn what_is_disconnected_in_one_browser_is_gone_in_the_other() {
    let world = fixture::seeded(&[]);
    let [one, other] = [connected("web", &world), connected("web", &world)];
    assert!(other.get("/account", &world).body.contains(r#"name="app" value="web""#));
    act(&one, &[("do", "disconnect"), ("app", "web")], &world);
    assert!(!other.get("/account", &world).body.contains(r#"name="app""#));
}

#[test]
fn a_form_names_sign_ins_by_hashes_of_the_users_own() {
    let world = fixture::seeded(&[]);
    let theirs = Browser::default();
    theirs.sign_in(("bob", "tr0ub4dor and 3"), &world);
    let also = Browser::default();
    also.sign_in(("bob", "tr0ub4dor and 3"), &world);
    let id = theirs.get("/account", &world).hidden("sign_in").unwrap();
    let mine = Browser::default();
    mine.sign_in(ADA, &world);
    assert_eq!(act(&mine, &[("do", "sign_out"), ("sign_in", &id)], &world).status, 400);
    assert!(also.get("/account", &world).body.contains("sign_out_everywhere"));
}

#[test]
fn a_form_of_an_earlier_sign_in_does_nothing_under_a_later_one() {
    let world = fixture::seeded(&[]);
    let browser = connected("web", &world);
    let page = browser.get("/account", &world);
    let query = "client_id=first&prompt=login&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let prompt = browser.get(&format!("/authorize?{query}"), &world);
    let bob = [("username", "bob"), ("password", "tr0ub4dor and 3")];
    assert_eq!(browser.answer(&prompt, "/login", &bob, &world).status, 303);
    let answer = browser.answer(&page, "/account", &[("do", "sign_out_everywhere")], &world);
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains(r#"role="alert""#) && answer.body.contains(">bob<"));
    assert!(browser.get("/account", &world).body.contains("This browser"));
}

#[test]
fn the_consents_of_a_password_end_with_it() {
    let world = fixture::seeded(&[]);
    let browser = connected("web", &world);
    act(&browser, CHANGE, &world);
    let page = browser.get("/account?done=password_changed", &world);
    assert!(page.body.contains("This browser") && !page.body.contains(r#"name="app""#));
}
