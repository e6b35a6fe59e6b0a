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
    let mut request = Request {
        authorization: header(&headers, "authorization"),
        cookie: header(&headers, "cookie"),
        origin: header(&headers, "origin"),
        fetch_site: header(&headers, "sec-fetch-site"),
        ..Request::new(method, path, query)
    };
    if method == Method::Post {
        request.content_type = header(&headers, "content-type");
        request.user_agent = header(&headers, "user-agent");
        request.body = read_body(raw, &headers).await?;
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

/// The body; `None` when it is longer than [`MAX_BODY`]. The platform has no limit that would protect the memory, and
/// the length that is announced need not be the true one, so the bytes are counted as they come.
async fn read_body(raw: &web_sys::Request, headers: &web_sys::Headers) -> Result<Option<Vec<u8>>, JsValue> {
    // `usize` has 32 bits here, the length that is announced may need more.
    let announced = header(headers, "content-length").and_then(|length| length.parse::<u64>().ok()).unwrap_or_default();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    let Some(stream) = raw.body() else { return Ok(Some(Vec::new())) };
    if announced > MAX_BODY {
        // What becomes of the rest is of no interest, here and below.
        let _ = JsFuture::from(stream.cancel()).await;
        return Ok(None);
    }
    let reader = web_sys::ReadableStreamDefaultReader::new(&stream)?;
    let mut body = Vec::with_capacity(announced);
    loop {
        let part = JsFuture::from(reader.read()).await?.unchecked_into::<web_sys::ReadableStreamReadResult>();
        if part.get_done() != Some(false) {
            return Ok(Some(body));
        }
        let bytes = part.get_value().dyn_into::<Uint8Array>()?.to_vec();
        if body.len().saturating_add(bytes.len()) > MAX_BODY {
            let _ = JsFuture::from(reader.cancel()).await;
            return Ok(None);
        }
        body.extend(bytes);
    }
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
    web_sys::Response::new_with_opt_str_and_init((!bodiless).then_some(&*reply.body), &init)
}
