//! `client_uri`, `logo_uri`, `policy_uri`, `tos_uri` (RFC 7591 §2), `initiate_login_uri` (OpenID Connect Registration §2):
//! what people are led to, or their browser loads. This server calls none of them.

use super::redirect_uri::is_loopback;
use serde::{Deserialize, Serialize};
use url::Url;

/// An `https` URL, or `http` on this device for local development, kept as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUri(String);

/// Why it cannot be registered.
const WRONG: &str = "is no https URL of at most 512 printable ASCII characters, without a user name in it";

impl WebUri {
    /// The longest URL accepted, in characters.
    pub const MAX: usize = 512;

    /// Checks what is to be registered.
    ///
    /// # Errors
    /// What such a URL has to be.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`');
        // URLs allow characters in a host that would end a directive of a policy.
        let in_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':');
        let fits = |url: &Url| {
            (url.scheme() == "https" || url.scheme() == "http" && is_loopback(url))
                && url.username().is_empty()
                && url.password().is_none()
                && url.host_str().is_some_and(|host| host.chars().all(in_host))
        };
        let short = text.len() <= Self::MAX && text.bytes().all(plain);
        let url = short.then(|| Url::parse(text).ok()).flatten().filter(fits);
        url.map(|_| Self(text.to_owned())).ok_or(WRONG)
    }

    /// The URL as it was registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host that a person is told.
    #[must_use]
    pub fn host(&self) -> String {
        self.url().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Scheme, host and port: what a policy names.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url().map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// Whether it is at another machine than the browser's, by `https`.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.url().is_some_and(|url| url.scheme() == "https" && !is_loopback(&url))
    }

    /// The URL with a parameter added to its query.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut url = self.url();
        if let Some(url) = &mut url {
            url.query_pairs_mut().append_pair(name, value);
        }
        url.map(String::from).unwrap_or_default()
    }

    /// It was parsed once, so it parses again.
    fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok()
    }
}

impl From<WebUri> for String {
    fn from(uri: WebUri) -> Self {
        uri.0
    }
}

impl TryFrom<String> for WebUri {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_may_be_led_to() {
        let uri = WebUri::parse("https://app.example:8443/terms?v=2#short").unwrap();
        assert_eq!((uri.host().as_str(), uri.origin().as_str()), ("app.example", "https://app.example:8443"));
        assert_eq!(
            uri.with("iss", "https://id.example/a?b"),
            "https://app.example:8443/terms?v=2&iss=https%3A%2F%2Fid.example%2Fa%3Fb#short"
        );
        assert!(uri.is_public());
        for local in ["http://localhost:3000/", "http://127.0.0.1/logo.png", "https://localhost/"] {
            assert!(!WebUri::parse(local).unwrap().is_public(), "{local}");
        }
    }

    #[test]
    fn everything_else() {
        let long = format!("https://app.example/{}", "a".repeat(WebUri::MAX));
        for wrong in [
            "",
            "/terms",
            "http://app.example/",
            "https://",
            "https://user@app.example/",
            "https://:secret@app.example/",
            "https://app.example/\"onclick",
            "https://app.example/\n",
            "https://b\u{fc}cher.example/",
            "https://cdn.example;script-src/",
            "https://cdn.example,x/",
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "com.example.app:/x",
            &long,
        ] {
            assert_eq!(WebUri::parse(wrong), Err(WRONG), "{wrong}");
        }
    }
}
