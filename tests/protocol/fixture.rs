//! The clients and users of the transcripts (`tests/fixtures.json`): in process they are put into the store, on workerd
//! the command line registers them.

use crate::target::{Answer, Target};
use crate::world::{START, World};
use sealwax::client::{Client, ClientMetadata, ClientSecret};
use sealwax::http::Request;
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{Bytes16 as _, ClientId, Region, SubjectId};
use sealwax::password::{Password, hash};
use sealwax::store::{self, Key, Login, User, UserClaims, UserName};
use serde_json::Value;
use std::sync::LazyLock;

static FIXTURES: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(include_str!("../fixtures.json")).unwrap());

/// Hashing is slow on purpose: once for all worlds.
static HASHES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let users = FIXTURES["users"].as_array().unwrap().iter();
    users
        .map(|user| {
            hash(&Password::chosen(text(user, "password"), &NativeNormalizer).unwrap(), [5; 16]).as_str().to_owned()
        })
        .collect()
});

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

fn client(id: &str) -> Option<&'static Value> {
    FIXTURES["clients"].as_array().unwrap().iter().find(|client| client["client_id"] == id)
}

/// What a client is registered with.
pub fn metadata(id: &str) -> &'static Value {
    client(id).unwrap()
}

pub fn client_secret(id: &str) -> Option<String> {
    let unknown = (id == "nobody").then(|| "unknown".to_owned());
    client(id).and_then(|client| client["client_secret"].as_str()).map(str::to_owned).or(unknown)
}

pub fn redirect_uri(id: &str) -> &'static str {
    client(id).and_then(|client| client["redirect_uris"][0].as_str()).unwrap_or("https://app.example/cb")
}

pub fn password(user: &str) -> &'static str {
    let users = FIXTURES["users"].as_array().unwrap();
    text(users.iter().find(|candidate| candidate["username"] == user).unwrap(), "password")
}

/// The variables of the transcripts' server.
pub fn variables() -> Vec<(&'static str, &'static str)> {
    let variables = FIXTURES["variables"].as_object().unwrap();
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

/// A world that has the fixtures.
pub fn seeded(more: &[(&str, &str)]) -> World {
    let mut settings = variables();
    settings.extend_from_slice(more);
    let world = World::with(&settings);
    for fixture in FIXTURES["clients"].as_array().unwrap() {
        register(&world, fixture);
    }
    for (number, fixture) in FIXTURES["users"].as_array().unwrap().iter().enumerate() {
        let sub = SubjectId::from_bytes([u8::try_from(number).unwrap() + 1; 16]);
        let username = UserName::parse(text(fixture, "username"), &NativeNormalizer).unwrap();
        let home = Region::Weur;
        let login = Login { sub, home, username: username.clone(), password: HASHES[number].clone(), cred: START };
        put(&world, &Key::login(username.as_str()), &login);
        let claims = fixture["claims"].as_object().cloned().unwrap_or_default();
        let claims = UserClaims::default().changed(claims).unwrap();
        put(&world, &Key::user(sub), &User { claims, ..User::new(sub, home, username, START) });
    }
    // Whatever happens comes after the users were added.
    world.advance(1);
    world
}

/// Registers a client.
pub fn register(world: &World, metadata: &Value) -> Client {
    let id = ClientId::parse(text(metadata, "client_id")).unwrap();
    let secret = metadata["client_secret"].as_str().map(|secret| ClientSecret::chosen(secret).unwrap().hash(START));
    let metadata: ClientMetadata = serde_json::from_value(metadata.clone()).unwrap();
    let client = Client::register(metadata, id, secret.into_iter().collect(), START).unwrap();
    put(world, &Key::client(&client.client_id), &client);
    client
}

pub fn put(world: &World, key: &Key, record: &impl serde::Serialize) {
    pollster::block_on(store::write(&world.store, key, record)).unwrap();
}

impl Target for World {
    fn issuer(&self) -> String {
        self.config.issuer.as_str().to_owned()
    }

    fn send(&self, request: Request) -> Answer {
        World::send(self, &request).into()
    }

    fn advance(&self, millis: u64) {
        World::advance(self, millis);
    }

    fn now(&self) -> u64 {
        self.clock.get().seconds()
    }
}
