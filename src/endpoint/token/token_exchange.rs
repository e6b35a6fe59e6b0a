//! Exchanging one access token for another (RFC 8693): a service that got a user's token gets one for the next service,
//! narrower, for no longer, and telling who acts.
//!
//! Nothing is stored. The new token descends from the same ancestors, and names the tokens that it came from and the
//! clients that exchanged them: whatever ends one of these ends it.

use super::super::access_token::{AccessToken, Origin};
use super::super::resource;
use super::issue::NewAccessToken;
use super::target::TokenTarget;
use crate::client::AuthenticatedClient;
use crate::config::ScopeRegistry;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Params, Reply};
use crate::oauth::{ClientId, ExchangeMode, Resource, Resources, Scope, TokenType};
use crate::seal::{Exchange, Lineage, TokenId};
use serde_json::{Value, json};

/// Exchanges.
pub(super) async fn exchange<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    // RFC 8693 §5: whoever has come by a token must not be able to make others of it. None is registered otherwise.
    if client.is_public() {
        let description = "A public client cannot exchange tokens.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "public_client"));
    }
    let issued = match params.one("requested_token_type")? {
        None => TokenType::AccessToken,
        Some(wanted) => TokenType::parse(wanted)
            .ok_or(refused("Only access tokens can be had, also as urn:...:jwt.", "requested_token_type"))?,
    };
    let (subject, actor) = presented(params, client, cx).await?;
    let Origin::User(lineage) = &subject.origin else {
        return Err(refused(
            "The subject_token has no user: ask for a token in your own name.",
            "subject_without_user",
        ));
    };
    let resources = target(params, &subject, client, cx)?;
    // Who narrows a token of its own stands in for nobody.
    let narrows = actor.is_none()
        && subject.client().names(&client.client_id)
        && resources.iter().all(|resource| subject.is_for(cx.config.resources.audience(resource)));
    let act = act(&subject, actor.as_ref(), (client, narrows))?;
    let scope = scope(params.one("scope")?, &subject, &resources, client, cx)?;
    let mut exchanges = subject.exchanges.clone();
    exchanges.push(Exchange { client: client.client_id.tag(), epoch: client.epoch, at: cx.now, token: subject.digest });
    let ends = actor.map_or(subject.until, |actor| actor.until.min(subject.until));
    let access_token = NewAccessToken {
        client,
        sub: &lineage.subject.to_string(),
        origin: Origin::User(lineage.clone()),
        scope: &scope,
        target: &TokenTarget::of(&resources, cx.config)?,
        ends: Some(ends),
        exchanges,
        act: act.as_ref(),
        // Who alone may act, may alone act later on too.
        may_act: subject.claims.get("may_act"),
    };
    let tokens = access_token.sign(cx).await?.exchanged(issued);
    Ok(told(tokens.reply(&scope, None), lineage, client))
}

fn told(reply: Reply, lineage: &Lineage, client: &AuthenticatedClient) -> Reply {
    let reply = reply.noted(Note::event("token_exchanged"));
    reply.concerning(Some(&client.client_id), Some(lineage.subject)).in_family(lineage.family)
}

