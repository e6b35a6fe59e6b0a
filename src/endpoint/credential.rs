//! Setting a password: by the user, by a link, by the operator.

use super::revoke::revoke;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::password::{self, Password, PasswordHash};
use crate::store::{self, Ancestor, Key, Login, Revocation};

/// Puts a password in the place of another, and returns the record that holds it.
///
/// First all that the old one began is revoked, so that nothing of it outlives a step that fails. If the second step
/// fails, nobody gets in by either until the call is repeated: whoever has no operator at hand must be given the means
/// (see [`super::new_password::once_more`]). The other order would leave a thief's sessions alive where it fails halfway,
/// and could not be stamped: a revocation reaches up to its own time, so the new password has to come after it.
pub(super) async fn replace<P: Platform>(
    login: &Login,
    password: &PasswordHash,
    cx: &Cx<'_, P>,
) -> Result<Login, OAuthError> {
    let revocation = Revocation { ancestor: Ancestor::Credential, at: login.cred };
    let revoked = revoke(login.sub, login.home, &revocation, cx).await?;
    // That stamp lies above every revocation of the user, also one that a clock ahead of ours has stamped.
    let cred = cx.now.max(revoked.after_millis(1));
    let login = Login { password: password.as_str().to_owned(), cred, ..login.clone() };
    store::write(cx.store(), &Key::login(login.username.as_str()), &login).await?;
    Ok(login)
}

/// Hashes a password under a fresh salt.
pub(super) fn hash<P: Platform>(password: &Password, cx: &Cx<'_, P>) -> Result<PasswordHash, OAuthError> {
    Ok(password::hash(password, cx.random()?))
}
