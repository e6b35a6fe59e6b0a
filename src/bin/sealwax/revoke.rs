//! `sealwax revoke user|client|session|family`

use crate::arguments::RevokeCommand;
use crate::call::Server;
use crate::failure::Failure;
use crate::{client_changes, output};
use sealwax::endpoint::operator::{OperatorRequest, UserChanged, UserName};

/// What to expect of a revocation (`src/manual/limits.rs`).
pub(crate) const BOUND: &str = "It ends within three minutes everywhere; an access token that a resource server checks \
                                by its signature alone lives on until it expires.";

pub(crate) fn run(command: &RevokeCommand, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let (request, what, unknown) = match command {
        RevokeCommand::Client { id } => return client_changes::revoke(id, server, json),
        RevokeCommand::User { name } => (
            OperatorRequest::RevokeUser(UserName { username: name.clone() }),
            format!("All that {name} began is revoked; the password stays good."),
            "`sealwax user list` lists them all.".to_owned(),
        ),
        RevokeCommand::Session { user, session } => (
            OperatorRequest::RevokeSession { username: user.clone(), session: session.clone() },
            format!("That sign-in of {user} is revoked, with all that descends from it."),
            format!("`sealwax user sessions {user}` lists the newest 50; `sealwax revoke user {user}` ends all."),
        ),
        RevokeCommand::Family { user, family } => (
            OperatorRequest::RevokeFamily { username: user.clone(), family: family.clone() },
            format!("If that family is one of {user}'s, it is revoked."),
            "Lines of the log name the family with its subject; `sealwax user list` shows whose that is.".to_owned(),
        ),
    };
    let changed: UserChanged = server.call(&request).map_err(|failure: Failure| match failure.status {
        Some(404) => failure.remedy(unknown),
        _ => failure,
    })?;
    if json { output::json(&changed) } else { output::line(&format!("{what} {BOUND}")) }
}
