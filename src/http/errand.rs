//! What is left to do when the answer is on its way: the client does not wait for it, and nothing that was promised
//! rests on it.

use crate::oauth::{ClientId, SessionId, SubjectId, TryCounter};

/// One thing to do after the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// The password was right: its tries need not be counted any more.
    ClearTries(TryCounter),
    /// A client is told that a session ended, or every session of the user where none is named (Back-Channel Logout §2.4).
    NotifyLogout {
        /// Whom to tell.
        client: ClientId,
        /// Whose session.
        subject: SubjectId,
        /// Which, if one.
        sid: Option<SessionId>,
    },
}
