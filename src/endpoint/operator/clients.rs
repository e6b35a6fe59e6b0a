//! `client.add`, `client.list`, `client.show`, `client.remove`

use super::registrations::{self, Named};
use super::{
    ClientAdd, ClientList, ClientName, ClientRemoved, ClientView, Failure, ListFrom, Operator, Refusal, done, listing,
};
use crate::client::{Client, ClientMetadata, SecretHash};
use crate::cx::{Cx, Platform};
use crate::endpoint::{self_registered, subject};
use crate::http::Reply;
use crate::oauth::{ClientId, ClientTag, Resource, Timestamp, TokenEndpointAuthMethod};
use crate::store::{self, Key, Store as _};

/// Registers a client. Two calls for one new id at once may both succeed; the later record stays.
pub(super) async fn add<P: Platform>(call: ClientAdd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let Subject::Recorded(id) = Subject::of(&call.client_id, cx)? else {
        let description = "client_id: is, or may be, one of a client that registers itself";
        return Err(Refusal::bad("client_id_reserved", description).into());
    };
    let secrets = secrets(&call.secrets, cx.now)?;
    let key = Key::client(&id);
    let existing: Option<Client> = store::read(cx.store(), &key).await?;
    if existing.is_some() && !call.replace {
        return Err(Refusal::exists("client_exists", "A client of that id is registered.").into());
    }
    let client = merge(call, id, secrets, existing, cx.now)?;
    write("operator.client_add", client, cx).await
}

/// Writes a record, as far as this server can do what it says, and answers with it.
pub(super) async fn write<P: Platform>(event: &'static str, client: Client, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let signable = client.refuse_unsignable(&cx.config.signing_keys);
    let doable = signable.and_then(|()| client.refuse_uncallable(&cx.config.issuer));
    doable.map_err(|error| Refusal::bad("metadata_invalid", error.to_string()))?;
    if !client.access_token_claims.is_empty() && !cx.config.claims_in_tokens {
        let what = "access_token_claims: CLAIMS_IN_TOKENS is off in this deployment";
        return Err(Refusal::bad("metadata_invalid", what.to_owned()).into());
    }
    let vouched = subject::vouch(&client, cx).await;
    vouched.map_err(|error| Refusal::bad("metadata_invalid", error.to_string()))?;
    store::write(cx.store(), &Key::client(&client.client_id), &client).await?;
    Ok(told(event, client, cx))
}

/// Answers with a record.
pub(super) fn told<P: Platform>(event: &'static str, client: Client, cx: &Cx<'_, P>) -> Reply {
    let id = client.client_id.clone();
    done(event, &view(client, cx)).concerning(Some(&id), None)
}

/// The record to write. What is replaced keeps what its tokens and its holder rely on.
fn merge(
    call: ClientAdd,
    id: ClientId,
    mut secrets: Vec<SecretHash>,
    existing: Option<Client>,
    now: Timestamp,
) -> Result<Client, Refusal> {
    let has_secret = call.metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret);
    let kept = |client: &Client| (client.epoch, client.disabled, client.created);
    let (epoch, disabled, created) = existing.as_ref().map_or((0, false, now), kept);
    if secrets.is_empty() && has_secret {
        secrets = existing.map(|client| client.secrets).unwrap_or_default();
    }
    let client = register(*call.metadata, id, secrets, now)?;
    Ok(Client { epoch, disabled, created, ..client })
}

pub(super) fn register(
    metadata: ClientMetadata,
    id: ClientId,
    secrets: Vec<SecretHash>,
    now: Timestamp,
) -> Result<Client, Refusal> {
    let client = Client::register(metadata, id, secrets, now);
    client.map_err(|error| Refusal::bad("metadata_invalid", error.to_string()))
}

