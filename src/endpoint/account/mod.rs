//! The user's own account: the apps that may use it, the browsers that are signed in to it, its password.
//!
//! * [`visitor`]: who looks at it
//! * [`apps`]: the apps, from what is stored and what the browser carries
//! * [`view`]: the page
//! * [`actions`]: what its forms do
//!
//! A form that succeeded is answered by a redirect to the page, so that a reload repeats nothing; one that did not, by
//! the page itself.

mod actions;
mod apps;
mod view;
mod visitor;

pub(super) use actions::notices;

use super::browser::{Browser, FormAbout};
use super::language::own_url;
use super::page::{self, FailedSignIn};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Params, Reply, Request, redirect_to};
use crate::oauth::Lifetime;
use crate::pages::{AccountNotice, SignInProblem};
use crate::seal::Session;
use actions::Action;
use visitor::Visitor;

/// After so long the password is asked for once more before something is changed.
const ASKED_LATELY: Lifetime = Lifetime::seconds(10 * 60);

/// What a redirect says was done, and what the page says of it.
const DONE: &[(&str, AccountNotice)] = &[
    ("disconnected", AccountNotice::Disconnected),
    ("password_changed", AccountNotice::PasswordChanged),
    ("signed_out", AccountNotice::SignedOutElsewhere),
];

/// Shows the account, or changes something about it.
pub(super) async fn account<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    match request.method {
        Method::Post => change(request, cx).await,
        _ => show(request, cx).await,
    }
}

async fn show<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_query(request)?;
    let done = params.one("done")?;
    let notice = DONE.iter().find(|(word, _)| done == Some(*word)).map(|(_, notice)| *notice);
    let browser = Browser::of(request, cx);
    match Visitor::of(&browser, cx).await? {
        Some(visitor) => view::show(visitor, &browser, notice, cx).await,
        None => ask_to_sign_in(&browser, None, cx),
    }
}

async fn change<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (ticket, browser) = Browser::with_ticket(request, &params, cx)?;
    if !ticket.is_about_account() {
        return Err(OAuthError::stale_form("ticket_of_another_form"));
    }
    let Some(visitor) = Visitor::of(&browser, cx).await? else {
        let ended = FailedSignIn { username: "", problem: SignInProblem::SessionEnded };
        return ask_to_sign_in(&browser, Some(ended), cx);
    };
    let action = Action::of(&params, &visitor)?;
    // Signed in anew meanwhile, perhaps as somebody else; or what the form names is gone.
    let (Some(action), true) = (action, ticket.sid == Some(visitor.session.sid)) else {
        return view::show(visitor, &browser, Some(AccountNotice::Unchanged), cx).await;
    };
    if action.is_dangerous() && !visitor.session.asked_within(ASKED_LATELY, cx.now) {
        // Nothing is done by itself afterwards: the user comes back to the page and sees what there is to do.
        return ask_again(&browser, &visitor.session, None, cx);
    }
    actions::perform(action, (visitor, browser), (request, &params), cx).await
}

/// Leads to the page, which says what was done.
pub(super) fn back<P: Platform>(done: Option<&str>, cx: &Cx<'_, P>) -> Reply {
    let done = done.map(|done| ("done", done));
    redirect_to(own_url("/account", done.as_slice(), cx))
}

/// Shows the sign-in page, which leads back here.
pub(super) fn ask_to_sign_in<P: Platform>(
    browser: &Browser,
    failed: Option<FailedSignIn<'_>>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let (ticket, cookie) = browser.ticket(None, FormAbout::default(), cx)?;
    Ok(page::own_sign_in(failed, false, &ticket, cx).with_cookie(cookie))
}

/// Asks for the password once more.
pub(super) fn ask_again<P: Platform>(
    browser: &Browser,
    session: &Session,
    problem: Option<SignInProblem>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let (ticket, cookie) = browser.ticket(Some(session.sid), FormAbout::default(), cx)?;
    let reply = page::confirm(&session.username, problem, &ticket, cx).with_cookie(cookie);
    Ok(reply.concerning(None, Some(session.subject)))
}
