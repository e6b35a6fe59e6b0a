//! `health`: how the server is, and never a key.

use super::{Call, call, ok, refused};
use crate::world::{ISSUER, World, bytes, es256, ring};
use sealwax::oauth::base64url;
use serde_json::{Value, json};

const HEALTH: &str = r#"{"op":"health"}"#;

fn health(world: &World) -> Value {
    ok(world, &json!({"op": "health"}))
}

#[test]
fn it_tells_what_the_server_rests_on() {
    let world = World::new();
    let report = health(&world);
    assert_eq!(world.logged()["event"], "operator.health");
    assert_eq!((&report["issuer"], &report["version"]), (&json!(ISSUER), &json!(sealwax::VERSION)));
    assert_eq!(report["now"], json!(world.clock.get()));
    assert_eq!([&report["store"], &report["ledger"], &report["revocation"]], ["ok", "ok", "kv"]);
    assert_eq!(report["lifetimes"]["access_token"], 600);
    assert_eq!(report["lifetimes"]["session_idle"], 86_400);
    let off = health(&World::with(&[("LEDGER", "off")]));
    assert_eq!(off["ledger"], "off");
    assert_eq!(health(&World::with(&[("REVOCATION", "ledger")]))["revocation"], "ledger");
}

#[test]
fn keys_are_told_by_name_state_and_age() {
    let mut dated = es256("dated");
    dated["created"] = json!(1_700_000_000);
    dated["state"] = json!("next");
    let (old, new) = (base64url(bytes("old")), base64url(bytes("new")));
    let sealing = json!({"keys": [
        {"kid": "0000000a", "state": "retired", "key": old, "opens_until": 1_800_000_000},
        {"kid": "0000000b", "state": "active", "key": new, "created": 1_700_000_001},
    ]});
    let world = World::with(&[("SIGNING_KEY_3", &dated.to_string()), ("SEALING_KEYS", &sealing.to_string())]);
    let report = health(&world);
    let expected = json!({"kid": dated["kid"], "alg": "ES256", "state": "next", "created": 1_700_000_000});
    assert_eq!(report["signing_keys"][2], expected);
    assert_eq!(report["signing_keys"][0]["created"], Value::Null, "not known");
    assert_eq!(
        report["sealing_keys"],
        json!([
            {"kid": "0000000a", "state": "retired", "created": null, "opens_until": 1_800_000_000},
            {"kid": "0000000b", "state": "active", "created": 1_700_000_001},
        ])
    );
    assert_eq!(report["client_keys"], json!([{"kid": "00000001", "state": "active", "created": null}]));
}

#[test]
fn no_key_is_in_it() {
    let report = health(&World::new()).to_string();
    let rings =
        ["sealing", "client"].map(|name| serde_json::from_str::<Value>(&ring(name)).unwrap()["keys"][0].clone());
    let secrets = [es256("signing")["d"].clone(), rings[0]["key"].clone(), rings[1]["key"].clone()];
    for secret in secrets {
        assert!(!report.contains(secret.as_str().unwrap()));
    }
}

/// That is when it is asked for.
#[test]
fn it_is_answered_while_store_and_ledger_fail() {
    let world = World::new();
    world.store.fail(true);
    assert_eq!([&health(&world)["store"], &health(&world)["ledger"]], ["failing", "ok"]);
    world.ledger.fail(true);
    assert_eq!([&health(&world)["store"], &health(&world)["ledger"]], ["failing", "failing"]);
    world.store.fail(false);
    assert_eq!([&health(&world)["store"], &health(&world)["ledger"]], ["ok", "failing"]);
}

#[test]
fn it_is_the_operators_alone_and_for_a_minute() {
    let world = World::new();
    let request = Call::new(&world, HEALTH).request(&world.operator);
    assert_eq!([world.send(&request).status, world.send(&request).status], [200, 200]);
    // What was signed to ask for this asks for nothing else.
    let mut other = request.clone();
    other.body = Some(super::LIST.as_bytes().to_vec());
    refused(&world, &world.send(&other), 401, "invalid_token", "body_changed");
    world.advance(65_000);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_untimely");
    let mut anonymous = request;
    anonymous.authorization = None;
    refused(&world, &world.send(&anonymous), 401, "invalid_token", "token_missing");
    refused(&world, &call(&world, &json!({"op": "health", "more": 1})), 400, "invalid_request", "call_malformed");
}

#[test]
fn a_date_that_is_none_is_a_faulty_key() {
    for created in [json!("2026-01-01"), json!(-1), json!(1.5)] {
        let mut jwk = es256("signing");
        jwk["created"] = created.clone();
        assert!(sealwax::jwt::SigningKey::parse(&jwk.to_string()).is_err(), "{created}");
    }
}
