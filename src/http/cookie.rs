//! Cookies (RFC 6265).

/// The cookies of a request.
#[derive(Debug, Default)]
pub struct Cookies<'a>(&'a str);

impl<'a> Cookies<'a> {
    const MAX_HEADER: usize = 16 * 1024;
    /// With cookies of a parent domain there may be several of one name; more than a few are an attempt at our time.
    const MAX_SAME_NAME: usize = 4;

    /// Reads the `Cookie` header (RFC 6265 §4.2.1); one longer than 16 KB counts as absent.
    #[must_use]
    pub fn parse(header: Option<&'a str>) -> Self {
        Self(header.filter(|text| text.len() <= Self::MAX_HEADER).unwrap_or_default())
    }

    /// Every value of this name, in the browser's order: the first is not always ours.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        // RFC 6265 §4.2.1 separates by a space. No other white space may be stripped: browsers take a name that begins with
        // one, U+2000 say, for one without the `__Host-` prefix, so that a neighbouring host can set it.
        let pairs = self.0.split(';').filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='));
        pairs.filter(move |(key, _)| *key == name).map(|(_, value)| value).take(Self::MAX_SAME_NAME)
    }
}

/// A cookie to set: `HttpOnly`, `SameSite=Lax`, on the whole host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie<'a> {
    /// The name: letters, digits, `-` and `_`.
    pub name: &'a str,
    /// The value: base64url, so nothing has to be quoted.
    pub value: &'a str,
    /// Seconds until the browser drops it; `None` keeps it until the browser closes.
    pub max_age: Option<u32>,
    /// Whether it travels over https only.
    pub secure: bool,
}

impl SetCookie<'_> {
    /// The header's value (RFC 6265 §4.1.1).
    #[must_use]
    pub fn header(&self) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let max_age = self.max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        format!("{}={}; HttpOnly; SameSite=Lax; Path=/{secure}{max_age}", self.name, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_carries_every_protection() {
        let cookie = SetCookie { name: "__Host-x", value: "v", max_age: Some(60), secure: true };
        assert_eq!(cookie.header(), "__Host-x=v; HttpOnly; SameSite=Lax; Path=/; Secure; Max-Age=60");
    }

    #[test]
    fn a_name_with_white_space_before_it_is_another_name() {
        for space in ['\u{2000}', '\u{a0}', '\u{3000}', '\u{feff}', '\u{b}', '\u{c}'] {
            let header = format!("a=1;{space}__Host-x=2; {space}__Host-x=3");
            assert_eq!(Cookies::parse(Some(&header)).all("__Host-x").count(), 0, "{space:?}");
        }
        assert_eq!(Cookies::parse(Some("a=1;  __Host-x=2;\t__Host-x=3")).all("__Host-x").count(), 2);
    }

    #[test]
    fn every_value_of_a_name_is_seen() {
        let cookies = Cookies::parse(Some("a=1; b=2; a=3; junk; =; a"));
        assert_eq!(cookies.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(Cookies::parse(None).all("a").count(), 0);
        assert_eq!(Cookies::parse(Some(&"a=1; ".repeat(9000))).all("a").count(), 0);
    }
}
