//! Everything a person sees.
//!
//! One struct a page: it borrows what it shows, its template stands beside it, and [`Page::render`]
//! joins the two with the [`Frame`] that all pages share. Pages are plain forms that work without
//! scripts and load nothing: the style sheet is inline and allowed by its hash
//! ([`StyleSheet::hash`]), and only the two pages that submit themselves carry a script
//! ([`SCRIPT_HASH`]). Names and ids of form fields are a contract that tests and conformance suites
//! drive; words are not, they live in [`text`].

mod accent;
mod account;
mod account_sample;
mod consent;
mod device;
mod error_page;
mod forward;
mod front;
mod logo;
mod misconfigured;
mod new_password;
mod sample;
mod seal;
mod sign_in;
mod sign_out;
mod style;
#[cfg(test)]
mod tests;
pub mod text;
mod theme;

pub use account::{AccessEnds, Account, AccountNotice, AppScope, ConnectedApp, SignInRow};
pub use consent::{Consent, ConsentScope};
pub use device::{DeviceAnswered, UserCodeForm, UserCodeProblem};
pub use error_page::{ErrorPage, Problem};
pub use forward::{FormPost, Resubmit, SCRIPT_HASH};
pub use front::{Check, Front, FrontLink, Health};
pub use misconfigured::Misconfigured;
pub use new_password::{NewPassword, NewPasswordProblem, PasswordSet};
pub use sample::gallery;
pub use sign_in::{SignIn, SignInProblem};
pub use sign_out::{Continue, SignOut, SignedOut};
pub use style::StyleSheet;
pub use text::Text;
pub use theme::{Theme, ThemeFault};

/// What all pages share.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Name, logo and colours.
    pub theme: &'a Theme,
    /// The words, in the person's language.
    pub text: &'static Text,
    /// What finds this request in the log; shown where something went wrong.
    pub request_id: &'a str,
}

/// A page that can be written out as HTML.
pub trait Page {
    /// The whole document.
    ///
    /// # Errors
    ///
    /// When the template could not be written. No page does that by itself, but an endpoint must
    /// answer something should it ever happen.
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error>;
}
