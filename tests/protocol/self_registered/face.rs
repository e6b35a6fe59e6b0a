//! What a client that speaks for itself may show of itself (OpenID Connect Registration §2, §9.1), and what of its words
//! about sign-ins counts.

use super::{App, CALLBACK, parsed, redeployed, refused, registered, send};
use crate::browser::Browser;
use crate::fixture;
use crate::world::World;
use sealwax::http::{Document, Method};
use serde_json::{Value, json};

/// What is told of a client that registers with one more member.
fn told(member: &str, value: &Value, world: &World) -> Value {
    let mut metadata = json!({"redirect_uris": [CALLBACK]});
    metadata[member] = value.clone();
    registered(&metadata, world).told
}

fn faced() -> Value {
    json!({
        "client_name": "Notebook", "redirect_uris": [CALLBACK],
        "logo_uri": "https://app.example/logo.png", "client_uri": "https://app.example/",
        "policy_uri": "https://app.example/privacy", "tos_uri": "https://openid.net/terms",
        "initiate_login_uri": "https://app.example/login", "default_max_age": 600, "require_auth_time": true,
        "default_acr_values": ["urn:mace:incommon:iap:silver"],
    })
}

const MEMBERS: [&str; 8] = [
    "logo_uri",
    "client_uri",
    "policy_uri",
    "tos_uri",
    "initiate_login_uri",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
];

/// The sign-in page and its policy.
fn sign_in_page(app: &App, world: &World) -> (String, String) {
    let page = app.open("openid", &Browser::default(), world);
    assert_eq!(page.status, 200, "{page:?}");
    (page.header("content-security-policy").unwrap().to_owned(), page.body)
}

