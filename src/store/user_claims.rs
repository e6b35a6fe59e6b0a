//! What a user's record says beside the name: the claims of OpenID Connect Core §5.1, and what the operator adds of its own
//! (roles, groups, a department).

use crate::oauth::{ClaimKind, StandardClaim, is_custom_claim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// Checked claims by name; only [`UserClaims::changed`] puts any in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserClaims(Map<String, Value>);

/// The claim that a user cannot have, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimError {
    /// Its name; `claims` where it is all of them.
    pub name: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason)
    }
}

impl UserClaims {
    /// The most that all claims of a user may take as JSON, in bytes.
    pub const MAX: usize = 8 * 1024;
    /// The most that one may take as JSON, in bytes.
    pub const MAX_ONE: usize = 2048;

    /// The same with these in place of those of their names; null takes one out.
    ///
    /// # Errors
    /// The first that a user cannot have.
    pub fn changed(mut self, changes: Map<String, Value>) -> Result<Self, ClaimError> {
        for (name, value) in changes {
            if value.is_null() {
                self.0.remove(&name);
                continue;
            }
            judge(&name, &value).map_err(|reason| ClaimError { name: name.clone(), reason })?;
            self.0.insert(name, value);
        }
        let length: usize = self.0.iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
        if length > Self::MAX {
            return Err(ClaimError { name: "claims".to_owned(), reason: "more than 8 KB altogether" });
        }
        Ok(self)
    }

    /// A claim, by its whole name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn judge(name: &str, value: &Value) -> Result<(), &'static str> {
    if value.to_string().len() > UserClaims::MAX_ONE {
        return Err("more than 2,048 bytes");
    }
    match StandardClaim::named(name) {
        Some(claim) => judge_standard(claim.kind, value),
        None if !is_custom_claim(name) => Err(
            "is no claim of OpenID Connect, and no name for one of yours: up to 128 letters, digits and -_.:/~, and \
                 none by which tokens say what they are",
        ),
        None if matches!(name, "roles" | "groups" | "entitlements") && !is_list_of_names(value) => {
            Err("must be a list of up to 64 texts of 1 to 128 characters")
        }
        None => Ok(()),
    }
}

/// OpenID Connect Core §5.1
fn judge_standard(kind: ClaimKind, value: &Value) -> Result<(), &'static str> {
    let text = value.as_str().filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control));
    let held = |fits: bool, reason| if fits { Ok(()) } else { Err(reason) };
    match kind {
        ClaimKind::Address => {
            held(is_address(value), "must be an object with the members of OpenID Connect Core §5.1.1")
        }
        ClaimKind::Birthdate => held(text.is_some_and(is_birthdate), "must be YYYY-MM-DD, 0000-MM-DD or YYYY"),
        ClaimKind::Boolean => held(value.is_boolean(), "must be true or false"),
        ClaimKind::Email => held(text.is_some_and(is_email), "must be a mail address of up to 254 characters"),
        ClaimKind::Text | ClaimKind::Token => held(
            text.is_some_and(|text| text.chars().count() <= 256),
            "must be a text of 1 to 256 characters without control characters",
        ),
        ClaimKind::Time => Err("is set by the server"),
        ClaimKind::Url => held(text.is_some_and(is_web_url), "must be an http or https URL"),
    }
}

/// OpenID Connect Core §5.1.1
fn is_address(value: &Value) -> bool {
    let known = ["formatted", "street_address", "locality", "region", "postal_code", "country"];
    // §5.1.1: these two may have line breaks.
    let lines = |name: &str| matches!(name, "formatted" | "street_address");
    let fits = |name: &str, text: &str| {
        !text.is_empty() && !text.chars().any(|c| c.is_control() && !(lines(name) && matches!(c, '\r' | '\n')))
    };
    let member = |(name, value): (&String, &Value)| {
        known.contains(&name.as_str()) && value.as_str().is_some_and(|text| fits(name, text))
    };
    value.as_object().is_some_and(|members| !members.is_empty() && members.iter().all(member))
}

