//! The ticket: what a form is about, carried by it in a hidden field. A pending authorization request, a sign-out that
//! waits for a yes, a device that does, or none of these: then it is about the user's own account.

use super::{DeviceRequest, Payload, Purpose, PushedMark};
use crate::oauth::{
    ClientId, CodeChallenge, Language, Lifetime, Prompts, Resources, ResponseMode, Scope, SessionId, Timestamp,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// What a form is about, bound to one browser and to the session that it was shown to.
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
    /// What a client asked for.
    #[n(3)]
    pub request: Option<PendingRequest>,
    /// Whether that session was begun for this request.
    #[n(4)]
    pub signed_in: bool,
    /// The sign-out that waits.
    #[n(5)]
    pub sign_out: Option<PendingSignOut>,
    /// Random, and the same in all forms that follow from one arrival of a pushed request: the attempt that spends it; or
    /// that decides about a device.
    #[n(6)]
    pub id: Option<ByteArray<16>>,
    /// The device that is to be connected.
    #[n(7)]
    pub device: Option<PendingDevice>,
    /// The language that was asked for.
    #[n(8)]
    pub language: Option<Language>,
}

/// A device on its way to an answer (RFC 8628 §3.3): first its user code is asked for, then whether it may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PendingDevice {
    /// What the user brought or typed.
    #[n(0)]
    pub user_code: Option<String>,
    /// What the code stands for, in the form that asks for a yes.
    #[n(1)]
    pub request: Option<DeviceRequest>,
}

/// A checked logout request (RP-Initiated Logout §2), in the form in which it waits for the user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PendingSignOut {
    /// Who asks, if that is known.
    #[n(0)]
    pub client: Option<ClientId>,
    /// Where the browser goes then: registered by that client.
    #[n(1)]
    pub redirect_uri: Option<String>,
    /// Goes back with it.
    #[n(2)]
    pub state: Option<String>,
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
    pub resources: Resources,
    /// OpenID Connect Core §3.1.2.1, seconds
    #[n(10)]
    pub max_age: Option<u32>,
    /// OpenID Connect Core §3.1.2.1
    #[n(11)]
    pub login_hint: Option<String>,
    /// What is spent when it completes: only where it was pushed (RFC 9126).
    #[n(12)]
    pub pushed: Option<PushedMark>,
    /// What `ui_locales` chose (OpenID Connect Core §3.1.2.1).
    #[n(14)]
    pub language: Option<Language>,
}

impl Ticket {
    /// How long a form may wait for the user.
    pub const LIFETIME: Lifetime = Lifetime::seconds(2 * 60 * 60);

    /// Whether it is about the user's own account.
    #[must_use]
    pub const fn is_about_account(&self) -> bool {
        self.request.is_none() && self.sign_out.is_none() && self.device.is_none()
    }
}

impl Payload for Ticket {
    const PURPOSE: Purpose = Purpose::Ticket;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
