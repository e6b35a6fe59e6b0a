//! Reading a logout request (RP-Initiated Logout §2): `id_token_hint`, `client_id`, `post_logout_redirect_uri`, `state`.
//! `logout_hint` is taken and changes nothing; `ui_locales` chooses the language of the pages (`endpoint/language.rs`).

use super::super::id_token_hint::IdTokenHint;
use super::super::{facts, subject};
use crate::client::{Client, PostLogoutRedirect};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Params;
use crate::oauth::{ClientId, RedirectUri};
use crate::seal::{PendingSignOut, Session};
use std::rc::Rc;

/// A checked request.
#[derive(Debug)]
pub(super) struct LogoutRequest {
    /// Who asks, if that is known.
    pub client: Option<Rc<Client>>,
    /// Where the browser goes then.
    pub redirect: Option<PostLogoutRedirect>,
    hint: Option<IdTokenHint>,
}

impl LogoutRequest {
    /// Checks the parameters. Whatever is wrong is told on a page (RP-Initiated Logout §4).
    pub(super) async fn parse<P: Platform>(params: &Params, cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        params.refuse_duplicates()?;
        let hint = match params.one("id_token_hint")? {
            Some(token) => Some(IdTokenHint::read(token, cx).await?),
            None => None,
        };
        let named = params.one("client_id")?.map(|id| ClientId::parse(id).ok_or(unknown_client())).transpose()?;
        // RP-Initiated Logout §2: the two must agree.
        let hint = match (hint, &named) {
            (Some(hint), Some(named)) => Some(hint.issued_to(named)?),
            (hint, _) => hint,
        };
        let client_id = hint.as_ref().map(|hint| hint.aud.clone()).or(named);
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
    pub(super) fn is_about(&self, session: &Session, sub: Option<&str>) -> bool {
        self.hint.as_ref().is_some_and(|hint| hint.is_about(session, sub))
    }

    /// What the client calls who is signed in.
    pub(super) fn sub_of<P: Platform>(&self, session: &Session, cx: &Cx<'_, P>) -> Option<String> {
        subject::told(self.client.as_ref()?, session.subject, cx).ok()
    }
}

const fn unknown_client() -> OAuthError {
    OAuthError::invalid_request("The client is not registered here.", "client_unknown")
}
