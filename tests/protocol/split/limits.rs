//! What a split deployment refuses, and where each endpoint is.

use super::{Split, borrowed, variables};
use crate::fixture;
use crate::operator;
use crate::target::Target as _;
use crate::world::{World, post};
use sealwax::client::Client;
use sealwax::config::Role;
use sealwax::endpoint::{Endpoint, ROUTES, public_keys};
use sealwax::http::{Method, Request};
use sealwax::oauth::SigningAlgorithm;
use sealwax::store::{self, Key};
use serde_json::{Value, json};

/// The status of every route at a part, by whether the part has it.
#[test]
fn each_endpoint_is_at_one_part_and_unknown_at_the_others() {
    let split = Split::new(&[]);
    for route in ROUTES {
        let role = route.endpoint.role();
        let request = Request::new(route.methods[0], route.path, "");
        let found = [
            (Role::Authorize, split.authorize.send(&request).status),
            (Role::Token, split.token.send(&request).status),
            (Role::Jwks, public_keys::handle(&request, &split.jwks, split.token.clock.get(), "", |_| {}).status),
        ];
        for (part, status) in found {
            assert_eq!(status != 404, part == role, "{} at {part:?}: {status}", route.path);
        }
    }
    // The whole server has all but the one between parts.
    let whole = fixture::seeded(&[]);
    for route in ROUTES {
        let status = whole.send(&Request::new(route.methods[0], route.path, "")).status;
        assert_eq!(status == 404, route.endpoint == Endpoint::LogoutNotice, "{}", route.path);
    }
}

#[test]
fn a_part_without_pages_answers_in_json() {
    let split = Split::new(&[]);
    let nowhere = Request::new(Method::Get, "/nowhere", "");
    let answer = split.token.send(&nowhere);
    assert_eq!((answer.status, answer.get("content-type")), (404, Some("application/json")));
    let answer = public_keys::handle(&nowhere, &split.jwks, split.token.clock.get(), "r", |line| {
        assert!(line.contains("not_found") && !line.contains("nowhere"), "{line}");
    });
    assert_eq!((answer.status, answer.get("content-type")), (404, Some("application/json")));
    let page = split.authorize.send(&nowhere);
    assert_eq!((page.status, page.get("content-type")), (404, Some("text/html; charset=utf-8")));
}

#[test]
fn the_public_keys_are_those_of_the_whole_server_in_every_respect() {
    let (split, whole) = (Split::new(&[]), fixture::seeded(&[]));
    let path = "/.well-known/jwks.json";
    let at = |request: &Request| public_keys::handle(request, &split.jwks, split.token.clock.get(), "", |_| {});
    for method in [Method::Get, Method::Head, Method::Options, Method::Post, Method::Put, Method::Delete] {
        let request = Request::new(method, path, "");
        let (part, whole) = (at(&request), whole.send(&request));
        assert_eq!((part.status, &part.headers, &part.body), (whole.status, &whole.headers, &whole.body), "{method:?}");
    }
    let tag = at(&Request::new(Method::Get, path, "")).get("etag").unwrap().to_owned();
    let again = Request { if_none_match: Some(tag), ..Request::new(Method::Get, path, "") };
    assert_eq!(at(&again).status, 304);
}

/// Nothing is signed where userinfo is.
#[test]
fn signed_userinfo_is_refused_and_not_advertised() {
    let split = Split::new(&[]);
    let metadata = split.send(Request::new(Method::Get, "/.well-known/openid-configuration", ""));
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata.get("userinfo_signing_alg_values_supported"), None);
    assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
    assert_eq!(metadata["token_endpoint"], "https://id.example/token");
    let wants = json!({"redirect_uris": ["https://app.company.com/cb"], "userinfo_signed_response_alg": "ES256"});
    let answer = split.send(post("/register", "application/json", &wants.to_string()));
    assert!(answer.status == 400 && answer.body.contains("its userinfo signs nothing"), "{answer:?}");
    let call = json!({"op": "client.add", "client_id": "new", "metadata": {"redirect_uris": ["https://app.company.com/cb"],
        "userinfo_signed_response_alg": "ES256", "token_endpoint_auth_method": "none"}});
    let answer = operator::call(&split.authorize, &call);
    assert!(answer.status == 400 && answer.body.contains("its userinfo signs nothing"), "{answer:?}");

    // Registered while the deployment was one: it gets nothing unsigned.
    let key = Key::client(&sealwax::oauth::ClientId::parse("spa").unwrap());
    let stored: Client = pollster::block_on(store::read(&split.authorize.store, &key)).unwrap().unwrap();
    let signed = Client { userinfo_signed_response_alg: Some(SigningAlgorithm::Es256), ..stored };
    pollster::block_on(store::write(&split.authorize.store, &key, &signed)).unwrap();
    let (_, tokens, _) = super::secrets::signed_in(&split);
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {}", tokens["access_token"].as_str().unwrap()));
    let answer = split.send(request);
    assert!(answer.status == 400 && answer.body.contains("Userinfo is not signed here"), "{answer:?}");
}

/// `CLAIMS_IN_TOKENS` is off: the token Worker needs no accounts, and reads none.
#[test]
fn without_claims_in_tokens_no_account_is_read_and_none_is_promised() {
    let off = [("CLAIMS_IN_TOKENS", "off"), ("RESOURCES", "")];
    let split = Split::new(&off);
    let add = json!({"op": "client.add", "client_id": "new", "metadata": {"redirect_uris": ["https://app.company.com/cb"],
        "access_token_claims": ["roles"], "token_endpoint_auth_method": "none"}});
    let answer = operator::call(&split.authorize, &add);
    assert!(answer.status == 400 && answer.body.contains("CLAIMS_IN_TOKENS is off"), "{answer:?}");
    let whole = variables(Role::Authorize, &[("CLAIMS_IN_TOKENS", "off")]);
    let settings = |name: &str| {
        let known = borrowed(&whole).into_iter().find(|(known, _)| *known == name);
        known.map(|(_, value)| value.to_owned()).or((name == "ISSUER").then(|| "https://id.example".to_owned()))
    };
    let faults = sealwax::config::Config::parse(settings).unwrap_err().join("\n");
    assert!(faults.contains("RESOURCES has access_token_claims, but CLAIMS_IN_TOKENS is off"), "{faults}");

    let (_, tokens, _) = super::secrets::signed_in(&split);
    assert!(tokens["id_token"].is_string());
    // Promised before it was switched off.
    let key = Key::client(&sealwax::oauth::ClientId::parse("spa").unwrap());
    let mut stored: Value = pollster::block_on(store::read(&split.authorize.store, &key)).unwrap().unwrap();
    stored["access_token_claims"] = json!(["roles"]);
    pollster::block_on(store::write(&split.authorize.store, &key, &stored)).unwrap();
    let refused = refresh(&split.token, tokens["refresh_token"].as_str().unwrap());
    assert!(refused.1.contains("unauthorized_client") && refused.0 == 400, "{refused:?}");
}

fn refresh(world: &World, token: &str) -> (u16, String) {
    let form = format!("grant_type=refresh_token&client_id=spa&refresh_token={token}");
    let reply = world.send(&post("/token", "application/x-www-form-urlencoded", &form));
    (reply.status, reply.body.into_owned())
}
