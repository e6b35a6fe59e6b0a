//! Which claims of a user are told under which names: the operator's choice, for a resource or a client.
//!
//! ```json
//! ["roles", "groups"]
//! {"roles": "roles", "https://example.com/tier": "tier"}
//! ```
//!
//! The second form has the name that is told first, and the one in the user's record second.

use super::{StandardClaim, is_custom_claim};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A checked list of claims to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimMapping(Vec<(String, String)>);

impl ClaimMapping {
    /// The most claims in one.
    pub const MAX: usize = 16;
    /// What is expected of one.
    pub const EXPECTED: &'static str =
        "a list of up to 16 names of claims, or an object that says of each name which of the user's claims it tells";

    /// Reads either form; `None` when it is something else, or names what is not the operator's to tell.
    #[must_use]
    pub fn parse(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let pairs: Vec<(String, String)> = match value {
            Value::Array(names) => names.iter().map(|name| Some((text(name)?, text(name)?))).collect::<Option<_>>()?,
            Value::Object(pairs) => {
                pairs.iter().map(|(told, known)| Some((told.clone(), text(known)?))).collect::<Option<_>>()?
            }
            _ => return None,
        };
        let is_claim = |name: &str| is_custom_claim(name) || StandardClaim::named(name).is_some();
        let fits = pairs.len() <= Self::MAX && pairs.iter().all(|(told, known)| is_claim(told) && is_claim(known));
        fits.then_some(Self(pairs))
    }

    /// Each claim: the name that is told, and the one in the user's record.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(told, known)| (told.as_str(), known.as_str()))
    }

    /// Whether it tells nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ClaimMapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for ClaimMapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::parse(&value).ok_or_else(|| D::Error::custom(format_args!("is not {}", Self::EXPECTED)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms() {
        let list = ClaimMapping::parse(&json!(["roles", "email"])).unwrap();
        assert_eq!(list.iter().collect::<Vec<_>>(), [("roles", "roles"), ("email", "email")]);
        let renamed = ClaimMapping::parse(&json!({"https://example.com/tier": "tier"})).unwrap();
        assert_eq!(renamed.iter().collect::<Vec<_>>(), [("https://example.com/tier", "tier")]);
        for mapping in [list, renamed] {
            assert_eq!(serde_json::from_value::<ClaimMapping>(json!(mapping)).unwrap().0.len(), mapping.0.len());
        }
    }

    #[test]
    fn what_makes_a_token_say_something_else_is_refused() {
        for wrong in [
            json!("roles"),
            json!([5]),
            json!(["sub"]),
            json!({"scope": "roles"}),
            json!({"aud": "roles"}),
            json!({"roles": "iss"}),
            json!({"roles": ["roles"]}),
            json!({"a b": "roles"}),
            json!((0..17).map(|n| format!("n{n}")).collect::<Vec<_>>()),
        ] {
            assert_eq!(ClaimMapping::parse(&wrong), None, "{wrong}");
        }
    }
}
