//! A store and a ledger in memory, for tests in process.

use super::{
    Advance, Advanced, Begun, DecideDevice, Decided, DeviceRow, FamilyRow, Key, Ledger, LedgerError, Listing, Mark,
    ObjectName, PollDevice, Polled, Revocation, Revocations, SignIn, SignInRow, SignedIn, Spend, SpendRow, Spent,
    Store, StoreError, Tried, TryRow, judge_advance, judge_begin, judge_decision, judge_look, judge_poll,
    judge_sign_in, judge_spend, judge_try,
};
use crate::oauth::{FamilyId, Lifetime, Region, SubjectId, Timestamp, TryCounter, UserCodeDigest};
use crate::seal::DeviceRequest;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A store that is consistent at once. Clones share their content.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    clock: Rc<Cell<Timestamp>>,
    values: Rc<RefCell<BTreeMap<String, Value>>>,
    failing: Rc<Cell<bool>>,
    failing_writes: Rc<Cell<Option<&'static str>>>,
    meanwhile: Rc<RefCell<Option<Meanwhile>>>,
}

/// Something that happens elsewhere right after a write of a key that begins so.
struct Meanwhile {
    prefix: &'static str,
    happens: Box<dyn FnOnce()>,
}

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.prefix)
    }
}

#[derive(Clone, Debug)]
struct Value {
    text: String,
    until: Option<Timestamp>,
}

impl MemoryStore {
    /// A store that forgets by this clock.
    #[must_use]
    pub fn new(clock: Rc<Cell<Timestamp>>) -> Self {
        Self {
            clock,
            values: Rc::default(),
            failing: Rc::default(),
            failing_writes: Rc::default(),
            meanwhile: Rc::default(),
        }
    }

    /// Makes writes of keys that begin so fail; `None` lets all through again.
    pub fn fail_writes(&self, prefix: Option<&'static str>) {
        self.failing_writes.set(prefix);
    }

    /// Lets something happen right after the next write of a key that begins so, before whoever wrote goes on.
    pub fn meanwhile(&self, prefix: &'static str, happens: impl FnOnce() + 'static) {
        self.meanwhile.replace(Some(Meanwhile { prefix, happens: Box::new(happens) }));
    }

    /// Makes every call fail, or stops doing so.
    pub fn fail(&self, failing: bool) {
        self.failing.set(failing);
    }

