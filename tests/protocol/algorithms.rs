//! What is signed for whom with which algorithm: ID tokens and userinfo, by what a client registered.

use crate::browser::{Browser, Fields, form_request};
use crate::fixture;
use crate::operator;
use crate::target::Answer;
use crate::world::{ISSUER, World, post};
use sealwax::http::{Method, Reply, Request};
use sealwax::oauth::{base64url, from_base64url};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://signed.example/cb";

fn register(world: &World, members: &Value) -> Reply {
    let mut metadata = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    world.send(&post("/register", "application/json", &metadata.to_string()))
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{reply:#?}"))
}

/// An access token and an ID token of a public client.
fn tokens(world: &World, client: &str) -> Value {
    let browser = Browser::default();
    let query = format!(
        "/authorize?client_id={client}&response_type=code&scope=openid+profile&redirect_uri={CALLBACK}\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = browser.go_through(browser.get(&query, world), ADA, &Fields::new(), world);
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", &code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    let form: Fields = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    let reply = world.send(&form_request("/token", &form));
    assert_eq!(reply.status, 200, "{reply:#?}");
    body(&reply)
}

fn ask(world: &World, method: Method, tokens: &Value) -> Answer {
    let token = tokens["access_token"].as_str().unwrap();
    let mut request = Request::new(method, "/userinfo", "");
    request.authorization = Some(format!("Bearer {token}"));
    world.send(&request).into()
}

/// Header and claims of a JWT, read without a look at the signature.
fn read(token: &str) -> [Value; 2] {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    [0, 1].map(|part| serde_json::from_slice(&from_base64url(parts[part]).unwrap()).unwrap())
}

fn kid(world: &World, alg: &str) -> String {
    let keys = body(&world.send(&Request::new(Method::Get, "/.well-known/jwks.json", "")));
    let found = keys["keys"].as_array().unwrap().iter().find(|key| key["alg"] == alg).cloned();
    found.unwrap()["kid"].as_str().unwrap().to_owned()
}

/// One that the server reads; nothing signs with it here.
fn rsa(alg: &str, first: u8) -> String {
    let long = |first: u8| base64url([&[first][..], &[0xfb; 255]].concat());
    let short = base64url([0xfb; 128]);
    let (n, d) = (long(first), long(first));
    json!({"kty": "RSA", "alg": alg, "n": n, "e": "AQAB", "d": d, "p": short, "q": short, "dp": short, "dq": short,
           "qi": short})
    .to_string()
}

fn open(more: &[(&str, &str)]) -> World {
    fixture::seeded(&[&[("REGISTRATION", "open")], more].concat())
}

#[test]
fn userinfo_is_signed_for_whoever_registered_for_it() {
    let world = open(&[]);
    let operators = json!({
        "client_id": "signed", "token_endpoint_auth_method": "none", "redirect_uris": [CALLBACK],
        "scope": "openid profile", "userinfo_signed_response_alg": "EdDSA",
    });
    fixture::register(&world, &operators);
    let of_its_own = body(&register(&world, &json!({"userinfo_signed_response_alg": "ES256"})));
    assert_eq!(of_its_own["userinfo_signed_response_alg"], "ES256");
    for (client, alg) in [("signed", "EdDSA"), (of_its_own["client_id"].as_str().unwrap(), "ES256")] {
        let tokens = tokens(&world, client);
        for method in [Method::Get, Method::Post] {
            let answer = ask(&world, method, &tokens);
            let headers = ["content-type", "cache-control"].map(|name| answer.header(name).unwrap());
            assert_eq!((answer.status, headers), (200, ["application/jwt", "no-store"]), "{answer:#?}");
            let [header, claims] = read(&answer.body);
            assert_eq!(header, json!({"alg": alg, "typ": "JWT", "kid": kid(&world, alg)}));
            assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some(client)));
            assert_eq!(claims["sub"], read(tokens["id_token"].as_str().unwrap())[1]["sub"]);
            assert_eq!(claims["preferred_username"], "ada");
            // It must not do as an ID token, nor as a hint.
            assert!(claims.get("exp").is_none() && claims.get("sid").is_none(), "{claims}");
            let hint = format!("/end_session?id_token_hint={}", answer.body);
            assert_eq!(Browser::default().get(&hint, &world).status, 400);
        }
        let refused = ask(&world, Method::Get, &json!({"access_token": "x"}));
        assert_eq!((refused.status, refused.header("content-type")), (401, Some("application/json")));
    }
}

#[test]
fn userinfo_is_json_for_everybody_else_and_after_an_update_as_it_says() {
    let world = open(&[]);
    let client = body(&register(&world, &json!({})));
    let id = client["client_id"].as_str().unwrap();
    let tokens = tokens(&world, id);
    assert_eq!(ask(&world, Method::Get, &tokens).header("content-type"), Some("application/json"));
    let update = json!({"client_id": id, "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none",
        "userinfo_signed_response_alg": "EdDSA"});
    let mut request = post("/register", "application/json", &update.to_string());
    request.method = Method::Put;
    request.query = format!("client_id={id}");
    request.authorization = Some(format!("Bearer {}", client["registration_access_token"].as_str().unwrap()));
    assert_eq!(body(&world.send(&request))["userinfo_signed_response_alg"], "EdDSA");
    world.advance(61_000);
    assert_eq!(read(&ask(&world, Method::Get, &tokens).body)[0]["alg"], "EdDSA");
}

