//! Deciding about clients that registered themselves, or that a document describes. The record that all go by stands in
//! KV, where the last write wins, and where a place may show an older one for a while: a client could undo what the operator
//! decided, or its own deletion, by changing its registration where that is not known yet. So a decision is made in the
//! ledger first, in an object that knows every one; whoever changes a registration asks there before the record is written,
//! and once more afterwards.
//!
//! In the ledger a client is a subject of its own, named by the digest of its id.

use super::{facts, revoke};
use crate::client::RegistrationRecord;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::oauth::{Bytes16 as _, ClientDigest, ClientId, Region, SubjectId, Timestamp};
use crate::store::{self, Ancestor, Key, Mark, Revocation, Revocations};

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It may do nothing, and all that it holds ends.
    Disable,
    /// It may begin anew.
    Enable,
    /// All that it holds ends. It may begin anew at once.
    Revoke,
    /// It is gone for ever.
    Remove,
}

/// Where clients have their ledger objects: a decision about one is rare, and so is a change of its registration.
const HOME: Region = Region::Weur;

/// The record as KV shows it now, and not as an isolate may have read it.
pub(super) async fn read<P: Platform>(
    client: ClientDigest,
    cx: &Cx<'_, P>,
) -> Result<Option<RegistrationRecord>, OAuthError> {
    Ok(store::read(cx.store(), &Key::registration(client)).await?)
}

/// Decides, and returns the record.
pub(super) async fn decide<P: Platform>(
    client: ClientDigest,
    id: Option<&ClientId>,
    decision: Decision,
    cx: &Cx<'_, P>,
) -> Result<RegistrationRecord, OAuthError> {
    let subject = subject(client);
    let before = read(client, cx).await?.unwrap_or_default();
    let earlier = facts::strict_revocations(subject, HOME, cx).await?;
    // KV does not show yet what was decided before: neither how often, nor what else.
    let outdated = earlier.began_anew_since(before.changed.unwrap_or(Timestamp::from_millis(0)));
    match decision {
        Decision::Disable => revoke::mark(subject, HOME, Mark::Disabled, cx).await?,
        Decision::Enable => revoke::mark(subject, HOME, Mark::Enabled, cx).await?,
        Decision::Remove => revoke::mark(subject, HOME, Mark::Removed, cx).await?,
        Decision::Revoke => {}
    }
    let mut changed = earlier.stamp(cx.now);
    if matches!(decision, Decision::Disable | Decision::Revoke) {
        let all = Revocation { ancestor: Ancestor::Subject, at: before.changed.unwrap_or(cx.now) };
        // By this stamp a record is known that has not seen it.
        changed = revoke::hold(subject, HOME, &all, cx).await?.after_millis(1).max(changed);
    }
    let client_id = id.cloned().or_else(|| before.client.clone());
    let after = RegistrationRecord { changed: Some(changed), client: client_id, ..before };
    let raised = if outdated { beyond(after.epoch, changed) } else { after.epoch.saturating_add(1) };
    let after = match decision {
        // What ended before has ended, whatever KV shows of it.
        Decision::Enable if outdated => RegistrationRecord { epoch: raised, disabled: false, ..after },
        // Once is enough: while it is disabled it gets nothing new.
        Decision::Disable if after.disabled && !outdated => after,
        Decision::Disable => RegistrationRecord { epoch: raised, disabled: true, ..after },
        Decision::Enable => RegistrationRecord { disabled: false, ..after },
        Decision::Revoke => RegistrationRecord { epoch: raised, ..after },
        Decision::Remove => after.tombstone(),
    };
    let known = facts::strict_revocations(subject, HOME, cx).await?;
    let after = RegistrationRecord { disabled: after.disabled || known.is_disabled(), ..after };
    let after = if known.is_removed() { after.tombstone() } else { after };
    write(client, &after, cx).await?;
    Ok(after)
}

/// An epoch above every one that was given until then, where nobody knows how many there were: none is raised as often as
/// once a second.
fn beyond(epoch: u32, at: Timestamp) -> u32 {
    epoch.saturating_add(1).max(u32::try_from(at.seconds()).unwrap_or(u32::MAX))
}

/// Writes what a client registered anew: `record` as it was read, with the new content. `issued` is when it registered.
///
/// # Errors
/// `invalid_token` when the client is gone or disabled by now; `temporarily_unavailable` where KV does not show yet what was
/// decided about it.
pub(super) async fn update<P: Platform>(
    id: &ClientId,
    record: RegistrationRecord,
    issued: Timestamp,
    cx: &Cx<'_, P>,
) -> Result<(), OAuthError> {
    let digest = id.digest();
    let known = facts::strict_revocations(subject(digest), HOME, cx).await?;
    refuse_gone(&known)?;
    let seen = record.changed.unwrap_or(issued);
    if !known.spares_consent(id, seen) {
        return Err(OAuthError::unavailable("registration_outdated"));
    }
    let written = RegistrationRecord { client: Some(id.clone()), changed: Some(cx.now.max(seen)), ..record };
    write(digest, &written, cx).await?;
    let now = facts::strict_revocations(subject(digest), HOME, cx).await?;
    if now == known {
        return Ok(());
    }
    // Something was decided in between, and what was just written may have taken its place.
    let epoch = beyond(written.epoch, now.stamp(cx.now));
    let repaired = RegistrationRecord { epoch, disabled: now.is_disabled(), ..written };
    let repaired = if now.is_removed() { repaired.tombstone() } else { repaired };
    write(digest, &repaired, cx).await?;
    refuse_gone(&now)
}

fn subject(client: ClientDigest) -> SubjectId {
    SubjectId::from_bytes(*client.as_bytes())
}

fn refuse_gone(known: &Revocations) -> Result<(), OAuthError> {
    let description = "The token for this is missing, expired or not for this.";
    let gone = OAuthError::new(ErrorCode::InvalidToken, description, "client_removed");
    if known.is_removed() || known.is_disabled() { Err(gone) } else { Ok(()) }
}

async fn write<P: Platform>(
    client: ClientDigest,
    record: &RegistrationRecord,
    cx: &Cx<'_, P>,
) -> Result<(), OAuthError> {
    Ok(store::write(cx.store(), &Key::registration(client), record).await?)
}
