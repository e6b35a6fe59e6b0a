//! The ticket: a pending authorization request, carried by the sign-in and consent forms in a hidden field.

use super::{Payload, Purpose};
use crate::oauth::{ClientId, CodeChallenge, Prompts, ResponseMode, Scope, SessionId, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A pending request, bound to one browser and to the session that it was shown to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Ticket {
    /// A hash of the browser-id cookie: a form made for one browser is refused from another (login CSRF).
    #[n(0)]
    pub browser: ByteArray<16>,
    /// When the form goes stale.
    #[n(1)]
    pub until: Timestamp,
    /// The session that the form was shown to.
    #[n(2)]
    pub sid: Option<SessionId>,
    /// What was asked for.
    #[n(3)]
    pub request: PendingRequest,
    /// Whether that session was begun for this request.
    #[n(4)]
    pub signed_in: bool,
}

/// A checked authorization request, in the form in which it waits for the user.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PendingRequest {
    /// The client.
    #[n(0)]
    pub client: ClientId,
    /// As sent or, when it was left out, the only one registered.
    #[n(1)]
    pub redirect_uri: String,
    /// Whether it was sent.
    #[n(2)]
    pub redirect_sent: bool,
    /// How the client is answered.
    #[n(3)]
    pub response_mode: ResponseMode,
    /// What was asked for and may be granted.
    #[n(4)]
    pub scope: Scope,
    /// OpenID Connect Core §3.1.2.1
    #[n(5)]
    pub prompts: Prompts,
    /// RFC 6749 §4.1.1
    #[n(6)]
    pub state: Option<String>,
    /// OpenID Connect Core §3.1.2.1
    #[n(7)]
    pub nonce: Option<String>,
    /// RFC 7636
    #[n(8)]
    pub challenge: Option<CodeChallenge>,
    /// RFC 8707
    #[n(9)]
    pub resource: Option<String>,
    /// OpenID Connect Core §3.1.2.1, seconds
    #[n(10)]
    pub max_age: Option<u32>,
    /// OpenID Connect Core §3.1.2.1
    #[n(11)]
    pub login_hint: Option<String>,
}

impl Payload for Ticket {
    const PURPOSE: Purpose = Purpose::Ticket;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
