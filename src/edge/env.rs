//! The configuration of the deployment, from the Worker's variables, secrets and bindings.

use super::log;
use crate::config::{Config, Fault, Role};
use std::sync::OnceLock;
use worker::Env;
use worker::js_sys::{JSON, Reflect};
use worker::wasm_bindgen::JsValue;

/// The KV namespace.
pub(super) const STORE: &str = "STORE";
/// The KV namespace of accounts and consents, where they are kept apart.
pub(super) const USERS: &str = "USERS";
/// The service binding to the token Worker of a split deployment.
pub(super) const TOKEN: &str = "TOKEN";
/// The rate limiting binding.
pub(super) const SIGN_INS: &str = "SIGN_INS";
/// The Durable Object namespace.
pub(super) const LEDGERS: &str = "LEDGERS";

/// The configuration, read once an isolate: the platform starts new ones when a variable changes.
pub(super) fn config(env: &Env) -> Result<&'static Config, &'static [Fault]> {
    static CONFIG: OnceLock<Result<Config, Vec<Fault>>> = OnceLock::new();
    CONFIG.get_or_init(|| read(env)).as_ref().map_err(Vec::as_slice)
}

fn read(env: &Env) -> Result<Config, Vec<Fault>> {
    let missing = missing_bindings(env);
    let config = match Config::parse(|name| variable(env, name)) {
        Ok(config) => {
            let missing = [missing, missing_parts(env, &config)].concat();
            if missing.is_empty() { Ok(config) } else { Err(missing) }
        }
        Err(faults) => Err([faults, missing].concat()),
    };
    match &config {
        Ok(config) if config.ledger.is_none() => {
            log::line(r#"{"event":"configured","ledger":"off: codes rest on their lifetime and PKCE alone"}"#);
        }
        Ok(_) => {}
        Err(faults) => faults.iter().for_each(|fault| log::fault("configuration", fault)),
    }
    config
}

fn missing_bindings(env: &Env) -> Vec<Fault> {
    let mut faults = Vec::new();
    let has = |name, usable: fn(&Env) -> bool| binding(env, name).is_object() && usable(env);
    if !has(STORE, |env| env.kv(STORE).is_ok()) {
        faults.push(format!("{STORE} is missing: bind a KV namespace"));
    }
    let off = variable(env, "LEDGER").is_some_and(|text| text.trim() == "off");
    if !off && !has(LEDGERS, |env| env.durable_object(LEDGERS).is_ok()) {
        faults.push(format!("{LEDGERS} is missing: bind the Durable Object class Ledger, or set LEDGER to off"));
    }
    faults
}

/// What a part of a split deployment needs beside.
fn missing_parts(env: &Env, config: &Config) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lacks = |name| !binding(env, name).is_object();
    if config.role == Role::Authorize && lacks(USERS) {
        faults.push(format!("{USERS} is missing: bind the KV namespace of accounts and consents, apart from {STORE}"));
    }
    if config.role == Role::Authorize && lacks(TOKEN) {
        faults.push(format!("{TOKEN} is missing: bind the token Worker as a service; it signs logout tokens"));
    }
    if config.role == Role::Token && !config.claims_in_tokens && !lacks(USERS) {
        faults
            .push(format!("{USERS} is bound, but CLAIMS_IN_TOKENS is off: remove it, so that no account can be read"));
    }
    if config.role == Role::Token && config.claims_in_tokens && lacks(USERS) {
        faults.push(format!("{USERS} is missing: bind the KV namespace of accounts, or set CLAIMS_IN_TOKENS to off"));
    }
    faults
}

/// A variable or a secret. `Env::var` would throw where there is none. What wrangler was given as a table is an object, and
/// means the same as its JSON: above all it is there.
pub(super) fn variable(env: &Env, name: &str) -> Option<String> {
    let value = binding(env, name);
    if value.is_object() { JSON::stringify(&value).ok()?.as_string() } else { value.as_string() }
}

/// The bindings of a part that publishes keys and needs none.
#[cfg(not(any(feature = "authorize", feature = "token")))]
pub(super) fn needless_bindings(env: &Env) -> Vec<Fault> {
    let present = [STORE, USERS, LEDGERS, TOKEN].into_iter().filter(|name| binding(env, name).is_object());
    present.map(|name| format!("{name} is bound, where nothing is stored: remove it")).collect()
}

/// A binding as JavaScript has it; undefined where there is none.
pub(super) fn binding(env: &Env, name: &str) -> JsValue {
    Reflect::get(env, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}
