//! The scopes of this server, and what people are told of them.
//!
//! ```json
//! {"notes:read": {"description": "Read your notes"},
//!  "notes:write": {"description": "Change and delete your notes", "optional": true}}
//! ```

use crate::oauth::{Scope, ScopeToken};
use crate::sorted::SortedMap;
use serde::Deserialize;

/// The scopes that exist. `openid`, `profile` and `offline_access` always do.
#[derive(Debug, Default)]
pub struct ScopeRegistry(SortedMap<String, ScopeDefinition>);

/// One scope of the operator's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDefinition {
    /// What it allows, in words that a user understands.
    pub description: String,
    /// Whether a user may leave it out and still go on.
    #[serde(default)]
    pub optional: bool,
}

impl ScopeRegistry {
    const STANDARD: [&'static str; 3] = [ScopeToken::OPENID, ScopeToken::PROFILE, ScopeToken::OFFLINE_ACCESS];

    /// Reads the JSON shown above.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, String> {
        let scopes: SortedMap<String, ScopeDefinition> =
            serde_json::from_str(json).map_err(|error| format!("is not an object of scopes: {error}"))?;
        for name in scopes.keys() {
            if ScopeToken::parse(name).is_none() || Self::STANDARD.contains(&name.as_str()) {
                return Err(format!("has a name that is no scope of yours to define: {name:?}"));
            }
        }
        Ok(Self(scopes))
    }

    /// Whether the scope exists.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        Self::STANDARD.contains(&name) || self.definition(name).is_some()
    }

    /// The operator's definition; the standard's scopes have their words in the translations.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&ScopeDefinition> {
        self.0.iter().find(|(candidate, _)| *candidate == name).map(|(_, definition)| definition)
    }

    /// Whether a user may leave it out.
    #[must_use]
    pub fn is_optional(&self, name: &str) -> bool {
        self.definition(name).is_some_and(|definition| definition.optional)
    }

    /// All names, the standard's first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        Self::STANDARD.into_iter().chain(self.0.keys().map(String::as_str))
    }

    /// What of a request can be granted to a client: OpenID Connect Core §3.1.2.1 has unknown scopes ignored, RFC 6749
    /// §3.3 lets the server leave out others; the token response tells.
    #[must_use]
    pub fn grantable(&self, requested: &Scope, registered: &Scope) -> Scope {
        requested.filter(|name| self.knows(name) && registered.contains(name))
    }
}
