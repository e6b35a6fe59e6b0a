//! What endpoints read before they decide.

use super::metadata_document;
use super::self_registered::{self, Found};
use crate::client::Client;
use crate::config::RevocationMode;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Note;
use crate::oauth::{ClientId, ClientTag, Region, SubjectId, Timestamp};
use crate::record;
use crate::seal::Lineage;
use crate::sorted::SortedMap;
use crate::store::{self, Key, Ledger as _, Revocations, Store as _, StoreError};
use std::cell::RefCell;
use std::rc::Rc;

/// A registered client, perhaps as this isolate read it up to 60 s ago: one whose id is its registration, one that is named
/// by the URL of its document, or one of the operator's.
pub(super) async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Rc<Client>>, OAuthError> {
    if id.is_url() {
        return Ok(metadata_document::client(id, cx).await?.map(Rc::new));
    }
    match self_registered::find(id, cx).await? {
        Found::Client(found) => Ok(Some(Rc::new(found.client))),
        Found::Nobody(cause) => {
            let client = Some(id.tag().to_string());
            cx.log(&Note { event: "client_not_taken", client, cause: Some(cause), ..Note::default() });
            Ok(None)
        }
        Found::NoSeal if !id.is_chosen() => Ok(None),
        Found::NoSeal => match cx.store().get_held(&Key::client(id)).await? {
            Some(json) => Ok(Some(parsed(json)?)),
            None => Ok(None),
        },
    }
}

/// A record as a client. Reading JSON is the most that a request does beside its signature, so what the same text came to before
/// is kept.
fn parsed(json: String) -> Result<Rc<Client>, StoreError> {
    const MAX: usize = 64;
    thread_local! {
        static PARSED: RefCell<SortedMap<String, Rc<Client>>> = const { RefCell::new(SortedMap::new()) };
    }
    PARSED.with_borrow_mut(|parsed| {
        if let Some(client) = parsed.get(&json) {
            return Ok(Rc::clone(client));
        }
        let client = Rc::new(record::read::<Client>(&json).ok_or(StoreError::Garbage)?);
        if parsed.len() >= MAX {
            parsed.clear();
        }
        parsed.insert(json, Rc::clone(&client));
        Ok(client)
    })
}

/// A client that may begin something, for a page. Whatever speaks against it is told to the user, never redirected
/// (RFC 6749 §4.1.2.1).
pub(super) async fn enabled_client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Rc<Client>, OAuthError> {
    let unknown = OAuthError::invalid_request("The client is not registered here.", "client_unknown");
    let client = client(id, cx).await.map_err(metadata_document::on_page)?.ok_or(unknown)?;
    if client.disabled {
        // Its URIs are not trusted for now either.
        return Err(OAuthError::invalid_request("The client is disabled here.", "client_disabled"));
    }
    Ok(client)
}

/// Why nothing of a client that was born then, under that epoch, is good any more, as far as the client goes. Where the id
/// is long or a URL, its tag tells no more than whose record to look at: nothing is fetched. Who asks may be the client
/// itself, and is not looked up once more.
pub(super) async fn client_gone<P: Platform>(
    client: &ClientTag,
    (born, epoch): (Timestamp, u32),
    caller: Option<&Client>,
    cx: &Cx<'_, P>,
) -> Result<Option<&'static str>, OAuthError> {
    if let Some(caller) = caller.filter(|caller| client.names(&caller.client_id)) {
        return Ok((!caller.recognises(born, epoch)).then_some("client_revoked"));
    }
    let id = client.id();
    let denied = |id: &ClientId| !cx.config.registration.metadata_documents || metadata_document::is_denied(id, cx);
    if id.as_ref().is_some_and(|id| id.is_url() && denied(id)) {
        return Ok(Some("client_removed"));
    }
    let Some(id) = id.filter(|id| !id.is_url()) else {
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
