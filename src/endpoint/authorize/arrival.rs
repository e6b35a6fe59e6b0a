//! How an authorization request arrives: in its parameters, in an object that its client signed (RFC 9101), or by a
//! `request_uri` that stands for what was pushed (RFC 9126).

use super::object::{self, Sent};
use super::pushed;
use super::request::{self, Refusal, refusal};
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Params;
use crate::seal::PendingRequest;

type Arrived = Result<(ReturnTo, PendingRequest), Refusal>;

/// The request that a browser brings to the authorization endpoint.
pub(super) async fn brought<P: Platform>(params: &Params, client: &Client, cx: &Cx<'_, P>) -> Arrived {
    let refuse = |error| refusal(error, params, client);
    let (object, request_uri) = stands_for(params).map_err(refuse)?;
    match (object, request_uri) {
        // RFC 9101 §5
        (Some(_), Some(_)) => {
            let description = "There are both request and request_uri.";
            Err(refuse(OAuthError::invalid_request(description, "two_requests")))
        }
        // RFC 9126 §4, RFC 9101 §6.3: what else stands beside it is ignored.
        (None, Some(request_uri)) if pushed::is_pushed(request_uri) => pushed::take(request_uri, client, cx),
        // RFC 9126 §5, §6
        _ if client.require_pushed_authorization_requests || cx.config.require_pushed_authorization_requests => {
            let description = "The request has to be pushed first (RFC 9126).";
            Err(refuse(OAuthError::invalid_request(description, "not_pushed")))
        }
        (None, Some(request_uri)) => {
            let object = object::fetch(request_uri, client, cx).await.map_err(refuse)?;
            signed(&object, Sent::ByReference, params, client, cx).await
        }
        (object, None) => by_value(object, params, client, cx).await,
    }
}

/// The request that a client pushes.
pub(in crate::endpoint) async fn to_push<P: Platform>(
    params: &Params,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<PendingRequest, OAuthError> {
    let (object, request_uri) = stands_for(params)?;
    // RFC 9126 §2.1
    if request_uri.is_some() {
        let description = "A pushed request cannot be one by request_uri.";
        return Err(OAuthError::invalid_request(description, "request_uri_pushed"));
    }
    let arrived = by_value(object, params, client, cx).await;
    arrived.map(|(_, pending)| pending).map_err(Refusal::into_error)
}

/// What may stand for the parameters: an object, a URI.
fn stands_for(params: &Params) -> Result<(Option<&str>, Option<&str>), OAuthError> {
    Ok((params.one("request")?, params.one("request_uri")?))
}

async fn by_value<P: Platform>(object: Option<&str>, params: &Params, client: &Client, cx: &Cx<'_, P>) -> Arrived {
    match object {
        Some(object) => signed(object, Sent::ByValue, params, client, cx).await,
        // RFC 9101 §10.5
        None if client.require_signed_request_object || cx.config.require_signed_request_object => {
            let description = "The request has to be a signed request object (RFC 9101).";
            Err(refusal(OAuthError::invalid_request(description, "not_signed"), params, client))
        }
        None => request::parse(params, client, cx).await,
    }
}

async fn signed<P: Platform>(object: &str, sent: Sent, beside: &Params, client: &Client, cx: &Cx<'_, P>) -> Arrived {
    let params = object::open(object, sent, beside, client, cx).await?;
    request::parse(&params, client, cx).await
}
