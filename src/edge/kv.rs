//! The store: a KV namespace.

use super::pending::Pending;
use super::{clock, glue, log};
use crate::oauth::{Lifetime, Timestamp};
use crate::sorted::SortedMap;
use crate::store::{Key, Listing, Store, StoreError};
use std::cell::RefCell;
use worker::Env;
use worker::js_sys::{Array, Object, Reflect};
use worker::wasm_bindgen::{JsCast as _, JsValue};

/// The namespace that is bound as `STORE`, and the one of accounts and consents where `USERS` is bound beside it.
pub(super) struct Kv {
    env: Env,
}

/// Milliseconds.
const DEADLINE: u32 = 5000;

impl Kv {
    /// KV refuses to forget something earlier.
    const LEAST: Lifetime = Lifetime::seconds(60);

    pub(super) fn new(env: &Env) -> Self {
        Self { env: env.clone() }
    }

    /// Calls a method of the namespace. By hand, because the crate's builders and answers would be a fiftieth of the Worker.
    async fn call(&self, method: &str, name: &str, arguments: Array) -> Result<JsValue, StoreError> {
        let users = Key::is_of_users(name);
        let told = Pending::begin(|ticket, to| glue::call(&self.env, users, method, &arguments, DEADLINE, ticket, to));
        let outcome = async { told?.value().await }.await;
        outcome.map_err(|error| unavailable(&format!("{method}: {error:?}")))
    }

    async fn write(&self, key: &Key, value: &str, options: &Object) -> Result<(), StoreError> {
        let outcome = self.call("put", key.as_str(), Array::of3(&name(key), &JsValue::from_str(value), options)).await;
        // Also after a failure: the call may have run.
        HELD.with_borrow_mut(|held| held.drop(key));
        outcome.map(drop)
    }
}

impl Store for Kv {
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let (name, users) = (key.as_str(), Key::is_of_users(key.as_str()));
        let told = Pending::begin(|ticket, to| glue::get(&self.env, users, name, DEADLINE, ticket, to));
        let outcome = async { told?.text().await }.await;
        outcome.map_err(|error| unavailable(&format!("get: {error:?}")))
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
        self.write(key, value, &Object::new()).await
    }

    async fn put_for(&self, key: &Key, value: &str, keep: Lifetime) -> Result<(), StoreError> {
        let seconds = keep.max(Self::LEAST).as_seconds();
        let options = Object::new();
        set(&options, "expirationTtl", &JsValue::from(seconds));
        self.write(key, value, &options).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let outcome = self.call("delete", key.as_str(), Array::of1(&name(key))).await;
        HELD.with_borrow_mut(|held| held.drop(key));
        outcome.map(drop)
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>) -> Result<Listing, StoreError> {
        let options = Object::new();
        for (name, value) in [("prefix", Some(prefix)), ("cursor", cursor)] {
            if let Some(value) = value {
                set(&options, name, &JsValue::from_str(value));
            }
        }
        let part = self.call("list", prefix, Array::of1(&options)).await?;
        let keys = member(&part, "keys").dyn_into::<Array>().map_err(|_| unavailable("list: no keys"))?;
        let names = keys.iter().filter_map(|key| member(&key, "name").as_string()).collect();
        let cursor = if member(&part, "list_complete").is_falsy() { member(&part, "cursor").as_string() } else { None };
        Ok(Listing { names, cursor })
    }
}

/// Sets a member of a plain object, which takes any.
fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

fn name(key: &Key) -> JsValue {
    JsValue::from_str(key.as_str())
}

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
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
