//! The token that a call carries: a JWT of at most 60 s under the operator's key, bound to this issuer and to the body.
//!
//! ```text
//! {"typ": "sealwax-operator+jwt", "alg": "ES256", "kid": "<RFC 7638>"}
//! {"aud": "<issuer>", "iat": 1, "exp": 61, "jti": "<128 bits or more>", "body": "<SHA-256 of the body, base64url>"}
//! ```

use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::Request;
use crate::jwt::{SentHeader, Signer as _, Unverified, VerifyingKey};
use crate::oauth::{Timestamp, base64url, digest16, from_base64url};
use crate::record;
use crate::store::{self, ObjectName, Spend, Spent};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The claims of a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OperatorClaims {
    /// The issuer that is called.
    pub aud: String,
    /// Random, so that no call works twice.
    pub jti: String,
    /// Which body was signed.
    pub body: String,
    /// When it was made, Unix seconds.
    pub iat: u64,
    /// When it ends, Unix seconds.
    pub exp: u64,
}

impl OperatorClaims {
    /// RFC 8725 §3.11: `typ` in the header.
    pub const TYPE: &'static str = "sealwax-operator+jwt";
    /// The longest life of a token, in seconds.
    pub const LIFETIME: u64 = 60;

    /// What `body` must say.
    #[must_use]
    pub fn body_hash(body: &[u8]) -> String {
        base64url(Sha256::digest(body))
    }
}

/// A call whose token is good, but not spent yet.
#[derive(Debug)]
pub(super) struct Authorized {
    id: [u8; 16],
    exp: Timestamp,
}

/// Proof that the operator calls, and for the first time with this token wherever that matters. Only [`Authorized`] makes
/// one, and every operation takes it.
#[derive(Debug)]
pub(super) struct Operator(());

impl Authorized {
    /// Checks the token of a call with this body.
    pub(super) async fn of<P: Platform>(request: &Request, body: &[u8], cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        let token = bearer(request)?;
        let token = Unverified::parse(token).ok_or(invalid("token_malformed"))?;
        let header: SentHeader = record::read(&token.header).ok_or(invalid("token_malformed"))?;
        let key = signer_of(&header, &cx.config.operator_keys)?;
        let holds = cx.platform.signer().verify(key, token.input.as_bytes(), &token.signature).await;
        if !holds.map_err(|error| OAuthError::internal(error.0))? {
            return Err(invalid("signature_wrong"));
        }
        let claims = record::read(&token.claims).ok_or(invalid("claims_malformed"))?;
        Self::decide(&claims, body, cx.config.issuer.as_str(), cx.now)
    }

    /// The operator's key signed these claims, so that from here on the caller may know what is wrong.
    fn decide(claims: &OperatorClaims, body: &[u8], issuer: &str, now: Timestamp) -> Result<Self, OAuthError> {
        let (iat, exp) = (claims.iat, claims.exp);
        if claims.aud != issuer {
            return Err(OAuthError { description: "The token is for another issuer.", ..invalid("audience_wrong") });
        }
        if exp.checked_sub(iat).is_none_or(|life| life > OperatorClaims::LIFETIME) {
            return Err(OAuthError {
                description: "The token lives longer than 60 s.",
                ..invalid("lifetime_too_long")
            });
        }
        if iat > now.seconds().saturating_add(LEEWAY) || now.seconds() >= exp.saturating_add(LEEWAY) {
            return Err(late());
        }
        if claims.body != OperatorClaims::body_hash(body) {
            return Err(OAuthError { description: "The token is for another body.", ..invalid("body_changed") });
        }
        let jti = &claims.jti;
        if from_base64url(jti).is_none_or(|bytes| !(16..=64).contains(&bytes.len())) {
            return Err(OAuthError { description: "The jti is not 128 bits or more.", ..invalid("jti_malformed") });
        }
        Ok(Self { id: id(issuer, jti), exp: Timestamp::from_millis(exp.saturating_mul(1000)) })
    }

    /// For the one call that changes nothing and has to be answered while the ledger is down. Whoever repeats it within
    /// its minute learns how the server is, and no more.
    pub(super) const fn unspent(_: Self) -> Operator {
        Operator(())
    }

    /// Spends the token. With the ledger off it is not spent: whoever sees a call can then repeat it for a minute.
    pub(super) async fn spend<P: Platform>(self, cx: &Cx<'_, P>) -> Result<Operator, OAuthError> {
        if cx.config.ledger.is_none() {
            return Ok(Operator(()));
        }
        let object = ObjectName::for_operator(&self.id);
        let spend = Spend { object, id: self.id, exp: self.exp, attempt: cx.random()? };
        match store::spend(cx.platform.ledger(), &spend).await? {
            Spent::First => Ok(Operator(())),
            Spent::Again { .. } => {
                Err(OAuthError { description: "The token was used before.", ..invalid("token_replayed") })
            }
            Spent::Late => Err(late()),
        }
    }
}

/// RFC 6750 §2.1
fn bearer(request: &Request) -> Result<&str, OAuthError> {
    let header = request.authorization.as_deref().ok_or(invalid(TOKEN_MISSING))?;
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        // RFC 6750 §3.1: no token was shown that could be at fault.
        return Err(invalid(TOKEN_MISSING));
    }
    if token.len() > MAX_TOKEN {
        return Err(invalid("token_too_long"));
    }
    Ok(token)
}

/// RFC 8725 §3.1, §3.11: type, key and algorithm are ours to choose, not the token's; RFC 7515 §4.1.11: no extension is
/// understood.
fn signer_of<'a>(header: &SentHeader, keys: &'a [VerifyingKey]) -> Result<&'a VerifyingKey, OAuthError> {
    if header.typ.as_deref() != Some(OperatorClaims::TYPE) {
        return Err(invalid("type_wrong"));
    }
    if header.crit.is_some() {
        return Err(invalid("critical_extension"));
    }
    let kid = header.kid.as_deref().ok_or(invalid("key_unknown"))?;
    let key = keys.iter().find(|key| key.kid() == kid).ok_or(invalid("key_unknown"))?;
    if !header.goes_with(key) {
        return Err(invalid("algorithm_wrong"));
    }
    Ok(key)
}

/// The ids of two issuers that share a ledger differ.
fn id(issuer: &str, jti: &str) -> [u8; 16] {
    digest16(&[issuer.as_bytes(), jti.as_bytes()])
}

/// RFC 6750 §3.1: one description for all reasons, as long as it is not the operator who asks.
const fn invalid(cause: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "The call carries no token of an operator of this server.", cause)
}

const fn late() -> OAuthError {
    let description = "The token has expired or lies in the future: the clocks differ.";
    OAuthError::new(ErrorCode::InvalidToken, description, "token_untimely")
}

/// The cause where there is no token at all.
pub(super) const TOKEN_MISSING: &str = "token_missing";
/// How far the clocks may differ, in seconds.
const LEEWAY: u64 = 5;
const MAX_TOKEN: usize = 4096;
