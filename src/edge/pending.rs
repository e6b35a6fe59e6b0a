//! Waiting for JavaScript. A future of the crate's makes two closures, which the garbage collector has to be told of, and goes
//! round by two queues; here there are four closures an isolate, and a ticket for each thing that is waited for.

use super::{glue, task};
use crate::sorted::SortedMap;
use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use worker::js_sys::Promise;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::closure::{Closure, IntoWasmClosure, WasmClosure};

/// Something that JavaScript will tell of. Once this is dropped nobody listens any more.
pub(super) struct Pending(u32);

/// What it told.
pub(super) enum Outcome {
    Bytes(Vec<u8>),
    Text(Option<String>),
    Value(JsValue),
}

#[derive(Default)]
struct Slot {
    outcome: Option<Result<Outcome, JsValue>>,
    waker: Option<Waker>,
    /// Who waits.
    task: Option<task::Number>,
}

struct Slots {
    next: u32,
    open: SortedMap<u32, Slot>,
}

thread_local! {
    static SLOTS: RefCell<Slots> = const { RefCell::new(Slots { next: 0, open: SortedMap::new() }) };
    static CALLBACKS: JsValue = glue::callbacks(
        closure(|ticket, error| tell(ticket, Err(error))),
        Closure::<dyn Fn(u32)>::new(lose).into_js_value(),
        closure(|ticket, value| tell(ticket, Ok(Outcome::Value(value)))),
        closure(|ticket, bytes| tell(ticket, Ok(Outcome::Bytes(bytes)))),
        closure(|ticket, text| tell(ticket, Ok(Outcome::Text(text)))),
    );
}

fn closure<T: 'static>(tell: fn(u32, T)) -> JsValue
where
    dyn Fn(u32, T): WasmClosure,
    fn(u32, T): IntoWasmClosure<dyn Fn(u32, T)>,
{
    Closure::<dyn Fn(u32, T)>::new(tell).into_js_value()
}

/// Takes what JavaScript tells. The first word counts, and only while somebody listens.
fn tell(ticket: u32, outcome: Result<Outcome, JsValue>) {
    let waker = SLOTS.with_borrow_mut(|slots| {
        let slot = slots.open.get_mut(&ticket).filter(|slot| slot.outcome.is_none())?;
        slot.outcome = Some(outcome);
        slot.waker.take()
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Forgets what will never be told, and whoever waits for it: the request that it belongs to is over.
fn lose(ticket: u32) {
    if let Some(task) = SLOTS.with_borrow_mut(|slots| slots.open.get_mut(&ticket)?.task) {
        task::end(task);
    }
}

impl Pending {
    /// Begins something that will be told under the ticket.
    ///
    /// # Errors
    /// When it cannot begin.
    pub(super) fn begin(begin: impl FnOnce(u32, &JsValue) -> Result<(), JsValue>) -> Result<Self, JsValue> {
        let ticket = SLOTS.with_borrow_mut(|slots| {
            slots.next = slots.next.wrapping_add(1);
            slots.open.insert(slots.next, Slot::default());
            slots.next
        });
        let pending = Self(ticket);
        CALLBACKS.with(|to| begin(ticket, to))?;
        Ok(pending)
    }

    /// Bytes; none where something else comes.
    pub(super) async fn bytes(self) -> Result<Vec<u8>, JsValue> {
        Ok(match self.await? {
            Outcome::Bytes(bytes) => bytes,
            Outcome::Text(_) | Outcome::Value(_) => Vec::new(),
        })
    }

    /// A text, if there is one.
    pub(super) async fn text(self) -> Result<Option<String>, JsValue> {
        Ok(match self.await? {
            Outcome::Text(text) => text,
            Outcome::Bytes(_) | Outcome::Value(_) => None,
        })
    }

    /// A value.
    pub(super) async fn value(self) -> Result<JsValue, JsValue> {
        Ok(match self.await? {
            Outcome::Value(value) => value,
            Outcome::Bytes(_) | Outcome::Text(_) => JsValue::UNDEFINED,
        })
    }
}

/// What a promise comes to.
pub(super) async fn settled(promise: Promise) -> Result<JsValue, JsValue> {
    Pending::begin(|ticket, to| glue::settle(&promise, ticket, to))?.value().await
}

impl Future for Pending {
    type Output = Result<Outcome, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        SLOTS.with_borrow_mut(|slots| {
            // It is there until this is dropped.
            let Some(slot) = slots.open.get_mut(&self.0) else { return Poll::Pending };
            if let Some(outcome) = slot.outcome.take() {
                return Poll::Ready(outcome);
            }
            slot.waker = Some(context.waker().clone());
            slot.task = task::current();
            Poll::Pending
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let slot = SLOTS.with_borrow_mut(|slots| slots.open.remove(&self.0));
        drop(slot);
    }
}
