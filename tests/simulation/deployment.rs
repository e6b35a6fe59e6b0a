//! What is deployed: configurations with the ring in each of its states, clients, the user, the operator's key.

use crate::isolate::Hash;
use crate::world::{LOCATIONS, START, World};
use jwt_compact::Algorithm;
use jwt_compact::alg::Es256;
use jwt_compact::jwk::JsonWebKey;
use sealwax::client::{Client, ClientMetadata, ClientSecret};
use sealwax::config::Config;
use sealwax::http::{Method, Request};
use sealwax::jwt::SigningKey;
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{Bytes16 as _, ClientId, Lifetime, SubjectId, Timestamp, base64url};
use sealwax::password::{Password, hash};
use sealwax::seal::{self, Payload};
use sealwax::store::{Key, Login, User, UserName};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub const ISSUER: &str = "https://id.example";
pub const USERNAME: &str = "ada";
pub const OLD_PASSWORD: &str = "correct horse battery";
pub const NEW_PASSWORD: &str = "incorrect donkey accumulator";
const SECRET: &str = "a-secret-that-only-the-simulation-knows-0123456";

/// The client of a simulated app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum App {
    /// In a browser, public: its refresh tokens rotate.
    Spa,
    /// On a server, confidential: its refresh tokens stay.
    Web,
    /// On a server, the operator's own: nobody is asked for consent.
    Own,
}

impl App {
    pub const ALL: [Self; 3] = [Self::Spa, Self::Web, Self::Own];

    pub fn id(self) -> ClientId {
        ClientId::parse(self.name()).unwrap()
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Spa => "spa",
            Self::Web => "web",
            Self::Own => "own",
        }
    }

    pub const fn redirect_uri(self) -> &'static str {
        match self {
            Self::Spa => "https://spa.example/cb",
            Self::Web => "https://web.example/cb",
            Self::Own => "https://own.example/cb",
        }
    }

    pub const fn secret(self) -> Option<&'static str> {
        match self {
            Self::Spa => None,
            Self::Web | Self::Own => Some(SECRET),
        }
    }

    pub fn rotates(self) -> bool {
        self == Self::Spa
    }

    fn record(self) -> String {
        let metadata = json!({
            "client_name": self.name(),
            "redirect_uris": [self.redirect_uri()],
            "scope": "openid notes offline_access",
            "first_party": self == Self::Own,
            "token_endpoint_auth_method": if self == Self::Spa { "none" } else { "client_secret_post" },
        });
        let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
        let secret = self.secret().map(|secret| ClientSecret::chosen(secret).unwrap().hash(START));
        let client = Client::register(metadata, self.id(), secret.into_iter().collect(), START).unwrap();
        serde_json::to_string(&client).unwrap()
    }
}

pub fn subject() -> SubjectId {
    SubjectId::from_bytes([1; 16])
}

/// What the store holds when the world begins.
pub fn found(world: &World) {
    for app in App::ALL {
        world.kv.found(&Key::client(&app.id()), app.record());
    }
    let (sub, home) = (subject(), LOCATIONS[world.home]);
    let username = UserName::parse(USERNAME, &NativeNormalizer).unwrap();
    let login = Login { sub, home, username: username.clone(), password: phc(OLD_PASSWORD).to_owned(), cred: START };
    let user = User::new(sub, home, username, START);
    world.kv.found(&Key::login(USERNAME), serde_json::to_string(&login).unwrap());
    world.kv.found(&Key::user(sub), serde_json::to_string(&user).unwrap());
}

/// The hash of one of the two passwords: hashing is slow on purpose, so once for all worlds.
pub fn phc(password: &str) -> &'static str {
    static HASHES: LazyLock<[String; 2]> = LazyLock::new(|| {
        [OLD_PASSWORD, NEW_PASSWORD].map(|text| {
            let password = Password::chosen(text, &NativeNormalizer).unwrap();
            hash(&password, [5; 16]).as_str().to_owned()
        })
    });
    &HASHES[usize::from(password == NEW_PASSWORD)]
}

