//! The account page: the apps that may use the account, the browsers signed in to it, its password.
//!
//! Every form posts `ticket` and `do`: `disconnect` with `app`; `sign_out`, with `sign_in` unless it is
//! this browser that leaves; `sign_out_everywhere`; `change_password` with `current_password`,
//! `new_password` and `new_password_again`.

use std::borrow::Cow;

use askama::Template;

use super::consent::known;
use super::text::{AccountText, Text};
use super::{Frame, NewPasswordProblem, Page};

/// The account page.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// Where every form goes.
    pub action: &'a str,
    /// What shows that the forms are ours.
    pub ticket: &'a str,
    /// Whose account it is.
    pub signed_in_as: &'a str,
    /// What came of the last form.
    pub notice: Option<AccountNotice>,
    /// The apps that may use the account.
    pub apps: &'a [ConnectedApp<'a>],
    /// Whether there are more apps than are shown.
    pub apps_cut: bool,
    /// The browsers that are signed in; `None` where no list is kept.
    pub sign_ins: Option<&'a [SignInRow<'a>]>,
}

/// An app that may use the account.
#[derive(Clone, Copy, Debug)]
pub struct ConnectedApp<'a> {
    /// What is posted to disconnect it.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The hosts it runs on, separated by commas. May be empty.
    pub hosts: &'a str,
    /// Where to begin a sign-in to it (OpenID Connect Core §4).
    pub open: Option<&'a str>,
    /// Whether it runs on a device that was connected by a code.
    pub on_a_device: bool,
    /// What it may do.
    pub scopes: &'a [AppScope<'a>],
    /// The day it was allowed; `None` when the person was not asked.
    pub since: Option<&'a str>,
    /// For how long it may.
    pub until: AccessEnds<'a>,
}

/// Something that an app may do.
#[derive(Clone, Copy, Debug)]
pub struct AppScope<'a> {
    /// The scope token.
    pub name: &'a str,
    /// In words, where the operator described it.
    pub description: Option<&'a str>,
}

/// When an app's access ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessEnds<'a> {
    /// On a day.
    On(&'a str),
    /// When the person signs out.
    Visit,
    /// When the person takes it back.
    Withdrawn,
}

/// A browser that is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignInRow<'a> {
    /// What is posted to sign it out.
    pub id: &'a str,
    /// Its name and system. May be empty.
    pub browser: &'a str,
    /// When it signed in.
    pub since: &'a str,
    /// Whether it is the one that asks for this page.
    pub this_one: bool,
}

/// What came of the last form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice {
    /// An app was disconnected.
    Disconnected,
    /// The password was changed.
    PasswordChanged,
    /// The new password and its repetition are not the same.
    PasswordsDiffer,
    /// The new password is too long.
    PasswordTooLong,
    /// The new password is too short.
    PasswordTooShort,
    /// The new password has characters that are no text.
    PasswordUnfit,
    /// Other browsers were signed out.
    SignedOutElsewhere,
    /// Guessing is slowed down.
    TooManyTries {
        /// For how long.
        wait_seconds: u32,
    },
    /// Nothing happened, because the page was out of date.
    Unchanged,
    /// The current password is another.
    WrongPassword,
}

impl AccountNotice {
    /// Whether it is told at the form for another password, which then begins anew.
    fn is_at_password(self) -> bool {
        matches!(self, Self::WrongPassword | Self::TooManyTries { .. }) || self.new_password().is_some()
    }

    /// Whether all went well.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Disconnected | Self::PasswordChanged | Self::SignedOutElsewhere)
    }

    fn new_password(self) -> Option<NewPasswordProblem> {
        match self {
            Self::PasswordsDiffer => Some(NewPasswordProblem::Differ),
            Self::PasswordTooLong => Some(NewPasswordProblem::TooLong),
            Self::PasswordTooShort => Some(NewPasswordProblem::TooShort),
            Self::PasswordUnfit => Some(NewPasswordProblem::Unfit),
            _ => None,
        }
    }

    fn words(self, text: &'static Text) -> Cow<'static, str> {
        let words = match (self, self.new_password()) {
            (_, Some(problem)) => problem.words(text),
            (Self::TooManyTries { wait_seconds }, _) => {
                return text.sign_in.too_many.plain("time", &text.waiting_time(wait_seconds)).into();
            }
            (Self::Disconnected, _) => text.account.disconnected,
            (Self::PasswordChanged, _) => text.account.password_changed,
            (Self::SignedOutElsewhere, _) => text.account.signed_out_elsewhere,
            (Self::WrongPassword, _) => text.account.wrong_password,
            _ => text.account.unchanged,
        };
        words.into()
    }
}

impl SignInRow<'_> {
    fn browser(&self, text: &AccountText) -> &str {
        if self.browser.is_empty() { text.unknown_browser } else { self.browser }
    }

    /// Two rows may name the same browser: the time tells them apart.
    fn sign_out(&self, text: &AccountText) -> Cow<'static, str> {
        if self.this_one {
            return text.sign_out_here.into();
        }
        let row = format!("{}, {}", self.browser(text), self.since);
        text.sign_out_of.plain("browser", &row).into()
    }
}

impl Page for Account<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "account.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a Account<'a>,
    frame: &'a Frame<'a>,
}

impl View<'_> {
    fn title(&self) -> Cow<'static, str> {
        let title = self.frame.text.account.title;
        match self.problem() {
            Some(_) => self.frame.text.title_with_error.plain("title", title).into(),
            None => title.into(),
        }
    }

    fn notice(&self) -> Option<AccountNotice> {
        self.page.notice.filter(|notice| !notice.is_at_password())
    }

    fn problem(&self) -> Option<AccountNotice> {
        self.page.notice.filter(|notice| notice.is_at_password())
    }

    fn new_password(&self) -> Option<NewPasswordProblem> {
        self.page.notice.and_then(AccountNotice::new_password)
    }

    fn lists_this_one(&self) -> bool {
        self.page.sign_ins.is_some_and(|rows| rows.iter().any(|row| row.this_one))
    }

    fn known<'b>(&self, scope: &AppScope<'b>) -> Option<&'b str> {
        known(scope.name, scope.description, &self.frame.text.consent)
    }
}
