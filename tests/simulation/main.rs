//! The simulation.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod bound;
mod browser;
mod chance;
mod deployment;
mod exchange;
mod executor;
mod household;
mod isolate;
mod kv;
mod ledger;
mod mirror;
mod report;
mod story;
mod thief;
mod tokens;
mod truth;
mod user;
mod world;

use report::Report;
use world::Removed;

#[test]
fn one_seed() {
    if let Some(seed) = setting("SIMULATION_SEED") {
        let outcome = story::run(seed, Removed::Nothing, true);
        println!("{:#?}", outcome.violations);
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn some() {
    let (of, by) = (setting("OF").unwrap_or(0), setting("BY").unwrap_or(1));
    let seeds = setting("SIMULATION_SEEDS").unwrap_or(10);
    let report = Report::of((0..seeds).map(|n| of + by * n), Removed::Nothing);
    println!("{}", report.to_text());
    assert!(report.violations.is_empty());
}

#[test]
fn every_seed() {
    let seeds = setting("SIMULATION_SEEDS").unwrap_or(1000);
    let report = Report::of(0..seeds, Removed::Nothing);
    println!("{}", report.to_text());
    assert!(report.violations.is_empty());
}

#[test]
fn mutations() {
    for removed in [Removed::ReplayRule, Removed::Grace, Removed::LineageStamps, Removed::RevocationRead, Removed::SpentCodes, Removed::NextKey] {
        let report = Report::of(0..60, removed);
        println!("{removed:?} {:?}", [truth::I1, truth::I2, truth::I3, truth::I4].map(|i| report.broken(i)));
    }
}
