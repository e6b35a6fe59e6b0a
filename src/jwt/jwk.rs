//! A JSON Web Key as it is read (RFC 7517 §4).

use crate::oauth::{Secret, SigningAlgorithm, from_base64url};
use crate::record;
use crate::seal::KeyState;
use jwt_compact::jwk::JsonWebKey;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// A key of any type, public or private.
pub(super) struct Jwk {
    /// The public half.
    pub(super) public: JsonWebKey<'static>,
    /// Whether there is a private part.
    pub(super) is_private: bool,
    /// Whether there is all that signing needs: with RSA the primes too, which WebCrypto wants (RFC 7518 §6.3.2).
    pub(super) can_sign: bool,
    pub(super) alg: Option<SigningAlgorithm>,
    pub(super) kid: Option<String>,
    /// Ours.
    pub(super) state: Option<KeyState>,
    /// Ours: when it was made, Unix seconds.
    pub(super) created: Option<u64>,
    /// Ours: up to when what it signed may be alive, Unix seconds.
    pub(super) opens_until: Option<u64>,
    /// Ours: when it got its state, Unix seconds.
    pub(super) since: Option<u64>,
}

/// The public half of a key with these members (RFC 7518 §6, RFC 8037 §2); `None` for other key types.
pub(super) fn public_key<'a>(text: impl Fn(&'static str) -> Option<&'a str>) -> Option<JsonWebKey<'static>> {
    let curve = || Some(text("crv")?.to_owned().into());
    let bytes = |name| Some(from_base64url(text(name)?)?.into());
    match text("kty")? {
        "EC" => Some(JsonWebKey::EllipticCurve { curve: curve()?, x: bytes("x")?, y: bytes("y")?, secret: None }),
        "OKP" => Some(JsonWebKey::KeyPair { curve: curve()?, x: bytes("x")?, secret: None }),
        "RSA" => Some(JsonWebKey::Rsa { modulus: bytes("n")?, public_exponent: bytes("e")?, private_parts: None }),
        _ => None,
    }
}

/// The SHA-256 thumbprint of a public key (RFC 7638 §3). `None` never comes.
pub(super) fn thumbprint(public: &JsonWebKey<'_>) -> Option<[u8; 32]> {
    // RFC 7638 §3.2: what makes the key and nothing else, in the order of the names. Maps of serde_json have that order.
    let members = record::object(&serde_json::to_string(public).ok()?)?;
    Some(Sha256::digest(serde_json::to_string(&members).ok()?).into())
}

/// The members of a key; `null` means absent.
struct Members(Map<String, Value>);

impl Jwk {
    /// `None` when a member that the key type needs is absent or malformed; others are ignored (RFC 7517 §4).
    pub(super) fn parse(json: &str) -> Option<Self> {
        let members = Members(record::object(json)?);
        let public = public_key(|name| members.text(name))?;
        let is_private = members.has_secret("d")?;
        let primes = members.has_secret("p")? && members.has_secret("q")?;
        // Absent is well, malformed is not.
        let kid = members.get("kid").map(|kid| kid.as_str().map(str::to_owned).ok_or(()));
        let state = members.get("state").map(record::interpret);
        let seconds = |name| members.get(name).map(|value| value.as_u64().ok_or(())).transpose().ok();
        Some(Self {
            can_sign: is_private && (primes || !matches!(public, JsonWebKey::Rsa { .. })),
            public,
            is_private,
            alg: members.text("alg").and_then(SigningAlgorithm::parse),
            kid: kid.transpose().ok()?,
            state: state.transpose().ok()?,
            created: seconds("created")?,
            opens_until: seconds("opens_until")?,
            since: seconds("since")?,
        })
    }
}

impl Members {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Whether there is a secret of that name; `None` when it is not base64url.
    fn has_secret(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            None => Some(false),
            Some(secret) => from_base64url(secret.as_str()?).map(Secret::new).map(|_| true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_those_of_the_library() {
        for members in [
            &[("kty", "EC"), ("crv", "P-256"), ("x", "AQID"), ("y", "BAUG")][..],
            &[("kty", "OKP"), ("crv", "Ed25519"), ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")],
            &[("kty", "RSA"), ("n", "gICA"), ("e", "AQAB")],
        ] {
            let key =
                public_key(|name| members.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)).unwrap();
            assert_eq!(thumbprint(&key), Some(key.thumbprint::<Sha256>().into()), "{members:?}");
        }
    }

    /// RFC 8037 Appendix A.3
    #[test]
    fn rfc_8037_appendix_a_3() {
        let json = r#"{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let thumbprint = thumbprint(&Jwk::parse(json).unwrap().public).unwrap();
        assert_eq!(crate::oauth::base64url(thumbprint), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
