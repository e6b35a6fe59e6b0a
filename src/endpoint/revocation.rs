//! Token revocation (RFC 7009): an access token by itself, a refresh token with its family.

use super::access_token::{AccessToken, Origin};
use super::caller::Call;
use super::revoke::revoke;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Reply, Request};
use crate::oauth::{ClientTag, Lifetime};
use crate::seal::{ClientTokenId, Lineage, RefreshToken};
use crate::store::{Ancestor, Key, Revocation, Revocations, Store as _};

/// What a token is revoked by.
enum Found {
    /// An ancestor, in the name of its user.
    User(Lineage, Ancestor),
    /// Itself: it has no user.
    Client(ClientTokenId),
}

/// Answers.
pub(super) async fn revocation<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    const EVENT: &str = "revocation_refused";
    match Call::of(request, cx).await {
        Ok(call) => call.answer(answer(&call, cx).await, EVENT, cx),
        Err(refused) => refused.reply(EVENT, cx),
    }
}

async fn answer<P: Platform>(call: &Call, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let token = call.params.required("token", "The token is missing.")?;
    // RFC 7009 §2.1: the hint only helps to find a token, and here each tells what it is.
    let Some((client, found)) = find(token, cx).await? else {
        // RFC 7009 §2.2: the purpose, a token that is not good, is achieved.
        let reply = done().noted(Note::event("nothing_to_revoke"));
        return Ok(reply.concerning(Some(&call.client.client_id), None));
    };
    if !client.names(&call.client.client_id) {
        // RFC 7009 §2.1: refused, and told.
        return Err(OAuthError::invalid_grant("token_of_another_client"));
    }
    let reply = done().noted(Note::event("token_revoked"));
    // Not answered before it holds: RFC 7009 §2.2.1 has the client try again after a 503.
    match found {
        Found::User(lineage, ancestor) => {
            let (subject, family, at) = (lineage.subject, lineage.family, lineage.born);
            revoke(subject, lineage.home, &Revocation { ancestor, at }, cx).await?;
            Ok(reply.concerning(Some(&call.client.client_id), Some(subject)).in_family(family))
        }
        Found::Client(id) => {
            revoke_in_store(&id, cx).await?;
            Ok(reply.concerning(Some(&call.client.client_id), None))
        }
    }
}

/// A record of its own, for as long as the token may be shown somewhere: no ledger object knows a token without a user.
async fn revoke_in_store<P: Platform>(id: &ClientTokenId, cx: &Cx<'_, P>) -> Result<(), OAuthError> {
    let left = id.until.after(Revocations::CLOCKS_APART).millis_since(cx.now).div_ceil(1000);
    let keep = Lifetime::seconds(u32::try_from(left).unwrap_or(u32::MAX));
    cx.store().put_for(&Key::revoked_token(&id.id), "true", keep).await?;
    let client = Some(id.client.to_string());
    cx.log(&Note { event: "revoked", cause: Some("token"), client, ..Note::default() });
    Ok(())
}

/// RFC 7009 §2.2: the status says it all.
fn done() -> Reply {
    Reply::empty(200).header("cache-control", "no-store")
}

/// Whose a token is, and what it is revoked by.
async fn find<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Option<(ClientTag, Found)>, OAuthError> {
    if !token.contains('.') {
        // Also one that was not used for too long: its family may have been renewed by another.
        let token = cx.open_late::<RefreshToken>(token).ok().filter(|token| token.until > cx.now);
        return Ok(token.map(|token| {
            let lineage = token.lineage;
            let family = Ancestor::Family(lineage.family);
            (lineage.client.clone(), Found::User(lineage, family))
        }));
    }
    let token = AccessToken::open(token, cx).await?;
    Ok(token.map(|token| {
        let client = token.client().clone();
        let found = match token.origin {
            Origin::User(lineage) => {
                let ancestor = Ancestor::Token { token: token.digest, until: token.until, family: lineage.family };
                Found::User(lineage, ancestor)
            }
            Origin::Client(id) => Found::Client(id),
        };
        (client, found)
    }))
}
