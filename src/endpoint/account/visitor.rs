//! Who looks at the account.

use super::super::browser::Browser;
use super::super::facts;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{Bytes16 as _, SessionId, base64url, digest16};
use crate::seal::Session;
use crate::store::{self, Ledger as _, Revocations, SignInRow};

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
        let listed = async || match cx.config.ledger {
            None => Ok(None),
            Some(_) => {
                let rows = store::twice(async || cx.platform.ledger().sign_ins(subject, home).await).await;
                rows.map(Some).map_err(OAuthError::from)
            }
        };
        let revocations = facts::strict_revocations(subject, home, cx);
        let (sign_ins, revocations) = futures_util::future::join(listed(), revocations).await;
        let (sign_ins, revocations) = (sign_ins?, revocations?);
        let dead = revocations.reach_session(session.sid, session.auth, session.cred).is_some();
        Ok((!dead).then_some(Self { session, revocations, sign_ins }))
    }

    /// The sign-in of this id, if it is one of the user's own.
    pub(super) fn sign_in(&self, id: &str) -> Option<&SignInRow> {
        self.sign_ins.iter().flatten().find(|row| sign_in_id(row.sid) == id)
    }
}

/// What a form names a sign-in by. The session's own name leaves no seal.
pub(super) fn sign_in_id(sid: SessionId) -> String {
    base64url(digest16(&[b"sign-in", sid.as_bytes()]))
}
