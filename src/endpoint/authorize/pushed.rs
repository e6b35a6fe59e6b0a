//! Pushed authorization requests (RFC 9126): a checked request becomes a `request_uri`, which is its own storage, and
//! one again when a browser brings it.

use super::request::{Refusal, still_stands};
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::RedirectUri;
use crate::seal::{Payload as _, PendingRequest, PushedMark, PushedRequest, Ticket};
use crate::store::{self, ObjectName, Spend, Spent};
use minicbor::bytes::ByteArray;

/// RFC 9126 §2.2
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// The longest `request_uri` made, in characters: it travels in a URL.
const MAX: usize = 2048;

/// Whether it is one of ours, and no URL of a client's.
pub(super) fn is_pushed(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// Seals a checked request of this client. Nothing is stored.
pub(in crate::endpoint) fn push<P: Platform>(
    pending: PendingRequest,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<String, OAuthError> {
    let mark = PushedMark {
        id: ByteArray::from(cx.random()?),
        until: cx.now.after(PushedRequest::LIFETIME),
        region: cx.platform.region(),
        shards: cx.config.ledger.map_or(0, |ledger| ledger.shards),
    };
    let request_uri = format!("{PREFIX}{}", cx.seal(&compact(pending, mark, client))?);
    if request_uri.len() > MAX {
        let description = "The request does not fit into a request_uri of 2,048 characters.";
        return Err(OAuthError::invalid_request(description, "request_too_long"));
    }
    Ok(request_uri)
}

/// Opens what was pushed. When it is authentic and of this client, whatever else is wrong is told by redirect, for it
/// says where to; else on a page.
pub(super) fn take<P: Platform>(
    request_uri: &str,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<(ReturnTo, PendingRequest), Refusal> {
    let page = |cause| Refusal::Page(OAuthError::invalid_request_uri(cause));
    let blob = request_uri.strip_prefix(PREFIX).filter(|_| request_uri.len() <= MAX).ok_or(page("seal_malformed"))?;
    let pushed: PushedRequest = cx.open_late(blob).map_err(|error| page(error.cause()))?;
    // RFC 9126 §2.2: bound to the client that pushed it.
    if !pushed.client.names(&client.client_id) {
        return Err(page("pushed_request_of_another_client"));
    }
    let expired = pushed.expires() <= cx.now;
    let recognised = client.recognises(pushed.born(), pushed.epoch);
    let mut pending = spread(pushed, client).ok_or(Refusal::Page(ReturnTo::UNREGISTERED))?;
    let return_to = ReturnTo::of(&pending, client).map_err(Refusal::Page)?;
    let cause = if expired {
        "pushed_request_expired"
    } else if !recognised {
        "client_revoked"
    } else if !still_stands(&mut pending, client, cx) {
        "client_narrowed"
    } else {
        return Ok((return_to, pending));
    };
    Err(Refusal::Return(return_to, OAuthError::invalid_request_uri(cause)))
}

/// Spends what was pushed, now that a code is ready for it (RFC 9126 §4: used once). The attempt is that of the forms that
/// led here, so that one of them sent twice is one use; without a form every arrival is a use of its own.
///
/// # Errors
/// `invalid_request_uri` when another attempt was first, or the forms about it waited too long; `temporarily_unavailable`
/// when the ledger fails: then nobody knows.
pub(in crate::endpoint) async fn spend<P: Platform>(
    mark: &PushedMark,
    attempt: Option<[u8; 16]>,
    cx: &Cx<'_, P>,
) -> Result<(), OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(());
    }
    let attempt = match attempt {
        Some(attempt) => attempt,
        None => cx.random()?,
    };
    let id = *mark.id;
    let object = ObjectName::for_codes(mark.region, mark.shards, &id);
    // It was good when the browser arrived; from then on a form may have waited.
    let spend = Spend { object, id, exp: mark.until.after(Ticket::LIFETIME), attempt };
    match store::spend(cx.platform.ledger(), &spend).await? {
        Spent::First => Ok(()),
        Spent::Again { .. } => Err(OAuthError::invalid_request_uri("pushed_request_used")),
        Spent::Late => Err(OAuthError::invalid_request_uri("pushed_request_late")),
    }
}

/// What is sealed: all that cannot be had from the client's record.
fn compact(pending: PendingRequest, mark: PushedMark, client: &Client) -> PushedRequest {
    let PendingRequest {
        client: client_id,
        redirect_uri,
        redirect_sent,
        response_mode,
        scope,
        prompts,
        state,
        nonce,
        challenge,
        resources,
        max_age,
        login_hint,
        language,
        pushed: _,
    } = pending;
    let registered = client.redirect_uris.iter().any(|uri| uri.matches(&redirect_uri));
    PushedRequest {
        mark,
        client: client_id.tag(),
        epoch: client.epoch,
        redirect: registered.then(|| ByteArray::from(RedirectUri::fingerprint(&redirect_uri))),
        redirect_uri: (!registered).then_some(redirect_uri),
        redirect_sent,
        response_mode,
        scope,
        prompts,
        state,
        nonce,
        challenge,
        resources,
        max_age,
        login_hint,
        language,
    }
}

/// The request again; `None` when its redirect URI is no longer registered.
fn spread(pushed: PushedRequest, client: &Client) -> Option<PendingRequest> {
    let PushedRequest {
        mark,
        client: _,
        epoch: _,
        redirect,
        redirect_uri,
        redirect_sent,
        response_mode,
        scope,
        prompts,
        state,
        nonce,
        challenge,
        resources,
        max_age,
        login_hint,
        language,
    } = pushed;
    let registered = |redirect: ByteArray<16>| {
        let mut uris = client.redirect_uris.iter().map(RedirectUri::as_str);
        uris.find(|uri| RedirectUri::fingerprint(uri) == *redirect).map(str::to_owned)
    };
    Some(PendingRequest {
        client: client.client_id.clone(),
        redirect_uri: redirect.map_or(redirect_uri, registered)?,
        redirect_sent,
        response_mode,
        scope,
        prompts,
        state,
        nonce,
        challenge,
        resources,
        max_age,
        login_hint,
        language,
        pushed: Some(mark),
    })
}
