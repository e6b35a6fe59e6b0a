//! The consent page.
//!
//! Posts `ticket`, one `scope` for each ticked optional scope, `duration`, and `decision` (`allow`,
//! `deny` or `switch`). Required scopes are shown, not posted: the ticket holds them.

use askama::Template;

use crate::consent::ConsentDuration;

use super::sample::{HOSTILE_SCOPES, LONG, NAMES, SCOPES};
use super::text::ConsentText;
use super::{AppFace, Frame, Page};

/// The consent page.
#[derive(Clone, Debug)]
pub struct Consent<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The sealed pending request.
    pub ticket: &'a str,
    /// The app that asks.
    pub client_name: &'a str,
    /// What it shows of itself.
    pub app: AppFace<'a>,
    /// Its identifier.
    pub client_id: &'a str,
    /// The host of the redirect URI; `None` where a device waits, which nobody is sent back to.
    pub redirect_host: Option<&'a str>,
    /// What that device shows.
    pub user_code: Option<&'a str>,
    /// The account that would be used.
    pub signed_in_as: &'a str,
    /// What it asks for access to, beside the account: names of resources, or their URIs.
    pub resources: &'a [&'a str],
    /// What the app asks for.
    pub scopes: &'a [ConsentScope<'a>],
    /// For how long it may be allowed.
    pub durations: &'a [ConsentDuration],
    /// The choice made beforehand.
    pub duration: ConsentDuration,
    /// Whether nobody but the app itself says who it is.
    pub self_registered: bool,
    /// The host of the document in which it says so, if there is one.
    pub described_at: Option<&'a str>,
    /// RFC 8252 §8.6: whether the app is native, so that any local program could ask in its name.
    pub warn_loopback: bool,
}

/// One line of a consent page.
#[derive(Clone, Copy, Debug)]
pub struct ConsentScope<'a> {
    /// The scope token.
    pub name: &'a str,
    /// In words, where the operator described it. The page itself knows the scopes of OpenID Connect.
    pub description: Option<&'a str>,
    /// Whether it can be unticked.
    pub optional: bool,
    /// Whether it is ticked beforehand.
    pub checked: bool,
    /// Whether it was allowed at an earlier time.
    pub already_granted: bool,
}

impl Consent<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/consent",
            ticket: "AQIDBAUGBwg",
            client_name: "Budget Planner",
            app: AppFace::default(),
            client_id: "budget-planner",
            redirect_host: Some("planner.example.com"),
            user_code: None,
            signed_in_as: "ada",
            resources: &[],
            scopes: &SCOPES,
            durations: ConsentDuration::ALL,
            duration: ConsentDuration::Days30,
            self_registered: false,
            described_at: None,
            warn_loopback: false,
        };
        let (required, rest) = SCOPES.split_at(1);
        let mut samples = vec![
            plain.clone(),
            Self { app: AppFace::sample(), ..plain.clone() },
            Self {
                client_name: "notes-cli",
                redirect_host: Some("127.0.0.1"),
                scopes: required,
                durations: &[ConsentDuration::Visit],
                duration: ConsentDuration::Visit,
                self_registered: true,
                described_at: Some("app.example"),
                warn_loopback: true,
                ..plain.clone()
            },
            Self { resources: &["Budgets"], scopes: rest, durations: &[], ..plain.clone() },
            Self { action: "/device", redirect_host: None, user_code: Some("WDJB-MJHT"), ..plain.clone() },
            Self { resources: &["Budgets", "https://mail.example.com/v2"], scopes: &[], ..plain.clone() },
        ];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            client_name: name,
            app: AppFace::hostile(name),
            client_id: name,
            redirect_host: Some(name),
            user_code: Some(name),
            signed_in_as: name,
            resources: &[NAMES[0], LONG, NAMES[3]],
            scopes: &HOSTILE_SCOPES,
            self_registered: true,
            described_at: Some("app.example"),
            warn_loopback: true,
            ..plain.clone()
        }));
        samples
    }
}

impl Page for Consent<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "consent.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a Consent<'a>,
    frame: &'a Frame<'a>,
}

impl View<'_> {
    fn required(&self) -> Vec<&ConsentScope<'_>> {
        self.page.scopes.iter().filter(|s| !s.optional).collect()
    }

    fn optional(&self) -> Vec<&ConsentScope<'_>> {
        self.page.scopes.iter().filter(|s| s.optional).collect()
    }

    fn resources(&self) -> Option<String> {
        (!self.page.resources.is_empty()).then(|| self.page.resources.join(", "))
    }

    fn choices(&self) -> Vec<Choice> {
        let text = &self.frame.text.consent;
        let choice = |duration: &ConsentDuration| Choice {
            value: duration.as_str(),
            words: match duration {
                ConsentDuration::Visit => text.visit,
                ConsentDuration::Days30 => text.days30,
                ConsentDuration::UntilWithdrawn => text.until_withdrawn,
            },
            chosen: *duration == self.page.duration,
        };
        self.page.durations.iter().map(choice).collect()
    }

    fn known<'b>(&self, scope: &ConsentScope<'b>) -> Option<&'b str> {
        known(scope.name, scope.description, &self.frame.text.consent)
    }
}

/// A scope in words. The operator's come first; then ours for OpenID Connect Core §5.4 and §11.
pub(super) fn known<'a>(name: &str, description: Option<&'a str>, text: &ConsentText) -> Option<&'a str> {
    description.or(match name {
        "openid" => Some(text.openid),
        "profile" => Some(text.profile),
        "email" => Some(text.email),
        "address" => Some(text.address),
        "phone" => Some(text.phone),
        "offline_access" => Some(text.offline_access),
        _ => None,
    })
}

/// One radio button.
struct Choice {
    value: &'static str,
    words: &'static str,
    chosen: bool,
}
