//! Sealwax: an OAuth 2.1 and OpenID Connect authorization server that stores nothing to issue a token.
//!
//! ```text
//! edge → endpoint → cx, config → pages, consent, client, store, jwt, seal → http → error → oauth
//!      → record, sorted, together, cbor
//! ```
//!
//! * [`cbor`]: reading seals in less code
//! * [`sorted`]: a small map
//! * [`together`]: waiting for several things at once
//! * [`record`]: reading JSON into types
//! * [`oauth`]: the words of the standards, as types
//! * [`error`]: error codes and the one status table
//! * [`http`]: requests and replies as values
//! * [`seal`]: sealed blobs and the rings of keys
//! * [`jwt`]: tokens and the keys that sign them
//! * [`store`]: what is stored, and what may happen once
//! * [`client`]: registered clients and how they authenticate
//! * [`consent`]: what users allowed
//! * [`pages`]: what people see
//! * [`config`]: what the operator chose
//! * [`cx`]: all that comes from outside
//! * [`endpoint`]: one module an endpoint
//! * `edge`: the platform (wasm32 only)
//! * [`manual`]: threat model, storage, decisions, limits

#![cfg_attr(
    not(all(feature = "authorize", feature = "token", feature = "jwks")),
    expect(dead_code, reason = "a part of a split deployment leaves out what the others do")
)]
#![cfg_attr(
    not(any(feature = "authorize", feature = "token")),
    expect(clippy::unused_async, reason = "what is left out is all that would be waited for")
)]

pub mod cbor;
pub mod client;
pub mod config;
pub mod consent;
pub mod cx;
#[cfg(target_arch = "wasm32")]
mod edge;
pub mod endpoint;
pub mod error;
pub mod http;
pub mod jwt;
pub mod manual;
pub mod oauth;
pub mod pages;
pub mod password;
pub mod record;
pub mod seal;
pub mod sorted;
pub mod store;
pub mod together;

pub use endpoint::errand::run as run_errand;
pub use endpoint::{handle, log_line, misconfigured, reads_browser};

/// The version of this program, as front page and metadata tell it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
