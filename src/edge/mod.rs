//! The platform: Cloudflare Workers. The only code that names it.
//!
//! ```text
//! fetch event → exchange::read → handle → exchange::respond
//!                                  │ through `Edge`
//!            kv (STORE) ───────────┼─────────── ledger (LEDGERS) ── Durable Object `Ledger`
//!                  signer (WebCrypto), clock, region, entropy, log
//! ```
//!
//! What is taken most crosses into JavaScript by `glue.js`; [`pending`] waits for what it tells, [`task`] runs what waits.
//!
//! A panic ends every request of the isolate, and in the object it leaves callers without an answer: nothing here panics.

mod address;
mod clock;
mod deadline;
mod documents;
mod entropy;
mod env;
mod exchange;
mod glue;
mod js;
mod kv;
mod ledger;
mod log;
mod outbound;
mod pending;
#[cfg(not(any(feature = "authorize", feature = "token")))]
mod public_keys;
mod region;
mod signer;
mod task;
#[cfg(feature = "test_clock")]
mod test_clock;

use crate::cx::{Cx, EntropyError, Platform};
use crate::http::{Document, Errand, FetchError, OutboundForm, Reply, Request, Target};
use crate::oauth::precis::{Normalization, Normalizer};
use crate::oauth::{Language, Lifetime, Region, base64url};
use crate::together;
use kv::Kv;
use ledger::Ledgers;
use signer::WebCrypto;
use worker::js_sys::JsString;
#[cfg(any(feature = "authorize", feature = "token"))]
use worker::wasm_bindgen::{self, prelude::wasm_bindgen};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, web_sys};

/// What the core sees of the platform during one request.
struct Edge {
    request: web_sys::Request,
    env: Env,
    store: Kv,
    ledger: Ledgers,
    signer: WebCrypto,
}

/// Answers a request.
#[cfg(any(feature = "authorize", feature = "token"))]
#[wasm_bindgen]
#[must_use]
pub fn fetch(raw: web_sys::Request, env: Env, context: JsValue) -> JsValue {
    task::promise(handle(raw, env, context))
}

async fn handle(raw: web_sys::Request, env: Env, context: JsValue) -> Result<web_sys::Response, JsValue> {
    let Ok(request) = exchange::read(&raw).await else {
        // The client went away while it sent the body.
        return exchange::respond(&Reply::empty(400));
    };
    #[cfg(feature = "test_clock")]
    if let Some(reply) = test_clock::handle(&request, &env).await {
        return exchange::respond(&reply);
    }
    let edge = Edge::new(raw, env);
    let mut reply = answer(&request, &edge).await;
    let errands = std::mem::take(&mut reply.errands);
    if !errands.is_empty() {
        worker::Context::new(context.unchecked_into()).wait_until(run(errands, edge));
    }
    exchange::respond(&reply)
}

/// Does what is left to do when the answer is on its way.
async fn run(errands: Vec<Errand>, edge: Edge) {
    let Ok(config) = env::config(&edge.env) else { return };
    let cx = Cx {
        now: clock::now(),
        request_id: request_id(),
        language: Language::default(),
        asked_language: None,
        config,
        platform: &edge,
    };
    together::all(errands.iter().map(|errand| crate::run_errand(errand, &cx))).await;
}

async fn answer(request: &Request, edge: &Edge) -> Reply {
    let request_id = request_id();
    let config = match env::config(&edge.env) {
        Ok(config) => config,
        Err(faults) => {
            let reply = crate::misconfigured(faults, &request_id, request.accept_language.as_deref());
            log::line(&crate::log_line(clock::now(), &request_id, "", &reply));
            return reply;
        }
    };
    // The body has arrived: from here on the clock stands still until the first call to a binding.
    let cx = Cx {
        now: clock::now(),
        request_id,
        language: Language::default(),
        asked_language: None,
        config,
        platform: edge,
    };
    crate::handle(request, &cx).await
}

impl Edge {
    fn new(request: web_sys::Request, env: Env) -> Self {
        Self { request, store: Kv::new(&env), ledger: Ledgers::new(&env), signer: WebCrypto, env }
    }
}

/// Names the request. It is no secret and guards nothing, so without randomness it is empty.
fn request_id() -> String {
    let mut bytes = [0; 9];
    entropy::fill(&mut bytes).map_or_else(|EntropyError| String::new(), |()| base64url(bytes))
}

impl Normalizer for Edge {
    fn normalize(&self, form: Normalization, text: &str) -> String {
        let form = match form {
            Normalization::Nfc => "NFC",
            Normalization::Nfkc => "NFKC",
        };
        JsString::from(text).normalize(form).into()
    }

    fn to_lowercase(&self, text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }
}

impl Platform for Edge {
    type Store = Kv;
    type Ledger = Ledgers;
    type Signer = WebCrypto;

    fn store(&self) -> &Kv {
        &self.store
    }

    fn ledger(&self) -> &Ledgers {
        &self.ledger
    }

    fn signer(&self) -> &WebCrypto {
        &self.signer
    }

    fn entropy(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        entropy::fill(buffer)
    }

    fn region(&self) -> Region {
        region::of(&self.request)
    }

    async fn may_try_password(&self) -> bool {
        address::may(address::Act::Try, &self.request, &self.env).await
    }

    async fn may_leave_a_row(&self) -> bool {
        address::may(address::Act::Store, &self.request, &self.env).await
    }

    async fn post_form(&self, form: &OutboundForm) -> Result<u16, FetchError> {
        outbound::post_form(form).await
    }

    async fn ask_token_worker(&self, url: &str, form: &str) -> Result<u16, FetchError> {
        outbound::ask(env::binding(&self.env, env::TOKEN), url, form).await
    }

    async fn fetch(&self, target: &Target, max_age: Lifetime) -> Result<Document, FetchError> {
        documents::fetch(target, Lifetime::seconds(0), max_age, &self.request).await
    }

    async fn fetch_often(&self, target: &Target, max_age: Lifetime) -> Result<Document, FetchError> {
        documents::fetch(target, documents::LEAST, max_age, &self.request).await
    }

    async fn pause(&self, seconds: u32) {
        deadline::sleep(seconds.saturating_mul(1000)).await;
    }

    fn log(&self, line: &str) {
        log::line(line);
    }
}
