//! What the account page is shown with in the gallery.

use super::sample::{LONG, NAMES};
use super::{AccessEnds, Account, AccountNotice, AppScope, ConnectedApp, SignInRow};

impl Account<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/account",
            ticket: "AQIDBAUGBwg",
            signed_in_as: "ada",
            notice: None,
            apps: &APPS,
            apps_cut: false,
            sign_ins: Some(&SIGN_INS),
        };
        let mut samples = vec![
            plain.clone(),
            Self { apps: &[], sign_ins: Some(SIGN_INS.split_at(1).0), ..plain.clone() },
            Self { apps_cut: true, sign_ins: None, ..plain.clone() },
            Self { apps: &[], sign_ins: Some(&[]), ..plain.clone() },
        ];
        samples.extend(NOTICES.map(|notice| Self { notice: Some(notice), ..plain.clone() }));
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            signed_in_as: name,
            apps: &HOSTILE_APPS,
            sign_ins: Some(&HOSTILE_SIGN_INS),
            ..plain.clone()
        }));
        samples
    }
}

const NOTICES: [AccountNotice; 10] = [
    AccountNotice::Disconnected,
    AccountNotice::PasswordChanged,
    AccountNotice::PasswordsDiffer,
    AccountNotice::PasswordTooLong,
    AccountNotice::PasswordTooShort,
    AccountNotice::PasswordUnfit,
    AccountNotice::SignedOutElsewhere,
    AccountNotice::TooManyTries { wait_seconds: 90 },
    AccountNotice::Unchanged,
    AccountNotice::WrongPassword,
];

const APPS: [ConnectedApp<'_>; 3] = [
    ConnectedApp {
        id: "budget-planner",
        name: "Budget Planner",
        hosts: "planner.example.com",
        open: Some("https://planner.example.com/login?iss=https%3A%2F%2Fid.example.com"),
        on_a_device: false,
        scopes: &[
            scope("openid", None),
            scope("email", None),
            scope("budgets.read", Some("See your budgets and their history")),
            scope("budgets.write", None),
        ],
        since: Some("21 Nov 2026"),
        until: AccessEnds::On("21 Dec 2026"),
    },
    ConnectedApp {
        id: "https://notes.example/client.json",
        name: "Notes",
        hosts: "notes.example, 127.0.0.1",
        open: None,
        on_a_device: true,
        scopes: &[scope("openid", None)],
        since: Some("2 Oct 2026"),
        until: AccessEnds::Withdrawn,
    },
    ConnectedApp {
        id: "desk",
        name: "Front Desk",
        hosts: "",
        open: None,
        on_a_device: true,
        scopes: &[scope("openid", None), scope("profile", None)],
        since: None,
        until: AccessEnds::Visit,
    },
];

const HOSTILE_APPS: [ConnectedApp<'_>; 6] =
    [hostile(NAMES[0]), hostile(NAMES[1]), hostile(NAMES[2]), hostile(NAMES[3]), hostile(NAMES[4]), hostile(LONG)];

const HOSTILE_SCOPES: [AppScope<'_>; 3] = [scope(NAMES[0], None), scope(LONG, None), scope("phone", Some(NAMES[1]))];

const SIGN_INS: [SignInRow<'_>; 3] = [
    SignInRow { id: "AQID", browser: "Firefox on Linux", since: "21 Nov 2026, 10:15 UTC", this_one: true },
    SignInRow { id: "BAUG", browser: "Safari on iPhone", since: "19 Nov 2026, 07:02 UTC", this_one: false },
    SignInRow { id: "BwgJ", browser: "", since: "3 Nov 2026, 22:40 UTC", this_one: false },
];

const HOSTILE_SIGN_INS: [SignInRow<'_>; 2] = [
    SignInRow { id: NAMES[1], browser: NAMES[2], since: NAMES[0], this_one: false },
    SignInRow { id: LONG, browser: LONG, since: LONG, this_one: true },
];

const fn scope<'a>(name: &'a str, description: Option<&'a str>) -> AppScope<'a> {
    AppScope { name, description }
}

const fn hostile(name: &'static str) -> ConnectedApp<'static> {
    ConnectedApp {
        id: name,
        name,
        hosts: name,
        open: Some(name),
        on_a_device: true,
        scopes: &HOSTILE_SCOPES,
        since: Some(name),
        until: AccessEnds::On(name),
    }
}
