//! The ledger's objects, by the product's own rules. A call travels, may be lost, or run although nobody waits any
//! more; an object has a clock of its own and may be down for seconds. What an object does between two awaits happens
//! as a whole (`src/edge/ledger/object.rs`).

use crate::executor::{Millis, SECOND, channel};
use crate::mirror::{self, Subject};
use crate::world::{Removed, World};
use sealwax::oauth::{FamilyId, Region, SubjectId, Timestamp, TryCounter, UserCodeDigest};
use sealwax::seal::DeviceRequest;
use sealwax::store::{
    Advance, Advanced, Ancestor, Begun, DecideDevice, Decided, DeviceRow, FamilyRow, Ledger, LedgerError, Mark,
    ObjectName, PollDevice, Polled, Revocation, Revocations, SignIn, SignInRow, SignedIn, Spend, SpendRow, Spent,
    Tried, TryRow, judge_advance, judge_begin, judge_decision, judge_look, judge_poll, judge_sign_in, judge_spend,
    judge_try,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::{Rc, Weak};

/// Sealwax's own patience (`src/edge/ledger/mod.rs`).
const DEADLINE: Millis = 2 * SECOND;
const MIRROR_DEADLINE: Millis = 8 * SECOND;

#[derive(Default)]
pub struct Objects(RefCell<BTreeMap<ObjectName, Rc<Object>>>);

/// A Durable Object.
pub struct Object {
    skew: u64,
    down_until: Cell<Millis>,
    pub rows: RefCell<Rows>,
}

#[derive(Default)]
pub struct Rows {
    spent: BTreeMap<[u8; 16], (SpendRow, Timestamp)>,
    families: BTreeMap<FamilyId, FamilyRow>,
    tries: BTreeMap<TryCounter, TryRow>,
    devices: BTreeMap<UserCodeDigest, DeviceRow>,
    pub subjects: BTreeMap<SubjectId, Subject>,
}

impl Objects {
    fn named(&self, name: &ObjectName, world: &World) -> Rc<Object> {
        let mut objects = self.0.borrow_mut();
        let new = || Object { skew: world.draw_skew(), down_until: Cell::default(), rows: RefCell::default() };
        Rc::clone(objects.entry(name.clone()).or_insert_with(|| Rc::new(new())))
    }
}

impl Object {
    pub fn now(&self, world: &World) -> Timestamp {
        world.clock(self.skew)
    }

    fn spend(&self, spend: &Spend, world: &World) -> Spent {
        let now = self.now(world);
        let rows = &mut self.rows.borrow_mut().spent;
        rows.retain(|_, (_, exp)| exp.after(SpendRow::KEPT) > now);
        let answer = judge_spend(rows.get(&spend.id).map(|(row, _)| row), &spend.attempt, spend.exp, now);
        if answer == Spent::First {
            rows.entry(spend.id).or_insert((SpendRow { attempt: spend.attempt, first: now }, spend.exp));
        }
        if world.rules.removed == Removed::SpentCodes { Spent::First } else { answer }
    }

    async fn advance(self: &Rc<Self>, advance: &Advance, world: &Rc<World>) -> Option<Advanced> {
        let lineage = &advance.lineage;
        let now = self.now(world);
        let advanced = {
            let mut rows = self.rows.borrow_mut();
            let subject = rows.subjects.get(&lineage.subject);
            if subject.is_some_and(|subject| subject.revoked.reach(lineage).is_some()) {
                return Some(Advanced::Revoked);
            }
            let row = rows.families.get(&lineage.family).cloned();
            let (advanced, row) = judge_advance(row, advance.generation, advance.grace, now);
            let newest = row.newest;
            if advanced != Advanced::Replay {
                rows.families.insert(lineage.family, row);
            }
            if world.rules.removed == Removed::ReplayRule { Advanced::Issue(newest) } else { advanced }
        };
        if advanced == Advanced::Replay {
            let family = Revocation { ancestor: Ancestor::Family(lineage.family), at: lineage.born };
            self.revoke(lineage.subject, family, world).await?;
        }
        Some(advanced)
    }

    fn sign_in(&self, sign_in: &SignIn, world: &World) -> SignedIn {
        let now = self.now(world);
        let mut rows = self.rows.borrow_mut();
        let subject = rows.subjects.entry(sign_in.subject).or_default();
        if let Some(known) = subject.sign_ins.iter().find(|row| row.sid == sign_in.row.sid) {
            return SignedIn::At(known.auth);
        }
        let answer = judge_sign_in(&subject.revoked, &sign_in.row, now);
        if let SignedIn::At(auth) = answer {
            subject.sign_ins.insert(0, SignInRow { auth, ..sign_in.row.clone() });
        }
        answer
    }

    fn try_sign_in(&self, counter: TryCounter, world: &World) -> Tried {
        let rows = &mut self.rows.borrow_mut().tries;
        let (answer, row) = judge_try(rows.get(&counter).copied(), self.now(world));
        row.map(|row| rows.insert(counter, row));
        answer
    }

    fn begin_device(&self, user_code: UserCodeDigest, request: &DeviceRequest, world: &World) -> Begun {
        let now = self.now(world);
        let rows = &mut self.rows.borrow_mut().devices;
        rows.retain(|_, row| row.request.until.after(DeviceRow::KEPT) > now);
        let (answer, row) = judge_begin(rows.get(&user_code), request, now);
        row.map(|row| rows.insert(user_code, row));
        answer
    }

    fn decide_device(&self, decide: &DecideDevice, world: &World) -> Decided {
        let rows = &mut self.rows.borrow_mut().devices;
        let (answer, row) = judge_decision(rows.get(&decide.user_code).cloned(), decide, self.now(world));
        row.map(|row| rows.insert(decide.user_code, row));
        answer
    }

    fn poll_device(&self, poll: &PollDevice, world: &World) -> Polled {
        let rows = &mut self.rows.borrow_mut().devices;
        let (answer, row) = judge_poll(rows.get(&poll.user_code).cloned(), poll, self.now(world));
        row.map(|row| rows.insert(poll.user_code, row));
        answer
    }

    async fn revoke(
        self: &Rc<Self>,
        subject: SubjectId,
        revocation: Revocation,
        world: &Rc<World>,
    ) -> Option<Timestamp> {
        let Revocation { ancestor, mut at } = revocation;
        let newest = self.rows.borrow().subjects.get(&subject).and_then(|row| row.sign_ins.first().map(|row| row.auth));
        let now = newest.map_or(self.now(world), |newest| newest.max(self.now(world)));
        self.change(subject, world, |revoked| {
            at = revoked.stamp(at.max(now));
            for ancestor in named(ancestor, world) {
                revoked.add(&Revocation { ancestor, at });
            }
        })
        .await
        .then_some(at)
    }

    async fn change(
        self: &Rc<Self>,
        subject: SubjectId,
        world: &Rc<World>,
        change: impl FnOnce(&mut Revocations),
    ) -> bool {
        {
            let mut rows = self.rows.borrow_mut();
            let row = rows.subjects.entry(subject).or_default();
            row.revoked.sweep(self.now(world));
            change(&mut row.revoked);
            row.touch();
        }
        mirror::ring_by_and_by(subject, self, world);
        mirror::settle(subject, self, world).await
    }
}

/// What a revocation names: the ancestor or, where stamps are taken out, the families that are known to descend from it.
fn named(ancestor: Ancestor, world: &World) -> Vec<Ancestor> {
    if world.rules.removed == Removed::LineageStamps {
        world.truth.families_of(&ancestor).into_iter().map(Ancestor::Family).collect()
    } else {
        vec![ancestor]
    }
}

/// The ledger as an isolate calls it.
pub struct Ledgers(Weak<World>);

impl Ledgers {
    pub fn new(world: &Rc<World>) -> Self {
        Self(Rc::downgrade(world))
    }

    /// Calls an object. What runs there runs to its end, whether somebody waits or not.
    async fn call<T: 'static, F>(
        &self,
        name: &ObjectName,
        limit: Millis,
        run: impl FnOnce(Rc<Object>, Rc<World>) -> F + 'static,
    ) -> Result<T, LedgerError>
    where
        F: Future<Output = Option<T>>,
    {
        let world = self.0.upgrade().expect("a ledger is called in its world only");
        let object = world.objects.named(name, &world);
        let (sender, receiver) = channel();
        let there = Rc::clone(&world);
        world.time.spawn(async move {
            if !travel(&object, &there).await {
                return;
            }
            let answer = run(object, Rc::clone(&there)).await;
            if there.chance.happens(there.weather.answer_lost) {
                there.truth.count("calls of the ledger whose answer was lost");
                return;
            }
            there.wait(2, 150).await;
            sender.send(answer);
        });
        world.time.within(limit, receiver).await.flatten().ok_or(LedgerError)
    }
}

