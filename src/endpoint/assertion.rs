//! `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9): a client proves who it is by a JWT under its own key.
//!
//! In this order: registered for it → signature → claims → spent. What fails before leaves no trace, so that nobody can use
//! up the `jti` of somebody else.

use super::client_signature::{Expected, claims};
use crate::client::{Client, ClientAssertion};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Request;
use crate::oauth::TokenEndpointAuthMethod;
use crate::store::{self, ObjectName, Spend, Spent};

/// Takes an assertion, if the client is registered to prove itself so; what it proves is for
/// [`crate::client::AuthenticatedClient`] to say.
pub(super) async fn prove<P: Platform>(
    jwt: &str,
    client: &Client,
    request: &Request,
    cx: &Cx<'_, P>,
) -> Result<Option<ClientAssertion>, OAuthError> {
    if client.token_endpoint_auth_method != TokenEndpointAuthMethod::PrivateKeyJwt || client.disabled {
        return Ok(None);
    }
    let expected = Expected {
        types: &["JWT", "client-authentication+jwt"],
        alg: client.token_endpoint_auth_signing_alg,
        max: ClientAssertion::MAX,
    };
    let claims = claims(jwt, client, &expected, cx).await?.map_err(OAuthError::invalid_client)?;
    let issuer = &cx.config.issuer;
    // RFC 7523 §3: the token endpoint; RFC 9126 §2: the issuer, and the endpoint that is called, have to do as well.
    let called = issuer.url(request.path.strip_prefix(issuer.path()).unwrap_or_default());
    let audiences = [issuer.as_str(), &issuer.url("/token"), &called];
    let spends = cx.config.ledger.is_some();
    let longest = if spends { ClientAssertion::LONGEST } else { ClientAssertion::LONGEST_UNSPENT };
    let assertion = ClientAssertion::judge(&claims, &client.client_id, &audiences, (longest, cx.now))?;
    spend(&assertion, cx).await?;
    Ok(Some(assertion))
}

/// RFC 7523 §3, item 7: once. With the ledger off it rests on its life, which must be short then.
async fn spend<P: Platform>(assertion: &ClientAssertion, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(());
    }
    let id = assertion.id();
    let spend = Spend { object: ObjectName::for_assertions(&id), id, exp: assertion.exp(), attempt: cx.random()? };
    match store::spend(cx.platform.ledger(), &spend).await? {
        Spent::First => Ok(()),
        Spent::Again { .. } => Err(OAuthError::invalid_client("assertion_replayed")),
        Spent::Late => Err(OAuthError::invalid_client("assertion_late")),
    }
}
