//! What outlives a letter: clients, users, consents and revocations in a [`Store`] (Workers KV), and what may happen
//! once in a [`Ledger`] (Durable Objects).

mod ancestor;
mod device;
mod key;
mod ledger;
mod marks;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
mod revocations;
mod sign_ins;
mod tries;
mod user;
mod user_claims;

pub use ancestor::{Ancestor, Mark, Revocation};
pub use device::{
    Begun, DecideDevice, Decided, DeviceDecision, DeviceGrant, DeviceRow, LastPoll, PollDevice, Polled, judge_begin,
    judge_decision, judge_look, judge_poll,
};
pub use key::Key;
pub use ledger::{
    Advance, Advanced, FamilyRow, Ledger, LedgerError, ObjectName, Spend, SpendRow, Spent, judge_advance, judge_spend,
    shard, spend, twice,
};
pub use revocations::Revocations;
pub use sign_ins::{SignIn, SignInRow, SignedIn, judge_sign_in};
pub use tries::{Tried, TryRow, judge_try};
pub use user::{Login, User, UserName};
pub use user_claims::{ClaimError, UserClaims};

use crate::oauth::Lifetime;
use crate::record;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A key-value store that is **eventually consistent**: a value written here is seen elsewhere usually within 60 s, with
/// no upper bound; an absent key may be remembered as absent for as long; two writes to one key within a second may be
/// refused. Nothing that has to hold at once may rest on it.
#[expect(async_fn_in_trait, reason = "an isolate has one thread: its futures are never `Send`")]
pub trait Store {
    /// The value of a key.
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError>;

    /// The value of a key, perhaps as this isolate read it up to 60 s ago; absence is never held.
    async fn get_held(&self, key: &Key) -> Result<Option<String>, StoreError>;

    /// Writes a value.
    async fn put(&self, key: &Key, value: &str) -> Result<(), StoreError>;

    /// Writes a value that may be forgotten after so long, not earlier. A minute is the least.
    async fn put_for(&self, key: &Key, value: &str, keep: Lifetime) -> Result<(), StoreError>;

    /// Removes a key; one that is not there is no error.
    async fn delete(&self, key: &Key) -> Result<(), StoreError>;

    /// Keys that begin so, at most 1,000, and where to go on.
    async fn list(&self, prefix: &str, cursor: Option<&str>) -> Result<Listing, StoreError>;
}

/// A part of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Full key names.
    pub names: Vec<String>,
    /// Where the next part begins, when there is one.
    pub cursor: Option<String>,
}

/// The store did not answer, or not with what was written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// It failed, refused (429) or took too long.
    Unavailable,
    /// The value is not what this program writes.
    Garbage,
}

impl StoreError {
    /// The reason for the log.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Unavailable => "store_unavailable",
            Self::Garbage => "store_garbage",
        }
    }
}

impl From<StoreError> for crate::error::OAuthError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error.cause())
    }
}

/// Reads a record.
///
/// # Errors
/// When the store fails or holds something else.
pub async fn read<T: DeserializeOwned>(store: &impl Store, key: &Key) -> Result<Option<T>, StoreError> {
    store.get(key).await?.map(|json| decode(&json)).transpose()
}

/// Reads a record that this isolate may have read up to 60 s ago.
///
/// # Errors
/// When the store fails or holds something else.
pub async fn read_held<T: DeserializeOwned>(store: &impl Store, key: &Key) -> Result<Option<T>, StoreError> {
    store.get_held(key).await?.map(|json| decode(&json)).transpose()
}

/// Writes a record.
///
/// # Errors
/// When the store fails.
pub async fn write(store: &impl Store, key: &Key, record: &impl Serialize) -> Result<(), StoreError> {
    let json = serde_json::to_string(record).map_err(|_| StoreError::Garbage)?;
    store.put(key, &json).await
}

fn decode<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    record::read(json).ok_or(StoreError::Garbage)
}
