//! What is known of users: set by the operator, read only where something of it is told. The cases of one request are in
//! `tests/transcripts/claims.toml`.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::operator::{call, ok};
use crate::target::Answer;
use crate::world::World;
use base64::Engine as _;
use sealwax::http::{Method, Request};
use sealwax::oauth::{Bytes16 as _, SubjectId, from_base64url};
use sealwax::store::{Key, Store as _};
use serde_json::{Value, json};

/// The fixtures' first user.
pub fn ada() -> SubjectId {
    SubjectId::from_bytes([1; 16])
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A code for a client of the fixtures; ada signs in and allows.
pub fn code(client: &str, more: &[(&str, &str)], browser: &Browser, world: &World) -> String {
    let mut query = fields(&[
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", fixture::redirect_uri(client)),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    query.extend(fields(more));
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world);
    let answer = browser.go_through(first, ("ada", fixture::password("ada")), &Fields::new(), world);
    answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").unwrap()
}

/// A call of a client that has a secret.
pub fn post(path: &str, client: &str, form: &[(&str, &str)], world: &World) -> Answer {
    let mut request = form_request(path, &fields(form));
    let joined = format!("{client}:{}", fixture::client_secret(client).unwrap());
    request.authorization = Some(format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(joined)));
    world.send(&request).into()
}

pub fn redeem(client: &str, code: &str, world: &World) -> Answer {
    let redirect_uri = fixture::redirect_uri(client);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    post("/token", client, &form, world)
}

pub fn parsed(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:#?}"))
}

/// The claims of a token in an answer.
pub fn claims(answer: &Answer, token: &str) -> Value {
    let json = parsed(answer);
    let token = json[token].as_str().unwrap_or_else(|| panic!("{answer:#?}"));
    serde_json::from_slice(&from_base64url(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn userinfo(tokens: &Answer, world: &World) -> Value {
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {}", parsed(tokens)["access_token"].as_str().unwrap()));
    parsed(&world.send(&request).into())
}

#[test]
fn the_operator_sets_what_is_known_of_a_user_and_clients_are_told() {
    let world = fixture::seeded(&[]);
    let scope = [("scope", "openid profile email")];
    let tokens = redeem("people", &code("people", &scope, &Browser::default(), &world), &world);
    let before = userinfo(&tokens, &world);
    assert_eq!(before["name"], "Ada Lovelace");
    world.advance(5_000);
    let changes = json!({"name": "Ada King", "email": null, "name#de": "Ada König", "level": 7});
    let updated = ok(&world, &json!({"op": "user.update", "username": "Ada", "claims": changes}));
    assert_eq!((&updated["claims"]["name"], &updated["claims"]["level"]), (&json!("Ada King"), &json!(7)));
    assert!(updated["claims"].get("email").is_none() && updated["claims"]["roles"].is_array());
    assert_eq!(ok(&world, &json!({"op": "user.show", "username": "ada"})), updated);
    let after = userinfo(&tokens, &world);
    assert_eq!((&after["name"], &after["name#de"]), (&json!("Ada King"), &json!("Ada König")));
    assert!(after.get("email").is_none() && after.get("level").is_none());
    assert_eq!(after["updated_at"], world.clock.get().seconds());
    assert!(before["updated_at"].as_u64() < after["updated_at"].as_u64());
    // What changes nothing is no update.
    world.advance(5_000);
    ok(&world, &json!({"op": "user.update", "username": "ada", "claims": {"name": "Ada King"}}));
    assert_eq!(userinfo(&tokens, &world)["updated_at"], after["updated_at"]);
    assert!(!world.log.borrow().iter().any(|line| line.contains("King")), "the log knows subjects, not people");
}

#[test]
fn what_a_user_cannot_have_changes_nothing() {
    let world = fixture::seeded(&[]);
    let before = ok(&world, &json!({"op": "user.show", "username": "ada"}));
    for (claims, named) in [
        (json!({"nickname": "A", "email": "ada"}), "email"),
        (json!({"nickname": "A", "sub": "x"}), "sub"),
        (json!({"nickname": "A", "email_verified": "yes"}), "email_verified"),
        (json!({"nickname": "A", "updated_at": 1}), "updated_at"),
        (json!({"nickname": "A", "address": "London"}), "address"),
        (json!({"nickname": "A", "roles": "editor"}), "roles"),
    ] {
        for mut body in
            [json!({"op": "user.update", "username": "ada"}), json!({"op": "user.invite", "username": "eve"})]
        {
            body["claims"] = claims.clone();
            let reply = call(&world, &body);
            let json: Value = serde_json::from_str(&reply.body).unwrap();
            let description = json["error_description"].as_str().unwrap();
            assert!(reply.status == 400 && description.starts_with(&format!("claims: {named}: ")), "{reply:?}");
        }
    }
    assert_eq!(ok(&world, &json!({"op": "user.show", "username": "ada"})), before);
    for op in ["user.show", "user.update"] {
        let mut body = json!({"op": op, "username": "eve"});
        if op == "user.update" {
            body["claims"] = json!({});
        }
        assert_eq!(call(&world, &body).status, 404, "{op}");
    }
    assert_eq!(call(&world, &json!({"op": "user.update", "username": "ada"})).status, 400);
}

/// A record that nobody can read shows who reads it.
#[test]
fn the_record_is_read_only_for_what_is_told_and_before_the_code_is_spent() {
    let world = fixture::seeded(&[]);
    let key = Key::user(ada());
    let record = pollster::block_on(world.store.get(&key)).unwrap().unwrap();
    let put = |value: &str| pollster::block_on(world.store.put(&key, value)).unwrap();
    let asking = r#"{"id_token": {"email": null}}"#;
    let nothing = r#"{"id_token": {"auth_time": {"essential": true}}, "userinfo": {"email": null}}"#;
    let (browser, team) = (Browser::default(), ("resource", "https://team.example"));
    for (client, more, reads) in [
        ("people", &[("scope", "openid profile email")][..], false),
        ("people", &[("scope", "openid"), ("claims", nothing)], false),
        ("people", &[("scope", "openid"), ("claims", asking)], true),
        ("people", &[("scope", "openid"), team], true),
        ("staff", &[("scope", "notes:read")], true),
    ] {
        let code = code(client, more, &browser, &world);
        put("garbage");
        let answer = redeem(client, &code, &world);
        put(&record);
        assert_eq!(answer.status, if reads { 503 } else { 200 }, "{client} {more:?}: {answer:#?}");
        if reads {
            assert_eq!(redeem(client, &code, &world).status, 200, "{client}: the code was not spent");
        }
    }
}

#[test]
fn who_is_removed_or_not_seen_yet_has_no_role() {
    let world = fixture::seeded(&[]);
    let code = code("staff", &[("scope", "notes:read")], &Browser::default(), &world);
    pollster::block_on(world.store.delete(&Key::user(ada()))).unwrap();
    let answer = redeem("staff", &code, &world);
    assert!(claims(&answer, "access_token").get("https://staff.example/groups").is_none());
}

#[test]
fn a_token_takes_no_more_than_it_can_carry() {
    let world = fixture::seeded(&[]);
    let groups: Vec<String> = (0..64).map(|n| format!("{n}-of-the-groups-with-a-long-name")).collect();
    let refused = json!({"op": "user.update", "username": "ada", "claims": {"groups": groups}});
    assert_eq!(call(&world, &refused).status, 400, "more than 2,048 bytes");
    let fits: Vec<&String> = groups.iter().take(52).collect();
    ok(&world, &json!({"op": "user.update", "username": "ada", "claims": {"groups": fits, "roles": fits}}));
    ok(
        &world,
        &json!({"op": "client.update", "client_id": "staff", "metadata": {"access_token_claims": ["groups", "roles"]}}),
    );
    world.advance(61_000);
    let answer = redeem("staff", &code("staff", &[("scope", "notes:read")], &Browser::default(), &world), &world);
    let told = claims(&answer, "access_token");
    assert!(told["groups"].is_array() && told.get("roles").is_none(), "{told}");
    let log = world.log.borrow();
    assert!(log.iter().any(|line| line.contains("claims_left_out") && !line.contains("of-the-groups")));
    drop(log);
    // And it is taken where it comes back.
    let token = parsed(&answer)["access_token"].as_str().unwrap().to_owned();
    let answer = parsed(&post("/introspect", "staff", &[("token", &token)], &world));
    assert!(answer["active"] == true && answer["groups"].is_array());
}

/// A registration that was narrowed narrows what a refreshed ID token tells.
#[test]
fn a_client_that_may_ask_no_more_is_told_no_more() {
    let world = fixture::seeded(&[]);
    let more = [("scope", "openid email offline_access"), ("claims", r#"{"id_token": {"email": null, "name": null}}"#)];
    let tokens = redeem("people", &code("people", &more, &Browser::default(), &world), &world);
    let told = claims(&tokens, "id_token");
    assert_eq!((&told["email"], &told["name"]), (&json!("ada@example.com"), &json!("Ada Lovelace")));
    let narrower = json!({"scope": "openid profile offline_access"});
    ok(&world, &json!({"op": "client.update", "client_id": "people", "metadata": narrower}));
    world.advance(61_000);
    let token = parsed(&tokens)["refresh_token"].as_str().unwrap().to_owned();
    let answer = post("/token", "people", &[("grant_type", "refresh_token"), ("refresh_token", &token)], &world);
    let told = claims(&answer, "id_token");
    assert!(told.get("email").is_none() && told["name"] == "Ada Lovelace", "{told}");
}
