//! The claims of a JWT that a client signed (RFC 7519 §4.1). Only to be read when the signature holds.

use crate::oauth::{Lifetime, Timestamp};
use crate::record;
use serde_json::{Map, Value};

/// The claims, as they were sent.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientClaims(Map<String, Value>);

/// How far the client's clock may differ.
const LEEWAY: Lifetime = Lifetime::seconds(5);

impl ClientClaims {
    /// Reads them; `None` when they are no object.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        record::object(json).map(Self)
    }

    /// A claim of any type; `null` means absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A claim that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Every claim.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// RFC 7519 §4.1.3: whether this is an audience.
    #[must_use]
    pub fn is_for(&self, audience: &str) -> bool {
        match self.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|one| one == audience),
            _ => false,
        }
    }

    /// RFC 7519 §4.1.4 to §4.1.6: when it ends. It must say so, and not last longer than this from now; it must not have
    /// ended, nor begin later.
    ///
    /// # Errors
    /// What is wrong, for the log.
    pub fn ends(&self, longest: Lifetime, now: Timestamp) -> Result<Timestamp, &'static str> {
        let exp = self.time("exp")?.ok_or("exp_missing")?;
        if exp.after(LEEWAY) <= now {
            return Err("expired");
        }
        if exp > now.after(longest).after(LEEWAY) {
            return Err("lifetime_too_long");
        }
        self.has_begun(now).map(|()| exp)
    }

    /// RFC 7519 §4.1.5, §4.1.6: that it is not from the future.
    ///
    /// # Errors
    /// What is wrong, for the log.
    pub fn has_begun(&self, now: Timestamp) -> Result<(), &'static str> {
        let begins = self.time("nbf")?.max(self.time("iat")?);
        if begins.is_some_and(|begins| begins > now.after(LEEWAY)) { Err("not_yet_valid") } else { Ok(()) }
    }

    /// RFC 7519 §2, `NumericDate`: seconds, perhaps with a fraction.
    ///
    /// # Errors
    /// When it is something else, for the log.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, &'static str> {
        let Some(value) = self.get(name) else { return Ok(None) };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast saturates; a negative is 0"
        )]
        let seconds =
            value.as_u64().or_else(|| value.as_f64().map(|seconds| seconds as u64)).ok_or("time_malformed")?;
        Ok(Some(Timestamp::from_millis(seconds.saturating_mul(1000))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: &Value) -> ClientClaims {
        ClientClaims::parse(&value.to_string()).unwrap()
    }

    #[test]
    fn audiences() {
        assert!(claims(&json!({"aud": "a"})).is_for("a"));
        assert!(claims(&json!({"aud": ["b", "a"]})).is_for("a"));
        for aud in [json!(null), json!("b"), json!("a "), json!([]), json!({"a": "a"}), json!(1)] {
            assert!(!claims(&json!({ "aud": aud })).is_for("a"));
        }
        assert!(ClientClaims::parse("[]").is_none() && ClientClaims::parse("{").is_none());
    }

    #[test]
    fn times() {
        let (now, longest) = (Timestamp::from_millis(1_000_000), Lifetime::seconds(600));
        let ends = |value: Value| claims(&value).ends(longest, now).map(Timestamp::seconds);
        assert_eq!(ends(json!({"exp": 1001})), Ok(1001));
        assert_eq!(ends(json!({"exp": 1001.7, "iat": 1005, "nbf": 900})), Ok(1001));
        assert_eq!(ends(json!({"exp": 996})), Ok(996), "clocks differ");
        assert_eq!(ends(json!({"exp": 995})), Err("expired"));
        assert_eq!(ends(json!({"exp": 1605})), Ok(1605));
        assert_eq!(ends(json!({"exp": 1606})), Err("lifetime_too_long"));
        assert_eq!(ends(json!({"exp": 1e300})), Err("lifetime_too_long"));
        assert_eq!(ends(json!({"exp": -5})), Err("expired"));
        assert_eq!(ends(json!({"exp": 1100, "nbf": 1006})), Err("not_yet_valid"));
        assert_eq!(ends(json!({"exp": 1100, "iat": 1006})), Err("not_yet_valid"));
        assert_eq!(ends(json!({})), Err("exp_missing"));
        assert_eq!(ends(json!({"exp": "1001"})), Err("time_malformed"));
    }
}
