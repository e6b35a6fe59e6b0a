//! Revoking, with the ledger and without.

use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Note;
use crate::oauth::{Region, SubjectId, Timestamp};
use crate::store::{self, Ancestor, Key, Ledger as _, Mark, Revocation, Revocations};

/// Revokes and returns up to which stamp, when the store holds it.
///
/// With the ledger off, two revocations of one subject at once may lose one of them: that is what `LEDGER = "off"`
/// costs.
///
/// # Errors
/// `temporarily_unavailable` when it is not certain that the revocation will hold.
pub async fn revoke<P: Platform>(
    subject: SubjectId,
    home: Region,
    revocation: &Revocation,
    cx: &Cx<'_, P>,
) -> Result<Timestamp, OAuthError> {
    let at = hold(subject, home, revocation, cx).await?;
    // Not before: what may not hold is not said to be revoked.
    tell(subject, &revocation.ancestor, cx);
    Ok(at)
}

/// The same without a line in the log, where it is not about a user.
///
/// # Errors
/// As [`revoke`].
pub(super) async fn hold<P: Platform>(
    subject: SubjectId,
    home: Region,
    revocation: &Revocation,
    cx: &Cx<'_, P>,
) -> Result<Timestamp, OAuthError> {
    match cx.config.ledger {
        Some(_) => Ok(cx.platform.ledger().revoke(subject, home, revocation).await?),
        None => revoke_in_store(subject, revocation, cx).await,
    }
}

async fn revoke_in_store<P: Platform>(
    subject: SubjectId,
    revocation: &Revocation,
    cx: &Cx<'_, P>,
) -> Result<Timestamp, OAuthError> {
    let mut at = revocation.at.max(cx.now);
    let add = |revocations: &mut Revocations| {
        at = revocations.stamp(at);
        revocations.add(&Revocation { ancestor: revocation.ancestor.clone(), at });
    };
    change(subject, cx, add).await?;
    Ok(at)
}

/// A line in the log for what is revoked; the request's own line says why.
pub(super) fn tell<P: Platform>(subject: SubjectId, ancestor: &Ancestor, cx: &Cx<'_, P>) {
    let (cause, family) = match ancestor {
        Ancestor::Subject => ("subject", None),
        Ancestor::Credential => ("credential", None),
        Ancestor::Session(_) => ("session", None),
        Ancestor::SignOut(_) => ("sign_out", None),
        Ancestor::Consent(_) => ("consent", None),
        Ancestor::Family(family) => ("family", Some(family.to_string())),
        Ancestor::Token { family, .. } => ("token", Some(family.to_string())),
    };
    let subject = Some(subject.to_string());
    cx.log(&Note { event: "revoked", cause: Some(cause), subject, family, ..Note::default() });
}

/// Marks a subject.
///
/// # Errors
/// As [`revoke`].
pub async fn mark<P: Platform>(subject: SubjectId, home: Region, mark: Mark, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    if cx.config.ledger.is_some() {
        return Ok(cx.platform.ledger().mark(subject, home, mark).await?);
    }
    change(subject, cx, |revocations| revocations.mark(mark)).await
}

async fn change<P: Platform>(
    subject: SubjectId,
    cx: &Cx<'_, P>,
    change: impl FnOnce(&mut Revocations),
) -> Result<(), OAuthError> {
    let key = Key::revoked(subject);
    let mut revocations: Revocations = store::read(cx.store(), &key).await?.unwrap_or_default();
    // First: what has ended counts towards no limit.
    revocations.sweep(cx.now);
    change(&mut revocations);
    Ok(store::write(cx.store(), &key, &revocations).await?)
}
