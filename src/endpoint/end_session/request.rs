//! Reading a logout request (RP-Initiated Logout §2): `id_token_hint`, `client_id`, `post_logout_redirect_uri`, `state`.
//! `logout_hint` is taken and changes nothing; `ui_locales` chooses the language of the pages (`endpoint/language.rs`).

use super::super::facts;
use crate::client::{Client, PostLogoutRedirect};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Params;
use crate::jwt::{self, IdTokenClaims, session_id_for};
use crate::oauth::{ClientId, RedirectUri};
use crate::seal::{PendingSignOut, Session};
use serde_json::Value;

/// A checked request.
#[derive(Debug)]
pub(super) struct LogoutRequest {
    /// Who asks, if that is known.
    pub client: Option<Client>,
    /// Where the browser goes then.
    pub redirect: Option<PostLogoutRedirect>,
    hint: Option<Hint>,
}

/// Whom an ID token is about.
#[derive(Debug)]
struct Hint {
    aud: ClientId,
    sub: String,
    sid: String,
}

impl LogoutRequest {
    /// Checks the parameters. Whatever is wrong is told on a page (RP-Initiated Logout §4).
    pub(super) async fn parse<P: Platform>(params: &Params, cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        params.refuse_duplicates()?;
        let hint = match params.one("id_token_hint")? {
            Some(token) => Some(read_hint(token, cx).await?),
            None => None,
        };
        let named = params.one("client_id")?.map(|id| ClientId::parse(id).ok_or(unknown_client())).transpose()?;
        let client_id = match (&hint, named) {
            // RP-Initiated Logout §2: the two must agree.
            (Some(hint), Some(named)) if hint.aud != named => {
                let description = "The id_token_hint was issued to another client.";
                return Err(OAuthError::invalid_request(description, "hint_of_another_client"));
            }
            (Some(hint), _) => Some(hint.aud.clone()),
            (None, named) => named,
        };
        let client = match &client_id {
            Some(id) => Some(facts::enabled_client(id, cx).await?),
            None => None,
        };
        let redirect = match (params.one("post_logout_redirect_uri")?, &client) {
            (None, _) => None,
            (Some(uri), Some(client)) => Some(PostLogoutRedirect::new(client, uri, params.one("state")?)?),
            (Some(_), None) => {
                let description = "Who asks must be told by id_token_hint or client_id.";
                return Err(OAuthError::invalid_request(description, "client_not_named"));
            }
        };
        Ok(Self { client, redirect, hint })
    }

    /// Takes up the request that waits in a form's ticket. The registration may have changed while it waited.
    pub(super) async fn resume<P: Platform>(pending: &PendingSignOut, cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        let client = match &pending.client {
            Some(id) => Some(facts::enabled_client(id, cx).await?),
            None => None,
        };
        let redirect = match (&pending.redirect_uri, &client) {
            (Some(uri), Some(client)) => Some(PostLogoutRedirect::new(client, uri, pending.state.as_deref())?),
            _ => None,
        };
        Ok(Self { client, redirect, hint: None })
    }

    /// The form in which it waits for the user.
    pub(super) fn pending(&self) -> PendingSignOut {
        PendingSignOut {
            client: self.client.as_ref().map(|client| client.client_id.clone()),
            redirect_uri: self.redirect_uri().map(|uri| uri.as_str().to_owned()),
            state: self.redirect.as_ref().and_then(PostLogoutRedirect::state).map(str::to_owned),
        }
    }

    /// Where the browser goes then.
    pub(super) fn redirect_uri(&self) -> Option<&RedirectUri> {
        self.redirect.as_ref().map(PostLogoutRedirect::redirect_uri)
    }

    /// RP-Initiated Logout §2: whether the hint belongs to this session, or to who is signed in.
    pub(super) fn is_about(&self, session: &Session) -> bool {
        self.hint.as_ref().is_some_and(|hint| {
            hint.sid == session_id_for(session.sid, &hint.aud) || hint.sub == session.subject.to_string()
        })
    }
}

/// RP-Initiated Logout §4: an ID token of this server. That it has expired does not matter: a user may sign out long
/// after it was issued.
async fn read_hint<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Hint, OAuthError> {
    let refused = OAuthError::invalid_request("The id_token_hint is not an ID token of this server.", "hint_invalid");
    let claims = jwt::verify(token, IdTokenClaims::TYPE, &cx.config.signing_keys, cx.platform.signer()).await?;
    let claims: Value = claims.and_then(|claims| serde_json::from_str(&claims).ok()).ok_or(refused.clone())?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let hint = || {
        let aud = ClientId::parse(text("aud")?)?;
        Some(Hint { aud, sub: text("sub")?.to_owned(), sid: text("sid")?.to_owned() })
    };
    hint().filter(|_| text("iss") == Some(cx.config.issuer.as_str())).ok_or(refused)
}

const fn unknown_client() -> OAuthError {
    OAuthError::invalid_request("The client is not registered here.", "client_unknown")
}
