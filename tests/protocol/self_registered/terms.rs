//! The operator's terms: at registration, and at every use afterwards.

use super::{App, CALLBACK, is_active, parsed, redeployed, refused, registered, send};
use crate::browser::{Browser, encode};
use crate::fixture;
use sealwax::config::Config;
use sealwax::http::{Method, Request};
use serde_json::json;

#[test]
fn scopes_and_grants_are_the_operators_to_open() {
    let narrow = [("REGISTRATION_SCOPES", "openid notes:read"), ("REGISTRATION_GRANTS", "authorization_code")];
    let world = fixture::seeded(&narrow);
    let app = registered(&json!({"redirect_uris": [CALLBACK]}), &world);
    assert_eq!(app.told["scope"], "openid notes:read");
    let asked = json!({"redirect_uris": [CALLBACK], "scope": "openid notes:write offline_access",
        "grant_types": ["authorization_code", "refresh_token"]});
    let app = registered(&asked, &world);
    assert_eq!((&app.told["scope"], &app.told["grant_types"]), (&json!("openid"), &json!(["authorization_code"])));
    assert!(app.tokens("openid", &world).get("refresh_token").is_none());
    let reply = send(&json!({"redirect_uris": [CALLBACK], "scope": "profile"}), None, &world);
    refused(&reply, 400, "invalid_client_metadata");
}

