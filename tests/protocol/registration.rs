//! Clients that register themselves (RFC 7591, RFC 7592): what they get, what they are held to, and how they end.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::operator;
use crate::target::Answer;
use crate::world::{ISSUER, World, post, ring};
use sealwax::http::{Method, Reply, Request};
use sealwax::oauth::{ClientId, CodeChallenge, CodeVerifier};
use sealwax::store::{Key, Store as _};
use serde_json::{Value, json};

const OPEN: &[(&str, &str)] = &[("REGISTRATION", "open")];
const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn request(method: Method, query: &str, token: Option<&str>, body: &Value) -> Request {
    let mut request = post("/register", "application/json", &body.to_string());
    request.method = method;
    query.clone_into(&mut request.query);
    request.authorization = token.map(|token| format!("Bearer {token}"));
    request
}

fn register(world: &World, metadata: &Value) -> Reply {
    world.send(&request(Method::Post, "", None, metadata))
}

fn registered(world: &World, metadata: &Value) -> Value {
    let reply = register(world, metadata);
    assert_eq!((reply.status, reply.get("cache-control")), (201, Some("no-store")), "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

/// A call of the client about its own registration.
fn manage(world: &World, method: Method, of: &Value, body: &Value) -> Reply {
    let uri = text(of, "registration_client_uri");
    let query = uri.strip_prefix(&format!("{ISSUER}/register?")).unwrap();
    world.send(&request(method, query, Some(text(of, "registration_access_token")), body))
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member}: {value}"))
}

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, json(reply)["error"].as_str()), (status, Some(code)), "{}", reply.body);
}

fn spa() -> Value {
    json!({"client_name": "Notes", "redirect_uris": ["https://notes.example/cb"], "token_endpoint_auth_method": "none"})
}

fn call(path: &str, fields: &[(&str, &str)], world: &World) -> Answer {
    world.send(&form_request(path, &fields_of(fields))).into()
}

