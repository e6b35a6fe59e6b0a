//! Guessing limits: tries are counted per account name, strictly, before the password is hashed, so that parallel
//! guesses do not slip through. Names that nobody has are counted alike.

use crate::oauth::{Lifetime, Timestamp};
use serde::{Deserialize, Serialize};

/// What is kept of one counter. Gone [`TryRow::FORGOTTEN`] after the last try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryRow {
    /// How many tries were begun since the last success.
    pub tries: u32,
    /// When the last one was, Unix milliseconds.
    pub last: Option<Timestamp>,
}

/// The answer to one who wants to try a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Go on; it is counted already.
    Go {
        /// How many tries there were before.
        before: u32,
    },
    /// Not for so many seconds. Nothing was counted: who waits is not made to wait longer.
    Wait {
        /// At least 1.
        seconds: u32,
    },
}

impl TryRow {
    /// So many tries are free.
    pub const FREE: u32 = 10;
    /// The first wait, doubled by each further try.
    const FIRST_WAIT: Lifetime = Lifetime::seconds(15);
    /// The longest wait.
    const LONGEST_WAIT: Lifetime = Lifetime::seconds(15 * 60);
    /// How long after the last try all is forgotten.
    pub const FORGOTTEN: Lifetime = Lifetime::days(1);

    /// When this row is over.
    #[must_use]
    pub fn over(&self) -> Timestamp {
        self.last.unwrap_or(Timestamp::from_millis(0)).after(Self::FORGOTTEN)
    }

    fn waits_until(&self) -> Option<Timestamp> {
        let beyond = self.tries.checked_sub(Self::FREE)?;
        let doubled = Self::FIRST_WAIT.millis().checked_shl(beyond.min(16)).unwrap_or(u64::MAX);
        Some(self.last?.after_millis(doubled.min(Self::LONGEST_WAIT.millis())))
    }
}

/// The rule, and the row as it is afterwards; `None` where nothing changes.
#[must_use]
pub fn judge_try(row: Option<TryRow>, now: Timestamp) -> (Tried, Option<TryRow>) {
    let row = row.filter(|row| row.over() > now).unwrap_or_default();
    if let Some(until) = row.waits_until().filter(|until| *until > now) {
        let seconds = u32::try_from(until.millis_since(now).div_ceil(1000)).unwrap_or(u32::MAX);
        return (Tried::Wait { seconds }, None);
    }
    let counted = TryRow { tries: row.tries.saturating_add(1), last: Some(now) };
    (Tried::Go { before: row.tries }, Some(counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn ten_tries_are_free_then_the_wait_grows() {
        let mut row = None;
        for before in 0..TryRow::FREE {
            let (answer, next) = judge_try(row, at(100));
            assert_eq!(answer, Tried::Go { before });
            row = next;
        }
        assert_eq!(judge_try(row, at(100)), (Tried::Wait { seconds: 15 }, None));
        assert_eq!(judge_try(row, at(114)).0, Tried::Wait { seconds: 1 });
        let (answer, row) = judge_try(row, at(115));
        assert_eq!(answer, Tried::Go { before: 10 });
        assert_eq!(judge_try(row, at(115)).0, Tried::Wait { seconds: 30 });
    }

    #[test]
    fn no_wait_is_longer_than_fifteen_minutes_and_a_day_later_all_is_forgotten() {
        let row = Some(TryRow { tries: 4_000_000_000, last: Some(at(100)) });
        assert_eq!(judge_try(row, at(100)).0, Tried::Wait { seconds: 900 });
        assert_eq!(judge_try(row, at(100 + 86_400)).0, Tried::Go { before: 0 });
    }
}
