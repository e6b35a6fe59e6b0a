//! Tokens of a client in its own name: what they cost, how they end, and what happens where the store does not answer.

use crate::browser::{Fields, form_request};
use crate::fixture;
use crate::target::Answer;
use crate::world::World;
use base64::Engine as _;
use sealwax::client::Client;
use sealwax::http::{Method, Request};
use sealwax::oauth::{ClientId, TokenEndpointAuthMethod};
use sealwax::store::{self, Key, Store as _};
use serde_json::{Value, json};

/// A call of a client, with its secret in the header.
fn call(path: &str, client: &str, fields: &[(&str, &str)], world: &World) -> Answer {
    let form: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut request = form_request(path, &form);
    let joined = format!("{client}:{}", fixture::client_secret(client).unwrap());
    request.authorization = Some(format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(joined)));
    world.send(&request).into()
}

fn ask(client: &str, world: &World) -> Answer {
    call("/token", client, &[("grant_type", "client_credentials")], world)
}

fn token(world: &World) -> String {
    let answer = ask("machine", world);
    assert_eq!(answer.status, 200, "{answer:?}");
    json(&answer)["access_token"].as_str().unwrap().to_owned()
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// Whether the resource's server is told that it is good.
fn active(token: &str, world: &World) -> bool {
    let answer = call("/introspect", "api", &[("token", token)], world);
    assert_eq!(answer.status, 200, "{answer:?}");
    json(&answer)["active"] == true
}

fn keys(world: &World) -> Vec<String> {
    pollster::block_on(world.store.list("", None)).unwrap().names
}

fn revoked(world: &World) -> Vec<String> {
    keys(world).into_iter().filter(|key| key.starts_with("revoked/token/")).collect()
}

fn machine() -> Key {
    Key::client(&ClientId::parse("machine").unwrap())
}

fn change(change: impl FnOnce(Client) -> Client, world: &World) {
    let stored: Client = pollster::block_on(store::read(&world.store, &machine())).unwrap().unwrap();
    pollster::block_on(store::write(&world.store, &machine(), &change(stored))).unwrap();
}

#[test]
fn nothing_is_stored_and_the_ledger_is_not_asked() {
    let world = fixture::seeded(&[]);
    let before = keys(&world);
    world.ledger.fail(true);
    let token = token(&world);
    assert_eq!(world.logged()["event"], "client_token_issued");
    assert_eq!(world.logged()["client"], "machine");
    assert!(active(&token, &world));
    assert_eq!(call("/revoke", "machine", &[("token", &token)], &world).status, 200);
    assert!(!active(&token, &world), "the ledger has no part in it");
    assert_eq!(keys(&world).len(), before.len() + 1);
}

#[test]
fn a_revocation_is_forgotten_when_no_clock_takes_the_token_any_more() {
    let world = fixture::seeded(&[]);
    let token = token(&world);
    world.advance(599_000);
    assert_eq!(call("/revoke", "machine", &[("token", &token)], &world).status, 200);
    let log = world.log.borrow().join("\n");
    assert!(log.contains(r#""event":"revoked","client":"machine""#), "{log}");
    world.advance(60_999);
    assert_eq!(revoked(&world).len(), 1, "a minute beyond the token's end");
    world.advance(1);
    assert_eq!(revoked(&world), [""; 0]);
    assert_eq!(call("/revoke", "machine", &[("token", &token)], &world).status, 200, "there is nothing to revoke");
    assert_eq!(world.logged()["event"], "nothing_to_revoke");
    assert_eq!(revoked(&world), [""; 0]);
}

#[test]
fn what_cannot_be_revoked_is_not_said_to_be() {
    let world = fixture::seeded(&[]);
    let token = token(&world);
    world.store.fail_writes(Some("revoked/token/"));
    let answer = call("/revoke", "machine", &[("token", &token)], &world);
    assert_eq!((answer.status, &json(&answer)["error"]), (503, &json!("temporarily_unavailable")));
    assert!(!world.log.borrow().join("\n").contains(r#""event":"revoked""#));
    world.store.fail_writes(None);
    assert!(active(&token, &world));
}

#[test]
fn whether_it_was_revoked_is_unknown_where_the_store_does_not_answer() {
    let world = fixture::seeded(&[]);
    let token = token(&world);
    world.store.fail(true);
    let answer = call("/introspect", "api", &[("token", &token)], &world);
    assert_eq!((answer.status, &json(&answer)["error"]), (503, &json!("temporarily_unavailable")));
    let answer = ask("machine", &world);
    assert_eq!((answer.status, &json(&answer)["error"]), (503, &json!("temporarily_unavailable")));
}

#[test]
fn it_ends_with_its_client() {
    type Change = fn(Client) -> Client;
    let cases: [(Change, &str); 3] = [
        (|client| Client { epoch: client.epoch + 1, ..client }, "client_revoked"),
        (|client| Client { disabled: true, ..client }, "client_revoked"),
        (|client| Client { created: client.created.after_millis(10_000), ..client }, "client_revoked"),
    ];
    for (happens, cause) in cases {
        let world = fixture::seeded(&[]);
        let token = token(&world);
        assert!(active(&token, &world));
        change(happens, &world);
        assert!(!active(&token, &world));
        assert_eq!(world.logged()["cause"], cause);
    }
    let world = fixture::seeded(&[]);
    let token = token(&world);
    pollster::block_on(world.store.delete(&machine())).unwrap();
    assert!(!active(&token, &world));
    assert_eq!(world.logged()["cause"], "client_removed");
    assert_eq!(ask("machine", &world).status, 401);
}

#[test]
fn a_client_that_has_lost_the_grant_or_the_scope_gets_nothing_more() {
    let world = fixture::seeded(&[]);
    let before = token(&world);
    change(|client| Client { scope: "files:read".to_owned().try_into().unwrap(), ..client }, &world);
    assert_eq!(json(&ask("machine", &world))["error"], "invalid_scope");
    change(|client| Client { grant_types: Vec::new(), ..client }, &world);
    assert_eq!(json(&ask("machine", &world))["error"], "unauthorized_client");
    assert!(active(&before, &world), "what it holds goes on until it ends");
}

/// RFC 6749 §4.4: not even where a record says so that nobody could have registered.
#[test]
fn a_public_client_gets_none() {
    let world = fixture::seeded(&[]);
    let none = TokenEndpointAuthMethod::None;
    change(|client| Client { token_endpoint_auth_method: none, secrets: Vec::new(), ..client }, &world);
    let form = Fields::from([
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        ("client_id".to_owned(), "machine".to_owned()),
    ]);
    let answer: Answer = world.send(&form_request("/token", &form)).into();
    assert_eq!((answer.status, &json(&answer)["error"]), (400, &json!("unauthorized_client")));
    assert_eq!(world.logged()["cause"], "public_client");
}

/// OpenID Connect Core §5.3: not even where the issuer is its audience.
#[test]
fn userinfo_has_nobody_to_tell_about() {
    let world = fixture::seeded(&[("DEFAULT_RESOURCE", "")]);
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {}", token(&world)));
    let answer: Answer = world.send(&request).into();
    assert_eq!((answer.status, &json(&answer)["error"]), (401, &json!("invalid_token")));
    assert_eq!(world.logged()["cause"], "token_without_a_user");
}

/// A token of another deployment's realm, or of a key that is gone, is not ours, whatever its signature.
#[test]
fn a_token_whose_id_does_not_open_is_inactive() {
    let world = fixture::seeded(&[]);
    let elsewhere = fixture::seeded(&[("REALM", "elsewhere")]);
    let foreign = token(&elsewhere);
    assert!(active(&foreign, &elsewhere) && !active(&foreign, &world));
    assert_eq!(call("/revoke", "machine", &[("token", &foreign)], &world).status, 200);
    assert_eq!(revoked(&world), [""; 0]);
}