fn fields_of(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// An authorization request of the client, answered by a browser.
fn authorize(world: &World, client: &Value, browser: &Browser) -> Answer {
    asking("openid offline_access", world, client, browser)
}

fn asking(scope: &str, world: &World, client: &Value, browser: &Browser) -> Answer {
    let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
    let redirect_uri = client["redirect_uris"][0].as_str().unwrap();
    let query = fields_of(&[
        ("response_type", "code"),
        ("client_id", text(client, "client_id")),
        ("redirect_uri", redirect_uri),
        ("scope", scope),
        ("state", &"s".repeat(2048)),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world);
    // Whoever is asked ticks it, if it is there.
    let ticked = if scope.contains("notes:write") { fields_of(&[("scope", "notes:write")]) } else { Fields::new() };
    browser.go_through(first, ADA, &ticked, world)
}

fn redeem(world: &World, client: &Value, answer: &Answer) -> Answer {
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").expect("a code");
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", text(client, "client_id")),
        ("redirect_uri", client["redirect_uris"][0].as_str().unwrap()),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    fields.extend(client["client_secret"].as_str().map(|secret| ("client_secret", secret)));
    call("/token", &fields, world)
}

fn refresh(world: &World, client: &Value, tokens: &Value) -> Answer {
    let mut fields = vec![
        ("grant_type", "refresh_token"),
        ("client_id", text(client, "client_id")),
        ("refresh_token", text(tokens, "refresh_token")),
    ];
    fields.extend(client["client_secret"].as_str().map(|secret| ("client_secret", secret)));
    call("/token", &fields, world)
}

fn tokens(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:#?}");
    serde_json::from_str(&answer.body).unwrap()
}

fn stored(world: &World) -> Vec<String> {
    pollster::block_on(world.store.list("", None)).unwrap().names
}

#[test]
fn nothing_is_stored_when_a_thousand_clients_register() {
    let world = World::with(OPEN);
    let mut ids = std::collections::BTreeSet::new();
    for number in 0..1000 {
        let client = registered(&world, &json!({"redirect_uris": [format!("https://app{number}.example/cb")]}));
        ids.insert(text(&client, "client_id").to_owned());
    }
    assert_eq!((ids.len(), stored(&world).len()), (1000, 0));
    let usual = registered(
        &world,
        &json!({"client_name": "Notebook for everybody", "scope": "openid profile offline_access",
            "redirect_uris": ["https://notes.example/oauth/callback", "http://127.0.0.1/callback"],
            "application_type": "native", "token_endpoint_auth_method": "none"}),
    );
    assert!(text(&usual, "client_id").len() <= 512, "{}", text(&usual, "client_id").len());
}

#[test]
fn what_is_registered_is_told_with_its_defaults() {
    let world = World::with(OPEN);
    let client = registered(&world, &json!({"redirect_uris": ["https://app.example/cb"], "client_name": "App"}));
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    assert_eq!(client["response_types"], json!(["code"]));
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!((&client["client_secret_expires_at"], &client["application_type"]), (&json!(0), &json!("web")));
    assert_eq!(client["client_id_issued_at"], json!(world.clock.get().seconds()));
    assert!(
        text(&client, "client_secret").len() >= 43 && client.get("secrets").is_none() && client.get("epoch").is_none()
    );
    let public = registered(&world, &spa());
    assert!(public.get("client_secret").is_none() && public.get("client_secret_expires_at").is_none());
}

/// PEERS' quirks: what clients send that this server has not is left out, and the answer says what was registered.
#[test]
fn clients_that_ask_for_more_get_what_there_is() {
    let world = World::with(&[("REGISTRATION", "open"), ("REGISTRATION_SCHEMES", "cursor")]);
    let client = registered(
        &world,
        &json!({"client_name": "Cursor", "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback"],
            "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
            "response_types": ["code", "token"], "token_endpoint_auth_method": "none", "scope": "openid unheard:of",
            "first_party": true, "require_pkce": false, "resources": ["https://api.example"], "refresh_token_lifetime": 1}),
    );
    assert_eq!(client["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!((&client["scope"], &client["application_type"]), (&json!("openid offline_access"), &json!("native")));
    for name in ["first_party", "require_pkce", "resources", "refresh_token_lifetime"] {
        assert!(client.get(name).is_none(), "{name}");
    }
}

#[test]
fn refusals_name_the_member() {
    let world = World::with(&[("REGISTRATION", "open"), ("DENIED_REDIRECT_HOSTS", "evil.example")]);
    let with = |member: &str, value: Value| {
        let mut metadata = json!({"redirect_uris": ["https://app.example/cb"]});
        metadata[member] = value;
        register(&world, &metadata)
    };
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "https://app.example/cb#x",
        "https://*.app.example/cb",
        "https://user@app.example/cb",
        "http://app.example/cb",
        "https://evil.example/cb",
        "https://www.evil.example/cb",
        "/cb",
        "",
    ] {
        refused(&with("redirect_uris", json!([uri])), 400, "invalid_redirect_uri");
    }
    for uris in
        [json!([]), json!(null), json!("https://app.example/cb"), json!(["http://localhost/cb", "https://a.example"])]
    {
        let mut metadata = json!({ "redirect_uris": uris });
        metadata["application_type"] = json!("web");
        refused(&register(&world, &metadata), 400, "invalid_redirect_uri");
    }
    for (member, value) in [
        ("client_name", json!("Bank\u{202e}knaB")),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!(["implicit"])),
        ("response_types", json!(["token"])),
        ("scope", json!("unheard:of")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("jwks_uri", json!("https://127.0.0.1/jwks")),
        ("jwks_uri", json!("https://id.example/jwks")),
        ("backchannel_logout_uri", json!("https://app.company.com:8443/out")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
        ("dpop_bound_access_tokens", json!(true)),
    ] {
        let reply = with(member, value.clone());
        refused(&reply, 400, "invalid_client_metadata");
        assert!(text(&json(&reply), "error_description").contains(member), "{member} {value}: {}", reply.body);
    }
    refused(&with("software_statement", json!("a.b.c")), 400, "unapproved_software_statement");
    let many: Vec<String> = (0..32).map(|n| format!("https://app.example/{n}/{}", "x".repeat(150))).collect();
    let reply = register(&world, &json!({ "redirect_uris": many }));
    refused(&reply, 400, "invalid_client_metadata");
    assert!(reply.body.contains("4,000") && reply.body.contains("do not fit"), "{}", reply.body);
    refused(&world.send(&post("/register", "application/json", "[]")), 400, "invalid_client_metadata");
    refused(&world.send(&post("/register", "application/json", "{")), 400, "invalid_client_metadata");
    refused(&world.send(&post("/register", "text/plain", "{}")), 400, "invalid_request");
    assert_eq!(stored(&world).len(), 0);
}

#[test]
fn off_there_is_no_endpoint() {
    let world = World::new();
    assert_eq!(register(&world, &spa()).status, 404);
    let metadata = world.send(&Request::new(Method::Get, "/.well-known/openid-configuration", ""));
    assert!(!metadata.body.contains("registration_endpoint"));
    let open = World::with(OPEN);
    let metadata = open.send(&Request::new(Method::Get, "/.well-known/openid-configuration", ""));
    assert!(metadata.body.contains(r#""registration_endpoint":"https://id.example/register""#));
}

#[test]
fn with_an_initial_access_token_alone() {
    let world = World::with(&[("REGISTRATION", "initial_access_token")]);
    let made = operator::ok(&world, &json!({"op": "client.initial_token", "lifetime": 3600, "label": "team"}));
    let with = |token: Option<&str>| world.send(&request(Method::Post, "", token, &spa()));
    let missing = with(None);
    refused(&missing, 401, "invalid_token");
    assert_eq!(missing.get("www-authenticate"), Some("Bearer"));
    for wrong in ["x", text(&made, "id")] {
        let reply = with(Some(wrong));
        refused(&reply, 401, "invalid_token");
        assert_eq!(reply.get("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }
    let client = json(&with(Some(text(&made, "token"))));
    assert_eq!(with(Some(text(&made, "token"))).status, 201, "any number of times");
    // A client's own token is no initial one.
    refused(&with(Some(text(&client, "registration_access_token"))), 401, "invalid_token");
    world.advance(3_600_000);
    refused(&with(Some(text(&made, "token"))), 401, "invalid_token");
    assert_eq!(stored(&world).len(), 0);
    let denied = World::with(&[("REGISTRATION", "initial_access_token"), ("DENIED_INITIAL_TOKENS", text(&made, "id"))]);
    refused(&denied.send(&request(Method::Post, "", Some(text(&made, "token")), &spa())), 401, "invalid_token");
    refused(&manage(&denied, Method::Get, &client, &json!({})), 401, "invalid_token");
}

#[test]
fn a_client_signs_somebody_in_and_renews() {
    for metadata in [spa(), json!({"redirect_uris": ["https://notes.example/cb"]})] {
        let world = fixture::seeded(OPEN);
        let mut metadata = metadata;
        metadata["scope"] = json!("openid offline_access");
        let client = registered(&world, &metadata);
        let browser = Browser::default();
        let answer = authorize(&world, &client, &browser);
        let tokens = tokens(&redeem(&world, &client, &answer));
        assert_eq!(refresh(&world, &client, &tokens).status, 200);
        let userinfo = Request {
            authorization: Some(format!("Bearer {}", text(&tokens, "access_token"))),
            ..Request::new(Method::Get, "/userinfo", "")
        };
        assert_eq!(world.send(&userinfo).status, 200);
        let listed = browser.get("/account", &world).body;
        assert!(listed.contains("Notes") || listed.contains("notes.example"), "{listed}");
    }
}

#[test]
fn the_page_says_that_nobody_vouches_for_the_app() {
    let world = fixture::seeded(OPEN);
    let mut metadata = spa();
    metadata["redirect_uris"] =
        json!(["https://notes.example/cb", format!("https://notes.example/{}", "x".repeat(200))]);
    let client = registered(&world, &metadata);
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
    let query = fields_of(&[
        ("response_type", "code"),
        ("client_id", text(&client, "client_id")),
        ("redirect_uri", "https://notes.example/cb"),
        ("scope", "openid"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let page = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), &world);
    assert!(page.body.contains(r#"id="self_registered""#) && page.body.contains("notes.example"), "{}", page.body);
    assert!(!page.body.contains(text(&client, "client_id")), "five hundred characters help nobody");
}

/// The largest id goes through everything.
#[test]
fn four_thousand_characters_go_through_all_of_it() {
    let world = fixture::seeded(OPEN);
    let uris = |n: usize| -> Vec<String> {
        (0..32).map(|i| format!("https://notes.example/{i:02}/{}", "x".repeat(n))).collect()
    };
    let longest = (0..90).rev().find_map(|n| {
        let reply = register(&world, &json!({"redirect_uris": uris(n), "scope": "openid offline_access"}));
        (reply.status == 201).then(|| json(&reply))
    });
    let client = longest.unwrap();
    let id = text(&client, "client_id");
    assert!(id.len() > 3_900 && id.len() <= ClientId::MAX, "{}", id.len());
    let answer = authorize(&world, &client, &Browser::default());
    let (_, params) = answer.location().unwrap_or_else(|| panic!("{answer:#?}"));
    assert!(params["code"].len() < 400, "{}", params["code"].len());
    let tokens = tokens(&redeem(&world, &client, &answer));
    assert!(text(&tokens, "refresh_token").len() < 400, "{}", text(&tokens, "refresh_token").len());
    assert_eq!(refresh(&world, &client, &tokens).status, 200);
    let secret = text(&client, "client_secret");
    let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{id}:{secret}"));
    let mut request = form_request("/introspect", &fields_of(&[("token", text(&tokens, "access_token"))]));
    request.authorization = Some(format!("Basic {basic}"));
    let told = world.send(&request);
    assert_eq!(json(&told)["active"], true, "{}", told.body);
}

#[test]
fn read_update_and_delete() {
    let world = fixture::seeded(OPEN);
    let client =
        registered(&world, &json!({"redirect_uris": ["https://notes.example/cb"], "scope": "openid offline_access"}));
    let read = manage(&world, Method::Get, &client, &json!({}));
    assert_eq!((read.status, json(&read)), (200, client.clone()));
    assert!(!stored(&world).iter().any(|name| name.starts_with("registration/")), "reading writes nothing");

    let tokens = tokens(&redeem(&world, &client, &authorize(&world, &client, &Browser::default())));
    let mut changed = json!({"client_id": client["client_id"], "client_secret": client["client_secret"],
        "client_name": "Renamed", "redirect_uris": ["https://notes.example/new"], "scope": "openid offline_access"});
    let update = manage(&world, Method::Put, &client, &changed);
    assert_eq!(update.status, 200, "{}", update.body);
    let updated = json(&update);
    for same in ["client_id", "client_secret", "registration_access_token", "client_id_issued_at"] {
        assert_eq!(updated[same], client[same], "{same}");
    }
    assert_eq!((&updated["client_name"], &updated["redirect_uris"]), (&json!("Renamed"), &changed["redirect_uris"]));
    assert_eq!(json(&manage(&world, Method::Get, &client, &json!({}))), updated);
    assert_eq!(authorize(&world, &client, &Browser::default()).status, 400, "the old redirect URI is gone");
    assert!(authorize(&world, &updated, &Browser::default()).location().unwrap().1.contains_key("code"));
    assert_eq!(refresh(&world, &client, &tokens).status, 200, "what it holds goes on");

    changed["client_secret"] = json!("chosen by the client itself, which does not do");
    refused(&manage(&world, Method::Put, &client, &changed), 400, "invalid_client_metadata");
    changed.as_object_mut().unwrap().remove("client_secret");
    changed["client_id"] = json!("another");
    refused(&manage(&world, Method::Put, &client, &changed), 400, "invalid_client_metadata");
    changed["client_id"] = client["client_id"].clone();
    changed["registration_access_token"] = client["registration_access_token"].clone();
    refused(&manage(&world, Method::Put, &client, &changed), 400, "invalid_client_metadata");

    let deleted = manage(&world, Method::Delete, &client, &json!({}));
    assert_eq!((deleted.status, deleted.body.as_ref()), (204, ""));
    dead(&world, &client, &tokens);
}

/// Nothing of the client works any more, and it cannot come back.
#[track_caller]
fn dead(world: &World, client: &Value, tokens: &Value) {
    let renewed = refresh(world, client, tokens);
    assert_eq!((renewed.status, renewed.body.contains("invalid_client")), (401, true), "{renewed:?}");
    let userinfo = Request {
        authorization: Some(format!("Bearer {}", text(tokens, "access_token"))),
        ..Request::new(Method::Get, "/userinfo", "")
    };
    assert_eq!(world.send(&userinfo).status, 401);
    let page = authorize(world, client, &Browser::default());
    assert_eq!((page.status, page.location()), (400, None), "{page:?}");
    for method in [Method::Get, Method::Put, Method::Delete] {
        refused(&manage(world, method, client, &json!({"client_id": client["client_id"]})), 401, "invalid_token");
    }
}

#[test]
fn only_its_own_token_manages_a_client() {
    let world = World::with(OPEN);
    let [one, other] = [registered(&world, &spa()), registered(&world, &spa())];
    assert_ne!(one["client_id"], other["client_id"], "two that register the same are two");
    let id = format!("client_id={}", text(&one, "client_id"));
    let with = |query: &str, token: Option<&str>| world.send(&request(Method::Get, query, token, &json!({})));
    for token in [Some(text(&other, "registration_access_token")), Some("x"), Some(&*"x".repeat(5000))] {
        refused(&with(&id, token), 401, "invalid_token");
    }
    refused(&with(&id, None), 401, "invalid_token");
    let token = Some(text(&one, "registration_access_token"));
    let forged = format!("client_id={}A", text(&one, "client_id"));
    for query in ["", "client_id=web", "client_id=", &forged, &format!("{id}&{id}")] {
        let reply = with(query, token);
        assert!([400, 401].contains(&reply.status), "{query}: {}", reply.body);
    }
    assert_eq!(with(&id, token).status, 200);
}

#[test]
fn when_the_record_cannot_be_read_nobody_goes_by_the_seal() {
    let world = fixture::seeded(OPEN);
    let client =
        registered(&world, &json!({"redirect_uris": ["https://notes.example/cb"], "scope": "openid offline_access"}));
    let tokens = tokens(&redeem(&world, &client, &authorize(&world, &client, &Browser::default())));
    world.store.fail(true);
    assert_eq!(refresh(&world, &client, &tokens).status, 503);
    assert_eq!(manage(&world, Method::Get, &client, &json!({})).status, 503);
    let page = authorize(&world, &client, &Browser::default());
    assert_eq!((page.status, page.location()), (503, None));
    world.store.fail(false);
    assert_eq!(refresh(&world, &client, &tokens).status, 200);
    let key = Key::registration(ClientId::parse(text(&client, "client_id")).unwrap().digest());
    pollster::block_on(world.store.put(&key, "garbage")).unwrap();
    assert_eq!(refresh(&world, &client, &tokens).status, 503);
}

#[test]
fn the_operator_ends_what_registered_itself() {
    let world = fixture::seeded(OPEN);
    let client =
        registered(&world, &json!({"redirect_uris": ["https://notes.example/cb"], "scope": "openid offline_access"}));
    let id = text(&client, "client_id");
    let op = |op: &str| json!({"op": op, "client_id": id});
    assert_eq!(operator::ok(&world, &op("client.show"))["client_id"], id);
    let signed_in = || tokens(&redeem(&world, &client, &authorize(&world, &client, &Browser::default())));
    let first = signed_in();
    operator::ok(&world, &op("revoke.client"));
    assert_eq!(refresh(&world, &client, &first).status, 400);
    let second = signed_in();
    assert_eq!(operator::ok(&world, &op("client.disable"))["disabled"], true);
    assert_eq!(refresh(&world, &client, &second).status, 401);
    assert_eq!(authorize(&world, &client, &Browser::default()).status, 400);
    operator::ok(&world, &op("client.enable"));
    assert_eq!(refresh(&world, &client, &second).status, 400, "what ended stays so");
    let third = signed_in();
    operator::ok(&world, &op("client.remove"));
    dead(&world, &client, &third);
}

/// The terms are applied at each use: narrowing them narrows the clients that are there.
/// MCP, step-up authorization: the scope that a client registers is what it needed first.
#[test]
fn it_may_ask_for_more_than_it_registered_as_far_as_the_terms_go() {
    let metadata = json!({"redirect_uris": ["https://notes.example/cb"], "token_endpoint_auth_method": "none",
        "scope": "notes:read"});
    for (terms, granted) in [(None, "notes:read notes:write"), (Some("openid notes:read"), "notes:read")] {
        let terms = terms.map(|scopes| ("REGISTRATION_SCOPES", scopes));
        let world = fixture::seeded(&[OPEN, terms.as_slice()].concat());
        let client = registered(&world, &metadata);
        assert_eq!(client["scope"], "notes:read");
        let answer = asking("notes:read notes:write admin offline_access", &world, &client, &Browser::default());
        let got = tokens(&redeem(&world, &client, &answer));
        assert_eq!((&got["scope"], &got["refresh_token"]), (&json!(granted), &Value::Null));
    }
}

/// RFC 7591 §2, OpenID Connect Core §11.
#[test]
fn naming_the_grant_asks_for_refresh_tokens_where_openid_does_not() {
    let world = fixture::seeded(OPEN);
    let both = json!(["authorization_code", "refresh_token"]);
    let cases = [
        (&both, "notes:read", true),
        (&both, "openid notes:read", false),
        (&both, "openid notes:read offline_access", true),
        (&json!(["authorization_code"]), "notes:read", false),
    ];
    for (grants, scope, expected) in cases {
        let mut metadata = spa();
        metadata["grant_types"] = grants.clone();
        let client = registered(&world, &metadata);
        let got = tokens(&redeem(&world, &client, &asking(scope, &world, &client, &Browser::default())));
        assert_eq!(got["refresh_token"].is_string(), expected, "{grants} {scope}");
        if expected {
            assert_eq!(tokens(&refresh(&world, &client, &got))["scope"], scope);
        }
    }
    // The operator says so for a client that is registered by hand.
    let own = json!({"client_id": "spa", "redirect_uris": ["https://spa.example/cb"]});
    let got = tokens(&redeem(&world, &own, &asking("notes:read", &world, &own, &Browser::default())));
    assert!(got["refresh_token"].is_null());
}

#[test]
fn narrower_terms_reach_old_clients() {
    let world = fixture::seeded(OPEN);
    let client = registered(&world, &spa());
    let denied = fixture::seeded(&[("REGISTRATION", "open"), ("DENIED_REDIRECT_HOSTS", "notes.example")]);
    assert_eq!(authorize(&denied, &client, &Browser::default()).status, 400);
    // Another ring: a revoked key forces clients to register anew.
    let revoked = ring("client").replace("active", "revoked").replace("]}", ",")
        + &ring("other").replace("00000001", "00000002")[9..];
    let other = fixture::seeded(&[("REGISTRATION", "open"), ("CLIENT_KEYS", &revoked)]);
    assert_eq!(authorize(&other, &client, &Browser::default()).status, 400);
    // Whether clients may register now is another question than whether they may be.
    let closed = fixture::seeded(&[]);
    assert!(authorize(&closed, &client, &Browser::default()).location().is_some());
}
