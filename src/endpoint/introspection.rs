//! Token introspection (RFC 7662): a resource server, or the client itself, asks whether a token is good now.

use super::access_token::AccessToken;
use super::caller::Call;
use super::{facts, subject};
use crate::client::AuthenticatedClient;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Reply, Request};
use crate::oauth::{StandardClaim, is_custom_claim};
use crate::seal::RefreshToken;
use serde_json::{Map, Value, json};

/// What of an access token is told (RFC 7662 §2.2, RFC 8693 §4).
const TOLD: &[&str] = &["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "act", "may_act"];

/// Answers.
pub(super) async fn introspection<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    const EVENT: &str = "introspection_refused";
    match Call::of(request, cx).await {
        Ok(call) => call.answer(answer(&call, cx).await, EVENT, cx),
        Err(refused) => refused.reply(EVENT, cx),
    }
}

async fn answer<P: Platform>(call: &Call, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let client = &call.client;
    if client.is_public() {
        // RFC 7662 §2.1, §4: whoever may ask without a proof could try tokens until one is good.
        return Err(OAuthError::invalid_client("public_client"));
    }
    let token = call.params.required("token", "The token is missing.")?;
    // RFC 7662 §2.1: the hint only helps to find a token, and here each tells what it is.
    let found = if token.contains('.') {
        access_token(token, client, cx).await?
    } else {
        refresh_token(token, client, cx).await?
    };
    let (event, cause, body) = match found {
        Ok(mut claims) => {
            claims.insert("active".to_owned(), Value::Bool(true));
            ("introspected_active", None, claims)
        }
        // RFC 7662 §2.2: and nothing else, whatever the reason.
        Err(cause) => ("introspected_inactive", Some(cause), inactive()),
    };
    let reply = Reply::json(200, &body).noted(Note { event, cause, ..Note::default() });
    Ok(reply.concerning(Some(&client.client_id), None))
}

fn inactive() -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("active".to_owned(), Value::Bool(false));
    answer
}

type Found = Result<Map<String, Value>, &'static str>;

async fn access_token<P: Platform>(
    token: &str,
    caller: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Found, OAuthError> {
    let Some(token) = AccessToken::open(token, cx).await? else { return Ok(Err("not_a_token_of_ours")) };
    // RFC 7662 §4: a token is told about to its client and to the resources that it is for, to nobody else.
    if !token.client().names(&caller.client_id) && !token.is_served_by(caller, cx) {
        return Ok(Err("token_not_for_the_caller"));
    }
    if let Some(cause) = token.cause_of_death(Some(caller), cx).await? {
        return Ok(Err(cause));
    }
    let mut claims = token.claims;
    // What the operator chose to tell the resource stands there too.
    let of_user = |name: &str| is_custom_claim(name) || StandardClaim::named(name).is_some();
    claims.retain(|name, _| TOLD.contains(&name.as_str()) || of_user(name));
    claims.insert("token_type".to_owned(), json!("Bearer"));
    Ok(Ok(claims))
}

/// A refresh token is told about to its client alone. Whether a newer one of a family that rotates has taken its place is
/// known to the ledger, which is asked when the token is used.
async fn refresh_token<P: Platform>(
    token: &str,
    caller: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Found, OAuthError> {
    let token = match cx.open::<RefreshToken>(token) {
        Ok(token) => token.into_inner(),
        Err(error) => return Ok(Err(error.cause())),
    };
    let lineage = &token.lineage;
    if !lineage.client.names(&caller.client_id) {
        return Ok(Err("token_not_for_the_caller"));
    }
    if let Some(cause) = facts::client_gone(&lineage.client, (lineage.born, lineage.epoch), Some(caller), cx).await? {
        return Ok(Err(cause));
    }
    if let Some(cause) = facts::revocations_of(lineage, cx).await?.reach(lineage) {
        return Ok(Err(cause));
    }
    let until = token.idle_until.map_or(token.until, |idle| idle.min(token.until));
    let told = json!({
        "iss": cx.config.issuer.as_str(),
        "sub": subject::told(caller, lineage.subject, cx)?,
        "client_id": caller.client_id,
        "scope": token.scope,
        "exp": until.seconds(),
    });
    Ok(match told {
        Value::Object(told) => Ok(told),
        _ => Err("not_an_object"),
    })
}
