//! The page for errors that must not be sent to an app, or that no app is waiting for.

use askama::Template;

use super::sample::{LONG, NAMES};
use super::text::{ProblemText, Text};
use super::{Frame, Page};

/// The error page.
#[derive(Clone, Debug)]
pub struct ErrorPage<'a> {
    /// What happened, for the person.
    pub problem: Problem,
    /// The code of the IANA registry, where there is one; for developers.
    pub error_code: Option<&'a str>,
    /// What exactly is wrong with the request, for developers. May be empty.
    pub description: &'a str,
}

/// What happened, as far as a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A request that makes no sense.
    InvalidRequest,
    /// The link of an invitation or a reset, used before or too old.
    LinkSpent,
    /// A method that the page does not answer.
    MethodNotAllowed,
    /// No such page.
    NotFound,
    /// A return address that the app has not registered.
    RedirectUri,
    /// An expired ticket, or one from another browser.
    StartAgain,
    /// More data than is accepted.
    TooLarge,
    /// A fault of the server, or of what it depends on.
    Unavailable,
    /// An app that is not registered.
    UnknownClient,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::InvalidRequest,
        Self::LinkSpent,
        Self::MethodNotAllowed,
        Self::NotFound,
        Self::RedirectUri,
        Self::StartAgain,
        Self::TooLarge,
        Self::Unavailable,
        Self::UnknownClient,
    ];

    fn words(self, text: &'static Text) -> &'static ProblemText {
        let text = &text.error;
        match self {
            Self::InvalidRequest => &text.invalid_request,
            Self::LinkSpent => &text.link_spent,
            Self::MethodNotAllowed => &text.method_not_allowed,
            Self::NotFound => &text.not_found,
            Self::RedirectUri => &text.redirect_uri,
            Self::StartAgain => &text.start_again,
            Self::TooLarge => &text.too_large,
            Self::Unavailable => &text.unavailable,
            Self::UnknownClient => &text.unknown_client,
        }
    }
}

impl ErrorPage<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let all = Problem::ALL.into_iter().map(|problem| Self {
            problem,
            error_code: Some("invalid_request"),
            description: "The redirect_uri is not registered for this client.",
        });
        let hostile = NAMES.into_iter().chain([LONG]).map(|name| Self {
            problem: Problem::RedirectUri,
            error_code: Some(name),
            description: name,
        });
        let bare = Self { problem: Problem::NotFound, error_code: None, description: "" };
        all.chain([bare]).chain(hostile).collect()
    }
}

impl Page for ErrorPage<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        let words = self.problem.words(frame.text);
        View { page: self, frame, words }.render()
    }
}

#[derive(Template)]
#[template(path = "error.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a ErrorPage<'a>,
    frame: &'a Frame<'a>,
    words: &'static ProblemText,
}
