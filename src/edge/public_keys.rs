//! The JWKS Worker of a split deployment, where it is built alone: no binding, no body, no secret.

use super::{clock, env, exchange, log, request_id, task};
use crate::config::{Fault, PublicKeys};
use crate::endpoint::public_keys;
use crate::http::{Reply, Request};
use std::sync::OnceLock;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, wasm_bindgen, web_sys};

/// Answers a request.
#[wasm_bindgen]
#[must_use]
pub fn fetch(raw: web_sys::Request, env: Env, _: JsValue) -> JsValue {
    task::promise(handle(raw, env))
}

async fn handle(raw: web_sys::Request, env: Env) -> Result<web_sys::Response, JsValue> {
    let Ok(request) = exchange::read(&raw).await else {
        // The client went away while it sent the body.
        return exchange::respond(&Reply::empty(400));
    };
    exchange::respond(&answer(&request, &env))
}

fn answer(request: &Request, env: &Env) -> Reply {
    let request_id = request_id();
    match config(env) {
        Ok(config) => public_keys::handle(request, config, clock::now(), &request_id, log::line),
        Err(faults) => {
            let reply = crate::misconfigured(faults, &request_id, None);
            log::line(&crate::log_line(clock::now(), &request_id, "", &reply));
            reply
        }
    }
}

/// The configuration, read once an isolate: the platform starts new ones when a variable changes.
fn config(env: &Env) -> Result<&'static PublicKeys, &'static [Fault]> {
    static CONFIG: OnceLock<Result<PublicKeys, Vec<Fault>>> = OnceLock::new();
    let read = || {
        let needless = env::needless_bindings(env);
        let config = match PublicKeys::parse(|name| env::variable(env, name)) {
            Ok(config) if needless.is_empty() => Ok(config),
            Ok(_) => Err(needless),
            Err(faults) => Err([faults, needless].concat()),
        };
        if let Err(faults) = &config {
            for fault in faults {
                log::fault("configuration", fault);
            }
        }
        config
    };
    CONFIG.get_or_init(read).as_ref().map_err(Vec::as_slice)
}
