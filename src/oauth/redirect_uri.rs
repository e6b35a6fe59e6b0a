//! `redirect_uri` (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1): which URIs may be registered, and when a requested one
//! is the registered one.

use serde::{Deserialize, Serialize};
use std::fmt;
use url::{Host, Url};

/// An absolute URI that a client may be answered at, kept exactly as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri {
    text: String,
    target: RedirectTarget,
}

/// Where a redirect URI leads; this decides what the user is told and how strict matching is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectTarget {
    /// `https`: a web site.
    Web,
    /// `http` on `127.0.0.1`, `[::1]` or `localhost`: a program on the user's device (RFC 8252 §7.3).
    Loopback,
    /// A private-use scheme such as `com.example.app:/cb` (RFC 8252 §7.1).
    PrivateUse,
}

/// Why a URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUriError {
    /// Longer than [`RedirectUri::MAX`] characters.
    TooLong,
    /// Not an absolute URI of printable ASCII.
    NotAbsolute,
    /// RFC 6749 §3.1.2: a fragment.
    Fragment,
    /// A user name or password in the authority.
    Userinfo,
    /// A wildcard.
    Wildcard,
    /// Plain `http` to somewhere else than this device.
    Insecure,
    /// A scheme that runs code or reads files, or (RFC 8252 §7.1) one without a dot.
    Scheme,
}

impl RedirectUri {
    /// The longest URI accepted, in characters.
    pub const MAX: usize = 1024;

