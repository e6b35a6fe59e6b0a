//! Pairwise subjects (OpenID Connect Core §8.1) wherever a client meets one, and the documents that join redirect URIs to a
//! sector.

use crate::browser::Browser;
use crate::claims::{ada, claims, code, parsed, post, redeem};
use crate::fixture;
use crate::operator::{call, ok};
use crate::target::Answer;
use crate::world::{self, World};
use sealwax::cx::Cx;
use sealwax::http::{Document, Errand, Method, Reply, Request};
use sealwax::jwt::Unverified;
use sealwax::oauth::{ClientId, Language};
use serde_json::{Value, json};

const SECTOR: &str = "https://sector.company.com/uris.json";

fn sub(client: &str, world: &World) -> String {
    let tokens = redeem(client, &code(client, &[("scope", "openid")], &Browser::default(), world), world);
    let told = claims(&tokens, "id_token")["sub"].as_str().unwrap().to_owned();
    assert_eq!(claims(&tokens, "access_token")["sub"], *told);
    told
}

#[test]
fn a_sector_has_its_own_subjects_and_they_stay() {
    let world = fixture::seeded(&[]);
    let [private, too, other, public] =
        ["private", "private-too", "private-else", "people"].map(|client| sub(client, &world));
    assert_eq!(private, too);
    assert!(private != other && private != public && other != public);
    assert_eq!(public, ada().to_string());
    assert_eq!(private.len(), 43);
    // Other keys make no other users.
    let rotated =
        fixture::seeded(&[("SEALING_KEYS", &world::ring("later")), ("CLIENT_KEYS", &world::ring("later too"))]);
    assert_eq!(sub("private", &rotated), private);
    let elsewhere = fixture::seeded(&[("PAIRWISE_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]);
    assert_ne!(sub("private", &elsewhere), private);
}

/// No answer to such a client, and nothing that it can read, has the subject that the others know.
#[test]
fn the_public_subject_is_told_nowhere() {
    let world = fixture::seeded(&[]);
    let scope = [("scope", "openid profile notes:read offline_access")];
    let tokens = redeem("private", &code("private", &scope, &Browser::default(), &world), &world);
    let json = parsed(&tokens);
    let [access_token, refresh_token] =
        ["access_token", "refresh_token"].map(|name| json[name].as_str().unwrap().to_owned());
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {access_token}"));
    let userinfo: Answer = world.send(&request).into();
    let answers = [
        claims(&tokens, "id_token"),
        claims(&tokens, "access_token"),
        parsed(&userinfo),
        parsed(&post("/introspect", "private", &[("token", &access_token)], &world)),
        parsed(&post("/introspect", "private", &[("token", &refresh_token)], &world)),
        parsed(&post("/introspect", "api", &[("token", &access_token)], &world)),
    ];
    let pairwise = &answers[0]["sub"];
    for answer in &answers {
        assert_eq!(&answer["sub"], pairwise, "{answer}");
        assert!(!answer.to_string().contains(&ada().to_string()), "{answer}");
    }
    // RFC 8693: nor does an exchange find it out.
    let exchanged = post(
        "/token",
        "proxy",
        &[
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", &access_token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ],
        &world,
    );
    assert_eq!(&claims(&exchanged, "access_token")["sub"], pairwise);
    // It is the user's all the same: what ends the user's tokens ends this one.
    ok(&world, &json!({"op": "revoke.user", "username": "ada"}));
    assert_eq!(parsed(&post("/introspect", "private", &[("token", &access_token)], &world))["active"], false);
}

/// Back-Channel Logout §2.4, RP-Initiated Logout §2.
#[test]
fn signing_out_speaks_of_the_same_subject() {
    let world = fixture::seeded(&[]);
    let told = json!({"backchannel_logout_uri": "https://private.company.com/back"});
    ok(&world, &json!({"op": "client.update", "client_id": "private", "metadata": told}));
    world.advance(61_000);
    let browser = Browser::default();
    let tokens = redeem("private", &code("private", &[("scope", "openid")], &browser, &world), &world);
    let id_token = claims(&tokens, "id_token");
    // Another sign-in of the same user: by `sub`, for its `sid` is another.
    let other = Browser::default();
    code("private", &[("scope", "openid")], &other, &world);
    let hint = parsed(&tokens)["id_token"].as_str().unwrap().to_owned();
    let answer = other.get(&format!("/end_session?id_token_hint={hint}"), &world);
    assert!(answer.status == 200 && answer.hidden("ticket").is_none(), "not asked: {answer:#?}");
    // Of somebody else it asks.
    let stranger = Browser::default();
    assert!(stranger.sign_in(("bob", fixture::password("bob")), &world).status < 400);
    let answer = stranger.get(&format!("/end_session?id_token_hint={hint}"), &world);
    assert!(answer.hidden("ticket").is_some(), "{answer:#?}");

    let errand = Errand::NotifyLogout { client: ClientId::parse("private").unwrap(), subject: ada(), sid: None };
    let cx = Cx {
        now: world.clock.get(),
        request_id: "errand".to_owned(),
        language: Language::default(),
        asked_language: None,
        config: &world.config,
        platform: &world,
    };
    pollster::block_on(sealwax::run_errand(&errand, &cx));
    let posted = world.posted.borrow();
    let (_, body) = posted.last().unwrap();
    let token = body.strip_prefix("logout_token=").unwrap();
    let token: Value = serde_json::from_str(&Unverified::parse(token).unwrap().claims).unwrap();
    assert_eq!(token["sub"], id_token["sub"]);
}

fn register(metadata: &Value, world: &World) -> Reply {
    world.send(&world::post("/register", "application/json", &metadata.to_string()))
}

fn serve(status: u16, body: &str, world: &World) {
    let document = Document { status, media_type: "application/json".to_owned(), body: body.to_owned() };
    world.documents.borrow_mut().insert(SECTOR.to_owned(), document);
}

fn two_hosts() -> Value {
    json!({"redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "subject_type": "pairwise",
        "sector_identifier_uri": SECTOR})
}

/// OpenID Connect Registration §5
#[test]
fn a_sector_document_names_every_redirect_uri() {
    let world = fixture::seeded(&[]);
    let all = r#"["https://a.example/cb", "https://b.example/cb", "https://c.example/cb"]"#;
    for (status, body) in [
        (404, all),
        (302, all),
        (200, "[]"),
        (200, r#"["https://a.example/cb"]"#),
        (200, r#"["https://a.example/cb", "https://b.example/CB"]"#),
        (200, r#"{"redirect_uris": []}"#),
        (200, r#""https://a.example/cb""#),
        (200, "not JSON"),
    ] {
        serve(status, body, &world);
        let reply = register(&two_hosts(), &world);
        let json: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((reply.status, &json["error"]), (400, &json!("invalid_client_metadata")), "{status} {body}");
        assert!(json["error_description"].as_str().unwrap().contains("sector_identifier_uri"), "{json}");
    }
    serve(200, all, &world);
    let reply = register(&two_hosts(), &world);
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!((reply.status, &told["sector_identifier_uri"]), (201, &json!(SECTOR)), "{told}");
    let fetched = world.fetched.borrow().len();

    // RFC 7592 §2.2: an update has to be in the document too.
    let (id, uri) = (told["client_id"].as_str().unwrap(), "https://d.example/cb");
    let update = |uris: Value| {
        let mut metadata = two_hosts();
        metadata["redirect_uris"] = uris;
        metadata["client_id"] = json!(id);
        let mut request = world::post("/register", "application/json", &metadata.to_string());
        (request.method, request.query) = (Method::Put, format!("client_id={id}"));
        request.authorization = Some(format!("Bearer {}", told["registration_access_token"].as_str().unwrap()));
        world.send(&request).status
    };
    assert_eq!(update(json!(["https://a.example/cb", uri])), 400);
    assert_eq!(update(json!(["https://a.example/cb", "https://c.example/cb"])), 200);
    assert_eq!(world.fetched.borrow().len(), fetched + 2);
    // Nothing is fetched to use it.
    world.documents.borrow_mut().clear();
    let answer = world.send(&Request::new(Method::Get, "/authorize", &format!("client_id={id}&redirect_uri=https%3A%2F%2Fa.example%2Fcb&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256")));
    assert_eq!(answer.status, 200);
    assert_eq!(world.fetched.borrow().len(), fetched + 2);
}

/// The operator's clients are held to the same.
#[test]
fn the_operator_is_held_to_it_too() {
    let world = fixture::seeded(&[]);
    let add = |metadata: &Value| {
        let metadata = {
            let mut metadata = metadata.clone();
            metadata["token_endpoint_auth_method"] = json!("none");
            metadata
        };
        call(&world, &json!({"op": "client.add", "client_id": "two-hosts", "metadata": metadata}))
    };
    let mut without = two_hosts();
    without.as_object_mut().unwrap().remove("sector_identifier_uri");
    for metadata in [without, two_hosts()] {
        assert_eq!(add(&metadata).status, 400);
    }
    serve(200, r#"["https://a.example/cb", "https://b.example/cb"]"#, &world);
    assert_eq!(add(&two_hosts()).status, 200);
    let changed = json!({"redirect_uris": ["https://a.example/cb", "https://c.example/cb"]});
    assert_eq!(
        call(&world, &json!({"op": "client.update", "client_id": "two-hosts", "metadata": changed})).status,
        400
    );
}

#[test]
fn without_the_secret_there_is_no_such_thing() {
    let world = fixture::seeded(&[("PAIRWISE_SECRET", "")]);
    let metadata = world.send(&Request::new(Method::Get, "/.well-known/openid-configuration", ""));
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert_eq!(metadata["subject_types_supported"], json!(["public"]));
    let pairwise = json!({"redirect_uris": ["https://a.example/cb"], "subject_type": "pairwise"});
    assert_eq!(register(&pairwise, &world).status, 400);
    assert_eq!(register(&json!({"redirect_uris": ["https://a.example/cb"]}), &world).status, 201);
    let mut operators = pairwise;
    operators["token_endpoint_auth_method"] = json!("none");
    assert_eq!(call(&world, &json!({"op": "client.add", "client_id": "new", "metadata": operators})).status, 400);
}

/// Whoever is answered at no redirect URI could name another's, and be told what its users are called there.
#[test]
fn a_sector_is_not_for_whoever_names_it() {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let world = fixture::seeded(&[("REGISTRATION_GRANTS", &format!("authorization_code {device}"))]);
    let client = |grants: Value, kind: &str| {
        let metadata = json!({"redirect_uris": ["https://a.example/cb"], "subject_type": kind, "grant_types": grants});
        let reply = register(&metadata, &world);
        (reply.status, serde_json::from_str::<Value>(&reply.body).unwrap())
    };
    for grants in [json!([device]), json!(["authorization_code", device])] {
        let (status, told) = client(grants.clone(), "pairwise");
        assert_eq!((status, &told["error"]), (400, &json!("invalid_client_metadata")), "{told}");
        assert_eq!(client(grants, "public").0, 201);
    }
    assert_eq!(client(json!(["authorization_code"]), "pairwise").0, 201);
}
