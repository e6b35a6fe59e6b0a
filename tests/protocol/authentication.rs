//! `auth_time`, `acr` and `amr` in the ID token (OpenID Connect Core §2, §3.1.2.1), as the clock goes on.

use crate::browser::{Browser, Fields, encode};
use crate::fixture;
use crate::target::{Answer, Target as _};
use crate::world::World;
use sealwax::http::{Method, Request};
use sealwax::oauth::from_base64url;
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const HOUR: u64 = 60 * 60 * 1000;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What an authorization request of `legacy` with these parameters is answered with at first.
fn ask(more: &[(&str, &str)], browser: &Browser, world: &World) -> Answer {
    let mut params = fields(&[
        ("response_type", "code"),
        ("client_id", "legacy"),
        ("redirect_uri", fixture::redirect_uri("legacy")),
        ("scope", "openid offline_access"),
    ]);
    params.extend(fields(more));
    browser.send(Request::new(Method::Get, "/authorize", &encode(&params)), world)
}

/// Tokens for whoever goes through with such a request.
fn tokens(more: &[(&str, &str)], browser: &Browser, world: &World) -> Value {
    let answer = browser.go_through(ask(more, browser, world), ADA, &Fields::new(), world);
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1["code"].clone();
    token(&[("grant_type", "authorization_code"), ("code", &code)], world)
}

fn token(form: &[(&str, &str)], world: &World) -> Value {
    let mut form = fields(form);
    form.extend(fields(&[
        ("client_id", "legacy"),
        ("client_secret", &fixture::client_secret("legacy").unwrap()),
        ("redirect_uri", fixture::redirect_uri("legacy")),
    ]));
    let answer = crate::browser::form_request("/token", &form);
    serde_json::from_str(&world.send(&answer).body).unwrap()
}

fn id_token(tokens: &Value) -> Value {
    let token = tokens["id_token"].as_str().unwrap_or_else(|| panic!("{tokens}"));
    serde_json::from_slice(&from_base64url(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn auth_time(tokens: &Value) -> u64 {
    id_token(tokens)["auth_time"].as_u64().unwrap()
}

#[test]
fn auth_time_stands_under_single_sign_on_and_moves_with_every_sign_in() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let first = auth_time(&tokens(&[], &browser, &world));
    assert_eq!(first, world.now());
    for more in [&[][..], &[("max_age", "10000")], &[("prompt", "none")], &[("prompt", "consent")]] {
        world.advance(1500);
        assert_eq!(auth_time(&tokens(more, &browser, &world)), first, "{more:?}");
    }
    let mut last = first;
    for more in [&[("prompt", "login")], &[("max_age", "0")], &[("max_age", "1")], &[("prompt", "login consent")]] {
        world.advance(1500);
        let moved = auth_time(&tokens(more, &browser, &world));
        assert_eq!(moved, world.now(), "{more:?}");
        assert!(moved > last);
        last = moved;
        // For everybody else too: it is one sign-in.
        assert_eq!(auth_time(&tokens(&[("max_age", "10000")], &browser, &world)), moved);
    }
}

#[test]
fn choosing_an_account_moves_no_auth_time() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let first = auth_time(&tokens(&[], &browser, &world));
    world.advance(HOUR);
    let page = ask(&[("prompt", "select_account")], &browser, &world);
    let answer = browser.answer(&page, "/login", &[("decision", "continue")], &world);
    let code = answer.location().unwrap().1["code"].clone();
    assert_eq!(auth_time(&token(&[("grant_type", "authorization_code"), ("code", &code)], &world)), first);
}

#[test]
fn a_refreshed_id_token_tells_the_same_sign_in() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let tokens = tokens(&[("max_age", "60"), ("acr_values", "urn:mace:incommon:iap:silver")], &browser, &world);
    world.advance(HOUR);
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let again = token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)], &world);
    let [first, second] = [id_token(&tokens), id_token(&again)];
    for claim in ["iss", "sub", "aud", "auth_time", "acr", "amr"] {
        assert_eq!(first[claim], second[claim], "{claim}");
        assert!(!first[claim].is_null(), "{claim}");
    }
    assert_eq!((&first["acr"], &first["amr"]), (&json!("urn:sealwax:acr:password"), &json!(["pwd"])));
    assert_ne!(first["iat"], second["iat"]);
}

/// OpenID Connect Core §3.1.2.1: by the same instant, no sign-in is new enough for `max_age=0` but one for this request.
#[test]
fn no_sign_in_is_young_enough_for_no_age_at_all() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    tokens(&[], &browser, &world);
    assert_eq!(ask(&[("max_age", "1"), ("prompt", "none")], &browser, &world).status, 303);
    let refused = ask(&[("max_age", "0"), ("prompt", "none")], &browser, &world);
    assert_eq!(refused.location().unwrap().1["error"], "login_required");
}

#[test]
fn a_revoked_sign_in_is_none_that_could_be_chosen() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    tokens(&[], &browser, &world);
    let page = ask(&[("prompt", "select_account")], &browser, &world);
    let account = browser.get("/account", &world);
    let other = browser.copy();
    assert_eq!(browser.answer(&account, "/account", &[("do", "sign_out_everywhere")], &world).status, 303);
    let answer = other.answer(&page, "/login", &[("decision", "continue")], &world);
    assert!(answer.body.contains(r#"name="password""#), "{answer:#?}");
    assert!(ask(&[("prompt", "select_account")], &other, &world).body.contains(r#"name="password""#));
}