/// The way of a call to its object; whether it arrives.
async fn travel(object: &Object, world: &World) -> bool {
    let weather = &world.weather;
    if world.chance.happens(weather.outage) {
        world.truth.count("outages of an object");
        object.down_until.set(world.time.now() + world.chance.between(SECOND..=8 * SECOND));
    }
    if world.chance.happens(weather.call_lost) {
        world.truth.count("calls of the ledger that were lost");
        return false;
    }
    if world.chance.happens(weather.call_late) {
        world.truth.count("calls of the ledger that ran late");
        world.wait(DEADLINE, DEADLINE + 3 * SECOND).await;
    }
    world.wait(2, 150).await;
    world.time.now() >= object.down_until.get()
}

impl Ledger for Ledgers {
    async fn spend(&self, spend: &Spend) -> Result<Spent, LedgerError> {
        let call = spend.clone();
        self.call(&spend.object, DEADLINE, |object, world| async move { Some(object.spend(&call, &world)) }).await
    }

    async fn advance(&self, advance: &Advance) -> Result<Advanced, LedgerError> {
        let name = ObjectName::for_subject(advance.lineage.home, advance.lineage.subject);
        let call = advance.clone();
        self.call(&name, DEADLINE, |object, world| async move { object.advance(&call, &world).await }).await
    }

