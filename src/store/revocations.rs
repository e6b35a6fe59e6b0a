//! What was revoked of one user: kept and merged in the user's ledger object, mirrored to one KV value, so that one read
//! decides everywhere.

use crate::oauth::{ClientId, FamilyId, Lifetime, SessionId, Timestamp};
use crate::seal::Lineage;
use crate::sorted::SortedMap;
use serde::{Deserialize, Serialize};

/// What a revocation names. Whatever carries that ancestor with a stamp up to the revocation's time is dead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ancestor {
    /// All of the user.
    Subject,
    /// Every sign-in with the password that was set up to then.
    Credential,
    /// One sign-in.
    Session(SessionId),
    /// What the user allowed one client.
    Consent(ClientId),
    /// All that descends from one code.
    Family(FamilyId),
}

/// An ancestor and a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// What is revoked.
    pub ancestor: Ancestor,
    /// Up to which stamp; the ledger raises it to its own clock.
    pub at: Timestamp,
}

/// All revocations of one user that still have something to reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Revocations {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    sessions: SortedMap<SessionId, Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    consents: SortedMap<ClientId, Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    families: SortedMap<FamilyId, Timestamp>,
    /// The user was removed: nothing of this subject is good, whatever its stamps.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

impl Revocations {
    /// No grant outlives this, so an older revocation has nothing left to reach.
    pub const LONGEST_GRANT: Lifetime = Lifetime::days(400);

    /// Adds a revocation; of two that name one ancestor the later holds.
    pub fn add(&mut self, revocation: &Revocation) {
        let at = revocation.at;
        match &revocation.ancestor {
            Ancestor::Subject => self.subject = self.subject.max(Some(at)),
            Ancestor::Credential => self.credential = self.credential.max(Some(at)),
            Ancestor::Session(sid) => raise(&mut self.sessions, *sid, at),
            Ancestor::Consent(client) => raise(&mut self.consents, client.clone(), at),
            Ancestor::Family(family) => raise(&mut self.families, *family, at),
        }
    }

    /// Marks the user as removed.
    pub const fn remove_subject(&mut self) {
        self.removed = true;
    }

    /// Drops what has nothing left to reach.
    pub fn sweep(&mut self, now: Timestamp) {
        let live = |at: &Timestamp| at.after(Self::LONGEST_GRANT) > now;
        self.subject = self.subject.filter(live);
        self.credential = self.credential.filter(live);
        self.sessions.retain(|_, at| live(at));
        self.consents.retain(|_, at| live(at));
        self.families.retain(|_, at| live(at));
    }

    /// Why a credential of this lineage is dead, if it is.
    #[must_use]
    pub fn reach(&self, lineage: &Lineage) -> Option<&'static str> {
        let reached = |at: Option<&Timestamp>, stamp: Timestamp| at.is_some_and(|at| stamp <= *at);
        if reached(self.consents.get(&lineage.client), lineage.consent) {
            return Some("consent_revoked");
        }
        if reached(self.families.get(&lineage.family), lineage.born) {
            return Some("family_revoked");
        }
        self.reach_session(lineage.sid, lineage.auth, lineage.cred)
    }

    /// Why a sign-in is dead, if it is.
    #[must_use]
    pub fn reach_session(&self, sid: SessionId, auth: Timestamp, cred: Timestamp) -> Option<&'static str> {
        if self.removed {
            return Some("subject_removed");
        }
        if self.subject.is_some_and(|at| auth <= at) {
            return Some("subject_revoked");
        }
        if self.reach_credential(cred) {
            return Some("credential_revoked");
        }
        self.sessions.get(&sid).is_some_and(|at| auth <= *at).then_some("session_revoked")
    }

    /// Whether a password that was set then is dead.
    #[must_use]
    pub fn reach_credential(&self, cred: Timestamp) -> bool {
        self.credential.is_some_and(|at| cred <= at)
    }

    /// Whether a consent granted then still stands.
    #[must_use]
    pub fn spares_consent(&self, client: &ClientId, granted: Timestamp) -> bool {
        self.consents.get(client).is_none_or(|at| granted > *at) && self.subject.is_none_or(|at| granted > at)
    }

    /// Whether the user was removed.
    #[must_use]
    pub const fn is_removed(&self) -> bool {
        self.removed
    }

    /// A stamp for something new, a revocation too: now, or just above every revocation that is there. So a user can come
    /// back at once, and a revocation by a clock that is behind reaches what was stamped by one ahead.
    #[must_use]
    pub fn stamp(&self, now: Timestamp) -> Timestamp {
        self.newest().map_or(now, |at| now.max(at.after_millis(1)))
    }

    fn newest(&self) -> Option<Timestamp> {
        let single = [self.subject, self.credential];
        let lists = self.sessions.values().chain(self.consents.values());
        single.into_iter().flatten().chain(lists.copied()).max()
    }
}

