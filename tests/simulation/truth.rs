//! What really happened, by the world's own time and by identity, never by stamps: who descends from whom is told from
//! what was done before what. The invariants are judged here.

use crate::bound::Thing;
use crate::executor::{Millis, SECOND};
use crate::outcome::{I1, I2, I3, I4, Outcome, Violation};
use sealwax::oauth::{Bytes16 as _, ClientDigest, FamilyId, SessionId, Timestamp};
use sealwax::seal::{Lineage, Session};
use sealwax::store::Ancestor;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// `REFRESH_TOKEN_GRACE`
pub const GRACE: Millis = 30 * SECOND;

pub struct Truth(RefCell<Known>);

#[derive(Default)]
struct Known {
    /// Consents are stamped by whichever clock was there: what was given so shortly before or after a revocation by
    /// another clock is not judged.
    leeway: Millis,
    /// When each sign-in began and when it was done.
    sign_ins: BTreeMap<SessionId, Span>,
    /// The same of each consent, by client and stamp.
    consents: BTreeMap<(ClientDigest, Timestamp), Span>,
    families: BTreeMap<FamilyId, Family>,
    revoked: Vec<Revoked>,
    stolen: BTreeSet<FamilyId>,
    outcome: Outcome,
    tried: BTreeMap<(usize, Thing, [u8; 16]), Millis>,
    /// When the last access token of each family ends by itself.
    last_tokens: BTreeMap<FamilyId, Millis>,
}

#[derive(Clone, Copy)]
struct Span {
    began: Millis,
    done: Millis,
}

struct Family {
    lineage: Lineage,
    redeemed: u32,
    renewed: Vec<Renewed>,
    /// When somebody was told that it had come to an end by a replay.
    ended: Option<Millis>,
}

struct Renewed {
    generation: u32,
    by: Party,
    done: Millis,
}

struct Revoked {
    ancestor: Ancestor,
    asked: Millis,
    answered: Option<Millis>,
}

/// Who uses a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Owner,
    Thief,
}

impl Truth {
    pub fn new(leeway: Millis) -> Self {
        Self(RefCell::new(Known { leeway, ..Known::default() }))
    }

    pub fn count(&self, what: &'static str) {
        *self.0.borrow_mut().outcome.counts.entry(what).or_default() += 1;
    }

    pub fn violated(&self, invariant: &'static str, what: String) {
        self.0.borrow_mut().outcome.violations.push(Violation { invariant, what });
    }

    /// Somebody signed in.
    pub fn signed_in(&self, sid: SessionId, began: Millis, done: Millis) {
        self.0.borrow_mut().sign_ins.entry(sid).or_insert(Span { began, done });
    }

    /// A code was minted; `asked` when the user had been asked just now, or nobody had to be.
    pub fn minted(&self, lineage: &Lineage, asked: bool, began: Millis, done: Millis) {
        let mut known = self.0.borrow_mut();
        // A consent that is new to us without a question was given in an answer that failed: at some time before.
        let began = if asked { began } else { 0 };
        known.consents.entry((lineage.client.digest(), lineage.consent)).or_insert(Span { began, done });
        let family = Family { lineage: lineage.clone(), redeemed: 0, renewed: Vec::new(), ended: None };
        known.families.entry(lineage.family).or_insert(family);
    }

    /// A code was redeemed.
    pub fn redeemed(&self, id: FamilyId) {
        let mut known = self.0.borrow_mut();
        let Some(family) = known.families.get_mut(&id) else { return };
        family.redeemed += 1;
        if family.redeemed > 1 {
            drop(known);
            self.violated(I3, format!("code of family {id} was redeemed twice"));
        }
    }

    /// Somebody holds a token of this family who should not: its owner may now be logged out.
    pub fn stolen(&self, family: FamilyId) {
        self.0.borrow_mut().stolen.insert(family);
    }

