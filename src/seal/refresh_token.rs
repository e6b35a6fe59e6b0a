//! The refresh token (RFC 6749 §1.5). Nothing is stored when it is issued.

use super::{Lineage, Payload, Purpose};
use crate::oauth::{ClaimsRequest, Resources, Scope, Timestamp};
use minicbor::{Decode, Encode};

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct RefreshToken {
    /// Whom it descends from.
    #[n(0)]
    pub lineage: Lineage,
    /// How often the family was renewed before; 0 comes from the code.
    #[n(1)]
    pub generation: u32,
    /// What was granted.
    #[n(2)]
    pub scope: Scope,
    /// When it ends, however often it is used.
    #[n(3)]
    pub until: Timestamp,
    /// RFC 8707
    #[n(4)]
    pub resources: Resources,
    /// When it ends unless it is used: only where tokens rotate.
    #[n(5)]
    pub idle_until: Option<Timestamp>,
    // 6 is kept for the sender constraint (DPoP, mTLS) of a later version.
    /// Which claims are told beside those of the scope (OpenID Connect Core §5.5).
    #[n(7)]
    pub claims: Option<ClaimsRequest>,
}

impl Payload for RefreshToken {
    const PURPOSE: Purpose = Purpose::RefreshToken;

    fn expires(&self) -> Timestamp {
        self.idle_until.map_or(self.until, |idle| idle.min(self.until))
    }
}
