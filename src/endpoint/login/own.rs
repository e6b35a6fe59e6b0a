//! Signing in where no app is waiting: to one's own account, where the password is typed once more before it is changed,
//! and to connect a device.

use super::super::account;
use super::super::browser::{Browser, device};
use super::super::device as connecting;
use super::super::page::FailedSignIn;
use super::{Where, begin, failed, try_password};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply, Request};
use crate::pages::SignInProblem;
use crate::seal::{Session, Ticket};

/// Signs in, and leads to the account page, or to the page that asks for the device's code.
pub(super) async fn login<P: Platform>(
    request: &Request,
    params: &Params,
    (ticket, browser): (Ticket, Browser),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let session = browser.session.clone().filter(|session| Some(session.sid) == ticket.sid);
    if let (Some(session), None) = (session, &ticket.device) {
        return confirm(request, params, (session, browser), cx).await;
    }
    let (username, device) = (params.one("username")?.unwrap_or_default(), device(request, cx));
    let fail = |problem| -> Result<Reply, OAuthError> {
        let again = Some(FailedSignIn { username, problem });
        let reply = match &ticket.device {
            Some(pending) => connecting::ask_to_sign_in(&browser, pending.user_code.as_deref(), again, cx)?,
            None => account::ask_to_sign_in(&browser, again, cx)?,
        };
        Ok(reply.noted(failed(problem)))
    };
    let right = match try_password(username, params.one("password")?, device.as_ref(), cx).await? {
        Ok(right) => right,
        Err(problem) => return fail(problem),
    };
    let place = Where { user_agent: request.user_agent.as_deref(), device };
    let Some((session, cookie)) = begin(&right, place, None, cx).await? else {
        return fail(SignInProblem::WrongNameOrPassword);
    };
    let reply = match &ticket.device {
        Some(pending) => connecting::go_on(pending.user_code.as_deref(), cx),
        None => account::back(None, cx),
    };
    let reply = reply.noted(Note::event("signed_in")).concerning(None, Some(session.subject));
    Ok(browser.with_session(reply, session, cx)?.with_cookie(Some(cookie)).leaving(right.clear))
}

/// Takes the password once more from the user who is signed in, whatever name the form says. The session stays what it
/// is: what descends from it, and the clients that know it, are not left behind under an older one. Whether it is alive
/// the account page asks.
async fn confirm<P: Platform>(
    request: &Request,
    params: &Params,
    (mut session, browser): (Session, Browser),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let device = device(request, cx);
    let tried = try_password(&session.username, params.one("password")?, device.as_ref(), cx).await?;
    let problem = match tried {
        Ok(right) if right.is_of(&session) => {
            session.confirmed = Some(cx.now);
            let subject = Some(session.subject);
            let reply = account::back(None, cx).noted(Note::event("password_confirmed")).concerning(None, subject);
            return Ok(browser.with_session(reply, session, cx)?.leaving(right.clear));
        }
        Ok(_) => SignInProblem::WrongNameOrPassword,
        Err(problem) => problem,
    };
    Ok(account::ask_again(&browser, &session, Some(problem), cx)?.noted(failed(problem)))
}