fn raise<K: Ord>(marks: &mut SortedMap<K, Timestamp>, key: K, at: Timestamp) {
    match marks.get_mut(&key) {
        Some(mark) => *mark = at.max(*mark),
        None => {
            marks.insert(key, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{Bytes16 as _, Region, SubjectId};

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn lineage() -> Lineage {
        Lineage {
            subject: SubjectId::from_bytes([1; 16]),
            home: Region::Weur,
            sid: SessionId::from_bytes([2; 16]),
            auth: at(20),
            cred: at(10),
            consent: at(30),
            client: ClientId::parse("app").unwrap(),
            epoch: 0,
            family: FamilyId::from_bytes([3; 16]),
            born: at(40),
        }
    }

    #[test]
    fn each_ancestor_reaches_stamps_up_to_its_time() {
        let cases = [
            (Ancestor::Subject, 20, "subject_revoked"),
            (Ancestor::Credential, 10, "credential_revoked"),
            (Ancestor::Session(lineage().sid), 20, "session_revoked"),
            (Ancestor::Consent(lineage().client), 30, "consent_revoked"),
            (Ancestor::Family(lineage().family), 40, "family_revoked"),
        ];
        for (ancestor, stamp, cause) in cases {
            let mut early = Revocations::default();
            early.add(&Revocation { ancestor: ancestor.clone(), at: at(stamp - 1) });
            assert_eq!(early.reach(&lineage()), None, "{cause}: a later birth is spared");
            let mut exact = Revocations::default();
            exact.add(&Revocation { ancestor, at: at(stamp) });
            assert_eq!(exact.reach(&lineage()), Some(cause));
        }
    }

    #[test]
    fn others_are_spared() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Session(SessionId::from_bytes([9; 16])), at: at(99) });
        revocations.add(&Revocation { ancestor: Ancestor::Consent(ClientId::parse("other").unwrap()), at: at(99) });
        revocations.add(&Revocation { ancestor: Ancestor::Family(FamilyId::from_bytes([9; 16])), at: at(99) });
        assert_eq!(revocations.reach(&lineage()), None);
    }

    #[test]
    fn the_later_of_two_holds_and_a_new_stamp_lies_above() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Subject, at: at(50) });
        revocations.add(&Revocation { ancestor: Ancestor::Subject, at: at(40) });
        assert_eq!(revocations.stamp(at(45)), at(51));
        assert_eq!(revocations.stamp(at(60)), at(60));
    }

    #[test]
    fn removal_reaches_everything_and_is_never_swept() {
        let mut revocations = Revocations::default();
        revocations.remove_subject();
        revocations.sweep(at(u64::MAX));
        assert_eq!(revocations.reach(&lineage()), Some("subject_removed"));
    }

    #[test]
    fn a_revocation_is_swept_when_no_grant_can_be_older() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Family(lineage().family), at: at(40) });
        revocations.sweep(at(40).after(Revocations::LONGEST_GRANT));
        assert_eq!(revocations, Revocations::default());
    }
}
