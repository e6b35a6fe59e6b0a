//! `resource` (RFC 8707).

use url::Url;

/// The longest resource, in bytes.
const MAX: usize = 512;

/// RFC 8707 §2: whether this is an absolute URI without a fragment.
#[must_use]
pub fn is_resource(text: &str) -> bool {
    text.len() <= MAX && Url::parse(text).is_ok_and(|url| url.fragment().is_none())
}
