//! A split deployment: three Workers of one issuer, each with the secrets of its part and nothing else. What the whole server
//! does they do together, save for what is refused here.

mod limits;
mod logout;
mod secrets;

use crate::fixture;
use crate::target::{Answer, Target};
use crate::transcripts;
use crate::world::{World, ed25519, es256, key, ring};
use sealwax::config::{PublicKeys, Role};
use sealwax::endpoint::{ROUTES, public_keys};
use sealwax::http::Request;
use sealwax::jwt::SigningKeys;
use sealwax::seal::{Keyring, Purpose};

pub const REALM: &str = "https://id.example";

/// The three Workers, behind one host.
pub struct Split {
    pub authorize: World,
    pub token: World,
    pub jwks: PublicKeys,
}

/// What `keys init --split` hands over to a part.
pub fn secrets(role: Role) -> Vec<(String, String)> {
    let signing = SigningKeys::new(vec![key(&es256("signing")), key(&ed25519("signing"))]).unwrap();
    let share = |name: &str, purposes: Option<&[Purpose]>| match purposes {
        None => ring(name),
        Some([]) => String::new(),
        Some(purposes) => Keyring::parse(&ring(name), REALM).unwrap().share(purposes).reveal().clone(),
    };
    let secrets = [
        ("ROLE", role.as_str().to_owned()),
        ("SEALING_KEYS", share("sealing", role.sealing_purposes())),
        ("CLIENT_KEYS", share("client", role.client_purposes())),
        ("VERIFYING_KEYS", if role.signs() { String::new() } else { signing.to_public_json() }),
        ("SIGNING_KEY_1", if role.signs() { es256("signing").to_string() } else { String::new() }),
        ("SIGNING_KEY_2", if role.signs() { ed25519("signing").to_string() } else { String::new() }),
    ];
    secrets.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// The variables of a part, and those over them.
fn variables(role: Role, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let fixed = fixture::variables();
    fixed.iter().map(owned).chain(secrets(role)).chain(more.iter().map(owned)).collect()
}

fn borrowed(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

impl Split {
    pub fn new(more: &[(&str, &str)]) -> Self {
        let authorize = fixture::seeded(&borrowed(&variables(Role::Authorize, more)));
        let token = authorize.beside(1, &borrowed(&variables(Role::Token, more)));
        let public = secrets(Role::Jwks);
        let public = |name: &str| match name {
            "ISSUER" => Some(REALM.to_owned()),
            "VERIFYING_KEYS" => public.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            _ => None,
        };
        Self { authorize, token, jwks: PublicKeys::parse(public).unwrap() }
    }
}

impl Target for Split {
    fn issuer(&self) -> String {
        self.authorize.issuer()
    }

    fn send(&self, request: Request) -> Answer {
        let route = ROUTES.iter().find(|route| route.path == request.path);
        match route.map(|route| route.endpoint.role()) {
            Some(Role::Token) => self.token.send(&request).into(),
            Some(Role::Jwks) => public_keys::handle(&request, &self.jwks, self.token.clock.get(), "", |_| {}).into(),
            _ => self.authorize.send(&request).into(),
        }
    }

    fn advance(&self, millis: u64) {
        // They share it.
        self.authorize.advance(millis);
    }

    fn now(&self) -> u64 {
        self.authorize.now()
    }
}

/// Whatever the whole server does, and refuses; save that nothing is signed where userinfo is.
#[test]
fn three_workers_answer_as_one_does() {
    let save =
        "OpenID Connect Discovery §3: userinfo can be signed; nothing is encrypted, and nothing goes unsigned as none";
    transcripts::run_all(&|| Box::new(Split::new(&[])), &[save]);
}
