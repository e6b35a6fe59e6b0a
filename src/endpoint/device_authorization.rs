//! The device authorization endpoint (RFC 8628 §3.1, §3.2): a device that has no browser asks for a code, which its user
//! types into one elsewhere.

use super::authorize::requested_scope;
use super::caller::Call;
use super::resource;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Reply, Request};
use crate::oauth::{GrantType, UserCode};
use crate::seal::{DeviceCode, DeviceRequest};
use crate::store::{self, Begun, DeviceRow, Ledger as _};
use minicbor::bytes::ByteArray;
use serde::Serialize;

/// RFC 8628 §3.2
#[derive(Serialize)]
struct Started<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: &'a str,
    expires_in: u32,
    interval: u32,
}

/// The longest request that is kept for the user, in bytes: most of it is the id of a client that registered itself.
const MAX_REQUEST: usize = 6 * 1024;
/// How many user codes are drawn until one is free. That the first is not has, with ten thousand devices waiting, a chance
/// of one in two million.
const DRAWS: usize = 4;

/// Answers.
pub(super) async fn device_authorization<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    const EVENT: &str = "device_authorization_refused";
    match Call::of(request, cx).await {
        Ok(call) => call.answer(answer(&call, cx).await, EVENT, cx),
        Err(refused) => refused.reply(EVENT, cx),
    }
}

async fn answer<P: Platform>(call: &Call, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let Call { params, client } = call;
    if !client.may_use(GrantType::DeviceCode) {
        let description = "The client is not registered for the device grant.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "grant_not_registered"));
    }
    let resources = resource::requested(params, client, cx.config)?;
    let request = DeviceRequest {
        device: ByteArray::from(cx.random()?),
        client: client.client_id.clone(),
        epoch: client.epoch,
        scope: requested_scope(params, client, &resources, cx)?,
        resources,
        born: cx.now,
        until: cx.now.after(DeviceCode::LIFETIME),
    };
    // Writing into memory cannot fail.
    if minicbor::to_vec(&request).map_or(usize::MAX, |written| written.len()) > MAX_REQUEST {
        return Err(OAuthError::invalid_request("The request is longer than 6 KB.", "request_too_long"));
    }
    // Who knows the operator's secret is counted by nobody; anybody else could fill the ledger.
    let known = client.is_the_operators() && !client.is_public();
    if !known && !cx.platform.may_leave_a_row().await {
        return Err(OAuthError::unavailable("too_many_from_address"));
    }
    let user_code = begin(&request, cx).await?;
    let device_code = cx.seal(&DeviceCode {
        id: request.device,
        client: client.client_id.tag(),
        epoch: request.epoch,
        scope: request.scope,
        resources: request.resources,
        born: request.born,
        until: request.until,
        user_code: user_code.digest(),
    })?;
    let (user_code, verification_uri) = (user_code.to_string(), cx.config.issuer.url("/device"));
    let started = Started {
        device_code: &device_code,
        user_code: &user_code,
        verification_uri: &verification_uri,
        verification_uri_complete: &format!("{verification_uri}?user_code={user_code}"),
        expires_in: DeviceCode::LIFETIME.as_seconds(),
        interval: DeviceRow::INTERVAL.as_seconds(),
    };
    let reply = Reply::json(200, &started).noted(Note::event("device_code_issued"));
    Ok(reply.concerning(Some(&client.client_id), None))
}

/// Lets the device wait under a user code that no other has.
async fn begin<P: Platform>(request: &DeviceRequest, cx: &Cx<'_, P>) -> Result<UserCode, OAuthError> {
    for _ in 0..DRAWS {
        let Some(code) = UserCode::from_random(cx.random()?) else { continue };
        let ledger = cx.platform.ledger();
        match store::twice(async || ledger.begin_device(code.digest(), request).await).await? {
            Begun::First => return Ok(code),
            Begun::Taken => {}
            Begun::Full => return Err(OAuthError::unavailable("too_many_devices")),
        }
    }
    Err(OAuthError::unavailable("user_codes_taken"))
}
