//! The front page: what this server is, and whether it is well.

use askama::Template;

use super::sample::{LONG, NAMES};
use super::text::Text;
use super::{Frame, Page};

/// The front page.
#[derive(Clone, Debug)]
pub struct Front<'a> {
    /// The issuer identifier.
    pub issuer: &'a str,
    /// The version of the server.
    pub version: &'a str,
    /// The account page.
    pub account: &'a str,
    /// What was looked at.
    pub checks: &'a [Check<'a>],
    /// The documents that developers look for, with their URLs.
    pub links: &'a [(FrontLink, &'a str)],
}

/// Something that was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// What.
    pub name: &'a str,
    /// How it is.
    pub health: Health,
    /// More about it. May be empty.
    pub detail: &'a str,
}

/// How well something is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Works.
    Good,
    /// Switched off by the operator, with what that costs in security.
    Limited,
    /// Broken.
    Bad,
}

impl Health {
    /// The class that colours it.
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Limited => "warn",
            Self::Bad => "bad",
        }
    }

    fn summary(self, text: &Text) -> &'static str {
        match self {
            Self::Good => text.front.good,
            Self::Limited => text.front.limited,
            Self::Bad => text.front.bad,
        }
    }

    fn word(self, text: &Text) -> &'static str {
        match self {
            Self::Good => text.front.check_good,
            Self::Limited => text.front.check_limited,
            Self::Bad => text.front.check_bad,
        }
    }
}

/// A document that developers look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontLink {
    /// RFC 8414.
    AuthorizationServer,
    /// RFC 7517 §5.
    Jwks,
    /// OpenID Connect Discovery 1.0 §4.
    OpenIdConfiguration,
}

impl FrontLink {
    fn label(self, text: &Text) -> &'static str {
        match self {
            Self::AuthorizationServer => text.front.authorization_server,
            Self::Jwks => text.front.jwks,
            Self::OpenIdConfiguration => text.front.openid_configuration,
        }
    }
}

impl Front<'_> {
    /// How well the server is: as its worst part.
    #[must_use]
    pub fn health(&self) -> Health {
        let checks = self.checks.iter().map(|check| check.health);
        checks.max().unwrap_or(Health::Good)
    }
}

impl Front<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            issuer: "https://id.example.com",
            version: "0.1.0",
            account: "https://id.example.com/account",
            checks: &SAMPLE_CHECKS[..2],
            links: &SAMPLE_LINKS,
        };
        let mut samples = vec![
            plain.clone(),
            Self { checks: &SAMPLE_CHECKS[..3], ..plain.clone() },
            Self { checks: &SAMPLE_CHECKS, ..plain.clone() },
            Self { checks: &[], links: &[], ..plain },
        ];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            issuer: name,
            version: name,
            account: name,
            checks: &SAMPLE_CHECKS,
            links: &SAMPLE_LINKS,
        }));
        samples
    }
}

impl Page for Front<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "front.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a Front<'a>,
    frame: &'a Frame<'a>,
}

const SAMPLE_CHECKS: [Check<'_>; 5] = [
    Check { name: "Signing keys", health: Health::Good, detail: "ES256, RS256" },
    Check { name: "Sealing keys", health: Health::Good, detail: "" },
    Check {
        name: "Ledger",
        health: Health::Limited,
        detail: "Codes are protected by their 60 seconds, PKCE and client authentication only.",
    },
    Check { name: "Storage", health: Health::Bad, detail: LONG },
    Check { name: NAMES[0], health: Health::Bad, detail: NAMES[1] },
];

const SAMPLE_LINKS: [(FrontLink, &str); 3] = [
    (FrontLink::OpenIdConfiguration, "https://id.example.com/.well-known/openid-configuration"),
    (FrontLink::AuthorizationServer, "https://id.example.com/.well-known/oauth-authorization-server"),
    (FrontLink::Jwks, "https://id.example.com/.well-known/jwks.json"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_as_well_as_its_worst_part() {
        let health: Vec<_> = Front::samples().iter().map(Front::health).collect();
        let expected = [Health::Good, Health::Limited, Health::Bad, Health::Good];
        assert!(health.starts_with(&expected));
    }
}
