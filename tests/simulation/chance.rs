//! Chance that repeats: everything random in a world comes from its seed.

use std::cell::RefCell;
use std::ops::RangeInclusive;

pub struct Chance(RefCell<fastrand::Rng>);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(RefCell::new(fastrand::Rng::with_seed(seed)))
    }

    pub fn between(&self, range: RangeInclusive<u64>) -> u64 {
        self.0.borrow_mut().u64(range)
    }

    /// Whether something happens that happens so often in a thousand times.
    pub fn happens(&self, per_mille: u64) -> bool {
        per_mille > 0 && self.between(1..=1000) <= per_mille
    }

    pub fn below(&self, count: usize) -> usize {
        self.0.borrow_mut().usize(0..count)
    }

    pub fn pick<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub fn fill(&self, buffer: &mut [u8]) {
        self.0.borrow_mut().fill(buffer);
    }
}
