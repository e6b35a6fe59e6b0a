//! Renewing an access token (RFC 6749 §6, RFC 9700 §4.14). A refresh token is sealed and stored nowhere.

use super::super::{facts, revoke};
use super::issue::{Grant, idle_until, rotates};
use super::standing::Standing;
use super::target::TokenTarget;
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::seal::RefreshToken;
use crate::store::{Advance, Advanced, Ancestor, Ledger as _, LedgerError};

/// Renews.
pub(super) async fn renew<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let text = params.required("refresh_token", "The refresh_token is missing.")?;
    let token = cx.open::<RefreshToken>(text).map_err(|error| OAuthError::invalid_grant(error.cause()))?;
    // RFC 6749 §6: bound to the client it was issued to.
    if !token.lineage.client.names(&client.client_id) {
        return Err(OAuthError::invalid_grant("refresh_token_of_another_client"));
    }
    if !client.recognises(token.lineage.born, token.lineage.epoch) {
        return Err(OAuthError::invalid_grant("client_revoked"));
    }
    let standing = Standing::of(&token.scope, &token.resources, client, cx)?;
    let narrowed = standing.narrowed(params.one("scope")?, params, cx)?;
    let target = TokenTarget::of(&narrowed.resources, cx.config)?;
    let rotates = rotates(client, cx);
    if !rotates {
        refuse_revoked(&token, cx).await?;
    }
    let (lineage, scope) = (&token.lineage, &narrowed.scope);
    let (claims, ends) = (token.claims.as_ref(), Some(token.until));
    let grant = Grant { client, lineage, scope, target: &target, nonce: None, claims, ends };
    let tokens = grant.sign(cx).await?;
    // RFC 6749 §6, RFC 8707 §2.2: a new refresh token has scope and resources of the old one, however narrow the access
    // token is.
    let next = if rotates { Some(advance(&token, client, cx).await?) } else { None };
    let reply = tokens.reply(scope, next.as_deref()).noted(Note::event("refreshed"));
    Ok(reply.concerning(Some(&client.client_id), Some(token.lineage.subject)).in_family(token.lineage.family))
}

/// Tokens that do not rotate: one read decides.
async fn refuse_revoked<P: Platform>(token: &RefreshToken, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    let revocations = facts::revocations_of(&token.lineage, cx).await?;
    revocations.reach(&token.lineage).map_or(Ok(()), |cause| Err(OAuthError::invalid_grant(cause)))
}

/// Tokens that rotate: one ledger call decides, in the object that knows every revocation of the subject.
async fn advance<P: Platform>(
    token: &RefreshToken,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<String, OAuthError> {
    let advance = Advance {
        lineage: token.lineage.clone(),
        generation: token.generation,
        grace: cx.config.lifetimes.refresh_token_grace,
        until: token.until,
    };
    let ledger = cx.platform.ledger();
    // Repeating a lost call is safe: within the grace period the same generation gives the same answer.
    let answer = match ledger.advance(&advance).await {
        Err(LedgerError) => ledger.advance(&advance).await,
        answer => answer,
    };
    match answer.map_err(|LedgerError| OAuthError::unavailable("ledger_unavailable"))? {
        Advanced::Issue(generation) => {
            let idle_until = idle_until(client, cx);
            let next = RefreshToken { generation, idle_until, ..token.clone() };
            Ok(cx.seal(&next)?)
        }
        Advanced::Replay => {
            // RFC 9700 §4.14.2: the ledger has revoked what descends from the same code.
            revoke::tell(token.lineage.subject, &Ancestor::Family(token.lineage.family), cx);
            Err(OAuthError::invalid_grant("refresh_token_replayed"))
        }
        Advanced::Revoked => Err(OAuthError::invalid_grant("family_revoked")),
    }
}
