//! Workers KV as its documentation and experience tell: a write is seen at each location after a lag of its own, and
//! a location goes on for a minute with what it read, absence too. A key takes one write a second. Writes may be
//! refused, unanswered, late or lost.

use crate::executor::{MINUTE, Millis, SECOND};
use crate::world::{LOCATIONS, Removed, World};
use sealwax::oauth::Lifetime;
use sealwax::store::{Key, Listing, Store, StoreError};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// The longest time from a write to when a location can read it.
pub const LAG: Millis = 2 * MINUTE;
/// For how long a location goes on with what it read.
pub const CACHED: Millis = MINUTE;
/// Sealwax's own patience with a call (`src/edge/kv.rs`).
const DEADLINE: Millis = 5 * SECOND;
/// For how long an isolate holds what it asked for with `get_held` (`src/edge/kv.rs`).
const HELD: Millis = MINUTE;
/// KV refuses more.
const APART: Millis = SECOND;

#[derive(Default)]
pub struct Kv(RefCell<BTreeMap<String, Record>>);

#[derive(Default)]
struct Record {
    /// In the order of their arrival.
    versions: Vec<Version>,
    cached: [Option<Cached>; LOCATIONS.len()],
    written: Option<Millis>,
}

struct Version {
    value: Option<String>,
    /// From when on each location can read it.
    visible: [Millis; LOCATIONS.len()],
}

#[derive(Clone)]
struct Cached {
    value: Option<String>,
    until: Millis,
}

impl Kv {
    /// What was there before the world began.
    pub fn found(&self, key: &Key, value: String) {
        let version = Version { value: Some(value), visible: [0; LOCATIONS.len()] };
        self.0.borrow_mut().entry(key.as_str().to_owned()).or_default().versions.push(version);
    }

    fn cached(&self, key: &str, location: usize, now: Millis) -> Option<Cached> {
        self.0.borrow().get(key)?.cached[location].clone().filter(|cached| now < cached.until)
    }

    fn read(&self, key: &str, location: usize, now: Millis, held: Millis) -> Option<String> {
        let mut records = self.0.borrow_mut();
        let record = records.entry(key.to_owned()).or_default();
        let newest = record.versions.iter().rev().find(|version| version.visible[location] <= now);
        let value = newest.and_then(|version| version.value.clone());
        record.cached[location] = Some(Cached { value: value.clone(), until: now + held });
        value
    }

    /// A write arrives; whether it is taken.
    fn arrive(&self, key: &str, value: Option<String>, world: &World) -> bool {
        let now = world.time.now();
        let visible = LOCATIONS.map(|_| now + lag(world));
        let mut records = self.0.borrow_mut();
        let record = records.entry(key.to_owned()).or_default();
        if record.written.is_some_and(|written| now < written + APART) {
            world.truth.count("writes refused for coming within a second");
            return false;
        }
        record.written = Some(now);
        record.versions.push(Version { value, visible });
        world.note(|| format!("kv: {key} written, visible at {visible:?}"));
        true
    }
}

/// Usually within a minute; seldom longer.
fn lag(world: &World) -> Millis {
    match world.chance.below(10) {
        0..3 => world.chance.between(0..=2 * SECOND),
        3..9 => world.chance.between(2 * SECOND..=MINUTE),
        _ => world.chance.between(MINUTE..=LAG),
    }
}

/// The store as a location sees it.
async fn get(key: &str, location: usize, world: &World) -> Result<Option<String>, StoreError> {
    if world.chance.happens(world.weather.read_fails) {
        world.wait(50, DEADLINE).await;
        world.truth.count("reads of the store that failed");
        return Err(StoreError::Unavailable);
    }
    if let Some(cached) = world.kv.cached(key, location, world.time.now()) {
        world.wait(1, 5).await;
        return Ok(cached.value);
    }
    world.wait(20, 200).await;
    let held = if world.chance.happens(500) { CACHED } else { world.chance.between(0..=CACHED) };
    Ok(world.kv.read(key, location, world.time.now(), held))
}

/// Writes, or removes. The error tells nothing of whether the write arrived or will.
pub async fn put(key: &str, value: Option<String>, world: &Rc<World>) -> Result<(), StoreError> {
    let weather = &world.weather;
    let took = world.chance.between(50..=500);
    if world.chance.happens(weather.put_fails) {
        world.truth.count("writes that were lost");
        world.wait(50, DEADLINE).await;
        return Err(StoreError::Unavailable);
    }
    if world.chance.happens(weather.put_late) {
        world.truth.count("writes that came late");
        let (late, key) = (Rc::clone(world), key.to_owned());
        world.time.spawn(async move {
            late.wait(DEADLINE, DEADLINE + 20 * SECOND).await;
            late.kv.arrive(&key, value, &late);
        });
        world.time.sleep(DEADLINE).await;
        return Err(StoreError::Unavailable);
    }
    world.time.sleep(took).await;
    let taken = world.kv.arrive(key, value, world);
    if world.chance.happens(weather.put_unanswered) {
        world.truth.count("writes whose answer was lost");
        world.time.sleep(DEADLINE - took).await;
        return Err(StoreError::Unavailable);
    }
    if taken { Ok(()) } else { Err(StoreError::Unavailable) }
}

/// The store as an isolate has it.
pub struct LaggingKv {
    world: Weak<World>,
    location: usize,
    held: RefCell<BTreeMap<String, (Millis, String)>>,
}

impl LaggingKv {
    pub fn new(location: usize, world: &Rc<World>) -> Self {
        Self { world: Rc::downgrade(world), location, held: RefCell::default() }
    }

    fn world(&self) -> Rc<World> {
        self.world.upgrade().expect("a store is asked in its world only")
    }
}

impl Store for LaggingKv {
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let world = self.world();
        if world.rules.removed == Removed::RevocationRead && key.as_str().starts_with("revoked/") {
            return Ok(None);
        }
        get(key.as_str(), self.location, &world).await
    }

    async fn get_held(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let now = self.world().time.now();
        if let Some((until, value)) = self.held.borrow().get(key.as_str())
            && now < *until
        {
            return Ok(Some(value.clone()));
        }
        let value = self.get(key).await?;
        if let Some(value) = &value {
            let now = self.world().time.now();
            self.held.borrow_mut().insert(key.as_str().to_owned(), (now + HELD, value.clone()));
        }
        Ok(value)
    }

    async fn put(&self, key: &Key, value: &str) -> Result<(), StoreError> {
        let outcome = put(key.as_str(), Some(value.to_owned()), &self.world()).await;
        self.held.borrow_mut().remove(key.as_str());
        outcome
    }

    async fn put_for(&self, key: &Key, value: &str, _: Lifetime) -> Result<(), StoreError> {
        // The world ends before anything has to be forgotten.
        self.put(key, value).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let outcome = put(key.as_str(), None, &self.world()).await;
        self.held.borrow_mut().remove(key.as_str());
        outcome
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Listing, StoreError> {
        // Nothing that is simulated lists.
        Err(StoreError::Unavailable)
    }
}
