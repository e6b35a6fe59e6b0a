//! Clients that registered themselves, or that a document describes, in the operator's hands.

use super::client_changes::Change;
use super::clients::unknown;
use super::{ClientRemoved, Failure, Operator, Refusal, RegistrationView, done, listing};
use crate::client::{Client, RegistrationRecord};
use crate::cx::{Cx, Platform};
use crate::endpoint::registration;
use crate::endpoint::registration_record::{self, Decision};
use crate::endpoint::self_registered::{self, Found};
use crate::http::Reply;
use crate::oauth::{Bytes16 as _, ClientDigest, ClientId, ClientTag};
use crate::store::Key;

/// Such a client, by its id or by the hash of it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) digest: ClientDigest,
    pub(super) id: Option<ClientId>,
}

/// One client. No document is fetched for it.
pub(super) async fn show<P: Platform>(named: &Named, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let record = registration_record::read(named.digest, cx).await?;
    if record.is_none() && named.id.is_none() {
        // A hash says nothing by itself.
        return Err(unknown().into());
    }
    Ok(told("operator.client_show", &view(named, record, cx)))
}

/// Changes a client as far as that is not its own affair. What is decided about one whose document cannot be had, or that
/// is denied already, holds like any other.
pub(super) async fn change<P: Platform>(
    named: &Named,
    change: &Change,
    _: &Operator,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let (event, decision) = match change {
        Change::Disable => ("operator.client_disable", Decision::Disable),
        Change::Enable => ("operator.client_enable", Decision::Enable),
        Change::Revoke => ("operator.revoke_client", Decision::Revoke),
        Change::Update(_) | Change::RotateSecret(..) => {
            let description = "The client registered itself: only it can change that.";
            return Err(Refusal::bad("client_of_its_own", description).into());
        }
    };
    Ok(told(event, &decide(named, decision, cx).await?))
}

/// Removes a client for ever.
pub(super) async fn remove<P: Platform>(named: &Named, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let view = decide(named, Decision::Remove, cx).await?;
    let client_id = named.id.as_ref().map_or(view.digest, ToString::to_string);
    let reply = done("operator.client_remove", &ClientRemoved { client_id });
    Ok(reply.concerning(named.id.as_ref(), None))
}

async fn decide<P: Platform>(named: &Named, decision: Decision, cx: &Cx<'_, P>) -> Result<RegistrationView, Failure> {
    let gone = registration_record::read(named.digest, cx).await?.is_some_and(|record| record.deleted);
    if gone && decision != Decision::Remove {
        return Err(unknown().into());
    }
    let record = registration_record::decide(named.digest, named.id.as_ref(), decision, cx).await?;
    // Removed already, which KV did not show yet.
    if record.deleted && decision != Decision::Remove {
        return Err(unknown().into());
    }
    Ok(view(named, Some(record), cx))
}

/// A part of the list of those about whom something was decided.
pub(super) async fn part<P: Platform>(
    cursor: Option<&str>,
    cx: &Cx<'_, P>,
) -> Result<(Vec<RegistrationView>, Option<String>), Failure> {
    let (records, cursor) = listing::part::<RegistrationRecord, _>(Key::REGISTRATIONS, cursor, cx).await?;
    let views = records.into_iter().filter_map(|(name, record)| {
        let named = Named { digest: ClientDigest::parse(&name)?, id: record.client.clone() };
        Some(view(&named, Some(record), cx))
    });
    Ok((views.collect(), cursor))
}

fn view<P: Platform>(named: &Named, record: Option<RegistrationRecord>, cx: &Cx<'_, P>) -> RegistrationView {
    let changed = record.as_ref().and_then(|record| record.changed);
    let record = record.unwrap_or_default();
    let id = named.id.clone().or_else(|| record.client.clone());
    let living = RegistrationRecord { deleted: false, ..record.clone() };
    let sealed = id.as_ref().filter(|id| !id.is_url()).map(|id| self_registered::find_by(id, living, cx));
    let initial_token = id.as_ref().and_then(|id| self_registered::initial_token(id, cx));
    let (client, refused) = match sealed {
        Some(Ok(Found::Client(found))) => (Some(found.client), None),
        Some(Ok(Found::Nobody(cause))) => (None, Some(cause)),
        Some(Err(error)) => (None, Some(error.cause)),
        Some(Ok(Found::NoSeal)) | None => (None, None),
    };
    RegistrationView {
        client_id: id,
        digest: ClientTag::shown(named.digest),
        metadata: client.as_ref().map(|client: &Client| registration::told_of(client)),
        initial_token,
        epoch: record.epoch,
        disabled: record.disabled,
        removed: record.deleted,
        updated: record.content.is_some(),
        refused: refused.map(str::to_owned),
        changed,
    }
}

fn told(event: &'static str, view: &RegistrationView) -> Reply {
    done(event, view).concerning(view.client_id.as_ref(), None)
}
