//! Local accounts.

use super::UserClaims;
use crate::oauth::precis::{self, Normalizer};
use crate::oauth::{ClaimMapping, Region, StandardClaim, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// When the claims were changed last, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// What else is known of the user.
    #[serde(default, skip_serializing_if = "UserClaims::is_empty")]
    pub claims: UserClaims,
}

impl User {
    /// A user of whom nothing is known but the name.
    #[must_use]
    pub fn new(sub: SubjectId, home: Region, username: UserName, created: Timestamp) -> Self {
        Self { sub, home, username, created, updated: None, claims: UserClaims::default() }
    }

    /// A claim, by its whole name. Who is told no other `preferred_username` is told the name that the user signs in with.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value> {
        match (self.claims.get(name), name) {
            (Some(value), _) => Some(value.clone()),
            (None, "preferred_username") => Some(Value::from(self.username.as_str())),
            (None, "updated_at") => Some(Value::from(self.updated.unwrap_or(self.created).seconds())),
            (None, _) => None,
        }
    }

    /// The claims that scopes ask for (OpenID Connect Core §5.4), in every language that there is (§5.2).
    pub fn tell_of_scopes(&self, passes: impl Fn(&str) -> bool, told: &mut Map<String, Value>) {
        let asked = |name: &str| StandardClaim::named(name).is_some_and(|claim| passes(claim.scope));
        for name in ["preferred_username", "updated_at"].into_iter().filter(|name| asked(name)) {
            told.extend(self.claim(name).map(|value| (name.to_owned(), value)));
        }
        let stored = self.claims.iter().filter(|(name, _)| asked(name));
        told.extend(stored.map(|(name, value)| (name.to_owned(), value.clone())));
    }

    /// The claims of these names, as far as there are such (OpenID Connect Core §5.5).
    pub fn tell<'a>(&self, names: impl Iterator<Item = &'a str>, told: &mut Map<String, Value>) {
        told.extend(names.filter_map(|name| Some((name.to_owned(), self.claim(name)?))));
    }

    /// The claims that the operator chose, under the names chosen.
    pub fn tell_mapped(&self, mapping: &ClaimMapping, told: &mut Map<String, Value>) {
        told.extend(mapping.iter().filter_map(|(name, known)| Some((name.to_owned(), self.claim(known)?))));
    }
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
