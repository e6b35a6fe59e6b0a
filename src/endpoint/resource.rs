//! Which resources a request is about (RFC 8707).

use crate::client::Client;
use crate::config::Config;
use crate::error::{ErrorCode, OAuthError};
use crate::http::Params;
use crate::oauth::{Resource, Resources};

/// The resources that a request names, as they are registered; the default one where it names none.
///
/// # Errors
/// `invalid_target` for one that is unknown or not open to the client.
pub(super) fn requested(params: &Params, client: &Client, config: &Config) -> Result<Resources, OAuthError> {
    let named = named(params, config)?;
    let resources = if named.is_empty() { Resources::of(config.default_resource.clone()) } else { Some(named.clone()) };
    let resources = resources.unwrap_or_default();
    if resources.iter().all(|resource| is_open_to(client, resource, config)) {
        return Ok(resources);
    }
    Err(if named.is_empty() {
        refused("The default resource is not open to the client: name one that is.", "default_resource_not_allowed")
    } else {
        refused("The resource is not open to the client.", "resource_not_allowed")
    })
}

/// What of the resources of a grant is still there, and still open to the client.
pub(super) fn still_usable(granted: &Resources, client: &Client, config: &Config) -> Resources {
    let known = granted.iter().filter_map(|resource| config.resource(resource.as_str()));
    Resources::of(known.filter(|resource| is_open_to(client, resource, config)).cloned()).unwrap_or_default()
}

/// The resources that a request for one token names, of those that were granted; all of these where it names none (RFC
/// 8707 §2.2).
///
/// # Errors
/// `invalid_target` for one that was not granted.
pub(super) fn chosen(params: &Params, granted: &Resources, config: &Config) -> Result<Resources, OAuthError> {
    let chosen = named(params, config)?;
    if !chosen.iter().all(|resource| granted.contains(resource)) {
        return Err(refused("The resource is not one that was granted.", "resource_not_granted"));
    }
    Ok(if chosen.is_empty() { granted.clone() } else { chosen })
}

/// The resources that a request for an exchange names (RFC 8693 §2.1): by `resource`, or by `audience`, which is what tokens
/// call them.
pub(super) fn named_for_exchange(params: &Params, config: &Config) -> Result<Resources, OAuthError> {
    let unknown = || refused("The audience is not known here.", "audience_unknown");
    let of_audience = |text: &str| {
        let called_so = |resource: &&Resource| config.resources.audience(resource) == text;
        config.known_resources().find(called_so).or_else(|| config.resource(text)).cloned().ok_or_else(unknown)
    };
    let audiences: Vec<Resource> = params.all("audience").map(of_audience).collect::<Result<_, _>>()?;
    let resources = named(params, config)?;
    Resources::of(resources.iter().cloned().chain(audiences)).ok_or(TOO_MANY)
}

/// RFC 8707 §2: what is malformed or unknown is `invalid_target`.
fn named(params: &Params, config: &Config) -> Result<Resources, OAuthError> {
    let unknown = || refused("The resource is not known here.", "resource_unknown");
    let named = params.all("resource").map(|text| config.resource(text).cloned().ok_or_else(unknown));
    let named: Vec<Resource> = named.collect::<Result<_, _>>()?;
    Resources::of(named).ok_or(TOO_MANY)
}

/// Whether the client may ask for tokens for a resource, by its registration.
pub(super) fn is_open_to(client: &Client, resource: &Resource, config: &Config) -> bool {
    let is_this = |allowed: &Resource| config.resource(allowed.as_str()) == Some(resource);
    client.allowed_resources.as_ref().is_none_or(|allowed| allowed.iter().any(is_this))
}

const TOO_MANY: OAuthError = refused("There are more than 8 resources.", "too_many_resources");

/// RFC 8707 §2
pub(super) const fn refused(description: &'static str, cause: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, description, cause)
}
