//! How often one address may try passwords: the platform's rate limiting binding, approximate and per location. The
//! ledger counts strictly, per account; this one slows down who tries many accounts.

use super::js::{object, settled};
use super::{env, log};
use worker::Env;
use worker::js_sys::{Array, Function, Promise, Reflect};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

/// Whether this request's address may try a password now. Without the binding, without an address and when the platform
/// fails it may: the strict limit does not rest on this.
pub(super) async fn may_try(request: &web_sys::Request, env: &Env) -> bool {
    let limiter = env::binding(env, env::SIGN_INS);
    let address = request.headers().get("cf-connecting-ip").ok().flatten();
    match address {
        Some(address) if limiter.is_object() => ask(&limiter, &address).await.unwrap_or_else(|error| {
            log::fault("address limit", &format!("{error:?}"));
            true
        }),
        _ => true,
    }
}

async fn ask(limiter: &JsValue, address: &str) -> Result<bool, JsValue> {
    let options = object(&[("key", address)])?;
    let limit: Function = Reflect::get(limiter, &"limit".into())?.dyn_into()?;
    let answer = limit.apply(limiter, &Array::of1(&options))?.dyn_into::<Promise>()?;
    Ok(!Reflect::get(&settled(answer).await?, &"success".into())?.is_falsy())
}
