//! The key set (RFC 7517 §5).

use crate::http::{Note, Reply, Request};
use crate::jwt::SigningKeys;

/// The public keys, as they were serialised when the configuration was read.
pub(super) fn document(request: &Request, keys: &SigningKeys) -> Reply {
    Reply::published(keys.jwks(), request.if_none_match.as_deref())
        // Short: a key that is `next` is published an hour before it signs.
        .header("cache-control", "public, max-age=300")
        .noted(Note::event("jwks"))
}
