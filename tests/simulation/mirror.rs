//! Revocations on their way to the store, as `src/edge/ledger/mirror.rs` sends them: the whole value of a subject, one
//! write under way at a time, at least a second apart; what could not be written is tried again by the alarm.

use crate::executor::{Millis, SECOND, Sender, channel};
use crate::kv;
use crate::ledger::Object;
use crate::world::World;
use sealwax::oauth::{SubjectId, Timestamp};
use sealwax::store::{Key, Revocations, SignInRow};
use std::rc::Rc;

/// Until a mirror that failed is tried again.
const RETRY: Millis = 5 * SECOND;
/// From the end of a write to the next one of that key.
const APART: Millis = SECOND;
/// Longer than two writes take that fail for slowness.
const PATIENCE: Millis = 15 * SECOND;
/// How late a write may arrive that was given up.
const LATE_WRITE: Millis = 60 * SECOND;

/// The row of a subject.
#[derive(Default)]
pub struct Subject {
    pub revoked: Revocations,
    pub sign_ins: Vec<SignInRow>,
    dirty: bool,
    /// Whether a write that failed may still arrive, and undo a later one.
    doubtful: bool,
    /// Since when the store holds it although it is doubtful: it is written once more.
    again: Option<Timestamp>,
    /// When it was last tried to write it, by the object's clock.
    tried: Option<Timestamp>,
    /// Who waits for the next write; `None` while no task is at work.
    waiting: Option<Vec<Sender<bool>>>,
    alarm: bool,
}

impl Subject {
    /// What was revoked has changed.
    pub fn touch(&mut self) {
        self.dirty = true;
        self.doubtful |= self.again.take().is_some();
    }
}

/// Whether the store holds what the row held at the call.
pub async fn settle(subject: SubjectId, object: &Rc<Object>, world: &Rc<World>) -> bool {
    let (done, outcome) = channel();
    let at_work = {
        let mut rows = object.rows.borrow_mut();
        let row = rows.subjects.entry(subject).or_default();
        let at_work = row.waiting.is_some();
        row.waiting.get_or_insert_default().push(done);
        at_work
    };
    if !at_work {
        let (object, world) = (Rc::clone(object), Rc::clone(world));
        world.time.spawn({
            let world = Rc::clone(&world);
            async move { write_while_awaited(subject, &object, &world).await }
        });
    }
    world.time.within(PATIENCE, outcome).await.unwrap_or(false)
}

async fn write_while_awaited(subject: SubjectId, object: &Object, world: &Rc<World>) {
    loop {
        let tried = object.rows.borrow().subjects.get(&subject).and_then(|row| row.tried);
        let rest = tried.map_or(0, |tried| APART.saturating_sub(object.now(world).millis_since(tried)));
        world.time.sleep(rest).await;
        let (waiters, value) = take(subject, object);
        let held = match value {
            None => true,
            Some(value) => write(subject, value, object, world).await,
        };
        for waiter in waiters {
            waiter.send(held);
        }
        let mut rows = object.rows.borrow_mut();
        let row = rows.subjects.entry(subject).or_default();
        if row.waiting.as_ref().is_none_or(Vec::is_empty) {
            row.waiting = None;
            return;
        }
    }
}

/// Who waits, and what is to be written for them, if anything is.
fn take(subject: SubjectId, object: &Object) -> (Vec<Sender<bool>>, Option<Revocations>) {
    let mut rows = object.rows.borrow_mut();
    let row = rows.subjects.entry(subject).or_default();
    let waiters = row.waiting.as_mut().map(std::mem::take).unwrap_or_default();
    (waiters, row.dirty.then(|| row.revoked.clone()))
}

async fn write(subject: SubjectId, value: Revocations, object: &Object, world: &Rc<World>) -> bool {
    let json = serde_json::to_string(&value).unwrap();
    let held = kv::put(Key::revoked(subject).as_str(), Some(json), world).await.is_ok();
    let now = object.now(world);
    let mut rows = object.rows.borrow_mut();
    let row = rows.subjects.entry(subject).or_default();
    row.tried = Some(now);
    if held {
        row.dirty = row.revoked != value;
        if row.doubtful && !row.dirty {
            row.doubtful = false;
            row.again = Some(now);
        }
    } else {
        row.doubtful = true;
        world.truth.count("mirrors that had to be tried again");
    }
    held
}

/// Marks what is to be written once more, now that every write before has arrived or never will.
fn write_again(subject: SubjectId, object: &Object, world: &World) {
    let now = object.now(world);
    let mut rows = object.rows.borrow_mut();
    let row = rows.subjects.entry(subject).or_default();
    if row.again.is_some_and(|since| now.millis_since(since) >= LATE_WRITE) {
        row.again = None;
        row.dirty = true;
    }
}

/// Sets the alarm, which goes on until the mirror is clean.
pub fn ring_by_and_by(subject: SubjectId, object: &Rc<Object>, world: &Rc<World>) {
    let set = std::mem::replace(&mut object.rows.borrow_mut().subjects.entry(subject).or_default().alarm, true);
    if set {
        return;
    }
    let (object, there) = (Rc::clone(object), Rc::clone(world));
    world.time.spawn(async move {
        loop {
            there.time.sleep(RETRY).await;
            write_again(subject, &object, &there);
            if object.rows.borrow().subjects[&subject].dirty {
                settle(subject, &object, &there).await;
            }
            let mut rows = object.rows.borrow_mut();
            let row = rows.subjects.entry(subject).or_default();
            if !row.dirty && row.again.is_none() {
                row.alarm = false;
                return;
            }
        }
    });
}
