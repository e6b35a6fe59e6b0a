//! What endpoints read before they decide.

use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{ClientId, SubjectId};
use crate::store::{self, Key, Revocations};

/// A registered client, perhaps as this isolate read it up to 60 s ago.
pub(super) async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Client>, OAuthError> {
    Ok(store::read_held(cx.store(), &Key::client(id)).await?)
}

/// What was revoked of a user.
pub(super) async fn revocations<P: Platform>(subject: SubjectId, cx: &Cx<'_, P>) -> Result<Revocations, OAuthError> {
    Ok(store::read(cx.store(), &Key::revoked(subject)).await?.unwrap_or_default())
}
