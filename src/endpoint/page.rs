//! From decisions to pages: fills in the pages and protects them with a policy.

use super::interaction::Interaction;
use super::language::own_url;
use crate::client::Client;
use crate::config::Fault;
use crate::consent::ConsentDuration;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Note, Params, Reply};
use crate::oauth::{ClientTag, Language, RedirectTarget, RedirectUri, Resources, Scope};
use crate::pages::{
    self, AccountNotice, Frame, NewPasswordProblem, Page, Problem, SCRIPT_HASH, SignInProblem, Text, Theme,
    UserCodeProblem,
};
use crate::seal::{HeldConsent, Session};
use std::slice;
use url::Url;

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
    let (username, problem) = failed.map_or((hint, None), |failed| (failed.username, Some(failed.problem)));
    let action = cx.config.issuer.url("/login");
    let client_name = interaction.client.display_name();
    let page = pages::SignIn {
        action: &action,
        ticket,
        client_name: Some(&client_name),
        username,
        problem,
        for_device: false,
        reauthenticate: false,
    };
    sign_in_page(&page, slice::from_ref(interaction.return_to.redirect_uri()), cx)
}

/// The sign-in page of the user's own account, or of whoever wants to connect a device.
pub(super) fn own_sign_in<P: Platform>(
    failed: Option<FailedSignIn<'_>>,
    for_device: bool,
    ticket: &str,
    cx: &Cx<'_, P>,
) -> Reply {
    let (username, problem) = failed.map_or(("", None), |failed| (failed.username, Some(failed.problem)));
    let action = cx.config.issuer.url("/login");
    let page = pages::SignIn {
        action: &action,
        ticket,
        client_name: None,
        username,
        problem,
        for_device,
        reauthenticate: false,
    };
    sign_in_page(&page, &[], cx)
}

/// The page on which somebody who is signed in types the password once more.
pub(super) fn confirm<P: Platform>(
    username: &str,
    problem: Option<SignInProblem>,
    ticket: &str,
    cx: &Cx<'_, P>,
) -> Reply {
    let action = cx.config.issuer.url("/login");
    let page = pages::SignIn {
        action: &action,
        ticket,
        client_name: None,
        username,
        problem,
        for_device: false,
        reauthenticate: true,
    };
    sign_in_page(&page, &[], cx)
}

fn sign_in_page<P: Platform>(page: &pages::SignIn<'_>, redirect_uris: &[RedirectUri], cx: &Cx<'_, P>) -> Reply {
    let wait = match page.problem {
        Some(SignInProblem::TooManyTries { wait_seconds }) => Some(wait_seconds),
        _ => None,
    };
    let status = if page.problem.is_some() { 400 } else { 200 };
    slowed_down(render(status, page, redirect_uris, cx), wait).noted(Note::event("sign_in_shown"))
}

/// RFC 6585 §4, RFC 9110 §10.2.3: when the next try makes sense.
fn slowed_down(reply: Reply, wait_seconds: Option<u32>) -> Reply {
    match wait_seconds {
        Some(seconds) => reply.with_status(429).header("retry-after", seconds.to_string()),
        None => reply,
    }
}

/// The account page.
pub(super) fn account<P: Platform>(page: &pages::Account<'_>, cx: &Cx<'_, P>) -> Reply {
    let status = if page.notice.is_none_or(AccountNotice::is_good) { 200 } else { 400 };
    let wait = match page.notice {
        Some(AccountNotice::TooManyTries { wait_seconds }) => Some(wait_seconds),
        _ => None,
    };
    slowed_down(render(status, page, &[], cx), wait).noted(Note::event("account_shown"))
}

/// The page where a password is chosen.
pub(super) fn new_password<P: Platform>(page: &pages::NewPassword<'_>, cx: &Cx<'_, P>) -> Reply {
    let (status, event) = match page.problem {
        None => (200, "new_password_shown"),
        Some(NewPasswordProblem::NotSaved) => (503, "password_not_saved"),
        Some(_) => (400, "new_password_refused"),
    };
    let reply = render(status, page, &[], cx).noted(Note::event(event));
    if status == 503 { reply.header("retry-after", "5") } else { reply }
}

