//! The theme's logo: the only picture a page may load.

use super::theme::ThemeFault;

/// The address of a logo: `https://…` or `data:image/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo(String);

impl Logo {
    /// Reads the address.
    ///
    /// # Errors
    ///
    /// [`ThemeFault::Logo`] unless it is an `https` URL with a plain host, or a `data:` URI of an image.
    pub fn parse(text: &str) -> Result<Self, ThemeFault> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic());
        let known = text.starts_with("data:image/") || https_origin(text).is_some();
        (plain && known).then(|| Self(text.to_owned())).ok_or(ThemeFault::Logo)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What `img-src` must name for this logo: its origin, nothing for a `data:` URI.
    pub(super) fn origin(&self) -> Option<&str> {
        https_origin(&self.0)
    }
}

/// Scheme, host and port. It goes into a header, so nothing but a plain authority is let through:
/// a `;` there would begin another directive of the policy.
fn https_origin(url: &str) -> Option<&str> {
    const SCHEME: &str = "https://";
    let rest = url.strip_prefix(SCHEME)?;
    let authority = rest.split(['/', '?', '#']).next().filter(|a| !a.is_empty())?;
    authority
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
        .then(|| url.get(..SCHEME.len() + authority.len()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_https_logo_names_its_origin() {
        let origin = |url| Logo::parse(url).map(|logo| logo.origin().map(str::to_owned));
        let expected = Ok(Some("https://cdn.example:8443".to_owned()));
        assert_eq!(origin("https://cdn.example:8443/logo.svg?v=2"), expected);
        assert_eq!(origin("https://cdn.example:8443"), expected);
        assert_eq!(origin("data:image/png;base64,AAAA"), Ok(None));
    }

    #[test]
    fn other_addresses_are_refused() {
        for wrong in [
            "",
            "https://",
            "http://cdn.example/logo.svg",
            "https://cdn.example;script-src/*",
            "https://user@cdn.example/logo.svg",
            "https://cdn.example/a b",
            "https://cdn.example/\n",
            "javascript:alert(1)",
            "data:text/html,<script>",
            "//cdn.example/logo.svg",
        ] {
            assert_eq!(Logo::parse(wrong), Err(ThemeFault::Logo), "{wrong}");
        }
    }
}
