//! The scopes of this server, and what people are told of them.
//!
//! ```json
//! {"notes:read": {"description": "Read your notes"},
//!  "notes:write": {"description": "Change and delete your notes", "optional": true,
//!                  "description#de": "Ihre Notizen ändern und löschen"}}
//! ```
//!
//! The description without a language is for all languages that there is none for.

use super::translated;
use crate::oauth::{ScopeToken, Translated};
use crate::sorted::SortedMap;
use serde_json::Value;

/// The scopes that exist. `openid`, `profile` and `offline_access` always do.
#[derive(Debug, Default)]
pub struct ScopeRegistry(SortedMap<String, Entry>);

/// One scope of the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeDefinition {
    /// What it allows, in words that a user understands.
    pub description: Translated,
    /// Whether a user may leave it out and still go on.
    pub optional: bool,
}

#[derive(Debug)]
struct Entry {
    definition: ScopeDefinition,
    /// Whether it goes with any resource, and without one.
    everywhere: bool,
}

impl ScopeRegistry {
    const STANDARD: [&'static str; 3] = [ScopeToken::OPENID, ScopeToken::PROFILE, ScopeToken::OFFLINE_ACCESS];

    /// Reads the JSON shown above.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, String> {
        let scopes: SortedMap<String, Value> =
            serde_json::from_str(json).map_err(|error| format!("is not an object of scopes: {error}"))?;
        let mut registry = Self::default();
        for (name, value) in scopes.iter() {
            registry.define(name, value, true)?;
        }
        Ok(registry)
    }

    /// Adds a scope; one that is there already has to be the same, since a user is told of it once for all its resources.
    pub(super) fn define(&mut self, name: &str, value: &Value, everywhere: bool) -> Result<(), String> {
        if ScopeToken::parse(name).is_none() || Self::is_standard(name) {
            return Err(format!("has a name that is no scope of yours to define: {name:?}"));
        }
        let definition = ScopeDefinition::read(value).map_err(|fault| format!("has a scope, {name}, {fault}"))?;
        match self.definition(name) {
            None => {
                self.0.insert(name.to_owned(), Entry { definition, everywhere });
                Ok(())
            }
            Some(known) if *known == definition => Ok(()),
            Some(_) => Err(format!("has a scope, {name}, that means something else in another place")),
        }
    }

    /// Whether the scope exists.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        Self::is_standard(name) || self.definition(name).is_some()
    }

    /// Whether it is one of OpenID Connect's, which are about a user.
    #[must_use]
    pub fn is_standard(name: &str) -> bool {
        Self::STANDARD.contains(&name)
    }

    /// Whether it goes with any resource, and without one: the standard's, and those of `SCOPES`.
    #[must_use]
    pub fn is_everywhere(&self, name: &str) -> bool {
        Self::is_standard(name) || self.entry(name).is_some_and(|entry| entry.everywhere)
    }

    /// The operator's definition; the standard's scopes have their words in the translations.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&ScopeDefinition> {
        self.entry(name).map(|entry| &entry.definition)
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

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.iter().find(|(candidate, _)| *candidate == name).map(|(_, entry)| entry)
    }
}

impl ScopeDefinition {
    fn read(value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or("that is no object")?;
        let known = |name: &String| name == "optional" || translated::is_of("description", name);
        if let Some(name) = members.keys().find(|name| !known(name)) {
            return Err(format!("with a member that there is not: {name:?}"));
        }
        let words = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        if members.get("description").and_then(words).is_none() {
            return Err("without a description in words".to_owned());
        }
        let description = translated::read("description", members, words).map_err(|fault| format!("with {fault}"))?;
        let optional = match members.get("optional") {
            None => false,
            Some(value) => value.as_bool().ok_or("whose optional is neither true nor false")?,
        };
        Ok(Self { description: description.unwrap_or_default(), optional })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::Language;

    #[test]
    fn a_description_may_come_in_several_languages() {
        let scopes = r#"{"a": {"description": "Read", "description#de": " Lesen ", "description#JA": "読む"}}"#;
        let registry = ScopeRegistry::parse(scopes).unwrap();
        let description = &registry.definition("a").unwrap().description;
        for (language, words) in [
            (Language::English, "Read"),
            (Language::German, "Lesen"),
            (Language::Japanese, "読む"),
            (Language::French, "Read"),
        ] {
            assert_eq!(description.of(language), words);
        }
    }

    #[test]
    fn what_is_no_scope_is_a_fault() {
        let good = r#"{"a": {"description": "A"}, "b": {"description": "B", "optional": true}}"#;
        let registry = ScopeRegistry::parse(good).unwrap();
        assert!(registry.is_optional("b") && !registry.is_optional("a") && registry.is_everywhere("a"));
        assert_eq!(registry.names().collect::<Vec<_>>(), ["openid", "profile", "offline_access", "a", "b"]);
        for (wrong, told) in [
            ("notes:read", "not an object"),
            ("[]", "not an object"),
            (r#"{"openid": {"description": "x"}}"#, "\"openid\""),
            (r#"{"a b": {"description": "x"}}"#, "\"a b\""),
            (r#"{"a": "x"}"#, "no object"),
            (r#"{"a": {}}"#, "description"),
            (r#"{"a": {"description": " "}}"#, "description"),
            (r#"{"a": {"description": 1}}"#, "description"),
            (r#"{"a": {"description": "x", "optional": "yes"}}"#, "optional"),
            (r#"{"a": {"description#de": "x"}}"#, "description"),
            (r#"{"a": {"description": "x", "description#pt": "y"}}"#, "no page is in: \"description#pt\""),
            (r#"{"a": {"description": "x", "description#": "y"}}"#, "no page is in: \"description#\""),
            (r#"{"a": {"description": "x", "description#de": " "}}"#, "description#de"),
            (r#"{"a": {"description": "x", "description#de": 1}}"#, "description#de"),
            (r#"{"a": {"description": "x", "description#de": "y", "description#DE": "z"}}"#, "twice"),
            (r#"{"a": {"description": "x", "optional#de": true}}"#, "\"optional#de\""),
            (r#"{"a": {"description": "x", "hidden": true}}"#, "\"hidden\""),
            (r#"{"a": {"description": "x"}, "a": {"description": "y"}}"#, "twice"),
        ] {
            let fault = ScopeRegistry::parse(wrong).unwrap_err();
            assert!(fault.contains(told), "{wrong}: {fault}");
        }
    }
}
