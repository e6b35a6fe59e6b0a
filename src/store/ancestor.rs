//! What a revocation names.

use crate::oauth::{ClientDigest, FamilyId, SessionId, Timestamp, TokenDigest};
use serde::{Deserialize, Serialize};

/// What a revocation names. Whatever carries that ancestor with a stamp up to the revocation's time is dead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ancestor {
    /// All of the user.
    Subject,
    /// Every sign-in with the password that was set up to then.
    Credential,
    /// One sign-in, and all that descends from it.
    Session(SessionId),
    /// One sign-in, sparing what was to outlast it (`offline_access`; Back-Channel Logout §2.7).
    SignOut(SessionId),
    /// What the user allowed one client.
    Consent(ClientDigest),
    /// All that descends from one code.
    Family(FamilyId),
    /// One access token.
    Token {
        /// Which.
        token: TokenDigest,
        /// When it ends by itself.
        until: Timestamp,
        /// Where it comes from: revoked in its place where too many are listed already.
        family: FamilyId,
    },
}

/// What the operator decides about a user, beside all stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// For ever.
    Removed,
    /// Until [`Mark::Enabled`].
    Disabled,
    /// May sign in again.
    Enabled,
}

impl Mark {
    const ALL: &[Self] = &[Self::Removed, Self::Disabled, Self::Enabled];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
        }
    }

    /// The mark of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mark| mark.as_str() == name)
    }
}

/// An ancestor and a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// What is revoked.
    pub ancestor: Ancestor,
    /// Up to which stamp; the ledger raises it to its own clock.
    pub at: Timestamp,
}
