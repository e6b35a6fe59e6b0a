//! Signing keys: private JWKs (RFC 7517), one secret a key, and the set that is published.
//!
//! ```json
//! {"kty": "EC", "crv": "P-256", "x": "…", "y": "…", "d": "…", "alg": "ES256", "kid": "<RFC 7638>", "state": "active",
//!  "created": 1767225600}
//! ```

use super::jwk::{Jwk, thumbprint};
use crate::oauth::{Secret, SigningAlgorithm, Timestamp, base64url};
use crate::seal::KeyState;
use jwt_compact::jwk::JsonWebKey;
use serde::Serialize;
use std::fmt;

/// A public key that signatures are verified with.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyingKey {
    kid: String,
    algorithm: SigningAlgorithm,
    jwk: JsonWebKey<'static>,
}

/// A private key of this server.
#[derive(Debug)]
pub struct SigningKey {
    public: VerifyingKey,
    state: KeyState,
    created: Option<u64>,
    opens_until: Option<Timestamp>,
    since: Option<u64>,
    /// The private JWK as JSON; absent when the key is retired, or another Worker's.
    private: Option<Secret<String>>,
}

/// A key as it is published.
#[derive(Serialize)]
pub(super) struct PublicJwk<'a> {
    #[serde(flatten)]
    key: &'a JsonWebKey<'static>,
    kid: &'a str,
    alg: SigningAlgorithm,
    #[serde(rename = "use")]
    usage: &'static str,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not a JWK with `alg`.
    Json,
    /// Not a JWK set.
    Set,
    /// `kty`, `crv` or the length does not go with `alg`.
    Algorithm,
    /// The `kid` is not the key's RFC 7638 thumbprint.
    KeyId,
    /// A key that is to sign has no private part.
    NotPrivate,
    /// A public key was expected.
    Private,
    /// Two keys are the same.
    Repeated,
    /// No key is active.
    NoneActive,
}

impl VerifyingKey {
    /// Reads a public JWK that names its algorithm.
    ///
    /// # Errors
    /// What is wrong with it; a private key is refused too, since it does not belong here.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let jwk = Jwk::parse(json).ok_or(KeyError::Json)?;
        if jwk.is_private {
            return Err(KeyError::Private);
        }
        Self::new(jwk)
    }

    fn new(jwk: Jwk) -> Result<Self, KeyError> {
        let key = Self::of_public(jwk.public, jwk.alg.ok_or(KeyError::Json)?).ok_or(KeyError::Algorithm)?;
        if jwk.kid.is_some_and(|named| named != key.kid) {
            return Err(KeyError::KeyId);
        }
        Ok(key)
    }

    /// A public key, to be used with this algorithm; `None` where the two do not go together. However a client calls its
    /// key, here its thumbprint names it.
    pub(super) fn of_public(jwk: JsonWebKey<'static>, algorithm: SigningAlgorithm) -> Option<Self> {
        let thumbprint = fits(&jwk, algorithm).then(|| thumbprint(&jwk))??;
        Some(Self { kid: base64url(thumbprint), algorithm, jwk })
    }

    /// The key's RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The only algorithm that the key is used with.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The public JWK.
    #[must_use]
    pub const fn jwk(&self) -> &JsonWebKey<'static> {
        &self.jwk
    }

    /// The JWK as it is published.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Struct of strings: cannot fail.
        serde_json::to_string(&self.published()).unwrap_or_default()
    }

    pub(super) fn published(&self) -> PublicJwk<'_> {
        PublicJwk { key: &self.jwk, kid: &self.kid, alg: self.algorithm, usage: "sig" }
    }
}

