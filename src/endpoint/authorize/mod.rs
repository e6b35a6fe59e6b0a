//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2).

mod arrival;
mod decision;
mod object;
mod pushed;
mod request;
mod response;

pub(super) use arrival::to_push;
pub(super) use decision::{Decision, Facts, decide};
pub(super) use pushed::{push, spend};
pub(super) use request::{requested_scope, still_stands};
pub(super) use response::{Mint, issue_code, refuse};

use super::browser::{Browser, come_again};
use super::interaction::Interaction;
use super::{facts, page};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Params, Reply, Request};
use crate::oauth::ClientId;
use request::Refusal;

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
    let client = facts::enabled_client(&client_id, cx).await?;
    if browser.must_come_again(request, cx) {
        return Ok(come_again("/authorize", &params, &client.redirect_uris, cx));
    }
    let (return_to, pending) = match arrival::brought(&params, &client, cx).await {
        Ok(parsed) => parsed,
        Err(Refusal::Page(error)) => return Err(error),
        Err(Refusal::Return(return_to, error)) => {
            return Ok(refuse(&return_to, &error, cx).concerning(Some(&client.client_id), None));
        }
    };
    // A request object and a pushed request say for themselves in which language: what fails from here on is told in it.
    let cx = &cx.speaking(cx.language, pending.language.or(cx.asked_language));
    let reply = Interaction::new(client, return_to, pending, browser).proceed(cx).await;
    reply.or_else(|error| Ok(page::error(&error, cx)))
}

/// RFC 6749 §4.1.2.1: a request of an unknown client is told to the user, never redirected.
const fn unknown_client() -> OAuthError {
    OAuthError::invalid_request("The client is not registered here.", "client_unknown")
}