    /// A rotating token of this generation was renewed, in a request that began then.
    pub fn renewed(&self, id: FamilyId, generation: u32, by: Party, (began, done): (Millis, Millis)) {
        let mut known = self.0.borrow_mut();
        let Some(family) = known.families.get_mut(&id) else { return };
        let first = family.renewed.iter().find(|before| before.generation == generation && before.by != by);
        let late = first.is_some_and(|first| began > first.done + GRACE);
        let dead = family.ended.is_some_and(|ended| began > ended);
        family.renewed.push(Renewed { generation, by, done });
        drop(known);
        if late {
            self.violated(I2, format!("{by:?} renewed generation {generation} of family {id} after the grace period"));
        }
        if dead {
            self.violated(I2, format!("{by:?} renewed family {id} after it had been ended by a replay"));
        }
    }

    /// A replay was answered by ending the family: a revocation that nobody asked for.
    pub fn ended(&self, family: FamilyId, began: Millis, done: Millis) {
        let mut known = self.0.borrow_mut();
        if let Some(family) = known.families.get_mut(&family) {
            family.ended.get_or_insert(done);
        }
        known.revoked.push(Revoked { ancestor: Ancestor::Family(family), asked: began, answered: Some(done) });
    }

    /// Somebody asks to revoke; returns the number under which the answer is told.
    pub fn revoking(&self, ancestor: Ancestor, asked: Millis) -> usize {
        let mut known = self.0.borrow_mut();
        known.revoked.push(Revoked { ancestor, asked, answered: None });
        known.revoked.len() - 1
    }

    pub fn revoked(&self, number: usize, answered: Millis) {
        self.0.borrow_mut().revoked[number].answered = Some(answered);
    }

    /// A credential was used in a request that began then, and was taken or refused.
    pub fn tried(&self, thing: Thing, lineage: &Lineage, began: Millis, taken: bool) {
        let mut known = self.0.borrow_mut();
        let id = if thing == Thing::Session { *lineage.sid.as_bytes() } else { *lineage.family.as_bytes() };
        let mut late = Vec::new();
        for number in 0..known.revoked.len() {
            let revoked = &known.revoked[number];
            let Some(answered) = revoked.answered.filter(|at| began > *at) else { continue };
            if !known.descends(lineage, revoked) {
                continue;
            }
            let age = if taken { began - answered } else { 0 };
            if age > thing.bound() {
                late.push(format!("{} taken {age} ms after {:?} was revoked", thing.name(), revoked.ancestor));
            }
            let oldest = known.tried.entry((number, thing, id)).or_default();
            *oldest = age.max(*oldest);
        }
        drop(known);
        for what in late {
            self.violated(I4, what);
        }
    }

    /// A session was refused.
    pub fn session_refused(&self, session: &Session, began: Millis) {
        let mut known = self.0.borrow_mut();
        for number in 0..known.revoked.len() {
            let revoked = &known.revoked[number];
            if revoked.answered.is_some_and(|at| began > at)
                && known.session_may_descend(session.sid, session.cred, revoked)
            {
                known.tried.entry((number, Thing::Session, *session.sid.as_bytes())).or_default();
            }
        }
    }

    /// An access token was issued that ends by itself then, by the clock of who looks at it last.
    pub fn token_until(&self, family: FamilyId, until: Millis) {
        let mut known = self.0.borrow_mut();
        let last = known.last_tokens.entry(family).or_default();
        *last = until.max(*last);
    }

    /// The owner was refused: is there a reason that lies outside of Sealwax?
    pub fn owner_refused(&self, lineage: &Lineage, why: &str) {
        let known = self.0.borrow();
        let excused = known.stolen.contains(&lineage.family)
            || known.revoked.iter().any(|revoked| known.may_descend(lineage, revoked));
        drop(known);
        if !excused {
            self.violated(I1, format!("{why}: {} of family {}", lineage.client, lineage.family));
        }
    }

