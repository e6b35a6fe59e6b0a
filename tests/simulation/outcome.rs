//! What a world leaves behind.

use crate::bound::Thing;
use crate::executor::Millis;
use std::collections::BTreeMap;

pub const I1: &str = "I1: no honest client that retries within the grace period is ever logged out";
pub const I2: &str = "I2: a stolen refresh token ends its family when the second party comes after the grace period";
pub const I3: &str = "I3: a code never yields a second token set";
pub const I4: &str = "I4: nothing born from a revoked ancestor outlives the bound";

pub const ALL: [&str; 4] = [I1, I2, I3, I4];

/// An invariant that did not hold, and where.
#[derive(Clone, Debug)]
pub struct Violation {
    pub invariant: &'static str,
    pub what: String,
}

/// What a world leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub violations: Vec<Violation>,
    pub counts: BTreeMap<&'static str, u64>,
    /// From each revocation to the last time that one credential was taken.
    pub survived: BTreeMap<Thing, Vec<Millis>>,
}