/// A year alone, or a day; `0000` stands for a year that is not told.
fn is_birthdate(text: &str) -> bool {
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let year = parts.next().and_then(|part| number(part, 4));
    match (year, parts.next(), parts.next(), parts.next()) {
        (Some(year), None, ..) => year > 0,
        (Some(_), Some(month), Some(day), None) => {
            number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

/// As far as its shape goes: whether mail arrives only mail can tell.
fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let fits = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    text.len() <= 254 && parts.is_some_and(|(local, domain)| fits(local) && fits(domain) && !local.ends_with('@'))
}

fn is_web_url(text: &str) -> bool {
    let is_web = |url: &url::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    text.len() <= 1024 && url::Url::parse(text).is_ok_and(|url| is_web(&url))
}

/// RFC 9068 §2.2.3.1
fn is_list_of_names(value: &Value) -> bool {
    let fits = |name: &Value| name.as_str().is_some_and(|name| (1..=128).contains(&name.chars().count()));
    value.as_array().is_some_and(|names| names.len() <= 64 && names.iter().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(name: &str, value: &Value) -> Result<UserClaims, String> {
        let changes = Map::from_iter([(name.to_owned(), value.clone())]);
        UserClaims::default().changed(changes).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_user_may_have() {
        for (name, value) in [
            ("name", json!("Ada Lovelace")),
            ("name#ja-Kana-JP", json!("\u{30a8}\u{30a4}\u{30c0}")),
            ("picture", json!("https://example.com/ada.png")),
            ("email", json!("ada@example.com")),
            ("email_verified", json!(true)),
            ("birthdate", json!("1815-12-10")),
            ("birthdate", json!("0000-12-10")),
            ("birthdate", json!("1815")),
            ("zoneinfo", json!("Europe/London")),
            ("phone_number", json!("+1 (604) 555-1234;ext=5678")),
            ("address", json!({"street_address": "St James's Square 12\r\nLondon", "country": "GB"})),
            ("roles", json!(["editor"])),
            ("groups", json!([])),
            ("department", json!({"id": 7, "name": "Engines"})),
            ("https://example.com/tier", json!("gold")),
        ] {
            assert!(set(name, &value).is_ok(), "{name} = {value}: {:?}", set(name, &value));
        }
    }

    #[test]
    fn what_a_user_may_not_have() {
        for (name, value) in [
            ("sub", json!("x")),
            ("scope", json!("x")),
            ("_claim_names", json!({})),
            ("updated_at", json!(5)),
            ("name", json!("")),
            ("name", json!(" ")),
            ("name", json!(5)),
            ("name", json!("a\u{0}b")),
            ("name", json!("a".repeat(257))),
            ("name#", json!("x")),
            ("email#de", json!("ada@example.com")),
            ("email", json!("ada")),
            ("email", json!("@example.com")),
            ("email", json!("a da@example.com")),
            ("email_verified", json!("true")),
            ("picture", json!("javascript:alert(1)")),
            ("website", json!("example.com")),
            ("birthdate", json!("10.12.1815")),
            ("birthdate", json!("1815-13-10")),
            ("birthdate", json!("0000")),
            ("birthdate", json!("1815-12")),
            ("phone_number_verified", json!(1)),
            ("address", json!("London")),
            ("address", json!({})),
            ("address", json!({"city": "London"})),
            ("address", json!({"country": 5})),
            ("roles", json!("editor")),
            ("roles", json!([5])),
            ("groups", json!([""])),
            ("entitlements", json!(vec!["x"; 65])),
            ("a b", json!("x")),
            ("blob", json!("x".repeat(2047))),
        ] {
            assert!(set(name, &value).is_err_and(|told| told.starts_with(&format!("{name}: "))), "{name} = {value}");
        }
    }

    #[test]
    fn altogether_8_kb() {
        let many = |count: usize| (0..count).map(|n| (format!("n{n}"), json!("x".repeat(2000)))).collect();
        assert!(UserClaims::default().changed(many(4)).is_ok());
        assert_eq!(UserClaims::default().changed(many(5)).unwrap_err().name, "claims");
    }

    #[test]
    fn changes_replace_and_null_takes_out() {
        let of = |value: Value| value.as_object().cloned().unwrap();
        let before = UserClaims::default().changed(of(json!({"name": "Ada", "nickname": "A"}))).unwrap();
        let after = before.changed(of(json!({"name": "Ada L.", "nickname": null, "never": null}))).unwrap();
        assert_eq!(after.iter().collect::<Vec<_>>(), [("name", &json!("Ada L."))]);
    }
}
