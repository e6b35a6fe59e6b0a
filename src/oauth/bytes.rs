//! Random identifiers of 128 bits, and base64url without padding (RFC 4648 §5), which is how every one is written.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Writes bytes as base64url without padding.
#[must_use]
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The same, behind what is there.
pub fn push_base64url(text: &mut String, bytes: impl AsRef<[u8]>) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Reads base64url without padding; anything else, a non-canonical last character too, is `None`.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The first half of the SHA-256 of some parts, each ended by a zero byte: names what is too long, or too telling, to be
/// kept as it is.
#[must_use]
pub fn digest16(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Sixteen bytes that are equal only to themselves: the common ground of the identifiers below.
pub trait Bytes16: Sized {
    /// Wraps the bytes.
    fn from_bytes(bytes: [u8; 16]) -> Self;
    /// The bytes.
    fn as_bytes(&self) -> &[u8; 16];

    /// Reads the base64url form; `None` when it is anything but 16 bytes.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        Some(Self::from_bytes(from_base64url(text)?.try_into().ok()?))
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(ByteArray<16>);

        impl Bytes16 for $name {
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(ByteArray::from(bytes))
            }

            fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url(self.0.as_slice()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected 16 bytes in base64url"))
            }
        }
    };
}

identifier! {
    /// The permanent, random name of a user: what `sub` carries (OpenID Connect Core §2), never the user name.
    SubjectId
}
identifier! {
    /// One sign-in in one browser. Shown to the operator alone: ID tokens carry a hash of it for each client.
    SessionId
}
identifier! {
    /// All that descends from one authorization code, whose id it is.
    FamilyId
}
identifier! {
    /// One access token: a hash of its `jti`.
    TokenDigest
}
identifier! {
    /// A hash of a client's id, which may be long.
    ClientDigest
}
identifier! {
    /// One initial access token (RFC 7591 §3), by which what was registered with it can be denied.
    InitialTokenId
}
identifier! {
    /// A hash of a user code (RFC 8628 §6.1).
    UserCodeDigest
}
identifier! {
    /// A hash of what tries are counted by: a user name, perhaps in one browser.
    TryCounter
}

impl TokenDigest {
    /// Names the access token of this `jti`.
    #[must_use]
    pub fn of(jti: &str) -> Self {
        Self::from_bytes(digest16(&[jti.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sixteen_bytes_parse() {
        let id = SubjectId::from_bytes([7; 16]);
        assert_eq!(SubjectId::parse(&id.to_string()), Some(id));
        for wrong in ["", "AAAA", "BwcHBwcHBwcHBwcHBwcHBwc", "BwcHBwcHBwcHBwcHBwcHB!", "BwcHBwcHBwcHBwcHBwcHBx"] {
            assert_eq!(SubjectId::parse(wrong), None, "{wrong}");
        }
    }
}
