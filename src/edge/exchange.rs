//! Requests in and replies out. Every property that is read or set costs something: each once, and only what some endpoint
//! reads.

use super::pending::{Pending, settled};
use super::{glue, log};
use crate::http::{MAX_BODY, Method, Reply, Request, is_form};
use std::borrow::Cow;
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

/// Reads a request to the last byte of its body.
///
/// # Errors
/// When the body breaks off.
pub(super) async fn read(raw: &web_sys::Request) -> Result<Request, JsValue> {
    let head = glue::head(raw);
    let mut lines = head.split('\n');
    let method = Method::parse(lines.next().unwrap_or_default());
    let (path, query) = split(lines.next().unwrap_or_default());
    let mut header = || present(lines.next());
    let mut request = Request { authorization: header(), ..Request::new(method, path, query) };
    if crate::reads_browser(path) {
        let browser = glue::browser(raw);
        let mut lines = browser.split('\n');
        let mut header = || present(lines.next());
        request.accept_language = header();
        request.cookie = header();
        request.origin = header();
        request.fetch_site = header();
        request.user_agent = header().filter(|_| sends(method));
    }
    if sends(method) {
        request.content_type = header();
        let length = header().and_then(|length| length.parse().ok());
        request.body = match length {
            Some(length) if length <= MAX_FORM && is_form(request.content_type.as_deref()) => {
                read_form(raw, length).await?
            }
            length => read_body(raw, length).await?,
        };
    } else {
        request.if_none_match = header().filter(|_| matches!(method, Method::Get | Method::Head));
    }
    Ok(request)
}

/// The longest form that is read as a text, in bytes. That costs less than bytes do while it is short.
const MAX_FORM: usize = 4096;

/// A form. Where its bytes are no UTF-8 there is U+FFFD in their place now, as the reader of forms would have put there, which
/// nobody accepts. What the platform takes for a mark of the encoding it leaves out; here it is a part of the first name.
async fn read_form(raw: &web_sys::Request, length: usize) -> Result<Option<Vec<u8>>, JsValue> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let text = Pending::begin(|ticket, to| glue::form(raw, ticket, to))?.text().await?.unwrap_or_default();
    // Another Worker may announce what it likes.
    if text.len() > MAX_BODY {
        return Ok(None);
    }
    let marked = text.len().checked_add(MARK.len()) == Some(length);
    Ok(Some(if marked { [MARK, text.as_bytes()].concat() } else { text.into_bytes() }))
}

/// Whether a request of this method has a body that is read. `glue.js` says the same.
const fn sends(method: Method) -> bool {
    matches!(method, Method::Post | Method::Put)
}

/// A header as it comes in a line: after a sign, if it is there.
fn present(line: Option<&str>) -> Option<String> {
    Some(line?.strip_prefix('=')?.to_owned())
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
async fn read_body(raw: &web_sys::Request, announced: Option<usize>) -> Result<Option<Vec<u8>>, JsValue> {
    let short = |length: usize| length <= MAX_BODY;
    if announced.is_some_and(short) {
        let content = Pending::begin(|ticket, to| glue::body(raw, ticket, to))?.bytes().await?;
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
        let part = settled(reader.read()).await?.unchecked_into::<web_sys::ReadableStreamReadResult>();
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
    let _ = settled(reader.cancel()).await;
    Ok(None)
}

/// Makes the platform's response of a reply; where the platform refuses a status or a header, of one that says so.
///
/// # Errors
/// When the platform refuses that too.
pub(super) fn respond(reply: &Reply) -> Result<web_sys::Response, JsValue> {
    made(reply).or_else(|error| {
        log::fault("response", &format!("{error:?}"));
        made(&Reply::empty(500))
    })
}

fn made(reply: &Reply) -> Result<web_sys::Response, JsValue> {
    let mut head = String::with_capacity(320);
    for (name, value) in &reply.headers {
        // RFC 9110 §5.5: there is none in a value. The platform would refuse it as well; here it would begin another header.
        if value.contains('\n') {
            return Err(JsValue::from_str("a header of two lines"));
        }
        head.push_str(name);
        head.push(':');
        head.push_str(value);
        head.push('\n');
    }
    // Of those that vary only the names of the two documents: what a caller chooses must not fill what is kept.
    let constant = |(name, value): &(&str, Cow<'_, str>)| matches!(value, Cow::Borrowed(_)) || *name == "etag";
    let keep = reply.headers.iter().all(constant);
    // Fetch standard, "null body status": any body there is refused. An empty string would also bring a content type.
    let bodiless = reply.body.is_empty() || matches!(reply.status, 204 | 205 | 304);
    glue::respond(reply.status, &head, keep, (!bodiless).then(|| reply.body.as_bytes()))
}
