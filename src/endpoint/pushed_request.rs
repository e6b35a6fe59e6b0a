//! The pushed authorization request endpoint (RFC 9126 §2): authenticate the client, check its request as the
//! authorization endpoint would, and hand it back as a `request_uri` that is its own storage.

use super::authorize::{push, to_push};
use super::caller::Call;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Reply, Request};
use crate::seal::PushedRequest;
use serde::Serialize;

/// RFC 9126 §2.2
#[derive(Serialize)]
struct Pushed<'a> {
    request_uri: &'a str,
    expires_in: u32,
}

/// Takes a request.
pub(super) async fn pushed_request<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    const EVENT: &str = "push_refused";
    match Call::of(request, cx).await {
        Ok(call) => call.answer(answer(&call, cx).await, EVENT, cx),
        Err(refused) => refused.reply(EVENT, cx),
    }
}

async fn answer<P: Platform>(call: &Call, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let Call { params, client } = call;
    let pending = to_push(params, client, cx).await?;
    let request_uri = push(pending, client, cx)?;
    let pushed = Pushed { request_uri: &request_uri, expires_in: PushedRequest::LIFETIME.as_seconds() };
    let reply = Reply::json(201, &pushed).noted(Note::event("request_pushed"));
    Ok(reply.concerning(Some(&client.client_id), None))
}
