//! `client_id` (RFC 6749 §2.2, Appendix A.1: `*VSCHAR`).

use super::{Bytes16 as _, ClientDigest, digest16};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// A client identifier: 1 to 4,000 printable ASCII characters. Those that the operator chooses have at most
/// [`ClientId::MAX_CHOSEN`]; one that is a seal of what a client registered is longer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// The longest identifier accepted, in characters.
    pub const MAX: usize = 4000;
    /// The longest that names a record, in characters; it has to fit into KV keys.
    pub const MAX_CHOSEN: usize = 256;

    /// Accepts `1*4000 VSCHAR` without spaces (a space would be lost in many a log and form).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX;
        (fits && text.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    /// Whether it is short enough to name a record.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.0.len() <= Self::MAX_CHOSEN
    }

    /// Whether it may be the URL of a metadata document (draft-ietf-oauth-client-id-metadata-document-02 §3).
    #[must_use]
    pub fn is_url(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host of the document that it is the URL of, if it is one.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok().filter(|_| self.is_url())?;
        url.host_str().map(str::to_owned)
    }

    /// The identifier as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name of fixed length.
    #[must_use]
    pub fn digest(&self) -> ClientDigest {
        ClientDigest::from_bytes(digest16(&[self.0.as_bytes()]))
    }

    /// What seals name the client by.
    #[must_use]
    pub fn tag(&self) -> ClientTag {
        if self.is_chosen() {
            return ClientTag(self.0.clone());
        }
        ClientTag(format!("{}{}", ClientTag::DIGEST, self.digest()))
    }
}

/// A client as seals name it: by its identifier where that is short, by a hash where it is long, so that what is sealed
/// for a client whose identifier is itself a seal stays small.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct ClientTag(String);

impl ClientTag {
    /// Begins what is a hash. No identifier begins so: none has a space.
    const DIGEST: &'static str = " ";
    /// Begins a hash where people read it: in the log, and where the operator names a client by it.
    const SHOWN: &'static str = "sha256:";

    /// Whether it names this client.
    #[must_use]
    pub fn names(&self, id: &ClientId) -> bool {
        *self == id.tag()
    }

    /// The identifier, where it is that.
    #[must_use]
    pub fn id(&self) -> Option<ClientId> {
        ClientId::parse(&self.0)
    }

    /// A hash as people read it.
    #[must_use]
    pub fn shown(digest: ClientDigest) -> String {
        format!("{}{digest}", Self::SHOWN)
    }

    /// Reads what is shown in the place of a long identifier.
    #[must_use]
    pub fn of_shown_digest(text: &str) -> Option<ClientDigest> {
        ClientDigest::parse(text.strip_prefix(Self::SHOWN)?)
    }

    /// A name of fixed length: that of the client.
    #[must_use]
    pub fn digest(&self) -> ClientDigest {
        let digest = self.0.strip_prefix(Self::DIGEST).and_then(ClientDigest::parse);
        digest.unwrap_or_else(|| ClientDigest::from_bytes(digest16(&[self.0.as_bytes()])))
    }
}

impl fmt::Display for ClientTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.strip_prefix(Self::DIGEST) {
            Some(digest) => write!(f, "{}{digest}", Self::SHOWN),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl TryFrom<String> for ClientId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a client_id has 1 to 4,000 visible ASCII characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_id_or_a_hash_of_it() {
        for length in [1, ClientId::MAX_CHOSEN, ClientId::MAX_CHOSEN + 1, ClientId::MAX] {
            let id = ClientId::parse(&"a".repeat(length)).unwrap();
            let other = ClientId::parse(&"b".repeat(length)).unwrap();
            let tag = id.tag();
            assert!(tag.names(&id) && !tag.names(&other), "{length}");
            assert_eq!(tag.digest(), id.digest(), "{length}");
            assert_eq!(tag.id(), (length <= ClientId::MAX_CHOSEN).then_some(id.clone()), "{length}");
            let shown = (length > ClientId::MAX_CHOSEN).then_some(id.digest());
            assert_eq!(ClientTag::of_shown_digest(&tag.to_string()), shown, "{length}");
        }
        assert_eq!(ClientId::parse(&"a".repeat(ClientId::MAX + 1)), None);
    }
}
