//! What the authorize Worker of a split deployment, which signs nothing, asks of the token Worker: that it tell a client that
//! a session ended.

use super::{Payload, Purpose};
use crate::oauth::{ClientId, Lifetime, SessionId, SubjectId, Timestamp};
use minicbor::{Decode, Encode};

/// A logout notice. Who can seal one may have clients told, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct LogoutNotice {
    /// Whom to tell.
    #[n(0)]
    pub client: ClientId,
    /// Whose session.
    #[n(1)]
    pub subject: SubjectId,
    /// Which, if one.
    #[n(2)]
    pub sid: Option<SessionId>,
    /// Until when it may be delivered.
    #[n(3)]
    pub until: Timestamp,
}

impl LogoutNotice {
    /// It goes from one Worker to another, at once.
    pub const LIFETIME: Lifetime = Lifetime::seconds(60);
    /// How far the clocks of the two may be apart.
    pub const CLOCKS_APART: Lifetime = Lifetime::seconds(30);
}

impl Payload for LogoutNotice {
    const PURPOSE: Purpose = Purpose::LogoutNotice;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
