//! The authorization code (RFC 6749 §4.1.2).

use super::{Lineage, Payload, Purpose};
use crate::oauth::{ClaimsRequest, CodeChallenge, Lifetime, Region, Resources, Scope, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A code: all that the token endpoint has to know, and hashes of what it only compares. Its id is the family's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct Code {
    /// Whom it descends from.
    #[n(0)]
    pub lineage: Lineage,
    /// [`crate::oauth::RedirectUri::fingerprint`] of the URI the code was sent to.
    #[n(1)]
    pub redirect: ByteArray<16>,
    /// Whether the client named that URI, and so has to name it again (RFC 6749 §4.1.3).
    #[n(2)]
    pub redirect_sent: bool,
    /// What was granted.
    #[n(3)]
    pub scope: Scope,
    /// Where the ledger object is that spends it.
    #[n(4)]
    pub region: Region,
    /// Among how many such objects it was minted.
    #[n(5)]
    pub shards: u16,
    /// RFC 7636; absent only for confidential clients that may do without.
    #[n(6)]
    pub challenge: Option<CodeChallenge>,
    /// OpenID Connect Core §3.1.2.1
    #[n(7)]
    pub nonce: Option<String>,
    /// RFC 8707
    #[n(8)]
    pub resources: Resources,
    /// When the consent ends, if it does; refresh tokens end with it.
    #[n(9)]
    pub until: Option<Timestamp>,
    // 10 is kept for the sender constraint (DPoP, mTLS) of a later version.
    /// Which claims are told beside those of the scope (OpenID Connect Core §5.5).
    #[n(11)]
    pub claims: Option<ClaimsRequest>,
}

impl Code {
    /// How long a code is good.
    pub const LIFETIME: Lifetime = Lifetime::seconds(60);
}

impl Payload for Code {
    const PURPOSE: Purpose = Purpose::Code;

    fn expires(&self) -> Timestamp {
        self.lineage.born.after(Self::LIFETIME)
    }
}
