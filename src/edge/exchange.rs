//! Requests in and replies out. Every property read or set crosses from wasm to JavaScript and back: each once, and only
//! what some endpoint reads.

use crate::http::{MAX_BODY, Method, Reply, Request};
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys;

/// Reads a request to the last byte of its body.
///
/// # Errors
/// When the body breaks off.
pub(super) async fn read(raw: &web_sys::Request) -> Result<Request, JsValue> {
    let method = Method::parse(&raw.method());
    let url = raw.url();
    let (path, query) = split(&url);
    let headers = raw.headers();
    let mut request = Request { authorization: header(&headers, "authorization"), ..Request::new(method, path, query) };
    let sends = matches!(method, Method::Post | Method::Put);
    if crate::reads_browser(path) {
        request.accept_language = header(&headers, "accept-language");
        request.cookie = header(&headers, "cookie");
        request.origin = header(&headers, "origin");
        request.fetch_site = header(&headers, "sec-fetch-site");
        request.user_agent = sends.then(|| header(&headers, "user-agent")).flatten();
    }
    if matches!(method, Method::Get | Method::Head) {
        request.if_none_match = header(&headers, "if-none-match");
    }
    if sends {
        request.content_type = header(&headers, "content-type");
        request.body = read_body(raw, header(&headers, "content-length")).await?;
    }
    Ok(request)
}

fn header(headers: &web_sys::Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// Path and query as sent. The host plays no part: who this server is stands in its configuration.
fn split(url: &str) -> (&str, &str) {
    let below_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let start = below_scheme.find(['/', '?', '#']).unwrap_or(below_scheme.len());
    let target = below_scheme.get(start..).unwrap_or_default();
    let target = target.split_once('#').map_or(target, |(before, _)| before);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (if path.is_empty() { "/" } else { path }, query)
}

/// How much of a body that is too long is read and thrown away, in bytes. Whoever sends a little too much is then answered
/// after the last byte; a server between us and them may fail when an answer comes before it.
const MAX_DISCARDED: usize = 1024 * 1024;

/// The body; `None` when it is longer than [`MAX_BODY`]. One whose length is announced is read in one go, which costs half
/// as much: RFC 9112 §6.2 has the platform end it there, so it cannot be longer.
async fn read_body(raw: &web_sys::Request, announced: Option<String>) -> Result<Option<Vec<u8>>, JsValue> {
    let short = |length: usize| length <= MAX_BODY;
    if announced.and_then(|length| length.parse().ok()).is_some_and(short) {
        let content = Uint8Array::new(&JsFuture::from(raw.array_buffer()?).await?).to_vec();
        return Ok(Some(content).filter(|content| short(content.len())));
    }
    match raw.body() {
        Some(stream) => read_stream(&stream, MAX_BODY, MAX_DISCARDED).await,
        None => Ok(Some(Vec::new())),
    }
}

/// All that comes, `None` when it is more than `max` bytes. The platform has no limit that would protect the memory, and
/// the length that is announced need not be the true one, so the bytes are counted as they come. Beyond `max_read` the rest
/// is not read.
pub(super) async fn read_stream(
    stream: &web_sys::ReadableStream,
    max: usize,
    max_read: usize,
) -> Result<Option<Vec<u8>>, JsValue> {
    let reader = web_sys::ReadableStreamDefaultReader::new(stream)?;
    let (mut content, mut length) = (Vec::new(), 0_usize);
    while length <= max_read {
        let part = JsFuture::from(reader.read()).await?.unchecked_into::<web_sys::ReadableStreamReadResult>();
        if part.get_done() != Some(false) {
            return Ok((length <= max).then_some(content));
        }
        let bytes = part.get_value().dyn_into::<Uint8Array>()?;
        length = length.saturating_add(usize::try_from(bytes.length()).unwrap_or(usize::MAX));
        if length <= max {
            content.extend(bytes.to_vec());
        }
    }
    // What becomes of the rest is of no interest.
    let _ = JsFuture::from(reader.cancel()).await;
    Ok(None)
}

/// Makes the platform's response of a reply.
///
/// # Errors
/// When the platform refuses the status or a header.
pub(super) fn respond(reply: &Reply) -> Result<web_sys::Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in &reply.headers {
        // Several cookies are several headers (RFC 6265 §3).
        headers.append(name, value)?;
    }
    let init = web_sys::ResponseInit::new();
    init.set_status(reply.status);
    init.set_headers_headers(&headers);
    // Fetch standard, "null body status": any body there is refused. An empty string would also bring a content type.
    let bodiless = reply.body.is_empty() || matches!(reply.status, 204 | 205 | 304);
    // As bytes: a string would be decoded for JavaScript and encoded again for the network.
    let body = (!bodiless).then(|| Uint8Array::from(reply.body.as_bytes()));
    web_sys::Response::new_with_opt_js_u8_array_and_init(body.as_ref(), &init)
}
