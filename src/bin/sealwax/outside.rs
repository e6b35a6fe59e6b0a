//! What comes from outside: the time, randomness, standard input. Nothing else here asks the system for them.

use crate::failure::Failure;
use rsa::rand_core::{CryptoRng, Error as RngError, RngCore};
use sealwax::oauth::{Secret, Timestamp};
use std::io::Read as _;
use std::time::{SystemTime, UNIX_EPOCH};

#[expect(clippy::disallowed_methods, reason = "the command line's one reading of the clock")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|error| Failure::new(format!("the system gives no randomness: {error}")))?;
    Ok(bytes)
}

#[expect(clippy::disallowed_methods, reason = "the command line's one source of randomness")]
fn fill(buffer: &mut [u8]) -> Result<(), getrandom::Error> {
    getrandom::fill(buffer)
}

/// The system's randomness for crates that draw it themselves.
pub(crate) struct SystemRandom;

impl RngCore for SystemRandom {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    #[expect(clippy::panic, reason = "the trait has no other way out, and a key without randomness must not be made")]
    fn fill_bytes(&mut self, buffer: &mut [u8]) {
        if let Err(error) = fill(buffer) {
            panic!("the system gives no randomness: {error}");
        }
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), RngError> {
        fill(buffer).map_err(|error| RngError::new(error.to_string()))
    }
}

impl CryptoRng for SystemRandom {}

/// All of standard input, less the line break at its end.
pub(crate) fn secret_from_stdin() -> Result<Secret<String>, Failure> {
    let mut text = String::new();
    let unreadable = |error| Failure::new(format!("standard input cannot be read: {error}"));
    std::io::stdin().lock().read_to_string(&mut text).map_err(unreadable)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(Secret::new(text))
}
