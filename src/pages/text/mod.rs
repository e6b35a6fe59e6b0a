//! Every word a person reads on a page, in one place.
//!
//! A language is one file with one constant of type [`Text`]: `de.rs`, `en.rs`, `es.rs`, `fr.rs`, `ja.rs`. The
//! compiler refuses one that lacks a word or has one too many, and `complete.rs` one that is empty,
//! was left in English, or lost a name in braces. Translators: plain strings are shown as they are; in
//! a [`Pattern`] keep the name in braces and put it wherever the sentence wants it. Write no HTML; it
//! would be shown as text.
//!
//! To add a language: its file, its row in [`Text::of`], its word in [`Language`].

mod account;
#[cfg(test)]
mod complete;
mod dates;
mod de;
mod device;
mod en;
mod es;
mod fr;
mod ja;
mod pattern;

use crate::oauth::Language;
use de::DE;
use en::EN;
use es::ES;
use fr::FR;
use ja::JA;

pub use account::{AccountText, NewPasswordText, SignOutText};
pub use device::DeviceText;
pub use pattern::{Pattern, Sentence};

/// The words of one language.
#[derive(Debug)]
pub struct Text {
    /// The language, as a BCP 47 tag: `en`, `pt-BR`.
    pub lang: &'static str,
    /// The writing direction: `ltr` or `rtl`.
    pub dir: &'static str,
    /// Title of a browser tab whose page shows an error. Gap: `{title}`.
    pub title_with_error: Pattern,
    /// A waiting time below a minute; abbreviated, so that no plural is needed. Gap: `{n}`.
    pub seconds: Pattern,
    /// A waiting time of a minute or more. Gap: `{n}`.
    pub minutes: Pattern,
    /// The months in a date, from the first.
    pub months: [&'static str; 12],
    /// A day. Gaps: `{day}`, `{month}`, `{year}`.
    pub day: Pattern,
    /// A time of a day. Gaps: `{date}`, `{time}`.
    pub minute: Pattern,
    /// Button that sends a page on when its script did not.
    pub go_on: &'static str,
    /// Label of the number that finds this request in the server's log.
    pub request_id: &'static str,
    /// Who is signed in. Gap: `{account}`.
    pub signed_in_as: Pattern,
    /// Words of the sign-in page.
    pub sign_in: SignInText,
    /// Words of the consent page.
    pub consent: ConsentText,
    /// Words of the pages on which a device is connected.
    pub device: DeviceText,
    /// Words of the account page.
    pub account: AccountText,
    /// Words of the pages where a password is chosen.
    pub new_password: NewPasswordText,
    /// Words of the pages of signing out.
    pub sign_out: SignOutText,
    /// Words of the error page.
    pub error: ErrorText,
    /// Words of the pages that send the browser on by themselves.
    pub forward: ForwardText,
    /// Words of the front page.
    pub front: FrontText,
    /// Words of the page that stands in for a server without a valid configuration.
    pub misconfigured: MisconfiguredText,
}

impl Text {
    /// The words of this language.
    #[must_use]
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &EN,
            Language::German => &DE,
            Language::French => &FR,
            Language::Spanish => &ES,
            Language::Japanese => &JA,
        }
    }

    /// How long to wait: seconds, or minutes rounded up.
    pub(super) fn waiting_time(&self, seconds: u32) -> String {
        if seconds < 60 {
            self.seconds.plain("n", &seconds.to_string())
        } else {
            self.minutes.plain("n", &seconds.div_ceil(60).to_string())
        }
    }
}

/// Words of the sign-in page.
#[derive(Debug)]
pub struct SignInText {
    /// Title and heading.
    pub title: &'static str,
    /// Below the heading, when an app is waiting. Gap: `{client}`.
    pub continue_to: Pattern,
    /// Below the heading, when no app is waiting.
    pub own_account: &'static str,
    /// Title and heading when somebody who is signed in must type the password once more.
    pub confirm: &'static str,
    /// Label of the first field.
    pub username: &'static str,
    /// Label of the second field.
    pub password: &'static str,
    /// The button that signs in.
    pub submit: &'static str,
    /// The button that goes back to the app.
    pub cancel: &'static str,
    /// Unknown user and wrong password alike; must not tell which.
    pub wrong: &'static str,
    /// A field was left empty.
    pub empty: &'static str,
    /// Guessing is slowed down. Gap: `{time}`.
    pub too_many: Pattern,
    /// A session ended while the person was on another page.
    pub session_ended: &'static str,
    /// The page was older than its ticket lives, or came from another browser.
    pub start_again: &'static str,
}

