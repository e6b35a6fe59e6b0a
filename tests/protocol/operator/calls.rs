//! Whose calls are taken.

use super::{Call, LIST, call, refused, unauthorized};
use crate::world::{ISSUER, World, ed25519, es256, key, post, public_set};
use sealwax::http::{MAX_BODY, Request};
use sealwax::oauth::base64url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

#[test]
fn without_operator_keys_the_endpoint_does_not_exist() {
    let world = World::with(&[("OPERATOR_KEYS", "")]);
    assert_eq!(call(&world, &json!({"op": "client.list"})).status, 404);
}

/// RFC 6750 §3: a challenge to whoever sends no token, or one in another scheme.
#[test]
fn rfc_6750_3_a_token_is_needed() {
    let world = World::new();
    let request = post("/operator", "application/json", LIST);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_missing");
    for (header, cause) in [
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Bearer ", "token_malformed"),
        ("Basic YTpi", "token_missing"),
        ("Bearer a.b", "token_malformed"),
        ("Bearer a.b.c.d", "token_malformed"),
        ("Bearer e30.e30.", "token_malformed"),
        ("Bearer \u{e9}.\u{e9}.\u{e9}", "token_malformed"),
        (&*format!("Bearer {}", "a".repeat(4097)), "token_too_long"),
    ] {
        let request = Request { authorization: Some(header.to_owned()), ..request.clone() };
        refused(&world, &world.send(&request), 401, "invalid_token", cause);
    }
}

/// RFC 8725 §3.1, §3.11; RFC 7515 §4.1.11.
#[test]
fn rfc_8725_3_key_type_and_algorithm_are_not_the_tokens_to_choose() {
    let world = World::new();
    let list = || Call::new(&world, LIST);
    unauthorized(&world, &list().header("typ", "JWT"), "type_wrong");
    unauthorized(&world, &list().header("typ", Value::Null), "type_wrong");
    unauthorized(&world, &list().header("kid", key(&es256("other")).kid()), "key_unknown");
    unauthorized(&world, &list().header("kid", Value::Null), "key_unknown");
    unauthorized(&world, &list().header("alg", "none"), "algorithm_wrong");
    unauthorized(&world, &list().header("alg", "HS256"), "algorithm_wrong");
    unauthorized(&world, &list().header("alg", "EdDSA"), "algorithm_wrong");
    unauthorized(&world, &list().header("crit", json!(["b64"])), "critical_extension");
}

#[test]
fn the_signature_must_hold() {
    let world = World::new();
    let call = Call::new(&world, LIST);
    let stranger = key(&es256("stranger"));
    refused(&world, &world.send(&call.request(&stranger)), 401, "invalid_token", "signature_wrong");
    let mut request = call.request(&world.operator);
    let bearer = request.authorization.take().unwrap();
    for bent in [bearer.rsplit_once('.').unwrap().0.to_owned() + ".", bearer.replacen("eyJ", "eyK", 2)] {
        let request = Request { authorization: Some(bent), ..request.clone() };
        assert_eq!(world.send(&request).status, 401);
    }
    // A token of the server's own, of the right shape: it signs many things, this is none of them.
    let server = key(&es256("signing"));
    let call = call.header("kid", server.kid());
    refused(&world, &world.send(&call.request(&server)), 401, "invalid_token", "key_unknown");
}

