//! `private_key_jwt` (RFC 7523, OpenID Connect Core §9): what proves who a client is, and what does not.

use crate::browser::{Fields, form_request};
use crate::client_key::{public, signed};
use crate::fixture::{self, register};
use crate::target::Answer;
use crate::world::{ISSUER, World, es256, post};
use sealwax::client::Client;
use sealwax::http::Document;
use sealwax::oauth::{RedirectUri, base64url};
use sealwax::store::Key;
use serde_json::{Value, json};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const JWKS_URI: &str = "https://robot.company.com/jwks.json";

/// Header and claims of an assertion, each of which a test may bend.
#[derive(Clone)]
struct Assertion {
    header: Value,
    claims: Value,
}

impl Assertion {
    fn new(world: &World, jti: &str) -> Self {
        let now = world.clock.get().seconds();
        Self {
            header: json!({"alg": "ES256", "kid": "k"}),
            claims: json!({"iss": "robot", "sub": "robot", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti}),
        }
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    fn signed(&self) -> String {
        signed(&self.header, &self.claims)
    }
}

fn robot(more: &Value) -> Value {
    let mut metadata = json!({"client_id": "robot", "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"], "scope": "notes:read", "jwks": {"keys": [public("ES256", "k")]}});
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    metadata
}

fn world(more: &Value) -> World {
    let world = fixture::seeded(&[]);
    register(&world, &robot(more));
    world
}

fn call(path: &str, fields: &[(&str, &str)], world: &World) -> Answer {
    let fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.send(&form_request(path, &fields)).into()
}

fn token(assertion: &str, world: &World) -> Answer {
    let fields =
        [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", assertion)];
    call("/token", &fields, world)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, cause: &str, world: &World) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let told = (answer.status, body["error"].as_str().unwrap(), world.logged()["cause"].clone());
    assert_eq!(told, (status, code, json!(cause)));
}

fn set(keys: &[Value]) -> Document {
    let body = json!({ "keys": keys }).to_string();
    Document { status: 200, media_type: "application/json".to_owned(), body }
}

fn publish(world: &World, keys: &[Value]) {
    world.documents.borrow_mut().insert(JWKS_URI.to_owned(), set(keys));
}

#[test]
fn every_algorithm_and_audience() {
    for alg in ["ES256", "RS256", "PS256", "EdDSA"] {
        let world = world(&json!({"jwks": {"keys": [public(alg, "k")]}}));
        let assertion = Assertion::new(&world, "1").header("alg", alg);
        assert_eq!(token(&assertion.signed(), &world).status, 200, "{alg}");
        for (jti, aud) in [("2", json!(format!("{ISSUER}/token"))), ("3", json!(["https://other.example", ISSUER]))] {
            let assertion = assertion.clone().claim("jti", jti).claim("aud", aud.clone());
            assert_eq!(token(&assertion.signed(), &world).status, 200, "{alg} {aud}");
        }
    }
    // RFC 9864 §2.2, and what Authlib gives an assertion to live.
    let world = world(&json!({"jwks": {"keys": [public("EdDSA", "k")]}}));
    let hour = world.clock.get().seconds() + 3600;
    let assertion = Assertion::new(&world, "1").header("alg", "Ed25519").claim("exp", hour);
    assert_eq!(token(&assertion.signed(), &world).status, 200);
}

/// RFC 9126 §2: the URL of the endpoint that is called will do, of another one it will not.
#[test]
fn the_endpoint_that_is_called_is_an_audience_too() {
    let world = world(&json!({}));
    for (jti, aud, status) in [("1", "/introspect", 200), ("2", "/revoke", 401)] {
        let assertion = Assertion::new(&world, jti).claim("aud", format!("{ISSUER}{aud}")).signed();
        let fields = [("token", "x"), ("client_assertion_type", TYPE), ("client_assertion", &*assertion)];
        assert_eq!(call("/introspect", &fields, &world).status, status, "{aud}");
    }
}

#[test]
fn a_key_is_found_without_its_name_too() {
    let world = world(&json!({"jwks": {"keys": [public("EdDSA", "k"), public("ES256", "l")]}}));
    let mut assertion = Assertion::new(&world, "1");
    assertion.header.as_object_mut().unwrap().remove("kid");
    assert_eq!(token(&assertion.signed(), &world).status, 200);
}

