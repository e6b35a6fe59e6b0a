//! Signing out (OpenID Connect RP-Initiated Logout 1.0): a request of a client, a question where it does not prove whom
//! it is about, and the end of the session. What was to outlast the session (`offline_access`) is spared.

mod decision;
mod request;
mod response;

use super::browser::{Browser, come_again};
use super::facts;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Params, Reply, Request};
use crate::seal::Session;
use decision::{Decision, decide};
use request::LogoutRequest;
use std::slice;

/// Takes a logout request, or what the user answered to the question.
pub(super) async fn end_session<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    // RP-Initiated Logout §2: GET and POST.
    let params = match request.method {
        Method::Post => Params::of_form(request)?,
        _ => Params::of_query(request)?,
    };
    if request.method == Method::Post && params.one("ticket")?.is_some() {
        return answered(request, &params, cx).await;
    }
    let asked = LogoutRequest::parse(&params, cx).await?;
    let browser = Browser::of(request, cx);
    if browser.must_come_again(request, cx) {
        let redirect_uri = asked.redirect_uri().map(slice::from_ref);
        return Ok(come_again("/end_session", &params, redirect_uri.unwrap_or_default(), cx));
    }
    let session = living(&browser, cx).await?;
    let sub = session.as_ref().and_then(|session| asked.sub_of(session, cx));
    match (decide(&asked, session.as_ref(), sub.as_deref()), session) {
        (Decision::SignOut, Some(session)) => response::sign_out(&asked, &session, cx).await,
        (Decision::Ask, Some(session)) => response::ask(&asked, &session, &browser, cx),
        _ => Ok(response::nobody(&asked, &browser, cx)),
    }
}

/// The form of the question came back.
async fn answered<P: Platform>(request: &Request, params: &Params, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let (ticket, browser) = Browser::with_ticket(request, params, cx)?;
    let pending = ticket.sign_out.ok_or(OAuthError::stale_form("ticket_of_another_form"))?;
    let asked = LogoutRequest::resume(&pending, cx).await?;
    match params.one("decision")? {
        Some("sign_out") => {}
        Some("stay") => return response::stay(&asked, cx),
        _ => return Err(OAuthError::invalid_request("The form is incomplete.", "decision_missing")),
    }
    match living(&browser, cx).await? {
        // The question was about this very sign-in.
        Some(session) if Some(session.sid) == ticket.sid => response::sign_out(&asked, &session, cx).await,
        // Somebody signed in meanwhile, who was not asked.
        Some(session) => response::ask(&asked, &session, &browser, cx),
        // The form was sent twice, or the session ended by itself.
        None => Ok(response::nobody(&asked, &browser, cx)),
    }
}

/// Who is signed in, unless that was revoked.
async fn living<P: Platform>(browser: &Browser, cx: &Cx<'_, P>) -> Result<Option<Session>, OAuthError> {
    let Some(session) = &browser.session else { return Ok(None) };
    let revocations = facts::revocations(session.subject, cx).await?;
    let dead = revocations.reach_session(session.sid, session.auth, session.cred).is_some();
    Ok((!dead).then(|| session.clone()))
}
