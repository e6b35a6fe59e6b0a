//! Requests that this server makes, to URLs that a client names.
//!
//! A Worker cannot pin an address, so the rule is about the shape of the URL, and the platform does the rest: it reaches
//! public addresses only (`global_fetch_strictly_public`) and follows no redirects here.

use crate::oauth::{Issuer, Lifetime, is_loopback};
use url::{Host, Url};

/// A URL that this server may call. Only [`Target::parse`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

/// A POST of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboundForm {
    /// Where to.
    pub target: Target,
    /// `application/x-www-form-urlencoded`
    pub body: String,
}

/// A document that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The status. A redirect is not followed.
    pub status: u16,
    /// The media type, without parameters, in lower case.
    pub media_type: String,
    /// What it says: UTF-8, at most [`Document::MAX`].
    pub body: String,
}

impl Document {
    /// The longest document, in bytes.
    pub const MAX: usize = 64 * 1024;
}

/// RFC 9111 §4.2, §5.2.2: for how long a document may be kept by a cache that serves nobody else. Five minutes where its
/// headers say nothing, a day at most.
#[must_use]
pub fn freshness(cache_control: Option<&str>, age: Option<&str>) -> Lifetime {
    const UNSAID: u32 = 5 * 60;
    const LONGEST: u32 = 24 * 60 * 60;
    let directives = || cache_control.unwrap_or_default().split(',').map(str::trim);
    let is = |name: &str| directives().any(|directive| directive.eq_ignore_ascii_case(name));
    if is("no-store") || is("no-cache") {
        return Lifetime::seconds(0);
    }
    let max_age = directives().find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = value.trim_matches('"').parse::<u64>().ok().filter(|_| name.eq_ignore_ascii_case("max-age"))?;
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    });
    let seconds = max_age.unwrap_or(UNSAID);
    let age = age.and_then(|age| age.trim().parse::<u32>().ok()).unwrap_or_default();
    Lifetime::seconds(seconds.saturating_sub(age).min(LONGEST))
}

/// Why a call got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchError;

/// Names that are nobody's on the public Internet: reserved (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476), or in use
/// inside networks (RFC 6762 Appendix G, ICANN's `internal`).
const RESERVED: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "test",
];

impl Target {
    /// Checks a URL: https on port 443 and a public DNS name, not this issuer's own. An issuer that is itself plain http on
    /// this device, for local development, may call this device too, for clients that the operator registered.
    #[must_use]
    pub fn parse(text: &str, issuer: &Issuer, by_operator: bool) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        if url.origin().ascii_serialization() == issuer.origin() {
            return None;
        }
        if by_operator && !issuer.is_secure() && is_loopback(&url) && url.scheme() == "http" {
            return Some(Self(url));
        }
        let Some(Host::Domain(name)) = url.host() else { return None };
        let public = url.scheme() == "https" && url.port().is_none() && is_public_name(name);
        public.then_some(Self(url))
    }

    /// Its host.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The URL, without a fragment.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.0.as_str();
        text.split_once('#').map_or(text, |(before, _)| before)
    }
}

