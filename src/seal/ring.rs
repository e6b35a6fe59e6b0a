//! Rings of sealing keys and their states.
//!
//! ```json
//! {"keys": [{"kid": "1f0a93c2", "state": "active", "key": "<base64url, 32 bytes>", "created": 1767225600},
//!           {"kid": "09b1c6de", "state": "retired", "key": "…", "opens_until": 1767225600, "since": 1767225600}]}
//! ```
//!
//! `created` and `since` (when it got its state) are for whoever rotates the keys; nothing here goes by them.

use super::{KEY_ID, OpenError, Purpose};
use crate::oauth::{Secret, Timestamp, from_base64url};
use crate::record;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// What a key of a ring may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Opens, does not seal yet: deployed everywhere before it becomes active.
    Next,
    /// Seals and opens.
    Active,
    /// Opens until its `opens_until`; for ever in the client ring, where it has none.
    Retired,
    /// Does nothing; listed so that the log can tell why blobs no longer open.
    Revoked,
}

/// Keys that seal and open, all of one realm.
#[derive(Debug)]
pub struct Keyring {
    realm: String,
    keys: Vec<RingKey>,
    active: usize,
}

/// The two rings: client ids live for ever, so their keys are never retired by the clock.
#[derive(Debug)]
pub struct Rings {
    /// `SEALING_KEYS`: everything that expires.
    pub sealing: Keyring,
    /// `CLIENT_KEYS`: client ids.
    pub client: Keyring,
}

/// A key of a ring.
#[derive(Debug)]
pub struct RingKey {
    id: [u8; KEY_ID],
    state: KeyState,
    opens_until: Option<Timestamp>,
    created: Option<u64>,
    since: Option<u64>,
    /// One key a purpose, in the order of [`Purpose::ALL`]; the ring key itself is dropped.
    derived: Vec<Secret<[u8; 32]>>,
}

#[derive(Deserialize)]
struct RingJson {
    keys: Vec<KeyJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    kid: String,
    state: KeyState,
    key: String,
    /// Unix seconds.
    opens_until: Option<u64>,
    /// Unix seconds.
    created: Option<u64>,
    /// Unix seconds.
    since: Option<u64>,
}

/// Why a ring cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyringError {
    /// Not the JSON shown above.
    Json,
    /// A key id that is not eight lower-case hexadecimal digits.
    KeyId,
    /// Two keys of one id.
    RepeatedKeyId(String),
    /// A key that is not 32 bytes in base64url.
    Key(String),
    /// No active key, or more than one.
    Active(usize),
    /// A retired key without an end.
    NoEnd(String),
}

impl Keyring {
    /// Reads a ring and derives its keys.
    ///
    /// # Errors
    /// What is wrong with it; never a secret.
    pub fn parse(json: &str, realm: &str) -> Result<Self, KeyringError> {
        let ring = Self::parse_lasting(json, realm)?;
        let endless = |key: &&RingKey| key.state == KeyState::Retired && key.opens_until.is_none();
        match ring.keys.iter().find(endless) {
            Some(key) => Err(KeyringError::NoEnd(key.kid())),
            None => Ok(ring),
        }
    }

    /// The same for a ring whose blobs live for ever: its retired keys need no end.
    ///
    /// # Errors
    /// What is wrong with it; never a secret.
    pub fn parse_lasting(json: &str, realm: &str) -> Result<Self, KeyringError> {
        let ring: RingJson = record::read(json).ok_or(KeyringError::Json)?;
        let mut keys: Vec<RingKey> = Vec::with_capacity(ring.keys.len());
        for key in &ring.keys {
            let key_id = parse_key_id(&key.kid).ok_or(KeyringError::KeyId)?;
            if keys.iter().any(|other| other.id == key_id) {
                return Err(KeyringError::RepeatedKeyId(key.kid.clone()));
            }
            keys.push(RingKey::parse(key_id, key)?);
        }
        let mut active = keys.iter().enumerate().filter(|(_, key)| key.state == KeyState::Active);
        match (active.next(), active.count()) {
            (Some((active, _)), 0) => Ok(Self { realm: realm.to_owned(), keys, active }),
            (None, _) => Err(KeyringError::Active(0)),
            (Some(_), more) => Err(KeyringError::Active(1 + more)),
        }
    }

