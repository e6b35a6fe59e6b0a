//! Inputs that nobody sends in earnest: each endpoint refuses them with a code of its own, and none fails.

use crate::browser::Browser;
use crate::client_key::signed;
use crate::fixture;
use crate::world::{ISSUER, World, post};
use sealwax::http::{Method, Request};
use serde_json::{Value, json};

fn hostile() -> Vec<String> {
    let mut all = ["null", "[]", "{}", "\"\"", "%00", "%ff", "\u{202e}", "-1", "1e999", "=", "&", "../..", "a%0d%0ab"]
        .map(str::to_owned)
        .to_vec();
    all.push("[".repeat(10_000));
    all.push("{\"a\":".repeat(5_000));
    all.push("x".repeat(23_000));
    all.push("é".repeat(5_000));
    all
}

#[track_caller]
fn sound(reply: &sealwax::http::Reply, what: &str) {
    assert!(reply.status < 500 || reply.status == 503, "{what}: {} {}", reply.status, reply.body);
    assert_ne!(reply.status, 503, "{what}: {}", reply.body);
    let control = |text: &str| text.contains(['\r', '\n']);
    assert!(!reply.headers.iter().any(|(name, value)| control(name) || control(value)), "{what}");
}

const NAMES: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "device_code",
    "scope",
    "resource",
    "audience",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "request",
    "request_uri",
    "requested_token_type",
    "token",
    "user_code",
    "redirect_uri",
    "code",
    "refresh_token",
];

#[test]
fn forms() {
    let world = fixture::seeded(&[]);
    let grants = [
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "refresh_token",
        "authorization_code",
    ];
    for path in ["/token", "/par", "/device_authorization", "/introspect", "/revoke"] {
        for client in ["archive", "tv"] {
            let secret = fixture::client_secret(client).unwrap_or_default();
            for (number, value) in hostile().iter().enumerate() {
                for name in NAMES {
                    let grant = grants[number % grants.len()];
                    let body = format!("client_id={client}&client_secret={secret}&grant_type={grant}&{name}={value}");
                    sound(
                        &world.send(&post(path, "application/x-www-form-urlencoded", &body)),
                        &format!("{path} {name}"),
                    );
                }
            }
        }
    }
}

#[test]
fn queries() {
    let world = fixture::seeded(&[]);
    for value in hostile().iter().filter(|value| value.len() < 12_000) {
        for name in NAMES {
            for client in ["web", "tv"] {
                let query = format!("client_id={client}&{name}={value}");
                for path in ["/authorize", "/device", "/register"] {
                    let request = Request::new(Method::Get, path, &query);
                    let answer = Browser::default().send(request, &world);
                    assert!(answer.status < 500, "{path} {name} {answer:?}");
                    let location = answer.header("location").unwrap_or_default();
                    let ours = [fixture::redirect_uri(client), ISSUER];
                    assert!(location.is_empty() || ours.iter().any(|ours| location.starts_with(ours)), "{location}");
                }
            }
        }
    }
}

/// RFC 7591 §3.2.2: whatever type a member has.
#[test]
fn registrations() {
    let world = fixture::seeded(&[]);
    let members = [
        "redirect_uris",
        "client_name",
        "scope",
        "grant_types",
        "response_types",
        "jwks",
        "jwks_uri",
        "token_endpoint_auth_method",
        "application_type",
        "request_uris",
        "post_logout_redirect_uris",
        "backchannel_logout_uri",
        "id_token_signed_response_alg",
        "require_pushed_authorization_requests",
        "client_id",
        "exchange_modes",
        "may_act",
        "epoch",
        "disabled",
        "registered_by",
        "secrets",
    ];
    let values = [
        json!(null),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(true),
        json!(""),
        json!("\u{0}"),
        json!([]),
        json!([[]]),
        json!([null]),
        json!([""]),
        json!({}),
        json!({"keys": [{}]}),
        json!({"keys": {}}),
        json!("x".repeat(5_000)),
        json!(vec!["https://a.example/"; 2_000]),
    ];
    for member in members {
        for value in &values {
            let mut metadata = json!({"redirect_uris": ["https://app.example/cb"]});
            metadata[member] = value.clone();
            let reply = world.send(&post("/register", "application/json", &metadata.to_string()));
            sound(&reply, &format!("{member} {value}"));
            let told: Value = serde_json::from_str(&reply.body).unwrap();
            assert!(reply.status == 201 || told["error"].is_string());
            assert!(told.get("may_act").is_none() && told.get("epoch").is_none());
        }
    }
    for body in hostile() {
        sound(&world.send(&post("/register", "application/json", &body)), "body");
    }
}

/// Claims of a signed assertion and of a request object, of every type.
#[test]
fn claims() {
    let world = keyed();
    let values = [
        json!(null),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!(""),
        json!([]),
        json!([[]]),
        json!({}),
        json!("\r\nx: y"),
        json!("é".repeat(900)),
    ];
    for claim in [
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "redirect_uri",
        "state",
        "resource",
        "max_age",
        "prompt",
        "response_mode",
        "scope",
        "code_challenge",
    ] {
        for value in &values {
            let now = world.clock.get().seconds();
            let mut claims = json!({"iss": "keeper", "sub": "keeper", "client_id": "keeper", "aud": ISSUER,
                "exp": now + 60, "jti": format!("{claim}{value}")});
            claims[claim] = value.clone();
            let jwt = signed(&json!({"alg": "ES256"}), &claims);
            let proof = format!(
                "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer\
                &client_assertion={jwt}&grant_type=client_credentials"
            );
            sound(&world.send(&post("/token", "application/x-www-form-urlencoded", &proof)), claim);
            claims["response_type"] = json!("code");
            let object = signed(&json!({"alg": "ES256"}), &claims);
            let reply =
                world.send(&Request::new(Method::Get, "/authorize", &format!("client_id=keeper&request={object}")));
            sound(&reply, claim);
            let location = reply.get("location").unwrap_or_default();
            assert!(location.is_empty() || location.starts_with("https://app.company.com/cb?"), "{location}");
        }
    }
}

fn keyed() -> World {
    let world = fixture::seeded(&[]);
    let keys = json!({"keys": [crate::client_key::public("ES256", "k")]});
    fixture::register(
        &world,
        &json!({"client_id": "keeper", "token_endpoint_auth_method": "private_key_jwt",
        "scope": "openid notes:read", "grant_types": ["authorization_code", "client_credentials"],
        "redirect_uris": ["https://app.company.com/cb"], "jwks": keys}),
    );
    world
}
