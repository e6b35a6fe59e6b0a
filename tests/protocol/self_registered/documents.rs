//! Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document-02, as MCP 2026-07-28 asks for them).

use super::{ADA, App, is_active, redeployed, userinfo};
use crate::browser::{Browser, Fields};
use crate::fixture;
use crate::operator::{call, ok};
use crate::target::Answer;
use crate::world::World;
use sealwax::http::Document;
use sealwax::oauth::ClientId;
use sealwax::store::{Key, Store as _};
use serde_json::{Value, json};

const URL: &str = "https://app.company.com/oauth/client.json";

fn document() -> Value {
    json!({
        "client_id": URL, "client_name": "Notes for the terminal",
        "redirect_uris": ["http://127.0.0.1/callback", "http://localhost/callback"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "response_types": ["code"], "token_endpoint_auth_method": "none", "logo_uri": "https://app.company.com/logo.png",
    })
}

fn publish(url: &str, status: u16, body: &str, world: &World) {
    let document = Document { status, media_type: "application/json".to_owned(), body: body.to_owned() };
    world.documents.borrow_mut().insert(url.to_owned(), document);
}

fn world() -> World {
    let world = fixture::seeded(&[]);
    publish(URL, 200, &document().to_string(), &world);
    world
}

fn app() -> App {
    App { redirect_uri: "http://127.0.0.1:51004/callback".to_owned(), ..App::named(URL) }
}

#[track_caller]
fn on_page(answer: &Answer, status: u16, cause: &str, world: &World) {
    on_page_with(answer, status, |logged| logged == cause, world);
}

#[track_caller]
fn on_page_with(answer: &Answer, status: u16, cause: impl Fn(&str) -> bool, world: &World) {
    assert_eq!((answer.status, answer.header("location")), (status, None), "{answer:?}");
    assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{answer:?}");
    let logged = world.logged();
    assert!(cause(logged["cause"].as_str().unwrap()), "{logged}: {}", answer.body);
}

#[test]
fn a_client_that_describes_itself_gets_tokens_and_renews_them() {
    let world = world();
    let tokens = app().tokens("openid notes:read offline_access", &world);
    let renewed = app().refresh(&tokens, &world);
    assert_eq!(renewed.status, 200);
    let renewed: Value = serde_json::from_str(&renewed.body).unwrap();
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"], "it is public: its tokens rotate");
    assert!(is_active(&renewed, &world));
    assert_eq!(userinfo(&renewed, &world).status, 200);
    assert!(world.fetched.borrow().iter().all(|url| url == URL));
    assert_eq!(pollster::block_on(world.store.list("registration/", None)).unwrap().names, Vec::<String>::new());
}

/// MCP 2026-07-28, "Localhost Redirect URI Risks": the host of client and redirect, and a warning.
#[test]
fn the_consent_page_says_who_describes_it_and_warns() {
    let world = world();
    let browser = Browser::default();
    let first = app().open("openid offline_access", &browser, &world);
    let page = browser.answer(&first, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    for part in
        [r#"id="described_at""#, "app.company.com", r#"id="loopback""#, "127.0.0.1", URL, "Notes for the terminal"]
    {
        assert!(page.body.contains(part), "no {part} in {}", page.body);
    }
    let last = browser.answer(&page, "/consent", &[("decision", "allow")], &world);
    assert!(last.location().unwrap().1.contains_key("code"));
    let again = app().open("openid offline_access", &browser, &world);
    assert!(again.body.contains(r#"id="loopback""#), "RFC 8252 §8.6: any program on the device could ask in its name");
}

#[test]
fn only_its_own_redirect_uris_and_ports_that_are_free() {
    let world = world();
    for (uri, status) in [
        ("http://127.0.0.1/callback", 200),
        ("http://localhost:8765/callback", 200),
        ("http://127.0.0.1:1/other", 400),
        ("http://127.0.0.2:1/callback", 400),
        ("https://127.0.0.1/callback", 400),
        ("https://app.company.com/callback", 400),
    ] {
        let answer = App { redirect_uri: uri.to_owned(), ..app() }.open("openid", &Browser::default(), &world);
        assert_eq!((answer.status, answer.header("location")), (status, None), "{uri}");
    }
    publish(URL, 200, &json!({"client_id": URL, "redirect_uris": ["https://app.company.com/cb"]}).to_string(), &world);
    let web =
        |uri: &str| App { redirect_uri: uri.to_owned(), ..app() }.open("openid", &Browser::default(), &world).status;
    assert_eq!([web("https://app.company.com/cb"), web("https://app.company.com:8443/cb")], [200, 400]);
}

/// One client leaves the method out; others have no name, or one scope too many.
#[test]
fn quirks_of_real_documents() {
    let world = world();
    let mut chatgpt = document();
    chatgpt.as_object_mut().unwrap().remove("token_endpoint_auth_method");
    publish(URL, 200, &chatgpt.to_string(), &world);
    app().tokens("openid", &world);
    let bare = json!({"client_id": URL, "redirect_uris": ["http://127.0.0.1/callback"], "scope": "openid drive:all"});
    publish(URL, 200, &bare.to_string(), &world);
    let page = app().open("openid", &Browser::default(), &world);
    assert!(page.body.contains("app.company.com"), "without a name its host stands for it: {}", page.body);
    app().tokens("openid", &world);
    let secretless = App { secret: Some("guessed".to_owned()), ..app() };
    assert_eq!(secretless.redeem("x", &world).status, 401, "a public client has no secret");
}

#[test]
fn documents_that_are_no_good_are_told_on_a_page_and_at_the_token_endpoint() {
    let with = |name: &str, value: Value| {
        let mut document = document();
        document[name] = value;
        document.to_string()
    };
    let refused = [
        ("[]".to_owned(), "no JSON object"),
        ("<!doctype html>".to_owned(), "no JSON object"),
        (String::new(), "no JSON object"),
        (with("client_id", json!("https://app.company.com/oauth/client.json/")), "is not its URL"),
        (with("client_id", json!("https://APP.company.com/oauth/client.json")), "is not its URL"),
        (with("client_id", Value::Null), "is not its URL"),
        (with("client_id", json!([URL])), "is not its URL"),
        (with("client_secret", json!("secret")), "has a secret in it"),
        (with("client_secret_expires_at", json!(0)), "has a secret in it"),
        (with("token_endpoint_auth_method", json!("client_secret_basic")), "asks for a secret"),
        (with("token_endpoint_auth_method", json!("client_secret_jwt")), "member"),
        (with("token_endpoint_auth_method", json!("tls_client_auth")), "member"),
        (with("redirect_uris", json!([])), "member"),
        (with("redirect_uris", json!(["javascript:alert(1)"])), "member"),
        (with("redirect_uris", json!(["https://app.company.com/cb#x"])), "member"),
        (with("redirect_uris", json!(["https://denied.example/cb"])), "member"),
        (with("redirect_uris", json!("https://app.company.com/cb")), "member"),
        (with("grant_types", json!(["urn:ietf:params:oauth:grant-type:jwt-bearer"])), "member"),
        (with("scope", json!("drive:all")), "member"),
        (with("client_name", json!("Bank\u{202e}knaB")), "member"),
        (with("dpop_bound_access_tokens", json!(true)), "member"),
        (with("id_token_signed_response_alg", json!("RS256")), "member"),
    ];
    for (body, told) in refused {
        let world = world();
        publish(URL, 200, &body, &world);
        let answer = app().open("openid", &Browser::default(), &world);
        on_page_with(&answer, 400, |cause| cause.starts_with("metadata_document_"), &world);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
        assert_eq!(world.fetched.borrow().len(), 2, "no copy of a bad document is gone by");
        let answer = app().redeem("x", &world);
        assert!(answer.status == 401 && answer.body.contains("invalid_client"), "{body}: {answer:?}");
    }
}

/// A fetch that fails says nothing about the client.
#[test]
fn what_cannot_be_fetched_is_503_and_never_invalid_client() {
    let world = world();
    let tokens = app().tokens("openid offline_access", &world);
    let code = app().code("openid", &world);
    let token_says = |world: &World| {
        for answer in [app().redeem(&code, world), app().refresh(&tokens, world)] {
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{answer:?}");
            assert!(answer.body.contains("temporarily_unavailable"), "{answer:?}");
        }
    };
    for (status, page, cause) in [
        (301, 400, "metadata_document_status"),
        (404, 400, "metadata_document_status"),
        (403, 400, "metadata_document_status"),
        (429, 503, "metadata_document_unreachable"),
        (500, 503, "metadata_document_unreachable"),
        (503, 503, "metadata_document_unreachable"),
        (204, 503, "metadata_document_unreachable"),
    ] {
        publish(URL, status, &document().to_string(), &world);
        on_page(&app().open("openid", &Browser::default(), &world), page, cause, &world);
        token_says(&world);
    }
    world.documents.borrow_mut().clear();
    on_page(&app().open("openid", &Browser::default(), &world), 503, "metadata_document_unreachable", &world);
    token_says(&world);
    assert!(is_active(&tokens, &world), "introspection asks no document");
    publish(URL, 200, &document().to_string(), &world);
    assert_eq!(app().redeem(&code, &world).status, 200, "nothing was spent");
}

/// Also while the user is on the way: no redirect to what nobody vouches for.
#[test]
fn a_document_that_goes_away_while_the_user_signs_in() {
    let world = world();
    let browser = Browser::default();
    let first = app().open("openid", &browser, &world);
    world.documents.borrow_mut().clear();
    let answer = browser.answer(&first, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    on_page(&answer, 503, "metadata_document_unreachable", &world);
    let moved = json!({"client_id": URL, "redirect_uris": ["https://app.company.com/new"]});
    publish(URL, 200, &moved.to_string(), &world);
    let answer = browser.answer(&first, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    on_page(&answer, 400, "redirect_uri_unknown", &world);
}

/// §3, and DESIGN's rule of what may be fetched: nothing is, for any of these.
#[test]
fn urls_that_name_no_document_are_never_fetched() {
    let world = world();
    let long = format!("https://app.company.com/{}", "a".repeat(1024));
    for url in [
        "https://app.company.com",
        "https://app.company.com:8443/client.json",
        "https://app.company.com:443/oauth/client.json",
        "https://APP.company.com/oauth/client.json",
        "https://app.company.com/oauth/client.json#",
        "https://app.company.com/oauth/client.json#x",
        "https://user@app.company.com/oauth/client.json",
        "https://user:secret@app.company.com/oauth/client.json",
        "https://app.company.com/oauth/./client.json",
        "https://app.company.com/oauth/../oauth/client.json",
        "https://app.company.com/oauth/%2e/client.json",
        "https://app.company.com/oauth/%2E%2e/oauth/client.json",
        "https://app.company.com\\oauth\\client.json",
        "https:///app.company.com/oauth/client.json",
        "https://127.0.0.1/client.json",
        "https://0x7f.1/client.json",
        "https://2130706433/client.json",
        "https://[::1]/client.json",
        "https://10.0.0.1/client.json",
        "https://localhost/client.json",
        "https://intranet/client.json",
        "https://app.company.com./client.json",
        "https://db.internal/client.json",
        "https://printer.local/client.json",
        "https://id.example/client.json",
        &long,
    ] {
        let app = App { redirect_uri: "https://app.company.com/cb".to_owned(), ..App::named(url) };
        on_page(&app.open("openid", &Browser::default(), &world), 400, "metadata_url", &world);
        let answer = app.redeem("x", &world);
        assert!(answer.status == 401 && answer.body.contains("invalid_client"), "{url}: {answer:?}");
    }
    for url in ["http://app.company.com/client.json", "HTTPS://app.company.com/client.json", "ftp://app.company.com/x"]
    {
        on_page(&App::named(url).open("openid", &Browser::default(), &world), 400, "client_unknown", &world);
    }
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
    let query = "https://app.company.com/client?id=7";
    publish(
        query,
        200,
        &json!({"client_id": query, "redirect_uris": ["https://app.company.com/cb"]}).to_string(),
        &world,
    );
    let app = App { redirect_uri: "https://app.company.com/cb".to_owned(), ..App::named(query) };
    assert_eq!(app.open("openid", &Browser::default(), &world).status, 200, "a query is discouraged, not forbidden");
}

/// The exception for local development is for clients of the operator.
#[test]
fn a_local_issuer_fetches_no_document_from_this_device() {
    let world = fixture::seeded(&[("ISSUER", "http://localhost:8787")]);
    for url in ["https://localhost/client.json", "https://127.0.0.1/client.json", "http://localhost:8080/client.json"] {
        let answer = App::named(url).open("openid", &Browser::default(), &world);
        assert_eq!((answer.status, answer.header("location")), (400, None), "{url}");
    }
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
}

#[test]
fn off_is_the_default() {
    let world = fixture::seeded(&[("CLIENT_ID_METADATA_DOCUMENTS", "")]);
    publish(URL, 200, &document().to_string(), &world);
    on_page(&app().open("openid", &Browser::default(), &world), 400, "client_unknown", &world);
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
    let secret = sealwax::oauth::base64url([1; 32]);
    let add = json!({"op": "client.add", "client_id": URL, "metadata": {"redirect_uris": [super::CALLBACK]}, "secrets": [secret]});
    assert_eq!(call(&world, &add).status, 400, "a URL is never one of the operator's");
}

#[test]
fn switching_it_off_ends_what_such_clients_hold() {
    let world = world();
    let tokens = app().tokens("openid notes:read offline_access", &world);
    assert!(is_active(&tokens, &world));
    let off = redeployed(&world, &[("CLIENT_ID_METADATA_DOCUMENTS", "off")]);
    assert!(!is_active(&tokens, &off));
    assert_eq!(app().refresh(&tokens, &off).status, 401);
}

#[test]
fn the_operator_decides_about_them_and_nothing_is_fetched_for_it() {
    let world = world();
    let tokens = app().tokens("openid notes:read offline_access", &world);
    world.fetched.borrow_mut().clear();
    let about = |op: &str| json!({"op": op, "client_id": URL});
    assert_eq!(ok(&world, &about("client.show"))["removed"], json!(false));
    assert_eq!(ok(&world, &about("client.disable"))["client_id"], json!(URL));
    assert!(!is_active(&tokens, &world));
    on_page(&app().open("openid", &Browser::default(), &world), 400, "client_disabled", &world);
    assert_eq!(app().refresh(&tokens, &world).status, 401);
    ok(&world, &about("client.enable"));
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
    assert_eq!(app().refresh(&tokens, &world).status, 400, "what it held stays dead");
    world.advance(1_000);
    let tokens = app().tokens("openid notes:read offline_access", &world);
    assert!(is_active(&tokens, &world));
    ok(&world, &about("client.remove"));
    assert!(!is_active(&tokens, &world));
    on_page(&app().open("openid", &Browser::default(), &world), 400, "client_unknown", &world);
    assert_eq!(call(&world, &about("client.enable")).status, 404);
}

#[test]
fn what_was_decided_must_be_readable() {
    let world = world();
    let tokens = app().tokens("openid notes:read offline_access", &world);
    world.fetched.borrow_mut().clear();
    world.store.fail(true);
    assert_eq!(app().open("openid", &Browser::default(), &world).status, 503);
    assert_eq!(app().refresh(&tokens, &world).status, 503);
    world.store.fail(false);
    let key = Key::registration(ClientId::parse(URL).unwrap().digest());
    pollster::block_on(world.store.put(&key, "nonsense")).unwrap();
    assert_eq!(app().open("openid", &Browser::default(), &world).status, 503);
    assert_eq!(*world.fetched.borrow(), Vec::<String>::new());
}

#[test]
fn a_denied_host_is_no_place_for_a_document_either() {
    let world = world();
    let tokens = app().tokens("openid notes:read offline_access", &world);
    let denied = redeployed(&world, &[("DENIED_REDIRECT_HOSTS", "company.com")]);
    publish(URL, 200, &document().to_string(), &denied);
    on_page(&app().open("openid", &Browser::default(), &denied), 400, "metadata_url_denied", &denied);
    assert_eq!(app().refresh(&tokens, &denied).status, 401);
    assert!(!is_active(&tokens, &denied));
    assert_eq!(*denied.fetched.borrow(), Vec::<String>::new());
}

/// Also when its document is gone.
#[test]
fn the_account_page_takes_its_consent_back() {
    let world = world();
    let browser = Browser::default();
    let extra: Fields = super::fields(&[("duration", "until_withdrawn")]);
    let last =
        browser.go_through(app().open("openid notes:read offline_access", &browser, &world), ADA, &extra, &world);
    let code = last.location().unwrap().1.remove("code").unwrap();
    let tokens: Value = serde_json::from_str(&app().redeem(&code, &world).body).unwrap();
    world.documents.borrow_mut().clear();
    world.fetched.borrow_mut().clear();
    let page = browser.get("/account", &world);
    assert!(page.body.contains("app.company.com"), "{}", page.body);
    let answer = browser.answer(&page, "/account", &[("do", "disconnect"), ("app", URL)], &world);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!is_active(&tokens, &world));
}