#[test]
fn what_proves_nothing_spends_nothing() {
    let world = world(&json!({}));
    let good = Assertion::new(&world, "1");
    let now = world.clock.get().seconds();
    let cases = [
        (good.clone().header("alg", "none"), "algorithm_wrong"),
        (good.clone().header("alg", "HS256"), "algorithm_wrong"),
        (good.clone().header("alg", "ES384"), "algorithm_wrong"),
        (good.clone().header("alg", "EdDSA"), "key_unknown"),
        (good.clone().header("alg", "Ed25519"), "key_unknown"),
        (good.clone().header("kid", "other"), "key_unknown"),
        (good.clone().header("crit", json!(["exp"])), "critical_extension"),
        (good.clone().header("typ", "at+jwt"), "type_wrong"),
        (good.clone().claim("iss", "web"), "assertion_of_another"),
        (good.clone().claim("aud", "https://id.example/"), "assertion_audience"),
        (good.clone().claim("aud", Value::Null), "assertion_audience"),
        (good.clone().claim("exp", now - 6), "expired"),
        (good.clone().claim("exp", now + 3606), "lifetime_too_long"),
        (good.clone().claim("exp", Value::Null), "exp_missing"),
        (good.clone().claim("nbf", now + 30), "not_yet_valid"),
        (good.clone().claim("jti", Value::Null), "assertion_jti"),
        (good.clone().claim("jti", "x".repeat(257)), "assertion_jti"),
    ];
    for (assertion, cause) in cases {
        refused(&token(&assertion.signed(), &world), 401, "invalid_client", cause, &world);
    }
    let signed = good.signed();
    let (input, _) = signed.rsplit_once('.').unwrap();
    for (assertion, cause) in [
        (format!("{input}."), "signature_wrong"),
        (format!("{input}.{}", base64url([1; 64])), "signature_wrong"),
        (input.to_owned(), "assertion_malformed"),
        ("a.b.c".to_owned(), "assertion_malformed"),
        ("x".repeat(4097), "assertion_too_long"),
        // Somebody else's name under this client's signature.
        (good.clone().claim("sub", "web").claim("iss", "web").signed(), "method_not_registered"),
        (good.clone().claim("sub", "nobody").claim("iss", "nobody").signed(), "client_unknown"),
    ] {
        refused(&token(&assertion, &world), 401, "invalid_client", cause, &world);
    }
    assert_eq!(token(&signed, &world).status, 200, "its jti was not used up");
    refused(&token(&signed, &world), 401, "invalid_client", "assertion_replayed", &world);
}

#[test]
fn one_way_at_a_time_and_the_registered_one() {
    let world = world(&json!({}));
    let assertion = Assertion::new(&world, "1").signed();
    let proof = [("client_assertion_type", TYPE), ("client_assertion", &*assertion)];
    let with = |more: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> =
            [("grant_type", "client_credentials")].iter().chain(&proof).chain(more).copied().collect();
        call("/token", &fields, &world)
    };
    refused(&with(&[("client_secret", "x")]), 400, "invalid_request", "two_authentication_methods", &world);
    refused(&with(&[("client_id", "web")]), 401, "invalid_client", "assertion_of_another", &world);
    let only = |fields: &[(&str, &str)]| call("/token", fields, &world);
    let grant = ("grant_type", "client_credentials");
    refused(&only(&[grant, proof[1]]), 400, "invalid_request", "assertion_incomplete", &world);
    refused(&only(&[grant, proof[0]]), 400, "invalid_request", "assertion_incomplete", &world);
    let other = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
    refused(&only(&[grant, other, proof[1]]), 401, "invalid_client", "assertion_type", &world);
    refused(&only(&[grant, ("client_id", "robot")]), 401, "invalid_client", "secret_missing", &world);
    let secret = [grant, ("client_id", "robot"), ("client_secret", "x")];
    refused(&only(&secret), 401, "invalid_client", "secret_wrong", &world);
    assert_eq!(with(&[("client_id", "robot")]).status, 200);
}

#[test]
fn the_registered_algorithm_alone() {
    let keys = json!({"keys": [public("RS256", "k")]});
    let world = world(&json!({"jwks": keys, "token_endpoint_auth_signing_alg": "PS256"}));
    let assertion = Assertion::new(&world, "1");
    let other = assertion.clone().header("alg", "RS256").signed();
    refused(&token(&other, &world), 401, "invalid_client", "algorithm_wrong", &world);
    assert_eq!(token(&assertion.header("alg", "PS256").signed(), &world).status, 200);
}

