//! How an authorization request arrives: in its parameters, or by a `request_uri` that stands for it.

use super::pushed;
use super::request::{self, Refusal};
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Params;
use crate::seal::PendingRequest;

/// The request that a browser brings to the authorization endpoint.
pub(super) fn take<P: Platform>(
    params: &Params,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<(ReturnTo, PendingRequest), Refusal> {
    // RFC 9126 §4, RFC 9101 §6.3: what else stands beside it is ignored.
    if let Ok(Some(request_uri)) = params.one("request_uri")
        && pushed::is_pushed(request_uri)
    {
        return pushed::take(request_uri, client, cx);
    }
    // RFC 9126 §5, §6
    if client.require_pushed_authorization_requests || cx.config.require_pushed_authorization_requests {
        let return_to = request::return_to(params, client)?;
        let description = "The request has to be pushed first (RFC 9126).";
        return Err(Refusal::Return(return_to, OAuthError::invalid_request(description, "not_pushed")));
    }
    request::parse(params, client, cx)
}
