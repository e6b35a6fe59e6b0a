//! The signing keys of a deployment together: which of them signs, what is published of them (RFC 7517 §5), and what those of
//! its Workers get that sign nothing.

use super::SignError;
use super::keys::{KeyError, PublicJwk, SigningKey, VerifyingKey};
use crate::http::Published;
use crate::oauth::{SigningAlgorithm, Timestamp};
use crate::record::{self, is_all_of};
use crate::seal::KeyState;
use crate::sorted::SortedMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All signing keys, and the document that publishes them.
#[derive(Debug)]
pub struct SigningKeys {
    keys: Vec<SigningKey>,
    jwks: Published,
}

/// With what a Worker has to know of a key that it does not publish.
#[derive(Serialize)]
struct StatedJwk<'a> {
    #[serde(flatten)]
    jwk: PublicJwk<'a>,
    state: KeyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_until: Option<u64>,
}

#[derive(Serialize)]
struct StatedSet<'a> {
    keys: Vec<StatedJwk<'a>>,
}

#[derive(Serialize)]
struct JwkSet<'a> {
    keys: Vec<PublicJwk<'a>>,
}

impl SigningKeys {
    /// Takes the keys of a deployment.
    ///
    /// # Errors
    /// When two are the same or none is active.
    pub fn new(keys: Vec<SigningKey>) -> Result<Self, KeyError> {
        let mut kids = SortedMap::new();
        if keys.iter().any(|key| kids.insert(key.kid(), ()).is_some()) {
            return Err(KeyError::Repeated);
        }
        if !keys.iter().any(|key| key.state() == KeyState::Active) {
            return Err(KeyError::NoneActive);
        }
        let listed = keys.iter().filter(|key| key.state() != KeyState::Revoked);
        let set = JwkSet { keys: listed.map(|key| key.public().published()).collect() };
        let jwks = serde_json::to_string(&set).map_err(|_| KeyError::Json)?;
        Ok(Self { keys, jwks: Published::new(jwks) })
    }

    /// Reads what [`SigningKeys::to_public_json`] has made: keys of a deployment as those of its Workers have them that sign
    /// nothing.
    ///
    /// # Errors
    /// What is wrong with them; a private key is refused, since it does not belong there.
    pub fn public(json: &str) -> Result<Self, KeyError> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = record::read(json).ok_or(KeyError::Set)?;
        let keys = set.keys.iter().map(|key| SigningKey::parse_public(&key.to_string()));
        let keys = Self::new(keys.collect::<Result<_, _>>()?)?;
        // A private part may be spelled in many ways, or stand where nobody reads it.
        if is_all_of(&keys.to_public_json(), json) { Ok(keys) } else { Err(KeyError::Set) }
    }

    /// The public half of every key, with its state and dates.
    #[must_use]
    pub fn to_public_json(&self) -> String {
        let keys: Vec<StatedJwk<'_>> = self.keys.iter().map(stated).collect();
        // Structs of strings and numbers: cannot fail.
        serde_json::to_string(&StatedSet { keys }).unwrap_or_default()
    }

    /// All of them, in the order of their names.
    #[must_use]
    pub fn all(&self) -> &[SigningKey] {
        &self.keys
    }

    /// The published set (RFC 7517 §5).
    #[must_use]
    pub const fn jwks(&self) -> &Published {
        &self.jwks
    }

    /// A key of the published set.
    #[must_use]
    pub fn published(&self, kid: &str) -> Option<&VerifyingKey> {
        let listed = |key: &&SigningKey| key.state() != KeyState::Revoked && key.kid() == kid;
        self.keys.iter().find(listed).map(SigningKey::public)
    }

    /// The algorithms that tokens can be signed with, in the order of preference.
    pub fn algorithms(&self) -> impl Iterator<Item = SigningAlgorithm> {
        SigningAlgorithm::ALL.iter().copied().filter(|algorithm| self.active(*algorithm).is_some())
    }

    /// Whether anything is signed here: the Worker of a split deployment that shows pages has public halves alone.
    #[must_use]
    pub fn sign(&self) -> bool {
        self.keys.iter().any(|key| key.private().is_some())
    }

    /// The active key of an algorithm.
    #[must_use]
    pub fn active(&self, algorithm: SigningAlgorithm) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.state() == KeyState::Active && key.algorithm() == algorithm)
    }

    /// The active key that signs for a client: of the algorithm that it chose, else the default one.
    ///
    /// # Errors
    /// When there is none.
    pub fn chosen(&self, algorithm: Option<SigningAlgorithm>) -> Result<&SigningKey, SignError> {
        match algorithm {
            Some(algorithm) => self.active(algorithm).ok_or(SignError("no_key_of_the_clients_algorithm")),
            None => self.default_key().ok_or(SignError("no_signing_key")),
        }
    }

    /// The active key that signs where nobody chose: ES256 before RS256, PS256 and `EdDSA`.
    #[must_use]
    pub fn default_key(&self) -> Option<&SigningKey> {
        self.algorithms().next().and_then(|algorithm| self.active(algorithm))
    }
}

fn stated(key: &SigningKey) -> StatedJwk<'_> {
    StatedJwk {
        jwk: key.public().published(),
        state: key.state(),
        created: key.created(),
        since: key.since(),
        opens_until: key.opens_until().map(Timestamp::seconds),
    }
}
