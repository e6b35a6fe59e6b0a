//! Making the tokens of a grant (RFC 9068, OpenID Connect Core §2).

use super::super::access_token::Origin;
use super::super::subject;
use super::target::TokenTarget;
use super::user_claims::UserClaims;
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Reply;
use crate::jwt::{self, AccessTokenClaims, Audience, IdTokenClaims, SignError, at_hash, session_id_for};
use crate::oauth::{ClaimNames, ClaimsRequest, GrantType, Lifetime, Scope, ScopeToken, Timestamp, TokenType};
use crate::seal::{ClientTokenId, Exchange, Lineage, TokenId};
use serde_json::{Map, Value, json};

/// How people sign in: by password. A value of this server's own, which OpenID Connect Core §2 leaves to it.
pub(in crate::endpoint) const ACR: &str = "urn:sealwax:acr:password";
/// RFC 8176 §2
const AMR: &[&str] = &["pwd"];
/// What an ID token tells.
pub(in crate::endpoint) const ID_TOKEN_CLAIMS: &[&str] =
    &["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];

/// What an access token is made of (RFC 9068), whichever grant it comes from.
#[derive(Debug)]
pub(super) struct NewAccessToken<'a> {
    /// Who gets it.
    pub client: &'a Client,
    /// The user, or the client where there is none.
    pub sub: &'a str,
    /// What it descends from; of a client's own, all but the end.
    pub origin: Origin,
    pub scope: &'a Scope,
    pub target: &'a TokenTarget<'a>,
    /// When what it rests on ends: no token outlives that.
    pub ends: Option<Timestamp>,
    /// How it came from the token that its origin got (RFC 8693).
    pub exchanges: Vec<Exchange>,
    /// RFC 8693 §4.1
    pub act: Option<&'a Value>,
    /// RFC 8693 §4.4
    pub may_act: Option<&'a Value>,
    /// What it tells of the user.
    pub claims: Map<String, Value>,
    /// What userinfo tells its bearer beside the claims of the scope (OpenID Connect Core §5.5).
    pub at_userinfo: Option<ClaimNames>,
}

/// What the tokens of a user's grant are made of.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    pub client: &'a Client,
    pub lineage: &'a Lineage,
    pub scope: &'a Scope,
    pub target: &'a TokenTarget<'a>,
    pub nonce: Option<&'a str>,
    /// OpenID Connect Core §5.5
    pub claims: Option<&'a ClaimsRequest>,
    /// When what the grant rests on ends: no token outlives it.
    pub ends: Option<Timestamp>,
}

/// Signed tokens.
#[derive(Debug)]
pub(super) struct Tokens {
    expires_in: u64,
    access_token: String,
    id_token: Option<String>,
    issued_token_type: Option<TokenType>,
}

impl From<SignError> for OAuthError {
    fn from(error: SignError) -> Self {
        Self::internal(error.0)
    }
}

impl NewAccessToken<'_> {
    /// Seals its `jti` and signs it.
    pub(super) async fn sign<P: Platform>(self, cx: &Cx<'_, P>) -> Result<Tokens, OAuthError> {
        let until = end(self.target.lifetime, self.ends, cx);
        let (jti, auth_time) = match self.origin {
            Origin::User(lineage) => {
                let auth_time = lineage.auth.seconds();
                (
                    cx.seal(&TokenId { lineage, until, exchanges: self.exchanges, claims: self.at_userinfo })?,
                    Some(auth_time),
                )
            }
            Origin::Client(id) => (cx.seal(&ClientTokenId { until, ..id })?, None),
        };
        let scope = self.scope.to_string();
        let issuer = cx.config.issuer.as_str();
        let claims = AccessTokenClaims {
            iss: issuer,
            sub: self.sub,
            aud: Audience::of(&self.target.audiences, issuer, self.scope.contains(ScopeToken::OPENID)),
            exp: until.seconds(),
            iat: cx.now.seconds(),
            jti: &jti,
            client_id: self.client.client_id.as_str(),
            scope: &scope,
            auth_time,
            acr: auth_time.map(|_| ACR),
            amr: auth_time.map(|_| AMR),
            act: self.act,
            may_act: self.may_act,
            more: self.claims,
        };
        let key = self.target.key;
        let access_token = jwt::issue(&claims, AccessTokenClaims::TYPE, key, cx.platform.signer()).await?;
        let expires_in = until.millis_since(cx.now) / 1000;
        Ok(Tokens { expires_in, access_token, id_token: None, issued_token_type: None })
    }
}