/// The token whose user it is about, and the actor's, if there is one: good ones, and given to the one who shows them.
async fn presented<P: Platform>(
    params: &Params,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<(AccessToken, Option<AccessToken>), OAuthError> {
    let text = params.required("subject_token", "The subject_token is missing.")?;
    typed(params.one("subject_token_type")?, "The subject_token_type is missing or not one of an access token.")?;
    // RFC 8693 §2.1: a type goes with its token.
    let actor = match (params.one("actor_token")?, params.one("actor_token_type")?) {
        (None, None) => None,
        (None, Some(_)) => {
            return Err(refused("There is an actor_token_type, but no actor_token.", "actor_token_missing"));
        }
        (Some(text), typ) => {
            typed(typ, "The actor_token_type is missing or not one of an access token.")?;
            Some(text)
        }
    };
    let subject = living(text, client, cx).await?;
    let subject = subject.map_err(|cause| refused("The subject_token is invalid, or not for you.", cause))?;
    let Some(text) = actor else { return Ok((subject, None)) };
    let actor = living(text, client, cx).await?;
    let actor = actor.map_err(|cause| refused("The actor_token is invalid, or not for you.", cause))?;
    Ok((subject, Some(actor)))
}

fn typed(text: Option<&str>, description: &'static str) -> Result<TokenType, OAuthError> {
    text.and_then(TokenType::parse).ok_or(refused(description, "token_type"))
}

/// A token that is good now, and that the exchanger may have: its own, or one that it is meant to accept. Checked like at
/// introspection, as strictly as `REVOCATION` says.
async fn living<P: Platform>(
    text: &str,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Result<AccessToken, &'static str>, OAuthError> {
    let Some(token) = AccessToken::open(text, cx).await? else { return Ok(Err("not_a_token_of_ours")) };
    let its_own = token.client().names(&client.client_id);
    if !its_own && !token.is_for(client.client_id.as_str()) && !token.is_served_by(client, cx) {
        return Ok(Err("token_not_for_the_caller"));
    }
    Ok(token.cause_of_death(Some(client), cx).await?.map_or(Ok(token), Err))
}

/// Who acts for the user in the new token (RFC 8693 §4.1): the actor, before those who did so up to now.
fn act(
    subject: &AccessToken,
    actor: Option<&AccessToken>,
    (client, narrows): (&AuthenticatedClient, bool),
) -> Result<Option<Value>, OAuthError> {
    let before = subject.claims.get("act");
    let acting = match actor {
        Some(actor) => actor.claims.get("sub").and_then(Value::as_str).unwrap_or_default(),
        None => client.client_id.as_str(),
    };
    let mode = if actor.is_some() { ExchangeMode::Delegation } else { ExchangeMode::Impersonation };
    // RFC 8693 §4.4
    let may_act = subject.claims.get("may_act").filter(|_| !narrows);
    if may_act.is_some_and(|may_act| may_act.get("sub").and_then(Value::as_str) != Some(acting)) {
        return Err(refused("The subject_token names another who may act.", "may_act_another"));
    }
    if !narrows && !client.exchange_modes.contains(&mode) {
        let (description, cause) = match mode {
            ExchangeMode::Delegation => ("The client may not act for users.", "delegation_not_allowed"),
            ExchangeMode::Impersonation => (
                "The client may not act as if it were the user: an actor_token is needed.",
                "impersonation_not_allowed",
            ),
        };
        return Err(refused(description, cause));
    }
    if acting.len() > ClientId::MAX_CHOSEN {
        return Err(refused("The actor has too long a name to stand in a token.", "actor_id_too_long"));
    }
    if actor.is_some_and(|actor| actor.claims.contains_key("act")) {
        return Err(refused("The actor is represented by another itself.", "actor_is_represented"));
    }
    let act = match (actor, before) {
        (None, before) => before.cloned(),
        (Some(_), None) => Some(json!({"sub": acting})),
        (Some(_), Some(before)) => Some(json!({"sub": acting, "act": before})),
    };
    let actors = std::iter::successors(act.as_ref(), |act| act.get("act")).count();
    if actors > TokenId::MAX_EXCHANGES || subject.exchanges.len() >= TokenId::MAX_EXCHANGES {
        return Err(refused("The token has been exchanged 4 times already.", "exchanged_too_often"));
    }
    Ok(act)
}

/// Whom the new token is for: what is named (RFC 8693 §2.1: by `resource` or `audience`), else what the old one is for. Its
/// own resources are open to every exchanger, others by its registration.
fn target<P: Platform>(
    params: &Params,
    subject: &AccessToken,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Resources, OAuthError> {
    let config = cx.config;
    let named = resource::named_for_exchange(params, config)?;
    let same = |resource: &&Resource| subject.is_for(config.resources.audience(resource));
    let open = |resource: &&Resource| resource::is_open_to(client, resource, config);
    if named.is_empty() {
        let kept = config.known_resources().filter(same).filter(open).cloned();
        let kept = Resources::of(kept).unwrap_or_default();
        // A token without a resource is for this server alone.
        let nowhere = kept.is_empty() && subject.claims.get("aud") != Some(&json!(config.issuer.as_str()));
        return if nowhere { Err(resource::refused("Name a resource.", "resource_missing")) } else { Ok(kept) };
    }
    let widened = |resource: &Resource| {
        let is_this = |known: &Resource| config.resource(known.as_str()) == Some(resource);
        client.exchange_resources.iter().any(is_this)
    };
    if named.iter().all(|resource| open(&resource) && (same(&resource) || widened(resource))) {
        return Ok(named);
    }
    Err(resource::refused("The client may not exchange tokens for this resource.", "exchange_resource_not_allowed"))
}

/// What the new token allows: no more than the old one, and no more than the client is registered for. Never OpenID Connect's
/// scopes: nothing of what they are about follows an exchange.
fn scope<P: Platform>(
    asked: Option<&str>,
    subject: &AccessToken,
    resources: &Resources,
    client: &AuthenticatedClient,
    cx: &Cx<'_, P>,
) -> Result<Scope, OAuthError> {
    let invalid = |description, cause| OAuthError::new(ErrorCode::InvalidScope, description, cause);
    let held = subject.claims.get("scope").and_then(Value::as_str).and_then(Scope::parse).unwrap_or_default();
    let open = cx.config.grantable(&held, client, resources).filter(|name| !ScopeRegistry::is_standard(name));
    let scope = match asked {
        None => open,
        Some(text) => Scope::parse(text).filter(|scope| scope.is_subset(&open)).ok_or(invalid(
            "The scope is wider than that of the subject_token, not open to the client, or not one of the resource.",
            "scope_wider",
        ))?,
    };
    if scope.is_empty() { Err(invalid("Nothing of the scope is left.", "scope_empty")) } else { Ok(scope) }
}

/// RFC 8693 §2.2.2: one code for whatever is wrong with a token, or unacceptable.
const fn refused(description: &'static str, cause: &'static str) -> OAuthError {
    OAuthError::invalid_request(description, cause)
}
