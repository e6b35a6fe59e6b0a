//! Token revocation (RFC 7009): an access token by itself, a refresh token with its family.

use super::access_token::AccessToken;
use super::caller::Call;
use super::revoke::revoke;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Reply, Request};
use crate::seal::{Lineage, RefreshToken};
use crate::store::{Ancestor, Revocation};

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
    let Some((lineage, ancestor)) = find(token, cx).await? else {
        // RFC 7009 §2.2: the purpose, a token that is not good, is achieved.
        let reply = done().noted(Note::event("nothing_to_revoke"));
        return Ok(reply.concerning(Some(&call.client.client_id), None));
    };
    if !lineage.client.names(&call.client.client_id) {
        // RFC 7009 §2.1: refused, and told.
        return Err(OAuthError::invalid_grant("token_of_another_client"));
    }
    let (subject, family, at) = (lineage.subject, lineage.family, lineage.born);
    // Not answered before it holds: RFC 7009 §2.2.1 has the client try again after a 503.
    revoke(subject, lineage.home, &Revocation { ancestor, at }, cx).await?;
    let reply = done().noted(Note::event("token_revoked")).concerning(Some(&call.client.client_id), Some(subject));
    Ok(reply.in_family(family))
}

/// RFC 7009 §2.2: the status says it all.
fn done() -> Reply {
    Reply::empty(200).header("cache-control", "no-store")
}

async fn find<P: Platform>(token: &str, cx: &Cx<'_, P>) -> Result<Option<(Lineage, Ancestor)>, OAuthError> {
    if !token.contains('.') {
        // Also one that was not used for too long: its family may have been renewed by another.
        let token = cx.open_late::<RefreshToken>(token).ok().filter(|token| token.until > cx.now);
        return Ok(token.map(|token| {
            let lineage = token.lineage;
            let family = Ancestor::Family(lineage.family);
            (lineage, family)
        }));
    }
    let token = AccessToken::open(token, cx).await?;
    Ok(token.map(|token| {
        let until = token.id.until;
        let lineage = token.id.lineage;
        let ancestor = Ancestor::Token { token: token.digest, until, family: lineage.family };
        (lineage, ancestor)
    }))
}
