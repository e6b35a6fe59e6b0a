//! Which part of a deployment a Worker is.
//!
//! ```text
//!             │ endpoints                                         │ keys
//!  ───────────┼───────────────────────────────────────────────────┼────────────────────────────────────────────
//!  authorize  │ pages, /authorize, /par, /register, /userinfo,    │ codes, sessions, forms, links, client ids;
//!             │ /operator, metadata                               │ public halves of the signing keys
//!  token      │ /token, /revoke, /introspect,                     │ codes, refresh tokens, ids of access tokens,
//!             │ /device_authorization; the class `Ledger`         │ device codes, client ids; signing keys
//!  jwks       │ /.well-known/jwks.json                            │ public halves of the signing keys
//! ```
//!
//! What opens also seals, so a key says little by being there and much by being away: without that of refresh tokens
//! nobody makes or reads one, and without a signing key nobody makes an access token, whatever else leaks.

use crate::seal::Purpose;

/// A part of a deployment, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One Worker does everything.
    All,
    /// What people meet, and what it takes to let them in.
    Authorize,
    /// What clients get tokens from and ask about them.
    Token,
    /// The public keys.
    Jwks,
}

impl Role {
    /// The parts of a split deployment, in the order in which they are deployed: each refers to those before it.
    pub const PARTS: &[Self] = &[Self::Jwks, Self::Token, Self::Authorize];

    /// The variable that says it.
    pub const VARIABLE: &'static str = "ROLE";

    /// What this program was built for.
    pub(super) const BUILT: Self = match (cfg!(feature = "authorize"), cfg!(feature = "token"), cfg!(feature = "jwks"))
    {
        (true, false, false) => Self::Authorize,
        (false, true, false) => Self::Token,
        (false, false, true) => Self::Jwks,
        _ => Self::All,
    };

    /// Its name: of the cargo feature, of the environment in wrangler.toml, and in `ROLE`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Jwks => "jwks",
        }
    }

    /// Reads `ROLE`. A program that has every part in it may be one of them, save `jwks`: that is so little that it is a
    /// program of its own ([`super::PublicKeys`]).
    ///
    /// # Errors
    /// When there is no such part, or it was not built in.
    pub fn parse(text: &str) -> Result<Self, String> {
        let named =
            [Self::All, Self::Authorize, Self::Token, Self::Jwks].into_iter().find(|role| role.as_str() == text);
        match named {
            None => Err("is none of all, authorize, token and jwks".to_owned()),
            Some(role) if role == Self::BUILT || Self::BUILT == Self::All && role != Self::Jwks => Ok(role),
            Some(role) => Err(format!("is {}, but this program was built as {}", role.as_str(), Self::BUILT.as_str())),
        }
    }

    /// Whether private signing keys are there.
    #[must_use]
    pub const fn signs(self) -> bool {
        matches!(self, Self::All | Self::Token)
    }

    /// What the keys of `SEALING_KEYS` serve for here; `None` for everything, by the whole key.
    #[must_use]
    pub const fn sealing_purposes(self) -> Option<&'static [Purpose]> {
        match self {
            Self::All => None,
            Self::Authorize => Some(&[
                Purpose::Code,
                Purpose::Session,
                Purpose::Ticket,
                Purpose::TokenId,
                Purpose::Device,
                Purpose::Link,
                Purpose::PushedRequest,
                Purpose::LogoutNotice,
            ]),
            Self::Token => Some(&[
                Purpose::Code,
                Purpose::RefreshToken,
                Purpose::TokenId,
                Purpose::ClientTokenId,
                Purpose::DeviceCode,
                Purpose::LogoutNotice,
            ]),
            Self::Jwks => Some(&[]),
        }
    }

    /// The same for `CLIENT_KEYS`.
    #[must_use]
    pub const fn client_purposes(self) -> Option<&'static [Purpose]> {
        match self {
            Self::All => None,
            Self::Authorize => Some(&[
                Purpose::ClientId,
                Purpose::ClientSecret,
                Purpose::RegistrationAccessToken,
                Purpose::InitialAccessToken,
            ]),
            Self::Token => Some(&[Purpose::ClientId, Purpose::ClientSecret]),
            Self::Jwks => Some(&[]),
        }
    }
}
