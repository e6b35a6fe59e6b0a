//! Clients that are there: changed, disabled, revoked, given another secret.

use super::{call, client, ok, put, put_off_and_repeated, record, refused, stored, web};
use crate::world::World;
use sealwax::client::{Client, ClientSecret};
use sealwax::oauth::{Lifetime, base64url};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const DAY: u64 = 86_400_000;

fn world() -> World {
    let world = World::new();
    ok(&world, &client("app", &web()));
    world.advance(5_000);
    world
}

fn about(op: &str) -> Value {
    json!({"op": op, "client_id": "app"})
}

fn update(metadata: &Value) -> Value {
    json!({"op": "client.update", "client_id": "app", "metadata": metadata})
}

fn rotate(secret: &str, overlap: Option<u64>) -> Value {
    let secret = base64url(Sha256::digest(secret));
    json!({"op": "client.rotate_secret", "client_id": "app", "secret": secret, "overlap": overlap})
}

/// Which of these secrets the client may use.
fn good<'a>(world: &World, secrets: &[&'a str]) -> Vec<&'a str> {
    let hashes = record(world, "app").secrets;
    let matches = |secret: &&&str| {
        let secret = ClientSecret::presented(secret).unwrap();
        hashes.iter().any(|hash| hash.matches(&secret, world.clock.get()))
    };
    secrets.iter().filter(matches).copied().collect()
}

/// RFC 7592 §2.2, save that what is left out stays.
#[test]
fn rfc_7592_2_2_members_replace_and_null_takes_back() {
    let world = world();
    let before = Client { epoch: 3, ..record(&world, "app") };
    put(&world, &before);
    let metadata = json!({
        "client_name": null, "scope": "openid profile", "refresh_token_lifetime": 3600, "resources": ["https://a.example"],
        "example_extension_parameter": 1, "epoch": 0, "created": 0, "disabled": true, "client_id": "other", "secrets": [],
    });
    let answer = ok(&world, &update(&metadata));
    assert_eq!((&answer["client_id"], &answer["secret_count"]), (&json!("app"), &json!(1)));
    let after = record(&world, "app");
    let expected = Client {
        client_name: None,
        scope: after.scope.clone(),
        refresh_token_lifetime: Some(Lifetime::seconds(3600)),
        resources: vec![sealwax::oauth::Resource::parse("https://a.example").unwrap()],
        ..before
    };
    assert_eq!(after, expected, "nothing else changed");
    assert_eq!(after.scope.to_string(), "openid profile");
    assert_eq!(world.logged()["event"], "operator.client_update");
    assert_eq!(ok(&world, &update(&json!({}))), answer, "nothing given, nothing changed");
    ok(&world, &update(&json!({"refresh_token_lifetime": null, "resources": null})));
    assert_eq!(record(&world, "app").refresh_token_lifetime, None);
}

#[test]
fn an_update_that_cannot_be_changes_nothing() {
    let world = world();
    let before = stored(&world);
    for (metadata, cause, told) in [
        (json!({"redirect_uris": null}), "metadata_invalid", "redirect_uris"),
        (json!({"redirect_uris": []}), "metadata_invalid", "redirect_uris"),
        (json!({"redirect_uris": ["http://a.example"]}), "call_malformed", "redirect_uris"),
        (json!({"scope": "openid offline_access"}), "metadata_invalid", "scope"),
        (json!({"client_name": "a\u{202e}b"}), "metadata_invalid", "client_name"),
        (json!({"jwks_uri": "http://a.example/jwks"}), "call_malformed", "jwks_uri"),
        (json!({"jwks_uri": "https://10.0.0.1/jwks"}), "metadata_invalid", "jwks_uri"),
        (json!({"id_token_signed_response_alg": "RS256"}), "metadata_invalid", "id_token_signed_response_alg"),
        (json!({"resources": ["nothing"]}), "call_malformed", "resources"),
        (json!({"refresh_token_idle": 59}), "metadata_invalid", "refresh_token_idle"),
        (json!("client_name"), "call_malformed", "metadata"),
        (Value::Null, "call_malformed", "metadata"),
    ] {
        let reply = call(&world, &update(&metadata));
        refused(&world, &reply, 400, "invalid_request", cause);
        assert!(reply.body.contains(told), "{told}: {}", reply.body);
    }
    assert_eq!(stored(&world), before);
}

#[test]
fn a_client_that_becomes_public_loses_its_secrets() {
    let world = world();
    assert_eq!(ok(&world, &update(&json!({"token_endpoint_auth_method": "none"})))["secret_count"], 0);
    let back = call(&world, &update(&json!({"token_endpoint_auth_method": "client_secret_basic"})));
    refused(&world, &back, 400, "invalid_request", "metadata_invalid");
    refused(&world, &call(&world, &rotate("two", None)), 400, "invalid_request", "client_public");
}

#[test]
fn what_is_revoked_of_a_client_is_its_epoch() {
    let world = world();
    let before = record(&world, "app");
    assert_eq!(ok(&world, &about("revoke.client"))["epoch"], 1);
    assert_eq!(world.logged()["event"], "operator.revoke_client");
    let after = record(&world, "app");
    assert!(!after.recognises(world.clock.get(), 0) && after.recognises(world.clock.get(), 1));
    assert_eq!(after, Client { epoch: 1, ..before });
    assert_eq!(put_off_and_repeated(&world, &about("revoke.client"))["epoch"], 2);
}