#[test]
fn published_keys_are_fetched_and_once_more_for_a_new_name() {
    let world = world(&json!({"jwks": null, "jwks_uri": JWKS_URI}));
    let assertion = |jti: &str, kid: &str| token(&Assertion::new(&world, jti).header("kid", kid).signed(), &world);
    refused(&assertion("1", "k"), 503, "temporarily_unavailable", "jwks_uri_unreachable", &world);
    publish(&world, &[public("ES256", "k")]);
    assert_eq!(assertion("1", "k").status, 200);
    let fetched = world.fetched.borrow().len();
    refused(&assertion("2", "l"), 401, "invalid_client", "key_unknown", &world);
    assert_eq!(world.fetched.borrow().len(), fetched + 2, "the second time with a smaller age");
    publish(&world, &[public("ES256", "l")]);
    assert_eq!(assertion("2", "l").status, 200);
    let private = json!({"keys": [es256("robot")]}).to_string();
    let garbage = ["<html>", "{\"keys\":[]}", "", "[]", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", &private];
    let odd = [(404, "{}"), (302, ""), (500, "")].map(|(status, body)| (status, body, "jwks_uri_status"));
    for (status, body, cause) in odd.into_iter().chain(garbage.map(|body| (200, body, "jwks_uri_garbage"))) {
        let document = Document { status, media_type: String::new(), body: body.to_owned() };
        world.documents.borrow_mut().insert(JWKS_URI.to_owned(), document);
        refused(&assertion("3", "l"), 503, "temporarily_unavailable", cause, &world);
    }
    publish(&world, &[public("ES256", "l")]);
    assert_eq!(assertion("3", "l").status, 200, "nothing was spent");
}

/// A key that took the place of another under the same name, or without one, is as new as one of a new name.
#[test]
fn a_signature_that_does_not_hold_may_be_of_a_newer_key() {
    let world = world(&json!({"jwks": null, "jwks_uri": JWKS_URI}));
    let old = json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    world.copies.borrow_mut().insert(JWKS_URI.to_owned(), set(std::slice::from_ref(&old)));
    for kid in [json!("k"), Value::Null] {
        publish(&world, &[public("ES256", "k")]);
        let assertion = Assertion::new(&world, &kid.to_string()).header("kid", kid.clone());
        assert_eq!(token(&assertion.signed(), &world).status, 200, "{kid}");
        publish(&world, std::slice::from_ref(&old));
        let again = assertion.claim("jti", format!("{kid} again")).signed();
        refused(&token(&again, &world), 401, "invalid_client", "signature_wrong", &world);
    }
    let garbage = Document { body: "<html>".to_owned(), ..set(&[]) };
    world.copies.borrow_mut().insert(JWKS_URI.to_owned(), garbage);
    publish(&world, &[public("ES256", "k")]);
    assert_eq!(token(&Assertion::new(&world, "mended").signed(), &world).status, 200);
}

#[test]
fn keys_are_fetched_where_the_rule_lets_them_be_alone() {
    let world = world(&json!({}));
    let client = register(&world, &robot(&json!({"jwks": null, "jwks_uri": JWKS_URI})));
    for uri in
        ["https://127.0.0.1/", "https://printer.local/", "https://robot.company.com:8443/", "http://localhost:1/"]
    {
        let jwks_uri = Some(RedirectUri::parse(uri).unwrap_or_else(|_| panic!("{uri}")));
        fixture::put(&world, &Key::client(&client.client_id), &Client { jwks_uri, ..client.clone() });
        let assertion = Assertion::new(&world, "1").signed();
        refused(&token(&assertion, &world), 503, "temporarily_unavailable", "jwks_uri_refused", &world);
    }
    assert!(world.fetched.borrow().is_empty());
}

#[test]
fn a_parameter_that_comes_twice_proves_nothing() {
    let world = world(&json!({}));
    let assertion = Assertion::new(&world, "1").signed();
    let proof = format!("client_assertion_type={TYPE}&client_assertion={assertion}");
    for again in ["client_assertion=x", "client_assertion=", &format!("client_assertion_type={TYPE}")] {
        let body = format!("grant_type=client_credentials&{proof}&{again}");
        let answer = world.send(&post("/token", "application/x-www-form-urlencoded", &body)).into();
        refused(&answer, 400, "invalid_request", "duplicate_parameter", &world);
    }
    assert_eq!(token(&assertion, &world).status, 200, "nothing was spent");
}

#[test]
fn a_header_beside_an_assertion_is_another_way() {
    let world = world(&json!({}));
    let assertion = Assertion::new(&world, "1").signed();
    let fields =
        [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", &*assertion)];
    let fields: Fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let mut request = form_request("/token", &fields);
    request.authorization = Some("Basic cm9ib3Q6eA==".to_owned());
    let answer: Answer = world.send(&request).into();
    refused(&answer, 400, "invalid_request", "two_authentication_methods", &world);
}

/// The same claims under the key of another client.
#[test]
fn another_clients_key_is_none_of_this_ones() {
    let world = world(&json!({}));
    register(&world, &robot(&json!({"client_id": "other", "jwks": {"keys": [public("EdDSA", "o")]}})));
    let stranger = Assertion::new(&world, "1").header("alg", "EdDSA").header("kid", "o").signed();
    refused(&token(&stranger, &world), 401, "invalid_client", "key_unknown", &world);
    let own = Assertion::new(&world, "1").header("alg", "EdDSA").header("kid", "o");
    let own = own.claim("iss", "other").claim("sub", "other").signed();
    assert_eq!(token(&own, &world).status, 200);
    // A `jti` is a client's own: the same one of another client is another one.
    assert_eq!(token(&Assertion::new(&world, "1").signed(), &world).status, 200);
}

/// RFC 6749 §3.2.1, OpenID Connect Core §9: a client of a secret has no assertions, whatever keys it registered.
#[test]
fn a_client_of_a_secret_has_no_assertions() {
    let world = world(&json!({}));
    let keys = json!({"keys": [public("ES256", "k")]});
    let secret = "s".repeat(43);
    register(
        &world,
        &json!({"client_id": "robot", "client_secret": secret, "grant_types": ["client_credentials"],
        "scope": "notes:read", "jwks": keys}),
    );
    let assertion = Assertion::new(&world, "1").signed();
    refused(&token(&assertion, &world), 401, "invalid_client", "method_not_registered", &world);
    let fields = [("grant_type", "client_credentials"), ("client_id", "robot"), ("client_secret", &*secret)];
    assert_eq!(call("/token", &fields, &world).status, 200);
}

#[test]
fn without_the_ledger_nobody_knows_and_switched_off_it_rests_on_its_life() {
    let world = world(&json!({}));
    let assertion = Assertion::new(&world, "1").signed();
    world.ledger.fail(true);
    refused(&token(&assertion, &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    world.ledger.fail(false);
    assert_eq!(token(&assertion, &world).status, 200);
    let off = fixture::seeded(&[("LEDGER", "off")]);
    register(&off, &robot(&json!({})));
    off.ledger.fail(true);
    let long = Assertion::new(&off, "2").claim("exp", off.clock.get().seconds() + 606).signed();
    refused(&token(&long, &off), 401, "invalid_client", "lifetime_too_long", &off);
    let assertion = Assertion::new(&off, "1").signed();
    assert_eq!([token(&assertion, &off).status, token(&assertion, &off).status], [200, 200]);
    off.advance(66_000);
    refused(&token(&assertion, &off), 401, "invalid_client", "expired", &off);
}

#[test]
fn a_disabled_client_proves_nothing_and_spends_nothing() {
    let world = world(&json!({}));
    let assertion = Assertion::new(&world, "1").signed();
    let client = register(&world, &robot(&json!({})));
    fixture::put(&world, &Key::client(&client.client_id), &Client { disabled: true, ..client.clone() });
    refused(&token(&assertion, &world), 401, "invalid_client", "client_disabled", &world);
    fixture::put(&world, &Key::client(&client.client_id), &client);
    assert_eq!(token(&assertion, &world).status, 200);
}

/// RFC 7517 §5: of what else a client publishes this server need not understand a word.
#[test]
fn a_malformed_key_beside_a_good_one_is_passed_over() {
    let world = world(&json!({"jwks": null, "jwks_uri": JWKS_URI}));
    let (numbers, nothing) = (json!({"kty": "RSA", "n": "AQAB", "e": 65537}), json!({"kid": "x"}));
    publish(&world, &[numbers.clone(), nothing, Value::Null, public("ES256", "k")]);
    assert_eq!(token(&Assertion::new(&world, "1").signed(), &world).status, 200);
    publish(&world, &[numbers]);
    let cause = "jwks_uri_garbage";
    refused(&token(&Assertion::new(&world, "2").signed(), &world), 503, "temporarily_unavailable", cause, &world);
}

/// RFC 9101 §10.8: whoever sees a link must not be able to authenticate with what stands in it.
#[test]
fn a_request_object_is_no_assertion() {
    let world = world(&json!({}));
    let object = Assertion::new(&world, "1").claim("response_type", "code").claim("client_id", "robot");
    refused(&token(&object.signed(), &world), 401, "invalid_client", "assertion_is_a_request", &world);
    let typed = object.header("typ", "oauth-authz-req+jwt");
    refused(&token(&typed.signed(), &world), 401, "invalid_client", "type_wrong", &world);
    assert_eq!(token(&Assertion::new(&world, "1").signed(), &world).status, 200, "nothing was spent");
}
