//! Rings of sealing keys and their states.
//!
//! ```json
//! {"keys": [{"kid": "1f0a93c2", "state": "active", "key": "<base64url, 32 bytes>", "created": 1767225600},
//!           {"kid": "09b1c6de", "state": "retired", "key": "…", "opens_until": 1767225600, "since": 1767225600}]}
//! ```
//!
//! In a split deployment a part gets, in the place of `key`, only what it needs of it: what [`Purpose`]s derive from it, by
//! their names.
//!
//! ```json
//! {"keys": [{"kid": "1f0a93c2", "state": "active", "derived": {"code": "…", "refresh_token": "…"}, "created": 1767225600}]}
//! ```
//!
//! `created` and `since` (when it got its state) are for whoever rotates the keys; nothing here goes by them.

use super::{KEY_ID, OpenError, Purpose};
use crate::oauth::{Secret, Timestamp, base64url, from_base64url};
use crate::record;
use crate::record::is_all_of;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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
    /// One key a purpose, in the order of [`Purpose::ALL`]; the ring key itself is dropped. None where this Worker has not got
    /// it.
    derived: Vec<Option<Secret<[u8; 32]>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RingJson {
    keys: Vec<KeyJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    kid: String,
    state: KeyState,
    key: Option<String>,
    derived: Option<Map<String, Value>>,
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
    /// A whole key where derived ones are expected, or the other way round.
    Share(String),
    /// A derived key that is needed is not there.
    Lacks(String, Purpose),
    /// A derived key is there that is not to be, for this purpose or, `None`, for none that there is.
    Excess(String, Option<Purpose>),
    /// Something is there beside the keys of the share, if only twice.
    NotAlone,
}

impl Keyring {
    /// Reads a ring and derives its keys.
    ///
    /// # Errors
    /// What is wrong with it; never a secret.
    pub fn parse(json: &str, realm: &str) -> Result<Self, KeyringError> {
        Self::parse_share(json, realm, None)
    }

    /// The same for a part of a split deployment, which has keys for these purposes alone; for `None`, whole keys.
    ///
    /// # Errors
    /// What is wrong with it; never a secret.
    pub fn parse_share(json: &str, realm: &str, share: Option<&[Purpose]>) -> Result<Self, KeyringError> {
        let ring = Self::parse_lasting(json, realm, share)?;
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
    pub fn parse_lasting(json: &str, realm: &str, share: Option<&[Purpose]>) -> Result<Self, KeyringError> {
        let ring: RingJson = record::read(json).ok_or(KeyringError::Json)?;
        let mut keys: Vec<RingKey> = Vec::with_capacity(ring.keys.len());
        for key in &ring.keys {
            let key_id = parse_key_id(&key.kid).ok_or(KeyringError::KeyId)?;
            if keys.iter().any(|other| other.id == key_id) {
                return Err(KeyringError::RepeatedKeyId(key.kid.clone()));
            }
            keys.push(RingKey::parse(key_id, key, share)?);
        }
        let mut active = keys.iter().enumerate().filter(|(_, key)| key.state == KeyState::Active);
        match (active.next(), active.count()) {
            (Some((active, _)), 0) => {
                let ring = Self { realm: realm.to_owned(), keys, active };
                // What is read twice, or not at all, could be what this role must not hold.
                match share {
                    Some(share) if !is_all_of(ring.share(share).reveal(), json) => Err(KeyringError::NotAlone),
                    _ => Ok(ring),
                }
            }
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

    pub(super) fn sealing_key(&self, purpose: Purpose) -> Option<([u8; KEY_ID], &[u8; 32])> {
        // `parse` admits no ring without an active key.
        let key = self.keys.get(self.active)?;
        Some((key.id, key.derived_for(purpose)?))
    }

    /// The ring as a part of a split deployment gets it: what its keys derive for these purposes, and nothing else.
    #[must_use]
    pub fn share(&self, purposes: &[Purpose]) -> Secret<String> {
        let keys: Vec<Value> = self.keys.iter().map(|key| key.share(purposes)).collect();
        Secret::new(json!({ "keys": keys }).to_string())
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
            _ => key.derived_for(purpose).ok_or(OpenError::NoKey),
        }
    }
}

impl RingKey {
    fn parse(id: [u8; KEY_ID], json: &KeyJson, share: Option<&[Purpose]>) -> Result<Self, KeyringError> {
        let kid = || json.kid.clone();
        let bytes = |text: &str| -> Result<Secret<[u8; 32]>, KeyringError> {
            let bytes = from_base64url(text).and_then(|bytes| bytes.try_into().ok());
            bytes.map(Secret::new).ok_or_else(|| KeyringError::Key(kid()))
        };
        let derived = match (&json.key, &json.derived, share) {
            (Some(root), None, None) => {
                let root = bytes(root)?;
                Purpose::ALL.iter().map(|purpose| Some(derive(&root, *purpose))).collect()
            }
            (None, Some(derived), Some(share)) => {
                let needless = |name: &&String| !share.iter().any(|purpose| purpose.as_str() == *name);
                if let Some(name) = derived.keys().find(needless) {
                    let purpose = Purpose::ALL.iter().find(|purpose| purpose.as_str() == name);
                    return Err(KeyringError::Excess(kid(), purpose.copied()));
                }
                let mut keys = Vec::with_capacity(Purpose::ALL.len());
                for purpose in Purpose::ALL {
                    let key = derived.get(purpose.as_str());
                    if key.is_none() && share.contains(purpose) {
                        return Err(KeyringError::Lacks(kid(), *purpose));
                    }
                    keys.push(key.map(|key| bytes(key.as_str().unwrap_or_default())).transpose()?);
                }
                keys
            }
            _ => return Err(KeyringError::Share(kid())),
        };
        let opens_until = json.opens_until.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
        Ok(Self { id, state: json.state, opens_until, created: json.created, since: json.since, derived })
    }

    fn share(&self, purposes: &[Purpose]) -> Value {
        let mut derived = Map::new();
        for purpose in purposes {
            if let Some(key) = self.derived_for(*purpose) {
                derived.insert(purpose.as_str().to_owned(), base64url(key).into());
            }
        }
        let mut members = Map::from_iter([
            ("kid".to_owned(), self.kid().into()),
            ("state".to_owned(), json!(self.state)),
            ("derived".to_owned(), derived.into()),
        ]);
        let times = [
            ("opens_until", self.opens_until.map(Timestamp::seconds)),
            ("created", self.created),
            ("since", self.since),
        ];
        members.extend(times.into_iter().filter_map(|(name, time)| Some((name.to_owned(), time?.into()))));
        Value::Object(members)
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

    /// One stands for each of `Purpose::ALL`, in declaration order.
    fn derived_for(&self, purpose: Purpose) -> Option<&[u8; 32]> {
        self.derived.get(purpose as usize)?.as_ref().map(Secret::reveal)
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
            Self::Share(kid) => write!(
                f,
                "has a key ({kid}) that is not of this role: whole keys are for a Worker that does everything, and parts of a \
                 split deployment have the derived ones that `sealwax keys init --split` makes"
            ),
            Self::Lacks(kid, purpose) => {
                write!(f, "has a key ({kid}) without what is derived for {}", purpose.as_str())
            }
            // A name that nobody knows is not told: it might be a key.
            Self::Excess(kid, purpose) => {
                let name = purpose.map_or("something unknown", Purpose::as_str);
                write!(f, "has a key ({kid}) with what is derived for {name}, which this role must not hold")
            }
            Self::NotAlone => {
                f.write_str("has more in it than the keys of this role; `sealwax keys init --split` makes it")
            }
        }
    }
}
