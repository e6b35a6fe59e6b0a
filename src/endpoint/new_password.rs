//! The link by which a user sets a password: an invitation, or a reset. Looking at it changes nothing, so that whatever
//! opens links in messages spends none.

use super::browser::{device, device_cookie, is_foreign};
use super::language::own_url;
use super::{credential, facts, login, page};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Errand, Method, Params, Reply, Request};
use crate::oauth::{Lifetime, Timestamp};
use crate::pages::{self, NewPasswordProblem};
use crate::password::{Password, PasswordError};
use crate::seal::Link;
use crate::store::{self, Key, Login, ObjectName, Spend, Spent};
use minicbor::bytes::ByteArray;

/// A password that could not be set leaves the revocation of the one before, and a link to try again. That link counts as
/// made so much later, because the revocation's clock may be ahead.
const CLOCKS_APART: Lifetime = Lifetime::seconds(60);

/// Makes a link for the user of this record; `invited` where it is for the first password.
///
/// # Errors
/// When the platform has no randomness to give.
pub fn link<P: Platform>(login: &Login, invited: bool, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
    let link = seal(login, invited, cx.now, cx)?;
    Ok(format!("{}?link={link}", own_url("/password", &[], cx)))
}

fn seal<P: Platform>(login: &Login, invited: bool, made: Timestamp, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
    let lifetime = if invited { Link::INVITED } else { Link::RESET };
    let link = Link {
        id: ByteArray::from(cx.random()?),
        subject: login.sub,
        home: login.home,
        username: login.username.as_str().to_owned(),
        cred: login.cred,
        until: made.after(lifetime),
        invited,
    };
    cx.seal(&link)
}

/// Shows the form, or sets the password.
pub(super) async fn new_password<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let posted = request.method == Method::Post;
    let params = if posted { Params::of_form(request)? } else { Params::of_query(request)? };
    let sealed = params.required("link", "The link is incomplete.")?;
    let link = cx.open::<Link>(sealed).map_err(|_| dead("link_not_ours_or_late"))?.into_inner();
    if !posted {
        standing(&link, cx).await?;
        return Ok(form(sealed, &link, None, cx));
    }
    if is_foreign(request, cx) {
        return Err(OAuthError::invalid_request("The form was sent from another site.", "foreign_origin"));
    }
    let password = match chosen(&params, cx)? {
        Ok(password) => password,
        Err(problem) => return Ok(form(sealed, &link, Some(problem), cx)),
    };
    let login = standing(&link, cx).await?;
    let revocations = facts::strict_revocations(login.sub, login.home, cx).await?;
    if revocations.is_removed() || revocations.is_disabled() {
        return Err(dead("link_of_a_user_who_may_not_sign_in"));
    }
    // KV may still show the record that this link replaces, although another password was set since; and what ended with
    // all of the user, when they were disabled say, does not come back.
    if revocations.began_anew_since(link.made()) {
        return Err(dead("link_overtaken"));
    }
    spend(&link, cx).await?;
    match credential::replace(&login, &credential::hash(&password, cx)?, cx).await {
        Ok(login) => {
            let account = login::account(login.username.as_str());
            let told = super::account::notices(login.sub, (&[], None), cx).await;
            let reply = page::password_set(cx).concerning(None, Some(login.sub));
            // Who used the link is the user: strangers who guess meanwhile must not keep them out.
            let cookie = device_cookie(device(request, cx), (account, login.cred), cx)?;
            Ok(reply.with_cookie(Some(cookie)).leaving([Errand::ClearTries(account)]).leaving(told))
        }
        Err(_) => once_more(&login, cx),
    }
}

/// What follows when it is not certain that a password was set: the old one may be dead and the new one not written, so
/// whoever has just proved to be the user gets a fresh link to choose it again.
pub(super) fn once_more<P: Platform>(login: &Login, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let sealed = seal(login, false, cx.now.after(CLOCKS_APART), cx)?;
    let action = own_url("/password", &[], cx);
    let problem = Some(NewPasswordProblem::NotSaved);
    let page = pages::NewPassword {
        action: &action,
        link: &sealed,
        username: login.username.as_str(),
        invited: false,
        problem,
    };
    Ok(page::new_password(&page, cx).concerning(None, Some(login.sub)))
}

/// The password that a form chooses, typed twice.
pub(super) fn chosen<P: Platform>(
    params: &Params,
    cx: &Cx<'_, P>,
) -> Result<Result<Password, NewPasswordProblem>, OAuthError> {
    let password = params.one("new_password")?.unwrap_or_default();
    if password != params.one("new_password_again")?.unwrap_or_default() {
        return Ok(Err(NewPasswordProblem::Differ));
    }
    Ok(Password::chosen(password, cx.platform).map_err(|error| match error {
        PasswordError::TooShort => NewPasswordProblem::TooShort,
        PasswordError::TooLong => NewPasswordProblem::TooLong,
        PasswordError::Characters | PasswordError::Hash | PasswordError::Cost => NewPasswordProblem::Unfit,
    }))
}

/// The user's record, while it holds the password that the link replaces.
async fn standing<P: Platform>(link: &Link, cx: &Cx<'_, P>) -> Result<Login, OAuthError> {
    let login: Option<Login> = store::read(cx.store(), &Key::login(&link.username)).await?;
    let login = login.filter(|login| login.sub == link.subject && login.cred == link.cred);
    login.ok_or(dead("link_overtaken"))
}

/// Spends the link. With the ledger off, it is the password that it replaces which makes it work once.
async fn spend<P: Platform>(link: &Link, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(());
    }
    let (id, exp): ([u8; 16], Timestamp) = (*link.id, link.until);
    let spend = Spend { object: ObjectName::for_links(&id), id, exp, attempt: cx.random()? };
    match store::spend(cx.platform.ledger(), &spend).await? {
        Spent::First => Ok(()),
        Spent::Again { .. } => Err(dead("link_spent")),
        Spent::Late => Err(dead("link_late")),
    }
}

fn form<P: Platform>(sealed: &str, link: &Link, problem: Option<NewPasswordProblem>, cx: &Cx<'_, P>) -> Reply {
    let action = own_url("/password", &[], cx);
    let (username, invited) = (&link.username, link.invited);
    let page = pages::NewPassword { action: &action, link: sealed, username, invited, problem };
    page::new_password(&page, cx).concerning(None, Some(link.subject))
}

const fn dead(cause: &'static str) -> OAuthError {
    OAuthError::invalid_request("This link was used before, or is too old.", cause)
}
