//! A device that asks for its tokens (RFC 8628 §3.4, §3.5): again and again, until its user has answered.
//!
//! In this order: authenticate → open → client → poll → facts → sign → spend → reply. The answer waits in the ledger and is
//! told as often as it is asked for; it is redeemed once.

use super::super::facts;
use super::redemption::Redemption;
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Params, Reply};
use crate::oauth::Bytes16 as _;
use crate::seal::{DeviceCode, Payload as _};
use crate::store::{self, DeviceGrant, Ledger as _, ObjectName, PollDevice, Polled, Spend};

/// RFC 8628 §3.5: the device begins anew.
const EXPIRED: OAuthError =
    OAuthError::new(ErrorCode::ExpiredToken, "The device_code has expired. Start again.", "device_code_expired");

/// Asks the ledger for the user's answer, and redeems what was granted.
pub(super) async fn redeem<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let text = params.required("device_code", "The device_code is missing.")?;
    let code: DeviceCode = cx.open_late(text).map_err(|error| OAuthError::invalid_grant(error.cause()))?;
    // RFC 8628 §3.4: bound to the client that it was issued to.
    if !code.client.names(&client.client_id) {
        return Err(OAuthError::invalid_grant("device_code_of_another_client"));
    }
    if !client.recognises(code.born, code.epoch) {
        return Err(OAuthError::invalid_grant("client_revoked"));
    }
    if code.expires() <= cx.now {
        return Err(EXPIRED);
    }
    let poll = PollDevice { user_code: code.user_code, device: *code.id, attempt: cx.random()? };
    match store::twice(async || cx.platform.ledger().poll_device(&poll).await).await? {
        Polled::Granted(grant) => granted(&code, &grant, (params, client), cx).await,
        Polled::Pending => {
            let description = "The user has not answered yet.";
            Err(OAuthError::new(ErrorCode::AuthorizationPending, description, "authorization_pending"))
        }
        Polled::SlowDown => {
            let description = "The user has not answered yet. Wait 5 seconds longer from now on before you ask again.";
            Err(OAuthError::new(ErrorCode::SlowDown, description, "polled_too_soon"))
        }
        Polled::Denied => {
            Err(OAuthError::new(ErrorCode::AccessDenied, "The user did not allow access.", "consent_denied"))
        }
        Polled::Gone => Err(EXPIRED),
    }
}

async fn granted<P: Platform>(
    code: &DeviceCode,
    grant: &DeviceGrant,
    (params, client): (&Params, &AuthenticatedClient),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let lineage = &grant.lineage;
    if lineage.client != code.client || !client.recognises(lineage.born, lineage.epoch) {
        return Err(OAuthError::invalid_grant("client_revoked"));
    }
    // The answer may have waited for minutes: whoever was signed out meanwhile has taken it back.
    if let Some(cause) = facts::revocations_of(lineage, cx).await?.reach(lineage) {
        return Err(OAuthError::invalid_grant(cause));
    }
    let redemption = Redemption {
        client,
        lineage,
        scope: &grant.scope.filter(|name| code.scope.contains(name)),
        resources: &code.resources,
        nonce: None,
        claims: None,
        until: grant.until,
        spend: Some(Spend {
            object: ObjectName::for_devices(code.user_code),
            id: *lineage.family.as_bytes(),
            exp: code.until,
            attempt: cx.random()?,
        }),
        late: EXPIRED,
        event: "device_code_redeemed",
    };
    redemption.redeem(params, cx).await
}
