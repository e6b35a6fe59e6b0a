//! Exchanged tokens (RFC 8693): what ends them, what they cost, and what happens where that cannot be known.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::operator;
use crate::target::Answer;
use crate::world::World;
use base64::Engine as _;
use sealwax::client::Client;
use sealwax::http::{Method, Request};
use sealwax::oauth::{ClientId, GrantType, Resource, Scope, from_base64url};
use sealwax::store::{self, Ancestor, Key, Ledger as _, Login, Revocation, Store as _};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn call(path: &str, client: &str, form: &[(&str, &str)], world: &World) -> Answer {
    let mut request = form_request(path, &fields(form));
    let joined = format!("{client}:{}", fixture::client_secret(client).unwrap());
    request.authorization = Some(format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(joined)));
    world.send(&request).into()
}

fn token_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:#?}");
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    json["access_token"].as_str().unwrap().to_owned()
}

/// A token that the client `web` got for ada, for the resource that `api` serves.
fn user_token(world: &World) -> String {
    let query = fields(&[
        ("response_type", "code"),
        ("client_id", "web"),
        ("scope", "openid notes:read"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let browser = Browser::default();
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world);
    let answer = browser.go_through(first, ADA, &Fields::new(), world);
    let code = answer.location().unwrap().1.remove("code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    token_of(&call("/token", "web", &form, world))
}

/// As if it were the user, or in the name of an actor.
fn exchange(client: &str, token: &str, actor: Option<&str>, world: &World) -> Answer {
    let mut form = vec![("grant_type", GRANT), ("subject_token", token), ("subject_token_type", JWT)];
    form.extend(actor.into_iter().flat_map(|actor| [("actor_token", actor), ("actor_token_type", JWT)]));
    call("/token", client, &form, world)
}

fn is_active(token: &str, world: &World) -> bool {
    let answer = call("/introspect", "api", &[("token", token)], world);
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    json["active"].as_bool().unwrap()
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str, cause: &str, world: &World) {
    let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    assert_eq!((answer.status, json["error"].as_str()), (status, Some(error)), "{answer:#?}");
    let logged = world.logged();
    assert_eq!((&logged["cause"], &logged["event"]), (&json!(cause), &json!("token_refused")));
}

fn change(id: &str, change: impl FnOnce(&mut Client), world: &World) {
    let key = Key::client(&ClientId::parse(id).unwrap());
    let mut client: Client = pollster::block_on(store::read(&world.store, &key)).unwrap().unwrap();
    change(&mut client);
    fixture::put(world, &key, &client);
}

fn ada(world: &World) -> Login {
    pollster::block_on(store::read(&world.store, &Key::login("ada"))).unwrap().unwrap()
}

#[test]
fn an_exchange_writes_nothing_and_asks_no_ledger() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    world.store.fail_writes(Some(""));
    world.ledger.fail(true);
    let exchanged = token_of(&exchange("archive", &token, None, &world));
    let logged = world.logged();
    assert_eq!((&logged["event"], &logged["client"]), (&json!("token_exchanged"), &json!("archive")));
    assert!(logged["subject"].is_string() && logged["family"].is_string());
    assert!(is_active(&exchanged, &world));
    let log = world.log.borrow().join("\n");
    assert!(!log.contains(&exchanged) && !log.contains(&token));
}

#[test]
fn the_answer_tells_how_long_it_lasts() {
    let world = fixture::seeded(&[]);
    let expires_in = |answer: &Answer| {
        assert_eq!(answer.status, 200, "{answer:#?}");
        serde_json::from_str::<Value>(&answer.body).unwrap()["expires_in"].clone()
    };
    let service = token_of(&call("/token", "gateway", &[("grant_type", "client_credentials")], &world));
    world.advance(100_000);
    let token = user_token(&world);
    world.advance(400_000);
    assert_eq!(expires_in(&exchange("archive", &token, None, &world)), 200);
    assert_eq!(expires_in(&exchange("gateway", &token, Some(&service), &world)), 100);
}

#[test]
fn where_it_is_not_known_whether_a_token_is_revoked_nothing_is_exchanged() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    let revoked = Key::revoked(ada(&world).sub);
    pollster::block_on(world.store.put(&revoked, "nonsense")).unwrap();
    let answer = exchange("archive", &token, None, &world);
    refused(&answer, 503, "temporarily_unavailable", "store_garbage", &world);
    assert_eq!(answer.header("retry-after"), Some("5"));
    pollster::block_on(world.store.delete(&revoked)).unwrap();
    token_of(&exchange("archive", &token, None, &world));
}

/// `REVOCATION = "ledger"`: what KV does not show yet counts.
#[test]
fn revocations_are_read_as_strictly_as_the_operator_says() {
    let world = fixture::seeded(&[("REVOCATION", "ledger")]);
    let token = user_token(&world);
    world.ledger.fail(true);
    let answer = exchange("archive", &token, None, &world);
    refused(&answer, 503, "temporarily_unavailable", "ledger_unavailable", &world);
    world.ledger.fail(false);
    let user = ada(&world);
    let revocation = Revocation { ancestor: Ancestor::Subject, at: world.clock.get() };
    pollster::block_on(world.ledger.revoke(user.sub, user.home, &revocation)).unwrap();
    pollster::block_on(world.store.delete(&Key::revoked(user.sub))).unwrap();
    refused(&exchange("archive", &token, None, &world), 400, "invalid_request", "subject_revoked", &world);
}

#[test]
fn it_ends_with_every_client_on_its_way() {
    type Change = fn(&mut Client);
    let ends: [Change; 2] = [|client| client.disabled = true, |client| client.epoch += 1];
    for ended in ["web", "archive", "proxy"] {
        for end in ends {
            let world = fixture::seeded(&[]);
            let first = user_token(&world);
            let second = token_of(&exchange("archive", &first, None, &world));
            let third = token_of(&exchange("proxy", &second, None, &world));
            change(ended, end, &world);
            let alive = [&first, &second, &third].map(|token| is_active(token, &world));
            let expected = match ended {
                "web" => [false, false, false],
                "archive" => [true, false, false],
                _ => [true, true, false],
            };
            assert_eq!(alive, expected, "{ended}");
            if ended != "proxy" {
                let cause = "client_revoked";
                refused(&exchange("proxy", &second, None, &world), 400, "invalid_request", cause, &world);
            }
        }
    }
    let world = fixture::seeded(&[]);
    let exchanged = token_of(&exchange("archive", &user_token(&world), None, &world));
    pollster::block_on(world.store.delete(&Key::client(&ClientId::parse("archive").unwrap()))).unwrap();
    assert!(!is_active(&exchanged, &world));
}

#[test]
fn every_ancestor_ends_it() {
    let calls = [
        json!({"op": "revoke.user", "username": "ada"}),
        json!({"op": "user.disable", "username": "ada"}),
        json!({"op": "user.remove", "username": "ada"}),
    ];
    for call in calls {
        let world = fixture::seeded(&[]);
        let token = user_token(&world);
        let exchanged = token_of(&exchange("archive", &token, None, &world));
        operator::ok(&world, &call);
        assert!(!is_active(&exchanged, &world), "{call}");
    }
}

#[test]
fn policies_are_those_of_now() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    token_of(&exchange("archive", &token, None, &world));
    change("archive", |client| client.exchange_modes.clear(), &world);
    let cause = "impersonation_not_allowed";
    refused(&exchange("archive", &token, None, &world), 400, "invalid_request", cause, &world);
    change("proxy", |client| client.scope = Scope::parse("files:read").unwrap(), &world);
    refused(&exchange("proxy", &token, None, &world), 400, "invalid_scope", "scope_empty", &world);
    change("proxy", |client| client.resources.clear(), &world);
    let cause = "token_not_for_the_caller";
    refused(&exchange("proxy", &token, None, &world), 400, "invalid_request", cause, &world);
}

