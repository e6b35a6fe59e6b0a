//! The standard claims about a user (OpenID Connect Core §5.1), the scopes that ask for them (§5.4), and what a claim may
//! be called.

use super::ScopeToken;

/// One claim of OpenID Connect Core §5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardClaim {
    /// Its name.
    pub name: &'static str,
    /// The scope that asks for it.
    pub scope: &'static str,
    /// What its value is.
    pub kind: ClaimKind,
}

/// What the value of a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// An object of strings (OpenID Connect Core §5.1.1); there may be one for each language.
    Address,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    Birthdate,
    /// True or false.
    Boolean,
    /// An address of RFC 5322.
    Email,
    /// For people to read; there may be one for each language (OpenID Connect Core §5.2).
    Text,
    /// Set by the server alone: Unix seconds.
    Time,
    /// Text that is the same in every language.
    Token,
    /// An http or https URL; there may be one for each language.
    Url,
}

impl ClaimKind {
    /// Whether there may be one for each language (OpenID Connect Core §5.2).
    #[must_use]
    pub const fn has_languages(self) -> bool {
        matches!(self, Self::Address | Self::Text | Self::Url)
    }
}

impl StandardClaim {
    /// All of them but `sub`, in the standard's order.
    pub const ALL: &[Self] = &[
        Self::profile("name", ClaimKind::Text),
        Self::profile("given_name", ClaimKind::Text),
        Self::profile("family_name", ClaimKind::Text),
        Self::profile("middle_name", ClaimKind::Text),
        Self::profile("nickname", ClaimKind::Text),
        Self::profile("preferred_username", ClaimKind::Token),
        Self::profile("profile", ClaimKind::Url),
        Self::profile("picture", ClaimKind::Url),
        Self::profile("website", ClaimKind::Url),
        Self { name: "email", scope: ScopeToken::EMAIL, kind: ClaimKind::Email },
        Self { name: "email_verified", scope: ScopeToken::EMAIL, kind: ClaimKind::Boolean },
        Self::profile("gender", ClaimKind::Text),
        Self::profile("birthdate", ClaimKind::Birthdate),
        Self::profile("zoneinfo", ClaimKind::Token),
        Self::profile("locale", ClaimKind::Token),
        Self { name: "phone_number", scope: ScopeToken::PHONE, kind: ClaimKind::Token },
        Self { name: "phone_number_verified", scope: ScopeToken::PHONE, kind: ClaimKind::Boolean },
        Self { name: "address", scope: ScopeToken::ADDRESS, kind: ClaimKind::Address },
        Self::profile("updated_at", ClaimKind::Time),
    ];

    const fn profile(name: &'static str, kind: ClaimKind) -> Self {
        Self { name, scope: ScopeToken::PROFILE, kind }
    }

    /// The claim that a name stands for, perhaps in a language: `family_name#ja-Kana-JP` (OpenID Connect Core §5.2).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let (base, tag) = match name.split_once('#') {
            Some((base, tag)) => (base, Some(tag)),
            None => (name, None),
        };
        let claim = Self::ALL.iter().find(|claim| claim.name == base)?;
        match tag {
            None => Some(claim),
            Some(tag) => (claim.kind.has_languages() && is_language(tag)).then_some(claim),
        }
    }
}

/// RFC 5646 §2.1, as far as its shape goes.
fn is_language(tag: &str) -> bool {
    let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.split('-').all(is_subtag)
}

/// Whether the operator may choose this name for a claim: neither one of the standard's about a user, nor one by which a
/// token says what it is and what it is good for.
#[must_use]
pub fn is_custom_claim(name: &str) -> bool {
    let fits = (1..=128).contains(&name.len());
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/~".contains(&b);
    fits && name.bytes().all(plain) && StandardClaim::named(name).is_none() && !RESERVED.contains(&name)
}

/// Claims by which tokens say what they are (RFC 7519 §4.1, OpenID Connect Core §2, §5.6.2, RFC 8693 §4, RFC 9068 §2.2, RFC
/// 7800 §3.1, Back-Channel Logout §2.4): whoever could set one could make a token say something else.
const RESERVED: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "client_id",
    "scope",
    "auth_time",
    "acr",
    "amr",
    "azp",
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
    "events",
    "act",
    "may_act",
    "cnf",
    "active",
    "token_type",
    "authorization_details",
    "_claim_names",
    "_claim_sources",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_languages() {
        let scope = |name| StandardClaim::named(name).map(|claim| claim.scope);
        assert_eq!(scope("family_name#ja-Kana-JP"), Some("profile"));
        assert_eq!(scope("address#de"), Some("address"));
        assert_eq!(scope("phone_number"), Some("phone"));
        for wrong in ["email#de", "updated_at#de", "name#", "name#d e", "name#de#fr", "name#de-", "roles", "sub", ""] {
            assert_eq!(scope(wrong), None, "{wrong}");
        }
        assert_eq!(scope(&format!("name#{}", "abcdefgh-".repeat(4) + "x")), None);
    }

    #[test]
    fn what_says_what_a_token_is_is_nobodys_to_choose() {
        for name in ["roles", "groups", "department", "https://example.com/tier"] {
            assert!(is_custom_claim(name), "{name}");
        }
        for name in ["sub", "aud", "scope", "name", "name#de", "_claim_names", "a b", "", "\u{e9}", "a#b"] {
            assert!(!is_custom_claim(name), "{name}");
        }
        assert!(!is_custom_claim(&"a".repeat(129)));
    }
}
