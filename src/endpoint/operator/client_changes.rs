//! `client.update`, `client.rotate_secret`, `client.disable`, `client.enable`, `revoke.client`: changes to a client that
//! is there.
//!
//! Each reads the record, changes it and writes it whole. The store knows no transactions, and shows a write elsewhere up
//! to a minute later: of two changes to one client at once, or from two places within a minute, one may be lost. One
//! operator at a time is assumed, and each answer shows the record as it was written.

use super::clients::{register, registered, secret, told, write};
use super::{ClientName, ClientRotateSecret, ClientUpdate, Failure, Operator, Refusal};
use crate::client::{Client, ClientMetadata, SecretHash};
use crate::cx::{Cx, Platform};
use crate::http::Reply;
use crate::oauth::{Lifetime, Timestamp};
use serde_json::{Error, Map, Value};

/// Changes metadata (RFC 7592 §2.2, save that what is left out stays). Nothing that the client holds ends: what it may
/// do is looked up whenever it does something.
pub(super) async fn update<P: Platform>(call: ClientUpdate, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let client = registered(&call.client_id, cx).await?;
    let metadata = merged(&client, call.metadata).map_err(|error| Refusal::malformed(&error))?;
    // A client that becomes public has no use for its secrets.
    let public = metadata.token_endpoint_auth_method.is_some_and(|method| method.as_str() == "none");
    let secrets = if public { Vec::new() } else { client.secrets };
    let (epoch, disabled) = (client.epoch, client.disabled);
    let updated = register(metadata, client.client_id, secrets, client.created)?;
    write("operator.client_update", Client { epoch, disabled, ..updated }, cx).await
}

/// The record has the names of RFC 7591; what else is in it is no metadata, and ignored like any other unknown member.
fn merged(client: &Client, changes: Map<String, Value>) -> Result<ClientMetadata, Error> {
    let mut members: Map<String, Value> = serde_json::from_value(serde_json::to_value(client)?)?;
    members.extend(changes);
    serde_json::from_value(Value::Object(members))
}

/// Gives a client another secret. The one before stays good for the overlap, so that no request fails while the client
/// is given the new one.
pub(super) async fn rotate_secret<P: Platform>(
    call: &ClientRotateSecret,
    _: &Operator,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let event = "operator.client_rotate_secret";
    let client = registered(&call.client_id, cx).await?;
    let new = secret(&call.secret, cx.now)?;
    let overlap = Lifetime::seconds(call.overlap.unwrap_or(DEFAULT_OVERLAP.as_seconds()));
    if overlap > MAX_OVERLAP {
        return Err(Refusal::bad("overlap_out_of_range", "overlap: longer than 30 days (2,592,000 seconds)").into());
    }
    if client.is_public() {
        return Err(Refusal::bad("client_public", "The client is public: it has no secret.").into());
    }
    // The answer to the same call was lost.
    if client.secrets.last().is_some_and(|newest| newest.is_same(&new)) {
        return Ok(told(event, client, cx));
    }
    if client.secrets.iter().any(|old| old.is_same(&new)) {
        return Err(Refusal::bad("secret_repeated", "secret: the client had it before").into());
    }
    let secrets = rotated(client.secrets, new, overlap, cx.now);
    write(event, Client { secrets, ..client }, cx).await
}

/// At most two are left: the new one, and the newest of those that were good, which ends with the overlap.
fn rotated(mut secrets: Vec<SecretHash>, new: SecretHash, overlap: Lifetime, now: Timestamp) -> Vec<SecretHash> {
    secrets.retain(|secret| secret.is_live(now));
    let before = secrets.pop().map(|secret| secret.ending(now.after(overlap)));
    before.into_iter().filter(|secret| secret.is_live(now)).chain([new]).collect()
}

/// Ends all that a client holds. It may begin anew at once.
pub(super) async fn revoke<P: Platform>(name: &ClientName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let client = registered(&name.client_id, cx).await?;
    let epoch = client.epoch.saturating_add(1);
    write("operator.revoke_client", Client { epoch, ..client }, cx).await
}

/// Ends all that a client holds, and lets it do nothing.
pub(super) async fn disable<P: Platform>(name: &ClientName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let client = registered(&name.client_id, cx).await?;
    // Once is enough: while it is disabled it gets nothing new.
    let epoch = client.epoch.saturating_add(u32::from(!client.disabled));
    write("operator.client_disable", Client { epoch, disabled: true, ..client }, cx).await
}

/// Lets a client begin anew.
pub(super) async fn enable<P: Platform>(name: &ClientName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let client = registered(&name.client_id, cx).await?;
    write("operator.client_enable", Client { disabled: false, ..client }, cx).await
}

const DEFAULT_OVERLAP: Lifetime = Lifetime::days(1);
const MAX_OVERLAP: Lifetime = Lifetime::days(30);
