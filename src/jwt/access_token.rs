//! The JWT access token (RFC 9068).

use crate::oauth::{Resource, Resources};
use serde::Serialize;

/// RFC 9068 §2.2
#[derive(Debug, Serialize)]
pub struct AccessTokenClaims<'a> {
    /// This server.
    pub iss: &'a str,
    /// The user; the client itself where there is no user.
    pub sub: &'a str,
    /// Who may accept the token.
    pub aud: Audience<'a>,
    /// Unix seconds.
    pub exp: u64,
    /// Unix seconds.
    pub iat: u64,
    /// The sealed lineage.
    pub jti: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// What was granted.
    pub scope: &'a str,
    /// When the user signed in, Unix seconds (RFC 9068 §2.2.1).
    pub auth_time: u64,
    /// How the user signed in (RFC 9068 §2.2.1).
    pub acr: &'a str,
    /// By what means (RFC 9068 §2.2.1, RFC 8176).
    pub amr: &'a [&'a str],
}

impl AccessTokenClaims<'_> {
    /// RFC 9068 §2.1: `typ` in the header.
    pub const TYPE: &'static str = "at+jwt";
}

/// RFC 7519 §4.1.3: one string or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Audience<'a> {
    /// One.
    One(&'a str),
    /// Several.
    Several(Vec<&'a str>),
}

impl<'a> Audience<'a> {
    /// The resources, else the issuer; with `openid` the issuer as well, since userinfo is a resource of the issuer.
    #[must_use]
    pub fn of(resources: &'a Resources, issuer: &'a str, openid: bool) -> Self {
        let mut audiences: Vec<&str> = resources.iter().map(Resource::as_str).collect();
        if audiences.is_empty() || (openid && !audiences.contains(&issuer)) {
            audiences.push(issuer);
        }
        match audiences.as_slice() {
            [one] => Self::One(one),
            _ => Self::Several(audiences),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audience_names_the_issuer_when_userinfo_needs_it() {
        let (none, one) = (Resources::default(), Resources::of(Resource::parse("https://r")).unwrap());
        assert_eq!(Audience::of(&none, "https://i", true), Audience::One("https://i"));
        assert_eq!(Audience::of(&one, "https://i", false), Audience::One("https://r"));
        assert_eq!(Audience::of(&one, "https://i", true), Audience::Several(vec!["https://r", "https://i"]));
    }
}
