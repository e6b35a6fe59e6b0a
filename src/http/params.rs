//! Parameters of queries and forms (`application/x-www-form-urlencoded`, RFC 6749 Appendix B): capped, without
//! duplicates, empty means absent (RFC 6749 §3.1).

use super::Request;
use crate::error::OAuthError;
use crate::sorted::SortedMap;
use serde_json::Value;

/// The longest body accepted, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
const MAX_QUERY: usize = 16 * 1024;
/// A ticket may be as long as [`crate::seal::MAX`].
const MAX_VALUE: usize = 24 * 1024;
const MAX_COUNT: usize = 64;
/// What may come more than once (RFC 8707 §2, RFC 8693 §2.1).
const REPEATED: &[&str] = &["resource", "audience"];
/// RFC 7519 §4.1
const ABOUT_A_JWT: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The parameters of one request.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The parameters in the query.
    ///
    /// # Errors
    /// `invalid_request` when a cap is exceeded or the text is not UTF-8.
    pub fn of_query(request: &Request) -> Result<Self, OAuthError> {
        if request.query.len() > MAX_QUERY {
            return Err(OAuthError::invalid_request("The query is longer than 16 KB.", "query_too_long"));
        }
        Self::parse(request.query.as_bytes())
    }

    /// The parameters in a form body.
    ///
    /// # Errors
    /// `invalid_request` when the content type is another, a cap is exceeded or the text is not UTF-8.
    pub fn of_form(request: &Request) -> Result<Self, OAuthError> {
        // RFC 6749 §3.2, Appendix B: parameters come form-encoded; JSON bodies are a frequent mistake.
        if !is_form(request.content_type.as_deref()) {
            let description = "The content type must be application/x-www-form-urlencoded.";
            return Err(OAuthError::invalid_request(description, "content_type"));
        }
        match &request.body {
            Some(body) => Self::parse(body),
            None => Err(OAuthError::invalid_request("The body is longer than 64 KB.", "body_too_long")),
        }
    }

    /// The parameters among the claims of a request object (RFC 9101 §4): several strings are several values, and what is
    /// neither text nor a list of texts is its JSON. Claims that are about the object itself are left out.
    ///
    /// # Errors
    /// `invalid_request` when a cap is exceeded.
    pub fn of_claims<'a>(claims: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<Self, OAuthError> {
        let mut params = Self::default();
        for (name, value) in claims.filter(|(name, value)| !ABOUT_A_JWT.contains(name) && !value.is_null()) {
            match value {
                Value::String(text) => params.add(name, text)?,
                Value::Array(list) if !list.is_empty() && list.iter().all(Value::is_string) => {
                    list.iter().filter_map(Value::as_str).try_for_each(|text| params.add(name, text))?;
                }
                other => params.add(name, &other.to_string())?,
            }
        }
        Ok(params)
    }

    fn parse(encoded: &[u8]) -> Result<Self, OAuthError> {
        let mut params = Self::default();
        form_urlencoded::parse(encoded).try_for_each(|(name, value)| params.add(&name, &value))?;
        Ok(params)
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), OAuthError> {
        if self.0.len() == MAX_COUNT {
            return Err(OAuthError::invalid_request("There are more than 64 parameters.", "too_many_parameters"));
        }
        if name.len() > MAX_VALUE || value.len() > MAX_VALUE {
            return Err(OAuthError::invalid_request("A parameter is longer than 24 KB.", "parameter_too_long"));
        }
        // The decoder puts U+FFFD where bytes are not UTF-8; nobody sends that character in earnest.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(OAuthError::invalid_request("A parameter is not valid UTF-8.", "not_utf8"));
        }
        self.0.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// The value of a parameter; `None` when it is absent or empty.
    ///
    /// # Errors
    /// `invalid_request` when it comes more than once (RFC 6749 §3.1).
    pub fn one(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(duplicate()),
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
        }
    }

    /// A parameter that has to be there.
    ///
    /// # Errors
    /// `invalid_request` with this description when it is absent, and when it comes more than once.
    pub fn required(&self, name: &str, description: &'static str) -> Result<&str, OAuthError> {
        self.one(name)?.ok_or_else(|| OAuthError::invalid_request(description, "parameter_missing"))
    }

    /// Every value of a parameter that may come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// RFC 6749 §3.1, §3.2: parameters, unknown ones too, come at most once. RFC 8707 §2 excepts `resource`.
    ///
    /// # Errors
    /// `invalid_request` when one comes more than once.
    pub fn refuse_duplicates(&self) -> Result<(), OAuthError> {
        let mut names = SortedMap::new();
        let repeated =
            self.0.iter().any(|(name, _)| !REPEATED.contains(&&**name) && names.insert(name.as_str(), ()).is_some());
        if repeated { Err(duplicate()) } else { Ok(()) }
    }

    /// The names and values, as sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether a content type is that of a form.
