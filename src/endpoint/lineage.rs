//! Where a family of tokens begins: whom and what all of them will descend from.

use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::oauth::{Bytes16 as _, FamilyId, Scope, ScopeToken, Timestamp};
use crate::seal::{Lineage, Session};

/// The ancestors of what this session now grants the client; `granted` is when it was allowed, `None` where nobody had to be
/// asked.
pub(super) fn lineage<P: Platform>(
    client: &Client,
    session: &Session,
    scope: &Scope,
    granted: Option<Timestamp>,
    cx: &Cx<'_, P>,
) -> Result<Lineage, OAuthError> {
    Ok(Lineage {
        subject: session.subject,
        home: session.home,
        sid: session.sid,
        auth: session.auth,
        cred: session.cred,
        consent: granted.unwrap_or(cx.now),
        client: client.client_id.tag(),
        epoch: client.epoch,
        family: FamilyId::from_bytes(cx.random()?),
        born: cx.now,
        offline: scope.contains(ScopeToken::OFFLINE_ACCESS),
    })
}