/// A part of the list.
pub(super) async fn list<P: Platform>(from: &ListFrom, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    // First those of the operator, then the others, whose cursors are marked.
    let from = from.cursor.as_deref();
    let (from, others) = match from.and_then(|cursor| cursor.strip_prefix(OTHERS)) {
        Some(cursor) => (None, Some(cursor)),
        None => (from, None),
    };
    let (clients, next) = match others {
        Some(_) => (Vec::new(), None),
        None => listing::part(Key::CLIENTS, from, cx).await?,
    };
    let clients = clients.into_iter().map(|(_, client)| view(client, cx)).collect();
    if next.is_some() {
        return Ok(done("operator.client_list", &ClientList { clients, registrations: Vec::new(), cursor: next }));
    }
    let (registrations, next) = registrations::part(others, cx).await?;
    let cursor = next.map(|cursor| format!("{OTHERS}{cursor}"));
    Ok(done("operator.client_list", &ClientList { clients, registrations, cursor }))
}

/// Begins the cursors of the second half of the list.
const OTHERS: &str = "+";

/// One client.
pub(super) async fn show<P: Platform>(name: &ClientName, by: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let id = match Subject::of(&name.client_id, cx)? {
        Subject::Recorded(id) => id,
        Subject::Registered(named) => return registrations::show(&named, by, cx).await,
    };
    let client = store::read(cx.store(), &Key::client(&id)).await?;
    Ok(told("operator.client_show", client.ok_or_else(unknown)?, cx))
}

/// Removes a client. What it holds is worth nothing from the moment that its record is gone.
pub(super) async fn remove<P: Platform>(name: &ClientName, by: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let id = match Subject::of(&name.client_id, cx)? {
        Subject::Recorded(id) => id,
        Subject::Registered(named) => return registrations::remove(&named, by, cx).await,
    };
    let key = Key::client(&id);
    // Not parsed: a record that cannot be read any more must be removable.
    cx.store().get(&key).await?.ok_or_else(unknown)?;
    cx.store().delete(&key).await?;
    let removed = ClientRemoved { client_id: name.client_id.clone() };
    Ok(done("operator.client_remove", &removed).concerning(Some(&id), None))
}

/// Whom a call is about.
#[derive(Debug)]
pub(super) enum Subject {
    /// A client that the operator registered, or may.
    Recorded(ClientId),
    /// One of its own: its id is a seal, or the URL of a document.
    Registered(Named),
}

impl Subject {
    pub(super) fn of<P: Platform>(text: &str, cx: &Cx<'_, P>) -> Result<Self, Refusal> {
        if let Some(digest) = ClientTag::of_shown_digest(text) {
            return Ok(Self::Registered(Named { digest, id: None }));
        }
        let description = "client_id: must have 1 to 256 printable ASCII characters without spaces, or be the id of a \
                           client that registered itself";
        let malformed = || Refusal::bad("client_id_malformed", description);
        let id = ClientId::parse(text).ok_or_else(malformed)?;
        // One whose key is revoked is named by its id all the same.
        if id.is_url() || self_registered::is_seal(&id, cx) {
            return Ok(Self::Registered(Named { digest: id.digest(), id: Some(id) }));
        }
        if id.is_chosen() { Ok(Self::Recorded(id)) } else { Err(malformed()) }
    }
}

fn view<P: Platform>(client: Client, cx: &Cx<'_, P>) -> ClientView {
    let unknown_scopes = client.scope.iter().filter(|name| !cx.config.scopes.knows(name)).map(str::to_owned).collect();
    let named = client.allowed_resources.iter().flatten().chain(&client.exchange_resources);
    let unknown_resources = named.map(Resource::as_str).filter(|uri| cx.config.resource(uri).is_none());
    let unknown_resources = unknown_resources.map(str::to_owned).collect();
    let secret_count = client.secrets.iter().filter(|secret| secret.is_live(cx.now)).count();
    ClientView { client: Client { secrets: Vec::new(), ..client }, secret_count, unknown_scopes, unknown_resources }
}

fn secrets(hashes: &[String], now: Timestamp) -> Result<Vec<SecretHash>, Refusal> {
    hashes.iter().map(|hash| secret(hash, now)).collect()
}

pub(super) fn secret(hash: &str, now: Timestamp) -> Result<SecretHash, Refusal> {
    let description = "secrets: not the base64url form of a SHA-256";
    SecretHash::parse(hash, now).ok_or_else(|| Refusal::bad("secret_hash_malformed", description))
}

pub(super) fn unknown() -> Refusal {
    Refusal::unknown("client_unknown", "No client of that id is registered.")
}
