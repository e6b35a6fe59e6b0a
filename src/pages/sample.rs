//! What the samples of all pages are made of, and the gallery that shows them.

use super::misconfigured::sample_faults;
use super::sign_out::sample_frames;
use super::{
    Account, Consent, ConsentScope, DeviceAnswered, ErrorPage, FormPost, Frame, Front, Misconfigured, NewPassword,
    Page, PasswordSet, Resubmit, SignIn, SignOut, SignedOut, Text, Theme, UserCodeForm,
};
use crate::oauth::Language;

/// Every sample of every page as (name, HTML). A page that cannot be rendered is missing.
#[must_use]
pub fn gallery(theme: &Theme, language: Language) -> Vec<(String, String)> {
    let mut gallery =
        Gallery { frame: Frame { theme, text: Text::of(language), request_id: "8f2c61b0d94e4a1f" }, pages: Vec::new() };
    gallery.add("sign_in", &SignIn::samples());
    gallery.add("consent", &Consent::samples());
    gallery.add("user_code", &UserCodeForm::samples());
    gallery.add("device_answered", &DeviceAnswered::samples());
    gallery.add("account", &Account::samples());
    gallery.add("new_password", &NewPassword::samples());
    gallery.add("password_set", &PasswordSet::samples());
    gallery.add("sign_out", &SignOut::samples());
    gallery.add("signed_out", &SignedOut::samples(&sample_frames()));
    gallery.add("error", &ErrorPage::samples());
    gallery.add("form_post", &FormPost::samples());
    gallery.add("resubmit", &Resubmit::samples());
    gallery.add("front", &Front::samples());
    let faults = sample_faults();
    let misconfigured: Vec<_> = faults.iter().map(|f| Misconfigured { faults: f }).collect();
    gallery.add("misconfigured", &misconfigured);
    gallery.pages
}

struct Gallery<'a> {
    frame: Frame<'a>,
    pages: Vec<(String, String)>,
}

impl Gallery<'_> {
    fn add<P: Page>(&mut self, name: &str, samples: &[P]) {
        let rendered = samples.iter().enumerate().filter_map(|(n, page)| {
            let html = page.render(&self.frame).ok()?;
            Some((format!("{name}_{n}"), html))
        });
        self.pages.extend(rendered);
    }
}

/// Names that try to leave the place they are put in.
pub(super) const NAMES: [&str; 5] = [
    "<script>alert(1)</script>",
    "\" autofocus onfocus=\"alert(1)\" x='",
    "</title></style><img src=x onerror=alert(1)>",
    "{client} {{ 7 * 7 }} &lt;b&gt; \u{202e}moc.knab\u{202c}",
    "متجر الكتب الإلكتروني",
];

/// 200 characters without a place to break.
pub(super) const LONG: &str = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft_https_api_example_com_v2_resources_organisations_projects_environments_deployments_secrets_read_write_administer_all_00";

pub(super) const SCOPES: [ConsentScope<'_>; 6] = [
    scope("openid", None, false),
    scope("profile", None, false),
    ConsentScope { already_granted: true, ..scope("email", None, true) },
    scope("offline_access", None, true),
    scope("budgets.read", Some("See your budgets and their history"), true),
    ConsentScope { checked: false, ..scope("budgets.write", Some("Change your budgets"), true) },
];

pub(super) const HOSTILE_SCOPES: [ConsentScope<'_>; 6] = [
    scope(NAMES[0], None, false),
    scope(LONG, None, false),
    scope("address", None, true),
    scope("phone", Some(NAMES[1]), true),
    scope(NAMES[2], Some(LONG), true),
    scope(LONG, None, true),
];

const fn scope<'a>(name: &'a str, description: Option<&'a str>, optional: bool) -> ConsentScope<'a> {
    ConsentScope { name, description, optional, checked: true, already_granted: false }
}
