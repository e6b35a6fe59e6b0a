//! `POST /__test_clock`: lets tests on the real runtime move the clock and run an object's alarm. In no release.
//!
//! * `?advance=<ms>` moves the clock of Worker and ledger. Every answer says what time it is then (`x-now`, ms).
//! * `?alarm=<object's name>` runs the object's alarm now: alarms follow the real time, not this clock.
//! * `?panic=1` panics, so that a test can see what is left of the Worker afterwards.

use super::clock;
use super::ledger::Ledgers;
use crate::http::{Method, Params, Reply, Request};
use crate::store::ObjectName;
use worker::Env;

/// Stands in every answer, so that a test can prove that the release has nothing of this.
const MARKER: &str = "sealwax test clock: this build is for tests only";

pub(super) async fn handle(request: &Request, env: &Env) -> Option<Reply> {
    if request.method != Method::Post || request.path != "/__test_clock" {
        return None;
    }
    let status = if turn(request, env).await.is_some() { 204 } else { 400 };
    let now = clock::now().millis().to_string();
    Some(Reply::empty(status).header("x-test-clock", MARKER).header("x-now", now))
}

async fn turn(request: &Request, env: &Env) -> Option<()> {
    let params = Params::of_query(request).ok()?;
    if let Some(millis) = params.one("advance").ok()? {
        clock::advance(millis.parse().ok()?);
    }
    if params.one("panic").ok()?.is_some() {
        fail();
    }
    if let Some(name) = params.one("alarm").ok()? {
        let object = ObjectName { name: name.to_owned(), region: None };
        Ledgers::new(env).run_alarm(&object).await.ok()?;
    }
    Some(())
}

#[expect(clippy::panic, reason = "nothing else in the Worker panics, and what happens then is to be known")]
fn fail() -> ! {
    panic!("{MARKER}");
}
