//! Nothing is waited for without an end: an object whose code was lost never answers, and never fails either.

use super::glue;
use super::pending::Pending;
use futures_util::future::{Either, select};
use std::pin::pin;

/// What the work yields, or `None` when it takes longer, in milliseconds.
pub(super) async fn within<T>(limit: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(sleep(limit))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

/// Lets so many milliseconds pass; none, where the platform keeps no time.
pub(super) async fn sleep(milliseconds: u32) {
    let told = Pending::begin(|ticket, to| glue::sleep(milliseconds, ticket, to));
    let _ = async { told?.value().await }.await;
}
