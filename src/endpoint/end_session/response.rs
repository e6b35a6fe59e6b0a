//! Answering a logout request: the question, the end of the session, and who is told of it.

use super::super::browser::{Browser, FormAbout, no_session_cookie};
use super::super::language::own_url;
use super::super::revoke::revoke;
use super::super::{facts, page};
use super::request::LogoutRequest;
use crate::client::{Client, PostLogoutRedirect};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Errand, Note, Reply, redirect_to};
use crate::jwt::session_id_for;
use crate::oauth::SessionId;
use crate::seal::Session;
use crate::store::{Ancestor, Revocation};
use crate::together;
use futures_util::future::join;
use url::Url;

/// Asks whether to sign out (RP-Initiated Logout §2).
pub(super) fn ask<P: Platform>(
    asked: &LogoutRequest,
    session: &Session,
    browser: &Browser,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let about = FormAbout { sign_out: Some(asked.pending()), ..FormAbout::default() };
    let (ticket, cookie) = browser.ticket(Some(session.sid), about, cx)?;
    let client_name = asked.client.as_deref().map(Client::display_name);
    let reply = page::sign_out(client_name.as_deref(), &session.username, &ticket, asked.redirect_uri(), cx);
    Ok(concerning(asked, Some(session), reply.with_cookie(cookie)))
}

/// Ends the session. Nothing of it is good from here on but what was to outlast it; when that is not certain, the user
/// is told so and stays signed in, to try again.
pub(super) async fn sign_out<P: Platform>(
    asked: &LogoutRequest,
    session: &Session,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let (subject, sid) = (session.subject, session.sid);
    // Back-Channel Logout §2.7: refresh tokens that were granted with `offline_access` should stay.
    let revocation = Revocation { ancestor: Ancestor::SignOut(sid), at: session.auth };
    let (revoked, frames) = join(revoke(subject, session.home, &revocation, cx), frames(session, cx)).await;
    revoked?;
    let notify = |client| Errand::NotifyLogout { client, subject, sid: Some(sid) };
    let reply = go_on(asked, &frames, cx).noted(Note::event("signed_out")).with_cookie(Some(no_session_cookie(cx)));
    Ok(concerning(asked, Some(session), reply.leaving(session.clients.iter().cloned().map(notify))))
}

/// Nobody is signed in, or nobody whose session is alive: its cookie goes.
pub(super) fn nobody<P: Platform>(asked: &LogoutRequest, browser: &Browser, cx: &Cx<'_, P>) -> Reply {
    let cookie = browser.session.as_ref().map(|_| no_session_cookie(cx));
    let reply = go_on(asked, &[], cx).noted(Note::event("not_signed_in")).with_cookie(cookie);
    concerning(asked, None, reply)
}

/// The user stays signed in. Not to the client: RP-Initiated Logout §3 sends the browser there when a logout has been
/// performed, and its page would say so.
pub(super) fn stay<P: Platform>(asked: &LogoutRequest, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let front = Url::parse(&own_url("/", &[], cx)).map_err(|_| OAuthError::internal("issuer_unparsable"))?;
    Ok(concerning(asked, None, redirect_to(&front).noted(Note::event("sign_out_declined"))))
}

/// RP-Initiated Logout §3: to the client with its `state`, by way of a page where there are frames to load.
fn go_on<P: Platform>(asked: &LogoutRequest, frames: &[String], cx: &Cx<'_, P>) -> Reply {
    let location = asked.redirect.as_ref().and_then(PostLogoutRedirect::location);
    match location {
        Some(location) if frames.is_empty() => redirect_to(&location),
        location => {
            let client_name = asked.client.as_deref().map(Client::display_name);
            page::signed_out(location.as_ref().map(Url::as_str).zip(client_name.as_deref()), frames, cx)
        }
    }
}

/// The URLs that the browser loads to sign out of the session's clients. One whose record cannot be read just now has
/// none; its errand tries once more.
async fn frames<P: Platform>(session: &Session, cx: &Cx<'_, P>) -> Vec<String> {
    let clients = together::all(session.clients.iter().map(|id| facts::client(id, cx))).await;
    clients.into_iter().flatten().flatten().filter_map(|client| frame(&client, session.sid, cx)).collect()
}

/// Front-Channel Logout §2: the URL with `iss` and `sid` added to its query. Always both, since a browser that keeps
/// cookies from frames leaves the client nothing else to know the session by.
fn frame<P: Platform>(client: &Client, sid: SessionId, cx: &Cx<'_, P>) -> Option<String> {
    let uri = client.frontchannel_logout_uri.as_ref().filter(|_| !client.disabled)?;
    let mut url = Url::parse(uri.as_str()).ok()?;
    let sid = session_id_for(sid, &client.client_id);
    url.query_pairs_mut().append_pair("iss", cx.config.issuer.as_str()).append_pair("sid", &sid);
    Some(url.into())
}

fn concerning(asked: &LogoutRequest, session: Option<&Session>, reply: Reply) -> Reply {
    let client = asked.client.as_ref().map(|client| &client.client_id);
    reply.concerning(client, session.map(|session| session.subject))
}
