//! Request objects that a client keeps at a URL (RFC 9101 §5.2.3), keys that cannot be had, and what the operator asks of
//! all clients.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::client_key::{public, signed};
use crate::fixture::{self, register};
use crate::target::{Answer, Target};
use crate::world::World;
use sealwax::http::{Document, Method, Request};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const URL: &str = "https://app.company.com/request.jwt";
const KEYS: &str = "https://app.company.com/jwks.json";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A client that keeps objects, and may be answered at two places.
fn keeper(more: &Value, world: &World) {
    let mut metadata = json!({"client_id": "keeper", "token_endpoint_auth_method": "none", "scope": "openid notes:read",
        "redirect_uris": ["https://app.company.com/cb", "https://app.company.com/other"],
        "request_uris": [format!("{URL}#registered-with-a-hash"), "https://app.company.com/another.jwt"],
        "jwks": {"keys": [public("ES256", "k")]}});
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    metadata.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    register(world, &metadata);
}

fn world(more: &Value) -> World {
    let world = fixture::seeded(&[]);
    keeper(more, &world);
    world
}

/// An object with these claims in place of the usual ones; null takes one out.
fn object(alg: &str, changes: &Value, world: &World) -> String {
    let now = world.clock.get().seconds();
    let mut claims = json!({"iss": "keeper", "aud": Target::issuer(world), "client_id": "keeper", "exp": now + 60,
        "response_type": "code", "redirect_uri": "https://app.company.com/cb", "scope": "openid", "state": "signed",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256"});
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    signed(&json!({"alg": alg}), &claims)
}

fn put(url: &str, status: u16, media_type: &str, body: &str, world: &World) {
    let document = Document { status, media_type: media_type.to_owned(), body: body.to_owned() };
    world.documents.borrow_mut().insert(url.to_owned(), document);
}

/// The request by reference, with this beside it.
fn bring(request_uri: &str, beside: &[(&str, &str)], world: &World) -> Answer {
    let mut query = fields(&[("client_id", "keeper"), ("request_uri", request_uri)]);
    query.extend(fields(beside));
    Browser::default().send(Request::new(Method::Get, "/authorize", &encode(&query)), world)
}

#[track_caller]
fn refused(answer: &Answer, code: &str, cause: &str, world: &World) {
    let error = answer.location().and_then(|(_, mut params)| params.remove("error"));
    let told = (error.as_deref(), world.logged()["cause"].clone());
    assert_eq!(told, (Some(code), json!(cause)), "{answer:#?}");
}

#[test]
fn what_is_at_the_registered_url_is_the_request() {
    let world = world(&json!({}));
    for media_type in
        ["application/oauth-authz-req+jwt", "application/jwt", "text/plain", "application/octet-stream", ""]
    {
        put(URL, 200, media_type, &format!("{}\n", object("ES256", &json!({}), &world)), &world);
        assert_eq!(bring(URL, &[], &world).status, 200, "{media_type}");
    }
    let browser = Browser::default();
    // Neither what stands beside it nor the fragment counts.
    let query = fields(&[
        ("client_id", "keeper"),
        ("request_uri", &format!("{URL}#another-hash")),
        ("redirect_uri", "https://evil.example/"),
        ("scope", "openid notes:read"),
        ("state", "beside"),
    ]);
    let page = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), &world);
    let (uri, params) = browser.go_through(page, ADA, &Fields::new(), &world).location().unwrap();
    assert_eq!((uri.as_str(), &*params["state"]), ("https://app.company.com/cb", "signed"));
    assert!(params.contains_key("code"));
    assert!(world.fetched.borrow().iter().all(|url| url == URL), "{:?}", world.fetched);
}