/// What follows when it is set.
pub(super) fn password_set<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    let page = pages::PasswordSet { account: &own_url("/account", &[], cx) };
    render(200, &page, &[], cx).noted(Note::event("password_set"))
}

/// What a consent page asks.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub client: &'a Client,
    pub scope: &'a Scope,
    pub resources: &'a Resources,
    pub asked_by: AskedBy<'a>,
}

/// Who waits for the answer.
#[derive(Debug)]
pub(super) enum AskedBy<'a> {
    /// A site, or a program, to which the browser goes back.
    Site(&'a RedirectUri),
    /// A device that shows this code.
    Device(&'a str),
}

/// The consent page.
pub(super) fn consent<P: Platform>(
    question: &Question<'_>,
    session: &Session,
    standing: Option<&HeldConsent>,
    ticket: &str,
    cx: &Cx<'_, P>,
) -> Reply {
    let client = question.client;
    let (path, redirect_uri, user_code) = match question.asked_by {
        AskedBy::Site(uri) => ("/consent", Some(uri), None),
        AskedBy::Device(code) => ("/device", None, Some(code)),
    };
    let redirect_host = redirect_uri.map(RedirectUri::host);
    let registry = &cx.config.scopes;
    let scopes: Vec<pages::ConsentScope<'_>> = question
        .scope
        .iter()
        .map(|name| pages::ConsentScope {
            name,
            description: registry.definition(name).map(|definition| definition.description.of(cx.language)),
            optional: registry.is_optional(name),
            // Ticked at first; afterwards as the user left it.
            checked: standing.is_none_or(|standing| standing.scope.contains(name)),
            already_granted: standing.is_some_and(|standing| standing.scope.contains(name)),
        })
        .collect();
    let named = |resource| {
        let name = cx.config.resources.definition(resource)?.name.as_ref();
        Some(name.map_or(resource.as_str(), |name| name.of(cx.language)))
    };
    let resources: Vec<&str> = question.resources.iter().filter_map(named).collect();
    let described_at = client.client_id.host();
    let page = pages::Consent {
        action: &cx.config.issuer.url(path),
        ticket,
        client_name: &client.display_name(),
        client_id: &shown_id(client),
        redirect_host: redirect_host.as_deref(),
        user_code,
        signed_in_as: &session.username,
        resources: &resources,
        scopes: &scopes,
        durations: ConsentDuration::ALL,
        duration: ConsentDuration::Days30,
        self_registered: !client.is_the_operators(),
        described_at: described_at.as_deref(),
        warn_loopback: redirect_uri.is_some_and(|uri| client.is_impersonable(uri.target())),
    };
    let redirect_uris = redirect_uri.map(slice::from_ref).unwrap_or_default();
    let reply = render(200, &page, redirect_uris, cx).noted(Note::event("consent_shown"));
    reply.concerning(Some(&client.client_id), Some(session.subject))
}

/// The page that asks for what a device shows.
pub(super) fn user_code<P: Platform>(page: &pages::UserCodeForm<'_>, cx: &Cx<'_, P>) -> Reply {
    let (status, wait) = match page.problem {
        None => (200, None),
        Some(UserCodeProblem::TooManyTries { wait_seconds }) => (429, Some(wait_seconds)),
        Some(UserCodeProblem::Empty | UserCodeProblem::Unknown) => (400, None),
    };
    slowed_down(render(status, page, &[], cx), wait).noted(Note::event("user_code_asked"))
}

/// What came of a device's request.
pub(super) fn device_answered<P: Platform>(client: &Client, allowed: bool, cx: &Cx<'_, P>) -> Reply {
    let account = own_url("/account", &[], cx);
    let page = pages::DeviceAnswered { client_name: &client.display_name(), allowed, account: &account };
    let event = if allowed { "device_allowed" } else { "device_denied" };
    render(200, &page, &[], cx).noted(Note::event(event))
}

/// What to tell a client by. A seal is nothing to read.
fn shown_id(client: &Client) -> String {
    let id = &client.client_id;
    if client.is_the_operators() || id.is_url() { id.to_string() } else { ClientTag::shown(id.digest()) }
}

/// A form that posts the answer to the client (Form Post Response Mode §2).
pub(super) fn form_post<P: Platform>(redirect_uri: &RedirectUri, params: &[(&str, &str)], cx: &Cx<'_, P>) -> Reply {
    let page = pages::FormPost { redirect_uri: redirect_uri.as_str(), params };
    render_forward(&page, slice::from_ref(redirect_uri), cx)
}

/// A form that posts a request once more, from this site.
pub(super) fn resubmit<P: Platform>(
    action: &str,
    redirect_uris: &[RedirectUri],
    params: &Params,
    cx: &Cx<'_, P>,
) -> Reply {
    let params: Vec<(&str, &str)> = params.iter().collect();
    let page = pages::Resubmit { action, params: &params };
    // The answer to that post may be a redirect to the client.
    render_forward(&page, redirect_uris, cx).noted(Note::event("come_again"))
}

/// The question whether to sign out.
pub(super) fn sign_out<P: Platform>(
    client_name: Option<&str>,
    signed_in_as: &str,
    ticket: &str,
    redirect_uri: Option<&RedirectUri>,
    cx: &Cx<'_, P>,
) -> Reply {
    let action = cx.config.issuer.url("/end_session");
    let page = pages::SignOut { action: &action, ticket, client_name, signed_in_as: Some(signed_in_as) };
    // The answer to that post may be a redirect to the client.
    let redirect_uris = redirect_uri.map(slice::from_ref).unwrap_or_default();
    render(200, &page, redirect_uris, cx).noted(Note::event("sign_out_shown"))
}

/// The page of somebody who is signed out: where to go from here and to whom that leads, and the frames to load.
pub(super) fn signed_out<P: Platform>(continue_to: Option<(&str, &str)>, frames: &[String], cx: &Cx<'_, P>) -> Reply {
    let continue_to = continue_to.map(|(url, client_name)| pages::Continue { url, client_name });
    let page = pages::SignedOut { continue_to, frames };
    let policy = format!("; form-action 'none'{}", frame_sources(frames));
    to_reply(200, &page, &frame(cx), &policy)
}

/// What is wrong, where it must not be told to a client.
pub(super) fn error<P: Platform>(error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    let error_code = Some(error.code.as_str());
    let page = pages::ErrorPage { problem: problem(error), error_code, description: error.description };
    let reply = render(error.code.status(), &page, &[], cx).noted(Note::refusal(error));
    if reply.status == 503 { reply.header("retry-after", "5") } else { reply }
}

/// RFC 9110 §15.5.5
pub(super) fn not_found<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    let page = pages::ErrorPage { problem: Problem::NotFound, error_code: None, description: "" };
    render(404, &page, &[], cx).noted(Note::event("not_found"))
}