impl SigningKey {
    /// Reads a private JWK with `alg`, or a public one whose state is `retired`.
    ///
    /// # Errors
    /// What is wrong with it; never a part of the key.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let jwk = Jwk::parse(json).ok_or(KeyError::Json)?;
        let signs = matches!(jwk.state, None | Some(KeyState::Active | KeyState::Next));
        if signs && !jwk.can_sign {
            return Err(KeyError::NotPrivate);
        }
        Self::new(jwk, signs.then(|| Secret::new(json.to_owned())))
    }

    /// Reads the public half of a key, whatever its state.
    pub(super) fn parse_public(json: &str) -> Result<Self, KeyError> {
        let jwk = Jwk::parse(json).ok_or(KeyError::Json)?;
        if jwk.is_private {
            return Err(KeyError::Private);
        }
        Self::new(jwk, None)
    }

    fn new(jwk: Jwk, private: Option<Secret<String>>) -> Result<Self, KeyError> {
        let state = jwk.state.unwrap_or(KeyState::Active);
        let (created, since) = (jwk.created, jwk.since);
        let opens_until = jwk.opens_until.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
        let public = VerifyingKey::new(jwk)?;
        Ok(Self { public, state, created, opens_until, since, private })
    }

    /// The key's RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// The only algorithm that the key is used with.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.public.algorithm
    }

    /// What it may do.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }

    /// When it was made, Unix seconds, where whoever made it wrote that down.
    #[must_use]
    pub const fn created(&self) -> Option<u64> {
        self.created
    }

    /// Up to when what it signed may be alive, where it is retired and somebody wrote that down.
    #[must_use]
    pub const fn opens_until(&self) -> Option<Timestamp> {
        self.opens_until
    }

    /// When it got its state, Unix seconds, where whoever gave it wrote that down.
    #[must_use]
    pub const fn since(&self) -> Option<u64> {
        self.since
    }

    /// Its public half.
    #[must_use]
    pub const fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The private JWK as JSON, for the signer alone; `None` when the key is retired, or another Worker's.
    #[must_use]
    pub const fn private(&self) -> Option<&Secret<String>> {
        self.private.as_ref()
    }
}

/// RFC 7518 §3.3, §3.4, RFC 8037 §3.1: which keys go with which algorithm.
fn fits(jwk: &JsonWebKey<'_>, algorithm: SigningAlgorithm) -> bool {
    match (jwk, algorithm) {
        (JsonWebKey::EllipticCurve { curve, x, y, .. }, SigningAlgorithm::Es256) => {
            curve == "P-256" && x.len() == 32 && y.len() == 32
        }
        (JsonWebKey::Rsa { modulus, public_exponent, .. }, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256) => {
            is_sound_rsa(modulus, public_exponent)
        }
        (JsonWebKey::KeyPair { curve, x, .. }, SigningAlgorithm::EdDsa) => curve == "Ed25519" && x.len() == 32,
        _ => false,
    }
}

/// 2,048 bits at least (RFC 7518 §3.3), 8,192 at most, and an odd exponent of 3 to 32 bits: with 1 every text would be its
/// own signature. Zeros in front would feign a length (RFC 7518 §2, `Base64urlUInt`).
fn is_sound_rsa(modulus: &[u8], exponent: &[u8]) -> bool {
    let long = match (modulus.first(), modulus.len()) {
        (Some(first), 256) => *first >= 0x80,
        (Some(first), 257..=1024) => *first != 0,
        _ => false,
    };
    let exponent = match exponent {
        [0, ..] => 0,
        bytes if bytes.len() <= 4 => bytes.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)),
        _ => 0,
    };
    long && exponent >= 3 && exponent % 2 == 1
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "is not a JWK that names its alg (ES256, RS256, PS256 or EdDSA)",
            Self::Set => "is not the JWK set of public keys that `sealwax keys init --split` makes",
            Self::Algorithm => "has a key type, curve or length that does not go with its alg",
            Self::KeyId => "has a kid that is not the key's RFC 7638 thumbprint",
            Self::NotPrivate => "has no private part, so it cannot sign",
            Self::Private => "holds a private key where a public one belongs",
            Self::Repeated => "is there twice",
            Self::NoneActive => "has no active key",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rsa_keys_are_long_and_do_not_feign_it() {
        let [short, sound, longest] = [128, 256, 1024].map(|length| vec![0xff; length]);
        let e = &[1, 0, 1];
        assert!(is_sound_rsa(&sound, e) && is_sound_rsa(&longest, e) && is_sound_rsa(&sound, &[3]));
        let padded = [vec![0; 128], short.clone()].concat();
        let of_2047_bits = [vec![0x7f], vec![0xff; 255]].concat();
        for modulus in [&short, &padded, &of_2047_bits, &vec![0xff; 1025], &vec![]] {
            assert!(!is_sound_rsa(modulus, e), "{} bytes", modulus.len());
        }
        for exponent in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(!is_sound_rsa(&sound, exponent), "{exponent:?}");
        }
    }
}
