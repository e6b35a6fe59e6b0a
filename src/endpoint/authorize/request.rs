//! Reading an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1).
//!
//! `display` and `claims_locales` are taken and change nothing: every page fits every window, and the claims there are have
//! no language.

use super::super::id_token_hint::IdTokenHint;
use super::super::language::UI_LOCALES;
use super::super::resource;
use super::acr;
use crate::client::{Client, ReturnTo};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::Params;
use crate::oauth::{
    ClaimsRequest, CodeChallenge, CodeChallengeMethod, GrantType, Language, Prompts, Resources, ResponseMode,
    ResponseType, Scope, ScopeToken,
};
use crate::seal::PendingRequest;

/// How a refusal is told: on a page while it is not certain where to return to, by redirect afterwards.
pub(super) enum Refusal {
    Page(OAuthError),
    Return(ReturnTo, OAuthError),
}

impl Refusal {
    /// What is wrong, for one who is told directly.
    pub(super) fn into_error(self) -> OAuthError {
        let (Self::Page(error) | Self::Return(_, error)) = self;
        error
    }
}

const MAX_NONCE: usize = 256;
const MAX_LOGIN_HINT: usize = 256;
const MAX_SCOPE: usize = 1024;

/// Where the client is answered, and what it asks for. The redirect URI is judged before anything else.
pub(super) async fn parse<P: Platform>(
    params: &Params,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<(ReturnTo, PendingRequest), Refusal> {
    let return_to = return_to(params, client)?;
    let pending = match content(params, client, &return_to, cx) {
        Ok(pending) => about(pending, params, client, cx).await,
        refused => refused,
    };
    match pending {
        Ok(pending) => Ok((return_to, pending)),
        Err(error) => Err(Refusal::Return(return_to, error)),
    }
}

/// OpenID Connect Core §3.1.2.1, `id_token_hint`: whom the client means. The signature is looked at last, for it costs most.
async fn about<P: Platform>(
    pending: PendingRequest,
    params: &Params,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<PendingRequest, OAuthError> {
    let Some(token) = params.one("id_token_hint")? else { return Ok(pending) };
    let hint = IdTokenHint::read(token, cx).await?.issued_to(&client.client_id)?;
    Ok(PendingRequest { hinted: Some(hint.sub), ..pending })
}

/// Where the client is answered, whatever else it says.
pub(super) fn return_to(params: &Params, client: &Client) -> Result<ReturnTo, Refusal> {
    let requested = params.one("redirect_uri").map_err(Refusal::Page)?;
    let return_to = ReturnTo::new(client, requested).map_err(Refusal::Page)?;
    // The state goes back with whatever is wrong from here on, if it can.
    let state = params.one("state").unwrap_or_default().filter(|state| state.len() <= ReturnTo::MAX_STATE);
    let return_to = return_to.with_state(state);
    match response_mode(params) {
        Ok(mode) => Ok(return_to.with_mode(mode)),
        Err(error) => Err(Refusal::Return(return_to, error)),
    }
}

/// Refuses a request whose parameters have not been looked at. The redirect URI is judged before anything else. Where it is
/// not named, it may stand in an object that cannot be trusted, with the state to give back: then a page tells, as it does
/// where several are registered.
pub(super) fn refusal(error: OAuthError, params: &Params, client: &Client) -> Refusal {
    let has = |name| params.all(name).next().is_some();
    let named = has("redirect_uri");
    if !named && (has("request") || has("request_uri")) {
        return Refusal::Page(error);
    }
    match return_to(params, client) {
        Ok(return_to) | Err(Refusal::Return(return_to, _)) => Refusal::Return(return_to, error),
        Err(judged) if named => judged,
        Err(_) => Refusal::Page(error),
    }
}

/// What of a request that has waited the client and this server still stand for: a registration may have been narrowed
/// since. False when that is nothing.
pub(in crate::endpoint) fn still_stands<P: Platform>(
    pending: &mut PendingRequest,
    client: &Client,
    cx: &Cx<'_, P>,
) -> bool {
    if resource::still_usable(&pending.resources, client, cx.config) != pending.resources {
        return false;
    }
    pending.scope = cx.config.grantable(&pending.scope, client, &pending.resources);
    let claims = pending.claims.take().map(|claims| claims.of_scopes(|scope| cx.config.may_ask(client, scope)));
    pending.claims = claims.filter(|claims| !claims.is_empty());
    let unprotected = client.needs_pkce() && pending.challenge.is_none();
    !pending.scope.is_empty() && !unprotected && client.may_use(GrantType::AuthorizationCode)
}

fn content<P: Platform>(
    params: &Params,
    client: &Client,
    return_to: &ReturnTo,
    cx: &Cx<'_, P>,
) -> Result<PendingRequest, OAuthError> {
    params.refuse_duplicates()?;
    refuse_unsupported(params)?;
    let state = within(params.one("state")?, ReturnTo::MAX_STATE, "The state is longer than 2,048 bytes.")?;
    response_type(params, client)?;
    let prompts = match params.one("prompt")? {
        Some(text) => Prompts::parse(text).ok_or(OAuthError::invalid_request("The prompt is malformed.", "prompt"))?,
        None => Prompts::default(),
    };
    let wished: Vec<&str> = params.one("acr_values")?.unwrap_or_default().split(' ').collect();
    acr::require(&wished, false)?;
    let resources = resource::requested(params, client, cx.config)?;
    let nonce = within(params.one("nonce")?, MAX_NONCE, "The nonce is longer than 256 bytes.")?;
    // No name is as long as that, and a hint is no reason to refuse anything.
    let login_hint = params.one("login_hint")?.filter(|hint| hint.len() <= MAX_LOGIN_HINT);
    let scope = requested_scope(params, client, &resources, cx)?;
    let claims = claims(params, &scope, client, cx)?;
    if let Some(asked) = claims.as_ref().and_then(|claims| claims.acr.as_ref()) {
        let values: Vec<&str> = asked.values.iter().map(String::as_str).collect();
        acr::require(&values, asked.essential)?;
    }
    Ok(PendingRequest {
        client: client.client_id.clone(),
        redirect_uri: return_to.redirect_uri().as_str().to_owned(),
        redirect_sent: params.one("redirect_uri")?.is_some(),
        response_mode: return_to.response_mode(),
        claims,
        scope,
        prompts,
        state: state.map(str::to_owned),
        nonce: nonce.map(str::to_owned),
        challenge: challenge(params, client)?,
        resources,
        max_age: max_age(params)?.or(client.default_max_age),
        login_hint: login_hint.map(str::to_owned),
        pushed: None,
        hinted: None,
        language: language(params)?,
    })
}

/// OpenID Connect Core §3.1.2.1, seconds. More of them than can be counted are as good as for ever.
fn max_age(params: &Params) -> Result<Option<u32>, OAuthError> {
    let Some(text) = params.one("max_age")? else { return Ok(None) };
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(OAuthError::invalid_request("The max_age is no number.", "max_age"));
    }
    Ok(Some(text.parse().unwrap_or(u32::MAX)))
}

/// What a standard defines and this server does not do must not be ignored: the client would believe it was heeded.
fn refuse_unsupported(params: &Params) -> Result<(), OAuthError> {
    if params.one("registration")?.is_some() {
        let description = "The registration parameter is not supported.";
        return Err(OAuthError::new(ErrorCode::RegistrationNotSupported, description, "registration"));
    }
    Ok(())
}

/// OpenID Connect Core §5.5: what it asks for and there is not, or is not open to the client, is passed over. Without
/// `openid` there is nowhere to tell it.
fn claims<P: Platform>(
    params: &Params,
    scope: &Scope,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<Option<ClaimsRequest>, OAuthError> {
    let Some(text) = params.one("claims")? else { return Ok(None) };
    let malformed = |description| OAuthError::invalid_request(description, "claims_malformed");
    let claims = ClaimsRequest::parse(text).map_err(malformed)?;
    let claims = claims.of_scopes(|scope| cx.config.may_ask(client, scope));
    Ok(Some(claims).filter(|claims| scope.contains(ScopeToken::OPENID) && !claims.is_empty()))
}

fn response_type(params: &Params, client: &Client) -> Result<(), OAuthError> {
    let text = params.required("response_type", "The response_type is missing.")?;
    // RFC 6749 §4.1.2.1; OAuth 2.1 §10.1 drops the implicit and hybrid flows.
    let unsupported =
        OAuthError::new(ErrorCode::UnsupportedResponseType, "Only response_type code is supported.", "response_type");
    let ResponseType::Code = ResponseType::parse(text).ok_or(unsupported)?;
    if client.may_use(GrantType::AuthorizationCode) {
        Ok(())
    } else {
        let description = "The client may not use authorization codes.";
        Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "grant_not_registered"))
    }
}

