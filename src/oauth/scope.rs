//! `scope` (RFC 6749 §3.3).
//!
//! ```text
//! scope       = scope-token *( SP scope-token )
//! scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
//! ```

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One scope name, at most 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeToken(String);

/// A set of scope names, in the order in which they were asked for; repetitions count once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<ScopeToken>);

impl ScopeToken {
    /// Asks for an ID token (OpenID Connect Core §3.1.2.1).
    pub const OPENID: &'static str = "openid";
    /// Asks at userinfo for what describes the user (OpenID Connect Core §5.4).
    pub const PROFILE: &'static str = "profile";
    /// Asks there for the user's mail address (OpenID Connect Core §5.4).
    pub const EMAIL: &'static str = "email";
    /// Asks there for the user's postal address (OpenID Connect Core §5.4).
    pub const ADDRESS: &'static str = "address";
    /// Asks there for the user's phone number (OpenID Connect Core §5.4).
    pub const PHONE: &'static str = "phone";
    /// Asks for a refresh token that outlives the session (OpenID Connect Core §11).
    pub const OFFLINE_ACCESS: &'static str = "offline_access";
    /// All of OpenID Connect's, which are about a user.
    pub const STANDARD: [&'static str; 6] =
        [Self::OPENID, Self::PROFILE, Self::EMAIL, Self::ADDRESS, Self::PHONE, Self::OFFLINE_ACCESS];
    const MAX: usize = 128;

    /// `1*( %x21 / %x23-5B / %x5D-7E )`
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX;
        let valid = text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
        (fits && valid).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Scope {
    const MAX_TOKENS: usize = 64;

    /// Parses a scope parameter; `None` when a name is malformed or there are more than 64. The ABNF separates by one
    /// space; more are forgiven, since they change nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut scope = Self::default();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            scope.insert(ScopeToken::parse(token)?);
        }
        (scope.0.len() <= Self::MAX_TOKENS).then_some(scope)
    }

    /// Adds a name that is not there yet.
    pub fn insert(&mut self, token: ScopeToken) {
        if !self.0.contains(&token) {
            self.0.push(token);
        }
    }

    /// Whether the name is in the set.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|token| token.0 == name)
    }

    /// Whether every name of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|token| other.0.contains(token))
    }

    /// The names that satisfy the predicate, in the same order.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|token| keep(&token.0)).cloned().collect())
    }

    /// The names of both sets, these first.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        other.0.iter().for_each(|token| all.insert(token.clone()));
        all
    }

    /// Whether it names nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|token| token.0.as_str())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            f.write_str(&token.0)?;
        }
        Ok(())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl TryFrom<String> for Scope {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a scope (RFC 6749 §3.3)")
    }
}

impl From<ScopeToken> for String {
    fn from(token: ScopeToken) -> Self {
        token.0
    }
}

impl TryFrom<String> for ScopeToken {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a scope name (RFC 6749 §3.3)")
    }
}

/// In a seal a scope is its parameter form: one string is shorter than a list of them.
impl<C> Encode<C> for Scope {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.str(&self.to_string())?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Scope {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::parse(decoder.str()?).ok_or_else(|| minicbor::decode::Error::message("scope"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_order_and_drops_repetitions() {
        let scope = Scope::parse("openid  notes:read openid").unwrap();
        assert_eq!(scope.to_string(), "openid notes:read");
        assert!(scope.contains("notes:read") && !scope.contains("notes"));
    }

    #[test]
    fn refuses_what_the_abnf_excludes() {
        for wrong in ["a\"b", "a\\b", "a\tb", "é", "a\u{7f}"] {
            assert_eq!(Scope::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(Scope::parse(&"s".repeat(129)), None);
        let many: Vec<String> = (0..65).map(|n| n.to_string()).collect();
        assert_eq!(Scope::parse(&many.join(" ")), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(text in "[!#-\\[\\]-~ ]{0,80}") {
            let scope = Scope::parse(&text).unwrap();
            prop_assert_eq!(Scope::parse(&scope.to_string()), Some(scope));
        }

        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = Scope::parse(&text);
        }
    }
}
