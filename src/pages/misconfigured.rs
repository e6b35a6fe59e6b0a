//! The page that answers every request while the configuration has faults.

use askama::Template;

use super::sample::{LONG, NAMES};
use super::{Frame, Page};

/// Every fault of the configuration, by name. A fault never quotes a secret.
#[derive(Clone, Debug)]
pub struct Misconfigured<'a> {
    /// One sentence a fault.
    pub faults: &'a [String],
}

impl Page for Misconfigured<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "misconfigured.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a Misconfigured<'a>,
    frame: &'a Frame<'a>,
}

/// Realistic and hostile faults: one list a page.
pub(super) fn sample_faults() -> Vec<Vec<String>> {
    vec![
        vec![
            "ISSUER is not set.".to_owned(),
            "SEALING_KEYS: the ring has no active key.".to_owned(),
            "SIGNING_KEY_1: is not a JWK.".to_owned(),
        ],
        NAMES.into_iter().chain([LONG]).map(str::to_owned).collect(),
        Vec::new(),
    ]
}
