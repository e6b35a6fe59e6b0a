//! What the resources of an access token decide about it: its audience, how long it lasts, and what signs it.

use super::super::resource;
use crate::config::Config;
use crate::error::OAuthError;
use crate::jwt::SigningKey;
use crate::oauth::{ClaimMapping, Lifetime, Resources};

/// Whom an access token is for, and what follows from that.
#[derive(Debug)]
pub(super) struct TokenTarget<'a> {
    /// Each once; none where no resource was asked for.
    pub audiences: Vec<&'a str>,
    /// The shortest of the resources' lifetimes.
    pub lifetime: Lifetime,
    /// What signs the token.
    pub key: &'a SigningKey,
    /// Which claims of the user the resources get.
    pub claims: Vec<&'a ClaimMapping>,
}

impl<'a> TokenTarget<'a> {
    /// The target of a token for these resources.
    ///
    /// # Errors
    /// `invalid_target` when they have to be signed by different algorithms: one token has one signature.
    pub(super) fn of(resources: &'a Resources, config: &'a Config) -> Result<Self, OAuthError> {
        let by_default = config.lifetimes.access_token;
        let mut audiences: Vec<&str> = Vec::new();
        let mut claims = Vec::new();
        let mut decided: Option<(Lifetime, &SigningKey)> = None;
        for resource in resources.iter() {
            let audience = config.resources.audience(resource);
            if !audiences.contains(&audience) {
                audiences.push(audience);
            }
            let definition = config.resources.definition(resource);
            claims.extend(definition.map(|one| &one.access_token_claims));
            let lifetime = definition.and_then(|one| one.access_token_lifetime).unwrap_or(by_default);
            let key = config.signing_keys.chosen(definition.and_then(|one| one.signing_alg))?;
            decided = match decided {
                Some((_, before)) if before.kid() != key.kid() => {
                    let description = "The resources want tokens of different signing algorithms: name one of them.";
                    return Err(resource::refused(description, "signing_algs_differ"));
                }
                Some((shortest, _)) => Some((shortest.min(lifetime), key)),
                None => Some((lifetime, key)),
            };
        }
        let (lifetime, key) = match decided {
            Some(decided) => decided,
            None => (by_default, config.signing_keys.chosen(None)?),
        };
        Ok(Self { audiences, lifetime, key, claims })
    }
}
