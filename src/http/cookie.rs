//! Cookies (RFC 6265).

use ::cookie::{Cookie, SameSite, time::Duration};

/// The cookies of a request.
#[derive(Debug, Default)]
pub struct Cookies<'a>(Option<&'a str>);

impl<'a> Cookies<'a> {
    const MAX_HEADER: usize = 16 * 1024;

    /// Reads the `Cookie` header; one longer than 16 KB counts as absent.
    #[must_use]
    pub fn parse(header: Option<&'a str>) -> Self {
        Self(header.filter(|text| text.len() <= Self::MAX_HEADER))
    }

    /// Every value of this name, in the browser's order: with cookies of a path or a parent domain there may be
    /// several, and the first is not always ours.
    pub fn all(&self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        Cookie::split_parse(self.0.unwrap_or_default())
            .filter_map(Result::ok)
            .filter(move |cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
            .take(4)
    }
}

/// A cookie to set: `HttpOnly`, `SameSite=Lax`, on the whole host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie<'a> {
    /// The name.
    pub name: &'a str,
    /// The value.
    pub value: &'a str,
    /// Seconds until the browser drops it; 0 removes it, `None` keeps it until the browser closes.
    pub max_age: Option<u32>,
    /// Whether it travels over https only.
    pub secure: bool,
}

impl SetCookie<'_> {
    /// The header's value.
    #[must_use]
    pub fn header(&self) -> String {
        let mut cookie = Cookie::build((self.name, self.value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure);
        if let Some(seconds) = self.max_age {
            cookie = cookie.max_age(Duration::seconds(i64::from(seconds)));
        }
        cookie.build().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_carries_every_protection() {
        let cookie = SetCookie { name: "__Host-x", value: "v", max_age: Some(60), secure: true };
        assert_eq!(cookie.header(), "__Host-x=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
    }

    #[test]
    fn every_value_of_a_name_is_seen() {
        let cookies = Cookies::parse(Some("a=1; b=2; a=3; junk"));
        assert_eq!(cookies.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(Cookies::parse(None).all("a").count(), 0);
    }
}