    fn values(&self) -> Result<std::cell::RefMut<'_, BTreeMap<String, Value>>, StoreError> {
        if self.failing.get() {
            return Err(StoreError::Unavailable);
        }
        let mut values = self.values.borrow_mut();
        values.retain(|_, value| value.until.is_none_or(|until| until > self.clock.get()));
        Ok(values)
    }

    fn write(&self, key: &Key, text: &str, until: Option<Timestamp>) -> Result<(), StoreError> {
        if self.failing_writes.get().is_some_and(|prefix| key.as_str().starts_with(prefix)) {
            return Err(StoreError::Unavailable);
        }
        self.values()?.insert(key.as_str().to_owned(), Value { text: text.to_owned(), until });
        let meanwhile = self.meanwhile.borrow_mut().take_if(|meanwhile| key.as_str().starts_with(meanwhile.prefix));
        if let Some(meanwhile) = meanwhile {
            (meanwhile.happens)();
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError> {
        Ok(self.values()?.get(key.as_str()).map(|value| value.text.clone()))
    }

    async fn get_held(&self, key: &Key) -> Result<Option<String>, StoreError> {
        self.get(key).await
    }

    async fn put(&self, key: &Key, value: &str) -> Result<(), StoreError> {
        self.write(key, value, None)
    }

    async fn put_for(&self, key: &Key, value: &str, keep: Lifetime) -> Result<(), StoreError> {
        self.write(key, value, Some(self.clock.get().after(keep.max(LEAST))))
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.values()?.remove(key.as_str());
        Ok(())
    }

    async fn list(&self, prefix: &str, _: Option<&str>) -> Result<Listing, StoreError> {
        let names = self.values()?.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        Ok(Listing { names, cursor: None })
    }
}

/// The least time for which Workers KV keeps something that it is to forget.
const LEAST: Lifetime = Lifetime::seconds(60);

/// A ledger with a clock of its own, which mirrors revocations to a store. Clones share their content.
#[derive(Clone, Debug)]
pub struct MemoryLedger {
    clock: Rc<Cell<Timestamp>>,
    mirror: MemoryStore,
    failing: Rc<Cell<bool>>,
    losing: Rc<Cell<(u32, u32)>>,
    rows: Rc<RefCell<Rows>>,
}

#[derive(Debug, Default)]
struct Rows {
    spent: BTreeMap<(ObjectName, [u8; 16]), SpendRow>,
    families: BTreeMap<FamilyId, FamilyRow>,
    revocations: BTreeMap<SubjectId, Revocations>,
    sign_ins: BTreeMap<SubjectId, Vec<SignInRow>>,
    tries: BTreeMap<TryCounter, TryRow>,
    devices: BTreeMap<UserCodeDigest, DeviceRow>,
}

impl MemoryLedger {
    /// A ledger that goes by this clock.
    #[must_use]
    pub fn new(clock: Rc<Cell<Timestamp>>, mirror: MemoryStore) -> Self {
        Self { clock, mirror, failing: Rc::default(), losing: Rc::default(), rows: Rc::default() }
    }

    /// Makes every call fail, or stops doing so.
    pub fn fail(&self, failing: bool) {
        self.failing.set(failing);
    }

    /// Loses, after so many that are heard, the answers of so many calls about codes and devices: they run, and nobody
    /// hears of it.
    pub fn lose_answers(&self, after: u32, calls: u32) {
        self.losing.set((after, calls));
    }

    fn heard<T>(&self, answer: T) -> Result<T, LedgerError> {
        let (after, calls) = self.losing.get();
        let lost = after == 0 && calls > 0;
        self.losing.set((after.saturating_sub(1), calls - u32::from(lost)));
        if lost { Err(LedgerError) } else { Ok(answer) }
    }

    fn rows(&self) -> Result<std::cell::RefMut<'_, Rows>, LedgerError> {
        if self.failing.get() { Err(LedgerError) } else { Ok(self.rows.borrow_mut()) }
    }

    async fn change(&self, subject: SubjectId, change: impl FnOnce(&mut Revocations)) -> Result<(), LedgerError> {
        let changed = {
            let mut rows = self.rows()?;
            let revocations = rows.revocations.entry(subject).or_default();
            revocations.sweep(self.clock.get());
            change(revocations);
            let revocations = revocations.clone();
            if let Some(list) = rows.sign_ins.get_mut(&subject) {
                list.retain(|row| revocations.reach_session(row.sid, row.auth, row.cred).is_none());
            }
            revocations
        };
        super::write(&self.mirror, &Key::revoked(subject), &changed).await.map_err(|_| LedgerError)
    }
}

impl Ledger for MemoryLedger {
    async fn spend(&self, spend: &Spend) -> Result<Spent, LedgerError> {
        let now = self.clock.get();
        let mut rows = self.rows()?;
        let key = (spend.object.clone(), spend.id);
        let answer = judge_spend(rows.spent.get(&key), &spend.attempt, spend.exp, now);
        if answer == Spent::First {
            rows.spent.entry(key).or_insert(SpendRow { attempt: spend.attempt, first: now });
        }
        self.heard(answer)
    }

    async fn advance(&self, advance: &Advance) -> Result<Advanced, LedgerError> {
        let lineage = &advance.lineage;
        let now = self.clock.get();
        let answer = {
            let mut rows = self.rows()?;
            let revocations = rows.revocations.get(&lineage.subject);
            if revocations.is_some_and(|revocations| revocations.reach(lineage).is_some()) {
                return Ok(Advanced::Revoked);
            }
            let row = rows.families.remove(&lineage.family);
            let (answer, row) = judge_advance(row, advance.generation, advance.grace, now);
            rows.families.insert(lineage.family, row);
            answer
        };
        if answer == Advanced::Replay {
            let revocation = Revocation { ancestor: super::Ancestor::Family(lineage.family), at: lineage.born };
            self.revoke(lineage.subject, lineage.home, &revocation).await?;
        }
        Ok(answer)
    }

