//! The floor: what any Rust Worker costs, by the fastest way that we know (types of `web_sys`, no conversions), with the
//! headers of a token response.

use worker::wasm_bindgen::JsValue;
use worker::{Context, Env, event, web_sys};

/// As long as the token response that it stands for.
const BODY: &str = concat!(
    r#"{"access_token":""#,
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    r#"","token_type":"Bearer","expires_in":3600,"scope":"notes:read"}"#,
);

#[event(fetch)]
async fn fetch(_: web_sys::Request, _: Env, _: Context) -> worker::Result<web_sys::Response> {
    Ok(answer()?)
}

fn answer() -> Result<web_sys::Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.append("content-type", "application/json")?;
    headers.append("cache-control", "no-store")?;
    headers.append("pragma", "no-cache")?;
    let init = web_sys::ResponseInit::new();
    init.set_headers_headers(&headers);
    web_sys::Response::new_with_opt_str_and_init(Some(BODY), &init)
}