#[test]
fn a_token_is_for_this_issuer_this_body_and_this_minute() {
    let world = World::new();
    let now = world.clock.get().seconds();
    let list = || Call::new(&world, LIST);
    let hash = |body: &str| base64url(Sha256::digest(body));
    unauthorized(&world, &list().claim("aud", "https://other.example"), "audience_wrong");
    unauthorized(&world, &list().claim("aud", format!("{ISSUER}/")), "audience_wrong");
    unauthorized(&world, &list().claim("aud", json!([ISSUER])), "claims_malformed");
    unauthorized(&world, &list().without("aud"), "claims_malformed");
    unauthorized(&world, &list().claim("exp", now + 61), "lifetime_too_long");
    unauthorized(&world, &list().claim("iat", now + 61), "lifetime_too_long");
    unauthorized(&world, &list().claim("exp", i64::MAX), "lifetime_too_long");
    unauthorized(&world, &list().claim("iat", -1), "claims_malformed");
    unauthorized(&world, &list().without("exp"), "claims_malformed");
    unauthorized(&world, &list().without("iat"), "claims_malformed");
    unauthorized(&world, &list().claim("iat", now - 60).claim("exp", now - 5), "token_untimely");
    unauthorized(&world, &list().claim("iat", now + 6), "token_untimely");
    unauthorized(&world, &list().claim("body", hash("{}")), "body_changed");
    unauthorized(&world, &list().without("body"), "claims_malformed");
    unauthorized(&world, &list().claim("jti", base64url([1; 15])), "jti_malformed");
    unauthorized(&world, &list().claim("jti", "not base64url, but long enough"), "jti_malformed");
    unauthorized(&world, &list().without("jti"), "claims_malformed");
    let leeway = list().claim("iat", now - 60).claim("exp", now - 4);
    assert_eq!(world.send(&leeway.request(&world.operator)).status, 200);
    let ahead = list().claim("iat", now + 5).claim("exp", now + 65).claim("jti", base64url([1; 16]));
    assert_eq!(world.send(&ahead.request(&world.operator)).status, 200);
}

#[test]
fn a_token_works_once() {
    let world = World::new();
    let request = Call::new(&world, LIST).request(&world.operator);
    assert_eq!(world.send(&request).status, 200);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_replayed");
    world.advance(64_999);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_replayed");
    world.advance(1);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_untimely");
}

/// What `LEDGER = "off"` costs here.
#[test]
fn without_a_ledger_a_token_works_for_its_minute() {
    let world = World::with(&[("LEDGER", "off")]);
    let request = Call::new(&world, LIST).request(&world.operator);
    assert_eq!([world.send(&request).status, world.send(&request).status], [200, 200]);
}

#[test]
fn what_fails_before_it_is_spent_does_not_spend_it() {
    let world = World::new();
    world.ledger.fail(true);
    let request = Call::new(&world, LIST).request(&world.operator);
    let reply = world.send(&request);
    refused(&world, &reply, 503, "temporarily_unavailable", "ledger_unavailable");
    assert_eq!(reply.get("retry-after"), Some("5"));
    world.ledger.fail(false);
    let changed = Request { body: Some(b"{}".to_vec()), ..request.clone() };
    refused(&world, &world.send(&changed), 401, "invalid_token", "body_changed");
    assert_eq!(world.send(&request).status, 200);
}

#[test]
fn any_listed_key_may_call_by_its_own_algorithm() {
    let (first, second) = (key(&es256("first")), key(&ed25519("second")));
    let world = World::with(&[("OPERATOR_KEYS", &public_set(&[&first, &second]))]);
    let call = Call::new(&world, LIST).header("kid", second.kid()).header("alg", "EdDSA");
    assert_eq!(world.send(&call.request(&second)).status, 200);
    refused(
        &world,
        &world.send(&Call::new(&world, LIST).request(&world.operator)),
        401,
        "invalid_token",
        "key_unknown",
    );
}

#[test]
fn bodies_are_json_and_short() {
    let world = World::new();
    for content_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let call = Call { content_type, ..Call::new(&world, LIST) };
        refused(&world, &world.send(&call.request(&world.operator)), 400, "invalid_request", "content_type");
    }
    let call = Call { content_type: "application/json; charset=utf-8", ..Call::new(&world, LIST) };
    assert_eq!(world.send(&call.request(&world.operator)).status, 200);
    let oversize = Request { body: None, ..Call::new(&world, LIST).request(&world.operator) };
    refused(&world, &world.send(&oversize), 400, "invalid_request", "body_too_long");
    let deep = format!(r#"{{"op":"client.add","x":{}"#, "[".repeat(MAX_BODY - 100));
    for body in ["", "{", "[]", "null", r#"{"op":"client.steal"}"#, r#"{"op":"client.list","all":true}"#, &deep] {
        let reply = world.send(&Call::new(&world, body).request(&world.operator));
        refused(&world, &reply, 400, "invalid_request", "call_malformed");
    }
}
