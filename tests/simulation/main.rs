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
mod story;
mod thief;
mod tokens;
mod truth;
mod user;
mod world;

#[test]
fn one() {
    let seed = std::env::var("SIMULATION_SEED").map_or(1, |s| s.parse().unwrap());
    let count: u64 = std::env::var("COUNT").map_or(1, |s| s.parse().unwrap());
    for seed in seed..seed + count {
        let outcome = story::run(seed, world::Removed::Nothing, count == 1);
        if count == 1 {
            println!("{:#?}", outcome.counts);
        }
        if !outcome.violations.is_empty() {
            println!("{seed} {:?} {:?}", story::Story::of(seed), outcome.violations.iter().take(2).collect::<Vec<_>>());
        }
    }
}
