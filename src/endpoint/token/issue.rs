//! Making the tokens of a grant (RFC 9068, OpenID Connect Core §2).

use super::TokenResponse;
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Params, Reply};
use crate::jwt::{self, AccessTokenClaims, Audience, IdTokenClaims, SignError, at_hash, session_id_for};
use crate::oauth::{GrantType, Resource, Resources, Scope, ScopeToken, Timestamp};
use crate::seal::{Lineage, TokenId};

/// How people sign in: by password. A value of this server's own, which OpenID Connect Core §2 leaves to it.
pub(in crate::endpoint) const ACR: &str = "urn:sealwax:acr:password";
/// RFC 8176 §2
const AMR: &[&str] = &["pwd"];
/// What an ID token tells.
pub(in crate::endpoint) const ID_TOKEN_CLAIMS: &[&str] =
    &["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];

/// What tokens are made of.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    pub client: &'a Client,
    pub lineage: &'a Lineage,
    pub scope: &'a Scope,
    pub resources: &'a Resources,
    pub nonce: Option<&'a str>,
    /// When what the grant rests on ends: no token outlives it.
    pub ends: Option<Timestamp>,
}

/// Signed tokens.
#[derive(Debug)]
pub(super) struct Tokens {
    expires_in: u64,
    access_token: String,
    id_token: Option<String>,
}

impl From<SignError> for OAuthError {
    fn from(error: SignError) -> Self {
        Self::internal(error.0)
    }
}

impl Grant<'_> {
    /// Signs an access token and, with `openid`, an ID token.
    pub(super) async fn sign<P: Platform>(&self, cx: &Cx<'_, P>) -> Result<Tokens, OAuthError> {
        let access_token = self.access_token(cx).await?;
        let id_token =
            if self.scope.contains(ScopeToken::OPENID) { Some(self.id_token(&access_token, cx).await?) } else { None };
        let expires_in = self.until(cx).millis_since(cx.now) / 1000;
        Ok(Tokens { expires_in, access_token, id_token })
    }

    fn until<P: Platform>(&self, cx: &Cx<'_, P>) -> Timestamp {
        let until = cx.now.after(cx.config.lifetimes.access_token);
        self.ends.map_or(until, |ends| ends.min(until))
    }

    async fn access_token<P: Platform>(&self, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
        let until = self.until(cx);
        let jti = cx.seal(&TokenId { lineage: self.lineage.clone(), until })?;
        let (sub, scope) = (self.lineage.subject.to_string(), self.scope.to_string());
        let issuer = cx.config.issuer.as_str();
        let claims = AccessTokenClaims {
            iss: issuer,
            sub: &sub,
            aud: Audience::of(self.resources, issuer, self.scope.contains(ScopeToken::OPENID)),
            exp: until.seconds(),
            iat: cx.now.seconds(),
            jti: &jti,
            client_id: self.client.client_id.as_str(),
            scope: &scope,
            auth_time: self.lineage.auth.seconds(),
            acr: ACR,
            amr: AMR,
        };
        let key = cx.config.signing_keys.chosen(None)?;
        Ok(jwt::issue(&claims, AccessTokenClaims::TYPE, key, cx.platform.signer()).await?)
    }

    async fn id_token<P: Platform>(&self, access_token: &str, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
        let key = cx.config.signing_keys.chosen(self.client.id_token_signed_response_alg)?;
        let sub = self.lineage.subject.to_string();
        let claims = IdTokenClaims {
            iss: cx.config.issuer.as_str(),
            sub: &sub,
            aud: self.client.client_id.as_str(),
            exp: self.until(cx).seconds(),
            iat: cx.now.seconds(),
            auth_time: self.lineage.auth.seconds(),
            nonce: self.nonce,
            acr: ACR,
            amr: AMR,
            at_hash: &at_hash(access_token, key.algorithm(), cx.platform.signer()).await?,
            sid: &session_id_for(self.lineage.sid, &self.client.client_id),
        };
        Ok(jwt::issue(&claims, IdTokenClaims::TYPE, key, cx.platform.signer()).await?)
    }
}

impl Tokens {
    /// The token response (RFC 6749 §5.1).
    pub(super) fn reply(&self, scope: &Scope, refresh_token: Option<&str>) -> Reply {
        let response = TokenResponse {
            access_token: &self.access_token,
            token_type: "Bearer",
            expires_in: self.expires_in,
            scope,
            refresh_token,
            id_token: self.id_token.as_deref(),
        };
        Reply::json(200, &response).header("pragma", "no-cache")
    }
}

/// What of a grant the client and this server still stand for: a registration may have been narrowed since.
pub(super) fn still_granted<P: Platform>(scope: &Scope, client: &Client, cx: &Cx<'_, P>) -> Result<Scope, OAuthError> {
    let scope = cx.config.scopes.grantable(scope, &client.scope);
    if scope.is_empty() { Err(OAuthError::invalid_grant("scope_withdrawn")) } else { Ok(scope) }
}

/// RFC 8707 §2.2: the resource that was granted may be named again, no other.
pub(super) fn refuse_other_resource(params: &Params, granted: &Resources) -> Result<(), OAuthError> {
    let is_granted = |text| Resource::parse(text).is_some_and(|resource| granted.contains(&resource));
    if params.all("resource").all(is_granted) {
        return Ok(());
    }
    let description = "The resource is not the one that was granted.";
    Err(OAuthError::new(ErrorCode::InvalidTarget, description, "resource_not_granted"))
}

/// Whether a grant of this scope comes with a refresh token (OpenID Connect Core §11; clients may be configured for it).
pub(super) fn gets_refresh_token(client: &Client, scope: &Scope) -> bool {
    client.may_use(GrantType::RefreshToken) && (client.always_refresh || scope.contains(ScopeToken::OFFLINE_ACCESS))
}

/// When a family that begins now ends: with the client's lifetime or the consent, whichever is first.
pub(super) fn family_until<P: Platform>(client: &Client, consent: Option<Timestamp>, cx: &Cx<'_, P>) -> Timestamp {
    let lifetime = client.refresh_token_lifetime.unwrap_or(cx.config.lifetimes.refresh_token);
    let until = cx.now.after(lifetime);
    consent.map_or(until, |consent| consent.min(until))
}

/// Whether tokens of this client rotate: RFC 9700 §4.14.2 asks it of public clients; others may want it. It takes the
/// ledger.
pub(super) fn rotates<P: Platform>(client: &Client, cx: &Cx<'_, P>) -> bool {
    client.rotates() && cx.config.ledger.is_some()
}

/// When a token of a rotating family ends unless it is used.
pub(super) fn idle_until<P: Platform>(client: &Client, cx: &Cx<'_, P>) -> Option<Timestamp> {
    let idle = client.refresh_token_idle.unwrap_or(cx.config.lifetimes.refresh_token_idle);
    rotates(client, cx).then(|| cx.now.after(idle))
}
