//! What all worlds together tell: how often each thing happened, how long what was revoked lived on, and which
//! invariants did not hold.

use crate::bound::Thing;
use crate::executor::Millis;
use crate::outcome::{ALL, Outcome, Violation};
use crate::story::{self, Story};

use crate::world::Rules;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::thread;

#[derive(Debug, Default)]
pub struct Report {
    pub seeds: u64,
    pub counts: BTreeMap<&'static str, u64>,
    /// Sorted.
    pub survived: BTreeMap<Thing, Vec<Millis>>,
    /// By seed.
    pub violations: BTreeMap<u64, Vec<Violation>>,
}

/// How many worlds run side by side.
const THREADS: u64 = 2;

impl Report {
    /// Runs worlds; each is alone with its seed, so their order does not matter.
    pub fn of(seeds: impl Iterator<Item = u64> + Send, rules: Rules) -> Self {
        let seeds = Mutex::new(seeds);
        let report = Mutex::new(Self::default());
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    loop {
                        let Some(seed) = seeds.lock().unwrap().next() else { return };
                        let outcome = story::run(seed, rules, false);
                        report.lock().unwrap().add(seed, outcome);
                    }
                });
            }
        });
        let mut report = report.into_inner().unwrap();
        report.survived.values_mut().for_each(|times| times.sort_unstable());
        report
    }

    fn add(&mut self, seed: u64, outcome: Outcome) {
        self.seeds += 1;
        for (what, count) in outcome.counts {
            *self.counts.entry(what).or_default() += count;
        }
        for (thing, times) in outcome.survived {
            self.survived.entry(thing).or_default().extend(times);
        }
        if !outcome.violations.is_empty() {
            self.violations.insert(seed, outcome.violations);
        }
    }

    pub fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    /// How often an invariant did not hold.
    pub fn broken(&self, invariant: &str) -> usize {
        self.violations.values().flatten().filter(|violation| violation.invariant == invariant).count()
    }

    /// As lines to be read.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} seeds\n", self.seeds);
        for (what, count) in &self.counts {
            let _ = writeln!(text, "{count:>12}  {what}");
        }
        text.push_str("\nFrom the answer that it is revoked to the last time that it was taken, in seconds:\n");
        let _ = writeln!(text, "{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}", "", "cases", "p50", "p99", "max", "bound");
        for thing in Thing::ALL {
            let times = self.survived.get(&thing).map(Vec::as_slice).unwrap_or_default();
            let at = |per_mille| seconds(quantile(times, per_mille));
            let (name, bound) = (thing.name(), seconds(thing.bound()));
            let _ = writeln!(text, "{name:<34}{:>9}{:>9}{:>9}{:>9}{bound:>9}", times.len(), at(500), at(990), at(1000));
        }
        for invariant in ALL.into_iter().filter(|invariant| self.broken(invariant) > 0) {
            let _ = writeln!(text, "\n{} times not held: {invariant}", self.broken(invariant));
        }
        for (seed, violations) in self.violations.iter().take(10) {
            let _ = writeln!(text, "\nSeed {seed} ({:?}):", Story::of(*seed));
            for violation in violations.iter().take(3) {
                let _ = writeln!(text, "  {}\n    {}", violation.invariant, violation.what);
            }
            let _ = writeln!(text, "  SIMULATION_SEED={seed} cargo test --test simulation one_seed -- --nocapture");
        }
        text
    }
}

fn seconds(millis: Millis) -> String {
    format!("{}.{}", millis / 1000, millis % 1000 / 100)
}

/// The least value that so many in a thousand do not exceed.
pub fn quantile(sorted: &[Millis], per_mille: usize) -> Millis {
    let rank = (sorted.len() * per_mille).div_ceil(1000);
    rank.checked_sub(1).and_then(|rank| sorted.get(rank)).copied().unwrap_or_default()
}
