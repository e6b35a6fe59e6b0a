//! What endpoints read before they decide.

use crate::client::Client;
use crate::config::RevocationMode;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{ClientId, Region, SubjectId};
use crate::seal::Lineage;
use crate::store::{self, Key, Ledger as _, Revocations};

/// A registered client, perhaps as this isolate read it up to 60 s ago.
pub(super) async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Client>, OAuthError> {
    if !id.is_chosen() {
        return Ok(None);
    }
    Ok(store::read_held(cx.store(), &Key::client(id)).await?)
}

/// What was revoked of a user, as KV shows it here.
pub(super) async fn revocations<P: Platform>(subject: SubjectId, cx: &Cx<'_, P>) -> Result<Revocations, OAuthError> {
    Ok(store::read(cx.store(), &Key::revoked(subject)).await?.unwrap_or_default())
}

/// The same for who decides about tokens: as strict as `REVOCATION` says.
pub(super) async fn revocations_of<P: Platform>(lineage: &Lineage, cx: &Cx<'_, P>) -> Result<Revocations, OAuthError> {
    match cx.config.revocation {
        RevocationMode::Kv => revocations(lineage.subject, cx).await,
        RevocationMode::Ledger => strict_revocations(lineage.subject, lineage.home, cx).await,
    }
}

/// The same as the user's ledger object knows it; with the ledger off, as KV shows it.
pub(super) async fn strict_revocations<P: Platform>(
    subject: SubjectId,
    home: Region,
    cx: &Cx<'_, P>,
) -> Result<Revocations, OAuthError> {
    if cx.config.ledger.is_none() {
        return revocations(subject, cx).await;
    }
    let ledger = cx.platform.ledger();
    Ok(store::twice(async || ledger.revocations(subject, home).await).await?)
}
