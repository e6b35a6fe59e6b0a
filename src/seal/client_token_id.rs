//! The `jti` of an access token that a client got in its own name (RFC 6749 §4.4): what it descends from, readable by this
//! server alone.

use super::{Payload, Purpose};
use crate::oauth::{ClientTag, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// What introspection has to know of an access token that has no user.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct ClientTokenId {
    /// Random: what the token is revoked by.
    #[n(0)]
    pub id: ByteArray<16>,
    /// The client.
    #[n(1)]
    pub client: ClientTag,
    /// The client's epoch: raised when all that the client holds is revoked.
    #[n(2)]
    pub epoch: u32,
    /// When it was issued.
    #[n(3)]
    pub born: Timestamp,
    /// The token's `exp`.
    #[n(4)]
    pub until: Timestamp,
}

impl Payload for ClientTokenId {
    const PURPOSE: Purpose = Purpose::ClientTokenId;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
