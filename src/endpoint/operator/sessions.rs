//! `user.sessions`, `revoke.user`, `revoke.session`, `revoke.family`: what a user began, and ending it.

use super::users::{changed, login};
use super::{Failure, Operator, Refusal, UserName, UserSessions, done};
use crate::cx::{Cx, Platform};
use crate::endpoint::account::notices;
use crate::endpoint::facts::strict_revocations;
use crate::endpoint::revoke::revoke;
use crate::http::Reply;
use crate::oauth::{Bytes16, SessionId};
use crate::store::{Ancestor, Ledger as _, LedgerError, Login, Revocation, SignInRow, twice};

/// Where a user is signed in.
pub(super) async fn list<P: Platform>(name: &UserName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (_, login) = login(&name.username, cx).await?;
    if cx.config.ledger.is_none() {
        return Err(Refusal::bad("ledger_off", "No list of sign-ins is kept here: LEDGER is off.").into());
    }
    let sessions = sign_ins(&login, cx).await?;
    let listed = UserSessions { username: login.username.as_str().to_owned(), sub: login.sub, sessions };
    Ok(done("operator.user_sessions", &listed).concerning(None, Some(login.sub)))
}

async fn sign_ins<P: Platform>(login: &Login, cx: &Cx<'_, P>) -> Result<Vec<SignInRow>, LedgerError> {
    twice(async || cx.platform.ledger().sign_ins(login.sub, login.home).await).await
}

/// What of a user is to end.
pub(super) enum Begun<'a> {
    /// Everything; the password stays good.
    All,
    /// One sign-in with all that descends from it.
    Session(&'a str),
    /// All that descends from one code. Families are listed nowhere: one of somebody else's is not told apart, and not
    /// reached.
    Family(&'a str),
}

/// Ends it.
pub(super) async fn end<P: Platform>(
    username: &str,
    begun: Begun<'_>,
    _: &Operator,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let (_, login) = login(username, cx).await?;
    let (event, ancestor) = match begun {
        Begun::All => ("operator.revoke_user", Ancestor::Subject),
        Begun::Session(session) => {
            let sid = id(session, "session_malformed", "session: not an id as user.sessions lists it")?;
            refuse_foreign(sid, &login, cx).await?;
            ("operator.revoke_session", Ancestor::Session(sid))
        }
        Begun::Family(family) => {
            let family = id(family, "family_malformed", "family: not an id as the log names it")?;
            ("operator.revoke_family", Ancestor::Family(family))
        }
    };
    let revocation = Revocation { ancestor, at: cx.now };
    revoke(login.sub, login.home, &revocation, cx).await?;
    let reply = changed(event, &login);
    // Back-Channel Logout §2.5: clients are told where a session ended.
    Ok(match revocation.ancestor {
        Ancestor::Family(family) => reply.in_family(family),
        Ancestor::Session(sid) => reply.leaving(notices(login.sub, (&[], Some(sid)), cx).await),
        _ => reply.leaving(notices(login.sub, (&[], None), cx).await),
    })
}

/// Whoever names a session of somebody else would believe that it ended. One that is revoked is no longer listed; it
/// may be named again, because the answer to the call before may have been lost.
async fn refuse_foreign<P: Platform>(sid: SessionId, login: &Login, cx: &Cx<'_, P>) -> Result<(), Failure> {
    if cx.config.ledger.is_none() {
        return Ok(());
    }
    let listed = sign_ins(login, cx).await?.iter().any(|row| row.sid == sid);
    if listed || strict_revocations(login.sub, login.home, cx).await?.names_session(sid) {
        return Ok(());
    }
    Err(Refusal::unknown("session_unknown", "The user has no such sign-in, or it has ended.").into())
}

fn id<T: Bytes16>(text: &str, cause: &'static str, description: &str) -> Result<T, Refusal> {
    T::parse(text).ok_or_else(|| Refusal::bad(cause, description))
}
