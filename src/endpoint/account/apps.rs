//! The apps that may use an account: those whose consents are stored, and those that this browser has signed in to
//! without a stored consent.

use super::super::facts;
use super::visitor::Visitor;
use crate::client::Client;
use crate::consent::{ConsentEntry, ConsentRecord};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{ClientId, RedirectUri, Scope, SubjectId, Timestamp};
use crate::seal::HeldConsent;
use crate::sorted::SortedMap;
use crate::store::{self, Key, Revocations, Store as _};
use crate::together;
use std::borrow::Cow;
use std::rc::Rc;

/// How many apps are shown.
const MAX: usize = 50;

/// By name, whatever its case; two may share one.
pub(super) type Apps = SortedMap<(String, ClientId), App>;

/// An app that may use the account.
#[derive(Debug)]
pub(super) struct App {
    pub id: ClientId,
    /// `None` when it was removed: it is still shown, so that what it was allowed can be taken back.
    pub client: Option<Rc<Client>>,
    pub hosts: Vec<String>,
    /// Whether it was connected by a code (RFC 8628).
    pub on_a_device: bool,
    pub scope: Scope,
    /// `None` when nobody was asked.
    pub since: Option<Timestamp>,
    pub until: Until,
}

/// Until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Day(Timestamp),
    SignedOut,
    Withdrawn,
}

/// The apps of a visitor, by name, and whether there are more.
pub(super) async fn of<P: Platform>(visitor: &Visitor, cx: &Cx<'_, P>) -> Result<(Apps, bool), OAuthError> {
    let (records, cut) = records(visitor.session.subject, cx).await?;
    let stored = together::all(records.iter().map(|(id, _)| client(id, cx))).await;
    let mut apps = Vec::new();
    for ((id, record), client) in records.iter().zip(stored) {
        apps.extend(App::of_record(id, record, client?, (&visitor.revocations, cx.now)));
    }
    let unstored = |id: &&ClientId| !apps.iter().any(|app: &App| app.id == **id);
    let carried: Vec<&ClientId> = visitor.session.clients.iter().filter(unstored).collect();
    for client in together::all(carried.into_iter().map(|id| client(id, cx))).await {
        apps.extend(client?.and_then(|client| App::of_visit(client, visitor, cx.now)));
    }
    let mut named = SortedMap::new();
    for app in apps {
        named.insert((app.name().to_ascii_lowercase(), app.id.clone()), app);
    }
    Ok((named, cut))
}

/// A client as far as it can be known now. One that is described by a document elsewhere is shown by its URL when that
/// cannot be had: its user must be able to disconnect it all the same.
async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Rc<Client>>, OAuthError> {
    match facts::client(id, cx).await {
        Err(_) if id.is_url() => Ok(None),
        known => known,
    }
}

/// What a user allowed, as it is stored: at most so many records, and whether there are more.
pub(super) async fn records<P: Platform>(
    subject: SubjectId,
    cx: &Cx<'_, P>,
) -> Result<(Vec<(ClientId, ConsentRecord)>, bool), OAuthError> {
    let mut listing = cx.store().list(&Key::consents(subject), None).await?;
    let cut = listing.cursor.is_some() || listing.names.len() > MAX;
    listing.names.truncate(MAX);
    let keys: Vec<Key> = listing.names.into_iter().map(Key::listed).collect();
    let mut records = Vec::new();
    for read in together::all(keys.iter().map(|key| store::read::<ConsentRecord>(cx.store(), key))).await {
        // A listing may still name what was deleted.
        records.extend(read?.and_then(|mut record| Some((record.client.take()?, record))));
    }
    Ok((records, cut))
}

impl App {
    pub(super) fn name(&self) -> Cow<'_, str> {
        match &self.client {
            Some(client) => client.display_name(),
            None if self.id.is_url() => Cow::Borrowed(self.id.as_str()),
            None => Cow::Owned(self.id.tag().to_string()),
        }
    }

    /// `None` when nothing of the record stands any more.
    fn of_record(
        id: &ClientId,
        record: &ConsentRecord,
        client: Option<Rc<Client>>,
        (revocations, now): (&Revocations, Timestamp),
    ) -> Option<Self> {
        let registered = client.as_ref().map_or(Timestamp::from_millis(0), |client| client.created);
        let stands = |entry: &&ConsentEntry| entry.stands(id, registered, revocations, now);
        let entries: Vec<&ConsentEntry> = record.entries.iter().filter(stands).collect();
        let since = entries.iter().map(|entry| entry.granted).min()?;
        let scope = entries.iter().fold(Scope::default(), |scope, entry| scope.union(&entry.scope));
        let is_device = |entry: &&&ConsentEntry| entry.origin == ConsentEntry::DEVICE;
        let on_a_device = entries.iter().any(|entry| is_device(&entry));
        let hosts = entries.iter().filter(|entry| !is_device(entry)).map(|entry| host(&entry.origin).to_owned());
        let until = Until::latest(entries.iter().map(|entry| entry.until));
        Some(Self { id: id.clone(), client, hosts: distinct(hosts), on_a_device, scope, since: Some(since), until })
    }

    /// An app that this browser has signed in to: allowed for this visit, or never asked about. The browser carries few
    /// consents: an app without one is shown all the same, unless it was disconnected since.
    fn of_visit(client: Rc<Client>, visitor: &Visitor, now: Timestamp) -> Option<Self> {
        let (session, id) = (&visitor.session, client.client_id.clone());
        let stands = |held: &&HeldConsent| {
            held.client == Some(id.digest())
                && held.granted >= client.created
                && held.until.is_none_or(|until| until > now)
                && visitor.revocations.spares_consent(&id, held.granted)
        };
        let held: Vec<&HeldConsent> = session.consents.iter().filter(stands).collect();
        if held.is_empty() && !client.first_party && !visitor.revocations.spares_consent(&id, session.auth) {
            return None;
        }
        let scope = held.iter().fold(Scope::default(), |scope, held| scope.union(&held.scope));
        let since = held.iter().map(|held| held.granted).min();
        // One that was stored a moment ago may not be listed yet.
        let until = match Until::latest(held.iter().map(|held| held.until)) {
            Until::Day(end) if end > session.until => Until::Day(end),
            Until::Withdrawn => Until::Withdrawn,
            Until::Day(_) | Until::SignedOut => Until::SignedOut,
        };
        let hosts = distinct(client.redirect_uris.iter().map(RedirectUri::host));
        // It signed in all the same.
        let on_a_device = hosts.is_empty();
        Some(Self { id, client: Some(client), hosts, on_a_device, scope, since, until })
    }
}

impl Until {
    /// The latest of some ends; that of the session where there is none.
    fn latest(ends: impl Iterator<Item = Option<Timestamp>>) -> Self {
        ends.fold(Self::SignedOut, |latest, end| match (latest, end) {
            (Self::Withdrawn, _) | (_, None) => Self::Withdrawn,
            (Self::Day(latest), Some(end)) => Self::Day(latest.max(end)),
            (Self::SignedOut, Some(end)) => Self::Day(end),
        })
    }
}

/// What a person calls an origin.
fn host(origin: &str) -> &str {
    origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or(origin)
}

fn distinct(hosts: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct = Vec::new();
    for host in hosts {
        if !distinct.contains(&host) {
            distinct.push(host);
        }
    }
    distinct
}
