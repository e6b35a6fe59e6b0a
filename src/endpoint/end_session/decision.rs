//! What a logout request leads to, from facts alone.

use super::request::LogoutRequest;
use crate::seal::Session;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Ask the user.
    Ask,
    /// Nobody is signed in: there is nothing to end. Signing out twice is no error.
    Nothing,
    /// End the session.
    SignOut,
}

/// RP-Initiated Logout §2: the user must be asked, unless the hint belongs to this session or to who is signed in.
/// Otherwise any page of the web could sign its visitors out.
/// `sub` is what the client calls who is signed in.
pub(super) fn decide(asked: &LogoutRequest, session: Option<&Session>, sub: Option<&str>) -> Decision {
    match session {
        None => Decision::Nothing,
        Some(session) if asked.is_about(session, sub) => Decision::SignOut,
        Some(_) => Decision::Ask,
    }
}
