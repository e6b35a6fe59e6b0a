//! Redeeming a code (RFC 6749 §4.1.3).
//!
//! In this order: authenticate → open → client, redirect URI, verifier → sign → spend → reply. What fails before the
//! code is spent changes nothing, so a thief without the verifier can neither burn a login nor revoke one. Nothing that
//! can fail comes after.

use super::super::revoke::revoke;
use super::issue::{Grant, family_until, gets_refresh_token, idle_until};
use super::standing::Standing;
use super::target::TokenTarget;
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::oauth::{Bytes16 as _, CodeVerifier, Lifetime, RedirectUri};
use crate::seal::{Code, Payload as _, RefreshToken};
use crate::store::{self, Ancestor, LedgerError, ObjectName, Revocation, Spend, Spent};

/// A second use so soon after the first is a double-fired callback, not a thief.
const DOUBLE_CLICK: Lifetime = Lifetime::seconds(10);

/// Redeems the code.
pub(super) async fn redeem<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let text = params.required("code", "The code is missing.")?;
    let code = cx.open::<Code>(text).map_err(|error| OAuthError::invalid_grant(error.cause()))?;
    check(&code, params, client)?;
    if code.until.is_some_and(|end| end <= cx.now) {
        return Err(OAuthError::invalid_grant("consent_ended"));
    }
    let standing = Standing::of(&code.scope, &code.resources, client, cx)?;
    let narrowed = standing.narrowed(None, params, cx)?;
    let grant = Grant {
        client,
        lineage: &code.lineage,
        scope: &narrowed.scope,
        target: &TokenTarget::of(&narrowed.resources, cx.config)?,
        nonce: code.nonce.as_deref(),
        ends: code.until,
    };
    let tokens = grant.sign(cx).await?;
    // RFC 8707 §2.2: it keeps all that was granted, however narrow the access token is.
    let refresh_token = if gets_refresh_token(client, &standing.scope) {
        Some(cx.seal(&RefreshToken {
            lineage: code.lineage.clone(),
            generation: 0,
            scope: standing.scope,
            until: family_until(client, code.until, cx),
            resources: standing.resources,
            idle_until: idle_until(client, cx),
        })?)
    } else {
        None
    };
    spend(&code, cx).await?;
    let reply = tokens.reply(&narrowed.scope, refresh_token.as_deref()).noted(Note::event("code_redeemed"));
    Ok(reply.concerning(Some(&client.client_id), Some(code.lineage.subject)).in_family(code.lineage.family))
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

/// RFC 6749 §4.1.2: a code is used once. With the ledger off it rests on its 60 seconds, PKCE and client authentication.
async fn spend<P: Platform>(code: &Code, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(());
    }
    let lineage = &code.lineage;
    let id = *lineage.family.as_bytes();
    let object = ObjectName::for_codes(code.region, code.shards, &id);
    let spend = Spend { object, id, exp: code.expires(), attempt: cx.random()? };
    let unknown = |_: LedgerError| OAuthError::unavailable("ledger_unavailable");
    match store::spend(cx.platform.ledger(), &spend).await.map_err(unknown)? {
        Spent::First => Ok(()),
        Spent::Late => Err(OAuthError::invalid_grant("code_late")),
        Spent::Again { first } if cx.now.millis_since(first) <= DOUBLE_CLICK.millis() => {
            Err(OAuthError::invalid_grant("code_used_twice_at_once"))
        }
        Spent::Again { .. } => {
            // RFC 6749 §4.1.2: what was issued from the code is revoked.
            let family = Revocation { ancestor: Ancestor::Family(lineage.family), at: lineage.born };
            revoke(lineage.subject, lineage.home, &family, cx).await?;
            Err(OAuthError::invalid_grant("code_replayed"))
        }
    }
}
