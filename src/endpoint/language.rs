//! Which language a page is written in: what the request asks for, else what the browser does, else English.
//!
//! What is asked for by `ui_locales` waits in the tickets of the forms that follow, and is passed on where they lead to
//! another page of ours. The browser tells its own wish with every request.

use crate::cx::{Cx, Platform};
use crate::http::{Method, Params, Request};
use crate::oauth::Language;
use crate::seal::Ticket;
use std::borrow::Cow;

/// OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2
pub(super) const UI_LOCALES: &str = "ui_locales";

/// The same context, for pages in the language of this request.
pub(super) fn speaking<'a, P: Platform>(request: &Request, cx: &Cx<'a, P>) -> Cx<'a, P> {
    cx.speaking(of_browser(request.accept_language.as_deref()), asked_for(request, cx))
}

/// The language that a browser's `Accept-Language` asks for, else English.
pub(super) fn of_browser(accept_language: Option<&str>) -> Language {
    accept_language.and_then(Language::of_accept_language).unwrap_or_default()
}

/// What the request asks for. Whatever is wrong with its parameters is told elsewhere.
fn asked_for<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Option<Language> {
    let form = match request.method {
        Method::Post => Params::of_form(request).unwrap_or_default(),
        _ => Params::default(),
    };
    // One that has gone stale still tells in which language that is to be said.
    let ticket = form.one("ticket").ok().flatten().and_then(|ticket| cx.open_late::<Ticket>(ticket).ok());
    let listed = || of_params(&form).or_else(|| of_params(&Params::of_query(request).ok()?));
    ticket.and_then(|ticket| ticket.language).or_else(listed)
}

fn of_params(params: &Params) -> Option<Language> {
    // RFC 9101 §6.3, RFC 9126 §4: beside a request object or a pushed request nothing else counts.
    let stands_elsewhere = ["request", "request_uri"].iter().any(|name| params.all(name).next().is_some());
    params.one(UI_LOCALES).ok()?.filter(|_| !stands_elsewhere).and_then(Language::of_ui_locales)
}

/// The URL of a page of ours, which goes on in the language that was asked for. The path is one of the routes.
pub(super) fn own_url<P: Platform>(path: &str, parameters: &[(&str, &str)], cx: &Cx<'_, P>) -> String {
    let mut url = Cow::from(cx.config.issuer.url(path));
    let language = cx.asked_language.map(|language| (UI_LOCALES, language.as_str()));
    for (n, (name, value)) in parameters.iter().copied().chain(language).enumerate() {
        let separator = if n == 0 { '?' } else { '&' };
        url = format!("{url}{separator}{name}={value}").into();
    }
    url.into_owned()
}