/// A token for another's audience, and one that is shown by somebody whom it was not given to.
#[test]
fn whose_a_token_is() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    let service = token_of(&call("/token", "gateway", &[("grant_type", "client_credentials")], &world));
    let delegated = token_of(&exchange("gateway", &token, Some(&service), &world));
    // The first client does not get hold of what was made of its token.
    let answer = call("/revoke", "web", &[("token", &delegated)], &world);
    refused_revocation(&answer);
    assert!(is_active(&delegated, &world));
    assert_eq!(call("/revoke", "gateway", &[("token", &delegated)], &world).status, 200);
    assert!(!is_active(&delegated, &world) && is_active(&token, &world));
    // An actor's token that is revoked, or meant for somebody else.
    assert_eq!(call("/revoke", "gateway", &[("token", &service)], &world).status, 200);
    let answer = exchange("gateway", &token, Some(&service), &world);
    refused(&answer, 400, "invalid_request", "token_revoked", &world);
    let form = [("grant_type", "client_credentials"), ("resource", "https://files.example")];
    let elsewhere = token_of(&call("/token", "machine", &form, &world));
    let answer = exchange("gateway", &token, Some(&elsewhere), &world);
    refused(&answer, 400, "invalid_request", "token_not_for_the_caller", &world);
}

fn refused_revocation(answer: &Answer) {
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, json["error"].as_str()), (400, Some("invalid_grant")));
}

