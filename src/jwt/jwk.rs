//! A JSON Web Key as it is read (RFC 7517 §4): the members of all key types in one struct, because to look at the type
//! first would have to buffer the others, private ones among them.

use crate::oauth::{SigningAlgorithm, from_base64url};
use crate::seal::KeyState;
use jwt_compact::alg::SecretBytes;
use jwt_compact::jwk::JsonWebKey;
use serde::Deserialize;

/// The members that this server reads; others are ignored (RFC 7517 §4).
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<SecretBytes<'static>>,
    p: Option<SecretBytes<'static>>,
    q: Option<SecretBytes<'static>>,
    pub(super) alg: SigningAlgorithm,
    pub(super) kid: Option<String>,
    /// Ours.
    pub(super) state: Option<KeyState>,
}

impl Jwk {
    pub(super) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Whether there is a private part; of RSA that is more than `d` (RFC 7518 §6.3.2).
    pub(super) fn is_private(&self) -> bool {
        self.d.is_some() && (self.kty != "RSA" || (self.p.is_some() && self.q.is_some()))
    }

    /// The public half; `None` when a member is absent or not base64url.
    pub(super) fn public(&self) -> Option<JsonWebKey<'static>> {
        let bytes = |member: &Option<String>| Some(from_base64url(member.as_ref()?)?.into());
        let curve = || Some(self.crv.clone()?.into());
        match self.kty.as_str() {
            "EC" => Some(JsonWebKey::EllipticCurve {
                curve: curve()?,
                x: bytes(&self.x)?,
                y: bytes(&self.y)?,
                secret: None,
            }),
            "OKP" => Some(JsonWebKey::KeyPair { curve: curve()?, x: bytes(&self.x)?, secret: None }),
            "RSA" => Some(JsonWebKey::Rsa {
                modulus: bytes(&self.n)?,
                public_exponent: bytes(&self.e)?,
                private_parts: None,
            }),
            _ => None,
        }
    }
}
