//! Where a person connects a device (RFC 8628 §3.3): signs in, types what the device shows, and says whether it may.
//!
//! * [`code`]: from what was typed to what the device asks for
//! * [`answer`]: the user's yes or no
//!
//! Signing in comes first, so that every guess at a code is somebody's. A link that brings the code along fills it in and
//! does no more: looking at it changes nothing, and counts nothing.

mod answer;
mod code;

use super::browser::{Browser, FormAbout};
use super::facts;
use super::language::own_url;
use super::page::{self, FailedSignIn};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Note, Params, Reply, Request, redirect_to};
use crate::oauth::UserCode;
use crate::pages::{SignInProblem, UserCodeForm, UserCodeProblem};
use crate::seal::{PendingDevice, Session};
use crate::store::Revocations;

/// Somebody who is signed in, and what the user's ledger object knows at once: whoever was signed out elsewhere may not let
/// a device in any more.
struct Visitor {
    session: Session,
    revocations: Revocations,
}

impl Visitor {
    async fn of<P: Platform>(browser: &Browser, cx: &Cx<'_, P>) -> Result<Option<Self>, OAuthError> {
        let Some(session) = browser.session.clone() else { return Ok(None) };
        let revocations = facts::strict_revocations(session.subject, session.home, cx).await?;
        let dead = revocations.reach_session(session.sid, session.auth, session.cred).is_some();
        Ok((!dead).then_some(Self { session, revocations }))
    }
}

/// Asks for the code, or takes it, or takes the answer.
pub(super) async fn device<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    match request.method {
        Method::Post => posted(request, cx).await,
        _ => show(request, cx).await,
    }
}

async fn show<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    // RFC 8628 §3.3.1
    let code = Params::of_query(request)?.one("user_code")?.and_then(UserCode::parse);
    let code = code.map(|code| code.to_string());
    let browser = Browser::of(request, cx);
    match Visitor::of(&browser, cx).await? {
        Some(visitor) => ask(visitor.session, &browser, code.as_deref().unwrap_or_default(), None, cx),
        None => ask_to_sign_in(&browser, code.as_deref(), None, cx),
    }
}

async fn posted<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (ticket, browser) = Browser::with_ticket(request, &params, cx)?;
    let pending = ticket.device.ok_or(OAuthError::stale_form("ticket_of_another_form"))?;
    let typed = params.one("user_code")?.or(pending.user_code.as_deref());
    let code = typed.and_then(UserCode::parse).map(|code| code.to_string());
    if params.one("decision")? == Some("switch") {
        // Whoever is signed in by now: this gives nothing away.
        return ask_to_sign_in(&browser, code.as_deref(), None, cx);
    }
    let Some(visitor) = Visitor::of(&browser, cx).await? else {
        let ended = FailedSignIn { username: "", problem: SignInProblem::SessionEnded };
        return ask_to_sign_in(&browser, code.as_deref(), Some(ended), cx);
    };
    if ticket.sid != Some(visitor.session.sid) {
        // Signed in anew meanwhile, perhaps as somebody else: that user begins with the code.
        return ask(visitor.session, &browser, code.as_deref().unwrap_or_default(), None, cx);
    }
    match pending.request {
        None => code::typed(&params, (visitor, browser), cx).await,
        Some(asked) => {
            let form = answer::Form { user_code: pending.user_code.unwrap_or_default(), asked, attempt: ticket.id };
            answer::take(form, &params, (visitor, browser), cx).await
        }
    }
}

/// Shows the page that asks for the code.
fn ask<P: Platform>(
    session: Session,
    browser: &Browser,
    user_code: &str,
    problem: Option<UserCodeProblem>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let about = FormAbout { device: Some(PendingDevice::default()), ..FormAbout::default() };
    let (ticket, cookie) = browser.ticket(Some(session.sid), about, cx)?;
    let form = UserCodeForm {
        action: &cx.config.issuer.url("/device"),
        ticket: &ticket,
        signed_in_as: &session.username,
        user_code,
        problem,
    };
    let reply = page::user_code(&form, cx).with_cookie(cookie).concerning(None, Some(session.subject));
    browser.with_session(reply, session, cx)
}

/// Shows it once more, with what was typed. The log has the cause; the page tells alike whatever is wrong with a code.
fn refuse<P: Platform>(
    (session, browser): (Session, &Browser),
    typed: &str,
    (problem, cause): (UserCodeProblem, &'static str),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let subject = Some(session.subject);
    let reply = ask(session, browser, typed, Some(problem), cx)?;
    let note = Note { event: "user_code_refused", cause: Some(cause), ..Note::default() };
    Ok(reply.noted(note).concerning(None, subject))
}

/// Shows the sign-in page, which leads back here with the code.
pub(super) fn ask_to_sign_in<P: Platform>(
    browser: &Browser,
    user_code: Option<&str>,
    failed: Option<FailedSignIn<'_>>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let pending = PendingDevice { user_code: user_code.map(str::to_owned), request: None };
    let about = FormAbout { device: Some(pending), ..FormAbout::default() };
    let (ticket, cookie) = browser.ticket(None, about, cx)?;
    Ok(page::own_sign_in(failed, true, &ticket, cx).with_cookie(cookie))
}

/// Leads here with the code, after signing in. A code has letters and a dash only.
pub(super) fn go_on<P: Platform>(user_code: Option<&str>, cx: &Cx<'_, P>) -> Reply {
    let code = user_code.map(|code| ("user_code", code));
    redirect_to(own_url("/device", code.as_slice(), cx))
}
