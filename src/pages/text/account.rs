//! The words a person reads about the own account: what is connected, the password, signing out.

use super::Pattern;

/// Words of the account page.
#[derive(Debug)]
pub struct AccountText {
    /// Title and heading.
    pub title: &'static str,
    /// Heading of the list of apps.
    pub apps: &'static str,
    /// Instead of that list.
    pub no_apps: &'static str,
    /// Where an app runs that was connected by a code (RFC 8628).
    pub on_a_device: &'static str,
    /// Below a list that ends before the apps do.
    pub apps_cut: &'static str,
    /// When an app was allowed. Gap: `{date}`.
    pub allowed_on: Pattern,
    /// Of an app that was signed in to without being asked.
    pub unasked: &'static str,
    /// For how long: until the person takes it back.
    pub until_disconnected: &'static str,
    /// For how long: until a day. Gap: `{date}`.
    pub until_date: Pattern,
    /// For how long: as long as this visit.
    pub until_sign_out: &'static str,
    /// Button that takes an app's access back.
    pub disconnect: &'static str,
    /// Spoken for that button. Gap: `{client}`.
    pub disconnect_app: Pattern,
    /// Heading of the list of browsers.
    pub sign_ins: &'static str,
    /// Instead of that list, where none is kept.
    pub sign_ins_off: &'static str,
    /// Instead of the name of a browser.
    pub unknown_browser: &'static str,
    /// Since when a browser is signed in. Gap: `{date}`.
    pub since: Pattern,
    /// Marks the browser that shows the page.
    pub this_browser: &'static str,
    /// Button that signs a browser out.
    pub sign_out: &'static str,
    /// Spoken for that button. Gap: `{browser}`.
    pub sign_out_of: Pattern,
    /// Spoken for that button in the row of this browser.
    pub sign_out_here: &'static str,
    /// Button that ends every session.
    pub sign_out_everywhere: &'static str,
    /// What that button does.
    pub everywhere_hint: &'static str,
    /// Heading and button of the form for another password.
    pub change_password: &'static str,
    /// What a change of the password ends.
    pub change_hint: &'static str,
    /// Label of the first field.
    pub current_password: &'static str,
    /// An app was disconnected.
    pub disconnected: &'static str,
    /// Other browsers were signed out.
    pub signed_out_elsewhere: &'static str,
    /// The password was changed.
    pub password_changed: &'static str,
    /// The current password is another.
    pub wrong_password: &'static str,
    /// Nothing was changed, because the page was out of date.
    pub unchanged: &'static str,
}

/// Words of the pages where a password is chosen.
#[derive(Debug)]
pub struct NewPasswordText {
    /// Title and heading for somebody who was invited.
    pub invited_title: &'static str,
    /// Below that heading.
    pub invited: &'static str,
    /// Title and heading for somebody who has forgotten the old password.
    pub reset_title: &'static str,
    /// Below that heading.
    pub reset: &'static str,
    /// Label of the password.
    pub password: &'static str,
    /// What a password must be like.
    pub hint: &'static str,
    /// Label of the password's repetition.
    pub again: &'static str,
    /// The button that sets it.
    pub submit: &'static str,
    /// Password and repetition are not the same.
    pub differ: &'static str,
    /// It could not be written down.
    pub not_saved: &'static str,
    /// Below the least length.
    pub too_short: &'static str,
    /// Above the greatest length.
    pub too_long: &'static str,
    /// Has characters that are no text.
    pub unfit: &'static str,
    /// Title and heading once it is set.
    pub done_title: &'static str,
    /// Below that heading.
    pub done: &'static str,
    /// Link to the account page, which asks to sign in.
    pub sign_in: &'static str,
}

/// Words of the pages of signing out.
#[derive(Debug)]
pub struct SignOutText {
    /// Title of the browser tab.
    pub title: &'static str,
    /// Heading: the question.
    pub question: &'static str,
    /// Who wants that. Gap: `{client}`.
    pub asked_by: Pattern,
    /// Below the heading, when no app is named.
    pub asked: &'static str,
    /// The button that signs out.
    pub submit: &'static str,
    /// The button that does not.
    pub stay: &'static str,
    /// Title and heading afterwards.
    pub done_title: &'static str,
    /// Below that heading.
    pub done: &'static str,
    /// Link back to the app. Gap: `{client}`.
    pub continue_to: Pattern,
}
