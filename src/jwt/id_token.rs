//! The ID token (OpenID Connect Core §2).

use super::{SignError, Signer};
use crate::oauth::{Bytes16 as _, ClientId, SessionId, SigningAlgorithm, base64url};
use hmac::{Hmac, Mac as _};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// OpenID Connect Core §2, §3.1.3.6
#[derive(Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    /// This server.
    pub iss: &'a str,
    /// The user.
    pub sub: &'a str,
    /// The client.
    pub aud: &'a str,
    /// Unix seconds.
    pub exp: u64,
    /// Unix seconds.
    pub iat: u64,
    /// When the user signed in, Unix seconds.
    pub auth_time: u64,
    /// As sent with the authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// How the user signed in.
    pub acr: &'a str,
    /// By what means (RFC 8176).
    pub amr: &'a [&'a str],
    /// Binds the access token that comes with it.
    pub at_hash: &'a str,
    /// The session, as this client may know it (Back-Channel Logout §2.1).
    pub sid: &'a str,
    /// What else it tells of the user: claims of OpenID Connect Core §5.1.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl IdTokenClaims<'_> {
    /// RFC 7519 §5.1: `typ` in the header.
    pub const TYPE: &'static str = "JWT";
}

/// OpenID Connect Core §3.1.3.6: the left half of the token's hash, by the hash function of the algorithm.
///
/// # Errors
/// When the signer cannot hash.
pub async fn at_hash<S: Signer>(
    access_token: &str,
    algorithm: SigningAlgorithm,
    signer: &S,
) -> Result<String, SignError> {
    Ok(match algorithm {
        SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
            left_half(&Sha256::digest(access_token))
        }
        // RFC 8032 §5.1: Ed25519 hashes with SHA-512.
        SigningAlgorithm::EdDsa => left_half(&signer.sha512(access_token.as_bytes()).await?),
    })
}

fn left_half(digest: &[u8]) -> String {
    base64url(digest.split_at(digest.len() / 2).0)
}

/// The `sid` that a client is told: HMAC(session, client). Clients that compare notes cannot join their users by it, and
/// no key rotation changes it.
#[must_use]
pub fn session_id_for(session: SessionId, client: &ClientId) -> String {
    // RFC 2104 §3 takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(session.as_bytes()) else { return String::new() };
    mac.update(client.as_str().as_bytes());
    left_half(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::NativeSigner;

    /// OpenID Connect Core, Appendix A.3: access token and `at_hash` of the example (RS256).
    #[test]
    fn at_hash_of_openid_connect_core_a_3() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        let hash = pollster::block_on(at_hash(token, SigningAlgorithm::Rs256, &NativeSigner));
        assert_eq!(hash.as_deref(), Ok("77QmUPtjPfzWtF2AnpK9RQ"));
    }

    #[test]
    fn clients_cannot_join_sessions() {
        let session = SessionId::from_bytes([1; 16]);
        let [a, b] = ["a", "b"].map(|id| session_id_for(session, &ClientId::parse(id).unwrap()));
        assert_ne!(a, b);
        assert_eq!(a.len(), 22);
    }
}
