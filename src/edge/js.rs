//! JavaScript values, where the typed crates would cost more than they tell.

use worker::js_sys::{Object, Reflect};
use worker::wasm_bindgen::JsValue;

/// A plain object of these strings.
pub(super) fn object(members: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value))?;
    }
    Ok(object)
}