#[must_use]
pub fn is_form(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

const fn duplicate() -> OAuthError {
    OAuthError::invalid_request("A parameter comes more than once.", "duplicate_parameter")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;
    use proptest::prelude::*;

    fn query(text: &str) -> Result<Params, OAuthError> {
        Params::of_query(&Request::new(Method::Get, "/", text))
    }

    #[test]
    fn empty_means_absent_and_twice_is_refused() {
        let params = query("a=1&b=&c=x+y%20z&c=2").unwrap();
        assert_eq!(params.one("a"), Ok(Some("1")));
        assert_eq!(params.one("b"), Ok(None));
        assert_eq!(params.one("c").unwrap_err().cause, "duplicate_parameter");
        assert_eq!(params.all("c").collect::<Vec<_>>(), ["x y z", "2"]);
        assert!(params.refuse_duplicates().is_err());
        assert!(query("resource=a&resource=b").unwrap().refuse_duplicates().is_ok());
    }

    #[test]
    fn caps_and_utf8() {
        assert_eq!(query("a=%ff").unwrap_err().cause, "not_utf8");
        let form = |length| Params::parse(format!("a={}", "x".repeat(length)).as_bytes());
        assert_eq!(form(MAX_VALUE + 1).unwrap_err().cause, "parameter_too_long");
        assert!(form(MAX_VALUE).is_ok());
        assert_eq!(query(&"a=1&".repeat(65)).unwrap_err().cause, "too_many_parameters");
        assert_eq!(query(&"a".repeat(16 * 1024 + 1)).unwrap_err().cause, "query_too_long");
    }

    #[test]
    fn claims_are_parameters() {
        let claims = serde_json::json!({
            "iss": "app", "aud": ["https://id.example"], "exp": 1, "nbf": 1, "iat": 1, "jti": "x", "sub": "y",
            "max_age": 60, "state": "a=b&c", "nonce": null, "flag": true,
            "resource": ["https://a.example", "https://b.example"],
            "claims": {"userinfo": {"email": null}}, "details": [{"type": "t"}], "none": [],
        });
        let of_claims = |claims: &Value| {
            Params::of_claims(claims.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value)))
        };
        let params = of_claims(&claims).unwrap();
        assert_eq!(params.one("max_age"), Ok(Some("60")));
        assert_eq!(params.one("state"), Ok(Some("a=b&c")));
        assert_eq!(params.one("flag"), Ok(Some("true")));
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["https://a.example", "https://b.example"]);
        assert_eq!(params.one("claims"), Ok(Some(r#"{"userinfo":{"email":null}}"#)));
        assert_eq!(params.one("details"), Ok(Some(r#"[{"type":"t"}]"#)));
        assert_eq!(params.one("none"), Ok(Some("[]")));
        for absent in ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "nonce"] {
            assert_eq!(params.one(absent), Ok(None), "{absent}");
        }
        let many = (0..65).map(|n| (n.to_string(), Value::from(n))).collect();
        assert_eq!(of_claims(&Value::Object(many)).unwrap_err().cause, "too_many_parameters");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Params::parse(&bytes).map(|params| (params.refuse_duplicates(), params.one("a").is_ok()));
        }
    }
}
