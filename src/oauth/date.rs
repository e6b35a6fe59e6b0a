//! Days of the calendar, in UTC.

use super::Timestamp;
use std::fmt;

/// A day; written as `2026-11-21` (RFC 3339 §5.6, `full-date`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// From 1970 on.
    pub year: u64,
    /// 1 to 12
    pub month: u64,
    /// 1 to 31
    pub day: u64,
}

impl Date {
    /// The day of a stamp. Years begin in March here, so that the leap day ends one.
    pub(super) const fn of(stamp: Timestamp) -> Self {
        let days = stamp.seconds() / 86_400 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        Self { year, month, day }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (seconds, expected) in [(0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_767_225_599, "2025-12-31")] {
            assert_eq!(Timestamp::from_millis(seconds * 1000).date().to_string(), expected);
        }
    }
}
