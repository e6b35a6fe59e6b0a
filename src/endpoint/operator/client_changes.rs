//! `client.update`, `client.rotate_secret`, `client.disable`, `client.enable`, `revoke.client`: changes to a client that
//! is there.
//!
//! Each reads the record, changes it and writes it whole. The store knows no transactions, and shows a write elsewhere up
//! to a minute later: of two changes to one client at once, or from two places within a minute, one may be lost. One
//! operator at a time is assumed, and each answer shows the record as it was written.

use super::clients::{Subject, register, secret, told, unknown, write};
use super::{Failure, Operator, Refusal, registrations};
use crate::client::{Client, ClientMetadata, MetadataError, SecretHash};
use crate::cx::{Cx, Platform};
use crate::http::Reply;
use crate::oauth::{Lifetime, Timestamp, TokenEndpointAuthMethod};
use crate::record;
use crate::store::{Key, Store as _, StoreError};
use serde_json::{Map, Value};

/// What is to change.
pub(super) enum Change {
    /// Metadata (RFC 7592 §2.2, save that what is left out stays). Nothing that the client holds ends: what it may do is
    /// looked up whenever it does something.
    Update(Map<String, Value>),
    /// Another secret, and for how many seconds the one before stays good, so that no request fails while the client is
    /// given the new one.
    RotateSecret(String, Option<u32>),
    /// It may do nothing, and all that it holds ends.
    Disable,
    /// It may begin anew.
    Enable,
    /// All that it holds ends. It may begin anew at once.
    Revoke,
}

/// Changes a client.
pub(super) async fn change<P: Platform>(
    id: &str,
    change: Change,
    by: &Operator,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let id = match Subject::of(id, cx)? {
        Subject::Recorded(id) => id,
        Subject::Registered(named) => return registrations::change(&named, &change, by, cx).await,
    };
    let record = cx.store().get(&Key::client(&id)).await?.ok_or_else(unknown)?;
    let client: Client = record::read(&record).ok_or(StoreError::Garbage)?;
    let (event, changed) = match change {
        Change::Update(members) => ("operator.client_update", updated(&record, &client, members)?),
        Change::RotateSecret(hash, overlap) => {
            let event = "operator.client_rotate_secret";
            match rotated(&client, &hash, overlap, cx.now)? {
                Some(secrets) => (event, Client { secrets, ..client }),
                None => return Ok(told(event, client, cx)),
            }
        }
        Change::Disable => {
            // Once is enough: while it is disabled it gets nothing new.
            let epoch = client.epoch.saturating_add(u32::from(!client.disabled));
            ("operator.client_disable", Client { epoch, disabled: true, ..client })
        }
        Change::Enable => ("operator.client_enable", Client { disabled: false, ..client }),
        Change::Revoke => {
            let epoch = client.epoch.saturating_add(1);
            ("operator.revoke_client", Client { epoch, ..client })
        }
    };
    write(event, changed, cx).await
}

fn updated(record: &str, client: &Client, members: Map<String, Value>) -> Result<Client, Refusal> {
    let metadata = merged(record, members).map_err(|error| Refusal::malformed(&error))?;
    // A client that becomes public, or gets a key, has no use for its secrets.
    let has_secret = metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret);
    let secrets = if has_secret { client.secrets.clone() } else { Vec::new() };
    let updated = register(metadata, client.client_id.clone(), secrets, client.created)?;
    Ok(Client { epoch: client.epoch, disabled: client.disabled, ..updated })
}

/// The record has the names of RFC 7591; what else is in it is no metadata, and ignored like any other unknown member.
fn merged(record: &str, members: Map<String, Value>) -> Result<ClientMetadata, MetadataError> {
    // It has been read as a client: it is an object.
    let mut metadata = record::object(record).unwrap_or_default();
    metadata.extend(members);
    metadata.try_into()
}

/// The secrets that the client has afterwards; `None` where nothing changes, because the same call was made before and
/// its answer was lost.
///
/// At most two are left: the new one, and the newest of those before, which ends with the overlap.
fn rotated(
    client: &Client,
    hash: &str,
    overlap: Option<u32>,
    now: Timestamp,
) -> Result<Option<Vec<SecretHash>>, Refusal> {
    let new = secret(hash, now)?;
    let overlap = overlap.map_or(DEFAULT_OVERLAP, Lifetime::seconds);
    if overlap > MAX_OVERLAP {
        return Err(Refusal::bad("overlap_out_of_range", "overlap: longer than 30 days (2,592,000 seconds)"));
    }
    if !client.token_endpoint_auth_method.has_secret() {
        return Err(Refusal::bad("client_public", "The client is public, or has a key: it has no secret."));
    }
    if client.secrets.last().is_some_and(|newest| newest.is_same(&new)) {
        return Ok(None);
    }
    if client.secrets.iter().any(|old| old.is_same(&new)) {
        return Err(Refusal::bad("secret_repeated", "secret: the client had it before"));
    }
    // The newest is the one that has no end.
    let before = client
        .secrets
        .last()
        .cloned()
        .map(|secret| secret.ending(now.after(overlap)))
        .filter(|secret| secret.is_live(now));
    Ok(Some(before.into_iter().chain([new]).collect()))
}

const DEFAULT_OVERLAP: Lifetime = Lifetime::days(1);
const MAX_OVERLAP: Lifetime = Lifetime::days(30);
