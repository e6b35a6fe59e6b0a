//! What was revoked of one user: kept and merged in the user's ledger object, mirrored to one KV value, so that one read
//! decides everywhere.

use super::{Ancestor, Mark, Revocation};
use crate::oauth::{ClientDigest, ClientId, FamilyId, Lifetime, SessionId, Timestamp, TokenDigest};
use crate::seal::Lineage;
use crate::sorted::SortedMap;
use serde::{Deserialize, Serialize};

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
    sign_outs: SortedMap<SessionId, Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    consents: SortedMap<ClientDigest, Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    families: SortedMap<FamilyId, Timestamp>,
    /// Single access tokens, and when each ends.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    tokens: SortedMap<TokenDigest, Timestamp>,
    /// The user may not sign in for now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    /// The user was removed: nothing of this subject is good, whatever its stamps.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

impl Revocations {
    /// No grant outlives this, so an older revocation has nothing left to reach.
    pub const LONGEST_GRANT: Lifetime = Lifetime::days(400);
    /// How far the clocks of two locations may differ: for so long after its end a token may still be shown somewhere.
    pub const CLOCKS_APART: Lifetime = Lifetime::seconds(60);
    /// How many single tokens are listed; beyond, their families are revoked, lest the value grow without end.
    pub const MAX_TOKENS: usize = 100;

    /// Adds a revocation; of two that name one ancestor the later holds.
    pub fn add(&mut self, revocation: &Revocation) {
        let at = revocation.at;
        match &revocation.ancestor {
            Ancestor::Subject => self.subject = self.subject.max(Some(at)),
            Ancestor::Credential => self.credential = self.credential.max(Some(at)),
            Ancestor::Session(sid) => raise(&mut self.sessions, *sid, at),
            Ancestor::SignOut(sid) => raise(&mut self.sign_outs, *sid, at),
            Ancestor::Consent(client) => raise(&mut self.consents, *client, at),
            Ancestor::Token { token, until, .. } if self.tokens.len() < Self::MAX_TOKENS => {
                self.tokens.insert(*token, *until);
            }
            Ancestor::Family(family) | Ancestor::Token { family, .. } => raise(&mut self.families, *family, at),
        }
    }

    /// Marks the user; a removed one stays removed.
    pub const fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::Removed => self.removed = true,
            Mark::Disabled => self.disabled = true,
            Mark::Enabled => self.disabled = false,
        }
    }

    /// Drops what has nothing left to reach.
    pub fn sweep(&mut self, now: Timestamp) {
        let live = |at: &Timestamp| at.after(Self::LONGEST_GRANT) > now;
        self.subject = self.subject.filter(live);
        self.credential = self.credential.filter(live);
        self.sessions.retain(|_, at| live(at));
        self.sign_outs.retain(|_, at| live(at));
        self.consents.retain(|_, at| live(at));
        self.families.retain(|_, at| live(at));
        self.tokens.retain(|_, until| until.after(Self::CLOCKS_APART) > now);
    }

    /// Why a credential of this lineage is dead, if it is.
    #[must_use]
    pub fn reach(&self, lineage: &Lineage) -> Option<&'static str> {
        if reached(self.consents.get(&lineage.client.digest()), lineage.consent) {
            return Some("consent_revoked");
        }
        if reached(self.families.get(&lineage.family), lineage.born) {
            return Some("family_revoked");
        }
        // Spared is what was there when the user signed out; what a thief of the session begins afterwards is not.
        let spared = |at: &&Timestamp| lineage.offline && lineage.born <= **at;
        if reached(self.sign_outs.get(&lineage.sid).filter(|at| !spared(at)), lineage.auth) {
            return Some("signed_out");
        }
        self.reach_sign_in(lineage.sid, lineage.auth, lineage.cred)
    }

    /// Why an access token is dead, if it is.
    #[must_use]
    pub fn reach_token(&self, token: TokenDigest, lineage: &Lineage) -> Option<&'static str> {
        self.reach(lineage).or_else(|| self.tokens.get(&token).map(|_| "token_revoked"))
    }

    /// Why a session is dead, if it is.
    #[must_use]
    pub fn reach_session(&self, sid: SessionId, auth: Timestamp, cred: Timestamp) -> Option<&'static str> {
        let signed_out = reached(self.sign_outs.get(&sid), auth).then_some("signed_out");
        signed_out.or_else(|| self.reach_sign_in(sid, auth, cred))
    }

    fn reach_sign_in(&self, sid: SessionId, auth: Timestamp, cred: Timestamp) -> Option<&'static str> {
        if let Some(cause) = self.reach_password(cred) {
            return Some(cause);
        }
        if reached(self.subject.as_ref(), auth) {
            return Some("subject_revoked");
        }
        reached(self.sessions.get(&sid), auth).then_some("session_revoked")
    }

    /// Whether a revocation names this session.
    #[must_use]
    pub fn names_session(&self, sid: SessionId) -> bool {
        self.sessions.get(&sid).is_some()
    }

    /// Why nobody may sign in with a password that was set then, if so.
    #[must_use]
    pub fn reach_password(&self, cred: Timestamp) -> Option<&'static str> {
        match () {
            () if self.removed => Some("subject_removed"),
            () if self.disabled => Some("subject_disabled"),
            () => self.reach_credential(cred).then_some("credential_revoked"),
        }
    }

    /// Whether a password that was set then is dead.
    #[must_use]
    pub fn reach_credential(&self, cred: Timestamp) -> bool {
        reached(self.credential.as_ref(), cred)
    }

    /// Whether a password was revoked then or later.
    #[must_use]
    pub fn credential_revoked_since(&self, time: Timestamp) -> bool {
        self.credential.is_some_and(|at| at >= time)
    }

    /// Whether a session was dead already when it granted something: where KV lags, a thief can still answer a page.
    #[must_use]
    pub fn launders(&self, sid: SessionId, auth: Timestamp, granted: Timestamp) -> bool {
        let ends = [self.subject.as_ref(), self.sessions.get(&sid), self.sign_outs.get(&sid)];
        ends.into_iter().flatten().any(|at| auth <= *at && granted > *at)
    }

    /// Whether a consent granted then still stands.
    #[must_use]
    pub fn spares_consent(&self, client: &ClientId, granted: Timestamp) -> bool {
        !reached(self.consents.get(&client.digest()), granted) && !reached(self.subject.as_ref(), granted)
    }

    /// Whether the user was removed.
    #[must_use]
    pub const fn is_removed(&self) -> bool {
        self.removed
    }

    /// Whether the user may not sign in for now.
    #[must_use]
    pub const fn is_disabled(&self) -> bool {
        self.disabled
    }

    /// A stamp for something new, a revocation too: now, or just above every revocation that is there. So a user can come
    /// back at once, and a revocation by a clock that is behind reaches what was stamped by one ahead.
    #[must_use]
    pub fn stamp(&self, now: Timestamp) -> Timestamp {
        self.newest().map_or(now, |at| now.max(at.after_millis(1)))
    }

    fn newest(&self) -> Option<Timestamp> {
        let single = [self.subject, self.credential];
        let lists = self.sessions.values().chain(self.sign_outs.values()).chain(self.consents.values());
        single.into_iter().flatten().chain(lists.copied()).max()
    }
}

