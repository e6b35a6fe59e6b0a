//! The store: a KV namespace.

use super::deadline::within;
use super::{clock, env, log};
use crate::oauth::{Lifetime, Timestamp};
use crate::sorted::SortedMap;
use crate::store::{Key, Listing, Store, StoreError};
use std::cell::RefCell;
use std::time::Duration;
use worker::Env;
use worker::kv::{KvError, KvStore};

/// The namespace that is bound as `STORE`.
pub(super) struct Kv {
    env: Env,
}

const DEADLINE: Duration = Duration::from_secs(5);

impl Kv {
    pub(super) fn new(env: &Env) -> Self {
        Self { env: env.clone() }
    }

    fn namespace(&self) -> Result<KvStore, StoreError> {
        self.env.kv(env::STORE).map_err(|error| unavailable(&error.to_string()))
    }
}

impl Store for Kv {
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError> {
        in_time(self.namespace()?.get(key.as_str()).text()).await
    }

    async fn get_held(&self, key: &Key) -> Result<Option<String>, StoreError> {
        if let Some(value) = HELD.with_borrow(|held| held.get(key, clock::now())) {
            return Ok(Some(value));
        }
        let changes = HELD.with_borrow(|held| held.changes);
        let value = self.get(key).await?;
        if let Some(value) = &value {
            HELD.with_borrow_mut(|held| held.keep(key, value, changes));
        }
        Ok(value)
    }

    async fn put(&self, key: &Key, value: &str) -> Result<(), StoreError> {
        let put = self.namespace()?.put(key.as_str(), value).map_err(|error| unavailable(&error.to_string()))?;
        let outcome = in_time(put.execute()).await;
        // Also after a failure: the call may have run.
        HELD.with_borrow_mut(|held| held.drop(key));
        outcome
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let namespace = self.namespace()?;
        let outcome = in_time(namespace.delete(key.as_str())).await;
        HELD.with_borrow_mut(|held| held.drop(key));
        outcome
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>) -> Result<Listing, StoreError> {
        let mut list = self.namespace()?.list().prefix(prefix.to_owned());
        if let Some(cursor) = cursor {
            list = list.cursor(cursor.to_owned());
        }
        let part = in_time(list.execute()).await?;
        let names = part.keys.into_iter().map(|key| key.name).collect();
        Ok(Listing { names, cursor: part.cursor.filter(|_| !part.list_complete) })
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, KvError>>) -> Result<T, StoreError> {
    match within(DEADLINE, work).await {
        Some(outcome) => outcome.map_err(|error| unavailable(&error.to_string())),
        None => Err(unavailable("no answer in time")),
    }
}

fn unavailable(error: &str) -> StoreError {
    log::fault("kv", error);
    StoreError::Unavailable
}

thread_local! {
    static HELD: RefCell<Held> = const { RefCell::new(Held { values: SortedMap::new(), changes: 0 }) };
}

/// Values that this isolate read not long ago. Never absence: what was not there may have been written since. Ordered,
/// because callers choose some keys, and a hash on this platform has a seed that can be foreseen.
struct Held {
    values: SortedMap<Key, (Timestamp, String)>,
    /// Grows with each write of this isolate: what was read before one may be older than it.
    changes: u64,
}

impl Held {
    const FOR: Lifetime = Lifetime::seconds(60);
    const MAX: usize = 512;

    fn get(&self, key: &Key, now: Timestamp) -> Option<String> {
        let (since, value) = self.values.get(key)?;
        (now < since.after(Self::FOR)).then(|| value.clone())
    }

    fn keep(&mut self, key: &Key, value: &str, changes: u64) {
        if changes != self.changes {
            return;
        }
        if self.values.len() >= Self::MAX
            && let Some(oldest) = self.values.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone())
        {
            self.values.remove(&oldest);
        }
        self.values.insert(key.clone(), (clock::now(), value.to_owned()));
    }

    fn drop(&mut self, key: &Key) {
        self.changes = self.changes.wrapping_add(1);
        self.values.remove(key);
    }
}
