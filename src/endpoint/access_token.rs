//! Access tokens that come back: whether one is ours and good, and what it descends from.

use super::facts;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::jwt::{self, AccessTokenClaims};
use crate::oauth::TokenDigest;
use crate::seal::{Lineage, TokenId};
use serde_json::{Map, Value};

/// An access token that this server signed and that has not expired. Whether it was revoked is another question:
/// [`AccessToken::cause_of_death`].
pub(super) struct AccessToken {
    /// RFC 9068 §2.2
    pub claims: Map<String, Value>,
    /// What it is revoked by.
    pub digest: TokenDigest,
    /// The contents of its `jti`.
    pub id: TokenId,
}

impl AccessToken {
    /// Opens a token; `None` for whatever is not a good one of ours. RFC 9068 §4.
    pub(super) async fn open<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Option<Self>, OAuthError> {
        let keys = &cx.config.signing_keys;
        let claims = jwt::verify(token, AccessTokenClaims::TYPE, keys, cx.platform.signer()).await?;
        Ok(claims.and_then(|claims| Self::read(&claims, cx)))
    }

    fn read<P: Platform>(claims: &str, cx: &Cx<'_, P>) -> Option<Self> {
        let claims: Map<String, Value> = serde_json::from_str(claims).ok()?;
        // The keys may sign for several issuers.
        let ours = claims.get("iss")?.as_str()? == cx.config.issuer.as_str();
        let lasts = claims.get("exp")?.as_u64()? > cx.now.seconds();
        let jti = claims.get("jti")?.as_str()?;
        let (digest, id) = (TokenDigest::of(jti), cx.open::<TokenId>(jti).ok()?.into_inner());
        (ours && lasts).then_some(Self { claims, digest, id })
    }

    /// What it descends from.
    pub(super) const fn lineage(&self) -> &Lineage {
        &self.id.lineage
    }

    /// Whether it is meant for this audience (RFC 7519 §4.1.3).
    pub(super) fn is_for(&self, audience: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|one| one == audience),
            _ => false,
        }
    }

    /// Whether this scope was granted.
    pub(super) fn allows(&self, scope: &str) -> bool {
        let granted = self.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
        granted.split(' ').any(|one| one == scope)
    }

    /// Why it is dead, if it was revoked: itself, or an ancestor, or its client.
    pub(super) async fn cause_of_death<P: Platform>(&self, cx: &Cx<'_, P>) -> Result<Option<&'static str>, OAuthError> {
        let lineage = self.lineage();
        if let Some(cause) = client_gone(lineage, cx).await? {
            return Ok(Some(cause));
        }
        Ok(facts::revocations_of(lineage, cx).await?.reach_token(self.digest, lineage))
    }
}

/// Why nothing of this lineage is good any more, as far as its client goes.
pub(super) async fn client_gone<P: Platform>(
    lineage: &Lineage,
    cx: &Cx<'_, P>,
) -> Result<Option<&'static str>, OAuthError> {
    let client = match lineage.client.id() {
        Some(id) => facts::client(&id, cx).await?,
        None => None,
    };
    Ok(match client {
        None => Some("client_removed"),
        Some(client) if !client.recognises(lineage.born, lineage.epoch) => Some("client_revoked"),
        Some(_) => None,
    })
}