#[test]
fn what_is_fetched_may_lack_its_end_and_nothing_else() {
    let world = world(&json!({}));
    let now = world.clock.get().seconds();
    let at = |changes: &Value| {
        put(URL, 200, "", &object("ES256", changes, &world), &world);
        bring(URL, &[], &world)
    };
    assert_eq!(at(&json!({"exp": null})).status, 200);
    for (changes, cause) in [
        (json!({"exp": now - 6}), "expired"),
        (json!({"exp": now + 3606}), "lifetime_too_long"),
        (json!({"exp": null, "nbf": now + 6}), "not_yet_valid"),
        (json!({"aud": "https://other.example"}), "object_audience"),
        (json!({"iss": null}), "object_issuer"),
        (json!({"client_id": null}), "object_client"),
        (json!({"request_uri": URL}), "object_nested"),
    ] {
        refused(&at(&changes), "invalid_request_object", cause, &world);
    }
    let told = bring(URL, &[], &world).location().unwrap();
    assert_eq!((told.0.as_str(), &*told.1["state"]), ("https://app.company.com/cb", "signed"), "its own redirect URI");
}

#[test]
fn only_what_the_client_registered_is_fetched() {
    let world = world(&json!({}));
    let beside = [("redirect_uri", "https://app.company.com/other"), ("state", "s")];
    for url in [
        "https://app.company.com/request.jwt?x",
        "https://app.company.com/request.jwt/",
        "https://APP.company.com/request.jwt",
        "http://app.company.com/request.jwt",
        "https://app.company.com:8443/request.jwt",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/request.jwt",
        "file:///etc/passwd",
        "//app.company.com/request.jwt",
        "urn:ietf:params:oauth:request-uri:x",
    ] {
        refused(&bring(url, &beside, &world), "invalid_request_uri", "request_uri_unknown", &world);
    }
    // Registered before such URLs were refused, or by another issuer's rules.
    for url in ["https://10.0.0.1/r", "https://id.example/r", "https://intranet/r", "http://localhost:8080/r"] {
        keeper(&json!({"request_uris": [url]}), &world);
        refused(&bring(url, &beside, &world), "invalid_request_uri", "request_uri_not_public", &world);
    }
    assert!(world.fetched.borrow().is_empty(), "{:?}", world.fetched);
}

#[test]
fn a_local_issuer_may_fetch_from_this_machine() {
    let world = fixture::seeded(&[("ISSUER", "http://localhost:8787")]);
    keeper(&json!({"request_uris": ["http://localhost:3000/r"]}), &world);
    put("http://localhost:3000/r", 200, "", &object("ES256", &json!({}), &world), &world);
    assert_eq!(bring("http://localhost:3000/r", &[], &world).status, 200);
}

#[test]
fn who_says_something_else_is_told_and_who_says_nothing_may_later() {
    let world = world(&json!({}));
    let beside = [("redirect_uri", "https://app.company.com/other"), ("state", "s")];
    let silent = bring(URL, &beside, &world);
    refused(&silent, "temporarily_unavailable", "request_uri_unreachable", &world);
    assert_eq!(silent.location().unwrap().0, "https://app.company.com/other");
    let good = object("ES256", &json!({}), &world);
    for (status, media_type) in
        [(404, ""), (302, ""), (500, "text/plain"), (200, "text/html"), (200, "application/json")]
    {
        put(URL, status, media_type, &good, &world);
        refused(&bring(URL, &beside, &world), "invalid_request_uri", "request_uri_no_object", &world);
    }
    let unsigned = object("none", &json!({}), &world);
    for (body, cause) in [
        ("", "jwt_malformed"),
        ("<html>", "jwt_malformed"),
        (&*format!("\"{good}\""), "jwt_malformed"),
        (&*unsigned, "algorithm_wrong"),
        (&*object("EdDSA", &json!({}), &world), "key_unknown"),
        (&*object("ES256", &json!({"state": "x".repeat(8192)}), &world), "jwt_malformed"),
    ] {
        put(URL, 200, "application/jwt", body, &world);
        refused(&bring(URL, &beside, &world), "invalid_request_object", cause, &world);
    }
    put(URL, 200, "application/jwt", &good, &world);
    assert_eq!(bring(URL, &beside, &world).status, 200);
}

