//! A link by which a user sets a password: an invitation, or a reset. Nothing is stored when it is made. It works once:
//! the ledger spends it, and it names the password that it replaces.

use super::{Payload, Purpose};
use crate::oauth::{Lifetime, Region, SubjectId, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// Who may set a password.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct Link {
    /// Random; what the ledger spends.
    #[n(0)]
    pub id: ByteArray<16>,
    /// The user.
    #[n(1)]
    pub subject: SubjectId,
    /// Where the user's ledger object lives.
    #[n(2)]
    pub home: Region,
    /// The folded user name.
    #[n(3)]
    pub username: String,
    /// When the password was set that this replaces: once another is set, the link is dead.
    #[n(4)]
    pub cred: Timestamp,
    /// When it ends by itself.
    #[n(5)]
    pub until: Timestamp,
    /// Whether it is the user's first.
    #[n(6)]
    pub invited: bool,
}

impl Link {
    /// How long an invitation is good.
    pub const INVITED: Lifetime = Lifetime::days(7);
    /// How long a reset is good.
    pub const RESET: Lifetime = Lifetime::seconds(60 * 60);

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> Timestamp {
        let lifetime = if self.invited { Self::INVITED } else { Self::RESET };
        Timestamp::from_millis(self.until.millis().saturating_sub(lifetime.millis()))
    }
}

impl Payload for Link {
    const PURPOSE: Purpose = Purpose::Link;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
