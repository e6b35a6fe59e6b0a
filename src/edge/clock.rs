//! The platform's clock. It stands still between I/O.

use crate::oauth::Timestamp;
use worker::js_sys::Date;

/// Now.
pub(super) fn now() -> Timestamp {
    from_platform(Date::now())
}

/// A time that the platform gave, in Unix milliseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, and the time is positive")]
pub(super) fn from_platform(millis: f64) -> Timestamp {
    Timestamp::from_millis(millis as u64).after_millis(offset())
}

#[cfg(not(feature = "test_clock"))]
const fn offset() -> u64 {
    0
}

/// How far tests have moved the clock. Locally one isolate runs Worker and object, so both go by it.
#[cfg(feature = "test_clock")]
static OFFSET: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[cfg(feature = "test_clock")]
fn offset() -> u64 {
    OFFSET.load(std::sync::atomic::Ordering::Relaxed)
}

/// Moves the clock forward.
#[cfg(feature = "test_clock")]
pub(super) fn advance(millis: u64) {
    OFFSET.store(offset().saturating_add(millis), std::sync::atomic::Ordering::Relaxed);
}
