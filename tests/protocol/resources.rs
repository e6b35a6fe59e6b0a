//! Resources with signing algorithms of their own, and what happens to grants when the registry or a registration changes.

use crate::browser::{Browser, Fields, form_request};
use crate::fixture;
use crate::target::Answer;
use crate::world::World;
use base64::Engine as _;
use sealwax::client::Client;
use sealwax::config::Config;
use sealwax::oauth::{ClientId, Resource, from_base64url};
use sealwax::store::{self, Key};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const BOTH: &str = "&resource=https://files.example&resource=https://mail.example/v2";
const SCOPE: &str = "files:read+mail:send+offline_access";

const SIGNED: &str = r#"{
    "https://files.example": {"signing_alg": "EdDSA", "scopes": {"files:read": {"description": "See your files"}}},
    "https://mail.example/v2": {"scopes": {"mail:send": {"description": "Send mail"}}},
    "https://notes.example": {"signing_alg": "ES256", "scopes": {"notes:write": {
        "description": "Change and delete your notes", "optional": true}}}
}"#;

fn query(scope: &str, resources: &str) -> String {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    format!(
        "/authorize?client_id=desk&response_type=code&scope={scope}&code_challenge={challenge}&code_challenge_method=S256{resources}"
    )
}

/// A code for these resources.
fn code(scope: &str, resources: &str, world: &World) -> String {
    let browser = Browser::default();
    let answer = browser.go_through(browser.get(&query(scope, resources), world), ADA, &Fields::new(), world);
    answer.location().unwrap_or_else(|| panic!("{answer:?}")).1["code"].clone()
}

/// A call of the token endpoint, with a resource where one is named.
fn token(fields: &[(&str, &str)], resource: Option<&str>, world: &World) -> (u16, Value) {
    let resource = resource.map(|resource| ("resource", resource));
    let form = fields.iter().copied().chain(resource);
    let form: Fields = form.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut request = form_request("/token", &form);
    let joined = format!("desk:{}", fixture::client_secret("desk").unwrap());
    request.authorization = Some(format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(joined)));
    let answer: Answer = world.send(&request).into();
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

fn redeem(code: &str, resource: Option<&str>, world: &World) -> (u16, Value) {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    token(&fields, resource, world)
}

fn refresh(tokens: &Value, resource: Option<&str>, world: &World) -> (u16, Value) {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    token(&fields, resource, world)
}

fn part(tokens: &Value, number: usize) -> Value {
    let part = tokens["access_token"].as_str().unwrap().split('.').nth(number).unwrap();
    serde_json::from_slice(&from_base64url(part).unwrap()).unwrap()
}

fn change(change: impl FnOnce(Client) -> Client, world: &World) {
    let key = Key::client(&ClientId::parse("desk").unwrap());
    let stored: Client = pollster::block_on(store::read(&world.store, &key)).unwrap().unwrap();
    pollster::block_on(store::write(&world.store, &key, &change(stored))).unwrap();
}

/// The same deployment with other resources.
fn redeployed(mut world: World, resources: &str) -> World {
    world.config = fixture::seeded(&[("RESOURCES", resources)]).config;
    world
}

#[test]
fn one_token_has_one_signature() {
    let world = fixture::seeded(&[("RESOURCES", SIGNED)]);
    let code = code(SCOPE, BOTH, &world);
    let (status, refusal) = redeem(&code, None, &world);
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_target")));
    assert!(refusal["error_description"].as_str().unwrap().contains("name one of them"), "{refusal}");
    let (status, tokens) = redeem(&code, Some("https://files.example"), &world);
    assert_eq!((status, &part(&tokens, 0)["alg"]), (200, &json!("EdDSA")), "a refusal spends no code");
    let (status, refusal) = refresh(&tokens, None, &world);
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_target")));
    let (_, of_mail) = refresh(&tokens, Some("https://mail.example/v2"), &world);
    assert_eq!(part(&of_mail, 0)["alg"], "ES256");
}

#[test]
fn the_default_algorithm_named_or_not_is_one() {
    let world = fixture::seeded(&[("RESOURCES", SIGNED)]);
    let resources = "&resource=https://notes.example&resource=https://mail.example/v2";
    let (status, tokens) = redeem(&code("mail:send", resources, &world), None, &world);
    assert_eq!((status, &part(&tokens, 0)["alg"]), (200, &json!("ES256")));
    assert_eq!(part(&tokens, 1)["aud"], json!(["https://mail.example/v2", "https://notes.example"]));
}

