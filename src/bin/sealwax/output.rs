//! What is printed: JSON for programs, aligned text for people.

use crate::failure::Failure;
use sealwax::oauth::Timestamp;
use serde::Serialize;
use std::io::Write as _;

/// A line for people or a document for programs, to standard output.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| Failure::new(format!("standard output cannot be written: {error}")))
}

/// A line to standard error. Where even that fails, nobody is there to be told.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    line(&text.map_err(|error| Failure::new(format!("the answer cannot be printed: {error}")))?)
}

/// Names and values, the values below each other.
pub(crate) fn fields(fields: &[(&str, String)]) -> Result<(), Failure> {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in fields {
        line(&format!("  {name:width$}  {}", printable(value)))?;
    }
    Ok(())
}

/// Columns below their titles.
pub(crate) fn table<const N: usize>(titles: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    let mut widths = titles.map(|title| title.chars().count());
    for row in rows {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = cell.chars().count().max(*width));
    }
    let titles = titles.map(str::to_owned);
    for row in std::iter::once(&titles).chain(rows) {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{:width$}", printable(cell)));
        line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// The day of a stamp, in UTC: years begin in March here, so that the leap day ends one.
pub(crate) fn day(stamp: Timestamp) -> String {
    let days = stamp.seconds() / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The minute of a stamp, in UTC.
pub(crate) fn minute(stamp: Timestamp) -> String {
    let minutes = stamp.seconds() / 60;
    format!("{} {:02}:{:02} UTC", day(stamp), minutes / 60 % 24, minutes % 60)
}

/// What comes from elsewhere must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (seconds, expected) in [(0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_767_225_599, "2025-12-31")] {
            assert_eq!(day(Timestamp::from_millis(seconds * 1000)), expected);
        }
    }

    #[test]
    fn minutes() {
        assert_eq!(minute(Timestamp::from_millis(1_767_225_599_999)), "2025-12-31 23:59 UTC");
    }

    #[test]
    fn terminals_are_not_steered() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
