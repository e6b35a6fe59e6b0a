//! The `jti` of an access token (RFC 9068 §2.2): its lineage, readable by this server alone.

use super::{Lineage, Payload, Purpose};
use crate::oauth::Timestamp;
use minicbor::{Decode, Encode};

/// What introspection and userinfo have to know of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TokenId {
    /// Whom it descends from.
    #[n(0)]
    pub lineage: Lineage,
    /// The token's `exp`.
    #[n(1)]
    pub until: Timestamp,
}

impl Payload for TokenId {
    const PURPOSE: Purpose = Purpose::TokenId;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
