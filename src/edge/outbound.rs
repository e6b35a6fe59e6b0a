//! Calls to others: forms that are posted to URLs which clients name, and documents that are fetched there.

use super::deadline::within;
use super::exchange::read_stream;
use super::js::object;
use super::log;
use super::pending::settled;
use crate::http::{Document, FetchError, OutboundForm, Target, freshness};
use crate::oauth::Lifetime;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

const FORM: &str = "application/x-www-form-urlencoded";

/// Milliseconds.
const DEADLINE: u32 = 5000;

/// Posts a form; the status of the answer. What it says beyond that is of no interest, and nothing of it is read.
pub(super) async fn post_form(form: &OutboundForm) -> Result<u16, FetchError> {
    match within(DEADLINE, post(form)).await {
        Some(Ok(status)) => Ok(status),
        Some(Err(error)) => Err(failed(&format!("{error:?}"))),
        None => Err(failed("no answer in time")),
    }
}

/// Posts a form to another Worker that is bound as a service; the status of the answer.
pub(super) async fn ask(service: JsValue, url: &str, form: &str) -> Result<u16, FetchError> {
    match within(DEADLINE, hand_over(service, url, form)).await {
        Some(Ok(status)) => Ok(status),
        Some(Err(error)) => Err(failed(&format!("{error:?}"))),
        None => Err(failed("no answer in time")),
    }
}

/// Fetches a document; also for how long it may be kept.
pub(super) async fn fetch(target: &Target) -> Result<(Document, Lifetime), FetchError> {
    match within(DEADLINE, get(target)).await {
        Some(Ok(Some(fetched))) => Ok(fetched),
        Some(Ok(None)) => Err(failed("too long, or not UTF-8")),
        Some(Err(error)) => Err(failed(&format!("{error:?}"))),
        None => Err(failed("no answer in time")),
    }
}

async fn get(target: &Target) -> Result<Option<(Document, Lifetime)>, JsValue> {
    let headers = object(&[("accept", "application/json")])?;
    let answer = call(&global(), target.as_str(), "GET", None, &headers).await?;
    let header = |name| answer.headers().get(name);
    let media_type = header("content-type")?.unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fresh = freshness(header("cache-control")?.as_deref(), header("age")?.as_deref());
    let body = match answer.body() {
        Some(stream) => read_stream(&stream, Document::MAX, Document::MAX).await?,
        None => Some(Vec::new()),
    };
    let body = body.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(body.map(|body| (Document { status: answer.status(), media_type, body }, fresh)))
}

async fn post(form: &OutboundForm) -> Result<u16, JsValue> {
    let headers = object(&[("content-type", FORM)])?;
    status(call(&global(), form.target.as_str(), "POST", Some(&form.body), &headers).await?).await
}

async fn hand_over(service: JsValue, url: &str, form: &str) -> Result<u16, JsValue> {
    let headers = object(&[("content-type", FORM)])?;
    status(call(&service, url, "POST", Some(form), &headers).await?).await
}

/// Nothing of the body is read.
async fn status(answer: web_sys::Response) -> Result<u16, JsValue> {
    if let Some(body) = answer.body() {
        let _ = settled(body.cancel()).await;
    }
    Ok(answer.status())
}

/// Calls `fetch`, of the public Internet (the global object's) or of a service.
async fn call(
    of: &JsValue,
    url: &str,
    method: &str,
    body: Option<&str>,
    headers: &Object,
) -> Result<web_sys::Response, JsValue> {
    // A redirect would lead to a URL that nobody has checked.
    let init = object(&[("method", method), ("redirect", "manual")])?;
    Reflect::set(&init, &"headers".into(), headers)?;
    if let Some(body) = body {
        Reflect::set(&init, &"body".into(), &body.into())?;
    }
    let fetch: Function = Reflect::get(of, &"fetch".into())?.dyn_into()?;
    let arguments = Array::of2(&url.into(), &init);
    settled(fetch.apply(of, &arguments)?.dyn_into::<Promise>()?).await?.dyn_into()
}

fn failed(error: &str) -> FetchError {
    log::fault("outbound", error);
    FetchError
}