/// Multiple Response Types §2.1: `query` is the default for codes. A fragment would put the code where every script of
/// the page finds it.
fn response_mode(params: &Params) -> Result<ResponseMode, OAuthError> {
    let Some(text) = params.one("response_mode")? else { return Ok(ResponseMode::Query) };
    let refused = OAuthError::invalid_request("The response_mode is not supported for codes.", "response_mode");
    ResponseMode::parse(text).ok_or(refused)
}

fn challenge(params: &Params, client: &Client) -> Result<Option<CodeChallenge>, OAuthError> {
    let method = params.one("code_challenge_method")?;
    let Some(text) = params.one("code_challenge")? else {
        // RFC 7636 §4.4.1, RFC 9700 §2.1.1
        if client.needs_pkce() || method.is_some() {
            return Err(OAuthError::invalid_request("The code_challenge is missing (PKCE).", "challenge_missing"));
        }
        return Ok(None);
    };
    // RFC 7636 §4.3: an absent method means `plain`, which protects nothing.
    if method.and_then(CodeChallengeMethod::parse).is_none() {
        let description = "The code_challenge_method must be S256.";
        return Err(OAuthError::invalid_request(description, "challenge_method"));
    }
    let malformed = OAuthError::invalid_request("The code_challenge is malformed.", "challenge_malformed");
    Ok(Some(CodeChallenge::parse(text).ok_or(malformed)?))
}

