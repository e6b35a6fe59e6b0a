//! The pages on which a device is connected (RFC 8628 §3.3): its code is asked for, and what came of it is told. Between
//! the two stands the consent page.
//!
//! Posts `ticket` and `user_code`.

use std::borrow::Cow;

use askama::Template;

use super::sample::{LONG, NAMES};
use super::{Frame, Page};

/// The page that asks for the code.
#[derive(Clone, Debug)]
pub struct UserCodeForm<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// What shows that the form is ours.
    pub ticket: &'a str,
    /// The account that would be used.
    pub signed_in_as: &'a str,
    /// What was typed before, or brought along in the link.
    pub user_code: &'a str,
    /// Why the page is shown again.
    pub problem: Option<UserCodeProblem>,
}

/// Why a code did not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserCodeProblem {
    /// The field was left empty.
    Empty,
    /// Unknown, used and expired alike.
    Unknown,
    /// Guessing is slowed down.
    TooManyTries {
        /// For how long.
        wait_seconds: u32,
    },
}

/// The page that tells what came of it.
#[derive(Clone, Debug)]
pub struct DeviceAnswered<'a> {
    /// The app on the device.
    pub client_name: &'a str,
    /// Whether it was allowed.
    pub allowed: bool,
    /// The account page, where it can be taken back.
    pub account: &'a str,
}

impl UserCodeForm<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain =
            Self { action: "/device", ticket: "AQIDBAUGBwg", signed_in_as: "ada", user_code: "", problem: None };
        let brought = Self { user_code: "WDJB-MJHT", ..plain.clone() };
        let again = |problem| Self { problem: Some(problem), ..brought.clone() };
        let mut samples = vec![
            plain.clone(),
            brought.clone(),
            again(UserCodeProblem::Unknown),
            again(UserCodeProblem::TooManyTries { wait_seconds: 15 }),
            Self { problem: Some(UserCodeProblem::Empty), ..plain.clone() },
        ];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            signed_in_as: name,
            user_code: name,
            problem: None,
        }));
        samples
    }
}

impl DeviceAnswered<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self { client_name: "Budget Planner", allowed: true, account: "https://id.example.com/account" };
        let mut samples = vec![plain.clone(), Self { allowed: false, ..plain }];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            client_name: name,
            allowed: true,
            account: name,
        }));
        samples
    }
}

impl Page for UserCodeForm<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

impl Page for DeviceAnswered<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        AnsweredView { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "user_code.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a UserCodeForm<'a>,
    frame: &'a Frame<'a>,
}

impl View<'_> {
    fn title(&self) -> Cow<'static, str> {
        let title = self.frame.text.device.title;
        match self.page.problem {
            Some(_) => self.frame.text.title_with_error.plain("title", title).into(),
            None => title.into(),
        }
    }

    fn problem(&self) -> Option<Cow<'static, str>> {
        let text = self.frame.text;
        self.page.problem.map(|problem| match problem {
            UserCodeProblem::Empty => text.device.empty.into(),
            UserCodeProblem::Unknown => text.device.unknown.into(),
            UserCodeProblem::TooManyTries { wait_seconds } => {
                text.sign_in.too_many.plain("time", &text.waiting_time(wait_seconds)).into()
            }
        })
    }

    fn code_at_fault(&self) -> bool {
        matches!(self.page.problem, Some(UserCodeProblem::Empty | UserCodeProblem::Unknown))
    }
}

#[derive(Template)]
#[template(path = "device_answered.html", config = "src/pages/askama.toml")]
struct AnsweredView<'a> {
    page: &'a DeviceAnswered<'a>,
    frame: &'a Frame<'a>,
}
