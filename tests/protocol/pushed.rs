//! Pushed requests where something has changed, or fails, before they are answered.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::target::{Answer, Target};
use crate::world::World;
use sealwax::client::Client;
use sealwax::http::{Method, Request};
use sealwax::oauth::{ClientId, Scope, Timestamp};
use sealwax::store::{self, Key};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn request(client: &str, scope: &str) -> Fields {
    fields(&[
        ("client_id", client),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

/// The `request_uri` of a request of this public client.
fn push(client: &str, world: &World) -> String {
    let answer = Target::send(world, form_request("/par", &request(client, "openid notes:read")));
    assert_eq!(answer.status, 201, "{answer:#?}");
    assert_eq!(world.logged()["event"], "request_pushed");
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["request_uri"].as_str().unwrap().to_owned()
}

fn open(client: &str, request_uri: &str, browser: &Browser, world: &World) -> Answer {
    let query = encode(&fields(&[("client_id", client), ("request_uri", request_uri)]));
    browser.send(Request::new(Method::Get, "/authorize", &query), world)
}

fn error(answer: &Answer) -> Option<String> {
    answer.location()?.1.remove("error")
}

fn has_code(answer: &Answer) -> bool {
    answer.location().is_some_and(|(_, params)| params.contains_key("code"))
}

/// Changes the record of a client.
fn change(id: &str, change: impl FnOnce(&mut Client), world: &World) {
    let key = Key::client(&ClientId::parse(id).unwrap());
    let mut client: Client = pollster::block_on(store::read(&world.store, &key)).unwrap().unwrap();
    change(&mut client);
    fixture::put(world, &key, &client);
}

#[test]
fn pushing_and_looking_write_nothing_and_ask_no_ledger() {
    let world = fixture::seeded(&[]);
    world.store.fail_writes(Some(""));
    world.ledger.fail(true);
    let (request_uri, browser) = (push("spa", &world), Browser::default());
    assert!(request_uri.len() < 400, "{}", request_uri.len());
    for _ in 0..2 {
        let page = open("spa", &request_uri, &browser, &world);
        assert_eq!(page.status, 200, "{page:#?}");
        let denied = browser.answer(&page, "/login", &[("decision", "cancel")], &world);
        assert_eq!(error(&denied).as_deref(), Some("access_denied"));
    }
}

#[test]
fn where_the_ledger_fails_there_is_no_code_and_the_form_is_good_again() {
    let world = fixture::seeded(&[]);
    let (request_uri, browser) = (push("spa", &world), Browser::default());
    let page = open("spa", &request_uri, &browser, &world);
    let consent = browser.answer(&page, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    world.ledger.fail(true);
    let answer = browser.answer(&consent, "/consent", &[("decision", "allow")], &world);
    assert_eq!((answer.status, answer.header("location"), answer.header("retry-after")), (503, None, Some("5")));
    assert!(answer.body.contains("temporarily_unavailable"), "{answer:#?}");
    assert_eq!(world.logged()["cause"], "ledger_unavailable");
    world.ledger.fail(false);
    assert!(has_code(&browser.answer(&consent, "/consent", &[("decision", "allow")], &world)));
    let again = open("spa", &request_uri, &browser, &world);
    assert_eq!(error(&again).as_deref(), Some("invalid_request_uri"));
    assert_eq!(world.logged()["cause"], "pushed_request_used");
}

#[test]
fn without_the_ledger_it_can_be_used_for_its_ninety_seconds() {
    let world = fixture::seeded(&[("LEDGER", "off")]);
    let (request_uri, browser) = (push("spa", &world), Browser::default());
    for _ in 0..2 {
        let first = open("spa", &request_uri, &browser, &world);
        assert!(has_code(&browser.go_through(first, ADA, &Fields::new(), &world)));
    }
    world.advance(90_000);
    assert_eq!(error(&open("spa", &request_uri, &browser, &world)).as_deref(), Some("invalid_request_uri"));
}

#[test]
fn the_operator_can_ask_it_of_every_client() {
    let world = fixture::seeded(&[("REQUIRE_PUSHED_AUTHORIZATION_REQUESTS", "on")]);
    let browser = Browser::default();
    let plain = Request::new(Method::Get, "/authorize", &encode(&request("spa", "openid")));
    assert_eq!(error(&browser.send(plain, &world)).as_deref(), Some("invalid_request"));
    assert_eq!(world.logged()["cause"], "not_pushed");
    let first = open("spa", &push("spa", &world), &browser, &world);
    assert!(has_code(&browser.go_through(first, ADA, &Fields::new(), &world)));
    let metadata = browser.get("/.well-known/oauth-authorization-server", &world);
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata["require_pushed_authorization_requests"], true);
    assert_eq!(metadata["pushed_authorization_request_endpoint"], "https://id.example/par");
}

#[test]
fn a_registration_that_was_narrowed_or_replaced_counts() {
    let refused = |what: fn(&mut Client)| {
        let (world, browser) = (fixture::seeded(&[]), Browser::default());
        let request_uri = push("spa", &world);
        change("spa", what, &world);
        let answer = open("spa", &request_uri, &browser, &world);
        let cause = world.logged()["cause"].as_str().unwrap().to_owned();
        (answer.status, error(&answer).unwrap_or_default(), cause)
    };
    let told = |cause: &str| (303, "invalid_request_uri".to_owned(), cause.to_owned());
    assert_eq!(refused(|client| client.scope = Scope::parse("offline_access").unwrap()), told("client_narrowed"));
    assert_eq!(refused(|client| client.grant_types.clear()), told("client_narrowed"));
    assert_eq!(refused(|client| client.epoch += 1), told("client_revoked"));
    assert_eq!(
        refused(|client| client.created = Timestamp::from_millis(client.created.millis() + 60_000)),
        told("client_revoked")
    );
    // Nothing then vouches for where to return to.
    let on_a_page = (400, String::new());
    let (status, error, cause) = refused(|client| client.redirect_uris.clear());
    assert_eq!(((status, error), &*cause), (on_a_page.clone(), "redirect_uri_unknown"));
    let (status, error, cause) = refused(|client| client.disabled = true);
    assert_eq!(((status, error), &*cause), (on_a_page, "client_disabled"));
}

#[test]
fn what_is_left_of_the_scope_is_asked_for() {
    let (world, browser) = (fixture::seeded(&[]), Browser::default());
    let request_uri = push("spa", &world);
    change("spa", |client| client.scope = Scope::parse("openid").unwrap(), &world);
    let page = open("spa", &request_uri, &browser, &world);
    let consent = browser.answer(&page, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    assert!(consent.body.contains("allow") && !consent.body.contains("Read your notes"), "{consent:#?}");
}

#[test]
fn a_client_that_gained_other_redirect_uris_is_answered_where_it_asked() {
    let (world, browser) = (fixture::seeded(&[]), Browser::default());
    let request_uri = push("spa", &world);
    let metadata = json!({"client_id": "spa", "token_endpoint_auth_method": "none", "scope": "openid notes:read",
        "redirect_uris": ["https://spa.example/first", "https://spa.example/second", "https://spa.example/cb"]});
    fixture::register(&world, &metadata);
    let answer = browser.go_through(open("spa", &request_uri, &browser, &world), ADA, &Fields::new(), &world);
    assert_eq!(answer.location().unwrap().0, "https://spa.example/cb");
}
