//! `resource` (RFC 8707).

use minicbor::data::Type;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// The identifier of a protected resource: an absolute URI without a fragment, at most 512 bytes (RFC 8707 §2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(try_from = "String", into = "String")]
#[cbor(transparent)]
pub struct Resource(String);

/// The resources of a grant: none, one or several, in the order of their names, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(Vec<Resource>);

impl Resource {
    /// The longest, in bytes.
    pub const MAX: usize = 512;

    /// RFC 8707 §2: an absolute URI without a fragment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= Self::MAX && text.bytes().all(|b| b.is_ascii_graphic());
        (fits && Url::parse(text).is_ok_and(|url| url.fragment().is_none())).then(|| Self(text.to_owned()))
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the other is the same but for one slash at the end of its path.
    #[must_use]
    pub fn differs_by_a_slash_from(&self, other: &str) -> bool {
        let same = |long: &str, short: &str| long.strip_suffix('/') == Some(short) && !short.contains('?');
        same(&self.0, other) || same(other, &self.0)
    }
}

impl Resources {
    /// The most resources of one grant.
    pub const MAX: usize = 8;

    /// These resources; `None` when there are more than 8 different ones.
    #[must_use]
    pub fn of(resources: impl IntoIterator<Item = Resource>) -> Option<Self> {
        let mut all: Vec<Resource> = Vec::new();
        // By insertion: for so few the library's sort would be a three-hundredth of the Worker.
        for resource in resources {
            if let Err(at) = all.binary_search(&resource) {
                all.insert(at, resource);
            }
        }
        (all.len() <= Self::MAX).then_some(Self(all))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is among them.
    #[must_use]
    pub fn contains(&self, resource: &Resource) -> bool {
        self.0.contains(resource)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.0.iter()
    }

    /// One text for all of them; `None` where there is none. URIs have no spaces.
    #[must_use]
    pub fn joined(&self) -> Option<String> {
        let names: Vec<&str> = self.0.iter().map(Resource::as_str).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Resource> for String {
    fn from(resource: Resource) -> Self {
        resource.0
    }
}

impl TryFrom<String> for Resource {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not an absolute URI without a fragment")
    }
}

/// None is null and one is a text, as it was when a grant had one at most; several are an array.
impl<C> Encode<C> for Resources {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, cx: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self.0.as_slice() {
            [] => e.null()?.ok(),
            [one] => one.encode(e, cx),
            several => several.encode(e, cx),
        }
    }

    fn is_nil(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'b, C> Decode<'b, C> for Resources {
    fn decode(d: &mut Decoder<'b>, cx: &mut C) -> Result<Self, decode::Error> {
        match d.datatype()? {
            Type::Null => d.null().map(|()| Self::default()),
            Type::String => Ok(Self(vec![Resource::decode(d, cx)?])),
            _ => Ok(Self(Vec::decode(d, cx)?)),
        }
    }

    fn nil() -> Option<Self> {
        Some(Self::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(text: &str) -> Resource {
        Resource::parse(text).unwrap()
    }

    #[test]
    fn absolute_uris_without_a_fragment() {
        for good in ["https://api.example", "https://api.example/v1?tenant=1", "urn:example:api"] {
            assert_eq!(resource(good).as_str(), good);
        }
        let long = format!("https://api.example/{}", "x".repeat(Resource::MAX));
        for bad in
            ["", "api", "/api", "https://api.example#x", "https://api.example/#", "https://api.example/a b", &long]
        {
            assert_eq!(Resource::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_slash_more_or_less() {
        let differs = |one: &str, other: &str| resource(one).differs_by_a_slash_from(other);
        assert!(differs("https://api.example", "https://api.example/"));
        assert!(differs("https://api.example/v1/", "https://api.example/v1"));
        for (one, other) in [
            ("https://api.example", "https://api.example"),
            ("https://api.example", "https://api.example//"),
            ("https://api.example/v1", "https://api.example/"),
            ("https://api.example/v1?a=b", "https://api.example/v1?a=b/"),
            ("https://api.example", "https://api.exampl"),
        ] {
            assert!(!differs(one, other), "{one} {other}");
        }
    }

    #[test]
    fn one_is_sealed_as_a_text_and_several_as_an_array() {
        let one = Resources::of([resource("https://a.example")]).unwrap();
        assert_eq!(minicbor::to_vec(&one).unwrap(), minicbor::to_vec("https://a.example").unwrap());
        let several =
            Resources::of(["https://b.example", "https://a.example", "https://b.example"].map(resource)).unwrap();
        assert_eq!(several.joined().unwrap(), "https://a.example https://b.example");
        for resources in [Resources::default(), one, several] {
            let sealed = minicbor::to_vec(&resources).unwrap();
            assert_eq!(minicbor::decode::<Resources>(&sealed).unwrap(), resources);
        }
    }

    #[test]
    fn at_most_eight() {
        let many = |n: usize| Resources::of((0..n).map(|n| resource(&format!("https://api.example/{n}"))));
        assert!(many(8).is_some() && many(9).is_none());
    }
}