    async fn revoke(&self, subject: SubjectId, _: Region, revocation: &Revocation) -> Result<Timestamp, LedgerError> {
        // A sign-in that a clock ahead of this one has stamped is meant too.
        let newest = self.rows()?.sign_ins.get(&subject).and_then(|list| list.iter().map(|row| row.auth).max());
        let now = revocation.at.max(self.clock.get()).max(newest.unwrap_or(revocation.at));
        let mut at = now;
        self.change(subject, |revocations| {
            at = revocations.stamp(now);
            revocations.add(&Revocation { ancestor: revocation.ancestor.clone(), at });
        })
        .await?;
        Ok(at)
    }

    async fn mark(&self, subject: SubjectId, _: Region, mark: Mark) -> Result<(), LedgerError> {
        self.change(subject, |revocations| revocations.mark(mark)).await
    }

    async fn revocations(&self, subject: SubjectId, _: Region) -> Result<Revocations, LedgerError> {
        Ok(self.rows()?.revocations.get(&subject).cloned().unwrap_or_default())
    }

    async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, LedgerError> {
        let now = self.clock.get();
        let mut rows = self.rows()?;
        let revocations = rows.revocations.get(&sign_in.subject).cloned().unwrap_or_default();
        let list = rows.sign_ins.entry(sign_in.subject).or_default();
        if let Some(known) = list.iter().find(|row| row.sid == sign_in.row.sid) {
            return Ok(SignedIn::At(known.auth));
        }
        let answer = judge_sign_in(&revocations, &sign_in.row, now);
        if let SignedIn::At(auth) = answer {
            list.retain(|row| row.until > now);
            list.insert(0, SignInRow { auth, ..sign_in.row.clone() });
            list.truncate(SignInRow::MAX);
        }
        Ok(answer)
    }

    async fn sign_ins(&self, subject: SubjectId, _: Region) -> Result<Vec<SignInRow>, LedgerError> {
        let now = self.clock.get();
        let list = self.rows()?.sign_ins.get(&subject).cloned().unwrap_or_default();
        Ok(list.into_iter().filter(|row| row.until > now).collect())
    }

    async fn try_sign_in(&self, counter: TryCounter) -> Result<Tried, LedgerError> {
        let now = self.clock.get();
        let mut rows = self.rows()?;
        let (answer, row) = judge_try(rows.tries.get(&counter).copied(), now);
        if let Some(row) = row {
            rows.tries.insert(counter, row);
        }
        Ok(answer)
    }

    async fn clear_tries(&self, counter: TryCounter) -> Result<(), LedgerError> {
        self.rows()?.tries.remove(&counter);
        Ok(())
    }

    async fn begin_device(&self, user_code: UserCodeDigest, request: &DeviceRequest) -> Result<Begun, LedgerError> {
        let now = self.clock.get();
        let mut rows = self.rows()?;
        let (answer, row) = judge_begin(rows.devices.get(&user_code), request, now);
        if let Some(row) = row {
            rows.devices.retain(|_, row| row.request.until.after(DeviceRow::KEPT) > now);
            if rows.devices.len() >= DeviceRow::MAX {
                return Ok(Begun::Full);
            }
            rows.devices.insert(user_code, row);
        }
        self.heard(answer)
    }

    async fn look_at_device(&self, user_code: UserCodeDigest) -> Result<Option<DeviceRequest>, LedgerError> {
        let answer = judge_look(self.rows()?.devices.get(&user_code).cloned(), self.clock.get());
        self.heard(answer)
    }

    async fn decide_device(&self, decide: &DecideDevice) -> Result<Decided, LedgerError> {
        let mut rows = self.rows()?;
        let (answer, row) = judge_decision(rows.devices.get(&decide.user_code).cloned(), decide, self.clock.get());
        row.map(|row| rows.devices.insert(decide.user_code, row));
        self.heard(answer)
    }

    async fn poll_device(&self, poll: &PollDevice) -> Result<Polled, LedgerError> {
        let mut rows = self.rows()?;
        let (answer, row) = judge_poll(rows.devices.get(&poll.user_code).cloned(), poll, self.clock.get());
        row.map(|row| rows.devices.insert(poll.user_code, row));
        self.heard(answer)
    }

    async fn ping(&self) -> Result<(), LedgerError> {
        self.rows().map(drop)
    }
}