    /// The realm, which every blob is bound to.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// Its keys, in their order.
    #[must_use]
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    pub(super) fn sealing_key(&self, purpose: Purpose) -> ([u8; KEY_ID], &[u8; 32]) {
        // `parse` admits no ring without an active key.
        #[expect(clippy::indexing_slicing, reason = "`active` was found in `keys`, which never changes")]
        let key = &self.keys[self.active];
        (key.id, key.derived_for(purpose))
    }

    pub(super) fn opening_key(
        &self,
        key_id: [u8; KEY_ID],
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<&[u8; 32], OpenError> {
        let key = self.keys.iter().find(|key| key.id == key_id).ok_or(OpenError::UnknownKey)?;
        match (key.state, key.opens_until) {
            (KeyState::Revoked, _) => Err(OpenError::RevokedKey),
            (KeyState::Retired, Some(end)) if end <= now => Err(OpenError::ExpiredKey),
            _ => Ok(key.derived_for(purpose)),
        }
    }
}

impl RingKey {
    fn parse(id: [u8; KEY_ID], json: &KeyJson) -> Result<Self, KeyringError> {
        let bytes: Option<[u8; 32]> = from_base64url(&json.key).and_then(|bytes| bytes.try_into().ok());
        let root = Secret::new(bytes.ok_or_else(|| KeyringError::Key(json.kid.clone()))?);
        let derived = Purpose::ALL.iter().map(|purpose| derive(&root, *purpose)).collect();
        let opens_until = json.opens_until.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
        Ok(Self { id, state: json.state, opens_until, created: json.created, since: json.since, derived })
    }

    /// Its name: what blobs begin with, as eight hexadecimal digits.
    #[must_use]
    pub fn kid(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.id))
    }

    /// What it may do.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }

    /// Up to when it opens, where it has an end.
    #[must_use]
    pub const fn opens_until(&self) -> Option<Timestamp> {
        self.opens_until
    }

    /// When it was made, Unix seconds, where whoever made it wrote that down.
    #[must_use]
    pub const fn created(&self) -> Option<u64> {
        self.created
    }

    /// When it got its state, Unix seconds, where whoever gave it wrote that down.
    #[must_use]
    pub const fn since(&self) -> Option<u64> {
        self.since
    }

    fn derived_for(&self, purpose: Purpose) -> &[u8; 32] {
        #[expect(clippy::indexing_slicing, reason = "one key for each of `Purpose::ALL`, in declaration order")]
        self.derived[purpose as usize].reveal()
    }
}

fn derive(root: &Secret<[u8; 32]>, purpose: Purpose) -> Secret<[u8; 32]> {
    let mut key = [0; 32];
    let info = [b"sealwax/1/", purpose.as_str().as_bytes()];
    // RFC 5869 §2.3 limits the output to 255 hashes; one hash cannot exceed it.
    let expanded = Hkdf::<Sha256>::new(None, root.reveal()).expand_multi_info(&info, &mut key);
    debug_assert!(expanded.is_ok());
    Secret::new(key)
}

fn parse_key_id(text: &str) -> Option<[u8; KEY_ID]> {
    let valid = text.len() == 2 * KEY_ID && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    valid.then(|| u32::from_str_radix(text, 16).ok().map(u32::to_be_bytes))?
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.write_str("is not a key ring; `sealwax keys init` makes one"),
            Self::KeyId => f.write_str("has a kid that is not eight hexadecimal digits"),
            Self::RepeatedKeyId(kid) => write!(f, "has two keys named {kid}"),
            Self::Key(kid) => write!(f, "has a key ({kid}) that is not 32 bytes in base64url"),
            Self::Active(count) => write!(f, "has {count} active keys; exactly one must be"),
            Self::NoEnd(kid) => write!(f, "has a retired key ({kid}) without opens_until"),
        }
    }
}
