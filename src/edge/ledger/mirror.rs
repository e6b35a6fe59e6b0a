//! Revocations on their way to KV, where every location reads them: the whole value of a subject, one write under way at
//! a time, at least a second apart (KV refuses more). What comes while one is under way goes with the next, all of it.

use super::super::deadline::{sleep, within};
use super::super::kv::Kv;
use super::super::{clock, log};
use super::rows::Rows;
use crate::oauth::SubjectId;
use crate::sorted::SortedMap;
use crate::store::{Key, Store as _};
use futures_channel::oneshot;
use std::cell::RefCell;
use std::rc::Rc;
use worker::Result;
use worker::wasm_bindgen_futures::spawn_local;

/// The mirror of an object's subjects.
pub(super) struct Mirror {
    rows: Rc<Rows>,
    store: Kv,
    /// Who waits for the next write of a subject. Where there is an entry, even an empty one, a task is at work.
    waiting: RefCell<SortedMap<SubjectId, Vec<oneshot::Sender<bool>>>>,
}

/// Milliseconds from the end of a write to the next one of that key.
const APART: u64 = 1000;
/// Longer than two writes take that fail for slowness, the one under way and the next. Milliseconds.
const PATIENCE: u32 = 15_000;

impl Mirror {
    pub(super) const fn new(rows: Rc<Rows>, store: Kv) -> Self {
        Self { rows, store, waiting: RefCell::new(SortedMap::new()) }
    }

    /// Whether KV holds what the rows of the subject held at the call. Where it does not, they stay dirty.
    pub(super) async fn settle(self: &Rc<Self>, subject: SubjectId) -> bool {
        let (done, outcome) = oneshot::channel();
        if self.join(subject, done) {
            // A task of its own: who comes first must not wait for all that come later.
            spawn_local(Rc::clone(self).write_while_awaited(subject));
        }
        if let Some(held) = within(PATIENCE, outcome).await {
            return held.unwrap_or(false);
        }
        // The task was lost with the request that it began in. Who comes next begins another.
        self.waiting.borrow_mut().remove(&subject);
        false
    }

    /// Waits for the next write; whether nobody is at work.
    fn join(&self, subject: SubjectId, done: oneshot::Sender<bool>) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        if let Some(waiters) = waiting.get_mut(&subject) {
            waiters.push(done);
            return false;
        }
        waiting.insert(subject, vec![done]);
        true
    }

    async fn write_while_awaited(self: Rc<Self>, subject: SubjectId) {
        loop {
            self.keep_apart(subject).await;
            // From here until the row is read nothing is awaited: the value holds what each of these has written.
            let waiters = self.waiting.borrow_mut().get_mut(&subject).map(std::mem::take).unwrap_or_default();
            let held = self.write(subject).await.unwrap_or_else(|error| {
                log::fault("ledger mirror", &error.to_string());
                false
            });
            for waiter in waiters {
                // One whose request is over has stopped listening.
                let _ = waiter.send(held);
            }
            if self.is_done(subject) {
                return;
            }
        }
    }

    fn is_done(&self, subject: SubjectId) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let done = waiting.get(&subject).is_none_or(Vec::is_empty);
        if done {
            waiting.remove(&subject);
        }
        done
    }

    async fn keep_apart(&self, subject: SubjectId) {
        // A row that cannot be read is reported by the write.
        if let Ok(Some(unmirrored)) = self.rows.unmirrored(subject) {
            let rest = APART.saturating_sub(clock::now().millis_since(unmirrored.tried));
            if rest > 0 {
                sleep(u32::try_from(rest).unwrap_or(u32::MAX)).await;
            }
        }
    }

    async fn write(&self, subject: SubjectId) -> Result<bool> {
        // Another write took it along.
        let Some(unmirrored) = self.rows.unmirrored(subject)? else { return Ok(true) };
        let held = self.store.put(&Key::revoked(subject), &unmirrored.json).await.is_ok();
        if held {
            self.rows.mirrored(subject, unmirrored.json, clock::now())?;
        } else {
            self.rows.not_mirrored(subject, clock::now())?;
        }
        Ok(held)
    }
}
