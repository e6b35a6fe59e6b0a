//! The issuer identifier (RFC 8414 §2, OpenID Connect Discovery §3).

use super::is_loopback;
use std::fmt;
use url::Url;

/// An `https` URL without query and fragment; `http` on a loopback address for local development. It comes from
/// configuration, never from a request: behind a TLS proxy a request may say `http`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    origin: String,
    path: String,
    secure: bool,
}

impl Issuer {
    /// Checks the configured text.
    ///
    /// # Errors
    /// What is wrong with it, for the operator.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is not a URL")?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("has a query or a fragment (RFC 8414 §2)");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has a user name or password in it");
        }
        let secure = match (url.scheme(), url.host()) {
            ("https", Some(_)) => true,
            ("http", _) if is_loopback(&url) => false,
            _ => return Err("is not https (http is for localhost only)"),
        };
        let path = if url.path() == "/" { "" } else { url.path() };
        let origin = url.origin().ascii_serialization();
        // Clients compare the issuer to the letter, so there is one way to write it.
        if path.ends_with('/') || format!("{origin}{path}") != text {
            return Err("is not in its shortest form: lower-case host, no default port, no slash at the end");
        }
        Ok(Self { text: text.to_owned(), path: path.to_owned(), origin, secure })
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path without a slash at the end; empty for an issuer that has its host to itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is reached over https, so that cookies can insist on it.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The URL of an endpoint whose path begins with a slash.
    #[must_use]
    pub fn url(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.text)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_https_or_local_and_written_in_one_way() {
        for right in ["https://id.example", "https://id.example/tenant", "http://localhost:8787", "http://[::1]:1"] {
            assert_eq!(Issuer::parse(right).unwrap().as_str(), right);
        }
        for wrong in [
            "id.example",
            "http://id.example",
            "https://id.example/",
            "https://id.example/tenant/",
            "https://ID.example",
            "https://id.example:443",
            "https://id.example?x",
            "https://id.example#x",
            "https://a@id.example",
        ] {
            assert!(Issuer::parse(wrong).is_err(), "{wrong}");
        }
    }
}
