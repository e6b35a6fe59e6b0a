//! Where a request came from, as a location hint for Durable Objects.

use super::glue;
use crate::oauth::Region;
use worker::js_sys::parse_float;
use worker::web_sys::Request;

/// The region of a request, from the platform's `request.cf`; the default where it does not know.
pub(super) fn of(request: &Request) -> Region {
    // The crate's own getters unwrap, and locally `cf` is absent.
    let place = glue::place(request);
    let (continent, longitude) = place.split_once('\n').unwrap_or_default();
    // By the platform: Rust's own way to read a fraction is 10 KB of tables.
    locate(continent, (!longitude.is_empty()).then(|| parse_float(longitude)))
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
