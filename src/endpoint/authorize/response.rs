//! Answering an authorization request (RFC 6749 §4.1.2, RFC 9207, Form Post Response Mode).

use super::super::lineage::lineage;
use super::super::page;
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Reply, redirect_to};
use crate::oauth::{ClaimsRequest, RedirectUri, ResponseMode, Scope, Timestamp};
use crate::seal::{Code, PendingRequest, Session};
use minicbor::bytes::ByteArray;

/// What a code is minted from.
#[derive(Debug)]
pub(in crate::endpoint) struct Mint<'a> {
    pub client: &'a Client,
    pub pending: &'a PendingRequest,
    pub session: &'a Session,
    pub scope: Scope,
    pub claims: Option<ClaimsRequest>,
    pub granted: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// Mints a code and sends it to the client. Nothing is stored.
pub(in crate::endpoint) fn issue_code<P: Platform>(
    mint: Mint<'_>,
    return_to: &ReturnTo,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let (client, session) = (mint.client, mint.session);
    let lineage = lineage(client, session, &mint.scope, mint.granted, cx)?;
    let code = Code {
        lineage,
        redirect: ByteArray::from(RedirectUri::fingerprint(return_to.redirect_uri().as_str())),
        redirect_sent: mint.pending.redirect_sent,
        scope: mint.scope,
        region: cx.platform.region(),
        shards: cx.config.ledger.map_or(0, |ledger| ledger.shards),
        challenge: mint.pending.challenge,
        nonce: mint.pending.nonce.clone(),
        resources: mint.pending.resources.clone(),
        until: mint.until,
        claims: mint.claims,
    };
    let sealed = cx.seal(&code)?;
    let reply = send(return_to, &[("code", &sealed)], cx);
    Ok(reply.noted(Note::event("code_issued")).concerning(Some(&client.client_id), Some(session.subject)))
}

/// Tells the client why it gets no code (RFC 6749 §4.1.2.1).
pub(in crate::endpoint) fn refuse<P: Platform>(return_to: &ReturnTo, error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    let parameters = [("error", error.code.as_str()), ("error_description", error.description)];
    send(return_to, &parameters, cx).noted(Note::refusal(error))
}

fn send<P: Platform>(return_to: &ReturnTo, first: &[(&str, &str)], cx: &Cx<'_, P>) -> Reply {
    let parameters = return_to.parameters(first, cx.config.issuer.as_str());
    match return_to.response_mode() {
        ResponseMode::FormPost => page::form_post(return_to.redirect_uri(), &parameters, cx),
        ResponseMode::Query => return_to.location(&parameters).map_or_else(
            || page::error(&OAuthError::internal("redirect_uri_unparsable"), cx),
            |location| redirect_to(&location),
        ),
    }
}
