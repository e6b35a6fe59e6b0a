//! A store and a ledger in memory, for tests in process.

use super::{
    Advance, Advanced, FamilyRow, Key, Ledger, LedgerError, Listing, ObjectName, Revocation, Revocations, Spend,
    SpendRow, Spent, Store, StoreError, judge_advance, judge_spend,
};
use crate::oauth::{FamilyId, Region, SubjectId, Timestamp};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A store that is consistent at once. Clones share their content.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    values: Rc<RefCell<BTreeMap<String, String>>>,
    failing: Rc<Cell<bool>>,
}

impl MemoryStore {
    /// Makes every call fail, or stops doing so.
    pub fn fail(&self, failing: bool) {
        self.failing.set(failing);
    }

    fn values(&self) -> Result<std::cell::RefMut<'_, BTreeMap<String, String>>, StoreError> {
        if self.failing.get() { Err(StoreError::Unavailable) } else { Ok(self.values.borrow_mut()) }
    }
}

impl Store for MemoryStore {
    async fn get(&self, key: &Key) -> Result<Option<String>, StoreError> {
        Ok(self.values()?.get(key.as_str()).cloned())
    }

    async fn get_held(&self, key: &Key) -> Result<Option<String>, StoreError> {
        self.get(key).await
    }

    async fn put(&self, key: &Key, value: &str) -> Result<(), StoreError> {
        self.values()?.insert(key.as_str().to_owned(), value.to_owned());
        Ok(())
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

/// A ledger with a clock of its own, which mirrors revocations to a store. Clones share their content.
#[derive(Clone, Debug)]
pub struct MemoryLedger {
    clock: Rc<Cell<Timestamp>>,
    mirror: MemoryStore,
    failing: Rc<Cell<bool>>,
    rows: Rc<RefCell<Rows>>,
}

#[derive(Debug, Default)]
struct Rows {
    spent: BTreeMap<(ObjectName, [u8; 16]), SpendRow>,
    families: BTreeMap<FamilyId, FamilyRow>,
    revocations: BTreeMap<SubjectId, Revocations>,
}

impl MemoryLedger {
    /// A ledger that goes by this clock.
    #[must_use]
    pub fn new(clock: Rc<Cell<Timestamp>>, mirror: MemoryStore) -> Self {
        Self { clock, mirror, failing: Rc::default(), rows: Rc::default() }
    }

    /// Makes every call fail, or stops doing so.
    pub fn fail(&self, failing: bool) {
        self.failing.set(failing);
    }

    fn rows(&self) -> Result<std::cell::RefMut<'_, Rows>, LedgerError> {
        if self.failing.get() { Err(LedgerError) } else { Ok(self.rows.borrow_mut()) }
    }

    async fn change(&self, subject: SubjectId, change: impl FnOnce(&mut Revocations)) -> Result<(), LedgerError> {
        let changed = {
            let mut rows = self.rows()?;
            let revocations = rows.revocations.entry(subject).or_default();
            change(revocations);
            revocations.sweep(self.clock.get());
            revocations.clone()
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
        Ok(answer)
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
        let now = revocation.at.max(self.clock.get());
        let mut at = now;
        self.change(subject, |revocations| {
            at = revocations.stamp(now);
            revocations.add(&Revocation { ancestor: revocation.ancestor.clone(), at });
        })
        .await?;
        Ok(at)
    }

    async fn remove_subject(&self, subject: SubjectId, _: Region) -> Result<(), LedgerError> {
        self.change(subject, Revocations::remove_subject).await
    }

    async fn ping(&self) -> Result<(), LedgerError> {
        self.rows().map(drop)
    }
}
