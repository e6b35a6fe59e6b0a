//! `glue.js`: what the ways that are taken most ask of the platform, in one crossing each. What comes later comes to the ticket
//! that was given ([`super::pending`]).

use worker::js_sys::{Array, Object, Promise};
use worker::wasm_bindgen;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys::{CryptoKey, Request, Response};

#[wasm_bindgen(module = "/src/edge/glue.js")]
extern "C" {
    /// Method, URL and two or three headers, a line each.
    pub(super) fn head(request: &Request) -> String;

    /// Five headers more, of a browser.
    pub(super) fn browser(request: &Request) -> String;

    /// Reads the whole body, as a text.
    #[wasm_bindgen(catch)]
    pub(super) fn form(request: &Request, ticket: u32, to: &JsValue) -> Result<(), JsValue>;

    /// The same, as bytes.
    #[wasm_bindgen(catch)]
    pub(super) fn body(request: &Request, ticket: u32, to: &JsValue) -> Result<(), JsValue>;

    /// A response. Its headers are made of lines; with `keep` once an isolate.
    #[wasm_bindgen(catch)]
    pub(super) fn respond(status: u16, head: &str, keep: bool, body: Option<&[u8]>) -> Result<Response, JsValue>;

    /// The callbacks as one object.
    pub(super) fn callbacks(failed: JsValue, lost: JsValue, value: JsValue, bytes: JsValue, text: JsValue) -> JsValue;

    /// A promise together with what resolves it.
    pub(super) fn deferred() -> JsValue;
    pub(super) fn promised(deferred: &JsValue) -> JsValue;
    pub(super) fn resolve(deferred: &JsValue, response: &JsValue);

    /// What the promise comes to, as a value.
    #[wasm_bindgen(catch)]
    pub(super) fn settle(promise: &Promise, ticket: u32, to: &JsValue) -> Result<(), JsValue>;

    /// A value after that time.
    #[wasm_bindgen(catch)]
    pub(super) fn sleep(milliseconds: u32, ticket: u32, to: &JsValue) -> Result<(), JsValue>;

    /// A signature, as bytes.
    #[wasm_bindgen(catch)]
    pub(super) fn sign(
        algorithm: &Object,
        key: &CryptoKey,
        input: &[u8],
        ticket: u32,
        to: &JsValue,
    ) -> Result<(), JsValue>;

    /// Whether a signature holds, as a value.
    #[wasm_bindgen(catch)]
    pub(super) fn verify(
        algorithm: &Object,
        key: &CryptoKey,
        signature: &[u8],
        input: &[u8],
        ticket: u32,
        to: &JsValue,
    ) -> Result<(), JsValue>;

    /// Continent and longitude of whoever asks, a line each.
    pub(super) fn place(request: &Request) -> String;

    /// The value of a key in KV, as a text. Whose names are those of users, may be kept apart.
    #[wasm_bindgen(catch)]
    pub(super) fn get(
        env: &JsValue,
        users: bool,
        key: &str,
        milliseconds: u32,
        ticket: u32,
        to: &JsValue,
    ) -> Result<(), JsValue>;

    /// Calls another method of KV; what comes of it, as a value.
    #[wasm_bindgen(catch)]
    pub(super) fn call(
        env: &JsValue,
        users: bool,
        method: &str,
        parameters: &Array,
        milliseconds: u32,
        ticket: u32,
        to: &JsValue,
    ) -> Result<(), JsValue>;

    /// Asks a Durable Object; its status and right behind it its text, as a text.
    #[wasm_bindgen(catch)]
    pub(super) fn ask(
        env: &JsValue,
        name: &str,
        region: Option<&str>,
        url: &str,
        milliseconds: u32,
        ticket: u32,
        to: &JsValue,
    ) -> Result<(), JsValue>;
}
