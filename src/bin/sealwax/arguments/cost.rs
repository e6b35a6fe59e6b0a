//! What a month is made of.

use clap::Args;

/// Quantities a month. `4.5M` and `18k` are numbers too.
#[derive(Debug, Args)]
pub(crate) struct CostArguments {
    /// Logins: authorization requests that are answered with a code, and the redemption of each
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) logins: u64,
    /// How many of a hundred logins find a session and need no password
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), default_value = "0")]
    pub(crate) single_sign_on: u8,
    /// Consents that are remembered: first-party clients need none, and others one for each user
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) consents: u64,
    /// Refreshes of public clients, whose tokens rotate
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) rotations: u64,
    /// Refreshes of confidential clients
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) refreshes: u64,
    /// Requests to userinfo
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) userinfo: u64,
    /// Introspections
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) introspections: u64,
    /// Tokens of machines (`client_credentials`)
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) machines: u64,
    /// Sign-outs
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) sign_outs: u64,
    /// Requests for metadata and keys
    #[arg(long, value_name = "N", value_parser = quantity, default_value = "0")]
    pub(crate) documents: u64,
}

const MOST: u64 = 1_000_000_000_000;

/// A whole number, in thousands with `k` behind it, in millions with `M`.
fn quantity(text: &str) -> Result<u64, &'static str> {
    let wrong = "is not a number such as 250000, 18k or 4.5M, up to a million millions";
    let (digits, factor) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (text.split_at(text.len() - 1).0, 1_000),
        Some(b'm' | b'M') => (text.split_at(text.len() - 1).0, 1_000_000),
        _ => (text, 1),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let parse = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u64>() };
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).unwrap_or(u32::MAX)).filter(|scale| factor % scale == 0);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match (plain, parse(whole), parse(part), scale) {
        (true, Ok(whole), Ok(part), Some(scale)) => {
            let number = whole.checked_mul(factor).and_then(|number| number.checked_add(part * (factor / scale)));
            number.filter(|number| *number <= MOST).ok_or(wrong)
        }
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        for (text, number) in [("0", 0), ("250000", 250_000), ("18k", 18_000), ("4.5M", 4_500_000), ("1.234k", 1234)] {
            assert_eq!(quantity(text), Ok(number), "{text}");
        }
        for wrong in ["", "M", "-1", "1.5", "1.2345k", "1e6", "4,5M", "99999999999999", "1..2k", "k5"] {
            assert!(quantity(wrong).is_err(), "{wrong}");
        }
    }
}