#[test]
fn who_registers_itself_gets_rs256_unless_it_asks_otherwise() {
    let world = open(&[("SIGNING_KEY_3", &rsa("RS256", 0xfb)), ("SIGNING_KEY_4", &rsa("PS256", 0xfd))]);
    let plain = body(&register(&world, &json!({})));
    assert_eq!(plain["id_token_signed_response_alg"], "RS256");
    assert!(plain.get("userinfo_signed_response_alg").is_none(), "JSON is the default: {plain}");
    for alg in ["ES256", "EdDSA", "PS256", "RS256"] {
        let chosen = body(&register(&world, &json!({"id_token_signed_response_alg": alg})));
        assert_eq!(chosen["id_token_signed_response_alg"], alg);
    }
    // What an operator registers gets the default of this server.
    let operators = operator::ok(
        &world,
        &json!({"op": "client.add", "client_id": "app",
        "metadata": {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}, "secrets": []}),
    );
    assert!(operators.get("id_token_signed_response_alg").is_none(), "{operators}");
}

#[test]
fn the_default_is_used_and_not_only_told() {
    let world = open(&[("SIGNING_KEY_3", &rsa("RS256", 0xfb))]);
    let client = body(&register(&world, &json!({})));
    let browser = Browser::default();
    let id = client["client_id"].as_str().unwrap();
    let query = format!(
        "/authorize?client_id={id}&response_type=code&scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = browser.go_through(browser.get(&query, &world), ADA, &Fields::new(), &world);
    let code = answer.location().unwrap().1["code"].clone();
    let form = [("grant_type", "authorization_code"), ("client_id", id), ("code", &code), ("code_verifier", VERIFIER)];
    let form: Fields = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    // RSA signs by WebCrypto only: in process the signer says that it cannot.
    assert_eq!(world.send(&form_request("/token", &form)).status, 500);
    assert_eq!(world.logged()["cause"], "rsa_needs_webcrypto");
}

#[test]
fn without_an_rsa_key_the_default_is_what_there_is() {
    let world = open(&[]);
    let client = body(&register(&world, &json!({})));
    assert!(client.get("id_token_signed_response_alg").is_none(), "{client}");
    let tokens = tokens(&world, client["client_id"].as_str().unwrap());
    assert_eq!(read(tokens["id_token"].as_str().unwrap())[0]["alg"], "ES256");
}

#[test]
fn what_nobody_here_signs_or_encrypts_is_refused() {
    let world = open(&[]);
    for (member, value) in [
        ("id_token_signed_response_alg", "PS256"),
        ("id_token_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "RS256"),
        ("userinfo_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "HS256"),
        ("id_token_encrypted_response_alg", "RSA-OAEP-256"),
        ("id_token_encrypted_response_enc", "A128CBC-HS256"),
        ("userinfo_encrypted_response_alg", "ECDH-ES"),
        ("userinfo_encrypted_response_enc", "A256GCM"),
        ("request_object_encryption_alg", "RSA-OAEP-256"),
        ("request_object_encryption_enc", "A256GCM"),
    ] {
        let reply = register(&world, &json!({ member: value }));
        let refusal = body(&reply);
        assert_eq!((reply.status, refusal["error"].as_str()), (400, Some("invalid_client_metadata")), "{member}");
        assert!(refusal["error_description"].as_str().unwrap().contains(member), "{refusal}");
        let call = json!({"op": "client.add", "client_id": "app", "metadata": {"redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none", member: value}, "secrets": []});
        let reply = operator::call(&world, &call);
        assert_eq!(reply.status, 400, "{member} {value}: {}", reply.body);
    }
    let metadata = world.send(&Request::new(Method::Get, "/.well-known/openid-configuration", ""));
    let metadata = body(&metadata);
    assert_eq!(metadata["userinfo_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
    assert!(!metadata.to_string().contains("encrypt"), "{metadata}");
}

#[test]
fn a_document_cannot_have_userinfo_signed() {
    let world = fixture::seeded(&[("CLIENT_ID_METADATA_DOCUMENTS", "on")]);
    let url = "https://signed.company.com/client.json";
    let document = |members: &Value| {
        let mut body = json!({"client_id": url, "redirect_uris": [CALLBACK]});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let document =
            sealwax::http::Document { status: 200, media_type: "application/json".to_owned(), body: body.to_string() };
        world.documents.borrow_mut().insert(url.to_owned(), document);
        let query = format!(
            "/authorize?client_id={url}&response_type=code&scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        Browser::default().get(&query, &world).status
    };
    assert_eq!(document(&json!({})), 200);
    assert_eq!(document(&json!({"id_token_signed_response_alg": "EdDSA"})), 200);
    assert_eq!(document(&json!({"userinfo_signed_response_alg": "ES256"})), 400);
    assert_eq!(document(&json!({"id_token_signed_response_alg": "PS256"})), 400);
}
