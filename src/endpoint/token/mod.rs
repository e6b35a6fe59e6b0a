//! The token endpoint (RFC 6749 §3.2): authenticate, then one module a grant.

mod authorization_code;
mod issue;
mod refresh_token;

pub(super) use issue::{ACR, ID_TOKEN_CLAIMS};

use super::facts;
use crate::client::{AuthenticatedClient, Credentials};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Params, Reply, Request};
use crate::oauth::{ClientId, GrantType, Scope};
use serde::Serialize;

/// RFC 6749 §5.1
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'a Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

/// Authenticates the client and answers its grant.
pub(super) async fn token<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    params.refuse_duplicates()?;
    let credentials = Credentials::of(request, &params);
    let named = credentials.as_ref().ok().map(|credentials| credentials.client_id.clone());
    let answered = match credentials {
        Ok(credentials) => answer(&credentials, &params, cx).await,
        Err(error) => Err(error),
    };
    Ok(answered.unwrap_or_else(|error| refusal(&error, named.as_ref(), cx)))
}

async fn answer<P: Platform>(credentials: &Credentials, params: &Params, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let registered = facts::client(&credentials.client_id, cx).await?;
    let client = AuthenticatedClient::authenticate(registered, credentials, cx.now)?;
    let grant = params.required("grant_type", "The grant_type is missing.")?;
    let unknown = OAuthError::new(ErrorCode::UnsupportedGrantType, "The grant_type is not supported.", "grant_type");
    let grant = GrantType::parse(grant).ok_or(unknown)?;
    if !client.may_use(grant) {
        let description = "The client is not registered for this grant.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "grant_not_registered"));
    }
    match grant {
        GrantType::AuthorizationCode => authorization_code::redeem(params, &client, cx).await,
        GrantType::RefreshToken => refresh_token::renew(params, &client, cx).await,
    }
}

fn refusal<P: Platform>(error: &OAuthError, client: Option<&ClientId>, cx: &Cx<'_, P>) -> Reply {
    let reply = Reply::oauth_error(error).noted(Note { event: "token_refused", ..Note::refusal(error) });
    let reply = reply.concerning(client, None);
    if reply.status == 401 {
        // RFC 6749 §5.2, RFC 9110 §15.5.2: a 401 names a scheme, whichever way the client tried.
        reply.header("www-authenticate", format!("Basic realm=\"{}\", charset=\"UTF-8\"", cx.config.issuer))
    } else {
        reply
    }
}