impl Grant<'_> {
    /// Signs an access token and, with `openid`, an ID token.
    pub(super) async fn sign<P: Platform>(&self, cx: &Cx<'_, P>) -> Result<Tokens, OAuthError> {
        let (client, subject) = (self.client, self.lineage.subject);
        let openid = self.scope.contains(ScopeToken::OPENID);
        // The client may ask for less than when this was granted.
        let asked =
            self.claims.filter(|_| openid).and_then(|claims| claims.told(|scope| cx.config.may_ask(client, scope)));
        let names = asked.as_ref().map(|claims| &claims.id_token);
        let claims = UserClaims::read(subject, (client, self.target), names, cx).await?;
        let sub = subject::told(client, subject, cx)?;
        let may_act = self.client.may_act.as_ref().map(|actor| json!({"sub": actor}));
        let access_token = NewAccessToken {
            client: self.client,
            sub: &sub,
            origin: Origin::User(self.lineage.clone()),
            scope: self.scope,
            target: self.target,
            ends: self.ends,
            exchanges: Vec::new(),
            act: None,
            may_act: may_act.as_ref(),
            claims: claims.access_token,
            at_userinfo: asked.map(|claims| claims.userinfo).filter(|names| !names.is_empty()),
        };
        let mut tokens = access_token.sign(cx).await?;
        if openid {
            tokens.id_token = Some(self.id_token(&sub, &tokens.access_token, claims.id_token, cx).await?);
        }
        Ok(tokens)
    }

    async fn id_token<P: Platform>(
        &self,
        sub: &str,
        access_token: &str,
        more: Map<String, Value>,
        cx: &Cx<'_, P>,
    ) -> Result<String, OAuthError> {
        let key = cx.config.signing_keys.chosen(self.client.id_token_signed_response_alg)?;
        let claims = IdTokenClaims {
            iss: cx.config.issuer.as_str(),
            sub,
            aud: self.client.client_id.as_str(),
            exp: end(cx.config.lifetimes.access_token, self.ends, cx).seconds(),
            iat: cx.now.seconds(),
            auth_time: self.lineage.auth.seconds(),
            nonce: self.nonce,
            acr: ACR,
            amr: AMR,
            at_hash: &at_hash(access_token, key.algorithm(), cx.platform.signer()).await?,
            sid: &session_id_for(self.lineage.sid, &self.client.client_id),
            more,
        };
        Ok(jwt::issue(&claims, IdTokenClaims::TYPE, key, cx.platform.signer()).await?)
    }
}

/// When a token that lasts so long ends: not after what it rests on.
fn end<P: Platform>(lifetime: Lifetime, ends: Option<Timestamp>, cx: &Cx<'_, P>) -> Timestamp {
    let until = cx.now.after(lifetime);
    ends.map_or(until, |ends| ends.min(until))
}

impl Tokens {
    /// Tells what was asked for in an exchange (RFC 8693 §2.2.1).
    pub(super) fn exchanged(self, issued: TokenType) -> Self {
        Self { issued_token_type: Some(issued), ..self }
    }

    /// The token response (RFC 6749 §5.1).
    pub(super) fn reply(&self, scope: &Scope, refresh_token: Option<&str>) -> Reply {
        // Written without an eye on what would have to be escaped: tokens are base64url and dots, and no scope has a quotation
        // mark or a backslash (RFC 6749 §3.3). The tokens are most of what an answer is.
        let mut json = String::with_capacity(self.access_token.len().saturating_add(1024));
        json.push_str(r#"{"access_token":""#);
        json.push_str(&self.access_token);
        let mut member = |name: &str, value: &str| {
            for part in [r#"",""#, name, r#"":""#, value] {
                json.push_str(part);
            }
        };
        if let Some(issued) = self.issued_token_type {
            member("issued_token_type", issued.as_str());
        }
        member("token_type", "Bearer");
        member("scope", &scope.to_string());
        if let Some(token) = refresh_token {
            member("refresh_token", token);
        }
        if let Some(token) = &self.id_token {
            member("id_token", token);
        }
        json.push_str(r#"","expires_in":"#);
        json.push_str(&self.expires_in.to_string());
        json.push('}');
        Reply::json_text(200, json).header("pragma", "no-cache")
    }
}

/// Whether a grant of this scope comes with a refresh token: asked for by `offline_access` (OpenID Connect Core §11), or the
/// client is configured for it. Nobody configures a client that registered itself. Without `openid` the scope means nothing
/// to it, and naming the grant is how it asks (RFC 7591 §2); such a token ends with the session.
pub(super) fn gets_refresh_token(client: &Client, scope: &Scope) -> bool {
    let by_grant = !client.is_the_operators() && !scope.contains(ScopeToken::OPENID);
    let asked = client.always_refresh || by_grant || scope.contains(ScopeToken::OFFLINE_ACCESS);
    asked && client.may_use(GrantType::RefreshToken)
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