/// Words of the consent page.
#[derive(Debug)]
pub struct ConsentText {
    /// Title of the browser tab.
    pub title: &'static str,
    /// Heading. Gap: `{client}`.
    pub heading: Pattern,
    /// What the app asks for access to: one name or several, with commas. Gap: `{resources}`.
    pub resources: Pattern,
    /// Above the list of what the app needs. Gap: `{client}`.
    pub required: Pattern,
    /// Above the list of what may be unticked.
    pub optional: &'static str,
    /// Beside a line that was allowed at an earlier time.
    pub allowed_before: &'static str,
    /// Scope `openid`.
    pub openid: &'static str,
    /// Scope `profile`.
    pub profile: &'static str,
    /// Scope `email`.
    pub email: &'static str,
    /// Scope `address`.
    pub address: &'static str,
    /// Scope `phone`.
    pub phone: &'static str,
    /// Scope `offline_access`.
    pub offline_access: &'static str,
    /// A scope that nobody described. Gap: `{scope}`.
    pub other_scope: Pattern,
    /// Above the choice of how long access lasts.
    pub duration: &'static str,
    /// Until the person signs out.
    pub visit: &'static str,
    /// For thirty days.
    pub days30: &'static str,
    /// For as long as the person does not take it back.
    pub until_withdrawn: &'static str,
    /// Warning for an app on the person's own device, whose name anybody could use.
    pub loopback: &'static str,
    /// Warning for an app that only a document elsewhere describes. Gap: `{host}`.
    pub described_at: Pattern,
    /// Warning for an app that registered itself.
    pub self_registered: &'static str,
    /// The button that allows.
    pub allow: &'static str,
    /// The button that refuses.
    pub deny: &'static str,
    /// Where the browser goes next, whatever was chosen. Gap: `{host}`.
    pub return_to: Pattern,
    /// The button that signs in as somebody else.
    pub switch: &'static str,
    /// Label of the app's identifier, for those who want to check it.
    pub client_id: &'static str,
}

/// Words of the error page.
#[derive(Debug)]
pub struct ErrorText {
    /// Opens what a developer needs.
    pub details: &'static str,
    /// Label of the error code.
    pub code: &'static str,
    /// Label of the description.
    pub description: &'static str,
    /// An app that is not registered here.
    pub unknown_client: ProblemText,
    /// A return address that the app has not registered.
    pub redirect_uri: ProblemText,
    /// A request that makes no sense.
    pub invalid_request: ProblemText,
    /// A page too old to go on with, or from another browser.
    pub start_again: ProblemText,
    /// More data than the server accepts.
    pub too_large: ProblemText,
    /// No such page.
    pub not_found: ProblemText,
    /// The link of an invitation or a reset that no longer counts.
    pub link_spent: ProblemText,
    /// A method that the page does not answer.
    pub method_not_allowed: ProblemText,
    /// A fault of the server that may pass.
    pub unavailable: ProblemText,
}

/// What one kind of error says.
#[derive(Debug)]
pub struct ProblemText {
    /// Title and heading.
    pub title: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What the person can do.
    pub advice: &'static str,
}

/// Words of the pages that send the browser on by themselves.
#[derive(Debug)]
pub struct ForwardText {
    /// Title and heading of the way back to the app.
    pub back_title: &'static str,
    /// What to do if nothing happens on the way back.
    pub back: &'static str,
    /// Title and heading of a request that is sent once more.
    pub again_title: &'static str,
    /// What to do if nothing happens then.
    pub again: &'static str,
}

/// Words of the front page.
#[derive(Debug)]
pub struct FrontText {
    /// Heading.
    pub heading: &'static str,
    /// What this server is, for somebody who came here by chance.
    pub about: &'static str,
    /// Link to the account page.
    pub account: &'static str,
    /// What is to be seen there.
    pub account_hint: &'static str,
    /// Everything works.
    pub good: &'static str,
    /// Something is switched off.
    pub limited: &'static str,
    /// Something is broken.
    pub bad: &'static str,
    /// Heading of the list of checks.
    pub checks: &'static str,
    /// A check: the settings and secrets of the deployment.
    pub configuration: &'static str,
    /// A check: where clients, users and revocations are kept.
    pub store: &'static str,
    /// A check: where it is marked what was used.
    pub ledger: &'static str,
    /// What it costs that the operator switched the ledger off.
    pub ledger_off: &'static str,
    /// Spoken for the sign of a check that is well.
    pub check_good: &'static str,
    /// Spoken for the sign of something that is switched off.
    pub check_limited: &'static str,
    /// Spoken for the sign of a check that failed.
    pub check_bad: &'static str,
    /// Heading of what developers need.
    pub developers: &'static str,
    /// Label of the issuer identifier.
    pub issuer: &'static str,
    /// Label of the version.
    pub version: &'static str,
    /// Link to the OpenID Connect discovery document.
    pub openid_configuration: &'static str,
    /// Link to the RFC 8414 document.
    pub authorization_server: &'static str,
    /// Link to the public keys.
    pub jwks: &'static str,
}

/// Words of the page that stands in for a server without a valid configuration.
#[derive(Debug)]
pub struct MisconfiguredText {
    /// Title and heading.
    pub title: &'static str,
    /// For a person who came from an app.
    pub visitor: &'static str,
    /// For whoever runs the server; the list of faults follows.
    pub operator: &'static str,
}
