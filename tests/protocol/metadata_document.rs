//! Clients that a document elsewhere describes (draft-ietf-oauth-client-id-metadata-document, MCP 2026-07-28).

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::operator;
use crate::target::Answer;
use crate::world::World;
use sealwax::http::{Document, Method, Request};
use sealwax::oauth::{CodeChallenge, CodeVerifier};
use serde_json::{Value, json};

const ON: &[(&str, &str)] = &[("CLIENT_ID_METADATA_DOCUMENTS", "on")];
const URL: &str = "https://app.company.com/oauth/client.json";
const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn document() -> Value {
    json!({"client_id": URL, "client_name": "An app", "redirect_uris": ["https://app.company.com/cb"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "scope": "openid offline_access"})
}

fn publish(world: &World, url: &str, status: u16, body: &str) {
    let document = Document { status, media_type: "application/json".to_owned(), body: body.to_owned() };
    world.documents.borrow_mut().insert(url.to_owned(), document);
}

fn world(document: &Value) -> World {
    let world = fixture::seeded(ON);
    publish(&world, URL, 200, &document.to_string());
    world
}

fn fields(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn open(world: &World, client_id: &str, redirect_uri: &str, browser: &Browser) -> Answer {
    let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
    let query = fields(&[
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("scope", "openid offline_access"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world)
}

fn authorize(world: &World, redirect_uri: &str) -> Answer {
    let browser = Browser::default();
    let first = open(world, URL, redirect_uri, &browser);
    browser.go_through(first, ADA, &Fields::new(), world)
}

fn token(world: &World, more: &[(&str, &str)]) -> Answer {
    let mut form = fields(more);
    form.insert("client_id".to_owned(), URL.to_owned());
    world.send(&form_request("/token", &form)).into()
}

fn redeem(world: &World, answer: &Answer, redirect_uri: &str) -> Answer {
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").expect("a code");
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    token(world, &grant)
}

#[track_caller]
fn page(answer: &Answer, status: u16, told: &str) {
    assert_eq!((answer.status, answer.location()), (status, None), "{answer:#?}");
    assert!(answer.body.contains(told), "{told}: {}", answer.body);
}

#[test]
fn a_document_is_a_client() {
    let world = world(&document());
    let answer = authorize(&world, "https://app.company.com/cb");
    let redeemed = redeem(&world, &answer, "https://app.company.com/cb");
    assert_eq!(redeemed.status, 200, "{redeemed:#?}");
    let tokens: Value = serde_json::from_str(&redeemed.body).unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let renewed = token(&world, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    assert_eq!(renewed.status, 200, "{renewed:#?}");
    let renewed: Value = serde_json::from_str(&renewed.body).unwrap();
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"], "a public client's tokens rotate");
    let metadata = world.send(&Request::new(Method::Get, "/.well-known/oauth-authorization-server", ""));
    assert!(metadata.body.contains(r#""client_id_metadata_document_supported":true"#));
}

#[test]
fn the_page_tells_who_describes_the_app_and_where_it_leads() {
    let world = world(&document());
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let consent = open(&world, URL, "https://app.company.com/cb", &browser);
    page(&consent, 200, r#"id="described_at""#);
    page(&consent, 200, "app.company.com");
    assert!(!consent.body.contains(r#"id="loopback""#));
    let mut local = document();
    local["redirect_uris"] = json!(["http://127.0.0.1/cb", "http://localhost/cb"]);
    publish(&world, URL, 200, &local.to_string());
    let consent = open(&world, URL, "http://127.0.0.1:51004/cb", &browser);
    page(&consent, 200, r#"id="loopback""#);
    page(&open(&world, URL, "http://127.0.0.1:51004/other", &browser), 400, "invalid_request");
}

#[test]
fn redirect_uris_are_those_of_the_document_to_the_letter() {
    let world = world(&document());
    for uri in
        ["https://app.company.com/cb/", "https://app.company.com/", "https://evil.example/cb", "http://localhost/cb"]
    {
        page(&open(&world, URL, uri, &Browser::default()), 400, "invalid_request");
    }
}

#[test]
fn documents_that_do_not_do() {
    let with = |member: &str, value: Value| {
        let mut document = document();
        document[member] = value;
        document.to_string()
    };
    let cases = [
        (404, document().to_string(), "metadata_document_status"),
        (302, document().to_string(), "metadata_document_status"),
        (200, "<html>".to_owned(), "metadata_document_not_json"),
        (200, "[]".to_owned(), "metadata_document_not_json"),
        (200, with("client_id", json!("https://app.company.com/oauth/client.json?")), "metadata_document_of_another"),
        (200, with("client_id", json!(null)), "metadata_document_of_another"),
        (200, with("client_secret", json!("x")), "metadata_document_with_secret"),
        (200, with("client_secret_expires_at", json!(0)), "metadata_document_with_secret"),
        (200, with("token_endpoint_auth_method", json!("client_secret_basic")), "metadata_document_method"),
        (200, with("token_endpoint_auth_method", json!("client_secret_jwt")), "metadata_document_member"),
        (200, with("token_endpoint_auth_method", json!("private_key_jwt")), "metadata_document_member"),
        (200, with("redirect_uris", json!([])), "metadata_document_member"),
        (200, with("redirect_uris", json!(["javascript:alert(1)"])), "metadata_document_member"),
        (200, with("grant_types", json!(["client_credentials"])), "metadata_document_member"),
    ];
    for (status, body, cause) in cases {
        let world = fixture::seeded(ON);
        publish(&world, URL, status, &body);
        page(&open(&world, URL, "https://app.company.com/cb", &Browser::default()), 400, "client metadata document");
        assert_eq!(world.logged()["cause"], cause);
        let told = token(&world, &[("grant_type", "refresh_token"), ("refresh_token", "x")]);
        // A site that is moved about says nothing about its client.
        let expected = if status == 200 { (401, true) } else { (503, false) };
        assert_eq!((told.status, told.body.contains("invalid_client")), expected, "{cause}: {told:?}");
    }
}

#[test]
fn a_document_that_cannot_be_had_is_nobodys_fault() {
    let world = fixture::seeded(ON);
    page(&open(&world, URL, "https://app.company.com/cb", &Browser::default()), 503, "temporarily_unavailable");
    let told = token(&world, &[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    assert_eq!((told.status, told.body.contains("temporarily_unavailable")), (503, true), "{told:?}");
}

/// Nothing is fetched for what cannot be such a URL.
#[test]
fn urls_that_are_none() {
    let world = fixture::seeded(ON);
    for url in [
        "https://app.company.com",
        "https://app.company.com/",
        "https://app.company.com/a/../client.json",
        "https://app.company.com/a/%2e%2E/client.json",
        "https://app.company.com/./client.json",
        "https://app.company.com/client.json#x",
        "https://user@app.company.com/client.json",
        "https://app.company.com:8443/client.json",
        "https://app.company.com:443/client.json",
        "https://APP.company.com/client.json",
        "https://127.0.0.1/client.json",
        "https://2130706433/client.json",
        "https://[::1]/client.json",
        "https://localhost/client.json",
        "https://intranet/client.json",
        "https://app.internal/client.json",
        "https://app.company.com./client.json",
        "https://id.example/client.json",
        &format!("https://app.company.com/{}", "x".repeat(1024)),
        "http://app.company.com/client.json",
    ] {
        page(&open(&world, url, "https://app.company.com/cb", &Browser::default()), 400, "client");
    }
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
    let off = fixture::seeded(&[("CLIENT_ID_METADATA_DOCUMENTS", "off")]);
    publish(&off, URL, 200, &document().to_string());
    page(&open(&off, URL, "https://app.company.com/cb", &Browser::default()), 400, "not registered");
    assert_eq!(off.fetched.borrow().len(), 0);
}

#[test]
fn the_operator_ends_it_and_denies_its_host() {
    let world = world(&document());
    let answer = authorize(&world, "https://app.company.com/cb");
    let tokens: Value = serde_json::from_str(&redeem(&world, &answer, "https://app.company.com/cb").body).unwrap();
    operator::ok(&world, &json!({"op": "client.disable", "client_id": URL}));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(token(&world, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).status, 401);
    let fetched = world.fetched.borrow().len();
    let mut userinfo = Request::new(Method::Get, "/userinfo", "");
    userinfo.authorization = Some(format!("Bearer {}", tokens["access_token"].as_str().unwrap()));
    assert_eq!(world.send(&userinfo).status, 401);
    assert_eq!(world.fetched.borrow().len(), fetched, "a token that comes back makes no fetch");
    let denied = fixture::seeded(&[("CLIENT_ID_METADATA_DOCUMENTS", "on"), ("DENIED_REDIRECT_HOSTS", "company.com")]);
    publish(&denied, URL, 200, &document().to_string());
    page(&open(&denied, URL, "https://app.company.com/cb", &Browser::default()), 400, "client metadata document");
}

/// A user must be able to disconnect what cannot be fetched any more.
#[test]
fn the_account_page_works_without_the_document() {
    let world = world(&document());
    let browser = Browser::default();
    let first = open(&world, URL, "https://app.company.com/cb", &browser);
    browser.go_through(first, ADA, &Fields::new(), &world);
    assert!(browser.get("/account", &world).body.contains("An app"));
    world.documents.borrow_mut().clear();
    let listed = browser.get("/account", &world);
    assert_eq!(listed.status, 200);
    assert!(listed.body.contains(URL), "{}", listed.body);
}
