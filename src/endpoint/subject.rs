//! What a client calls a user (OpenID Connect Core §8): the subject that all of them know, or one of its sector's own.

use crate::client::{Client, MetadataError};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{FetchError, Target};
use crate::oauth::{Bytes16 as _, Lifetime, RedirectUri, SubjectId, SubjectType, base64url};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The `sub` that a client is told. A pairwise one is HMAC(sector, subject) under a key that is never changed: the users of
/// two sectors cannot be joined by it, and nobody but this server can tell whose it is (OpenID Connect Core §8.1).
///
/// # Errors
/// When the operator took the key away: another `sub` would be another user.
pub(super) fn told<P: Platform>(client: &Client, subject: SubjectId, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
    if client.subject_type == SubjectType::Public {
        return Ok(subject.to_string());
    }
    let missing = OAuthError::internal("pairwise_secret_missing");
    let secret = cx.config.pairwise_secret.as_ref().ok_or(missing)?;
    let sector = client.sector().ok_or(OAuthError::internal("sector_missing"))?;
    pairwise(secret.reveal(), &sector, subject).ok_or(OAuthError::internal("pairwise_secret_unusable"))
}

fn pairwise(secret: &[u8], sector: &str, subject: SubjectId) -> Option<String> {
    // RFC 2104 §3 takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(sector.as_bytes());
    // No host has it.
    mac.update(&[0]);
    mac.update(subject.as_bytes());
    Some(base64url(mac.finalize().into_bytes()))
}

/// Refuses a client whose subjects could not be made, or whose sector does not stand for it (OpenID Connect Core §8.1,
/// OpenID Connect Registration §5): the document has to name every redirect URI.
///
/// # Errors
/// The member at fault.
pub(super) async fn vouch<P: Platform>(client: &Client, cx: &Cx<'_, P>) -> Result<(), MetadataError> {
    if client.subject_type == SubjectType::Pairwise && cx.config.pairwise_secret.is_none() {
        return Err(MetadataError::new("subject_type", "`pairwise` is off here: there is no PAIRWISE_SECRET"));
    }
    let Some(uri) = &client.sector_identifier_uri else { return Ok(()) };
    let refused = |reason| MetadataError::new("sector_identifier_uri", reason);
    let target = Target::parse(uri.as_str(), &cx.config.issuer, client.is_the_operators());
    let target = target.ok_or(refused("must be https on port 443 of a public host, and not this server's"))?;
    let document = cx.platform.fetch(&target, Lifetime::seconds(0)).await;
    let document = document.map_err(|FetchError| refused("cannot be fetched"))?;
    if document.status != 200 {
        return Err(refused("is not answered with 200"));
    }
    let listed: Vec<String> =
        serde_json::from_str(&document.body).map_err(|_| refused("is not a JSON array of URIs"))?;
    let is_listed = |uri: &RedirectUri| listed.iter().any(|listed| listed == uri.as_str());
    if client.redirect_uris.iter().all(is_listed) {
        Ok(())
    } else {
        Err(refused("does not list every redirect URI of the client"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Never to change: it would make every user of every pairwise client another one. Computed independently, by
    /// `hmac.new(bytes([7] * 32), b"app.example\0" + bytes([1] * 16), "sha256")` of Python.
    #[test]
    fn a_sub_is_for_ever() {
        let sub = |sector| pairwise(&[7; 32], sector, SubjectId::from_bytes([1; 16])).unwrap();
        assert_eq!(sub("app.example"), GOLDEN);
        assert_ne!(sub("other.example"), GOLDEN);
    }

    const GOLDEN: &str = "ocF1UWFoXFS92RcmV9n5jNgFxYS4ZjVPlEYsAzHJC8A";
}
