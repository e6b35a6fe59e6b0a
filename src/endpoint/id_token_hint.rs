//! `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): an ID token of this server, by which a client
//! tells whom its request is about.

use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::jwt::{self, IdTokenClaims, session_id_for};
use crate::oauth::ClientId;
use crate::seal::Session;
use serde_json::Value;

/// Whom an ID token is about, and whom it was issued to.
#[derive(Debug)]
pub(super) struct IdTokenHint {
    /// The client.
    pub aud: ClientId,
    /// The user, as that client knows them.
    pub sub: String,
    sid: String,
}

impl IdTokenHint {
    /// Reads an ID token of this server. That it has expired does not matter: it says who it was, and not that they are still
    /// here (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §4).
    ///
    /// # Errors
    /// `invalid_request` for whatever is no ID token of this server, or is signed with a key that is not published any more.
    pub(super) async fn read<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        let refused =
            OAuthError::invalid_request("The id_token_hint is not an ID token of this server.", "hint_invalid");
        let claims = jwt::verify(token, IdTokenClaims::TYPE, &cx.config.signing_keys, cx.platform.signer()).await?;
        let claims: Value = claims.and_then(|claims| serde_json::from_str(&claims).ok()).ok_or(refused.clone())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let hint = || {
            let aud = ClientId::parse(text("aud")?)?;
            Some(Self { aud, sub: text("sub")?.to_owned(), sid: text("sid")?.to_owned() })
        };
        hint().filter(|_| text("iss") == Some(cx.config.issuer.as_str())).ok_or(refused)
    }

    /// Refuses one that another client got: what it knows of its users is not for this one to use.
    ///
    /// # Errors
    /// `invalid_request` when the token was issued to somebody else.
    pub(super) fn issued_to(self, client: &ClientId) -> Result<Self, OAuthError> {
        if self.aud == *client {
            return Ok(self);
        }
        let description = "The id_token_hint was issued to another client.";
        Err(OAuthError::invalid_request(description, "hint_of_another_client"))
    }

    /// RP-Initiated Logout §2: whether it belongs to this session, or to who is signed in, whom its client calls `sub`.
    pub(super) fn is_about(&self, session: &Session, sub: Option<&str>) -> bool {
        self.sid == session_id_for(session.sid, &self.aud) || sub == Some(&*self.sub)
    }
}
