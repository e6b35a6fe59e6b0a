//! Where a request came from, as a location hint for Durable Objects.

use crate::oauth::Region;
use worker::js_sys::{Reflect, parse_float};
use worker::wasm_bindgen::JsValue;

/// The region of a request, from the platform's `request.cf`; the default where it does not know.
pub(super) fn of(request: &JsValue) -> Region {
    // The crate's own getters unwrap, and locally `cf` is absent.
    let cf = property(request, "cf");
    let continent = property(&cf, "continent").as_string().unwrap_or_default();
    // By the platform: Rust's own way to read a fraction is 10 KB of tables.
    let longitude = property(&cf, "longitude").as_string().map(|degrees| parse_float(&degrees));
    locate(&continent, longitude)
}

/// The borders are where the platform's data centres lie thin, not where countries end.
fn locate(continent: &str, longitude: Option<f64>) -> Region {
    let west_of = |border: f64| longitude.is_some_and(|degrees| degrees < border);
    let east_of = |border: f64| longitude.is_some_and(|degrees| degrees >= border);
    match continent {
        "AF" => Region::Afr,
        "AS" if west_of(63.0) => Region::Me,
        "AS" => Region::Apac,
        "EU" if east_of(17.0) => Region::Eeur,
        "EU" => Region::Weur,
        "NA" if west_of(-100.0) => Region::Wnam,
        "NA" => Region::Enam,
        "OC" => Region::Oc,
        "SA" => Region::Sam,
        _ => Region::default(),
    }
}

fn property(object: &JsValue, name: &str) -> JsValue {
    // Fails where `object` is none.
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}
