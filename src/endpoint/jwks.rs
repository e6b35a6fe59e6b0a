//! The key set (RFC 7517 §5).

use crate::cx::{Cx, Platform};
use crate::http::{Note, Reply};

/// The public keys, as they were serialised when the configuration was read.
pub(super) fn jwks<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    Reply::cacheable_json(cx.config.signing_keys.jwks().to_owned().into())
        // Short: a key that is `next` is published an hour before it signs.
        .header("cache-control", "public, max-age=300")
        .noted(Note::event("jwks"))
}
