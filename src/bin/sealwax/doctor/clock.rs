//! The clocks of server and operator: tokens of calls live for a minute, codes too.

use super::facts::Span;
use super::{Fetched, Finding, header};
use sealwax::oauth::Timestamp;

/// By the server's own word where it was asked, else by the `Date` of its front page (RFC 9110 §6.6.1).
pub(super) fn judge(front: &Fetched, reported: Option<(Timestamp, Span)>) -> Option<Finding> {
    let dated = || {
        let date = http_date(header(front, "date")?)?;
        // Any moment of that second.
        Some(apart((date, date.after_millis(999)), front.span?))
    };
    let millis = reported.map(|(now, asked)| apart((now, now), asked)).or_else(dated)?;
    if millis <= FINE {
        return Some(Finding::ok("clock", "the server's clock and this machine's agree"));
    }
    let what = format!("the server's clock and this machine's differ by {} s", millis.div_ceil(1000));
    Some(if millis <= GOOD {
        Finding::warning("clock", what).remedy("Set this machine's clock right (NTP); the platform sets the server's.")
    } else {
        Finding::fault("clock", what)
            .remedy("Set this machine's clock right (NTP): the server takes no call that is so far off.")
    })
}

/// How far two spans are apart, in milliseconds; those that overlap are not.
fn apart(one: Span, other: Span) -> u64 {
    one.0.millis_since(other.1).max(other.0.millis_since(one.1))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7)
fn http_date(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once(", ")?;
    let [day, month, year, time, "GMT"] = rest.split(' ').collect::<Vec<_>>()[..] else { return None };
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>()[..] else { return None };
    let number = |text: &str| text.parse::<u64>().ok();
    let month = u64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()?;
    // Years begin in March here, so that the leap day ends one.
    let (year, month) =
        if month < 2 { (number(year)?.checked_sub(1)?, month + 10) } else { (number(year)?, month - 2) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + number(day)?;
    let days = days.checked_sub(EPOCH)?;
    let seconds = ((days * 24 + number(hour)?) * 60 + number(minute)?) * 60 + number(second)?;
    Some(Timestamp::from_millis(seconds * 1000))
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Days from the first of March of the year 0 to 1970, and one, because the first day of a month is 1.
const EPOCH: u64 = 719_469;
/// In milliseconds.
const FINE: u64 = 2_000;
const GOOD: u64 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// RFC 9110 §5.6.7: the example.
    #[test]
    fn rfc_9110_section_5_6_7() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(at(784_111_777_000)));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(at(0)));
        assert_eq!(http_date("Tue, 29 Feb 2000 00:00:00 GMT"), Some(at(951_782_400_000)));
        for wrong in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET"]
        {
            assert_eq!(http_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_servers_own_word_goes_first() {
        let asked = (at(100_000), at(101_000));
        for (now, level) in [
            (100_500, Level::Ok),
            (98_000, Level::Ok),
            (97_999, Level::Warning),
            (103_001, Level::Warning),
            (131_000, Level::Warning),
            (131_001, Level::Fault),
            (69_999, Level::Fault),
        ] {
            let found = judge(&Fetched::default(), Some((at(now), asked))).unwrap();
            assert_eq!((found.level, found.remedy.is_some()), (level, level != Level::Ok), "{now}");
        }
    }

    #[test]
    fn a_date_stands_for_its_second() {
        let front = |asked| Fetched {
            headers: vec![("date".to_owned(), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())],
            span: Some((at(asked), at(asked + 10))),
            ..Fetched::default()
        };
        for (asked, level) in [
            (784_111_777_500, Level::Ok),
            (784_111_779_999, Level::Ok),
            (784_111_780_000, Level::Warning),
            (784_111_700_000, Level::Fault),
        ] {
            assert_eq!(judge(&front(asked), None).unwrap().level, level, "{asked}");
        }
        assert_eq!(judge(&Fetched::default(), None), None, "nothing is known");
    }
}
