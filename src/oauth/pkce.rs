//! Proof Key for Code Exchange (RFC 7636), method S256 only.

use super::{Secret, base64url, from_base64url};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

/// `code_challenge`: the SHA-256 of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct CodeChallenge(ByteArray<32>);

/// `code_verifier`: `43*128unreserved` (RFC 7636 §4.1).
#[derive(Debug)]
pub struct CodeVerifier(Secret<String>);

impl CodeChallenge {
    /// Reads the base64url form of 32 bytes (RFC 7636 §4.2).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = from_base64url(text)?.try_into().ok()?;
        Some(Self(ByteArray::from(bytes)))
    }

    /// The challenge that a verifier answers.
    #[must_use]
    pub fn of(verifier: &CodeVerifier) -> Self {
        let digest: [u8; 32] = Sha256::digest(verifier.0.reveal().as_bytes()).into();
        Self(ByteArray::from(digest))
    }

    /// RFC 7636 §4.6: whether the verifier hashes to this challenge, compared in constant time.
    #[must_use]
    pub fn is_answered_by(&self, verifier: &CodeVerifier) -> bool {
        Secret::new(*self.0) == Secret::new(*Self::of(verifier).0)
    }
}

impl std::fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&base64url(self.0.as_slice()))
    }
}

impl CodeVerifier {
    /// `43*128( ALPHA / DIGIT / "-" / "." / "_" / "~" )`
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        let valid = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        valid.then(|| Self(Secret::new(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, Appendix B.
    #[test]
    fn rfc_7636_appendix_b() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert!(challenge.is_answered_by(&verifier));
        let other = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj").unwrap();
        assert!(!challenge.is_answered_by(&other));
    }

    #[test]
    fn verifier_has_43_to_128_unreserved_characters() {
        assert!(CodeVerifier::parse(&"a".repeat(42)).is_none());
        assert!(CodeVerifier::parse(&"a".repeat(43)).is_some());
        assert!(CodeVerifier::parse(&"a".repeat(128)).is_some());
        assert!(CodeVerifier::parse(&"a".repeat(129)).is_none());
        assert!(CodeVerifier::parse(&format!("{}+", "a".repeat(43))).is_none());
    }

    #[test]
    fn challenge_is_32_bytes_of_base64url() {
        assert!(CodeChallenge::parse("").is_none());
        assert!(CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c").is_none());
        assert!(CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=").is_none());
        assert!(CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM").is_none());
    }
}
