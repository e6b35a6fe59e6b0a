//! Requests and replies as plain values, so that every endpoint can be tested without a platform.

mod cookie;
mod errand;
mod outbound;
mod params;
mod reply;
mod request;

pub use cookie::{Cookies, SetCookie};
pub use errand::Errand;
pub use outbound::{Document, FetchError, OutboundForm, Target, freshness};
pub use params::{MAX_BODY, Params, is_form};
pub use reply::{Note, Published, Reply, redirect_to};
pub use request::{Method, Request};
