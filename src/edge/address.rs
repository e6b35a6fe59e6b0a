//! How often one address may try passwords, and have something stored: the platform's rate limiting binding, approximate and per location. The
//! ledger counts strictly, per account; this one slows down who tries many accounts.

use super::js::object;
use super::pending::settled;
use super::{env, log};
use std::net::Ipv6Addr;
use worker::Env;
use worker::js_sys::{Array, Function, Promise, Reflect};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

/// What is counted by address, each kind apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// A try of a password, or of a device's code.
    Try,
    /// Something stored for who is vouched for by nobody.
    Store,
}

/// Whether this request's address may do so now. Without the binding, without an address and when the platform
/// fails it may: the strict limit does not rest on this.
pub(super) async fn may(act: Act, request: &web_sys::Request, env: &Env) -> bool {
    let limiter = env::binding(env, env::SIGN_INS);
    let address = request.headers().get("cf-connecting-ip").ok().flatten();
    match address {
        Some(address) if limiter.is_object() => ask(&limiter, &key(act, &address)).await.unwrap_or_else(|error| {
            log::fault("address limit", &format!("{error:?}"));
            true
        }),
        _ => true,
    }
}

fn key(act: Act, address: &str) -> String {
    match act {
        Act::Try => network(address),
        // No address has a letter before a slash.
        Act::Store => format!("store/{}", network(address)),
    }
}

/// Whoever has one IPv6 address has a network of 2^64 of them.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(address) => format!("{:x}", address.to_bits() >> 64),
        Err(_) => address.to_owned(),
    }
}

async fn ask(limiter: &JsValue, address: &str) -> Result<bool, JsValue> {
    let options = object(&[("key", address)])?;
    let limit: Function = Reflect::get(limiter, &"limit".into())?.dyn_into()?;
    let answer = limit.apply(limiter, &Array::of1(&options))?.dyn_into::<Promise>()?;
    Ok(!Reflect::get(&settled(answer).await?, &"success".into())?.is_falsy())
}