/// The front page.
pub(super) fn front<P: Platform>(page: &pages::Front<'_>, cx: &Cx<'_, P>) -> Reply {
    let status = if page.health() == pages::Health::Bad { 503 } else { 200 };
    render(status, page, &[], cx).noted(Note::event("front"))
}

/// All that can be said while the configuration is faulty.
pub(super) fn misconfigured(faults: &[Fault], request_id: &str, language: Language) -> Reply {
    let theme = Theme::default();
    let frame = Frame { theme: &theme, text: Text::of(language), request_id };
    let page = pages::Misconfigured { faults };
    to_reply(503, &page, &frame, "").header("retry-after", "60").noted(Note::event("misconfigured"))
}

/// Where the forms of a page lead: here, and to one of these by the redirects that follow.
///
/// CSP Level 3 §6.4.1. Chromium applies `form-action` to every redirect after a post as well, and a client may send the
/// browser on to another of its hosts: so it is the scheme that is allowed, not one host. Whoever could inject a form here
/// would have to get past the escaping first, and past a policy without scripts.
fn form_action(redirect_uris: &[RedirectUri]) -> String {
    let mut sources = "'self'".to_owned();
    let mut allow = |source: &str| {
        if !sources.split(' ').any(|known| known == source) {
            sources.push(' ');
            sources.push_str(source);
        }
    };
    for uri in redirect_uris {
        match uri.target() {
            RedirectTarget::Web => allow("https:"),
            RedirectTarget::Loopback => ["http:", "https:"].into_iter().for_each(&mut allow),
            RedirectTarget::PrivateUse => allow(&uri.host()),
        }
    }
    sources
}

