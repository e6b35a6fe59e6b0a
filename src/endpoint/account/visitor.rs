//! Who looks at the account.

use super::super::browser::Browser;
use super::super::facts;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{Bytes16 as _, Region, SessionId, SubjectId, base64url, digest16};
use crate::seal::Session;
use crate::store::{self, Ledger as _, Revocations, SignInRow};
use futures_util::future::join;

/// Somebody who is signed in, and what the user's ledger object knows at once.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub session: Session,
    pub revocations: Revocations,
    /// The newest first; `None` where no list is kept.
    pub sign_ins: Option<Vec<SignInRow>>,
}

impl Visitor {
    /// Who the browser's session belongs to, unless it has ended: asked where that is known at once, since whoever was
    /// signed out elsewhere may not do anything here any more.
    pub(super) async fn of<P: Platform>(browser: &Browser, cx: &Cx<'_, P>) -> Result<Option<Self>, OAuthError> {
        let Some(session) = browser.session.clone() else { return Ok(None) };
        let (subject, home) = (session.subject, session.home);
        let (sign_ins, revocations) =
            join(listed(subject, home, cx), facts::strict_revocations(subject, home, cx)).await;
        let (sign_ins, revocations) = (sign_ins?, revocations?);
        let dead = revocations.reach_session(session.sid, session.auth, session.cred).is_some();
        Ok((!dead).then_some(Self { session, revocations, sign_ins }))
    }

    /// The sign-in of this id, if it is one of the user's own.
    pub(super) fn sign_in(&self, id: &str) -> Option<&SignInRow> {
        self.sign_ins.iter().flatten().find(|row| sign_in_id(row.sid) == id)
    }
}

async fn listed<P: Platform>(
    subject: SubjectId,
    home: Region,
    cx: &Cx<'_, P>,
) -> Result<Option<Vec<SignInRow>>, OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(None);
    }
    let ledger = cx.platform.ledger();
    Ok(Some(store::twice(async || ledger.sign_ins(subject, home).await).await?))
}

/// What a form names a sign-in by. The session's own name leaves no seal.
pub(super) fn sign_in_id(sid: SessionId) -> String {
    base64url(digest16(&[b"sign-in", sid.as_bytes()]))
}
