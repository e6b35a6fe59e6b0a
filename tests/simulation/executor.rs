//! Virtual time: futures run until all of them wait, then the clock jumps to the next timer. One thread, no wall clock;
//! what is ready at one moment runs in the order in which it became so, so that a run repeats exactly.

use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// Milliseconds since the world began, as nobody in it knows them: every clock in it is off.
pub type Millis = u64;
pub const SECOND: Millis = 1000;
pub const MINUTE: Millis = 60 * SECOND;

type Task = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
pub struct Executor {
    now: Cell<Millis>,
    tasks: RefCell<Vec<Option<Task>>>,
    ready: Arc<Mutex<VecDeque<usize>>>,
    /// By time and, at one time, in the order of their making.
    timers: RefCell<BTreeMap<(Millis, u64), Waker>>,
    made: Cell<u64>,
}

/// Wakers have to be `Send`, which is the one reason for the lock.
struct TaskWaker {
    task: usize,
    ready: Arc<Mutex<VecDeque<usize>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push_back(self.task);
    }
}

impl Executor {
    pub fn now(&self) -> Millis {
        self.now.get()
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let mut tasks = self.tasks.borrow_mut();
        self.ready.lock().unwrap().push_back(tasks.len());
        tasks.push(Some(Box::pin(task)));
    }

    pub fn sleep(&self, span: Millis) -> Sleep<'_> {
        Sleep { executor: self, until: self.now() + span, timed: false }
    }

    /// What the future yields, unless it takes longer than this. It is dropped then.
    pub async fn within<T>(&self, limit: Millis, future: impl Future<Output = T>) -> Option<T> {
        match select(pin!(future), pin!(self.sleep(limit))).await {
            Either::Left((value, _)) => Some(value),
            Either::Right(_) => None,
        }
    }

    /// Lets everything happen that happens until then, and ends the world.
    pub fn run(&self, until: Millis) {
        loop {
            self.run_ready();
            let next = self.timers.borrow_mut().pop_first();
            match next {
                Some(((at, _), waker)) if at <= until => {
                    self.now.set(at.max(self.now()));
                    waker.wake();
                }
                _ => break,
            }
        }
        // Tasks hold the world, which holds the tasks.
        drop(self.tasks.take());
        drop(self.timers.take());
    }

    fn run_ready(&self) {
        loop {
            let Some(task) = self.ready.lock().unwrap().pop_front() else { return };
            let Some(mut future) = self.tasks.borrow_mut()[task].take() else { continue };
            let waker = Waker::from(Arc::new(TaskWaker { task, ready: Arc::clone(&self.ready) }));
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.tasks.borrow_mut()[task] = Some(future);
            }
        }
    }
}

pub struct Sleep<'a> {
    executor: &'a Executor,
    until: Millis,
    /// One timer is enough, however often the task is polled: a future never changes its task here.
    timed: bool,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let executor = self.executor;
        if executor.now() >= self.until {
            return Poll::Ready(());
        }
        if !std::mem::replace(&mut self.timed, true) {
            let made = executor.made.replace(executor.made.get() + 1);
            executor.timers.borrow_mut().insert((self.until, made), context.waker().clone());
        }
        Poll::Pending
    }
}

struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

/// The way of one value from one task to another. A value that nobody sends is awaited for ever.
pub struct Sender<T>(Rc<RefCell<Slot<T>>>);
pub struct Receiver<T>(Rc<RefCell<Slot<T>>>);

pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Rc::new(RefCell::new(Slot { value: None, waker: None }));
    (Sender(Rc::clone(&slot)), Receiver(slot))
}

impl<T> Sender<T> {
    pub fn send(self, value: T) {
        let mut slot = self.0.borrow_mut();
        slot.value = Some(value);
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.0.borrow_mut();
        if let Some(value) = slot.value.take() {
            return Poll::Ready(value);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