    /// The owner's browser was asked to sign in again.
    pub fn owner_signed_out(&self, session: &Session) {
        let known = self.0.borrow();
        let excused = known.revoked.iter().any(|revoked| match &revoked.ancestor {
            Ancestor::Consent(_) | Ancestor::Family(_) => false,
            _ => known.session_may_descend(session.sid, session.cred, revoked),
        });
        drop(known);
        if !excused {
            self.violated(I1, format!("the browser was signed out of session {}", session.sid));
        }
    }

    /// The families that are known by now to descend from this, for a ledger without stamps.
    pub fn families_of(&self, ancestor: &Ancestor) -> Vec<FamilyId> {
        let known = self.0.borrow();
        let redeemed = known.families.values().filter(|family| family.redeemed > 0).map(|family| &family.lineage);
        let named = redeemed.filter(|lineage| match ancestor {
            Ancestor::Subject | Ancestor::Credential => true,
            Ancestor::Session(sid) | Ancestor::SignOut(sid) => lineage.sid == *sid,
            Ancestor::Consent(client) => lineage.client.digest() == *client,
            Ancestor::Family(family) | Ancestor::Token { family, .. } => lineage.family == *family,
        });
        named.map(|lineage| lineage.family).collect()
    }

    /// The end of the world.
    pub fn outcome(&self) -> Outcome {
        self.judge_last_tokens();
        let known = self.0.take();
        let mut outcome = known.outcome;
        for ((_, thing, _), age) in known.tried {
            outcome.survived.entry(thing).or_default().push(age);
        }
        outcome
    }

    /// Where nobody asks, an access token is taken until it ends.
    fn judge_last_tokens(&self) {
        let known = self.0.borrow();
        let issued: Vec<_> = known
            .families
            .values()
            .filter_map(|family| Some((family.lineage.clone(), *known.last_tokens.get(&family.lineage.family)?)))
            .collect();
        drop(known);
        for (lineage, until) in issued {
            self.tried(Thing::Unasked, &lineage, until, true);
        }
    }
}

impl Known {
    /// Whether this was certainly born of what a revocation names: done before it was asked for.
    fn descends(&self, lineage: &Lineage, revoked: &Revoked) -> bool {
        let before = |span: Option<&Span>, leeway| span.is_some_and(|span| span.done + leeway <= revoked.asked);
        match &revoked.ancestor {
            Ancestor::Subject => before(self.sign_ins.get(&lineage.sid), 0),
            Ancestor::Credential => lineage.cred <= crate::world::START,
            Ancestor::Session(sid) => lineage.sid == *sid,
            Ancestor::SignOut(sid) => lineage.sid == *sid && !lineage.offline,
            Ancestor::Consent(client) => {
                lineage.client.digest() == *client
                    && before(self.consents.get(&(*client, lineage.consent)), self.leeway)
            }
            Ancestor::Family(family) => lineage.family == *family,
            Ancestor::Token { .. } => false,
        }
    }

    /// Whether it might have been: begun before it was answered.
    fn may_descend(&self, lineage: &Lineage, revoked: &Revoked) -> bool {
        match &revoked.ancestor {
            Ancestor::Consent(client) => {
                let consent = self.consents.get(&(*client, lineage.consent));
                lineage.client.digest() == *client
                    && consent.is_none_or(|span| began_before(*span, revoked, self.leeway))
            }
            Ancestor::Family(family) => lineage.family == *family,
            _ => self.session_may_descend(lineage.sid, lineage.cred, revoked),
        }
    }

    fn session_may_descend(&self, sid: SessionId, cred: Timestamp, revoked: &Revoked) -> bool {
        match &revoked.ancestor {
            Ancestor::Subject => self.sign_ins.get(&sid).is_none_or(|span| began_before(*span, revoked, 0)),
            Ancestor::Credential => cred <= crate::world::START,
            Ancestor::Session(named) | Ancestor::SignOut(named) => sid == *named,
            _ => false,
        }
    }
}

fn began_before(span: Span, revoked: &Revoked, leeway: Millis) -> bool {
    revoked.answered.is_none_or(|answered| span.began < answered + leeway)
}
