//! Runs what answers a request. It goes on the moment that what it waits for is told; the crate's own queue would put it off by
//! a turn each time, at the beginning too, and what waits for nothing could not be answered without a promise.

use crate::sorted::SortedMap;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use worker::wasm_bindgen_futures::spawn_local;

type Work = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What is not done yet; `None` while it is run.
    static WORKS: RefCell<SortedMap<u32, Option<Work>>> = const { RefCell::new(SortedMap::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

struct Number(u32);

/// Begins at once.
pub(super) fn start(work: impl Future<Output = ()> + 'static) {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    WORKS.with_borrow_mut(|works| works.insert(number, Some(Box::pin(work))));
    run(&Arc::new(Number(number)));
}

fn run(number: &Arc<Number>) {
    // Otherwise it is done.
    let Some(mut work) = WORKS.with_borrow_mut(|works| works.get_mut(&number.0).and_then(Option::take)) else { return };
    let waker = Waker::from(Arc::clone(number));
    RUNNING.set(true);
    let polled = work.as_mut().poll(&mut Context::from_waker(&waker));
    RUNNING.set(false);
    let work = match polled {
        Poll::Pending => {
            WORKS.with_borrow_mut(|works| works.get_mut(&number.0).and_then(|place| place.replace(work)));
            return;
        }
        Poll::Ready(()) => work,
    };
    WORKS.with_borrow_mut(|works| works.remove(&number.0));
    drop(work);
}

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        if RUNNING.get() {
            // One inside the other would lose what is told meanwhile.
            spawn_local(async move { run(&self) });
        } else {
            run(&self);
        }
    }
}
