//! What codes and device codes have in common: a user's grant becomes tokens, once.
//!
//! Sign → spend → reply: nothing that can fail comes after the spending, and what fails before it changes nothing.

use super::super::revoke::revoke;
use super::issue::{Grant, family_until, gets_refresh_token, idle_until};
use super::standing::Standing;
use super::target::TokenTarget;
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::oauth::{ClaimsRequest, Lifetime, Resources, Scope, Timestamp};
use crate::seal::{Lineage, RefreshToken};
use crate::store::{self, Ancestor, LedgerError, Revocation, Spend, Spent};

/// A second use so soon after the first is a double-fired callback, not a thief.
const DOUBLE_CLICK: Lifetime = Lifetime::seconds(10);

/// A grant on its way to tokens.
#[derive(Debug)]
pub(super) struct Redemption<'a> {
    pub client: &'a AuthenticatedClient,
    pub lineage: &'a Lineage,
    /// All that was granted.
    pub scope: &'a Scope,
    /// RFC 8707
    pub resources: &'a Resources,
    /// OpenID Connect Core §3.1.2.1
    pub nonce: Option<&'a str>,
    /// OpenID Connect Core §5.5
    pub claims: Option<&'a ClaimsRequest>,
    /// When the consent ends, if it does.
    pub until: Option<Timestamp>,
    /// What makes it happen once; with the ledger off, nothing does.
    pub spend: Option<Spend>,
    /// What is said of one whose time passed while it was looked at.
    pub late: OAuthError,
    /// What the log says of it.
    pub event: &'static str,
}

impl Redemption<'_> {
    /// Makes the tokens and spends the grant.
    pub(super) async fn redeem<P: Platform>(self, params: &Params, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
        let (client, lineage) = (self.client, self.lineage);
        if self.until.is_some_and(|end| end <= cx.now) {
            return Err(OAuthError::invalid_grant("consent_ended"));
        }
        let standing = Standing::of(self.scope, self.resources, client, cx)?;
        let narrowed = standing.narrowed(None, params, cx)?;
        let grant = Grant {
            client,
            lineage,
            scope: &narrowed.scope,
            target: &TokenTarget::of(&narrowed.resources, cx.config)?,
            nonce: self.nonce,
            claims: self.claims,
            ends: self.until,
        };
        let tokens = grant.sign(cx).await?;
        // RFC 8707 §2.2: it keeps all that was granted, however narrow the access token is.
        let refresh_token = if gets_refresh_token(client, &standing.scope) {
            Some(cx.seal(&RefreshToken {
                lineage: lineage.clone(),
                generation: 0,
                scope: standing.scope,
                until: family_until(client, self.until, cx),
                resources: standing.resources,
                idle_until: idle_until(client, cx),
                claims: self.claims.cloned(),
            })?)
        } else {
            None
        };
        if let Some(spend) = &self.spend {
            spend_once(spend, lineage, self.late, cx).await?;
        }
        let reply = tokens.reply(&narrowed.scope, refresh_token.as_deref()).noted(Note::event(self.event));
        Ok(reply.concerning(Some(&client.client_id), Some(lineage.subject)).in_family(lineage.family))
    }
}

/// RFC 6749 §4.1.2: it is used once.
async fn spend_once<P: Platform>(
    spend: &Spend,
    lineage: &Lineage,
    late: OAuthError,
    cx: &Cx<'_, P>,
) -> Result<(), OAuthError> {
    let unknown = |_: LedgerError| OAuthError::unavailable("ledger_unavailable");
    match store::spend(cx.platform.ledger(), spend).await.map_err(unknown)? {
        Spent::First => Ok(()),
        Spent::Late => Err(late),
        Spent::Again { first } if cx.now.millis_since(first) <= DOUBLE_CLICK.millis() => {
            Err(OAuthError::invalid_grant("code_used_twice_at_once"))
        }
        Spent::Again { .. } => {
            // RFC 6749 §4.1.2: what was issued from it is revoked.
            let family = Revocation { ancestor: Ancestor::Family(lineage.family), at: lineage.born };
            revoke(lineage.subject, lineage.home, &family, cx).await?;
            Err(OAuthError::invalid_grant("code_replayed"))
        }
    }
}
