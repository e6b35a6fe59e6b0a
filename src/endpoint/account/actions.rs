//! What the forms of the account page do. Each revokes first: whatever fails afterwards, nothing is alive that the user
//! was told is dead, and the form can be sent again.

use super::super::browser::{Browser, device, no_session_cookie};
use super::super::login::{Where, begin, try_password};
use super::super::revoke::revoke;
use super::super::{credential, facts, new_password};
use super::visitor::Visitor;
use super::{apps, back, view};
use crate::consent::ConsentRecord;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Errand, Note, Params, Reply, Request};
use crate::oauth::{ClientId, SessionId, SubjectId, Timestamp};
use crate::pages::{AccountNotice, NewPasswordProblem, SignInProblem};
use crate::seal::Session;
use crate::store::{self, Ancestor, Key, Revocation, SignInRow, Store as _};
use crate::together;

/// What a form asks for.
#[derive(Debug)]
pub(super) enum Action {
    Disconnect(ClientId),
    SignOutHere,
    SignOutThere(SignInRow),
    SignOutEverywhere,
    ChangePassword,
}

impl Action {
    /// Reads the form; `None` when it names nothing that there is.
    pub(super) fn of(params: &Params, visitor: &Visitor) -> Result<Option<Self>, OAuthError> {
        let here = |row: &SignInRow| row.sid == visitor.session.sid;
        Ok(match params.one("do")? {
            Some("disconnect") => params.one("app")?.and_then(ClientId::parse).map(Self::Disconnect),
            Some("sign_out") => match params.one("sign_in")? {
                None => Some(Self::SignOutHere),
                Some(id) => visitor
                    .sign_in(id)
                    .map(|row| if here(row) { Self::SignOutHere } else { Self::SignOutThere(row.clone()) }),
            },
            Some("sign_out_everywhere") => Some(Self::SignOutEverywhere),
            Some("change_password") => Some(Self::ChangePassword),
            _ => None,
        })
    }

    /// Whether whoever finds a browser unattended must not do it. A change of the password asks for the present one
    /// anyway.
    pub(super) const fn is_dangerous(&self) -> bool {
        matches!(self, Self::Disconnect(_) | Self::SignOutThere(_) | Self::SignOutEverywhere)
    }
}

/// Does it.
pub(super) async fn perform<P: Platform>(
    action: Action,
    (visitor, browser): (Visitor, Browser),
    (request, params): (&Request, &Params),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let subject = visitor.session.subject;
    let reply = match action {
        Action::Disconnect(client) => disconnect(&client, visitor, &browser, cx).await,
        Action::SignOutHere => sign_out_here(&visitor.session, cx).await,
        Action::SignOutThere(row) => sign_out_there(&row, &visitor.session, cx).await,
        Action::SignOutEverywhere => sign_out_everywhere(&visitor, cx).await,
        Action::ChangePassword => change_password(visitor, browser, (request, params), cx).await,
    };
    Ok(reply?.concerning(None, Some(subject)))
}

/// Takes back what a client was allowed, in every browser. It is not told: its user goes on being signed in here, and
/// Back-Channel Logout has a message for ended sessions only. It learns when its tokens are refused.
async fn disconnect<P: Platform>(
    client: &ClientId,
    visitor: Visitor,
    browser: &Browser,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let mut session = visitor.session.clone();
    let key = Key::consent(session.subject, client);
    let record: Option<ConsentRecord> = store::read(cx.store(), &key).await?;
    if record.is_none() && !session.clients.contains(client) {
        return view::show(visitor, browser, Some(AccountNotice::Unchanged), cx).await;
    }
    let entries = record.map(|record| record.entries).unwrap_or_default();
    let newest = entries.iter().map(|entry| entry.granted).fold(cx.now, Timestamp::max);
    revoke_of(&session, Ancestor::Consent(client.digest()), newest, cx).await?;
    cx.store().delete(&key).await?;
    session.forget_client(client);
    browser.with_session(back(Some("disconnected"), cx).noted(Note::event("disconnected")), session, cx)
}

/// Ends this browser's session and all that descends from it.
async fn sign_out_here<P: Platform>(session: &Session, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    revoke_of(session, Ancestor::Session(session.sid), session.auth, cx).await?;
    let (subject, sid) = (session.subject, Some(session.sid));
    let told = session.clients.iter().map(|client| Errand::NotifyLogout { client: client.clone(), subject, sid });
    let reply = back(None, cx).with_cookie(Some(no_session_cookie(cx))).leaving(told);
    Ok(reply.noted(Note::event("signed_out")))
}

