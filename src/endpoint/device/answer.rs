//! The user's yes or no. The yes is a consent like any other, and is always asked for: nobody but the person in front of
//! the device can tell whose it is (RFC 8628 §5.4).

use super::super::browser::Browser;
use super::super::consent::{Answer, record};
use super::super::interaction::Known;
use super::super::lineage::lineage;
use super::super::page;
use super::code::still_asked;
use super::{Visitor, refuse};
use crate::client::Client;
use crate::consent::{ConsentEntry, ConsentSubject};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Params, Reply};
use crate::oauth::UserCode;
use crate::pages::UserCodeProblem;
use crate::seal::DeviceRequest;
use crate::store::{self, DecideDevice, Decided, DeviceDecision, DeviceGrant, Key, Ledger as _};
use minicbor::bytes::ByteArray;

/// The form that came back.
pub(super) struct Form {
    pub user_code: String,
    pub asked: DeviceRequest,
    pub attempt: Option<ByteArray<16>>,
}

/// Takes the answer to the ledger, where the device asks for it.
pub(super) async fn take<P: Platform>(
    form: Form,
    params: &Params,
    (mut visitor, browser): (Visitor, Browser),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let Form { user_code, asked, attempt } = form;
    let says_yes = match params.one("decision")? {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Err(OAuthError::invalid_request("The form is incomplete.", "decision_missing")),
    };
    let unknown = |session, cause| refuse((session, &browser), &user_code, (UserCodeProblem::Unknown, cause), cx);
    let (asked, client) = match still_asked(asked, cx).await? {
        Ok(found) => found,
        Err(cause) => return unknown(visitor.session, cause),
    };
    let answer = Answer::of(&asked.scope, params, cx)?;
    let allows = says_yes && !answer.granted.is_empty();
    let grant = if allows { Some(allow(&asked, &client, answer, &mut visitor, cx).await?) } else { None };
    let (subject, family) = (visitor.session.subject, grant.as_ref().map(|grant| grant.lineage.family));
    let code = UserCode::parse(&user_code).ok_or(OAuthError::stale_form("user_code_malformed"))?;
    let attempt = attempt.ok_or(OAuthError::stale_form("attempt_missing"))?;
    let decision = DeviceDecision { attempt, grant };
    let decide = DecideDevice { user_code: code.digest(), device: asked.device, decision };
    match store::twice(async || cx.platform.ledger().decide_device(&decide).await).await? {
        Decided::Gone => return unknown(visitor.session, "device_gone"),
        Decided::Done => {}
    }
    let mut reply = page::device_answered(&client, allows, cx).concerning(Some(&client.client_id), Some(subject));
    reply.note.family = family.map(|family| family.to_string());
    reply.note.cause = (says_yes && !allows).then_some("nothing_ticked");
    browser.with_session(reply, visitor.session, cx)
}

/// Records the consent, so that the account page shows it and takes it back, and makes the grant. First what is stored: a
/// device must not be let in by a yes that nobody can find again.
async fn allow<P: Platform>(
    asked: &DeviceRequest,
    client: &Client,
    answer: Answer<'_>,
    visitor: &mut Visitor,
    cx: &Cx<'_, P>,
) -> Result<DeviceGrant, OAuthError> {
    let session = &mut visitor.session;
    let about = ConsentSubject {
        client: &client.client_id,
        registered: client.created,
        origin: ConsentEntry::DEVICE.to_owned(),
        resources: &asked.resources,
    };
    let consents = store::read(cx.store(), &Key::consent(session.subject, &client.client_id)).await?;
    let known = Known { revocations: visitor.revocations.clone(), consents: consents.unwrap_or_default() };
    let scope = answer.granted.clone();
    let held = record(&about, answer, known, session, cx).await?;
    let lineage = lineage(client, session, &scope, Some(held.granted), cx)?;
    let grant = DeviceGrant { lineage, scope, until: held.until };
    session.hold(held);
    session.name_client(&client.client_id);
    Ok(grant)
}
