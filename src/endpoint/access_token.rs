//! Access tokens that come back: whether one is ours and good, and what it descends from.

use super::facts;
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::jwt::{self, AccessTokenClaims};
use crate::oauth::{ClaimNames, ClientTag, Resource, Timestamp, TokenDigest};
use crate::record;
use crate::seal::{ClientTokenId, Exchange, Lineage, OpenError, TokenId};
use crate::store::{Key, Store as _};
use serde_json::{Map, Value};

/// An access token that this server signed and that has not expired. Whether it was revoked is another question:
/// [`AccessToken::cause_of_death`].
pub(super) struct AccessToken {
    /// RFC 9068 §2.2
    pub claims: Map<String, Value>,
    /// What it is revoked by, where it has a user.
    pub digest: TokenDigest,
    /// When it ends.
    pub until: Timestamp,
    /// The contents of its `jti`.
    pub origin: Origin,
    /// How it came from the token that its origin got (RFC 8693).
    pub exchanges: Vec<Exchange>,
    /// Which claims userinfo tells its bearer beside those of the scope.
    pub at_userinfo: Option<ClaimNames>,
}

/// What an access token descends from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A user, who allowed it.
    User(Lineage),
    /// A client alone, in its own name (RFC 6749 §4.4).
    Client(ClientTokenId),
}

/// When a token ends, how it was exchanged, and what userinfo tells.
type OfUser = (Timestamp, Vec<Exchange>, Option<ClaimNames>);

impl Origin {
    /// Opens a `jti`.
    fn open<P: Platform>(jti: &str, cx: &Cx<'_, P>) -> Result<(Self, OfUser), OpenError> {
        match cx.open::<TokenId>(jti) {
            Ok(id) => {
                let TokenId { lineage, until, exchanges, claims } = id.into_inner();
                Ok((Self::User(lineage), (until, exchanges, claims)))
            }
            // Sealed for another purpose, perhaps for this one.
            Err(OpenError::Forged) => {
                let id = cx.open::<ClientTokenId>(jti)?.into_inner();
                let until = id.until;
                Ok((Self::Client(id), (until, Vec::new(), None)))
            }
            Err(error) => Err(error),
        }
    }

    /// The client that the first token was issued to.
    const fn client(&self) -> &ClientTag {
        match self {
            Self::User(lineage) => &lineage.client,
            Self::Client(id) => &id.client,
        }
    }

    /// When it was born, and under which epoch of its client.
    const fn stamps(&self) -> (Timestamp, u32) {
        match self {
            Self::User(lineage) => (lineage.born, lineage.epoch),
            Self::Client(id) => (id.born, id.epoch),
        }
    }
}

impl AccessToken {
    /// Opens a token; `None` for whatever is not a good one of ours. RFC 9068 §4.
    pub(super) async fn open<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Option<Self>, OAuthError> {
        let keys = &cx.config.signing_keys;
        let claims = jwt::verify(token, AccessTokenClaims::TYPE, keys, cx.platform.signer()).await?;
        Ok(claims.and_then(|claims| Self::read(&claims, cx)))
    }

    fn read<P: Platform>(claims: &str, cx: &Cx<'_, P>) -> Option<Self> {
        let claims = record::object(claims)?;
        // The keys may sign for several issuers.
        let ours = claims.get("iss")?.as_str()? == cx.config.issuer.as_str();
        let lasts = claims.get("exp")?.as_u64()? > cx.now.seconds();
        let jti = claims.get("jti")?.as_str()?;
        let digest = TokenDigest::of(jti);
        let (origin, (until, exchanges, at_userinfo)) = Origin::open(jti, cx).ok()?;
        (ours && lasts).then_some(Self { claims, digest, until, origin, exchanges, at_userinfo })
    }

    /// Whose it is: the client that it was issued to, or that has exchanged another for it.
    pub(super) fn client(&self) -> &ClientTag {
        self.exchanges.last().map_or(self.origin.client(), |exchange| &exchange.client)
    }

    /// Whether it is for one of the resources that a client serves.
    pub(super) fn is_served_by<P: Platform>(&self, client: &Client, cx: &Cx<'_, P>) -> bool {
        let serves = |resource: &Resource| {
            let known = cx.config.resource(resource.as_str()).unwrap_or(resource);
            self.is_for(resource.as_str()) || self.is_for(cx.config.resources.audience(known))
        };
        client.resources.iter().any(serves)
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

    /// Why it is dead, if it was revoked: itself, or an ancestor, or its client, which may be the one that asks; or what it was
    /// exchanged for, or who exchanged that.
    pub(super) async fn cause_of_death<P: Platform>(
        &self,
        caller: Option<&Client>,
        cx: &Cx<'_, P>,
    ) -> Result<Option<&'static str>, OAuthError> {
        let clients = self.exchanges.iter().map(|exchange| (&exchange.client, (exchange.at, exchange.epoch)));
        for (client, stamps) in clients.chain([(self.origin.client(), self.origin.stamps())]) {
            if let Some(cause) = facts::client_gone(client, stamps, caller, cx).await? {
                return Ok(Some(cause));
            }
        }
        match &self.origin {
            Origin::User(lineage) => {
                let revocations = facts::revocations_of(lineage, cx).await?;
                let mut tokens = self.exchanges.iter().map(|exchange| exchange.token).chain([self.digest]);
                Ok(tokens.find_map(|token| revocations.reach_token(token, lineage)))
            }
            Origin::Client(id) => {
                let revoked = cx.store().get(&Key::revoked_token(&id.id)).await?;
                Ok(revoked.map(|_| "token_revoked"))
            }
        }
    }
}
