//! Client secrets: 256 random bits, stored as their SHA-256. Hashing a random secret slowly would buy nothing.

use crate::oauth::{Secret, Timestamp, base64url, from_base64url};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A client secret as the client holds it.
#[derive(Clone, Debug)]
pub struct ClientSecret(Secret<String>);

/// What is stored of a client secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretHash {
    /// SHA-256 in base64url.
    sha256: String,
    /// When it was made, Unix milliseconds.
    created: Timestamp,
    /// When it stops being good, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

impl ClientSecret {
    /// The longest accepted, in bytes.
    pub const MAX: usize = 512;
    /// The shortest that may be chosen elsewhere, in bytes: 43 characters of base64url are 256 bits, 64 of hex too.
    pub const MIN_CHOSEN: usize = 43;

    /// A new secret of 256 bits.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Secret::new(base64url(bytes)))
    }

    /// A secret that was sent; `None` when it is longer than any that could have been registered.
    #[must_use]
    pub fn presented(text: &str) -> Option<Self> {
        (text.len() <= Self::MAX).then(|| Self(Secret::new(text.to_owned())))
    }

    /// A secret that was chosen elsewhere; `None` when it is too short to be random enough, or too long.
    #[must_use]
    pub fn chosen(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
        (text.len() >= Self::MIN_CHOSEN && printable).then(|| Self::presented(text)).flatten()
    }

    /// Shows it, once, to whom it belongs.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What to store.
    #[must_use]
    pub fn hash(&self, created: Timestamp) -> SecretHash {
        SecretHash { sha256: base64url(self.digest()), created, expires: None }
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.reveal()).into()
    }
}

impl SecretHash {
    /// Reads a hash that was made elsewhere; `None` when it is not 32 bytes.
    #[must_use]
    pub fn parse(sha256: &str, created: Timestamp) -> Option<Self> {
        let bytes: [u8; 32] = from_base64url(sha256)?.try_into().ok()?;
        Some(Self { sha256: base64url(bytes), created, expires: None })
    }

    /// Whether it is still good.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| end > now)
    }

    /// The same secret, good no longer than until then.
    #[must_use]
    pub fn ending(self, end: Timestamp) -> Self {
        Self { expires: Some(self.expires.map_or(end, |before| before.min(end))), ..self }
    }

    /// Whether both are of one secret, whenever they were made.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }

    /// Whether this is the hash of the secret, compared in constant time, and still good.
    #[must_use]
    pub fn matches(&self, secret: &ClientSecret, now: Timestamp) -> bool {
        let stored = from_base64url(&self.sha256).unwrap_or_default();
        let equal = Secret::new(stored) == Secret::new(secret.digest().to_vec());
        equal && self.is_live(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_matches_its_hash() {
        let now = Timestamp::from_millis(0);
        let secret = ClientSecret::from_random([1; 32]);
        let hash = secret.hash(now);
        assert!(hash.matches(&secret, now));
        assert!(!hash.matches(&ClientSecret::from_random([2; 32]), now));
        assert!(!serde_json::to_string(&hash).unwrap().contains(secret.reveal()));
    }

    #[test]
    fn chosen_secrets_are_long_enough() {
        assert!(ClientSecret::chosen(&"a".repeat(42)).is_none());
        assert!(ClientSecret::chosen(&"a".repeat(43)).is_some());
        assert!(ClientSecret::chosen(&"a".repeat(513)).is_none());
        assert!(ClientSecret::chosen(&"\n".repeat(43)).is_none());
    }
}
