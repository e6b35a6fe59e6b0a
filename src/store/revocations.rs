//! What was revoked of one user: kept and merged in the user's ledger object, mirrored to one KV value, so that one read
//! decides everywhere.

use super::marks::{Marks, fold, raise, reached, set};
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
    sessions: Marks<SessionId>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    sign_outs: Marks<SessionId>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    consents: Marks<ClientDigest>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    families: Marks<FamilyId>,
    /// Every sign-in up to then: what was too much to list.
    #[serde(skip_serializing_if = "Option::is_none")]
    all_sessions: Option<Timestamp>,
    /// Every consent up to then, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    all_consents: Option<Timestamp>,
    /// Every family up to then, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    all_families: Option<Timestamp>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    tokens: SortedMap<TokenDigest, ListedToken>,
    /// The user may not sign in for now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    /// The user was removed: nothing of this subject is good, whatever its stamps.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

/// A single access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ListedToken {
    /// When it ends by itself.
    until: Timestamp,
    family: FamilyId,
}

impl Revocations {
    /// No grant outlives this, so an older revocation has nothing left to reach.
    pub const LONGEST_GRANT: Lifetime = Lifetime::days(400);
    /// How far the clocks of two locations may differ: for so long after its end a token may still be shown somewhere.
    pub const CLOCKS_APART: Lifetime = Lifetime::seconds(60);
    /// How many single tokens are listed; beyond, whole families are revoked, lest the value grow without end.
    pub const MAX_TOKENS: usize = 100;

    /// Adds a revocation. Of two that name all of the user, a password, a consent or a family the later holds; of two that
    /// name a sign-in the first, because it was dead from then on: a later one would spare what a thief began in between.
    pub fn add(&mut self, revocation: &Revocation) {
        let at = revocation.at;
        match &revocation.ancestor {
            Ancestor::Subject => self.subject = self.subject.max(Some(at)),
            Ancestor::Credential => self.credential = self.credential.max(Some(at)),
            Ancestor::Session(sid) => set(&mut self.sessions, *sid, at),
            Ancestor::SignOut(sid) => set(&mut self.sign_outs, *sid, at),
            Ancestor::Consent(client) => raise(&mut self.consents, *client, at),
            Ancestor::Family(family) => raise(&mut self.families, *family, at),
            Ancestor::Token { token, until, family } => {
                self.tokens.insert(*token, ListedToken { until: *until, family: *family });
                if self.tokens.len() > Self::MAX_TOKENS {
                    self.fold_tokens(at);
                }
            }
        }
        fold(&mut self.sessions, &mut self.all_sessions);
        // These would spare `offline_access`: of what is so old, it ends too.
        fold(&mut self.sign_outs, &mut self.all_sessions);
        fold(&mut self.consents, &mut self.all_consents);
        fold(&mut self.families, &mut self.all_families);
    }

    /// Revokes the family that has most tokens on the list, and takes these off it: who revokes many does not decide about
    /// the tokens of others.
    fn fold_tokens(&mut self, at: Timestamp) {
        let count = |family: FamilyId| self.tokens.values().filter(|token| token.family == family).count();
        let Some(family) = self.tokens.values().map(|token| token.family).max_by_key(|family| count(*family)) else {
            return;
        };
        raise(&mut self.families, family, at);
        self.tokens.retain(|_, token| token.family != family);
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
        for all in [&mut self.all_sessions, &mut self.all_consents, &mut self.all_families] {
            *all = all.filter(live);
        }
        self.sessions.retain(|_, at| live(at));
        self.sign_outs.retain(|_, at| live(at));
        self.consents.retain(|_, at| live(at));
        self.families.retain(|_, at| live(at));
        self.tokens.retain(|_, token| token.until.after(Self::CLOCKS_APART) > now);
    }

