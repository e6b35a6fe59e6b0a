//! Runs what answers a request. It goes on the moment that what it waits for is told; the crate's own queue would put it off by
//! a turn each time, at the beginning too, and what waits for nothing could not be answered without a promise.

use super::glue;
use crate::sorted::SortedMap;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen_futures::spawn_local;
use worker::web_sys::Response;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Names a task.
pub(super) type Number = u32;

thread_local! {
    /// What is not done yet; `None` while it is run.
    static WORKS: RefCell<SortedMap<Number, Option<Work>>> = const { RefCell::new(SortedMap::new()) };
    static LAST: Cell<Number> = const { Cell::new(0) };
    static CURRENT: Cell<Option<Number>> = const { Cell::new(None) };
}

/// Begins at once.
fn start(work: impl Future<Output = ()> + 'static) {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    WORKS.with_borrow_mut(|works| works.insert(number, Some(Box::pin(work))));
    run(&Arc::new(Task(number)));
}

/// What is answered: a response where nothing is waited for, else a promise of one.
pub(super) fn promise(answer: impl Future<Output = Result<Response, JsValue>> + 'static) -> JsValue {
    let place = Rc::new(RefCell::new(Answer::Open));
    let given = Rc::clone(&place);
    start(async move {
        // What the platform refuses twice cannot be answered at all.
        let response = answer.await.map_or(JsValue::UNDEFINED, JsValue::from);
        if let Answer::Promised(deferred) = given.replace(Answer::Given(response.clone())) {
            glue::resolve(&deferred, &response);
        }
    });
    if let Answer::Given(response) = &*place.borrow() {
        return response.clone();
    }
    let deferred = glue::deferred();
    let promise = glue::promised(&deferred);
    place.replace(Answer::Promised(deferred));
    promise
}

enum Answer {
    Open,
    Promised(JsValue),
    Given(JsValue),
}

/// The task that runs now.
pub(super) fn current() -> Option<Number> {
    CURRENT.get()
}

/// Ends a task that waits.
pub(super) fn end(number: Number) {
    let work = WORKS.with_borrow_mut(|works| works.remove(&number));
    drop(work);
}

struct Task(Number);

fn run(task: &Arc<Task>) {
    let number = task.0;
    // Otherwise it is done, or runs.
    let Some(mut work) = WORKS.with_borrow_mut(|works| works.get_mut(&number).and_then(Option::take)) else { return };
    let waker = Waker::from(Arc::clone(task));
    CURRENT.set(Some(number));
    let polled = work.as_mut().poll(&mut Context::from_waker(&waker));
    CURRENT.set(None);
    match polled {
        Poll::Pending => WORKS.with_borrow_mut(|works| {
            works.insert(number, Some(work));
        }),
        Poll::Ready(()) => end(number),
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if CURRENT.get().is_none() {
            run(&self);
        } else {
            // One inside the other would lose what is told meanwhile.
            spawn_local(async move { run(&self) });
        }
    }
}