fn reached(at: Option<&Timestamp>, stamp: Timestamp) -> bool {
    at.is_some_and(|at| stamp <= *at)
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
            client: ClientId::parse("app").unwrap().tag(),
            epoch: 0,
            family: FamilyId::from_bytes([3; 16]),
            born: at(40),
            offline: false,
        }
    }

    #[test]
    fn each_ancestor_reaches_stamps_up_to_its_time() {
        let cases = [
            (Ancestor::Subject, 20, "subject_revoked"),
            (Ancestor::Credential, 10, "credential_revoked"),
            (Ancestor::Session(lineage().sid), 20, "session_revoked"),
            (Ancestor::SignOut(lineage().sid), 20, "signed_out"),
            (Ancestor::Consent(lineage().client.digest()), 30, "consent_revoked"),
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
        revocations
            .add(&Revocation { ancestor: Ancestor::Consent(ClientId::parse("other").unwrap().digest()), at: at(99) });
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
        revocations.mark(Mark::Removed);
        revocations.mark(Mark::Enabled);
        revocations.sweep(at(u64::MAX));
        assert_eq!(revocations.reach(&lineage()), Some("subject_removed"));
    }

    #[test]
    fn a_disabled_user_is_dead_until_enabled() {
        let mut revocations = Revocations::default();
        revocations.mark(Mark::Disabled);
        assert_eq!(revocations.reach(&lineage()), Some("subject_disabled"));
        assert_eq!(revocations.reach_password(at(1)), Some("subject_disabled"));
        revocations.mark(Mark::Enabled);
        assert_eq!(revocations, Revocations::default());
    }

    /// Back-Channel Logout §2.7
    #[test]
    fn signing_out_spares_what_was_to_outlast_the_session() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::SignOut(lineage().sid), at: at(20) });
        let offline = Lineage { offline: true, ..lineage() };
        assert_eq!(revocations.reach(&offline), Some("signed_out"), "it was born of a session that was over");
        revocations.add(&Revocation { ancestor: Ancestor::SignOut(lineage().sid), at: at(40) });
        assert_eq!(revocations.reach(&offline), None);
        assert_eq!(revocations.reach_session(offline.sid, offline.auth, offline.cred), Some("signed_out"));
        revocations.add(&Revocation { ancestor: Ancestor::Session(lineage().sid), at: at(20) });
        assert_eq!(revocations.reach(&offline), Some("session_revoked"));
    }

    #[test]
    fn what_a_dead_session_grants_is_laundered() {
        let sid = lineage().sid;
        for ancestor in [Ancestor::Subject, Ancestor::Session(sid), Ancestor::SignOut(sid)] {
            let mut revocations = Revocations::default();
            revocations.add(&Revocation { ancestor, at: at(50) });
            assert!(revocations.launders(sid, at(20), at(51)));
            assert!(!revocations.launders(sid, at(20), at(50)), "it was granted before");
            assert!(!revocations.launders(sid, at(51), at(60)), "the sign-in is a later one");
        }
    }

    #[test]
    fn single_tokens_are_listed_until_they_end_or_are_too_many() {
        let token = |number: u8| TokenDigest::from_bytes([number; 16]);
        let revoke = |number, until| Revocation {
            ancestor: Ancestor::Token { token: token(number), until: at(until), family: lineage().family },
            at: at(50),
        };
        let mut revocations = Revocations::default();
        revocations.add(&revoke(1, 100));
        assert_eq!(revocations.reach_token(token(1), &lineage()), Some("token_revoked"));
        assert_eq!(revocations.reach_token(token(2), &lineage()), None);
        revocations.sweep(at(100).after(Revocations::CLOCKS_APART));
        assert_eq!(revocations, Revocations::default());
        for number in 0..=u8::try_from(Revocations::MAX_TOKENS).unwrap() {
            revocations.add(&revoke(number, 100));
        }
        assert_eq!(revocations.reach_token(token(200), &lineage()), Some("family_revoked"), "the last took its family");
    }

    #[test]
    fn a_revocation_is_swept_when_no_grant_can_be_older() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Family(lineage().family), at: at(40) });
        revocations.sweep(at(40).after(Revocations::LONGEST_GRANT));
        assert_eq!(revocations, Revocations::default());
    }
}
