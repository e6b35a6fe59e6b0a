//! A world: locations with their isolates, the store and the ledger between them, and the truth about all of it.

use crate::chance::Chance;
use crate::executor::{Executor, MINUTE, Millis};
use crate::isolate::Isolate;
use crate::kv::Kv;
use crate::ledger::Objects;
use crate::truth::Truth;
use sealwax::oauth::{Region, Timestamp};
use std::cell::RefCell;
use std::rc::Rc;

/// 2026-01-01T00:00:00Z
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);
pub const LOCATIONS: [Region; 4] = [Region::Weur, Region::Enam, Region::Apac, Region::Oc];
/// Isolates of one location share its view of the store, but neither clock nor memory nor, while a deployment spreads,
/// keys.
const ISOLATES_EACH: usize = 2;
/// How far a clock may be off, either way.
pub const SKEW: u64 = 5_000;

/// What is taken out of the product, to see that its absence is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    Nothing,
    /// The ledger renews a family, however old the token's generation.
    ReplayRule,
    /// An old generation is never forgiven.
    Grace,
    /// A revocation names the families that are known, not their ancestors.
    LineageStamps,
    /// Nobody asks the store what was revoked.
    RevocationRead,
    /// The ledger calls every use of a code the first.
    SpentCodes,
    /// A new ring key seals before it opens everywhere.
    NextKey,
}

/// What is tried beside the ordinary: that of which it is known that it fails has a test of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    Nothing,
    /// A thief signs in seconds before the user signs out everywhere, where the clock is ahead of the ledger's.
    SignInAhead,
    /// Consents are judged that were given within seconds of a revocation.
    YoungConsents,
    /// Writes of the store arrive up to 25 s after the writer gave up.
    LateWrites,
}

/// By which rules a world runs.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub removed: Removed,
    pub trial: Trial,
}

impl Rules {
    /// The product as it is.
    pub const ALL: Self = Self { removed: Removed::Nothing, trial: Trial::Nothing };

    pub const fn without(removed: Removed) -> Self {
        Self { removed, ..Self::ALL }
    }
}

/// How often in a thousand times something goes wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// A read of the store fails.
    pub read_fails: u64,
    /// A write is refused or lost, and the writer is told so or hears nothing.
    pub put_fails: u64,
    /// A write arrives, but its answer does not.
    pub put_unanswered: u64,
    /// A write arrives long after the writer gave up.
    pub put_late: u64,
    /// A call of the ledger does not arrive.
    pub call_lost: u64,
    /// A call of the ledger runs, but its answer is lost.
    pub answer_lost: u64,
    /// A call of the ledger runs after the caller gave up.
    pub call_late: u64,
    /// A call finds the object down, which takes seconds.
    pub outage: u64,
    /// A client's request or its answer is lost.
    pub client_lost: u64,
}

impl Weather {
    pub const CALM: Self = Self {
        read_fails: 0,
        put_fails: 0,
        put_unanswered: 0,
        put_late: 0,
        call_lost: 0,
        answer_lost: 0,
        call_late: 0,
        outage: 0,
        client_lost: 5,
    };
    pub const ROUGH: Self = Self {
        read_fails: 5,
        put_fails: 30,
        put_unanswered: 20,
        put_late: 0,
        call_lost: 10,
        answer_lost: 20,
        call_late: 5,
        outage: 2,
        client_lost: 20,
    };
    pub const STORMY: Self = Self {
        read_fails: 30,
        put_fails: 250,
        put_unanswered: 100,
        put_late: 0,
        call_lost: 40,
        answer_lost: 80,
        call_late: 20,
        outage: 10,
        client_lost: 100,
    };
}

pub struct World {
    pub rules: Rules,
    pub weather: Weather,
    pub time: Executor,
    pub chance: Chance,
    pub kv: Kv,
    pub objects: Objects,
    pub truth: Truth,
    pub isolates: RefCell<Vec<Rc<Isolate>>>,
    /// Where the user's ledger object writes to the store.
    pub home: usize,
    trace: bool,
}

impl World {
    pub fn new(seed: u64, rules: Rules, weather: Weather, trace: bool) -> Rc<Self> {
        let chance = Chance::new(seed);
        let home = chance.below(LOCATIONS.len());
        let world = Rc::new(Self {
            rules,
            weather,
            time: Executor::default(),
            chance,
            kv: Kv::default(),
            objects: Objects::default(),
            truth: Truth::new(if rules.trial == Trial::YoungConsents { 0 } else { 2 * SKEW }),
            isolates: RefCell::default(),
            home,
            trace,
        });
        let isolates = (0..LOCATIONS.len() * ISOLATES_EACH).map(|n| Isolate::new(n / ISOLATES_EACH, &world));
        world.isolates.replace(isolates.map(Rc::new).collect());
        world
    }

    /// Whichever isolate of a location answers.
    pub fn isolate(&self, location: usize) -> Rc<Isolate> {
        let which = location * ISOLATES_EACH + self.chance.below(ISOLATES_EACH);
        Rc::clone(&self.isolates.borrow()[which])
    }

    pub fn somewhere(&self) -> usize {
        self.chance.below(LOCATIONS.len())
    }

    pub fn elsewhere(&self, than: usize) -> usize {
        (than + 1 + self.chance.below(LOCATIONS.len() - 1)) % LOCATIONS.len()
    }

    /// How far a new clock is off.
    pub fn draw_skew(&self) -> u64 {
        self.chance.between(0..=2 * SKEW)
    }

    /// What a clock shows that is off so far; at [`SKEW`] it is right.
    pub fn clock(&self, skew: u64) -> Timestamp {
        // The world begins a minute later than its name tells, so that clocks behind stay above zero.
        START.after_millis(MINUTE + self.time.now() + skew - SKEW)
    }

    pub async fn wait(&self, shortest: Millis, longest: Millis) {
        self.time.sleep(self.chance.between(shortest..=longest)).await;
    }

    pub fn note(&self, what: impl FnOnce() -> String) {
        if self.trace {
            let now = self.time.now();
            println!("{:>5}.{:03} s  {}", now / 1000, now % 1000, what());
        }
    }
}
