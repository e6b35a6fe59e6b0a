//! The choice of an account (OpenID Connect Core §3.1.2.1, `prompt=select_account`).
//!
//! Posts `ticket` and `decision` (`continue`, `switch` or `cancel`).

use askama::Template;

use super::sample::{LONG, NAMES};
use super::{AppFace, Frame, Page};

/// The question whether to go on with the account that is signed in.
#[derive(Clone, Debug)]
pub struct SelectAccount<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The sealed pending request.
    pub ticket: &'a str,
    /// The app that is waiting.
    pub client_name: &'a str,
    /// What it shows of itself.
    pub app: AppFace<'a>,
    /// The account that is signed in.
    pub signed_in_as: &'a str,
}

impl SelectAccount<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/login",
            ticket: "AQIDBAUGBwg",
            client_name: "Budget Planner",
            app: AppFace::default(),
            signed_in_as: "ada",
        };
        let mut samples = vec![plain.clone(), Self { app: AppFace::sample(), ..plain }];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            client_name: name,
            app: AppFace::hostile(name),
            signed_in_as: name,
        }));
        samples
    }
}

impl Page for SelectAccount<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "select_account.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a SelectAccount<'a>,
    frame: &'a Frame<'a>,
}
