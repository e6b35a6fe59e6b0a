//! One module an endpoint, named by its standard's word, and the table that all routing and metadata come from.

mod access_token;
mod account;
mod app_face;
mod assertion;
mod authorize;
mod browser;
mod caller;
mod client_signature;
mod consent;
mod credential;
mod device;
mod device_authorization;
mod discovery;
mod end_session;
pub mod errand;
mod facts;
mod front;
mod id_token_hint;
mod interaction;
mod introspection;
mod jwks;
mod language;
mod lineage;
mod login;
mod logout_notice;
mod metadata_document;
pub mod new_password;
pub mod operator;
mod page;
mod plain;
pub mod public_keys;
mod pushed_request;
mod registration;
mod registration_record;
mod resource;
mod revocation;
mod revoke;
mod routes;
mod self_registered;
mod subject;
mod token;
mod user_agent;
mod userinfo;
mod userinfo_response;

pub use routes::{Endpoint, Errors, ROUTES, Route};

use crate::config::{Config, Fault, LogMode, RegistrationMode, Role};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Note, Reply, Request};
use crate::oauth::{GrantType, Issuer, Timestamp};

/// Answers a request and, where something was decided, writes one line to the log.
pub async fn handle<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    let route = find(request, cx);
    let speaking;
    let cx = match route {
        // It shows no page: programs read none, and need not wait for the choice.
        Some(route) if route.errors == Errors::Json => cx,
        _ if !shows_pages(cx.config) => cx,
        _ => {
            speaking = language::speaking(request, cx);
            &speaking
        }
    };
    let reply = match route {
        None => not_found(cx),
        Some(route) if request.method == Method::Options && route.cross_origin => preflight(route),
        Some(route) if !takes(route, request.method) => method_not_allowed(route, cx),
        Some(route) => match answer(route.endpoint, request, cx).await {
            Ok(reply) => reply,
            Err(error) => tell(route.errors, &error, cx),
        },
    };
    let reply = finish(reply, route, &cx.config.issuer);
    // The path of an unknown URL is the caller's text, and could be anything.
    let path = route.map_or("", |route| route.path);
    if is_told(request, route, &reply, cx.config.log) {
        cx.platform.log(&log_line(cx.now, &cx.request_id, path, &reply));
    }
    reply
}

/// Adds the headers that go with every answer.
fn finish(reply: Reply, route: Option<&Route>, issuer: &Issuer) -> Reply {
    let reply = if issuer.is_secure() {
        // RFC 6797 §6.1: two years, this host alone; whether its subdomains speak https is not ours to say.
        reply.header("strict-transport-security", "max-age=63072000")
    } else {
        reply
    };
    match route {
        // Fetch standard §3.2: no cookies are read here, so any origin may.
        Some(route) if route.cross_origin => reply.header("access-control-allow-origin", "*"),
        _ => reply,
    }
}

/// Whether an answer leaves a line. Documents that anybody may read, and preflights, are no decisions; a line costs about as
/// much as such an answer itself.
fn is_told(request: &Request, route: Option<&Route>, reply: &Reply, mode: LogMode) -> bool {
    let refused = reply.status >= 400 || reply.note.code.is_some();
    let document = route.is_some_and(|route| matches!(route.endpoint, Endpoint::Discovery | Endpoint::Jwks));
    refused || mode == LogMode::All && !document && request.method != Method::Options
}

/// Whether something is read at this path, below whatever path of an issuer, that a browser tells of itself or its user: cookies,
/// languages, where it comes from. Where only programs ask it never is, and each header costs a look.
#[must_use]
pub fn reads_browser(path: &str) -> bool {
    !ROUTES.iter().any(|route| route.errors == Errors::Json && path.ends_with(route.path))
}

/// The line that an answer leaves in the log.
#[must_use]
pub fn log_line(now: Timestamp, request_id: &str, path: &str, reply: &Reply) -> String {
    reply.note.line(now, request_id, Some((path, reply.status)))
}

/// Answers any request while the configuration is faulty.
#[must_use]
pub fn misconfigured(faults: &[Fault], request_id: &str, accept_language: Option<&str>) -> Reply {
    if cfg!(feature = "authorize") {
        page::misconfigured(faults, request_id, language::of_browser(accept_language))
    } else {
        plain::misconfigured(faults, request_id)
    }
}

