//! What an app shows of itself beside its name (OpenID Connect Registration §2): its logo, and where its makers tell more.
//! All of it is the app's own word.
//!
//! The logo is loaded from where it is: the page's policy must allow that origin (`img-src`).

use super::sample::LONG;

/// The face of an app.
#[derive(Clone, Debug, Default)]
pub struct AppFace<'a> {
    /// The URL of its logo.
    pub logo: Option<&'a str>,
    /// Its home page.
    pub website: Option<AppLink<'a>>,
    /// What it does with what it learns.
    pub policy: Option<AppLink<'a>>,
    /// Its terms of service.
    pub tos: Option<AppLink<'a>>,
}

/// Where a person may read on.
#[derive(Clone, Debug)]
pub struct AppLink<'a> {
    /// The URL.
    pub url: &'a str,
    /// Its host, which is shown: a link of an app's leads anywhere.
    pub host: String,
}

impl AppFace<'_> {
    pub(super) fn has_links(&self) -> bool {
        self.website.is_some() || self.policy.is_some() || self.tos.is_some()
    }
}

impl AppFace<'static> {
    /// A usual one.
    pub(super) fn sample() -> Self {
        let link = |url| Some(AppLink { url, host: "planner.example.com".to_owned() });
        Self {
            logo: Some("https://planner.example.com/logo.png"),
            website: link("https://planner.example.com/"),
            policy: link("https://planner.example.com/privacy"),
            tos: link("https://planner.example.com/terms?lang=en&v=2"),
        }
    }

    /// One of which everything has this name.
    pub(super) fn hostile(name: &'static str) -> Self {
        let link = || Some(AppLink { url: name, host: name.to_owned() });
        Self { logo: (name != LONG).then_some(name), website: link(), policy: link(), tos: link() }
    }
}
