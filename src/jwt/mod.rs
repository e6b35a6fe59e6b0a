//! JSON Web Tokens (RFC 7519) and the keys that sign them.

mod access_token;
mod client_claims;
mod client_keys;
mod id_token;
mod jwk;
mod key_set;
mod keys;
mod logout_token;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod verify;

pub use access_token::{AccessTokenClaims, Audience};
pub use client_claims::ClientClaims;
pub use client_keys::ClientKeys;
pub use id_token::{IdTokenClaims, at_hash, session_id_for};
pub use key_set::SigningKeys;
pub use keys::{KeyError, SigningKey, VerifyingKey};
pub use logout_token::{LoggedOut, LogoutTokenClaims};
#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeSigner;
pub use verify::verify;

use crate::oauth::{SigningAlgorithm, from_base64url, push_base64url};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// Signing and verifying: WebCrypto at the edge, jwt-compact natively. Each verifies what the other signed.
#[expect(async_fn_in_trait, reason = "an isolate has one thread: its futures are never `Send`")]
pub trait Signer {
    /// The JWS signature of the input (RFC 7515 §5.1) under a private key.
    async fn sign(&self, key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Whether a signature holds (RFC 7515 §5.2).
    async fn verify(&self, key: &VerifyingKey, input: &[u8], signature: &[u8]) -> Result<bool, SignError>;

    /// The SHA-512 of the input: only `EdDSA` asks for it, and in wasm it would be a hundredth of the Worker.
    async fn sha512(&self, input: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A key could not be used: a fault of the deployment, never of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignError(pub &'static str);

/// A compact JWS (RFC 7515 §7.1) whose signature nobody has looked at yet.
#[derive(Debug)]
pub struct Unverified<'a> {
    /// What is signed: the first two parts as they came.
    pub input: &'a str,
    /// The header, JSON.
    pub header: String,
    /// The claims, JSON: not to be read before the signature holds.
    pub claims: String,
    /// The signature.
    pub signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart; `None` when it is not three parts of base64url, the first two of them
    /// text.
    #[must_use]
    pub fn parse(token: &'a str) -> Option<Self> {
        let text = |part| String::from_utf8(from_base64url(part)?).ok();
        let (input, signature) = token.rsplit_once('.')?;
        let (header, claims) = input.split_once('.')?;
        Some(Self { input, header: text(header)?, claims: text(claims)?, signature: from_base64url(signature)? })
    }
}

/// The header of a JWS that somebody sent (RFC 7515 §4.1): what of it is looked at.
#[derive(Debug, Deserialize)]
pub struct SentHeader {
    /// RFC 7515 §4.1.1
    pub alg: String,
    /// RFC 7515 §4.1.9
    pub typ: Option<String>,
    /// RFC 7515 §4.1.4
    pub kid: Option<String>,
    /// RFC 7515 §4.1.11; no extension is understood, so where there is one the token is refused.
    pub crit: Option<IgnoredAny>,
}

impl SentHeader {
    /// RFC 8725 §3.1: whether the key that it names is used with the algorithm that it names.
    #[must_use]
    pub fn goes_with(&self, key: &VerifyingKey) -> bool {
        key.algorithm().as_str() == self.alg
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: SigningAlgorithm,
    typ: &'a str,
    kid: &'a str,
}

/// A compact JWS (RFC 7515 §7.1) of these claims.
///
/// # Errors
/// When the signer cannot use the key.
pub async fn issue<S: Signer>(
    claims: &impl Serialize,
    typ: &str,
    key: &SigningKey,
    signer: &S,
) -> Result<String, SignError> {
    let header = Header { alg: key.algorithm(), typ, kid: key.kid() };
    let mut token = String::with_capacity(ROOM);
    push_base64url(&mut token, to_json(&header)?);
    token.push('.');
    push_base64url(&mut token, to_json(claims)?);
    let signature = signer.sign(key, token.as_bytes()).await?;
    token.push('.');
    push_base64url(&mut token, signature);
    Ok(token)
}

/// As long as most tokens are, in bytes: what grows is copied.
const ROOM: usize = 1024;

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, SignError> {
    let mut json = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut json, value).map_err(|_| SignError("claims_not_json"))?;
    Ok(json)
}
