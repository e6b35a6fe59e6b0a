//! Documents that were fetched not long ago: kept in the isolate, and in the location's cache, never in KV. Both may forget
//! at any time, and where the cache fails or hangs the document is fetched.

use super::deadline::within;
use super::js::object;
use super::pending::settled;
use super::{clock, log, outbound};
use crate::http::{Document, FetchError, Target};
use crate::oauth::{Lifetime, Timestamp, base64url};
use crate::sorted::SortedMap;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use worker::js_sys::{Array, Function, Promise, Reflect, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

/// For how long a copy of what is looked at with every request will do at least.
pub(super) const LEAST: Lifetime = Lifetime::seconds(60);

/// Fetches a document, unless a copy will do: one that is no older than `max_age`, and that its headers let live, if not as
/// young as `least`.
pub(super) async fn fetch(
    target: &Target,
    least: Lifetime,
    max_age: Lifetime,
    request: &web_sys::Request,
) -> Result<Document, FetchError> {
    let url = &target.as_str().to_owned();
    let fits = |copy: &Copy| clock::now().millis_since(copy.since) < max_age.min(copy.fresh.max(least)).millis();
    if let Some(copy) = HELD.with_borrow(|held| held.copies.get(url).cloned()).filter(fits) {
        return Ok(copy.document);
    }
    let name = &name(url, request);
    if let Some(copy) = within(CACHE_DEADLINE, cached(name)).await.flatten().filter(fits) {
        let document = copy.document.clone();
        HELD.with_borrow_mut(|held| held.keep(url, copy));
        return Ok(document);
    }
    let most = if least > Lifetime::seconds(0) { Held::MAX_FETCHES } else { Held::MAX_FETCHES / 2 };
    if !HELD.with_borrow_mut(|held| held.may_fetch(target.host(), most, clock::now())) {
        log::fault("outbound", "too many fetches from one host");
        return Err(FetchError);
    }
    let (document, fresh) = outbound::fetch(target).await?;
    let copy = Copy { since: clock::now(), fresh, document: document.clone() };
    if document.status == 200 {
        keep(name, url, copy, least).await;
    }
    Ok(document)
}

async fn keep(name: &JsValue, url: &str, copy: Copy, least: Lifetime) {
    let none = Lifetime::seconds(0);
    if copy.fresh > none
        && let Some(Err(error)) = within(CACHE_DEADLINE, cache(name, &copy)).await
    {
        log::fault("document cache", &format!("{error:?}"));
    }
    if copy.fresh.max(least) > none {
        HELD.with_borrow_mut(|held| held.keep(url, copy));
    }
}

#[derive(Clone)]
struct Copy {
    since: Timestamp,
    /// For how long its headers let it live.
    fresh: Lifetime,
    document: Document,
}

thread_local! {
    static HELD: RefCell<Held> = const { RefCell::new(Held { copies: SortedMap::new(), fetches: SortedMap::new() }) };
}

struct Held {
    copies: SortedMap<String, Copy>,
    /// By host: since when they are counted, and how many there were.
    fetches: SortedMap<String, (Timestamp, u32)>,
}

impl Held {
    /// Documents have 64 KB at most.
    const MAX: usize = 64;
    const MAX_HOSTS: usize = 256;
    /// From one host in this time. Half of them are for keys and what clients say of themselves: a request object, which
    /// anybody can have fetched anew by a link, must not keep its client from proving who it is.
    const MAX_FETCHES: u32 = 60;
    const COUNTED_FOR: Lifetime = Lifetime::seconds(60);

    fn keep(&mut self, url: &str, copy: Copy) {
        let url = url.to_owned();
        self.copies.remove(&url);
        if self.copies.len() >= Self::MAX {
            let oldest = self.copies.iter().min_by_key(|(_, copy)| copy.since).map(|(url, _)| url.clone());
            oldest.map(|url| self.copies.remove(&url));
        }
        self.copies.insert(url, copy);
    }

    /// Whether this host may be asked now: whoever names URLs to this server must not make it a burden to others.
    fn may_fetch(&mut self, host: &str, most: u32, now: Timestamp) -> bool {
        self.fetches.retain(|_, (since, _)| now < since.after(Self::COUNTED_FOR));
        let host = host.to_owned();
        if let Some((_, count)) = self.fetches.get_mut(&host) {
            let may = *count < most;
            *count = count.saturating_add(u32::from(may));
            return may;
        }
        if self.fetches.len() >= Self::MAX_HOSTS {
            // Forgetting whom there is least to know about: many hosts at once neither keep others from being asked, nor let
            // one be asked too often.
            let least = self.fetches.iter().min_by_key(|(_, (_, count))| *count).map(|(host, _)| host.clone());
            least.map(|host| self.fetches.remove(&host));
        }
        self.fetches.insert(host, (now, 1));
        true
    }
}

/// The cache is near; what it takes longer for is not worth waiting for. Milliseconds.
const CACHE_DEADLINE: u32 = 1000;
const SINCE: &str = "x-since";
const FRESH: &str = "x-fresh";

/// The cache of the location. `None` where there is none, or nothing in it.
async fn cached(name: &JsValue) -> Option<Copy> {
    let answer = on_cache("match", Array::of1(name)).await.ok()?;
    let answer = answer.dyn_into::<web_sys::Response>().ok()?;
    let headers = answer.headers();
    let number = |name| headers.get(name).ok().flatten().and_then(|text| text.parse::<u64>().ok());
    let (since, fresh) = (Timestamp::from_millis(number(SINCE)?), u32::try_from(number(FRESH)?).ok()?);
    let media_type = headers.get("content-type").ok().flatten().unwrap_or_default();
    let body = settled(answer.text().ok()?).await.ok()?.as_string()?;
    Some(Copy { since, fresh: Lifetime::seconds(fresh), document: Document { status: 200, media_type, body } })
}

async fn cache(name: &JsValue, copy: &Copy) -> Result<(), JsValue> {
    let seconds = (copy.fresh.millis() / 1000).to_string();
    let headers = object(&[
        ("cache-control", &format!("max-age={seconds}")),
        ("content-type", &copy.document.media_type),
        (SINCE, &copy.since.millis().to_string()),
        (FRESH, &seconds),
    ])?;
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers);
    let response = web_sys::Response::new_with_opt_str_and_init(Some(&copy.document.body), &init)?;
    on_cache("put", Array::of2(name, &response)).await.map(drop)
}

async fn on_cache(method: &str, arguments: Array) -> Result<JsValue, JsValue> {
    let caches = Reflect::get(&global(), &"caches".into())?;
    let cache = Reflect::get(&caches, &"default".into())?;
    let method: Function = Reflect::get(&cache, &method.into())?.dyn_into()?;
    settled(method.apply(&cache, &arguments)?.dyn_into::<Promise>()?).await
}

/// A name of this server's own, where nothing is served: the platform keeps its own copies under the document's URL, and
/// wants names to be of the host that the Worker runs at.
fn name(url: &str, request: &web_sys::Request) -> JsValue {
    let here = request.url();
    let end = here.match_indices('/').nth(2).map_or(here.len(), |(at, _)| at);
    let origin = here.get(..end).unwrap_or_default();
    JsValue::from_str(&format!("{origin}/.sealwax/document/{}", base64url(Sha256::digest(url))))
}
