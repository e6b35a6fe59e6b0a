//! The pages where a password is chosen, reached by the link of an invitation or a reset.
//!
//! Posts `link`, `new_password` and `new_password_again`.

use std::borrow::Cow;

use askama::Template;

use super::sample::{LONG, NAMES};
use super::text::Text;
use super::{Frame, Page};

/// The page where a password is chosen.
#[derive(Clone, Debug)]
pub struct NewPassword<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The sealed link that led here.
    pub link: &'a str,
    /// Whose password it is.
    pub username: &'a str,
    /// Whether it is the first password of the account.
    pub invited: bool,
    /// Why the page is shown again.
    pub problem: Option<NewPasswordProblem>,
}

/// Why a password cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPasswordProblem {
    /// It and its repetition are not the same.
    Differ,
    /// It could not be written down; it has to be chosen once more.
    NotSaved,
    /// It is too long.
    TooLong,
    /// It is too short.
    TooShort,
    /// It has characters that are no text.
    Unfit,
}

impl NewPasswordProblem {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Differ, Self::NotSaved, Self::TooLong, Self::TooShort, Self::Unfit];

    /// Whether it is the new password that is at fault.
    pub(super) fn is_in_password(self) -> bool {
        !matches!(self, Self::Differ | Self::NotSaved)
    }

    pub(super) fn words(self, text: &'static Text) -> &'static str {
        let text = &text.new_password;
        match self {
            Self::Differ => text.differ,
            Self::NotSaved => text.not_saved,
            Self::TooLong => text.too_long,
            Self::TooShort => text.too_short,
            Self::Unfit => text.unfit,
        }
    }
}

/// The page that follows once the password is set.
#[derive(Clone, Debug)]
pub struct PasswordSet<'a> {
    /// The account page, which asks to sign in.
    pub account: &'a str,
}

impl NewPassword<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self { action: "/password", link: "AQIDBAUGBwg", username: "ada", invited: false, problem: None };
        let mut samples = vec![plain.clone(), Self { invited: true, ..plain.clone() }];
        samples.extend(NewPasswordProblem::ALL.map(|problem| Self { problem: Some(problem), ..plain.clone() }));
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            link: name,
            username: name,
            ..plain.clone()
        }));
        samples
    }
}

impl PasswordSet<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        ["https://id.example.com/account", NAMES[1], LONG].map(|account| Self { account }).to_vec()
    }
}

impl Page for NewPassword<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

impl Page for PasswordSet<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        SetView { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "new_password.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a NewPassword<'a>,
    frame: &'a Frame<'a>,
}

impl View<'_> {
    fn heading(&self) -> &'static str {
        let text = &self.frame.text.new_password;
        if self.page.invited { text.invited_title } else { text.reset_title }
    }

    fn title(&self) -> Cow<'static, str> {
        match self.page.problem {
            Some(_) => self.frame.text.title_with_error.plain("title", self.heading()).into(),
            None => self.heading().into(),
        }
    }

    /// What the fields that are shared with the account page ask.
    fn new_password(&self) -> Option<NewPasswordProblem> {
        self.page.problem
    }
}

#[derive(Template)]
#[template(path = "password_set.html", config = "src/pages/askama.toml")]
struct SetView<'a> {
    page: &'a PasswordSet<'a>,
    frame: &'a Frame<'a>,
}
