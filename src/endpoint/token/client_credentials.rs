//! A token for the client itself (RFC 6749 §4.4): no user, so no ID token, and no refresh token either: whoever can ask once
//! can ask again.

use super::super::access_token::Origin;
use super::super::resource;
use super::issue::NewAccessToken;
use super::target::TokenTarget;
use crate::client::{AuthenticatedClient, Client};
use crate::config::{Config, ScopeRegistry};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Params, Reply};
use crate::oauth::{Resources, Scope};
use crate::seal::ClientTokenId;
use minicbor::bytes::ByteArray;
use serde_json::Map;

/// Issues the token. Nothing is stored, and nothing read.
pub(super) async fn grant<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    // RFC 6749 §4.4: confidential clients only. None is registered otherwise.
    if client.is_public() {
        let description = "A public client cannot get tokens in its own name.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "public_client"));
    }
    let resources = resource::requested(params, client, cx.config)?;
    let scope = scope(params.one("scope")?, client, &resources, cx.config)?;
    let target = TokenTarget::of(&resources, cx.config)?;
    let id = ClientTokenId {
        id: ByteArray::from(cx.random()?),
        client: client.client_id.tag(),
        epoch: client.epoch,
        born: cx.now,
        until: cx.now,
    };
    let access_token = NewAccessToken {
        client,
        // RFC 9068 §2.2: the client is the subject.
        sub: client.client_id.as_str(),
        origin: Origin::Client(id),
        scope: &scope,
        target: &target,
        ends: None,
        exchanges: Vec::new(),
        act: None,
        may_act: None,
        claims: Map::new(),
        at_userinfo: None,
    };
    let reply = access_token.sign(cx).await?.reply(&scope, None).noted(Note::event("client_token_issued"));
    Ok(reply.concerning(Some(&client.client_id), None))
}

/// What is asked for, all of it or nothing: a program that got less would notice only when it is refused elsewhere. Where
/// nothing is asked for, all that the client is registered for and that goes with the resources (RFC 6749 §3.3). Never the
/// standard's scopes, which are about a user.
fn scope(text: Option<&str>, client: &Client, resources: &Resources, config: &Config) -> Result<Scope, OAuthError> {
    let invalid = |description, cause| OAuthError::new(ErrorCode::InvalidScope, description, cause);
    let asked = match text {
        None => client.scope.filter(|name| !ScopeRegistry::is_standard(name)),
        Some(text) => Scope::parse(text).ok_or(invalid("The scope is malformed.", "scope_malformed"))?,
    };
    if asked.iter().any(ScopeRegistry::is_standard) {
        let description = "The scopes of OpenID Connect are about a user, and there is none.";
        return Err(invalid(description, "scope_without_user"));
    }
    let granted = config.grantable(&asked, client, resources);
    if text.is_some() && granted != asked {
        let description = "The scope is not open to the client, or does not go with the resource.";
        return Err(invalid(description, "scope_not_open"));
    }
    if granted.is_empty() {
        let description = "Nothing that is open to the client goes with the resource.";
        return Err(invalid(description, "scope_empty"));
    }
    Ok(granted)
}
