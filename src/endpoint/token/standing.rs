//! What a grant still allows, and the part of it that one token is for.

use super::super::resource;
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::Params;
use crate::oauth::{Resources, Scope};

/// Scope and resources of a grant.
#[derive(Debug)]
pub(super) struct Standing {
    pub scope: Scope,
    pub resources: Resources,
}

impl Standing {
    /// What of a grant the client and this server still stand for: a registration or the configuration may have been
    /// narrowed since.
    pub(super) fn of<P: Platform>(
        scope: &Scope,
        granted: &Resources,
        client: &Client,
        cx: &Cx<'_, P>,
    ) -> Result<Self, OAuthError> {
        let resources = resource::still_usable(granted, client, cx.config);
        if resources.is_empty() && !granted.is_empty() {
            return Err(OAuthError::invalid_grant("resource_withdrawn"));
        }
        let scope = cx.config.grantable(scope, client, &resources);
        if scope.is_empty() { Err(OAuthError::invalid_grant("scope_withdrawn")) } else { Ok(Self { scope, resources }) }
    }

    /// The part of it that one token is for: the resources that are named (RFC 8707 §2.2), and what of the scope goes with
    /// them. A scope that is asked for must not name anything that was not granted (RFC 6749 §6).
    pub(super) fn narrowed<P: Platform>(
        &self,
        scope: Option<&str>,
        params: &Params,
        cx: &Cx<'_, P>,
    ) -> Result<Self, OAuthError> {
        let invalid = |description, cause| OAuthError::new(ErrorCode::InvalidScope, description, cause);
        let asked = match scope {
            None => self.scope.clone(),
            Some(text) => Scope::parse(text)
                .filter(|scope| !scope.is_empty() && scope.is_subset(&self.scope))
                .ok_or(invalid("The scope is wider than what was granted.", "scope_wider"))?,
        };
        let resources = resource::chosen(params, &self.resources, cx.config)?;
        let fitting = cx.config.fitting(&asked, &resources);
        match scope {
            Some(_) if fitting.is_empty() => {
                Err(invalid("The scope does not go with the resource.", "scope_of_another_resource"))
            }
            None if fitting.is_empty() => {
                Err(resource::refused("Nothing was granted for the resource.", "nothing_granted_for_resource"))
            }
            _ => Ok(Self { scope: fitting, resources }),
        }
    }
}
