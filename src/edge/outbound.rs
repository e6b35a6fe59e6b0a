//! Calls to others: forms that are posted to URLs which clients name.

use super::deadline::within;
use super::js::{object, settled};
use super::log;
use crate::http::{FetchError, OutboundForm};
use std::time::Duration;
use worker::js_sys::{Array, Function, Promise, Reflect, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};

const DEADLINE: Duration = Duration::from_secs(5);

/// Posts a form; the status of the answer. What it says beyond that is of no interest, and nothing of it is read.
pub(super) async fn post_form(form: &OutboundForm) -> Result<u16, FetchError> {
    match within(DEADLINE, post(form)).await {
        Some(Ok(status)) => Ok(status),
        Some(Err(error)) => Err(failed(&format!("{error:?}"))),
        None => Err(failed("no answer in time")),
    }
}

async fn post(form: &OutboundForm) -> Result<u16, JsValue> {
    let headers = object(&[("content-type", "application/x-www-form-urlencoded")])?;
    // A redirect would lead to a URL that nobody has checked.
    let init = object(&[("method", "POST"), ("redirect", "manual"), ("body", &form.body)])?;
    Reflect::set(&init, &"headers".into(), &headers)?;
    let fetch: Function = Reflect::get(&global(), &"fetch".into())?.dyn_into()?;
    let arguments = Array::of2(&form.target.as_str().into(), &init);
    let answer = settled(fetch.apply(&JsValue::UNDEFINED, &arguments)?.dyn_into::<Promise>()?).await?;
    let answer: worker::web_sys::Response = answer.dyn_into()?;
    if let Some(body) = answer.body() {
        let _ = settled(body.cancel()).await;
    }
    Ok(answer.status())
}

fn failed(error: &str) -> FetchError {
    log::fault("outbound", error);
    FetchError
}
