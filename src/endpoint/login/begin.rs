//! Beginning a session.

use super::super::browser::device_cookie;
use super::super::facts;
use super::super::user_agent::browser_name;
use super::Right;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{Bytes16 as _, SessionId};
use crate::seal::{Device, Session};
use crate::store::{self, Ledger as _, Login, Revocations, SignIn, SignInRow, SignedIn, judge_sign_in};

/// In which browser a session begins.
#[derive(Debug)]
pub(in crate::endpoint) struct Where<'a> {
    /// `User-Agent`
    pub user_agent: Option<&'a str>,
    /// The accounts that are no strangers to it.
    pub device: Option<Device>,
}

/// Begins a session for whoever has shown the password: the session, and the cookie by which the browser remembers the
/// account. `None` when the password no longer opens anything.
pub(in crate::endpoint) async fn begin<P: Platform>(
    right: &Right,
    place: Where<'_>,
    known: Option<Revocations>,
    cx: &Cx<'_, P>,
) -> Result<Option<(Session, String)>, OAuthError> {
    let mut session = unstamped(&right.login, cx)?;
    let (sid, auth, cred, until) = (session.sid, session.auth, session.cred, session.until);
    let row = SignInRow { sid, auth, cred, until, browser: browser_name(place.user_agent) };
    let SignedIn::At(auth) = stamp(&right.login, row, known, cx).await? else { return Ok(None) };
    session.auth = auth;
    Ok(Some((session, device_cookie(place.device, right.account, cx)?)))
}

/// The stamp of the sign-in, by the user's ledger object, which knows what KV may not show yet; it lists the sign-in as
/// well. With the ledger off, KV decides: what the caller has read of it, or what is read now.
async fn stamp<P: Platform>(
    login: &Login,
    row: SignInRow,
    known: Option<Revocations>,
    cx: &Cx<'_, P>,
) -> Result<SignedIn, OAuthError> {
    if cx.config.ledger.is_some() {
        let sign_in = SignIn { subject: login.sub, home: login.home, row };
        // The session is drawn before: when an answer was lost, the second call finds the row of the first.
        return Ok(store::twice(async || cx.platform.ledger().sign_in(&sign_in).await).await?);
    }
    let revocations = match known {
        Some(revocations) => revocations,
        None => facts::revocations(login.sub, cx).await?,
    };
    Ok(judge_sign_in(&revocations, &row, cx.now))
}

fn unstamped<P: Platform>(login: &Login, cx: &Cx<'_, P>) -> Result<Session, OAuthError> {
    Ok(Session {
        subject: login.sub,
        home: login.home,
        sid: SessionId::from_bytes(cx.random()?),
        auth: cx.now,
        cred: login.cred,
        username: login.username.as_str().to_owned(),
        idle_until: cx.now.after(cx.config.lifetimes.session_idle),
        until: cx.now.after(cx.config.lifetimes.session),
        consents: Vec::new(),
        clients: Vec::new(),
        confirmed: None,
    })
}
