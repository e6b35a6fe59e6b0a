//! Tokens that are no good where they are shown: somebody has touched them, or they are meant for something else.

use crate::browser::{Browser, Fields, encode};
use crate::fixture;
use crate::target::Answer;
use crate::world::{World, post};
use sealwax::http::{Method, Request};
use sealwax::oauth::{base64url, from_base64url};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REQUEST: &str = "/authorize?client_id=spa&response_type=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

fn form(path: &str, fields: &[(&str, &str)]) -> Request {
    let fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    post(path, "application/x-www-form-urlencoded", &encode(&fields))
}

fn tokens(scope: &str, world: &World) -> Value {
    let browser = Browser::default();
    let request = format!("{REQUEST}&scope={scope}");
    let answer = browser.go_through(browser.get(&request, world), ADA, &Fields::new(), world);
    let (_, params) = answer.location().expect("a code was issued");
    let code = ("code", &*params["code"]);
    let fields = [("client_id", "spa"), ("grant_type", "authorization_code"), code, ("code_verifier", VERIFIER)];
    serde_json::from_str(&Answer::from(world.send(&form("/token", &fields))).body).unwrap()
}

fn userinfo(token: &str, world: &World) -> u16 {
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {token}"));
    world.send(&request).status
}

/// Part `number` of a token, changed.
fn changed(token: &str, number: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut json: Value = serde_json::from_slice(&from_base64url(&parts[number]).unwrap()).unwrap();
    change(&mut json);
    parts[number] = base64url(json.to_string());
    parts.join(".")
}

#[test]
fn a_changed_access_token_is_no_access_token() {
    let world = fixture::seeded(&[]);
    let tokens = tokens("openid", &world);
    let good = tokens["access_token"].as_str().unwrap();
    assert_eq!(userinfo(good, &world), 200);
    let (input, signature) = good.rsplit_once('.').unwrap();
    let mut flipped = from_base64url(signature).unwrap();
    flipped[10] ^= 1;
    let forged = [
        changed(good, 1, |claims| claims["scope"] = json!("openid profile")),
        changed(good, 1, |claims| claims["exp"] = json!(9_999_999_999_u64)),
        changed(good, 0, |header| header["alg"] = json!("none")),
        changed(good, 0, |header| header["kid"] = json!("another")),
        changed(good, 0, |header| header["crit"] = json!(["b64"])),
        changed(good, 0, |header| header["typ"] = json!("JWT")),
        format!("{input}.{}", base64url(flipped)),
        format!("{input}."),
        input.to_owned(),
    ];
    for token in forged {
        assert_eq!(userinfo(&token, &world), 401, "{token}");
        let form = form("/revoke", &[("client_id", "spa"), ("token", &token)]);
        assert_eq!(world.send(&form).status, 200, "RFC 7009 §2.2: it is nothing that could be revoked");
    }
    assert_eq!(userinfo(good, &world), 200, "and nothing was");
}

#[test]
fn a_changed_id_token_is_no_hint() {
    let world = fixture::seeded(&[]);
    let tokens = tokens("openid", &world);
    let good = tokens["id_token"].as_str().unwrap();
    let hinted =
        |hint: &str| world.send(&Request::new(Method::Get, "/end_session", &format!("id_token_hint={hint}"))).status;
    assert_eq!(hinted(good), 200);
    assert_eq!(hinted(&changed(good, 1, |claims| claims["sid"] = json!("another"))), 400);
    assert_eq!(hinted(tokens["access_token"].as_str().unwrap()), 400);
}

/// RFC 6750 §3.1: the token is good, and for this server, but userinfo is more than it allows.
#[test]
fn a_token_without_openid_is_not_enough_for_userinfo() {
    let world = fixture::seeded(&[("DEFAULT_RESOURCE", "")]);
    let tokens = tokens("notes:read", &world);
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {}", tokens["access_token"].as_str().unwrap()));
    let reply = world.send(&request);
    assert_eq!(reply.status, 403);
    let challenge = reply.get("www-authenticate").unwrap();
    assert!(
        challenge.contains(r#"error="insufficient_scope""#) && challenge.contains(r#"scope="openid""#),
        "{challenge}"
    );
}
