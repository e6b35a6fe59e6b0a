//! Clients that registered themselves (RFC 7591). Their `client_id` is a seal of what they registered; a record exists only
//! for those that changed since.

use super::registration_record;
use crate::client::{Client, ClientSecret, RegistrationRecord, metadata_of};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{ClientDigest, ClientId, InitialTokenId, TokenEndpointAuthMethod};
use crate::seal::{self, OpenError, Purpose, RegisteredClient};
use crate::store::{self, Key};

/// A client as its seal, or the record in its place, says.
pub(super) struct SelfRegistered {
    /// What is registered now.
    pub content: RegisteredClient,
    /// What was changed.
    pub record: RegistrationRecord,
    /// The client on the operator's terms.
    pub client: Client,
}

/// Whose seal this is.
pub(super) enum Found {
    /// Nobody's: the id may be one that the operator chose.
    NoSeal,
    /// A seal that names no client, or not any more, and why.
    Nobody(&'static str),
    /// This client's.
    Client(Box<SelfRegistered>),
}

/// Opens a `client_id`.
///
/// # Errors
/// When its record cannot be read: what the seal says may not hold any more.
pub(super) async fn find<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Found, OAuthError> {
    match opened(id, cx) {
        Ok(sealed) => judged(id, sealed, record(id.digest(), cx).await?, cx),
        Err(found) => Ok(found),
    }
}

/// The same by the record as KV shows it now, and not as an isolate may have read it: for whoever writes it anew.
///
/// # Errors
/// As [`find`].
pub(super) async fn find_anew<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Found, OAuthError> {
    let record = registration_record::read(id.digest(), cx).await?;
    find_by(id, record.unwrap_or_default(), cx)
}

/// The same by this record.
///
/// # Errors
/// When nobody can read it.
pub(super) fn find_by<P: Platform>(
    id: &ClientId,
    record: RegistrationRecord,
    cx: &Cx<'_, P>,
) -> Result<Found, OAuthError> {
    match opened(id, cx) {
        Ok(sealed) => judged(id, sealed, record, cx),
        Err(found) => Ok(found),
    }
}

/// The token that a client registered with, whatever speaks against it now.
pub(super) fn initial_token<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Option<InitialTokenId> {
    opened(id, cx).ok()?.initial_token
}

/// Whether the id is a seal of this server's, also where its key is revoked.
pub(super) fn is_seal<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> bool {
    let sealed = seal::open_late::<RegisteredClient>(&cx.config.rings.client, id.as_str(), cx.now);
    matches!(sealed, Ok(_) | Err(OpenError::RevokedKey | OpenError::ExpiredKey))
}

fn opened<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<RegisteredClient, Found> {
    seal::open_late(&cx.config.rings.client, id.as_str(), cx.now).map_err(|error| match error {
        OpenError::Malformed | OpenError::UnknownVersion | OpenError::UnknownKey => Found::NoSeal,
        error => Found::Nobody(error.cause()),
    })
}

fn judged<P: Platform>(
    id: &ClientId,
    sealed: RegisteredClient,
    record: RegistrationRecord,
    cx: &Cx<'_, P>,
) -> Result<Found, OAuthError> {
    if record.deleted {
        return Ok(Found::Nobody("client_deleted"));
    }
    let content = match &record.content {
        Some(text) => RegisteredClient::of_text(text).ok_or(OAuthError::unavailable("store_garbage"))?,
        None => sealed,
    };
    if content.initial_token.is_some_and(|token| cx.config.registration.denied_initial_tokens.contains(&token)) {
        return Ok(Found::Nobody("initial_token_denied"));
    }
    let terms = &cx.config.registration.terms;
    let client = metadata_of(&content, terms).and_then(|metadata| {
        let secrets = if metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret) {
            secret(id, cx).map(|secret| secret.hash(content.issued)).into_iter().collect()
        } else {
            Vec::new()
        };
        terms.admit(metadata, id.clone(), secrets, content.issued)
    });
    match client {
        Ok(client) => {
            let client = Client { epoch: record.epoch, disabled: record.disabled, ..client };
            Ok(Found::Client(Box::new(SelfRegistered { content, record, client })))
        }
        // The operator's terms have become narrower since.
        Err(_) => Ok(Found::Nobody("terms_not_met")),
    }
}

/// What was changed of a client that registered itself, or is named by its document, perhaps as this isolate read it up to
/// 60 s ago.
pub(super) async fn record<P: Platform>(
    client: ClientDigest,
    cx: &Cx<'_, P>,
) -> Result<RegistrationRecord, OAuthError> {
    Ok(store::read_held(cx.store(), &Key::registration(client)).await?.unwrap_or_default())
}

/// The secret that belongs to the id: derived, and so stored nowhere. `None` when its key is gone.
pub(super) fn secret<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Option<ClientSecret> {
    derived(id, Purpose::ClientSecret, cx)
}

/// The token by which the client manages its registration (RFC 7592 §3), likewise.
pub(super) fn registration_access_token<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Option<ClientSecret> {
    derived(id, Purpose::RegistrationAccessToken, cx)
}

fn derived<P: Platform>(id: &ClientId, purpose: Purpose, cx: &Cx<'_, P>) -> Option<ClientSecret> {
    let bytes = seal::derive(&cx.config.rings.client, id.as_str(), purpose, cx.now).ok()?;
    Some(ClientSecret::from_random(*bytes.reveal()))
}
