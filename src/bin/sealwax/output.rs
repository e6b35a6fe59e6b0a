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

/// The day of a stamp, in UTC.
pub(crate) fn day(stamp: Timestamp) -> String {
    stamp.date().to_string()
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
    fn minutes() {
        assert_eq!(minute(Timestamp::from_millis(1_767_225_599_999)), "2025-12-31 23:59 UTC");
    }

    #[test]
    fn terminals_are_not_steered() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
