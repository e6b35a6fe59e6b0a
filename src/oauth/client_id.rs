//! `client_id` (RFC 6749 §2.2, Appendix A.1: `*VSCHAR`).

use super::{Bytes16 as _, ClientDigest, digest16};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A client identifier: 1 to 256 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// The longest identifier accepted, in characters; it has to fit into KV keys, cookies and tokens.
    pub const MAX: usize = 256;

    /// Accepts `1*256 VSCHAR` without spaces (a space would be lost in many a log and form).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX;
        (fits && text.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(text.to_owned()))
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
        Self::parse(&text).ok_or("a client_id has 1 to 256 visible ASCII characters")
    }
}
