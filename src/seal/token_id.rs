//! The `jti` of an access token (RFC 9068 §2.2): its lineage, readable by this server alone.

use super::{Lineage, Payload, Purpose};
use crate::oauth::{ClaimNames, ClientTag, Timestamp, TokenDigest};
use minicbor::{Decode, Encode};

/// What introspection and userinfo have to know of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct TokenId {
    /// Whom it descends from.
    #[n(0)]
    pub lineage: Lineage,
    /// The token's `exp`.
    #[n(1)]
    pub until: Timestamp,
    /// How it came from the token that the lineage's client got, the first exchange first.
    #[n(2)]
    #[cbor(default)]
    pub exchanges: Vec<Exchange>,
    /// Which claims userinfo tells beside those of the scope (OpenID Connect Core §5.5).
    #[n(3)]
    pub claims: Option<ClaimNames>,
}

/// One exchange of a token for another (RFC 8693): the new one ends with the token that was given for it, and with the client
/// that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct Exchange {
    /// Who exchanged it.
    #[n(0)]
    pub client: ClientTag,
    /// That client's epoch then.
    #[n(1)]
    pub epoch: u32,
    /// When.
    #[n(2)]
    pub at: Timestamp,
    /// What was given for it.
    #[n(3)]
    pub token: TokenDigest,
}

impl TokenId {
    /// How often a token may have been exchanged.
    pub const MAX_EXCHANGES: usize = 4;
}

impl Payload for TokenId {
    const PURPOSE: Purpose = Purpose::TokenId;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