#[test]
fn what_is_registered_is_told_shown_and_replaced() {
    let world = fixture::seeded(&[]);
    let app = registered(&faced(), &world);
    let read = parsed(&app.manage(Method::Get, None, &world));
    for member in MEMBERS {
        assert_eq!((&app.told[member], &read[member]), (&faced()[member], &faced()[member]), "{member}");
    }
    println!("id of a client with a face: {}", app.id.len());
    assert!(app.id.len() < 520, "{}", app.id.len());
    let (policy, page) = sign_in_page(&app, &world);
    assert!(policy.contains("img-src data: https://app.example; form-action"), "{policy}");
    for shown in
        ["https://app.example/logo.png", "https://app.example/privacy", "https://openid.net/terms", "openid.net<"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    let updated = app.update(json!({"redirect_uris": [CALLBACK], "tos_uri": "https://app.example/terms"}), &world);
    assert_eq!(updated.status, 200, "{updated:?}");
    let updated = parsed(&updated);
    for member in MEMBERS {
        let expected = if member == "tos_uri" { json!("https://app.example/terms") } else { Value::Null };
        assert_eq!(updated[member], expected, "{member}");
    }
}

/// OpenID Connect Registration §9.1: nobody wears the face of another, and nobody lets browsers call what is on their device.
#[test]
fn a_logo_is_shown_from_its_own_host_alone() {
    let world = fixture::seeded(&[]);
    let with = |logo: &str| {
        let app = registered(&json!({"redirect_uris": [CALLBACK], "logo_uri": logo}), &world);
        assert_eq!(app.told["logo_uri"], logo, "it is registered all the same");
        let (policy, page) = sign_in_page(&app, &world);
        assert_eq!(page.contains("app_logo"), !policy.contains("img-src data:;"), "{policy}");
        page.contains(&format!(r#"src="{logo}""#))
    };
    for own in ["https://app.example/logo.png", "https://app.example:8443/logo.png"] {
        assert!(with(own), "{own}");
    }
    for other in [
        "https://bank.example/logo.png",
        "https://app.example.evil.example/logo.png",
        "https://evil-app.example/logo.png",
        "https://www.app.example/logo.png",
        "http://127.0.0.1:8000/logo.png",
        "https://localhost/logo.png",
    ] {
        assert!(!with(other), "{other}");
    }
    // Nobody has proven to be answered at a redirect URI that another stands beside.
    let logo = "https://bank.example/logo.png";
    let borrowed = json!({"redirect_uris": [CALLBACK, "https://bank.example/cb"], "logo_uri": logo});
    let (policy, page) = sign_in_page(&registered(&borrowed, &world), &world);
    assert!(policy.contains("img-src data:;") && !page.contains("app_logo"));
    // Nor has whoever is answered at none.
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let world = fixture::seeded(&[("REGISTRATION_GRANTS", &format!("authorization_code {device}"))]);
    let shown = |grants: Value| {
        let metadata =
            json!({"redirect_uris": [CALLBACK], "logo_uri": "https://app.example/logo.png", "grant_types": grants});
        sign_in_page(&registered(&metadata, &world), &world).1.contains("app_logo")
    };
    assert!(shown(json!(["authorization_code"])) && !shown(json!(["authorization_code", device])));
    let native = json!({"redirect_uris": ["http://127.0.0.1/cb"], "logo_uri": "http://127.0.0.1/logo.png",
        "token_endpoint_auth_method": "none"});
    let (policy, page) = sign_in_page(&registered(&native, &world), &world);
    assert!(policy.contains("img-src data:;") && !page.contains("app_logo"));
}

#[test]
fn what_cannot_be_shown_is_left_out_and_what_is_relied_on_is_refused() {
    let world = fixture::seeded(&[]);
    let long = format!("https://app.example/{}", "a".repeat(512));
    for member in ["logo_uri", "client_uri", "policy_uri", "tos_uri"] {
        for odd in [
            json!("http://app.example/x"),
            json!(""),
            json!("app.example"),
            json!("javascript:alert(1)"),
            json!("data:image/png;base64,AAAA"),
            json!("https://cdn.example;script-src/x"),
            json!("https://user@app.example/x"),
            json!(["https://app.example/x"]),
            json!(7),
            json!(null),
            json!(long),
        ] {
            assert!(told(member, &odd, &world).get(member).is_none(), "{member} {odd}");
        }
    }
    for (member, wrong) in [
        ("initiate_login_uri", json!("http://app.example/login")),
        ("initiate_login_uri", json!("com.example.app:/login")),
        ("initiate_login_uri", json!(long)),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("600")),
        ("default_max_age", json!(4_294_967_296_u64)),
        ("require_auth_time", json!("true")),
        ("default_acr_values", json!("silver")),
        ("default_acr_values", json!(["a b"])),
        ("default_acr_values", json!(["1", "2", "3", "4", "5", "6", "7", "8", "9"])),
    ] {
        let mut metadata = json!({"redirect_uris": [CALLBACK]});
        metadata[member] = wrong.clone();
        let reply = send(&metadata, None, &world);
        refused(&reply, 400, "invalid_client_metadata");
        assert!(reply.body.contains(member), "{wrong}: {}", reply.body);
    }
}

#[test]
fn default_max_age_counts_for_whoever_registered_it() {
    let world = fixture::seeded(&[]);
    let app = registered(&faced(), &world);
    let browser = Browser::default();
    let first = app.open("openid", &browser, &world);
    let done = browser.go_through(first, super::ADA, &super::fields(&[("duration", "until_withdrawn")]), &world);
    assert!(done.location().unwrap().1.contains_key("code"));
    world.advance(599_000);
    assert_eq!(app.open("openid", &browser, &world).status, 303);
    world.advance(2_000);
    assert!(app.open("openid", &browser, &world).body.contains(r#"name="password""#));
}

/// The document's own host is as good as that of a redirect URI.
#[test]
fn a_document_brings_a_face_too() {
    let url = "https://app.company.com/client.json";
    let shown = |logo: &str| {
        let world = fixture::seeded(&[]);
        let document = json!({
            "client_id": url, "redirect_uris": ["http://127.0.0.1/cb"], "logo_uri": logo,
            "policy_uri": "https://app.company.com/privacy", "tos_uri": "http://app.company.com/terms",
        });
        let document = Document { status: 200, media_type: "application/json".to_owned(), body: document.to_string() };
        world.documents.borrow_mut().insert(url.to_owned(), document);
        let app = App { redirect_uri: "http://127.0.0.1/cb".to_owned(), ..App::named(url) };
        let (_, page) = sign_in_page(&app, &world);
        assert!(page.contains(r#"id="policy_uri""#) && !page.contains(r#"id="tos_uri""#));
        assert!(world.fetched.borrow().iter().all(|fetched| fetched == url), "a logo is never fetched here");
        page.contains("app_logo")
    };
    assert!(shown("https://app.company.com/logo.png"));
    assert!(!shown("https://bank.example/logo.png"));
}

/// A registration of before, and one whose words this version reads otherwise, is good all the same.
#[test]
fn an_older_registration_has_no_face_and_works() {
    let world = fixture::seeded(&[]);
    let app = registered(&json!({"redirect_uris": [CALLBACK]}), &world);
    let later = redeployed(&world, &[]);
    let (policy, page) = sign_in_page(&app, &later);
    assert!(policy.contains("img-src data:;") && !page.contains("app_links"));
}
