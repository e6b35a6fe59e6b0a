//! `user_code` (RFC 8628 §6.1): what a person reads on a device and types into a browser.
//!
//! ```text
//! user-code = 4letter "-" 4letter        ; 20 letters: no vowels, so that no code is a word
//! ```

use super::{Bytes16 as _, UserCodeDigest, digest16};
use std::fmt;

/// Eight letters of an alphabet of twenty: 34 bits, which is enough where guesses are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; UserCode::LENGTH]);

impl UserCode {
    const LENGTH: usize = 8;
    const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    /// The longest text that is looked at, in bytes.
    pub const MAX_TYPED: usize = 64;

    /// A code from random bytes. Those that would favour some letters are left out; `None` when too few remain, which
    /// nobody will see happen.
    #[must_use]
    pub fn from_random(random: [u8; 32]) -> Option<Self> {
        let fair = u8::MAX - u8::MAX % 20;
        let mut letters =
            random.iter().filter(|byte| **byte < fair).map(|byte| Self::ALPHABET.get(usize::from(byte % 20)));
        let mut code = [0; Self::LENGTH];
        for letter in &mut code {
            *letter = *letters.next()??;
        }
        Some(Self(code))
    }

    /// Reads what a person typed: in any case, and with whatever signs between the letters (RFC 8628 §6.1). `None` for
    /// what no code of this server can be.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > Self::MAX_TYPED {
            return None;
        }
        let mut letters = typed.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase());
        let mut code = [0; Self::LENGTH];
        for letter in &mut code {
            let typed = letters.next()?;
            *letter = *Self::ALPHABET.iter().find(|known| char::from(**known) == typed)?;
        }
        letters.next().is_none().then_some(Self(code))
    }

    /// What the ledger knows it by.
    #[must_use]
    pub fn digest(&self) -> UserCodeDigest {
        UserCodeDigest::from_bytes(digest16(&[b"user_code", &self.0]))
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, letter) in self.0.iter().enumerate() {
            let dash = if index == Self::LENGTH / 2 { "-" } else { "" };
            write!(f, "{dash}{}", char::from(*letter))?;
        }
        Ok(())
    }
}

/// Whoever reads a code before its user does can take the device over.
impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_signs_do_not_count() {
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        assert_eq!(code.to_string(), "WDJB-MJHT");
        for typed in ["wdjbmjht", " wdjb mjht ", "W.D.J.B.M.J.H.T", "wdjb\u{2013}mjht", "Wd-jB-Mj-hT"] {
            assert_eq!(UserCode::parse(typed), Some(code), "{typed}");
        }
        let long = format!("WDJB-MJHT{}", " ".repeat(UserCode::MAX_TYPED));
        for typed in ["", "WDJB-MJH", "WDJB-MJHTB", "WDJB-MJHA", "WDJB-MJH1", "WDJB-MJHé", "\u{ff37}DJB-MJHT", &long] {
            assert_eq!(UserCode::parse(typed), None, "{typed}");
        }
        assert_ne!(code.digest(), UserCode::parse("WDJB-MJHS").unwrap().digest());
        assert!(!format!("{code:?}").contains('W'));
    }

    #[test]
    fn every_letter_is_as_likely() {
        let mut bytes = [0; 32];
        let mut counts = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            bytes = [byte; 32];
            if let Some(code) = UserCode::from_random(bytes) {
                *counts.entry(code.to_string()).or_insert(0) += 1;
            }
        }
        assert_eq!(UserCode::from_random([u8::MAX; 32]), None);
        assert_eq!(counts.len(), 20);
        assert!(counts.values().all(|count| *count == 12), "{counts:?}");
        bytes.fill(240);
        bytes[24..].copy_from_slice(&[0, 1, 2, 3, 4, 5, 6, 19]);
        assert_eq!(UserCode::from_random(bytes).unwrap().to_string(), "BCDF-GHJZ");
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(random in any::<[u8; 32]>()) {
            if let Some(code) = UserCode::from_random(random) {
                prop_assert_eq!(UserCode::parse(&code.to_string()), Some(code));
            }
        }

        #[test]
        fn never_panics(typed in "\\PC{0,80}") {
            let _ = UserCode::parse(&typed);
        }
    }
}
