//! From decisions to pages: fills in the pages and protects them with a policy.

use super::interaction::Interaction;
use crate::config::Fault;
use crate::consent::ConsentDuration;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::oauth::{RedirectTarget, RedirectUri};
use crate::pages::{self, EN, Frame, Page, Problem, SCRIPT_HASH, SignInProblem, Theme};
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
    let page = pages::SignIn { action: &action, ticket, client_name, username, problem, reauthenticate: false };
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
            description: registry.definition(name).map(|definition| definition.description.as_str()),
            optional: registry.is_optional(name),
            // Ticked at first; afterwards as the user left it.
            checked: standing.is_none_or(|standing| standing.scope.contains(name)),
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
        duration: ConsentDuration::Days30,
        warn_loopback: interaction.client.is_impersonable(redirect_uri.target()),
    };
    let reply = render(200, &page, &FormTarget::Client(redirect_uri), cx).noted(Note::event("consent_shown"));
    reply.concerning(Some(&interaction.client.client_id), Some(session.subject))
}

/// A form that posts the answer to the client (Form Post Response Mode §2).
pub(super) fn form_post<P: Platform>(redirect_uri: &RedirectUri, params: &[(&str, &str)], cx: &Cx<'_, P>) -> Reply {
    let page = pages::FormPost { redirect_uri: redirect_uri.as_str(), params };
    render_forward(&page, &FormTarget::Client(redirect_uri), cx)
}

/// A form that posts an authorization request once more, from this site.
pub(super) fn resubmit<P: Platform>(redirect_uri: &RedirectUri, params: &Params, cx: &Cx<'_, P>) -> Reply {
    let params: Vec<(&str, &str)> = params.iter().collect();
    let page = pages::Resubmit { action: &cx.config.issuer.url("/authorize"), params: &params };
    // The answer to that post may be a redirect to the client.
    render_forward(&page, &FormTarget::Client(redirect_uri), cx).noted(Note::event("come_again"))
}

/// What is wrong, where it must not be told to a client.
pub(super) fn error<P: Platform>(error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    let error_code = Some(error.code.as_str());
    let page = pages::ErrorPage { problem: problem(error), error_code, description: error.description };
    let reply = render(error.code.status(), &page, &FormTarget::Here, cx).noted(Note::refusal(error));
    if reply.status == 503 { reply.header("retry-after", "5") } else { reply }
}

/// RFC 9110 §15.5.5
pub(super) fn not_found<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    let page = pages::ErrorPage { problem: Problem::NotFound, error_code: None, description: "" };
    render(404, &page, &FormTarget::Here, cx).noted(Note::event("not_found"))
}

/// The front page.
pub(super) fn front<P: Platform>(page: &pages::Front<'_>, cx: &Cx<'_, P>) -> Reply {
    let status = if page.health() == pages::Health::Bad { 503 } else { 200 };
    render(status, page, &FormTarget::Here, cx).noted(Note::event("front"))
}

/// All that can be said while the configuration is faulty.
pub(super) fn misconfigured(faults: &[Fault], request_id: &str) -> Reply {
    let theme = Theme::default();
    let frame = Frame { theme: &theme, text: &EN, request_id };
    let page = pages::Misconfigured { faults };
    to_reply(503, &page, &frame, "").header("retry-after", "60").noted(Note::event("misconfigured"))
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
    to_reply(status, page, &frame(cx), &format!("; form-action {}", form_target.sources()))
}

/// A page that submits itself, by the one script there is.
fn render_forward<P: Platform>(page: &impl Page, form_target: &FormTarget<'_>, cx: &Cx<'_, P>) -> Reply {
    let policy = format!("; script-src '{SCRIPT_HASH}'; form-action {}", form_target.sources());
    to_reply(200, page, &frame(cx), &policy)
}

fn frame<'a, P: Platform>(cx: &'a Cx<'_, P>) -> Frame<'a> {
    Frame { theme: &cx.config.theme, text: &EN, request_id: &cx.request_id }
}

/// CSP Level 3: nothing but the style of this page, its pictures, and what `more` allows.
fn to_reply(status: u16, page: &impl Page, frame: &Frame<'_>, more: &str) -> Reply {
    // Templates are checked when this is compiled; writing them into memory cannot fail.
    let Ok(html) = page.render(frame) else { return Reply::empty(500).noted(Note::event("page_not_rendered")) };
    let (style, images) = (frame.theme.style().hash(), frame.theme.image_sources());
    let policy = format!(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src '{style}'; img-src {images}{more}"
    );
    Reply::html(status, html, &policy)
}

/// What a person can do about an error.
fn problem(error: &OAuthError) -> Problem {
    match (error.code.status(), error.cause) {
        (500.., _) => Problem::Unavailable,
        (_, "redirect_uri_unknown" | "redirect_uri_missing") => Problem::RedirectUri,
        (_, "client_unknown" | "client_removed" | "client_disabled") => Problem::UnknownClient,
        (_, "method_not_allowed") => Problem::MethodNotAllowed,
        (_, "body_too_long" | "query_too_long" | "parameter_too_long" | "too_many_parameters") => Problem::TooLarge,
        (_, cause) if cause.starts_with("seal_") || cause == "ticket_of_another_browser" => Problem::StartAgain,
        _ => Problem::InvalidRequest,
    }
}
