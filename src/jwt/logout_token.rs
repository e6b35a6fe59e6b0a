//! The logout token (OpenID Connect Back-Channel Logout §2.4).

use crate::oauth::Lifetime;
use serde::Serialize;

/// Back-Channel Logout §2.4. Never a `nonce`: that is what keeps it from being taken for an ID token.
#[derive(Debug, Serialize)]
pub struct LogoutTokenClaims<'a> {
    /// This server.
    pub iss: &'a str,
    /// The user.
    pub sub: &'a str,
    /// The client.
    pub aud: &'a str,
    /// Unix seconds.
    pub iat: u64,
    /// Unix seconds.
    pub exp: u64,
    /// Random.
    pub jti: &'a str,
    /// The session that ended, as this client knows it; all of the user's where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    /// What happened.
    pub events: LoggedOut,
}

/// The one event of a logout token, and its members: none.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LoggedOut {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    members: NoMembers,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct NoMembers {}

impl LogoutTokenClaims<'_> {
    /// Back-Channel Logout §2.4: `typ` in the header, so that it can never be taken for another kind of token.
    pub const TYPE: &'static str = "logout+jwt";
    /// Back-Channel Logout §2.4: preferably at most two minutes, lest it be of use to who steals it.
    pub const LIFETIME: Lifetime = Lifetime::seconds(2 * 60);
}