/// At least two labels, none of them empty (so no dot at the end), no reserved suffix. The URL parser has turned every
/// notation of an IP address into one already, and every name into lower-case ASCII.
fn is_public_name(name: &str) -> bool {
    let suffix = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && name.split('.').all(|label| !label.is_empty()) && !RESERVED.contains(&suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, issuer: &str, by_operator: bool) -> bool {
        Target::parse(url, &Issuer::parse(issuer).unwrap(), by_operator).is_some()
    }

    #[test]
    fn public_https_only() {
        for right in [
            "https://app.company.com/logout",
            "https://app.company.com:443/x?y=1",
            "https://xn--bcher-kva.ch/",
            "HTTPS://App.Company.COM/",
            "https://my_host.company.com/",
            "https://localhost.company.com/",
            "https://127.0.0.1.company.com/",
            "https://company.com/http://127.0.0.1/",
        ] {
            assert!(allowed(right, "https://id.example.com", true), "{right}");
        }
    }

    #[test]
    fn nothing_else_in_any_notation() {
        for wrong in [
            "http://app.company.com/",
            "https://app.company.com:8443/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://intranet/",
            "https://app.company.com./",
            "https://app.company.com../",
            "https://.company.com/",
            "https://app..com/",
            "https://app.company.com%2e/",
            "https://app.company.com\u{3002}/",
            "https://app\u{ff0e}localhost/",
            "https://127\u{3002}0\u{3002}0\u{3002}1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://127.0.0.1:443/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0x7f.0x0.0x0.0x1/",
            "https://127.0.1/",
            "https://1.2.3.08/",
            "https://company.1/",
            "https://[::ffff:7f00:1]/",
            "https://[fe80::1]/",
            "https://[::1%25eth0]/",
            // Names of other alphabets have to come as `xn--`.
            "https://b\u{fc}cher.ch/",
            "https://xn--/",
            "https://localhost.localdomain/",
            "https://wpad.Corp/",
            "https://id.example.com#@app.company.com/",
            "https://id.example.com?@app.company.com/",
            "https://ID.EXAMPLE.COM:443/x",
            "https://app.company.com@id.example.com/",
            "https://@:@app.company.com/x@",
            "https://app.company.com:99999/",
            "https://app.company.com:80/",
            "https:///id.example.com/",
            "https:id.example.com",
            " https://id.example.com/\n",
            "https://id.example.com\r\n.evil.com:8/",
            "https://app.company.com /",
            "https://app<company.com/",
            "wss://app.company.com/",
            "http://app.company.com:443/",
            "http:\\\\app.company.com/",
            "blob:https://app.company.com/x",
            "view-source:https://app.company.com/",
            "",
            "https",
            "https://127.1/",
            "https://0177.0.0.1/",
            "https://0x7f000001/",
            "https://017700000001/",
            "https://127.0.0.1.:443/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::]/",
            "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://LOCALHOST/",
            "https://localhost./",
            "https://a.localhost/",
            "https://ID.example.com/",
            "https://id.example.com:443/",
            "https:\\\\id.example.com/",
            "https://id.example.com\\@app.company.com/",
            "https://id.exa\tmple.com/",
            "https://app.company.com:0/",
            "https://:pass@app.company.com/",
            "https://home.arpa/",
            "https://x.onion/",
            "https://x.example/",
            "https:///",
            "https://",
            "//app.company.com/",
            "data:application/json,{}",
            "file:///etc/passwd",
            "https://db.internal/",
            "https://printer.local/",
            "https://user@app.company.com/",
            "https://id.example.com/token",
            "ftp://app.company.com/",
            "javascript:alert(1)",
            "http://localhost:8080/",
        ] {
            assert!(!allowed(wrong, "https://id.example.com", true), "{wrong}");
        }
    }

    #[test]
    fn a_local_issuer_may_call_this_device_for_clients_of_the_operator() {
        assert!(allowed("http://localhost:8080/logout", "http://localhost:8787", true));
        assert!(allowed("http://127.0.0.1:8080/logout", "http://localhost:8787", true));
        assert!(!allowed("http://localhost:8080/logout", "http://localhost:8787", false));
        assert!(allowed("http://[::1]:8080/jwks", "http://localhost:8787", true));
        for wrong in [
            "http://10.0.0.1/",
            "http://0.0.0.0:8080/",
            "http://localhost:8787/jwks",
            "http://LOCALHOST:8787/jwks",
            "http://a.localhost:8080/",
            "http://localhost.:8080/",
            "http://user@localhost:8080/",
            "https://localhost:8080/",
            "https://127.0.0.1/",
            "http://app.company.com/",
        ] {
            assert!(!allowed(wrong, "http://localhost:8787", true), "{wrong}");
        }
    }

    #[test]
    fn documents_live_as_their_headers_say() {
        let fresh = |cache_control, age| freshness(cache_control, age).millis() / 1000;
        assert_eq!(fresh(None, None), 300);
        assert_eq!(fresh(Some("public, max-age=60"), None), 60);
        assert_eq!(fresh(Some("private, s-maxage=90, Max-Age=\"60\""), Some("20")), 40);
        assert_eq!(fresh(Some("max-age=60"), Some("61")), 0);
        for never in ["no-store", "max-age=60, NO-CACHE", "max-age=0"] {
            assert_eq!(fresh(Some(never), None), 0, "{never}");
        }
        assert_eq!(fresh(Some("max-age=99999999999"), None), 86_400);
        assert_eq!(fresh(Some("max-age=-1"), None), 300);
    }

    #[test]
    fn the_fragment_stays_here() {
        let target =
            Target::parse("https://app.company.com/a#b", &Issuer::parse("https://id.example.com").unwrap(), true);
        assert_eq!(target.unwrap().as_str(), "https://app.company.com/a");
    }
}
