//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2).

mod decision;
mod request;
mod response;

pub(super) use decision::{Decision, Facts, decide};
pub(super) use response::{Mint, issue_code, refuse};

use super::browser::{Browser, is_foreign};
use super::interaction::Interaction;
use super::{facts, page};
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Note, Params, Reply, Request, redirect_to};
use crate::oauth::ClientId;
use request::Refusal;
use url::Url;

/// Reads the request, and answers it with a page, a code or an error.
pub(super) async fn authorize<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    // RFC 6749 §3.1: GET must, POST may be supported; OpenID Connect Core §3.1.2.1 wants both.
    let params = match request.method {
        Method::Post => Params::of_form(request)?,
        _ => Params::of_query(request)?,
    };
    let browser = Browser::of(request, cx);
    let client_id = params.required("client_id", "The client_id is missing.")?;
    let client_id = ClientId::parse(client_id).ok_or(unknown_client())?;
    let client = facts::client(&client_id, cx).await?.ok_or(unknown_client())?;
    if client.disabled {
        // Its redirect URIs are not trusted for now either.
        return Err(OAuthError::invalid_request("The client is disabled here.", "client_disabled"));
    }
    if request.method == Method::Post && browser.session.is_none() && is_foreign(request, cx) {
        return come_again(&params, &client, cx);
    }
    let (return_to, pending) = match request::parse(&params, &client, cx) {
        Ok(parsed) => parsed,
        Err(Refusal::Page(error)) => return Err(error),
        Err(Refusal::Return(return_to, error)) => {
            return Ok(refuse(&return_to, &error, cx).concerning(Some(&client.client_id), None));
        }
    };
    Interaction::new(client, return_to, pending, browser).proceed(cx).await
}

/// A POST from another site comes without our `SameSite=Lax` cookies, so a signed-in user would have to sign in again:
/// let the browser come once more from here.
fn come_again<P: Platform>(params: &Params, client: &Client, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    const MAX_URL: usize = 4096;
    let target = Url::parse(&cx.config.issuer.url("/authorize")).map(|mut url| {
        url.query_pairs_mut().extend_pairs(params.iter());
        url
    });
    let return_to = ReturnTo::new(client, params.one("redirect_uri")?)?;
    Ok(match target {
        Ok(url) if url.as_str().len() <= MAX_URL => redirect_to(&url).noted(Note::event("come_again")),
        _ => page::resubmit(return_to.redirect_uri(), params, cx),
    })
}

/// RFC 6749 §4.1.2.1: a request of an unknown client is told to the user, never redirected.
const fn unknown_client() -> OAuthError {
    OAuthError::invalid_request("The client is not registered here.", "client_unknown")
}