    /// Checks what is to be registered.
    ///
    /// # Errors
    /// The first rule that the URI breaks.
    pub fn parse(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > Self::MAX {
            return Err(RedirectUriError::TooLong);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`')) {
            return Err(RedirectUriError::NotAbsolute);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        if url.fragment().is_some() {
            return Err(RedirectUriError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::Userinfo);
        }
        if text.contains('*') {
            return Err(RedirectUriError::Wildcard);
        }
        let target = Self::target_of(&url)?;
        Ok(Self { text: text.to_owned(), target })
    }

    /// The same where the operator lets some private-use schemes pass that are no reversed domain names (RFC 8252 §8.4 would
    /// have them refused).
    ///
    /// # Errors
    /// The first rule that the URI breaks.
    pub fn parse_with(text: &str, schemes: &[String]) -> Result<Self, RedirectUriError> {
        match Self::parse(text) {
            Err(RedirectUriError::Scheme) if schemes.iter().any(|scheme| scheme_of(text) == Some(scheme)) => {
                Ok(Self { text: text.to_owned(), target: RedirectTarget::PrivateUse })
            }
            parsed => parsed,
        }
    }

    /// Whether the operator may let URIs of this scheme pass: not what browsers run, open or fetch themselves.
    #[must_use]
    pub fn is_private_scheme(scheme: &str) -> bool {
        // RFC 3986 §3.1
        let letters = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-');
        scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.bytes().all(letters)
            && !BROWSERS_OWN.contains(&scheme)
    }

    fn target_of(url: &Url) -> Result<RedirectTarget, RedirectUriError> {
        match url.scheme() {
            "https" => Ok(RedirectTarget::Web),
            "http" if is_loopback(url) => Ok(RedirectTarget::Loopback),
            "http" => Err(RedirectUriError::Insecure),
            // RFC 8252 §7.1: a reversed domain name; this also leaves out javascript:, data:, file: and their like.
            scheme if scheme.contains('.') => Ok(RedirectTarget::PrivateUse),
            _ => Err(RedirectUriError::Scheme),
        }
    }

    /// Whether a requested URI is this one, to the letter (RFC 9700 §2.1).
    #[must_use]
    pub fn matches(&self, requested: &str) -> bool {
        self.text == requested
    }

    /// The same for a native client: the port of a loopback URI is free (RFC 8252 §7.3; RFC 9700 §4.1.3), because the
    /// system hands it out when the program starts.
    #[must_use]
    pub fn matches_any_port(&self, requested: &str) -> bool {
        if self.matches(requested) {
            return true;
        }
        self.target == RedirectTarget::Loopback
            && requested.len() <= Self::MAX
            && Self::parse(requested).is_ok_and(|other| other.portless() == self.portless())
    }

    /// The URI to use where this one was asked for so: the port of a loopback URI is the client's choice.
    #[must_use]
    pub fn as_requested(&self, requested: &str) -> Option<Self> {
        if self.matches(requested) { Some(self.clone()) } else { Self::parse(requested).ok() }
    }

    /// The URI without its port, for loopback URIs only; `localhost` counts too, since native programs that register
    /// it can choose their port no better than others.
    fn portless(&self) -> Option<Url> {
        let mut url = Url::parse(&self.text).ok()?;
        (self.target == RedirectTarget::Loopback && url.set_port(None).is_ok()).then_some(url)
    }

    /// The URI as registered or requested.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it leads.
    #[must_use]
    pub const fn target(&self) -> RedirectTarget {
        self.target
    }

    /// What to show a person, and what a consent is remembered for: `https://host:port`, `http://host` for loopback
    /// (its port changes), `scheme:` for private-use schemes.
    #[must_use]
    pub fn origin(&self) -> String {
        let Ok(url) = Url::parse(&self.text) else { return String::new() };
        match self.target {
            RedirectTarget::Web => url.origin().ascii_serialization(),
            RedirectTarget::Loopback => format!("http://{}", url.host_str().unwrap_or_default()),
            RedirectTarget::PrivateUse => format!("{}:", url.scheme()),
        }
    }

    /// Whether its host is the device that the browser runs on, by whatever scheme.
    #[must_use]
    pub fn is_on_this_device(&self) -> bool {
        let Ok(url) = Url::parse(&self.text) else { return false };
        is_loopback(&url)
            || match url.host() {
                // Systems take an address of zeros for their own.
                Some(Host::Ipv4(address)) => address.is_unspecified(),
                Some(Host::Ipv6(address)) => {
                    let mapped = address.to_ipv4_mapped();
                    address.is_unspecified() || mapped.is_some_and(|v4| v4.is_loopback() || v4.is_unspecified())
                }
                // RFC 6761 §6.3
                Some(Host::Domain(name)) => name.trim_end_matches('.').rsplit('.').next() == Some("localhost"),
                None => false,
            }
    }

    /// Whether two have scheme, host and port in common.
    #[must_use]
    pub fn shares_origin(&self, other: &Self) -> bool {
        let origin = |uri: &Self| Url::parse(&uri.text).map(|url| url.origin());
        // Origins of private-use schemes are opaque, and equal to no other.
        matches!((origin(self), origin(other)), (Ok(one), Ok(two)) if one == two)
    }

    /// The host that a person is told, or the scheme where there is no host.
    #[must_use]
    pub fn host(&self) -> String {
        let Ok(url) = Url::parse(&self.text) else { return String::new() };
        match (self.target, url.host_str()) {
            (RedirectTarget::Web | RedirectTarget::Loopback, Some(host)) => host.to_owned(),
            _ => format!("{}:", url.scheme()),
        }
    }

    /// The first 128 bits of the URI's SHA-256: enough for a code to be bound to one of a client's registered URIs.
    #[must_use]
    pub fn fingerprint(text: &str) -> [u8; 16] {
        super::digest16(&[text.as_bytes()])
    }
}

/// Schemes that browsers and systems run, open or fetch by themselves.
const BROWSERS_OWN: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "intent",
    "javascript",
    "mailto",
    "sms",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// The scheme of an absolute URI, in lower case as it has to be written.
fn scheme_of(text: &str) -> Option<&str> {
    text.split_once(':').map(|(scheme, _)| scheme)
}

/// Whether a URL leads to this device.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Display for RedirectUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "longer than 1,024 characters",
            Self::NotAbsolute => "not an absolute URI of printable ASCII characters",
            Self::Fragment => "has a fragment (RFC 6749 §3.1.2)",
            Self::Userinfo => "has a user name or password in it",
            Self::Wildcard => "has a wildcard; redirect URIs are compared to the letter",
            Self::Insecure => "is plain http to another machine; use https, or 127.0.0.1 for a native app",
            Self::Scheme => "has a scheme that is neither https nor a reversed domain name (RFC 8252 §7.1)",
        })
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|error| format!("redirect URI {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uri(text: &str) -> RedirectUri {
        RedirectUri::parse(text).unwrap()
    }

    #[test]
    fn what_may_be_registered() {
        assert_eq!(uri("https://app.example/cb?x=1").target(), RedirectTarget::Web);
        assert_eq!(uri("http://127.0.0.1/cb").target(), RedirectTarget::Loopback);
        assert_eq!(uri("http://[::1]:8080/cb").target(), RedirectTarget::Loopback);
        assert_eq!(uri("com.example.app:/cb").target(), RedirectTarget::PrivateUse);
        assert_eq!(uri("https://xn--bcher-kva.example/cb").host(), "xn--bcher-kva.example");
        let refused = [
            ("http://app.example/cb", RedirectUriError::Insecure),
            ("http://127.0.0.1.evil.example/", RedirectUriError::Insecure),
            ("https://app.example/cb#x", RedirectUriError::Fragment),
            ("https://app.example/cb#", RedirectUriError::Fragment),
            ("https://user@app.example/cb", RedirectUriError::Userinfo),
            ("https://*.app.example/cb", RedirectUriError::Wildcard),
            ("javascript:alert(1)", RedirectUriError::Scheme),
            ("data:text/html,x", RedirectUriError::Scheme),
            ("myapp:/cb", RedirectUriError::Scheme),
            ("/cb", RedirectUriError::NotAbsolute),
            ("https://app.example/\r\nx", RedirectUriError::NotAbsolute),
            ("https:\\\\app.example", RedirectUriError::NotAbsolute),
            ("https://b\u{fc}cher.example/cb", RedirectUriError::NotAbsolute),
            ("https://b%C3%BCcher.example/cb", RedirectUriError::NotAbsolute),
        ];
        for (text, error) in refused {
            assert_eq!(RedirectUri::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn schemes_without_a_dot_are_the_operators_to_allow() {
        let schemes = ["cursor".to_owned()];
        let parse = |text| RedirectUri::parse_with(text, &schemes);
        let allowed = parse("cursor://anysphere.cursor-mcp/oauth/callback").unwrap();
        assert_eq!((allowed.target(), allowed.origin().as_str()), (RedirectTarget::PrivateUse, "cursor:"));
        assert_eq!(allowed.host(), "cursor:");
        for (text, error) in [
            ("cursors://x/cb", RedirectUriError::Scheme),
            ("CURSOR://x/cb", RedirectUriError::Scheme),
            ("javascript:alert(1)", RedirectUriError::Scheme),
            ("cursor://x/cb#y", RedirectUriError::Fragment),
            ("cursor://*/cb", RedirectUriError::Wildcard),
            ("cursor://user@x/cb", RedirectUriError::Userinfo),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        for right in ["cursor", "vscode-insiders", "web+app"] {
            assert!(RedirectUri::is_private_scheme(right), "{right}");
        }
        for wrong in ["", "javascript", "https", "Cursor", "1x", "a:b", "com.example.app", "data"] {
            assert!(!RedirectUri::is_private_scheme(wrong), "{wrong}");
        }
    }

    #[test]
    fn web_uris_match_to_the_letter() {
        let registered = uri("https://app.example/cb");
        assert!(registered.matches("https://app.example/cb"));
        for wrong in [
            "https://app.example/cb/",
            "https://app.example/CB",
            "https://APP.example/cb",
            "https://app.example:443/cb",
            "https://app.example/cb?x",
            "https://app.example/./cb",
            "http://app.example/cb",
        ] {
            assert!(!registered.matches(wrong), "{wrong}");
        }
    }

    #[test]
    fn loopback_ports_are_free_and_nothing_else() {
        let registered = uri("http://127.0.0.1/cb");
        assert!(registered.matches_any_port("http://127.0.0.1:51004/cb"));
        assert!(!registered.matches("http://127.0.0.1:51004/cb"), "only for native clients");
        for wrong in ["http://127.0.0.2:51004/cb", "http://localhost:51004/cb", "http://127.0.0.1:51004/cb2"] {
            assert!(!registered.matches_any_port(wrong), "{wrong}");
        }
        assert!(!uri("https://app.example/cb").matches_any_port("https://app.example:444/cb"));
    }

    #[test]
    fn people_are_told_the_host() {
        assert_eq!(uri("https://app.example:8443/cb").host(), "app.example");
        assert_eq!(uri("https://app.example:8443/cb").origin(), "https://app.example:8443");
        assert_eq!(uri("http://127.0.0.1:5000/cb").origin(), "http://127.0.0.1");
        assert_eq!(uri("com.example.app:/cb").host(), "com.example.app:");
    }

    #[test]
    fn origins_are_scheme_host_and_port() {
        let registered = uri("https://app.example/cb");
        assert!(registered.shares_origin(&uri("https://app.example:443/x?y")));
        for other in ["https://app.example:444/cb", "https://www.app.example/cb", "com.example.app:/cb"] {
            assert!(!registered.shares_origin(&uri(other)), "{other}");
        }
        assert!(!uri("com.example.app:/cb").shares_origin(&uri("com.example.app:/cb")));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,100}") {
            if let Ok(uri) = RedirectUri::parse(&text) {
                prop_assert!(uri.matches(&text) && uri.matches_any_port(&text));
                let _ = (uri.host(), uri.origin());
            }
        }
    }
}