/// The ring before, while and after a new key is brought in: it opens everywhere before it seals anywhere.
pub const RING: [&[(&str, &str)]; 3] =
    [&[("old", "active")], &[("old", "active"), ("new", "next")], &[("old", "retired"), ("new", "active")]];

/// The configuration with the ring in this state.
pub fn config(ring: usize, without_grace: bool) -> &'static Config {
    static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| {
        let all = (0..RING.len()).flat_map(|ring| [(ring, false), (ring, true)]);
        all.map(|(ring, without_grace)| parse(ring, without_grace)).collect()
    });
    &CONFIGS[2 * ring + usize::from(without_grace)]
}

fn parse(ring: usize, without_grace: bool) -> Config {
    let settings: BTreeMap<&str, String> = BTreeMap::from([
        ("ISSUER", ISSUER.to_owned()),
        ("SEALING_KEYS", ring_json(RING[ring])),
        ("CLIENT_KEYS", ring_json(RING[0])),
        ("SIGNING_KEY_1", private_jwk("signing").to_string()),
        ("OPERATOR_KEYS", format!(r#"{{"keys":[{}]}}"#, operator().public().to_json())),
        ("SCOPES", r#"{"notes": {"description": "Notes"}}"#.to_owned()),
    ]);
    let mut config = Config::parse(|name| settings.get(name).cloned()).unwrap();
    if without_grace {
        config.lifetimes.refresh_token_grace = Lifetime::seconds(0);
    }
    config
}

fn ring_json(keys: &[(&str, &str)]) -> String {
    let key = |(name, state): &(&str, &str)| {
        let kid = format!("{:08x}", name.len() + usize::from(*name == "new"));
        let end = (*state == "retired").then(|| START.after(Lifetime::days(60)).seconds());
        json!({"kid": kid, "state": state, "key": base64url(bytes(name)), "opens_until": end})
    };
    json!({"keys": keys.iter().map(key).collect::<Vec<_>>()}).to_string()
}

fn bytes(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

fn private_jwk(name: &str) -> Value {
    let key = <Es256 as Algorithm>::SigningKey::from_slice(&bytes(name)).unwrap();
    let jwk = JsonWebKey::from(&key);
    let mut members = serde_json::to_value(&jwk).unwrap();
    members["alg"] = "ES256".into();
    members["kid"] = base64url(jwk.thumbprint::<Sha256>()).into();
    members
}

fn operator() -> SigningKey {
    SigningKey::parse(&private_jwk("operator").to_string()).unwrap()
}

/// A call of the operator's.
pub fn operator_call(call: &Value, world: &World) -> Request {
    static KID: LazyLock<String> = LazyLock::new(|| operator().kid().to_owned());
    let body = call.to_string();
    let mut jti = [0; 16];
    world.chance.fill(&mut jti);
    let iat = world.clock(crate::world::SKEW).seconds();
    let header = json!({"alg": "ES256", "typ": "sealwax-operator+jwt", "kid": *KID});
    let hash = base64url(Sha256::digest(&body));
    let claims = json!({"aud": ISSUER, "iat": iat, "exp": iat + 60, "jti": base64url(jti), "body": hash});
    let input = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let mut request = Request::new(Method::Post, "/operator", "");
    request.content_type = Some("application/json".to_owned());
    request.authorization = Some(format!("Bearer {input}.{}", base64url(Hash::of(&KID, input.as_bytes()))));
    request.body = Some(body.into_bytes());
    request
}

/// What stands in a blob, whichever key of the two sealed it and whether its time has passed or not.
pub fn look_into<P: Payload>(blob: &str) -> P {
    let began = Timestamp::from_millis(0);
    seal::open::<P>(&config(1, false).rings.sealing, blob, began).expect("it was sealed here").into_inner()
}
