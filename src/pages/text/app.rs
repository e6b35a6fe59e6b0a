//! The words a person reads about an app and on the way to it.

use super::Pattern;

/// Words about an app that waits, and of the choice of an account.
#[derive(Debug)]
pub struct AppText {
    /// Link to its home page. Gap: `{host}`.
    pub website: Pattern,
    /// Link to its privacy policy. Gap: `{host}`.
    pub policy: Pattern,
    /// Link to its terms of service. Gap: `{host}`.
    pub tos: Pattern,
    /// Link that begins anew at the app. Gap: `{client}`.
    pub open: Pattern,
    /// Title and heading of the page where an account is chosen.
    pub choose: &'static str,
    /// The button that goes on with the account that is signed in. Gap: `{account}`.
    pub continue_as: Pattern,
    /// The button that lets another sign in.
    pub another: &'static str,
}
