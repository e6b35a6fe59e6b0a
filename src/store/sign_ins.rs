//! Sign-ins: stamped and listed in the subject's ledger object, which knows at once what was revoked, also where KV does
//! not show it yet. So an old password opens nothing, and a user who signs in again is not taken for who was signed out.

use super::Revocations;
use crate::oauth::{Region, SessionId, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// A sign-in whose password was right, to be stamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub subject: SubjectId,
    /// Where the subject's object lives.
    pub home: Region,
    /// What is listed.
    pub row: SignInRow,
}

/// One sign-in as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRow {
    /// The session.
    pub sid: SessionId,
    /// When, Unix milliseconds: what the caller's clock says, raised by the object.
    pub auth: Timestamp,
    /// When the password was set that signed in.
    pub cred: Timestamp,
    /// When the session ends, however often it is used.
    pub until: Timestamp,
    /// The browser, such as `Firefox on Linux`; may be empty.
    pub browser: String,
}

impl SignInRow {
    /// How many of one user are listed; the oldest go.
    pub const MAX: usize = 50;
    /// The longest name of a browser, in bytes.
    pub const MAX_BROWSER: usize = 64;
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The stamp of the session.
    At(Timestamp),
    /// The password no longer opens anything: it was changed, or the user was disabled or removed.
    Refused,
}

/// The rule: a stamp above every revocation, so that the user can come back at once.
#[must_use]
pub fn judge_sign_in(revocations: &Revocations, row: &SignInRow, now: Timestamp) -> SignedIn {
    match revocations.reach_password(row.cred) {
        Some(_) => SignedIn::Refused,
        None => SignedIn::At(revocations.stamp(now.max(row.auth))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::Bytes16 as _;
    use crate::store::{Ancestor, Mark, Revocation};

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn row() -> SignInRow {
        let sid = SessionId::from_bytes([1; 16]);
        SignInRow { sid, auth: at(100), cred: at(10), until: at(1000), browser: String::new() }
    }

    #[test]
    fn the_stamp_lies_above_every_revocation_and_both_clocks() {
        let mut revocations = Revocations::default();
        assert_eq!(judge_sign_in(&revocations, &row(), at(90)), SignedIn::At(at(100)));
        revocations.add(&Revocation { ancestor: Ancestor::Subject, at: at(500) });
        assert_eq!(judge_sign_in(&revocations, &row(), at(90)), SignedIn::At(at(501)));
    }

    #[test]
    fn an_old_password_and_a_disabled_user_are_refused() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Credential, at: at(10) });
        assert_eq!(judge_sign_in(&revocations, &row(), at(90)), SignedIn::Refused);
        let mut revocations = Revocations::default();
        revocations.mark(Mark::Disabled);
        assert_eq!(judge_sign_in(&revocations, &row(), at(90)), SignedIn::Refused);
    }
}
