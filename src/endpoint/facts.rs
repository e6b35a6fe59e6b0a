//! What endpoints read before they decide.

use super::metadata_document;
use super::self_registered::{self, Found};
use crate::client::Client;
use crate::config::RevocationMode;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{ClientId, ClientTag, Region, SubjectId, Timestamp};
use crate::seal::Lineage;
use crate::store::{self, Key, Ledger as _, Revocations};

/// A registered client, perhaps as this isolate read it up to 60 s ago: one whose id is its registration, one that is named
/// by the URL of its document, or one of the operator's.
pub(super) async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Client>, OAuthError> {
    if id.is_url() {
        return metadata_document::client(id, cx).await;
    }
    match self_registered::find(id, cx).await? {
        Found::Client(found) => Ok(Some(found.client)),
        Found::Nobody => Ok(None),
        Found::NoSeal if !id.is_chosen() => Ok(None),
        Found::NoSeal => Ok(store::read_held(cx.store(), &Key::client(id)).await?),
    }
}

/// Why nothing of a client that was born then, under that epoch, is good any more, as far as the client goes. Where the id
/// is long or a URL, its tag tells no more than whose record to look at: nothing is fetched.
pub(super) async fn client_gone<P: Platform>(
    client: &ClientTag,
    (born, epoch): (Timestamp, u32),
    cx: &Cx<'_, P>,
) -> Result<Option<&'static str>, OAuthError> {
    let Some(id) = client.id().filter(|id| !id.is_url()) else {
        let record = self_registered::record(client.digest(), cx).await?;
        return Ok(record.ends(epoch).then_some("client_revoked"));
    };
    Ok(match self::client(&id, cx).await? {
        None => Some("client_removed"),
        Some(client) if !client.recognises(born, epoch) => Some("client_revoked"),
        Some(_) => None,
    })
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