async fn answer<P: Platform>(endpoint: Endpoint, request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    match endpoint {
        #[cfg(feature = "authorize")]
        Endpoint::Account => account::account(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Authorize => authorize::authorize(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Consent => consent::consent(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Device => device::device(request, cx).await,
        #[cfg(feature = "token")]
        Endpoint::DeviceAuthorization => Ok(device_authorization::device_authorization(request, cx).await),
        #[cfg(feature = "authorize")]
        Endpoint::Discovery => Ok(discovery::discovery(request, cx)),
        #[cfg(feature = "authorize")]
        Endpoint::EndSession => end_session::end_session(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Front => front::front(cx).await,
        #[cfg(feature = "token")]
        Endpoint::Introspection => Ok(introspection::introspection(request, cx).await),
        #[cfg(feature = "jwks")]
        Endpoint::Jwks => Ok(jwks::document(request, &cx.config.signing_keys)),
        #[cfg(feature = "token")]
        Endpoint::LogoutNotice => logout_notice::take(request, cx),
        #[cfg(feature = "authorize")]
        Endpoint::Login => login::login(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::NewPassword => new_password::new_password(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Operator => operator::operator(request, cx).await,
        #[cfg(feature = "authorize")]
        Endpoint::Registration => Ok(registration::registration(request, cx).await),
        #[cfg(feature = "authorize")]
        Endpoint::PushedRequest => Ok(pushed_request::pushed_request(request, cx).await),
        #[cfg(feature = "token")]
        Endpoint::Revocation => Ok(revocation::revocation(request, cx).await),
        #[cfg(feature = "token")]
        Endpoint::Token => Ok(token::token(request, cx).await),
        #[cfg(feature = "authorize")]
        Endpoint::Userinfo => Ok(userinfo::userinfo(request, cx).await),
        // Built without it: `serves` has let nobody come here.
        #[cfg(not(all(feature = "authorize", feature = "token", feature = "jwks")))]
        _ => Ok(not_found(cx)),
    }
}

fn find<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Option<&'static Route> {
    let issuer_path = cx.config.issuer.path();
    if let Some(below) = request.path.strip_prefix(issuer_path) {
        let below = if below.is_empty() { "/" } else { below };
        if let Some(route) = ROUTES.iter().find(|route| route.path == below) {
            return Some(route).filter(|route| serves(route.endpoint, cx.config));
        }
    }
    // RFC 8414 §3.1: for an issuer with a path the well-known part stands between host and path.
    let inserted = |route: &&Route| {
        route.endpoint == Endpoint::Discovery && request.path.strip_prefix(route.path) == Some(issuer_path)
    };
    ROUTES.iter().find(inserted).filter(|route| serves(route.endpoint, cx.config))
}

/// Whether an endpoint exists in this deployment; where not, its path is unknown and the metadata do not name it.
fn is_open(endpoint: Endpoint, config: &Config) -> bool {
    match endpoint {
        Endpoint::Device | Endpoint::DeviceAuthorization => config.offers(GrantType::DeviceCode),
        Endpoint::Registration => config.registration.mode != RegistrationMode::Off,
        Endpoint::LogoutNotice => config.role == Role::Token,
        _ => true,
    }
}

/// Whether this Worker answers there; in a split deployment another one may.
fn serves(endpoint: Endpoint, config: &Config) -> bool {
    is_open(endpoint, config) && (config.role == Role::All || config.role == endpoint.role())
}

fn takes(route: &Route, method: Method) -> bool {
    let method = if method == Method::Head { Method::Get } else { method };
    route.methods.contains(&method)
}

fn tell<P: Platform>(errors: Errors, error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    match errors {
        Errors::Page if shows_pages(cx.config) => page::error(error, cx),
        _ => Reply::oauth_error(error),
    }
}

fn not_found<P: Platform>(cx: &Cx<'_, P>) -> Reply {
    if shows_pages(cx.config) { page::not_found(cx) } else { plain::not_found() }
}

/// Whether people come here. Where not, what makes pages is left out of the program too.
fn shows_pages(config: &Config) -> bool {
    cfg!(feature = "authorize") && config.role != Role::Token
}

/// Fetch standard §4.8: which methods and headers scripts of other origins may use. MCP clients that run in browsers tell
/// their version to whatever they ask for metadata.
fn preflight(route: &Route) -> Reply {
    Reply::empty(204)
        .header("access-control-allow-methods", allowed(route))
        .header("access-control-allow-headers", "authorization, content-type, mcp-protocol-version")
        .header("access-control-max-age", "86400")
        .noted(Note::event("preflight"))
}

/// RFC 9110 §15.5.6
fn method_not_allowed<P: Platform>(route: &Route, cx: &Cx<'_, P>) -> Reply {
    tell(route.errors, &not_that_method(), cx).with_status(405).header("allow", allowed(route))
}

const fn not_that_method() -> OAuthError {
    OAuthError::invalid_request("This URL does not take that method.", "method_not_allowed")
}

fn allowed(route: &Route) -> String {
    let mut names: Vec<&str> = route.methods.iter().map(|method| method.as_str()).collect();
    if takes(route, Method::Head) {
        names.push("HEAD");
    }
    if route.cross_origin {
        names.push("OPTIONS");
    }
    names.join(", ")
}