/// What a client did not name follows the terms of the day; what it named is narrowed with them and never widened.
#[test]
fn terms_that_change_change_clients_that_are_there() {
    let world = fixture::seeded(&[("REGISTRATION_SCOPES", "openid notes:read")]);
    let [all, one] = [json!({"redirect_uris": [CALLBACK]}), json!({"redirect_uris": [CALLBACK], "scope": "openid"})]
        .map(|metadata| registered(&metadata, &world));
    let wider = redeployed(&world, &[]);
    let scope = |app: &App, world| parsed(&app.manage(Method::Get, None, world))["scope"].clone();
    assert_eq!(
        scope(&all, &wider),
        "openid profile email address phone files:read files:write mail:send notes:read notes:write"
    );
    assert_eq!(scope(&one, &wider), "openid");
    let app = registered(&json!({"redirect_uris": [CALLBACK], "scope": "openid notes:read offline_access"}), &wider);
    let tokens = app.tokens("openid notes:read offline_access", &wider);
    let narrower = redeployed(&world, &[("REGISTRATION_SCOPES", "openid")]);
    let renewed = app.refresh(&tokens, &narrower);
    assert_eq!(renewed.status, 200);
    assert!(renewed.body.contains(r#""scope":"openid""#), "{renewed:?}");
    let without = redeployed(&world, &[("REGISTRATION_GRANTS", "authorization_code")]);
    let renewed = app.refresh(&tokens, &without);
    assert!(renewed.status == 400 && renewed.body.contains("unauthorized_client"), "{renewed:?}");
    let nothing_left = redeployed(&world, &[("REGISTRATION_SCOPES", "notes:write")]);
    assert_eq!(app.refresh(&tokens, &nothing_left).status, 401);
}

#[test]
fn a_host_that_is_denied_later_ends_its_clients() {
    let world = fixture::seeded(&[]);
    let scope = "openid notes:read offline_access";
    let metadata = |uris: &[&str]| json!({"redirect_uris": uris, "scope": scope});
    let theirs = registered(&metadata(&[CALLBACK, "https://login.bad.example/cb"]), &world);
    let ours = registered(&metadata(&[CALLBACK]), &world);
    let moved = registered(&metadata(&[CALLBACK]), &world);
    assert_eq!(moved.update(metadata(&["https://bad.example/cb"]), &world).status, 200);
    let tokens = theirs.tokens("openid notes:read offline_access", &world);
    let denied = redeployed(&world, &[("DENIED_REDIRECT_HOSTS", "bad.example")]);
    for app in [&theirs, &moved] {
        let page = app.open("openid", &Browser::default(), &denied);
        assert_eq!((page.status, page.header("location")), (400, None));
        assert_eq!(app.redeem("x", &denied).status, 401);
        refused(&app.manage(Method::Get, None, &denied), 401, "invalid_token");
    }
    assert_eq!(theirs.refresh(&tokens, &denied).status, 401);
    assert!(!is_active(&tokens, &denied));
    ours.tokens("openid", &denied);
}

#[test]
fn a_private_scheme_is_denied_like_a_host() {
    let world = fixture::seeded(&[("DENIED_REDIRECT_HOSTS", "com.bad.app:")]);
    let metadata = |uri: &str| json!({"redirect_uris": [uri], "token_endpoint_auth_method": "none"});
    refused(&send(&metadata("com.bad.app:/cb"), None, &world), 400, "invalid_redirect_uri");
    registered(&metadata("com.good.app:/cb"), &world);
}

/// Never first party, never without PKCE, never a resource server, whatever it says or updates to.
#[test]
fn what_only_the_operator_gives() {
    let world = fixture::seeded(&[]);
    let ask = json!({
        "redirect_uris": [CALLBACK], "first_party": true, "require_pkce": false, "always_refresh": true,
        "resources": ["https://api.example"], "refresh_token_lifetime": 34_560_000, "refresh_token_idle": 34_560_000,
        "rotate_refresh_tokens": "yes", "token_endpoint_auth_method_pinned": 1,
    });
    let app = registered(&ask, &world);
    for round in 0..2 {
        let browser = Browser::default();
        let page = app.open("openid", &browser, &world);
        let consent = browser.answer(&page, "/login", &[("username", "ada"), ("password", super::ADA.1)], &world);
        assert!(consent.body.contains("registered itself"), "asked, and warned: {round}");
        let mut request = app.request("openid");
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        let query = crate::browser::encode(&request);
        let answer = browser.send(sealwax::http::Request::new(Method::Get, "/authorize", &query), &world);
        assert_eq!(answer.location().unwrap().1["error"], "invalid_request");
        let tokens = crate::self_registered::App {
            secret: fixture::client_secret("web"),
            redirect_uri: fixture::redirect_uri("web").to_owned(),
            ..App::named("web")
        }
        .tokens("openid notes:read", &world);
        let token = tokens["access_token"].as_str().unwrap();
        let asked = app.call("/introspect", &[("token", token)], &world);
        assert_eq!((asked.status, &*asked.body), (200, r#"{"active":false}"#), "it serves no resource");
        assert_eq!(app.update(ask.clone(), &world).status, 200);
    }
}

/// OpenID Connect Core has no PKCE: a deployment may let clients that prove who they are do without. Public ones never.
#[test]
fn pkce_is_waived_for_confidential_clients_where_the_operator_says_so() {
    let strict = fixture::seeded(&[("REGISTRATION_PKCE", "required")]);
    let public = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    let [confidential, public] = [json!({"redirect_uris": [CALLBACK]}), public].map(|all| registered(&all, &strict));
    let asked = |app: &App, world| {
        let mut request = app.request("openid");
        request.retain(|name, _| !name.starts_with("code_challenge"));
        let request = Request::new(Method::Get, "/authorize", &encode(&request));
        Browser::default().send(request, world).status
    };
    let waived = redeployed(&strict, &[("REGISTRATION_PKCE", "optional")]);
    let narrowed = redeployed(&waived, &[]);
    assert_eq!([&strict, &waived, &narrowed].map(|world| asked(&confidential, world)), [303, 200, 303]);
    assert_eq!(asked(&public, &waived), 303);
}

#[test]
fn variables_that_mean_nothing_are_faults() {
    let refused = [
        ("REGISTRATION", "on"),
        ("REGISTRATION_SCOPES", "openid nothing:here"),
        ("REGISTRATION_SCOPES", "a\"b"),
        ("REGISTRATION_GRANTS", "authorization_code implicit"),
        ("REGISTRATION_SCHEMES", "javascript"),
        ("REGISTRATION_SCHEMES", "cursor:"),
        ("REGISTRATION_PKCE", "off"),
        ("DENIED_REDIRECT_HOSTS", "https://bad.example"),
        ("DENIED_REDIRECT_HOSTS", "*.bad.example"),
        ("DENIED_INITIAL_TOKENS", "x"),
        ("CLIENT_ID_METADATA_DOCUMENTS", "yes"),
    ];
    for (name, value) in refused {
        let faults = Config::parse(|variable| (variable == name).then(|| value.to_owned())).unwrap_err();
        assert!(faults.iter().any(|fault| fault.starts_with(&format!("{name} "))), "{name} = {value}: {faults:?}");
    }
}

/// RFC 3986 §3.2.2: the same host, written otherwise.
#[test]
fn a_denied_host_is_denied_however_it_is_written() {
    let world = fixture::seeded(&[("DENIED_REDIRECT_HOSTS", "bad.example")]);
    for uri in [
        "https://bad.example./cb",
        "https://login.bad.example./cb",
        "https://BAD.example/cb",
        "https://%62ad.example/cb",
        "https://bad.example:8443/cb",
    ] {
        let reply = send(&json!({"redirect_uris": [uri]}), None, &world);
        refused(&reply, 400, "invalid_redirect_uri");
    }
}

/// OpenID Connect Registration §2, RFC 6761 §6.3: this device has more names than one.
#[test]
fn a_web_client_is_not_answered_on_the_users_device() {
    let world = fixture::seeded(&[]);
    for host in [
        "localhost",
        "localhost.",
        "app.localhost",
        "127.0.0.1",
        "127.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:0:0]",
    ] {
        let reply = send(&json!({"redirect_uris": [format!("https://{host}/cb")]}), None, &world);
        refused(&reply, 400, "invalid_redirect_uri");
    }
    registered(&json!({"redirect_uris": ["https://localhost.example/cb"]}), &world);
}
