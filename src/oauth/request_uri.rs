//! `request_uris` (OpenID Connect Registration §2): where a client keeps its request objects.

use super::{RedirectTarget, RedirectUri};
use serde::{Deserialize, Serialize};

/// A URL from which a request object may be fetched, without its fragment: that is the object's hash (OpenID Connect Core
/// §6.2), tells caches that it has changed, and is never sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestUri(RedirectUri);

impl RequestUri {
    /// `https`, or `http` on this device for local development.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri = RedirectUri::parse(without_fragment(text)).map_err(|error| format!("request URI {error}"))?;
        match uri.target() {
            RedirectTarget::PrivateUse => Err("request URI is not https".to_owned()),
            RedirectTarget::Web | RedirectTarget::Loopback => Ok(Self(uri)),
        }
    }

    /// Whether a requested URL is this one, to the letter, whatever the fragments say.
    #[must_use]
    pub fn matches(&self, requested: &str) -> bool {
        self.0.matches(without_fragment(requested))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn without_fragment(text: &str) -> &str {
    text.split_once('#').map_or(text, |(before, _)| before)
}

impl From<RequestUri> for String {
    fn from(uri: RequestUri) -> Self {
        uri.0.into()
    }
}

impl TryFrom<String> for RequestUri {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_the_letter_but_for_the_fragment() {
        let uri = RequestUri::parse("https://app.example/request.jwt?v=1#GkurKxf5T0Y").unwrap();
        assert_eq!(uri.as_str(), "https://app.example/request.jwt?v=1");
        assert!(uri.matches("https://app.example/request.jwt?v=1"));
        assert!(uri.matches("https://app.example/request.jwt?v=1#another"));
        for other in ["https://app.example/request.jwt", "https://app.example/request.jwt?v=1/", "#", ""] {
            assert!(!uri.matches(other), "{other}");
        }
        assert!(RequestUri::parse("http://localhost:3000/request.jwt").is_ok());
    }

    #[test]
    fn what_cannot_be_fetched_is_not_registered() {
        for wrong in ["http://app.example/r", "com.example.app:/r", "data:,x", "/r", "#x", "https://a@app.example/r"] {
            assert!(RequestUri::parse(wrong).is_err(), "{wrong}");
        }
    }
}
