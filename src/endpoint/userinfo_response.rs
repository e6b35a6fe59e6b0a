//! In which form claims leave userinfo (OpenID Connect Core §5.3.2): as JSON, or as a JWT where the client registered
//! `userinfo_signed_response_alg`.

use super::access_token::AccessToken;
use super::{facts, userinfo};
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Reply;
use crate::jwt::{self, IdTokenClaims};
use crate::oauth::ClientId;
use serde_json::{Map, Value};
use std::rc::Rc;

/// Answers whoever holds the token that was issued to this client.
pub(super) async fn reply<P: Platform>(
    mut claims: Map<String, Value>,
    client: Option<&Client>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let Some(client) = client else { return Ok(Reply::json(200, &claims)) };
    let Some(algorithm) = client.userinfo_signed_response_alg else { return Ok(Reply::json(200, &claims)) };
    if !cx.config.signing_keys.sign() {
        // Registered before the deployment was split: it relies on a signature, and gets nothing without.
        let description = "Userinfo is not signed here, and the client is registered for signed userinfo.";
        return Err(OAuthError::invalid_request(description, "userinfo_unsigned_here"));
    }
    let key = cx.config.signing_keys.chosen(Some(algorithm))?;
    // OpenID Connect Core §5.3.2: who says it, and to whom. Without `exp` and `sid` it can be taken for no ID token.
    claims.insert("iss".to_owned(), cx.config.issuer.as_str().into());
    claims.insert("aud".to_owned(), client.client_id.as_str().into());
    let signed = jwt::issue(&claims, IdTokenClaims::TYPE, key, cx.platform.signer()).await?;
    let reply = Reply { body: signed.into(), ..Reply::empty(200) };
    let reply = reply.header("content-type", "application/jwt").header("cache-control", "no-store");
    Ok(reply.header("x-content-type-options", "nosniff"))
}

/// The client that the token was issued to. None for one that is a document: it cannot register a signature, and nothing is
/// fetched for userinfo.
pub(super) async fn client<P: Platform>(token: &AccessToken, cx: &Cx<'_, P>) -> Result<Option<Rc<Client>>, OAuthError> {
    // RFC 9068 §2.2
    let id = token.claims.get("client_id").and_then(Value::as_str).and_then(ClientId::parse);
    let id = id.ok_or(userinfo::invalid("client_unknown"))?;
    if id.is_url() {
        return Ok(None);
    }
    facts::client(&id, cx).await?.map(Some).ok_or(userinfo::invalid("client_removed"))
}
