//! The link by which a user sets a password.

use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::seal::Link;
use crate::store::Login;

/// A link for a user: an invitation, or a reset.
///
/// # Errors
/// When the platform has no randomness to give.
pub(super) fn link<P: Platform>(login: &Login, invited: bool, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
    let life = if invited { Link::INVITED } else { Link::RESET };
    let link = Link {
        id: cx.random::<16>()?.into(),
        subject: login.sub,
        home: login.home,
        username: login.username.as_str().to_owned(),
        cred: login.cred,
        until: cx.now.after(life),
        invited,
    };
    Ok(format!("{}?link={}", cx.config.issuer.url("/password"), cx.seal(&link)?))
}
