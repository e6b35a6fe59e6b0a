//! The JWT access token (RFC 9068).

use serde::Serialize;
use serde_json::{Map, Value};

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
    /// When the user signed in, Unix seconds (RFC 9068 §2.2.1); absent where there is none, as are the next two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// How the user signed in (RFC 9068 §2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// By what means (RFC 9068 §2.2.1, RFC 8176).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<&'a [&'a str]>,
    /// Who acts for the subject (RFC 8693 §4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'a Value>,
    /// Who may (RFC 8693 §4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_act: Option<&'a Value>,
    /// What else it tells of the user: none of the names above.
    #[serde(flatten)]
    pub more: Map<String, Value>,
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
    /// Those of the resources, else the issuer; with `openid` the issuer as well, since userinfo is a resource of the
    /// issuer.
    #[must_use]
    pub fn of(resources: &[&'a str], issuer: &'a str, openid: bool) -> Self {
        let mut audiences = resources.to_vec();
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
        assert_eq!(Audience::of(&[], "https://i", true), Audience::One("https://i"));
        assert_eq!(Audience::of(&["https://r"], "https://i", false), Audience::One("https://r"));
        assert_eq!(Audience::of(&["https://r"], "https://i", true), Audience::Several(vec!["https://r", "https://i"]));
    }
}