#[test]
fn a_resource_that_is_gone_gets_no_tokens_any_more() {
    let world = fixture::seeded(&[]);
    let (_, tokens) = redeem(&code(SCOPE, BOTH, &world), None, &world);
    let late = code(SCOPE, BOTH, &world);
    let (_, of_files) =
        redeem(&code("files:read+offline_access", "&resource=https://files.example", &world), None, &world);
    let mail_alone = r#"{"https://mail.example/v2": {"scopes": {"mail:send": {"description": "Send mail"}}}}"#;
    let world = redeployed(world, mail_alone);
    let (status, renewed) = refresh(&tokens, None, &world);
    assert_eq!((status, &renewed["scope"]), (200, &json!("mail:send offline_access")));
    assert_eq!(part(&renewed, 1)["aud"], "https://mail.example/v2", "spelled as it is registered now");
    assert_eq!(refresh(&tokens, Some("https://files.example"), &world).1["error"], "invalid_target");
    let (status, refusal) = refresh(&of_files, None, &world);
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_grant")), "nothing of that grant is left");
    assert_eq!(world.logged()["cause"], "resource_withdrawn");
    assert_eq!(redeem(&late, None, &world).1["scope"], "mail:send offline_access");
}

#[test]
fn a_client_that_is_limited_later_loses_what_it_may_not_have_any_more() {
    let world = fixture::seeded(&[]);
    let (_, tokens) = redeem(&code(SCOPE, BOTH, &world), None, &world);
    let browser = Browser::default();
    let waiting = browser.get(&query(SCOPE, BOTH), &world);
    let allowed = Resource::parse("https://mail.example/v2").unwrap();
    change(|client| Client { allowed_resources: Some(vec![allowed]), ..client }, &world);
    let (_, renewed) = refresh(&tokens, None, &world);
    assert_eq!((&renewed["scope"], &part(&renewed, 1)["aud"]), (&json!("mail:send offline_access"), &json!("mail")));
    let answer = browser.answer(&waiting, "/login", &[("username", ADA.0), ("password", ADA.1)], &world);
    assert_eq!((answer.status, world.logged()["cause"].as_str()), (400, Some("client_narrowed")), "{answer:?}");
    change(|client| Client { allowed_resources: Some(Vec::new()), ..client }, &world);
    assert_eq!(refresh(&tokens, None, &world).1["error"], "invalid_grant");
}

#[test]
fn nine_resources_are_too_many() {
    let entries: Vec<String> = (0..9).map(|n| format!(r#""https://r{n}.example": {{}}"#)).collect();
    let world = fixture::seeded(&[("RESOURCES", &format!("{{{}}}", entries.join(",")))]);
    let named = |count: usize| {
        let named: Vec<String> = (0..count).map(|n| format!("&resource=https://r{n}.example")).collect();
        named.concat()
    };
    assert_eq!(Browser::default().get(&query("notes:read", &named(8)), &world).status, 200);
    let answer = Browser::default().get(&query("notes:read", &named(9)), &world);
    assert_eq!(answer.location().unwrap().1["error"], "invalid_target");
    let twice = format!("{}{}", named(8), named(8));
    assert_eq!(Browser::default().get(&query("notes:read", &twice), &world).status, 200, "each counts once");
}

#[test]
fn without_a_default_a_token_is_for_the_issuer_and_for_no_resource() {
    let world = fixture::seeded(&[("DEFAULT_RESOURCE", "")]);
    let (_, tokens) = redeem(&code("notes:read+files:read", "", &world), None, &world);
    assert_eq!((&tokens["scope"], &part(&tokens, 1)["aud"]), (&json!("notes:read"), &json!("https://id.example")));
    let code = code("notes:read", "", &world);
    assert_eq!(redeem(&code, Some("https://files.example"), &world).1["error"], "invalid_target");
}

/// Where two resources differ by a slash alone, nothing is forgiven: each is itself.
#[test]
fn a_slash_is_forgiven_only_where_one_resource_is_meant() {
    let config = |default: &str, resources: &str| -> Config {
        fixture::seeded(&[("DEFAULT_RESOURCE", default), ("RESOURCES", resources)]).config
    };
    let named = |config: &Config, uri: &str| config.resource(uri).map(|resource| resource.as_str().to_owned());
    let two = config("", r#"{"https://a.example/x": {}, "https://a.example/x/": {}, "https://a.example/x/y/": {}}"#);
    for exact in ["https://a.example/x", "https://a.example/x/"] {
        assert_eq!(named(&two, exact).as_deref(), Some(exact));
    }
    assert_eq!(named(&two, "https://a.example/x/y").as_deref(), Some("https://a.example/x/y/"));
    let between = config("", r#"{"https://a.example/x": {}, "https://a.example/x//": {}}"#);
    assert_eq!(named(&between, "https://a.example/x/"), None, "it could be either");
    let default = config("https://a.example", r#"{"https://a.example/": {"name": "A"}}"#);
    assert_eq!(default.default_resource.as_ref().map(Resource::as_str), Some("https://a.example/"));
    let beside = config("https://b.example", r#"{"https://a.example/": {}}"#);
    assert_eq!(named(&beside, "https://b.example/").as_deref(), Some("https://b.example"));
}
