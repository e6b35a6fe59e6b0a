//! Signing in with a name and a password.

use super::authorize::refuse;
use super::interaction::{Interaction, new_session};
use super::page::FailedSignIn;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Params, Reply, Request};
use crate::pages::SignInProblem;
use crate::password::{self, Password};
use crate::store::{self, Key, Login, UserName};

/// Checks the form and goes on with the request that waits in it.
pub(super) async fn login<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (mut interaction, _) = Interaction::resume(request, &params, cx).await?;
    if params.one("decision")? == Some("cancel") {
        let error = OAuthError::new(ErrorCode::AccessDenied, "The user did not sign in.", "sign_in_cancelled");
        let reply = refuse(&interaction.return_to, &error, cx);
        return Ok(reply.concerning(Some(&interaction.client.client_id), None));
    }
    let typed = params.one("username")?.unwrap_or_default();
    let (Some(password), false) = (params.one("password")?, typed.is_empty()) else {
        return fail(&interaction, typed, SignInProblem::Empty, cx);
    };
    let Some(login) = verify(typed, password, cx).await? else {
        return fail(&interaction, typed, SignInProblem::WrongNameOrPassword, cx);
    };
    let revocations = interaction.known(login.sub, cx).await?.revocations;
    // A record of a removed user or an older password, which KV may still show after the change.
    if revocations.is_removed() || revocations.reach_credential(login.cred) {
        return fail(&interaction, typed, SignInProblem::WrongNameOrPassword, cx);
    }
    interaction.session = Some(new_session(&login, revocations.stamp(cx.now), cx)?);
    interaction.signed_in = true;
    interaction.proceed(cx).await
}

/// The account, when name and password are right. An unknown name costs the same work as a wrong password: one read
/// and one hash.
async fn verify<P: Platform>(typed: &str, password: &str, cx: &Cx<'_, P>) -> Result<Option<Login>, OAuthError> {
    let name = UserName::parse(typed, cx.platform);
    let key = Key::login(name.as_ref().map_or(typed, UserName::as_str));
    let login: Option<Login> = store::read(cx.store(), &key).await?.filter(|_| name.is_some());
    let stored = login.as_ref().map(|login| login.password.as_str());
    let right = Password::presented(password, cx.platform).is_some_and(|password| password::verify(stored, &password));
    Ok(login.filter(|_| right))
}

fn fail<P: Platform>(
    interaction: &Interaction,
    username: &str,
    problem: SignInProblem,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let cause = match problem {
        SignInProblem::Empty => "sign_in_incomplete",
        _ => "wrong_name_or_password",
    };
    let reply = interaction.ask_to_sign_in(Some(FailedSignIn { username, problem }), cx)?;
    let note = Note { event: "sign_in_failed", cause: Some(cause), ..Note::default() };
    Ok(reply.noted(note).concerning(Some(&interaction.client.client_id), None))
}
