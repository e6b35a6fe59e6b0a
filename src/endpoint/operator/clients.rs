//! `client.add`, `client.list`, `client.show`, `client.remove`

use super::{
    ClientAdd, ClientList, ClientName, ClientRemoved, ClientView, Failure, ListFrom, Operator, Refusal, done, listing,
};
use crate::client::{Client, ClientMetadata, RegistrationRecord, SecretHash};
use crate::cx::{Cx, Platform};
use crate::endpoint::facts;
use crate::http::Reply;
use crate::oauth::{ClientId, Resource, Timestamp, TokenEndpointAuthMethod};
use crate::seal::{self, RegisteredClient};
use crate::store::{self, Key, Store as _};

/// Registers a client. Two calls for one new id at once may both succeed; the later record stays.
pub(super) async fn add<P: Platform>(call: ClientAdd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let id = client_id(&call.client_id)?;
    if !id.is_chosen() || id.is_url() {
        let description = "client_id: must have 1 to 256 characters, and be no URL";
        return Err(Refusal::bad("client_id_malformed", description).into());
    }
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
    let (clients, cursor) = listing::part(Key::CLIENTS, from.cursor.as_deref(), cx).await?;
    let clients = clients.into_iter().map(|client| view(client, cx)).collect();
    Ok(done("operator.client_list", &ClientList { clients, cursor }))
}

/// One client.
pub(super) async fn show<P: Platform>(name: &ClientName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let id = client_id(&name.client_id)?;
    let client = match kind(&id, cx).await? {
        // As it stands, and not as an isolate may have read it.
        Kind::Operators => store::read(cx.store(), &Key::client(&id)).await?,
        Kind::Own(_) => facts::client(&id, cx).await?,
    };
    Ok(told("operator.client_show", client.ok_or_else(unknown)?, cx))
}

/// Removes a client. What it holds is worth nothing from the moment that its record is gone.
pub(super) async fn remove<P: Platform>(name: &ClientName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let id = client_id(&name.client_id)?;
    if let Kind::Own(record) = kind(&id, cx).await? {
        let removed = ClientRemoved { client_id: name.client_id.clone() };
        put_record(&id, RegistrationRecord { deleted: true, ..record }, cx).await?;
        return Ok(done("operator.client_remove", &removed).concerning(Some(&id), None));
    }
    let key = Key::client(&id);
    // Not parsed: a record that cannot be read any more must be removable.
    cx.store().get(&key).await?.ok_or_else(unknown)?;
    cx.store().delete(&key).await?;
    let removed = ClientRemoved { client_id: name.client_id.clone() };
    Ok(done("operator.client_remove", &removed).concerning(Some(&id), None))
}

/// Whose registration it is.
pub(super) enum Kind {
    /// The operator's.
    Operators,
    /// The client's own; what was changed of it.
    Own(RegistrationRecord),
}

/// Tells which: a seal and the URL of a document are the client's own.
pub(super) async fn kind<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Kind, Failure> {
    let own = id.is_url() || seal::open_late::<RegisteredClient>(&cx.config.rings.client, id.as_str(), cx.now).is_ok();
    if !own {
        return if id.is_chosen() { Ok(Kind::Operators) } else { Err(unknown().into()) };
    }
    let record = store::read(cx.store(), &Key::registration(id.digest())).await?.unwrap_or_default();
    Ok(Kind::Own(record))
}

/// Keeps what was changed of a client's own registration.
pub(super) async fn put_record<P: Platform>(
    id: &ClientId,
    record: RegistrationRecord,
    cx: &Cx<'_, P>,
) -> Result<(), Failure> {
    let record = RegistrationRecord { client: Some(id.clone()), ..record };
    Ok(store::write(cx.store(), &Key::registration(id.digest()), &record).await?)
}

fn view<P: Platform>(client: Client, cx: &Cx<'_, P>) -> ClientView {
    let unknown_scopes = client.scope.iter().filter(|name| !cx.config.scopes.knows(name)).map(str::to_owned).collect();
    let named = client.allowed_resources.iter().flatten().chain(&client.exchange_resources);
    let unknown_resources = named.map(Resource::as_str).filter(|uri| cx.config.resource(uri).is_none());
    let unknown_resources = unknown_resources.map(str::to_owned).collect();
    let secret_count = client.secrets.iter().filter(|secret| secret.is_live(cx.now)).count();
    ClientView { client: Client { secrets: Vec::new(), ..client }, secret_count, unknown_scopes, unknown_resources }
}

pub(super) fn client_id(text: &str) -> Result<ClientId, Refusal> {
    let description = "client_id: must have 1 to 4,000 printable ASCII characters without spaces";
    ClientId::parse(text).ok_or_else(|| Refusal::bad("client_id_malformed", description))
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