fn render<P: Platform>(status: u16, page: &impl Page, redirect_uris: &[RedirectUri], cx: &Cx<'_, P>) -> Reply {
    to_reply(status, page, &frame(cx), &format!("; form-action {}", form_action(redirect_uris)))
}

/// A page that submits itself, by the one script there is.
fn render_forward<P: Platform>(page: &impl Page, redirect_uris: &[RedirectUri], cx: &Cx<'_, P>) -> Reply {
    let policy = format!("; script-src '{SCRIPT_HASH}'; form-action {}", form_action(redirect_uris));
    to_reply(200, page, &frame(cx), &policy)
}

/// CSP Level 3 §6.1.4: the origins of these frames and no others.
fn frame_sources(frames: &[String]) -> String {
    let mut sources: Vec<String> = Vec::new();
    for url in frames.iter().filter_map(|frame| Url::parse(frame).ok()) {
        let origin = url.origin().ascii_serialization();
        // URLs allow characters in a host that would end the directive; such a frame is not loaded.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_' | '[' | ']');
        if origin.chars().all(plain) && !sources.contains(&origin) {
            sources.push(origin);
        }
    }
    if sources.is_empty() { String::new() } else { format!("; frame-src {}", sources.join(" ")) }
}

fn frame<'a, P: Platform>(cx: &'a Cx<'_, P>) -> Frame<'a> {
    Frame { theme: &cx.config.theme, text: Text::of(cx.language), request_id: &cx.request_id }
}

/// CSP Level 3: nothing but the style of this page, its pictures, and what `more` allows.
fn to_reply(status: u16, page: &impl Page, frame: &Frame<'_>, more: &str) -> Reply {
    // Templates are checked when this is compiled; writing them into memory cannot fail.
    let Ok(html) = page.render(frame) else { return Reply::empty(500).noted(Note::event("page_not_rendered")) };
    let (style, images) = (frame.theme.style().hash(), frame.theme.image_sources());
    let policy = format!(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src '{style}'; img-src {images}{more}"
    );
    // RFC 9110 §8.5, §12.5.5
    let reply = Reply::html(status, html, &policy).header("content-language", frame.text.lang);
    reply.header("vary", "accept-language")
}

/// What a person can do about an error.
fn problem(error: &OAuthError) -> Problem {
    match (error.code.status(), error.cause) {
        (500.., _) => Problem::Unavailable,
        (_, "redirect_uri_unknown" | "redirect_uri_missing" | "post_logout_redirect_uri_unknown") => {
            Problem::RedirectUri
        }
        (_, "client_unknown" | "client_removed" | "client_disabled") => Problem::UnknownClient,
        (_, cause) if cause.starts_with("metadata_") => Problem::UnknownClient,
        (_, "method_not_allowed") => Problem::MethodNotAllowed,
        (_, cause) if cause.starts_with("link_") => Problem::LinkSpent,
        (_, "body_too_long" | "query_too_long" | "parameter_too_long" | "too_many_parameters") => Problem::TooLarge,
        (_, cause) if cause.starts_with("seal_") || cause == "ticket_of_another_browser" => Problem::StartAgain,
        _ => Problem::InvalidRequest,
    }
}