/// Ends the session of another browser and all that descends from it. Which clients that one signed in to only its own
/// cookie tells: those that have a stored consent are told its name, which the others among them do not know.
async fn sign_out_there<P: Platform>(row: &SignInRow, session: &Session, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    revoke_of(session, Ancestor::Session(row.sid), row.auth, cx).await?;
    let told = notices(session.subject, (&[], Some(row.sid)), cx).await;
    Ok(back(Some("signed_out"), cx).leaving(told).noted(Note::event("signed_out_elsewhere")))
}

/// Ends every session and all that descends from them.
async fn sign_out_everywhere<P: Platform>(visitor: &Visitor, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let session = &visitor.session;
    let newest = visitor.sign_ins.iter().flatten().map(|row| row.auth).fold(session.auth, Timestamp::max);
    revoke_of(session, Ancestor::Subject, newest, cx).await?;
    let told = notices(session.subject, (&session.clients, None), cx).await;
    let reply = back(None, cx).with_cookie(Some(no_session_cookie(cx))).leaving(told);
    Ok(reply.noted(Note::event("signed_out_everywhere")))
}

/// Puts another password in the place of the present one, which ends every session; this browser gets a new one.
async fn change_password<P: Platform>(
    visitor: Visitor,
    browser: Browser,
    (request, params): (&Request, &Params),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let password = match new_password::chosen(params, cx)? {
        Ok(password) => password,
        Err(problem) => return view::show(visitor, &browser, Some(unfit(problem)), cx).await,
    };
    let (session, device) = (visitor.session.clone(), device(request, cx));
    let tried = try_password(&session.username, params.one("current_password")?, device.as_ref(), cx).await?;
    let mut right = match tried {
        Ok(right) if right.is_of(&session) => right,
        other => return view::show(visitor, &browser, Some(refused(other.err())), cx).await,
    };
    match credential::replace(&right.login, &credential::hash(&password, cx)?, cx).await {
        Ok(login) => right.login = login,
        Err(_) => return new_password::once_more(&right.login, cx),
    }
    let told = notices(session.subject, (&session.clients, None), cx).await;
    let place = Where { user_agent: request.user_agent.as_deref(), device };
    let reply = back(Some("password_changed"), cx).leaving(told).leaving(right.clear.take());
    let reply = reply.noted(Note::event("password_changed"));
    match begin(&right, place, None, cx).await {
        Ok(Some((session, cookie))) => Ok(browser.with_session(reply, session, cx)?.with_cookie(Some(cookie))),
        // The password is changed all the same; the user signs in with it.
        Ok(None) | Err(_) => Ok(reply.with_cookie(Some(no_session_cookie(cx)))),
    }
}

async fn revoke_of<P: Platform>(
    session: &Session,
    ancestor: Ancestor,
    at: Timestamp,
    cx: &Cx<'_, P>,
) -> Result<Timestamp, OAuthError> {
    revoke(session.subject, session.home, &Revocation { ancestor, at }, cx).await
}

/// Whom to tell that a session of a user ended, or all where none is named: these clients, and those that have a stored
/// consent. Nothing that was promised rests on it, so what cannot be read is left out.
pub(in crate::endpoint) async fn notices<P: Platform>(
    subject: SubjectId,
    (carried, sid): (&[ClientId], Option<SessionId>),
    cx: &Cx<'_, P>,
) -> Vec<Errand> {
    /// One request to a client each.
    const MAX: usize = 20;
    let stored = apps::records(subject, cx).await.map(|(records, _)| records).unwrap_or_default();
    let stored = stored.into_iter().map(|(client, _)| client).filter(|client| !carried.contains(client));
    let clients: Vec<ClientId> = carried.iter().cloned().chain(stored).collect();
    let registered = together::all(clients.iter().map(|client| facts::client(client, cx))).await;
    let told = clients.into_iter().zip(registered).filter_map(|(client, registered)| {
        registered.ok()??.backchannel_logout_uri.as_ref()?;
        Some(Errand::NotifyLogout { client, subject, sid })
    });
    told.take(MAX).collect()
}

const fn unfit(problem: NewPasswordProblem) -> AccountNotice {
    match problem {
        NewPasswordProblem::Differ => AccountNotice::PasswordsDiffer,
        NewPasswordProblem::TooLong => AccountNotice::PasswordTooLong,
        NewPasswordProblem::TooShort => AccountNotice::PasswordTooShort,
        NewPasswordProblem::NotSaved | NewPasswordProblem::Unfit => AccountNotice::PasswordUnfit,
    }
}

const fn refused(problem: Option<SignInProblem>) -> AccountNotice {
    match problem {
        Some(SignInProblem::TooManyTries { wait_seconds }) => AccountNotice::TooManyTries { wait_seconds },
        _ => AccountNotice::WrongPassword,
    }
}