#[test]
fn a_disabled_client_may_do_nothing_until_it_is_enabled() {
    let world = world();
    let before = record(&world, "app");
    let disabled = ok(&world, &about("client.disable"));
    assert_eq!((&disabled["disabled"], &disabled["epoch"]), (&json!(true), &json!(1)));
    assert_eq!(ok(&world, &about("client.disable"))["epoch"], 1, "twice is once");
    assert!(!record(&world, "app").recognises(world.clock.get(), 1));
    assert_eq!(ok(&world, &update(&json!({"client_name": "New"})))["disabled"], true, "an update does not enable it");
    let mut anew = client("app", &web());
    anew["replace"] = json!(true);
    ok(&world, &anew);
    assert!(record(&world, "app").disabled, "nor does registering it anew");
    ok(&world, &about("client.enable"));
    let enabled = ok(&world, &about("client.enable"));
    assert_eq!((&enabled["disabled"], &enabled["epoch"]), (&Value::Null, &json!(1)));
    assert_eq!(record(&world, "app").client_name, before.client_name);
    put_off_and_repeated(&world, &about("client.disable"));
    put_off_and_repeated(&world, &about("client.enable"));
}

#[test]
fn two_secrets_overlap_for_a_day_unless_said_otherwise() {
    let world = world();
    assert_eq!(ok(&world, &rotate("two", None))["secret_count"], 2);
    assert_eq!(world.logged()["event"], "operator.client_rotate_secret");
    world.advance(DAY - 1);
    assert_eq!(good(&world, &["secret", "two"]), ["secret", "two"]);
    world.advance(1);
    assert_eq!(good(&world, &["secret", "two"]), ["two"]);
    assert_eq!(ok(&world, &about("client.show"))["secret_count"], 1, "what has ended does not count");
    assert_eq!(ok(&world, &rotate("three", Some(60)))["secret_count"], 2);
    assert_eq!(record(&world, "app").secrets.len(), 2, "what has ended is dropped");
    world.advance(60_000);
    assert_eq!(good(&world, &["secret", "two", "three"]), ["three"]);
    ok(&world, &rotate("four", Some(0)));
    assert_eq!(good(&world, &["three", "four"]), ["four"]);
    assert_eq!(record(&world, "app").epoch, 0, "its tokens live on");
}

#[test]
fn at_most_two_secrets_are_good_and_none_is_prolonged() {
    let world = world();
    ok(&world, &rotate("two", Some(3600)));
    ok(&world, &rotate("three", Some(60)));
    assert_eq!(good(&world, &["secret", "two", "three"]), ["two", "three"]);
    world.advance(60_000);
    assert_eq!(good(&world, &["two", "three"]), ["three"]);
}

#[test]
fn the_same_secret_again_is_a_repetition() {
    let world = world();
    let rotated = put_off_and_repeated(&world, &rotate("two", Some(3600)));
    let before = stored(&world);
    world.advance(1000);
    assert_eq!(ok(&world, &rotate("two", Some(3600))), rotated);
    assert_eq!(stored(&world), before, "the one before ends when it was to end");
    refused(&world, &call(&world, &rotate("secret", None)), 400, "invalid_request", "secret_repeated");
}

#[test]
fn secrets_and_overlaps_that_cannot_be_are_refused() {
    let world = world();
    let before = stored(&world);
    let with = |name: &str, value: Value| {
        let mut body = rotate("two", None);
        body[name] = value;
        body
    };
    for (body, cause) in [
        (rotate("two", Some(30 * 86_400 + 1)), "overlap_out_of_range"),
        (with("overlap", json!(-1)), "call_malformed"),
        (with("overlap", json!("24h")), "call_malformed"),
        (with("overlap", json!(1.5)), "call_malformed"),
        (with("overlap", json!(1_u64 << 32)), "call_malformed"),
        (with("secret", json!("two")), "secret_hash_malformed"),
        (with("secret", Value::Null), "call_malformed"),
        (with("secrets", json!([])), "call_malformed"),
    ] {
        refused(&world, &call(&world, &body), 400, "invalid_request", cause);
    }
    assert_eq!(stored(&world), before);
    assert_eq!(ok(&world, &rotate("two", Some(30 * 86_400)))["secret_count"], 2);
}

#[test]
fn a_client_that_is_not_there_cannot_be_changed() {
    let world = world();
    let bodies = ["client.disable", "client.enable", "revoke.client"].map(about);
    for mut body in bodies.into_iter().chain([update(&json!({})), rotate("two", None)]) {
        body["client_id"] = json!("nobody");
        refused(&world, &call(&world, &body), 404, "invalid_request", "client_unknown");
        body["client_id"] = json!("a b");
        refused(&world, &call(&world, &body), 400, "invalid_request", "client_id_malformed");
        body.as_object_mut().unwrap().remove("client_id");
        refused(&world, &call(&world, &body), 400, "invalid_request", "call_malformed");
    }
}