    /// Why a credential of this lineage is dead, if it is.
    #[must_use]
    pub fn reach(&self, lineage: &Lineage) -> Option<&'static str> {
        if self.reach_consent(lineage.client.digest(), lineage.consent) {
            return Some("consent_revoked");
        }
        let families = [self.families.get(&lineage.family), self.all_families.as_ref()];
        if families.into_iter().any(|mark| reached(mark, lineage.born)) {
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
        let sessions = [self.sessions.get(&sid), self.all_sessions.as_ref()];
        sessions.into_iter().any(|mark| reached(mark, auth)).then_some("session_revoked")
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

    /// Whether a password, or all that the user began, was revoked then or later.
    #[must_use]
    pub fn began_anew_since(&self, time: Timestamp) -> bool {
        self.credential.max(self.subject).is_some_and(|at| at >= time)
    }

    /// Whether a session was dead already when it granted something: where KV lags, a thief can still answer a page.
    #[must_use]
    pub fn launders(&self, sid: SessionId, auth: Timestamp, granted: Timestamp) -> bool {
        let all = [self.subject.as_ref(), self.all_sessions.as_ref()];
        let ends = all.into_iter().chain([self.sessions.get(&sid), self.sign_outs.get(&sid)]).flatten();
        ends.filter(|at| auth <= **at).any(|end| granted > *end)
    }

    /// Whether a consent granted then still stands.
    #[must_use]
    pub fn spares_consent(&self, client: &ClientId, granted: Timestamp) -> bool {
        !self.reach_consent(client.digest(), granted) && !reached(self.subject.as_ref(), granted)
    }

    fn reach_consent(&self, client: ClientDigest, granted: Timestamp) -> bool {
        let marks = [self.consents.get(&client), self.all_consents.as_ref()];
        marks.into_iter().any(|mark| reached(mark, granted))
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
        let all = [self.subject, self.credential, self.all_sessions, self.all_consents].into_iter().flatten();
        let lists = self.sessions.values().chain(self.sign_outs.values()).chain(self.consents.values());
        all.chain(lists.copied()).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{Bytes16 as _, Region, SubjectId, digest16};

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
        assert_eq!(revocations.reach(&offline), Some("signed_out"), "who signs out once more revives nothing");
        let before = Lineage { born: at(20), ..offline.clone() };
        assert_eq!(revocations.reach(&before), None);
        assert_eq!(revocations.reach_session(offline.sid, offline.auth, offline.cred), Some("signed_out"));
        revocations.add(&Revocation { ancestor: Ancestor::Session(lineage().sid), at: at(20) });
        assert_eq!(revocations.reach(&before), Some("session_revoked"));
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
        let mut twice = Revocations::default();
        for (ancestor, time) in [(Ancestor::Session(sid), 50), (Ancestor::Subject, 70), (Ancestor::Session(sid), 80)] {
            twice.add(&Revocation { ancestor, at: at(time) });
        }
        assert!(twice.launders(sid, at(20), at(60)), "a later end makes nothing honest");
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
        let other = Lineage { family: FamilyId::from_bytes([9; 16]), ..lineage() };
        let theirs = Ancestor::Token { token: token(201), until: at(100), family: other.family };
        revocations.add(&Revocation { ancestor: theirs, at: at(50) });
        for number in 0..u8::try_from(Revocations::MAX_TOKENS).unwrap() {
            revocations.add(&revoke(number, 100));
        }
        assert_eq!(revocations.reach_token(token(200), &lineage()), Some("family_revoked"), "the last took its family");
        assert_eq!(revocations.reach_token(token(201), &other), Some("token_revoked"));
        assert_eq!(revocations.reach(&other), None, "who revoked few keeps the family");
    }

    #[test]
    fn however_much_is_revoked_the_record_stays_small_and_nothing_revoked_comes_back() {
        let mut revocations = Revocations::default();
        let id = |number: u64| digest16(&[&number.to_be_bytes()]);
        for number in 0..20_000 {
            let (family, sid) = (FamilyId::from_bytes(id(number)), SessionId::from_bytes(id(number)));
            let client = ClientId::parse(&format!("client-{number}")).unwrap();
            for ancestor in [
                Ancestor::Family(family),
                Ancestor::Session(sid),
                Ancestor::SignOut(sid),
                Ancestor::Consent(client.digest()),
            ] {
                revocations.add(&Revocation { ancestor, at: at(1000 + number) });
            }
        }
        let json = serde_json::to_string(&revocations).unwrap();
        assert!(json.len() < 100_000, "{} bytes", json.len());
        for number in [0, 7_777, 19_999] {
            let family = FamilyId::from_bytes(id(number));
            let old =
                Lineage { family, born: at(1000 + number), consent: at(u64::MAX), auth: at(u64::MAX), ..lineage() };
            assert_eq!(revocations.reach(&old), Some("family_revoked"), "{number}");
            let sid = SessionId::from_bytes(id(number));
            assert!(revocations.reach_session(sid, at(1000 + number), at(10)).is_some(), "{number}");
        }
        let young = Lineage { consent: at(30_000), auth: at(30_000), born: at(30_000), ..lineage() };
        assert_eq!(revocations.reach(&young), None, "what began later is spared");
        revocations.mark(Mark::Disabled);
        assert_eq!(revocations.reach(&young), Some("subject_disabled"));
    }

    #[test]
    fn a_revocation_is_swept_when_no_grant_can_be_older() {
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::Family(lineage().family), at: at(40) });
        revocations.sweep(at(40).after(Revocations::LONGEST_GRANT));
        assert_eq!(revocations, Revocations::default());
    }
}
