//! Redeeming a code (RFC 6749 §4.1.3).
//!
//! In this order: authenticate → open → client, redirect URI, verifier → sign → spend → reply. What fails before the
//! code is spent changes nothing, so a thief without the verifier can neither burn a login nor revoke one. Nothing that
//! can fail comes after.

use super::redemption::Redemption;
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Params, Reply};
use crate::oauth::{Bytes16 as _, CodeVerifier, RedirectUri};
use crate::seal::{Code, Payload as _};
use crate::store::{ObjectName, Spend};

/// Redeems the code.
pub(super) async fn redeem<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let text = params.required("code", "The code is missing.")?;
    let code = cx.open::<Code>(text).map_err(|error| OAuthError::invalid_grant(error.cause()))?;
    check(&code, params, client)?;
    // RFC 6749 §4.1.2: a code is used once. With the ledger off it rests on its 60 seconds, PKCE and client authentication.
    let spend = match cx.config.ledger {
        Some(_) => {
            let id = *code.lineage.family.as_bytes();
            let object = ObjectName::for_codes(code.region, code.shards, &id);
            Some(Spend { object, id, exp: code.expires(), attempt: cx.random()? })
        }
        None => None,
    };
    let redemption = Redemption {
        client,
        lineage: &code.lineage,
        scope: &code.scope,
        resources: &code.resources,
        nonce: code.nonce.as_deref(),
        claims: code.claims.as_ref(),
        until: code.until,
        spend,
        late: OAuthError::invalid_grant("code_late"),
        event: "code_redeemed",
    };
    redemption.redeem(params, cx).await
}

/// Everything that can be judged from the code and the request alone.
fn check(code: &Code, params: &Params, client: &AuthenticatedClient) -> Result<(), OAuthError> {
    // RFC 6749 §4.1.3: the code was issued to this client …
    if !code.lineage.client.names(&client.client_id) {
        return Err(OAuthError::invalid_grant("code_of_another_client"));
    }
    if !client.recognises(code.lineage.born, code.lineage.epoch) {
        return Err(OAuthError::invalid_grant("client_revoked"));
    }
    // … and the redirect URI is the one it was sent to, named again if it was named.
    match params.one("redirect_uri")? {
        Some(uri) if RedirectUri::fingerprint(uri) != *code.redirect => {
            return Err(OAuthError::invalid_grant("redirect_uri_differs"));
        }
        None if code.redirect_sent => return Err(OAuthError::invalid_grant("redirect_uri_missing")),
        _ => {}
    }
    match (params.one("code_verifier")?, &code.challenge) {
        (Some(verifier), Some(challenge)) => {
            let verifier = CodeVerifier::parse(verifier).ok_or(OAuthError::invalid_grant("verifier_malformed"))?;
            // RFC 7636 §4.6
            if challenge.is_answered_by(&verifier) { Ok(()) } else { Err(OAuthError::invalid_grant("verifier_wrong")) }
        }
        (None, Some(_)) => Err(OAuthError::invalid_grant("verifier_missing")),
        // RFC 9700 §4.8.2: a verifier without a challenge is a sign that the challenge was stripped on the way.
        (Some(_), None) => Err(OAuthError::invalid_grant("verifier_without_challenge")),
        (None, None) => Ok(()),
    }
}
