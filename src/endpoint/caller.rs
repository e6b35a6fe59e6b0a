//! What the endpoints share that only clients call: token, pushed request, introspection, revocation.

use super::{assertion, facts};
use crate::client::{AuthenticatedClient, Credentials};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply, Request};
use crate::oauth::ClientId;

/// A call of a client that has proven who it is.
pub(super) struct Call {
    pub params: Params,
    pub client: AuthenticatedClient,
}

/// A refusal, and the client that was named, so that the log can tell whom it concerns.
pub(super) struct Refused {
    error: OAuthError,
    client: Option<ClientId>,
}

impl Call {
    /// Reads the form and authenticates the client (RFC 6749 §2.3).
    pub(super) async fn of<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Self, Refused> {
        let unnamed = |error| Refused { error, client: None };
        let params = Params::of_form(request).map_err(unnamed)?;
        params.refuse_duplicates().map_err(unnamed)?;
        let credentials = Credentials::of(request, &params).map_err(unnamed)?;
        match Self::authenticated(&credentials, request, cx).await {
            Ok(client) => Ok(Self { params, client }),
            Err(error) => Err(Refused { error, client: Some(credentials.client_id) }),
        }
    }

    async fn authenticated<P: Platform>(
        credentials: &Credentials,
        request: &Request,
        cx: &Cx<'_, P>,
    ) -> Result<AuthenticatedClient, OAuthError> {
        let registered = facts::client(&credentials.client_id, cx).await?;
        let proven = match (credentials.assertion(), &registered) {
            (Some(jwt), Some(client)) => assertion::prove(jwt, client, request, cx).await?,
            _ => None,
        };
        AuthenticatedClient::authenticate(registered, credentials, proven.as_ref(), cx.now)
    }

    /// What the endpoint answers, a refusal too.
    pub(super) fn answer<P: Platform>(
        &self,
        answered: Result<Reply, OAuthError>,
        event: &'static str,
        cx: &Cx<'_, P>,
    ) -> Reply {
        let client = Some(self.client.client_id.clone());
        answered.unwrap_or_else(|error| Refused { error, client }.reply(event, cx))
    }
}

impl Refused {
    /// RFC 6749 §5.2
    pub(super) fn reply<P: Platform>(self, event: &'static str, cx: &Cx<'_, P>) -> Reply {
        let reply = Reply::oauth_error(&self.error).noted(Note { event, ..Note::refusal(&self.error) });
        let reply = reply.concerning(self.client.as_ref(), None);
        if reply.status == 401 {
            // RFC 6749 §5.2, RFC 9110 §15.5.2: a 401 names a scheme, whichever way the client tried.
            reply.header("www-authenticate", format!("Basic realm=\"{}\", charset=\"UTF-8\"", cx.config.issuer))
        } else {
            reply
        }
    }
}
