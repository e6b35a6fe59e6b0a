//! Documents that were fetched not long ago: kept in the isolate, and in the location's cache, never in KV. Both may forget
//! at any time, and where the cache fails the document is fetched.

use super::js::{object, settled};
use super::{clock, log, outbound};
use crate::http::{Document, FetchError, Target};
use crate::oauth::{Lifetime, Timestamp, base64url};
use crate::sorted::SortedMap;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use worker::js_sys::{Array, Function, Promise, Reflect, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

/// Fetches a document, unless a copy will do: one that is no older than `max_age`, and that its headers let live.
pub(super) async fn fetch(target: &Target, max_age: Lifetime) -> Result<Document, FetchError> {
    let url = &target.as_str().to_owned();
    let fits = |copy: &Copy| copy.is_good(max_age, clock::now());
    if let Some(copy) = HELD.with_borrow(|held| held.copies.get(url).cloned()).filter(fits) {
        return Ok(copy.document);
    }
    if let Some(copy) = cached(url).await.filter(fits) {
        let document = copy.document.clone();
        HELD.with_borrow_mut(|held| held.keep(url, copy));
        return Ok(document);
    }
    if !HELD.with_borrow_mut(|held| held.may_fetch(target.host(), clock::now())) {
        log::fault("outbound", "too many fetches from one host");
        return Err(FetchError);
    }
    let (document, fresh) = outbound::fetch(target).await?;
    let copy = Copy { since: clock::now(), fresh, document: document.clone() };
    if document.status == 200 {
        if let Err(error) = cache(url, &copy).await {
            log::fault("document cache", &format!("{error:?}"));
        }
        HELD.with_borrow_mut(|held| held.keep(url, copy));
    }
    Ok(document)
}

#[derive(Clone)]
struct Copy {
    since: Timestamp,
    /// For how long its headers let it live.
    fresh: Lifetime,
    document: Document,
}

impl Copy {
    fn is_good(&self, max_age: Lifetime, now: Timestamp) -> bool {
        now.millis_since(self.since) < max_age.min(self.fresh).millis()
    }
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
    const MAX_FETCHES: u32 = 30;
    const COUNTED_FOR: Lifetime = Lifetime::seconds(60);

    fn keep(&mut self, url: &str, copy: Copy) {
        if self.copies.len() >= Self::MAX {
            let oldest = self.copies.iter().min_by_key(|(_, copy)| copy.since).map(|(url, _)| url.clone());
            oldest.map(|url| self.copies.remove(&url));
        }
        self.copies.insert(url.to_owned(), copy);
    }

    /// Whether this host may be asked now: whoever names URLs to this server must not make it a burden to others.
    fn may_fetch(&mut self, host: &str, now: Timestamp) -> bool {
        self.fetches.retain(|_, (since, _)| now < since.after(Self::COUNTED_FOR));
        if let Some((_, count)) = self.fetches.get_mut(&host.to_owned()) {
            *count = count.saturating_add(1);
            return *count <= Self::MAX_FETCHES;
        }
        if self.fetches.len() >= Self::MAX_HOSTS {
            return false;
        }
        self.fetches.insert(host.to_owned(), (now, 1));
        true
    }
}

const SINCE: &str = "x-since";
const FRESH: &str = "x-fresh";

/// The cache of the location. `None` where there is none, or nothing in it.
async fn cached(url: &str) -> Option<Copy> {
    let answer = on_cache("match", Array::of1(&name(url))).await.ok()?;
    let answer = answer.dyn_into::<web_sys::Response>().ok()?;
    let headers = answer.headers();
    let number = |name| headers.get(name).ok().flatten().and_then(|text| text.parse::<u64>().ok());
    let (since, fresh) = (Timestamp::from_millis(number(SINCE)?), u32::try_from(number(FRESH)?).ok()?);
    let media_type = headers.get("content-type").ok().flatten().unwrap_or_default();
    let body = settled(answer.text().ok()?).await.ok()?.as_string()?;
    Some(Copy { since, fresh: Lifetime::seconds(fresh), document: Document { status: 200, media_type, body } })
}

async fn cache(url: &str, copy: &Copy) -> Result<(), JsValue> {
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
    on_cache("put", Array::of2(&name(url), &response)).await.map(drop)
}

async fn on_cache(method: &str, arguments: Array) -> Result<JsValue, JsValue> {
    let caches = Reflect::get(&global(), &"caches".into())?;
    let cache = Reflect::get(&caches, &"default".into())?;
    let method: Function = Reflect::get(&cache, &method.into())?.dyn_into()?;
    settled(method.apply(&cache, &arguments)?.dyn_into::<Promise>()?).await
}

/// A name of this server's own: the platform keeps its own copies under the document's URL.
fn name(url: &str) -> JsValue {
    JsValue::from_str(&format!("https://sealwax.invalid/document/{}", base64url(Sha256::digest(url))))
}
