//! The ancestors of a credential, carried unchanged by all that descends from them: a revocation names an ancestor and
//! a time, and reaches whatever was born of it, wherever and whenever.

use crate::oauth::{ClientTag, FamilyId, Region, SessionId, SubjectId, Timestamp};
use minicbor::{Decode, Encode};

/// Whom and what a code, a refresh token or an access token descends from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct Lineage {
    /// The user.
    #[n(0)]
    pub subject: SubjectId,
    /// Where the user's ledger object lives; fixed when the user is added.
    #[n(1)]
    pub home: Region,
    /// The sign-in.
    #[n(2)]
    pub sid: SessionId,
    /// When the user signed in.
    #[n(3)]
    pub auth: Timestamp,
    /// When the password that signed in was set.
    #[n(4)]
    pub cred: Timestamp,
    /// When consent was granted; when the code was minted, where no consent was needed.
    #[n(5)]
    pub consent: Timestamp,
    /// The client.
    #[n(6)]
    pub client: ClientTag,
    /// The client's epoch: raised when all that the client holds is revoked.
    #[n(7)]
    pub epoch: u32,
    /// All that descends from one code, whose id this is.
    #[n(8)]
    pub family: FamilyId,
    /// When the code was minted.
    #[n(9)]
    pub born: Timestamp,
    /// Whether it was to outlast the session (`offline_access`), so that signing out spares it.
    #[n(10)]
    #[cbor(default)]
    pub offline: bool,
}