    async fn revoke(
        &self,
        subject: SubjectId,
        home: Region,
        revocation: &Revocation,
    ) -> Result<Timestamp, LedgerError> {
        let (name, call) = (ObjectName::for_subject(home, subject), revocation.clone());
        self.call(
            &name,
            MIRROR_DEADLINE,
            move |object, world| async move { object.revoke(subject, call, &world).await },
        )
        .await
    }

    async fn mark(&self, subject: SubjectId, home: Region, mark: Mark) -> Result<(), LedgerError> {
        let name = ObjectName::for_subject(home, subject);
        self.call(&name, MIRROR_DEADLINE, move |object, world| async move {
            object.change(subject, &world, |revoked| revoked.mark(mark)).await.then_some(())
        })
        .await
    }

    async fn revocations(&self, subject: SubjectId, home: Region) -> Result<Revocations, LedgerError> {
        let name = ObjectName::for_subject(home, subject);
        self.call(&name, DEADLINE, move |object, _| async move {
            Some(object.rows.borrow().subjects.get(&subject).map(|row| row.revoked.clone()).unwrap_or_default())
        })
        .await
    }

    async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, LedgerError> {
        let (name, call) = (ObjectName::for_subject(sign_in.home, sign_in.subject), sign_in.clone());
        self.call(&name, DEADLINE, |object, world| async move { Some(object.sign_in(&call, &world)) }).await
    }

    async fn sign_ins(&self, subject: SubjectId, home: Region) -> Result<Vec<SignInRow>, LedgerError> {
        let name = ObjectName::for_subject(home, subject);
        self.call(&name, DEADLINE, move |object, _| async move {
            Some(object.rows.borrow().subjects.get(&subject).map(|row| row.sign_ins.clone()).unwrap_or_default())
        })
        .await
    }

    async fn try_sign_in(&self, counter: TryCounter) -> Result<Tried, LedgerError> {
        let name = ObjectName::for_tries(counter);
        self.call(&name, DEADLINE, move |object, world| async move { Some(object.try_sign_in(counter, &world)) }).await
    }

    async fn clear_tries(&self, counter: TryCounter) -> Result<(), LedgerError> {
        let name = ObjectName::for_tries(counter);
        self.call(&name, DEADLINE, move |object, _| async move {
            object.rows.borrow_mut().tries.remove(&counter);
            Some(())
        })
        .await
    }

    async fn begin_device(&self, user_code: UserCodeDigest, request: &DeviceRequest) -> Result<Begun, LedgerError> {
        let (name, call) = (ObjectName::for_devices(user_code), request.clone());
        self.call(
            &name,
            DEADLINE,
            move |object, world| async move { Some(object.begin_device(user_code, &call, &world)) },
        )
        .await
    }

    async fn look_at_device(&self, user_code: UserCodeDigest) -> Result<Option<DeviceRequest>, LedgerError> {
        let name = ObjectName::for_devices(user_code);
        self.call(&name, DEADLINE, move |object, world| async move {
            Some(judge_look(object.rows.borrow().devices.get(&user_code).cloned(), object.now(&world)))
        })
        .await
    }

    async fn decide_device(&self, decide: &DecideDevice) -> Result<Decided, LedgerError> {
        let (name, call) = (ObjectName::for_devices(decide.user_code), decide.clone());
        self.call(&name, DEADLINE, |object, world| async move { Some(object.decide_device(&call, &world)) }).await
    }

    async fn poll_device(&self, poll: &PollDevice) -> Result<Polled, LedgerError> {
        let (name, call) = (ObjectName::for_devices(poll.user_code), *poll);
        self.call(&name, DEADLINE, move |object, world| async move { Some(object.poll_device(&call, &world)) }).await
    }

    async fn ping(&self) -> Result<(), LedgerError> {
        Ok(())
    }
}
