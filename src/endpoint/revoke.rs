//! Revoking, with the ledger and without.

use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{Region, SubjectId, Timestamp};
use crate::store::{self, Key, Ledger as _, Revocation, Revocations};

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
    if cx.config.ledger.is_some() {
        return Ok(cx.platform.ledger().revoke(subject, home, revocation).await?);
    }
    let at = revocation.at.max(cx.now);
    change(subject, cx, |revocations| revocations.add(&Revocation { ancestor: revocation.ancestor.clone(), at }))
        .await?;
    Ok(at)
}

/// Marks a subject as removed.
///
/// # Errors
/// As [`revoke`].
pub async fn remove_subject<P: Platform>(subject: SubjectId, home: Region, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    if cx.config.ledger.is_some() {
        return Ok(cx.platform.ledger().remove_subject(subject, home).await?);
    }
    change(subject, cx, Revocations::remove_subject).await
}

async fn change<P: Platform>(
    subject: SubjectId,
    cx: &Cx<'_, P>,
    change: impl FnOnce(&mut Revocations),
) -> Result<(), OAuthError> {
    let key = Key::revoked(subject);
    let mut revocations: Revocations = store::read(cx.store(), &key).await?.unwrap_or_default();
    change(&mut revocations);
    revocations.sweep(cx.now);
    Ok(store::write(cx.store(), &key, &revocations).await?)
}
