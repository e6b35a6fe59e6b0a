//! Signing in with a name and a password, and the choice of the account that is signed in.
//!
//! * [`attempt`]: one try of a password, and who has to wait
//! * [`begin`]: the session that follows
//! * [`own`]: signing in to one's own account, and to connect a device

mod attempt;
mod begin;
mod own;

pub(super) use attempt::{ADDRESS_WAIT, Right, account, count, try_password};
pub(super) use begin::{Where, begin};

use super::authorize::refuse;
use super::browser::{Browser, device};
use super::interaction::Interaction;
use super::page::FailedSignIn;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Params, Reply, Request};
use crate::oauth::{Prompt, SessionId};
use crate::pages::SignInProblem;

/// Checks the form and goes on with what waits in it: a client's request, or the user's own account.
pub(super) async fn login<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (ticket, browser) = Browser::with_ticket(request, &params, cx)?;
    if ticket.is_about_account() || ticket.device.is_some() {
        return own::login(request, &params, (ticket, browser), cx).await;
    }
    let (mut interaction, shown_to) = Interaction::of_ticket(ticket, browser, cx).await?;
    match params.one("decision")? {
        Some("cancel") => {
            let error = OAuthError::new(ErrorCode::AccessDenied, "The user did not sign in.", "sign_in_cancelled");
            let reply = refuse(&interaction.return_to, &error, cx);
            return Ok(reply.concerning(Some(&interaction.client.client_id), None));
        }
        Some("switch") => return interaction.ask_to_sign_in(None, cx),
        Some("continue") => return go_on(interaction, shown_to, cx).await,
        _ => {}
    }
    let (typed, device) = (params.one("username")?.unwrap_or_default(), device(request, cx));
    let right = match try_password(typed, params.one("password")?, device.as_ref(), cx).await? {
        Ok(right) => right,
        Err(problem) => return fail(&interaction, typed, problem, cx),
    };
    let known = match cx.config.ledger {
        Some(_) => None,
        None => Some(interaction.known(right.login.sub, cx).await?.revocations),
    };
    let place = Where { user_agent: request.user_agent.as_deref(), device };
    let Some((session, cookie)) = begin(&right, place, known, cx).await? else {
        return fail(&interaction, typed, SignInProblem::WrongNameOrPassword, cx);
    };
    interaction.session = Some(session);
    interaction.signed_in = true;
    Ok(interaction.proceed(cx).await?.with_cookie(Some(cookie)).leaving(right.clear))
}

/// Goes on with the account that is signed in, as it was shown (OpenID Connect Core §3.1.2.1, `select_account`). Where
/// somebody else is signed in by now, they are asked anew.
async fn go_on<P: Platform>(
    mut interaction: Interaction,
    shown_to: Option<SessionId>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let shown = interaction.session.as_ref().is_some_and(|session| Some(session.sid) == shown_to);
    if shown {
        interaction.pending.prompts = interaction.pending.prompts.answered(Prompt::SelectAccount);
    }
    interaction.proceed(cx).await
}

fn fail<P: Platform>(
    interaction: &Interaction,
    username: &str,
    problem: SignInProblem,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let reply = interaction.ask_to_sign_in(Some(FailedSignIn { username, problem }), cx)?;
    Ok(reply.noted(failed(problem)).concerning(Some(&interaction.client.client_id), None))
}

/// What the log says of a sign-in that failed.
fn failed(problem: SignInProblem) -> Note {
    let cause = match problem {
        SignInProblem::Empty => "sign_in_incomplete",
        SignInProblem::TooManyTries { .. } => "too_many_tries",
        _ => "wrong_name_or_password",
    };
    Note { event: "sign_in_failed", cause: Some(cause), ..Note::default() }
}
