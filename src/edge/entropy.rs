//! Randomness, fetched for several requests at once: a crossing costs more than the bytes. What is handed out is forgotten.

use crate::cx::EntropyError;
use std::cell::RefCell;

const POOL: usize = 512;

struct Pool {
    bytes: [u8; POOL],
    /// How many are left, at the beginning.
    left: usize,
}

thread_local! {
    static HELD: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL], left: 0 }) };
}

/// Fills the buffer with random bytes that nobody can foresee.
///
/// # Errors
/// When the platform has none to give.
pub(super) fn fill(buffer: &mut [u8]) -> Result<(), EntropyError> {
    HELD.with_borrow_mut(|pool| {
        if pool.left < buffer.len() {
            fetch(&mut pool.bytes)?;
            pool.left = POOL;
        }
        // Nothing here is longer than the pool; what is would be refused.
        let rest = pool.left.checked_sub(buffer.len()).ok_or(EntropyError)?;
        let taken = pool.bytes.get_mut(rest..pool.left).ok_or(EntropyError)?;
        buffer.copy_from_slice(taken);
        taken.fill(0);
        pool.left = rest;
        Ok(())
    })
}

#[expect(clippy::disallowed_methods, reason = "this is where the core's entropy comes from")]
fn fetch(bytes: &mut [u8]) -> Result<(), EntropyError> {
    getrandom::fill(bytes).map_err(|_| EntropyError)
}
