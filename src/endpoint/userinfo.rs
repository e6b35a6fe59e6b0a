//! The userinfo endpoint (OpenID Connect Core §5.3): claims about the user, for whoever holds an access token.

use super::access_token::{AccessToken, Origin};
use super::{facts, userinfo_response};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Method, Note, Params, Reply, Request, is_form};
use crate::oauth::{ClaimMapping, ClaimNames, ScopeToken};
use crate::seal::Lineage;
use crate::store::{self, Key, User};
use serde_json::Map;

/// The cause where there is no token at all.
const MISSING: &str = "token_missing";

/// Answers.
pub(super) async fn userinfo<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    let reply = match answer(request, cx).await {
        Ok(reply) => reply,
        Err(error) => challenge(&error),
    };
    // Fetch standard §3.2.3: scripts of other origins read the challenge too.
    reply.header("access-control-expose-headers", "www-authenticate")
}

async fn answer<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let token = bearer(request)?;
    let token = AccessToken::open(&token, cx).await?.ok_or(invalid("not_a_token_of_ours"))?;
    // Of a client in its own name: there is nobody to tell about, whatever its scope.
    let Origin::User(lineage) = &token.origin else { return Err(invalid("token_without_a_user")) };
    if !token.is_for(cx.config.issuer.as_str()) {
        return Err(invalid("audience_wrong"));
    }
    if !token.allows(ScopeToken::OPENID) {
        let description = "The token was not granted the scope openid.";
        return Err(OAuthError::new(ErrorCode::InsufficientScope, description, "scope_insufficient"));
    }
    // Once, for whether it still stands, what it is told, and how.
    let client = userinfo_response::client(&token, cx).await?;
    let user = Key::user(lineage.subject);
    let facts =
        futures_util::future::join(token.cause_of_death(client.as_deref(), cx), store::read::<User>(cx.store(), &user));
    let (dead, user) = facts.await;
    if let Some(cause) = dead? {
        return Err(invalid(cause));
    }
    let user = user?.ok_or(invalid("user_unknown"))?;
    let mut claims = Map::new();
    for mapping in chosen(&token, lineage, cx).await? {
        user.tell_mapped(&mapping, &mut claims);
    }
    user.tell_of_scopes(|scope| token.allows(scope), &mut claims);
    user.tell(token.at_userinfo.iter().flat_map(ClaimNames::iter), &mut claims);
    // OpenID Connect Core §5.3.2: as the ID token tells it.
    claims.insert("sub".to_owned(), token.claims.get("sub").cloned().ok_or(invalid("sub_missing"))?);
    let reply = userinfo_response::reply(claims, client.as_deref(), cx).await?.noted(Note::event("userinfo"));
    Ok(reply.concerning(lineage.client.id().as_ref(), Some(lineage.subject)))
}

/// What the operator chose to tell, for the client of the token or for its resources. The client has just been looked up.
async fn chosen<P: Platform>(
    token: &AccessToken,
    lineage: &Lineage,
    cx: &Cx<'_, P>,
) -> Result<Vec<ClaimMapping>, OAuthError> {
    let known = cx.config.resources.iter().filter_map(|resource| cx.config.resources.definition(resource));
    let of_resources = known.filter(|known| !known.userinfo_claims.is_empty() && token.is_for(&known.audience));
    let mut chosen: Vec<ClaimMapping> = of_resources.map(|known| known.userinfo_claims.clone()).collect();
    // Of those that describe themselves nobody has chosen anything.
    if let Some(id) = lineage.client.id().filter(|id| id.is_chosen() && !id.is_url()) {
        chosen.extend(facts::client(&id, cx).await?.map(|client| client.userinfo_claims.clone()));
    }
    Ok(chosen)
}

/// RFC 6750 §2.1, §2.2: in the header or in the body, never in both. §2.3, in the query, where it would stand in many a
/// log, is refused (RFC 9700 §4.3.2).
fn bearer(request: &Request) -> Result<String, OAuthError> {
    let twice = OAuthError::invalid_request("The token is sent in more than one way.", "two_tokens");
    if Params::of_query(request)?.one("access_token")?.is_some() {
        return Err(OAuthError::invalid_request("A token does not belong into the query.", "token_in_query"));
    }
    let form = request.method == Method::Post && is_form(request.content_type.as_deref());
    let params = if form { Params::of_form(request)? } else { Params::default() };
    let (header, body) = (&request.authorization, params.one("access_token")?);
    match (header, body) {
        (Some(_), Some(_)) => Err(twice),
        (None, Some(token)) => Ok(token.to_owned()),
        (None, None) => Err(invalid(MISSING)),
        (Some(header), None) => match header.split_once(' ') {
            // RFC 9110 §11.1
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim().to_owned()),
            // RFC 6750 §3.1: whoever used another scheme has shown no token that could be at fault.
            _ => Err(invalid(MISSING)),
        },
    }
}

/// RFC 6750 §3.1: one description for all reasons.
pub(super) const fn invalid(cause: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "The access token is missing, expired, revoked or not for this.", cause)
}

/// RFC 6750 §3: a challenge, without an error where nobody tried.
fn challenge(error: &OAuthError) -> Reply {
    let reply = Reply::oauth_error(error).noted(Note { event: "userinfo_refused", ..Note::refusal(error) });
    match (reply.status, error.cause) {
        (500.., _) => reply,
        (_, MISSING) => reply.header("www-authenticate", "Bearer"),
        _ => {
            let (code, description) = (error.code.as_str(), error.description);
            let scope = if error.code == ErrorCode::InsufficientScope { ", scope=\"openid\"" } else { "" };
            let value = format!("Bearer error=\"{code}\", error_description=\"{description}\"{scope}");
            reply.header("www-authenticate", value)
        }
    }
}
