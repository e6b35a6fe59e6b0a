//! The sign-in page.
//!
//! Posts `ticket`, `username`, `password` and `decision` (`sign_in` or `cancel`).

use askama::Template;

use super::sample::{LONG, NAMES};
use super::text::{Sentence, Text};
use super::{AppFace, Frame, Page};

/// The sign-in page.
#[derive(Clone, Debug)]
pub struct SignIn<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The sealed pending request.
    pub ticket: &'a str,
    /// The app that is waiting; without one there is nothing to cancel.
    pub client_name: Option<&'a str>,
    /// What that app shows of itself.
    pub app: AppFace<'a>,
    /// What was typed before, or hinted by the app.
    pub username: &'a str,
    /// Why the page is shown again.
    pub problem: Option<SignInProblem>,
    /// Whether a device waits to be connected, where no app is waiting.
    pub for_device: bool,
    /// Whether somebody who is signed in must type the password once more: the user name stands.
    pub reauthenticate: bool,
}

/// Why a sign-in page is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// A field was left empty.
    Empty,
    /// The session ended meanwhile.
    SessionEnded,
    /// The ticket expired or belongs to another browser.
    StartAgain,
    /// Guessing is slowed down.
    TooManyTries {
        /// For how long.
        wait_seconds: u32,
    },
    /// Unknown user and wrong password alike.
    WrongNameOrPassword,
}

impl SignInProblem {
    /// Whether what was typed is at fault.
    fn is_error(self) -> bool {
        !matches!(self, Self::SessionEnded | Self::StartAgain)
    }

    fn is_in_fields(self) -> bool {
        matches!(self, Self::Empty | Self::WrongNameOrPassword)
    }
}

impl SignIn<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/login",
            ticket: "AQIDBAUGBwg",
            client_name: Some("Budget Planner"),
            app: AppFace::default(),
            username: "",
            problem: None,
            for_device: false,
            reauthenticate: false,
        };
        let confirm = Self { username: "ada", reauthenticate: true, ..plain.clone() };
        let again = |problem| Self { username: "ada", problem: Some(problem), ..plain.clone() };
        let mut samples = vec![
            plain.clone(),
            again(SignInProblem::WrongNameOrPassword),
            again(SignInProblem::TooManyTries { wait_seconds: 90 }),
            again(SignInProblem::TooManyTries { wait_seconds: 59 }),
            again(SignInProblem::SessionEnded),
            again(SignInProblem::StartAgain),
            Self { problem: Some(SignInProblem::Empty), ..plain.clone() },
            Self { app: AppFace::sample(), ..plain.clone() },
            Self { client_name: None, ..plain.clone() },
            Self { client_name: None, for_device: true, ..plain.clone() },
            confirm.clone(),
            Self { client_name: None, problem: Some(SignInProblem::WrongNameOrPassword), ..confirm },
        ];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            client_name: Some(name),
            app: AppFace::hostile(name),
            username: name,
            problem: None,
            for_device: false,
            reauthenticate: false,
        }));
        samples
    }
}

impl Page for SignIn<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame, waiting_time: self.waiting_time(frame.text) }.render()
    }
}

impl SignIn<'_> {
    fn waiting_time(&self, text: &Text) -> String {
        match self.problem {
            Some(SignInProblem::TooManyTries { wait_seconds }) => text.waiting_time(wait_seconds),
            _ => String::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a SignIn<'a>,
    frame: &'a Frame<'a>,
    waiting_time: String,
}

impl View<'_> {
    fn heading(&self) -> &'static str {
        let text = &self.frame.text.sign_in;
        if self.page.reauthenticate { text.confirm } else { text.title }
    }

    fn title(&self) -> String {
        let title = self.heading();
        match self.page.problem {
            Some(problem) if problem.is_error() => self.frame.text.title_with_error.plain("title", title),
            _ => title.to_owned(),
        }
    }

    fn too_many(&self) -> Sentence<'_> {
        let text = &self.frame.text.sign_in;
        text.too_many.fill("time", &self.waiting_time)
    }

    /// The first field that is still to be filled in.
    fn starts_with_password(&self) -> bool {
        self.page.reauthenticate || !self.page.username.is_empty()
    }

    fn fields_at_fault(&self) -> bool {
        self.page.problem.is_some_and(SignInProblem::is_in_fields)
    }
}