/// `audience` may name a client where the operator calls a resource so.
#[test]
fn a_client_in_the_audience_is_meant() {
    let resources = r#"{"https://api.example": {"audience": "archive"}}"#;
    let world = fixture::seeded(&[("RESOURCES", resources), ("SCOPES", r#"{"notes:read": {"description": "Read"}}"#)]);
    let token = user_token(&world);
    change("archive", |client| client.resources.clear(), &world);
    let exchanged = token_of(&exchange("archive", &token, None, &world));
    let claims: Value = serde_json::from_slice(&from_base64url(exchanged.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["aud"], "archive");
}

#[test]
fn a_resource_that_is_gone_is_no_target() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    let mut world = world;
    world.config = fixture::seeded(&[("DEFAULT_RESOURCE", "https://other.example")]).config;
    let named = [
        ("grant_type", GRANT),
        ("subject_token", &token),
        ("subject_token_type", JWT),
        ("resource", "https://api.example"),
    ];
    refused(&call("/token", "archive", &named, &world), 400, "invalid_target", "resource_unknown", &world);
    let answer = exchange("archive", &token, None, &world);
    refused(&answer, 400, "invalid_target", "resource_missing", &world);
}

#[test]
fn where_there_are_no_resources_tokens_are_for_the_server_itself() {
    let world = fixture::seeded(&[("DEFAULT_RESOURCE", ""), ("RESOURCES", "")]);
    let token = user_token(&world);
    // Whom it is for then, nobody can say but its client.
    refused(&exchange("archive", &token, None, &world), 400, "invalid_request", "token_not_for_the_caller", &world);
    change("web", |client| client.grant_types.push(GrantType::TokenExchange), &world);
    let exchanged = token_of(&exchange("web", &token, None, &world));
    let claims: Value = serde_json::from_slice(&from_base64url(exchanged.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!("https://id.example"), &json!("notes:read")));
}

/// A token of its own for somewhere else is no narrower: that takes the right to act as if it were the user.
#[test]
fn whoever_widens_a_token_of_its_own_does_not_narrow_it() {
    let world = fixture::seeded(&[]);
    let token = user_token(&world);
    let widens = |client: &mut Client| {
        client.grant_types.push(GrantType::TokenExchange);
        client.exchange_resources = vec![Resource::parse("https://files.example").unwrap()];
        client.scope = Scope::parse("openid notes:read files:read").unwrap();
    };
    change("web", widens, &world);
    token_of(&exchange("web", &token, None, &world));
    let named = [
        ("grant_type", GRANT),
        ("subject_token", &token),
        ("subject_token_type", JWT),
        ("resource", "https://files.example"),
    ];
    let cause = "impersonation_not_allowed";
    refused(&call("/token", "web", &named, &world), 400, "invalid_request", cause, &world);
}
