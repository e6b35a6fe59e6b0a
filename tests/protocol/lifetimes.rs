//! How long refresh tokens last: by the deployment, by the client, by the consent, and unused.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::target::Answer;
use crate::world::World;
use sealwax::config::Config;
use sealwax::http::{Method, Request};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SECOND: u64 = 1000;
const DAY: u64 = 86_400 * SECOND;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn token(world: &World, client: &str, pairs: &[(&str, &str)]) -> (u16, Value) {
    let mut form = fields(pairs);
    form.insert("client_id".to_owned(), client.to_owned());
    let answer: Answer = world.send(&form_request("/token", &form)).into();
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

/// The refresh token of a fresh grant of a public client.
fn granted(world: &World, client: &str, redirect_uri: &str, duration: &str) -> String {
    let query = fields(&[
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", redirect_uri),
        ("scope", "openid offline_access"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let browser = Browser::default();
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world);
    let answer = browser.go_through(first, ADA, &fields(&[("duration", duration)]), world);
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").unwrap();
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let (status, body) = token(world, client, &grant);
    assert_eq!(status, 200, "{body}");
    text(&body)
}

fn text(body: &Value) -> String {
    body["refresh_token"].as_str().unwrap().to_owned()
}

/// The next refresh token, or the status of the refusal.
fn refresh(world: &World, client: &str, refresh_token: &str) -> Result<String, u16> {
    let (status, body) = token(world, client, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]);
    if status == 200 { Ok(text(&body)) } else { Err(status) }
}

const SPA: (&str, &str) = ("spa", "https://spa.example/cb");

#[test]
fn unused_a_rotating_token_ends_after_fourteen_days() {
    let world = fixture::seeded(&[]);
    let first = granted(&world, SPA.0, SPA.1, "until_withdrawn");
    world.advance(14 * DAY - SECOND);
    let second = refresh(&world, "spa", &first).unwrap();
    world.advance(14 * DAY - SECOND);
    let third = refresh(&world, "spa", &second).unwrap();
    world.advance(SECOND);
    refresh(&world, "spa", &third).unwrap();
    let idle = granted(&world, SPA.0, SPA.1, "until_withdrawn");
    world.advance(14 * DAY);
    assert_eq!(refresh(&world, "spa", &idle), Err(400));
}

#[test]
fn however_much_it_is_used_it_ends_after_thirty_days() {
    let world = fixture::seeded(&[]);
    let mut newest = granted(&world, SPA.0, SPA.1, "until_withdrawn");
    for _ in 0..2 {
        world.advance(13 * DAY);
        newest = refresh(&world, "spa", &newest).unwrap();
    }
    world.advance(4 * DAY - SECOND);
    newest = refresh(&world, "spa", &newest).unwrap();
    world.advance(SECOND);
    assert_eq!(refresh(&world, "spa", &newest), Err(400));
}

#[test]
fn the_deployment_and_the_client_say_how_long() {
    let vars = [("REFRESH_TOKEN_LIFETIME", "1000"), ("REFRESH_TOKEN_IDLE", "100")];
    let world = fixture::seeded(&vars);
    fixture::register(
        &world,
        &json!({"client_id": "own", "token_endpoint_auth_method": "none", "redirect_uris": ["https://own-times.example/cb"],
            "scope": "openid offline_access", "refresh_token_lifetime": 500, "refresh_token_idle": 300}),
    );
    let own = ("own", "https://own-times.example/cb");
    for ((client, redirect_uri), idle, lifetime) in [(SPA, 100, 1000), (own, 300, 500)] {
        let first = granted(&world, client, redirect_uri, "until_withdrawn");
        world.advance((idle - 1) * SECOND);
        let second = refresh(&world, client, &first).unwrap();
        world.advance(idle * SECOND);
        assert_eq!(refresh(&world, client, &second), Err(400), "{client}: unused");
        let mut newest = granted(&world, client, redirect_uri, "until_withdrawn");
        let mut age = 0;
        while age + idle - 1 < lifetime {
            world.advance((idle - 1) * SECOND);
            age += idle - 1;
            newest = refresh(&world, client, &newest).unwrap();
        }
        world.advance((lifetime - age) * SECOND);
        assert_eq!(refresh(&world, client, &newest), Err(400), "{client}: used");
    }
}

#[test]
fn the_consent_ends_a_rotating_family_too() {
    let world = fixture::seeded(&[]);
    let newest = granted(&world, SPA.0, SPA.1, "visit");
    // The session lasts seven days.
    world.advance(7 * DAY - SECOND);
    let newest = refresh(&world, "spa", &newest).unwrap();
    world.advance(SECOND);
    assert_eq!(refresh(&world, "spa", &newest), Err(400));
}

#[test]
fn the_grace_period_is_the_operators_to_say() {
    for grace in [10, 300] {
        let world = fixture::seeded(&[("REFRESH_TOKEN_GRACE", &grace.to_string())]);
        let first = granted(&world, SPA.0, SPA.1, "until_withdrawn");
        refresh(&world, "spa", &first).unwrap();
        world.advance(grace * SECOND);
        let newest = refresh(&world, "spa", &first).unwrap();
        world.advance(1);
        assert_eq!(refresh(&world, "spa", &first), Err(400), "{grace}");
        assert_eq!(refresh(&world, "spa", &newest), Err(400), "the family is revoked");
    }
    for outside in ["9", "301", "-1", "30s"] {
        let faults = Config::parse(|name| (name == "REFRESH_TOKEN_GRACE").then(|| outside.to_owned())).unwrap_err();
        assert!(faults.iter().any(|fault| fault.starts_with("REFRESH_TOKEN_GRACE ")), "{outside}: {faults:?}");
    }
}
