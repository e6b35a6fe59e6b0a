//! Local accounts.

use crate::oauth::precis::{self, Normalizer};
use crate::oauth::{Region, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// A user name, folded so that `Ada` and `ada` are one (RFC 8265 §3.3, `UsernameCaseMapped`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserName(String);

impl UserName {
    const MAX: usize = 128;

    /// Folds a name; `None` when it is empty, longer than 128 bytes or has characters that RFC 8264 excludes.
    #[must_use]
    pub fn parse(text: &str, normalizer: &impl Normalizer) -> Option<Self> {
        let text = text.trim();
        if text.len() > Self::MAX {
            return None;
        }
        let folded = precis::username(text, normalizer)?;
        (folded.len() <= Self::MAX).then_some(Self(folded))
    }

    /// The folded name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `user/<subject>`: who the user is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Random and permanent.
    pub sub: SubjectId,
    /// Where the user's ledger object lives.
    pub home: Region,
    /// What the user signs in with.
    pub username: UserName,
    /// When the user was added, Unix milliseconds.
    pub created: Timestamp,
}

/// `login/<hash of user name>`: what a sign-in needs, in one read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Whose it is.
    pub sub: SubjectId,
    /// Where the user's ledger object lives.
    pub home: Region,
    /// The user name.
    pub username: UserName,
    /// The Argon2id hash, as a PHC string.
    pub password: String,
    /// When the password was set, Unix milliseconds.
    pub cred: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::precis::NativeNormalizer;

    fn parse(text: &str) -> Option<UserName> {
        UserName::parse(text, &NativeNormalizer)
    }

    #[test]
    fn names_are_folded() {
        let ada = parse("Ada").unwrap();
        assert_eq!(ada.as_str(), "ada");
        assert_eq!(parse(" ＡＤＡ "), Some(ada));
        assert_eq!(parse("ada@example.com").unwrap().as_str(), "ada@example.com");
    }

    #[test]
    fn unfit_names_are_refused() {
        for wrong in ["", "   ", "a b", "a\u{0}", &"a".repeat(129)] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
