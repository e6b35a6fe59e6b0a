//! `POST /operator`: whose calls are taken, and what they do.

mod calls;
mod client_changes;
mod clients;
mod health;
mod revocation;
mod users;

use crate::world::{ISSUER, World, post};
use sealwax::client::Client;
use sealwax::http::{Reply, Request};
use sealwax::jwt::{Signer as _, SigningKey};
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{ClientId, SubjectId, base64url};
use sealwax::password::{self, Password};
use sealwax::store::{self, Key, Login, Revocations, Store as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const LIST: &str = r#"{"op":"client.list"}"#;

/// Header and claims of a call, each of which a test may bend.
struct Call {
    header: Value,
    claims: Value,
    body: String,
    content_type: &'static str,
}

impl Call {
    fn new(world: &World, body: &str) -> Self {
        let now = world.clock.get();
        let jti = base64url(Sha256::digest(format!("{body}{}{}", now.millis(), world.log.borrow().len())));
        let (iat, exp) = (now.seconds(), now.seconds() + 60);
        let hash = base64url(Sha256::digest(body));
        Self {
            header: json!({"alg": "ES256", "typ": "sealwax-operator+jwt", "kid": world.operator.kid()}),
            claims: json!({"aud": ISSUER, "iat": iat, "exp": exp, "jti": jti, "body": hash}),
            body: body.to_owned(),
            content_type: "application/json",
        }
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    fn request(&self, key: &SigningKey) -> Request {
        let input = format!("{}.{}", base64url(self.header.to_string()), base64url(self.claims.to_string()));
        let signature = pollster::block_on(sealwax::jwt::NativeSigner.sign(key, input.as_bytes())).unwrap();
        let mut request = post("/operator", self.content_type, &self.body);
        request.authorization = Some(format!("Bearer {input}.{}", base64url(signature)));
        request
    }
}

pub fn call(world: &World, body: &Value) -> Reply {
    world.send(&Call::new(world, &body.to_string()).request(&world.operator))
}

pub fn ok(world: &World, body: &Value) -> Value {
    let reply = call(world, body);
    assert_eq!((reply.status, reply.get("cache-control")), (200, Some("no-store")), "{body} → {}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

#[track_caller]
fn refused(world: &World, reply: &Reply, status: u16, code: &str, cause: &str) {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let logged = world.logged();
    assert_eq!((reply.status, body["error"].as_str()), (status, Some(code)), "{cause}: {}", reply.body);
    assert_eq!(logged["cause"], cause);
    assert_eq!(reply.get("cache-control"), Some("no-store"), "{cause}");
    assert_eq!(reply.get("content-type"), Some("application/json"), "{cause}");
    let challenge = match (status, cause) {
        (401, "token_missing") => Some("Bearer"),
        (401, _) => Some("Bearer error=\"invalid_token\""),
        _ => None,
    };
    assert_eq!(reply.get("www-authenticate"), challenge, "{cause}");
}

#[track_caller]
fn unauthorized(world: &World, call: &Call, cause: &str) {
    refused(world, &world.send(&call.request(&world.operator)), 401, "invalid_token", cause);
}

fn client(id: &str, metadata: &Value) -> Value {
    let secret = base64url(Sha256::digest("secret"));
    json!({"op": "client.add", "client_id": id, "metadata": metadata, "secrets": [secret]})
}

fn web() -> Value {
    json!({"client_name": "Notes", "redirect_uris": ["https://app.example/cb"]})
}

fn phc(password: &str) -> String {
    password::hash(&Password::chosen(password, &NativeNormalizer).unwrap(), [1; 16]).as_str().to_owned()
}

fn login(world: &World, folded: &str) -> Option<Login> {
    pollster::block_on(store::read(&world.store, &Key::login(folded))).unwrap()
}

fn revocations(world: &World, subject: SubjectId) -> Revocations {
    pollster::block_on(store::read(&world.store, &Key::revoked(subject))).unwrap().unwrap_or_default()
}

/// The record of a client.
fn record(world: &World, id: &str) -> Client {
    pollster::block_on(store::read(&world.store, &Key::client(&ClientId::parse(id).unwrap()))).unwrap().unwrap()
}

fn put(world: &World, client: &Client) {
    pollster::block_on(store::write(&world.store, &Key::client(&client.client_id), client)).unwrap();
}

/// All that is stored.
fn stored(world: &World) -> Vec<(String, Option<String>)> {
    let names = pollster::block_on(world.store.list("", None)).unwrap().names;
    names
        .into_iter()
        .map(|name| (name.clone(), pollster::block_on(world.store.get(&Key::listed(name))).unwrap()))
        .collect()
}

fn add_user(world: &World, name: &str) -> Login {
    ok(world, &json!({"op": "user.add", "username": name, "password": phc("correct horse")}));
    login(world, name).unwrap()
}

/// The call fails while the store or the ledger does, changes nothing that it should not, and can be repeated.
#[track_caller]
fn put_off_and_repeated(world: &World, body: &Value) -> Value {
    world.store.fail(true);
    assert_eq!(call(world, body).status, 503);
    world.store.fail(false);
    world.ledger.fail(true);
    refused(world, &call(world, body), 503, "temporarily_unavailable", "ledger_unavailable");
    world.ledger.fail(false);
    ok(world, body)
}
