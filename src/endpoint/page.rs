//! From decisions to pages: fills in the pages and protects them with a policy.

use super::interaction::Interaction;
use crate::config::Fault;
use crate::consent::ConsentDuration;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::oauth::{RedirectTarget, RedirectUri, ScopeToken};
use crate::pages::{self, Frame, Page, SignInProblem, StyleSheet, Theme, text::EN};
use crate::seal::{HeldConsent, Session};

/// What was typed, and why it did not do.
#[derive(Debug)]
pub(super) struct FailedSignIn<'a> {
    pub username: &'a str,
    pub problem: SignInProblem,
}

/// The sign-in page.
pub(super) fn sign_in<P: Platform>(
    interaction: &Interaction,
    failed: Option<FailedSignIn<'_>>,
    ticket: &str,
    cx: &Cx<'_, P>,
) -> Reply {
    let hint = interaction.pending.login_hint.as_deref().unwrap_or_default();
    let status = if failed.is_some() { 400 } else { 200 };
    let (username, problem) = failed.map_or((hint, None), |failed| (failed.username, Some(failed.problem)));
    let action = cx.config.issuer.url("/login");
    let client_name = Some(interaction.client.display_name());
    let page = pages::SignIn { action: &action, ticket, client_name, username, problem };
    let form_target = FormTarget::Client(interaction.return_to.redirect_uri());
    render(status, &page, &form_target, cx).noted(Note::event("sign_in_shown"))
}

/// The consent page.
pub(super) fn consent<P: Platform>(
    interaction: &Interaction,
    session: &Session,
    standing: Option<&HeldConsent>,
    ticket: &str,
    cx: &Cx<'_, P>,
) -> Reply {
    let redirect_uri = interaction.return_to.redirect_uri();
    let registry = &cx.config.scopes;
    let scopes: Vec<pages::ConsentScope<'_>> = interaction
        .pending
        .scope
        .iter()
        .map(|name| pages::ConsentScope {
            name,
            description: describe(name, cx),
            optional: registry.is_optional(name),
            checked: true,
            already_granted: standing.is_some_and(|standing| standing.scope.contains(name)),
        })
        .collect();
    let page = pages::Consent {
        action: &cx.config.issuer.url("/consent"),
        ticket,
        client_name: interaction.client.display_name(),
        client_id: interaction.client.client_id.as_str(),
        redirect_host: &redirect_uri.host(),
        signed_in_as: &session.username,
        scopes: &scopes,
        durations: ConsentDuration::ALL,
        selected: ConsentDuration::Days30,
        warn_loopback: redirect_uri.target() != RedirectTarget::Web,
    };
    let reply = render(200, &page, &FormTarget::Client(redirect_uri), cx).noted(Note::event("consent_shown"));
    reply.concerning(Some(&interaction.client.client_id), Some(session.subject))
}

/// A form that posts the answer to the client (Form Post Response Mode §2).
pub(super) fn form_post<P: Platform>(redirect_uri: &RedirectUri, params: &[(&str, &str)], cx: &Cx<'_, P>) -> Reply {
    let page = pages::FormPost { redirect_uri: redirect_uri.as_str(), params };
    render(200, &page, &FormTarget::Client(redirect_uri), cx)
}

/// A form that posts an authorization request once more, from this site.
pub(super) fn resubmit<P: Platform>(params: &Params, cx: &Cx<'_, P>) -> Reply {
    let params: Vec<(&str, &str)> = params.iter().collect();
    let page = pages::Resubmit { action: &cx.config.issuer.url("/authorize"), params: &params };
    render(200, &page, &FormTarget::Here, cx).noted(Note::event("come_again"))
}

/// What is wrong, where it must not be told to a client.
pub(super) fn error<P: Platform>(error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    let kind = match error.code.status() {
        500.. => pages::ErrorKind::Unavailable,
        _ => pages::ErrorKind::BadRequest,
    };
    let (description, code) = (error.description, Some(error.code.as_str()));
    let page = pages::Error { kind, description, error_code: code, request_id: &cx.request_id };
    let reply = render(error.code.status(), &page, &FormTarget::Here, cx).noted(Note::refusal(error));
    if reply.status == 503 { reply.header("retry-after", "5") } else { reply }
}

/// RFC 9110 §15.5.5
pub(super) fn not_found<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    let kind = pages::ErrorKind::NotFound;
    let page = pages::Error { kind, description: EN.not_found, error_code: None, request_id: &cx.request_id };
    render(404, &page, &FormTarget::Here, cx).noted(Note::event("not_found"))
}

/// The front page.
pub(super) fn front<P: Platform>(page: &pages::Front<'_>, cx: &Cx<'_, P>) -> Reply {
    let status = if page.healthy { 200 } else { 503 };
    render(status, page, &FormTarget::Here, cx).noted(Note::event("front"))
}

/// All that can be said while the configuration is faulty.
pub(super) fn misconfigured(faults: &[Fault], request_id: &str) -> Reply {
    let theme = Theme::default();
    let style = StyleSheet::new(&theme);
    let frame = Frame { theme: &theme, style: &style, text: &EN, request_id };
    let note = Note { event: "misconfigured", ..Note::default() };
    to_reply(503, &pages::Misconfigured { faults }, &frame, "'self'").header("retry-after", "60").noted(note)
}

/// Where the forms of a page lead.
enum FormTarget<'a> {
    Here,
    Client(&'a RedirectUri),
}

impl FormTarget<'_> {
    /// CSP Level 3 §6.4.1. Chromium applies `form-action` to every redirect after a post as well, and a client may send
    /// the browser on to another of its hosts: so it is the scheme that is allowed, not one host. Whoever could inject
    /// a form here would have to get past the escaping first, and past a policy without scripts.
    fn sources(&self) -> String {
        match self {
            Self::Here => "'self'".to_owned(),
            Self::Client(uri) => match uri.target() {
                RedirectTarget::Web => "'self' https:".to_owned(),
                RedirectTarget::Loopback => "'self' http: https:".to_owned(),
                RedirectTarget::PrivateUse => format!("'self' {}", uri.host()),
            },
        }
    }
}

fn render<P: Platform>(status: u16, page: &impl Page, form_target: &FormTarget<'_>, cx: &Cx<'_, P>) -> Reply {
    let config = cx.config;
    let frame = Frame { theme: &config.theme, style: &config.style, text: &EN, request_id: &cx.request_id };
    to_reply(status, page, &frame, &form_target.sources())
}

fn to_reply(status: u16, page: &impl Page, frame: &Frame<'_>, form_action: &str) -> Reply {
    // Templates are checked when this is compiled; writing them into memory cannot fail.
    let Ok(html) = page.render(frame) else { return Reply::empty(500).noted(Note::event("page_not_rendered")) };
    let script = page.script_hash().map(|hash| format!("; script-src '{hash}'")).unwrap_or_default();
    let images = frame.theme.image_source().map(|source| format!("; img-src {source}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src '{}'{script}{images}; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'",
        frame.style.hash(),
    );
    Reply::html(status, html, &policy)
}

fn describe<'a, P: Platform>(name: &'a str, cx: &Cx<'a, P>) -> &'a str {
    match name {
        ScopeToken::OPENID => EN.scope_openid,
        ScopeToken::OFFLINE_ACCESS => EN.scope_offline_access,
        name => cx.config.scopes.definition(name).map_or(name, |definition| &definition.description),
    }
}
