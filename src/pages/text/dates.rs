//! Days and times, in the words of a language. In UTC: pages do not know where the person is.

use super::Text;
use crate::oauth::{Date, Timestamp};

impl Text {
    /// A day, in UTC: `21 Nov 2026`.
    #[must_use]
    pub fn day(&self, stamp: Timestamp) -> String {
        let Date { year, month, day } = stamp.date();
        let month = usize::try_from(month).ok().and_then(|month| self.months.get(month.checked_sub(1)?));
        let month = month.copied().unwrap_or_default();
        self.day.filled(&[("day", &day.to_string()), ("month", month), ("year", &year.to_string())])
    }

    /// A day and a time: `21 Nov 2026, 10:15 UTC`.
    #[must_use]
    pub fn minute(&self, stamp: Timestamp) -> String {
        let minutes = stamp.seconds() / 60;
        let time = format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        self.minute.filled(&[("date", &self.day(stamp)), ("time", &time)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::en::EN;
    use super::*;
    use crate::oauth::Language;

    #[test]
    fn days_and_minutes() {
        let stamp = Timestamp::from_millis(1_795_255_500_999);
        assert_eq!(EN.day(stamp), "21 Nov 2026");
        assert_eq!(EN.minute(stamp), "21 Nov 2026, 10:05 UTC");
        assert_eq!(EN.minute(Timestamp::from_millis(0)), "1 Jan 1970, 00:00 UTC");
    }

    #[test]
    fn every_language_has_an_order_of_its_own() {
        let stamp = Timestamp::from_millis(1_795_255_500_999);
        for (language, expected) in [
            (Language::English, "21 Nov 2026, 10:05 UTC"),
            (Language::German, "21. Nov. 2026, 10:05 UTC"),
            (Language::French, "21 nov. 2026, 10:05 UTC"),
            (Language::Spanish, "21 nov 2026, 10:05 UTC"),
            (Language::Japanese, "2026年11月21日 10:05 UTC"),
        ] {
            assert_eq!(Text::of(language).minute(stamp), expected);
        }
    }
}
