//! Initial access tokens (RFC 7591 §3).

use super::{App, CALLBACK, is_active, parsed, redeployed, refused, send};
use crate::browser::Browser;
use crate::fixture;
use crate::operator::{call, ok};
use crate::world::World;
use sealwax::http::Method;
use serde_json::{Value, json};

const ASKED: (&str, &str) = ("REGISTRATION", "initial_access_token");

fn made(world: &World, more: &Value) -> Value {
    let mut body = json!({"op": "client.initial_token"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ok(world, &body)
}

fn metadata() -> Value {
    json!({"redirect_uris": [CALLBACK], "scope": "openid notes:read offline_access"})
}

#[test]
fn without_a_good_token_nobody_registers() {
    let world = fixture::seeded(&[ASKED]);
    let refused_with = |token: Option<&str>, cause: &str| {
        let reply = send(&metadata(), token, &world);
        refused(&reply, 401, "invalid_token");
        let challenge = if token.is_none() { "Bearer" } else { "Bearer error=\"invalid_token\"" };
        assert_eq!(reply.get("www-authenticate"), Some(challenge));
        assert_eq!(world.logged()["cause"], cause);
    };
    refused_with(None, "token_missing");
    refused_with(Some("x"), "seal_malformed");
    let token = made(&world, &json!({"label": "CI of the notes"}));
    let text = token["token"].as_str().unwrap();
    let mut touched = text.to_owned();
    touched.replace_range(60..61, if &text[60..61] == "A" { "B" } else { "A" });
    refused_with(Some(&touched), "seal_forged");
    for _ in 0..2 {
        assert_eq!(send(&metadata(), Some(text), &world).status, 201, "any number of times");
        let named = format!("{} CI of the notes", token["id"].as_str().unwrap());
        assert_eq!(world.logged()["initial_token"], json!(named));
        assert!(!world.log.borrow().last().unwrap().contains(text));
    }
    let app = App::of(parsed(&send(&metadata(), Some(text), &world)));
    refused_with(Some(app.told["registration_access_token"].as_str().unwrap()), "seal_unknown_version");
    assert_eq!(app.manage(Method::Get, None, &world).status, 200);
    refused(&app.manage(Method::Post, Some(&metadata()), &world), 401, "invalid_token");
}

#[test]
fn it_ends_when_it_was_said_to() {
    let world = fixture::seeded(&[ASKED]);
    let week = made(&world, &json!({}));
    let minute = made(&world, &json!({"lifetime": 60}));
    assert_eq!(minute["until"], json!(world.clock.get().after_millis(60_000).millis()));
    let works = |token: &Value| send(&metadata(), token["token"].as_str(), &world).status == 201;
    world.advance(59_999);
    assert!(works(&minute) && works(&week));
    world.advance(1);
    assert!(!works(&minute) && works(&week));
    world.advance(7 * 86_400_000);
    assert!(!works(&week));
    for (body, cause) in [
        (json!({"lifetime": 0}), "lifetime_out_of_range"),
        (json!({"lifetime": 34_560_001}), "lifetime_out_of_range"),
        (json!({"label": "x".repeat(65)}), "label_malformed"),
        (json!({"label": "a\nb"}), "label_malformed"),
    ] {
        let mut call_body = json!({"op": "client.initial_token"});
        call_body.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        assert_eq!(call(&world, &call_body).status, 400, "{body}");
        assert_eq!(world.logged()["cause"], cause);
    }
}

/// Whatever was registered with it goes with it; others stay.
#[test]
fn a_token_that_is_denied_takes_its_clients_along() {
    let world = fixture::seeded(&[ASKED]);
    let [bad, good] = ["bad", "good"].map(|label| made(&world, &json!({"label": label})));
    let [theirs, ours] =
        [&bad, &good].map(|token| App::of(parsed(&send(&metadata(), token["token"].as_str(), &world))));
    let tokens = theirs.tokens("openid notes:read offline_access", &world);
    let denied = redeployed(&world, &[ASKED, ("DENIED_INITIAL_TOKENS", bad["id"].as_str().unwrap())]);
    refused(&send(&metadata(), bad["token"].as_str(), &denied), 401, "invalid_token");
    assert_eq!(denied.logged()["cause"], "initial_token_denied");
    assert_eq!(send(&metadata(), good["token"].as_str(), &denied).status, 201);
    let page = theirs.open("openid", &Browser::default(), &denied);
    assert_eq!((page.status, page.header("location")), (400, None));
    assert_eq!(theirs.refresh(&tokens, &denied).status, 401);
    assert!(!is_active(&tokens, &denied));
    refused(&theirs.manage(Method::Get, None, &denied), 401, "invalid_token");
    let update = json!({"redirect_uris": ["https://app.example/new"]});
    refused(&theirs.update(update, &denied), 401, "invalid_token");
    assert_eq!(ours.tokens("openid", &denied)["token_type"], "Bearer");
    let shown = ok(&denied, &json!({"op": "client.show", "client_id": theirs.id}));
    assert_eq!((&shown["refused"], &shown["initial_token"]), (&json!("initial_token_denied"), &bad["id"]));
}

/// An update keeps what the client came from.
#[test]
fn an_update_does_not_shake_off_the_token() {
    let world = fixture::seeded(&[ASKED]);
    let token = made(&world, &json!({}));
    let app = App::of(parsed(&send(&metadata(), token["token"].as_str(), &world)));
    assert_eq!(app.update(metadata(), &world).status, 200);
    let denied = redeployed(&world, &[ASKED, ("DENIED_INITIAL_TOKENS", token["id"].as_str().unwrap())]);
    assert_eq!(app.redeem("x", &denied).status, 401);
}

/// Where nobody is asked for one, a good one is still written down.
#[test]
fn open_registration_remembers_a_token_that_was_shown() {
    let world = fixture::seeded(&[]);
    let token = made(&world, &json!({}));
    let app = App::of(parsed(&send(&metadata(), token["token"].as_str(), &world)));
    refused(&send(&metadata(), Some("whatever"), &world), 401, "invalid_token");
    let denied = redeployed(&world, &[("DENIED_INITIAL_TOKENS", token["id"].as_str().unwrap())]);
    assert_eq!(app.redeem("x", &denied).status, 401);
    refused(&send(&metadata(), token["token"].as_str(), &denied), 401, "invalid_token");
}
