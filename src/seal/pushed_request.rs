//! What a `request_uri` names (RFC 9126 §2.2): a checked authorization request, sealed in the URI itself and stored
//! nowhere. It is good for the time that a browser needs to get here; what the ledger spends when the authorization
//! completes outlives that, as long as a form about it may wait.

use super::{Payload, Purpose};
use crate::oauth::{
    ClientTag, CodeChallenge, Language, Lifetime, Prompts, Region, Resources, ResponseMode, Scope, Timestamp,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A request that its client pushed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushedRequest {
    /// What is spent.
    #[n(0)]
    pub mark: PushedMark,
    /// Who pushed it.
    #[n(1)]
    pub client: ClientTag,
    /// The client's epoch then.
    #[n(2)]
    pub epoch: u32,
    /// [`crate::oauth::RedirectUri::fingerprint`] of the registered URI where it is answered.
    #[n(3)]
    pub redirect: Option<ByteArray<16>>,
    /// The URI itself, where the registered one is another to the letter: its port is free.
    #[n(4)]
    pub redirect_uri: Option<String>,
    /// Whether the client named it.
    #[n(5)]
    pub redirect_sent: bool,
    /// How the client is answered.
    #[n(6)]
    pub response_mode: ResponseMode,
    /// What was asked for and may be granted.
    #[n(7)]
    pub scope: Scope,
    /// OpenID Connect Core §3.1.2.1
    #[n(8)]
    pub prompts: Prompts,
    /// RFC 6749 §4.1.1
    #[n(9)]
    pub state: Option<String>,
    /// OpenID Connect Core §3.1.2.1
    #[n(10)]
    pub nonce: Option<String>,
    /// RFC 7636
    #[n(11)]
    pub challenge: Option<CodeChallenge>,
    /// RFC 8707
    #[n(12)]
    pub resources: Resources,
    /// OpenID Connect Core §3.1.2.1, seconds
    #[n(13)]
    pub max_age: Option<u32>,
    /// OpenID Connect Core §3.1.2.1
    #[n(14)]
    pub login_hint: Option<String>,
    /// What `ui_locales` chose (OpenID Connect Core §3.1.2.1).
    #[n(16)]
    pub language: Option<Language>,
}

/// What the ledger has to know of a pushed request; the forms about it carry it along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushedMark {
    /// Random.
    #[n(0)]
    pub id: ByteArray<16>,
    /// Until when the browser has to be here.
    #[n(1)]
    pub until: Timestamp,
    /// Where the ledger object is that spends it.
    #[n(2)]
    pub region: Region,
    /// Among how many such objects it was pushed.
    #[n(3)]
    pub shards: u16,
}

impl PushedRequest {
    /// How long it is good.
    pub const LIFETIME: Lifetime = Lifetime::seconds(90);

    /// When it was pushed.
    #[must_use]
    pub fn born(&self) -> Timestamp {
        Timestamp::from_millis(self.mark.until.millis().saturating_sub(Self::LIFETIME.millis()))
    }
}

impl Payload for PushedRequest {
    const PURPOSE: Purpose = Purpose::PushedRequest;

    fn expires(&self) -> Timestamp {
        self.mark.until
    }
}
