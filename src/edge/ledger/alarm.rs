//! The object's one alarm. Setting it is billed as a row, so it is set only when it would ring too late.

use super::super::clock;
use crate::oauth::Timestamp;
use std::cell::Cell;
use worker::{Result, Storage};

/// When the alarm is known to ring.
#[derive(Default)]
pub(super) struct Alarm {
    known: Cell<Known>,
}

#[derive(Clone, Copy, Default)]
enum Known {
    /// The object was just loaded, or setting failed.
    #[default]
    Not,
    /// Not set.
    Unset,
    /// Set to ring then.
    At(Timestamp),
}

impl Alarm {
    /// Whether the alarm had to be looked up, and is not set.
    pub(super) async fn is_found_unset(&self, storage: &Storage) -> Result<bool> {
        if !matches!(self.known.get(), Known::Not) {
            return Ok(false);
        }
        let stored = storage.get_alarm().await?;
        // Another call may have set it meanwhile.
        if !matches!(self.known.get(), Known::Not) {
            return Ok(false);
        }
        #[expect(clippy::cast_precision_loss, reason = "milliseconds are below 2^53")]
        let stored = stored.map(|millis| clock::from_platform(millis as f64));
        self.known.set(stored.map_or(Known::Unset, Known::At));
        Ok(stored.is_none())
    }

    /// The alarm rang: it is no longer set.
    pub(super) fn rang(&self) {
        self.known.set(Known::Unset);
    }

    /// Sees to it that the alarm rings no later than this. The call goes out before the first await, so with the rows
    /// that the caller wrote just before.
    pub(super) async fn ring_by(&self, due: Timestamp, now: Timestamp, storage: &Storage) -> Result<()> {
        if matches!(self.known.get(), Known::At(at) if at <= due) {
            return Ok(());
        }
        self.known.set(Known::At(due));
        // An `i64` is an offset.
        let offset = i64::try_from(due.millis_since(now)).unwrap_or(i64::MAX).min(MAX_OFFSET);
        storage.set_alarm(offset).await.inspect_err(|_| self.known.set(Known::Not))
    }
}

/// A year; what is due later is looked at then.
const MAX_OFFSET: i64 = 365 * 86_400_000;
