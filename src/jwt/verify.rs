//! Tokens that come back: whether this server signed them.

use super::{SentHeader, SignError, Signer, SigningKeys, Unverified};
use crate::record;

/// The longest token that is looked at, in bytes: one of the longest `client_id`, for eight resources, has less than 14 KB;
/// exchanged four times, less than 18.
const MAX: usize = 20 * 1024;

/// The claims, as JSON, of a token of this type that one of these keys signed; `None` for anything else. Whether it has
/// expired, and for whom it is, stands in the claims.
///
/// # Errors
/// When the signer cannot use the key.
pub async fn verify<S: Signer>(
    token: &str,
    typ: &str,
    keys: &SigningKeys,
    signer: &S,
) -> Result<Option<String>, SignError> {
    let Some(token) = Some(token).filter(|token| token.len() <= MAX).and_then(Unverified::parse) else {
        return Ok(None);
    };
    let Some(header) = record::read::<SentHeader>(&token.header) else { return Ok(None) };
    // RFC 8725 §3.1, §3.11: type, key and algorithm are ours to choose; RFC 7515 §4.1.11: no extension is understood.
    if header.crit.is_some() || header.typ.as_deref() != Some(typ) {
        return Ok(None);
    }
    let key = header.kid.as_ref().and_then(|kid| keys.published(kid)).filter(|key| header.goes_with(key));
    let Some(key) = key else { return Ok(None) };
    let holds = signer.verify(key, token.input.as_bytes(), &token.signature).await?;
    Ok(holds.then_some(token.claims))
}