/// RFC 6749 §3.3: where nothing is asked for, everything that the client registered, less the scopes of OpenID
/// Connect: nobody is told who the user is unasked.
pub(in crate::endpoint) fn requested_scope<P: Platform>(
    params: &Params,
    client: &Client,
    resources: &Resources,
    cx: &Cx<'_, P>,
) -> Result<Scope, OAuthError> {
    let invalid = |cause| OAuthError::new(ErrorCode::InvalidScope, "No such scope is open to this client.", cause);
    let requested = match within(params.one("scope")?, MAX_SCOPE, "The scope is longer than 1,024 bytes.")? {
        Some(text) => Scope::parse(text).ok_or(invalid("scope_malformed"))?,
        None => client.scope.filter(|name| !ScopeToken::STANDARD.contains(&name)),
    };
    let grantable = cx.config.grantable(&requested, client, resources);
    if grantable.is_empty() { Err(invalid("scope_empty")) } else { Ok(grantable) }
}

/// OpenID Connect Core §3.1.2.1: languages that there are no pages in are no error.
fn language(params: &Params) -> Result<Option<Language>, OAuthError> {
    let list = within(params.one(UI_LOCALES)?, Language::MAX_LIST, "The ui_locales are longer than 1,024 bytes.")?;
    Ok(list.and_then(Language::of_ui_locales))
}

fn within<'a>(text: Option<&'a str>, max: usize, description: &'static str) -> Result<Option<&'a str>, OAuthError> {
    match text {
        Some(text) if text.len() > max => Err(OAuthError::invalid_request(description, "parameter_too_long")),
        text => Ok(text),
    }
}