#[test]
fn where_nothing_says_where_to_return_to_it_is_told_on_a_page() {
    let world = world(&json!({}));
    let answer = bring(URL, &[], &world);
    assert_eq!((answer.status, answer.header("location"), answer.header("retry-after")), (503, None, Some("5")));
    put(URL, 404, "", "", &world);
    let answer = bring(URL, &[], &world);
    assert!(answer.status == 400 && answer.body.contains("invalid_request_uri"), "{answer:#?}");
    let answer = bring(URL, &[("redirect_uri", "https://evil.example/")], &world);
    assert!(answer.status == 400 && answer.body.contains("redirect_uri is not registered"), "{answer:#?}");
}

#[test]
fn keys_that_cannot_be_had_are_no_wrong_signature() {
    let world = world(&json!({"jwks": null, "jwks_uri": KEYS, "redirect_uris": ["https://app.company.com/cb"]}));
    let request = object("ES256", &json!({}), &world);
    let beside = ("redirect_uri", "https://app.company.com/cb");
    let query = encode(&fields(&[("client_id", "keeper"), ("request", &request), beside]));
    let bring = || Browser::default().send(Request::new(Method::Get, "/authorize", &query), &world);
    let push =
        || Target::send(&world, form_request("/par", &fields(&[("client_id", "keeper"), ("request", &request)])));
    refused(&bring(), "temporarily_unavailable", "jwks_uri_unreachable", &world);
    let pushed = push();
    assert_eq!((pushed.status, pushed.header("retry-after")), (503, Some("5")));
    put(KEYS, 200, "application/json", &json!({"keys": [public("ES256", "new")]}).to_string(), &world);
    assert_eq!((bring().status, push().status), (200, 201));
    put(KEYS, 200, "application/json", &json!({"keys": [public("EdDSA", "new")]}).to_string(), &world);
    refused(&bring(), "invalid_request_object", "key_unknown", &world);
    assert_eq!(push().status, 400);
}

#[test]
fn no_request_by_reference_is_pushed() {
    let world = world(&json!({}));
    put(URL, 200, "", &object("ES256", &json!({}), &world), &world);
    let answer = Target::send(&world, form_request("/par", &fields(&[("client_id", "keeper"), ("request_uri", URL)])));
    assert_eq!((answer.status, &world.logged()["cause"]), (400, &json!("request_uri_pushed")));
    assert!(world.fetched.borrow().is_empty());
}

#[test]
fn who_has_to_push_cannot_have_it_fetched() {
    let world = world(&json!({"require_pushed_authorization_requests": true}));
    put(URL, 200, "", &object("ES256", &json!({}), &world), &world);
    let beside = [("redirect_uri", "https://app.company.com/cb")];
    refused(&bring(URL, &beside, &world), "invalid_request", "not_pushed", &world);
    assert!(world.fetched.borrow().is_empty());
}

#[test]
fn the_operator_can_ask_signatures_of_every_client() {
    let world = fixture::seeded(&[("REQUIRE_SIGNED_REQUEST_OBJECT", "on")]);
    keeper(&json!({}), &world);
    let plain = fields(&[("client_id", "spa"), ("response_type", "code"), ("code_challenge", CHALLENGE)]);
    let answer = Browser::default().send(Request::new(Method::Get, "/authorize", &encode(&plain)), &world);
    refused(&answer, "invalid_request", "not_signed", &world);
    assert_eq!(Target::send(&world, form_request("/par", &plain)).status, 400);
    assert_eq!(world.logged()["cause"], "not_signed");
    put(URL, 200, "", &object("ES256", &json!({}), &world), &world);
    assert_eq!(bring(URL, &[], &world).status, 200);
    let metadata = Browser::default().get("/.well-known/openid-configuration", &world);
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata["require_signed_request_object"], true);
}

#[test]
fn objects_are_not_spent_and_cost_no_write() {
    let world = world(&json!({"redirect_uris": ["https://app.company.com/cb"]}));
    world.store.fail_writes(Some(""));
    world.ledger.fail(true);
    let query = encode(&fields(&[("client_id", "keeper"), ("request", &object("ES256", &json!({}), &world))]));
    for _ in 0..2 {
        let page = Browser::default().send(Request::new(Method::Get, "/authorize", &query), &world);
        assert_eq!(page.status, 200, "{page:#?}");
    }
}
