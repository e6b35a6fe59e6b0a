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
mod pushed_request;
mod registration;
mod registration_record;
mod resource;
mod revocation;
mod revoke;
mod self_registered;
mod subject;
mod token;
mod user_agent;
mod userinfo;
mod userinfo_response;

use crate::config::{Config, Fault, LogMode, RegistrationMode};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Method, Note, Reply, Request};
use crate::oauth::{GrantType, Timestamp};

/// A row of the routing table.
#[derive(Debug)]
pub struct Route {
    /// Below the issuer's path.
    pub path: &'static str,
    /// What it takes; `HEAD` goes with `GET`.
    pub methods: &'static [Method],
    /// Who answers.
    pub endpoint: Endpoint,
    /// The name of its URL in the metadata (RFC 8414 §2).
    pub metadata: Option<&'static str>,
    /// Whether scripts of other origins may call it. It never sees cookies then.
    pub cross_origin: bool,
    /// How errors are told.
    pub errors: Errors,
}

/// The endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// What the user sees and changes of the own account.
    Account,
    /// RFC 6749 §3.1
    Authorize,
    /// The consent form's target.
    Consent,
    /// RFC 8628 §3.3: where a person types what a device shows.
    Device,
    /// RFC 8628 §3.1
    DeviceAuthorization,
    /// OpenID Connect Discovery §4, RFC 8414 §3: one document for both.
    Discovery,
    /// RP-Initiated Logout §2, and the target of its form.
    EndSession,
    /// What this server is and whether it is healthy.
    Front,
    /// RFC 7662
    Introspection,
    /// RFC 7517 §5
    Jwks,
    /// The sign-in form's target.
    Login,
    /// Where the link of an invitation or a reset leads.
    NewPassword,
    /// The operator's calls.
    Operator,
    /// RFC 7591 §3, RFC 7592 §2
    Registration,
    /// RFC 9126
    PushedRequest,
    /// RFC 7009
    Revocation,
    /// RFC 6749 §3.2
    Token,
    /// OpenID Connect Core §5.3
    Userinfo,
}

/// How errors are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// As JSON (RFC 6749 §5.2).
    Json,
    /// As a page.
    Page,
}

/// Every route.
pub const ROUTES: &[Route] = &[
    page_route("/", &[Method::Get], Endpoint::Front),
    Route {
        metadata: Some("authorization_endpoint"),
        ..page_route("/authorize", &[Method::Get, Method::Post], Endpoint::Authorize)
    },
    page_route("/login", &[Method::Post], Endpoint::Login),
    page_route("/consent", &[Method::Post], Endpoint::Consent),
    Route {
        metadata: Some("end_session_endpoint"),
        ..page_route("/end_session", &[Method::Get, Method::Post], Endpoint::EndSession)
    },
    page_route("/device", &[Method::Get, Method::Post], Endpoint::Device),
    page_route("/account", &[Method::Get, Method::Post], Endpoint::Account),
    page_route("/password", &[Method::Get, Method::Post], Endpoint::NewPassword),
    Route {
        metadata: Some("pushed_authorization_request_endpoint"),
        ..open_route("/par", &[Method::Post], Endpoint::PushedRequest)
    },
    Route {
        metadata: Some("device_authorization_endpoint"),
        ..open_route("/device_authorization", &[Method::Post], Endpoint::DeviceAuthorization)
    },
    Route { metadata: Some("token_endpoint"), ..open_route("/token", &[Method::Post], Endpoint::Token) },
    Route { metadata: Some("revocation_endpoint"), ..open_route("/revoke", &[Method::Post], Endpoint::Revocation) },
    Route {
        metadata: Some("introspection_endpoint"),
        cross_origin: false,
        ..open_route("/introspect", &[Method::Post], Endpoint::Introspection)
    },
    Route {
        metadata: Some("userinfo_endpoint"),
        ..open_route("/userinfo", &[Method::Get, Method::Post], Endpoint::Userinfo)
    },
    Route {
        metadata: Some("registration_endpoint"),
        ..open_route("/register", &[Method::Post, Method::Get, Method::Put, Method::Delete], Endpoint::Registration)
    },
    Route { metadata: Some("jwks_uri"), ..open_route("/.well-known/jwks.json", &[Method::Get], Endpoint::Jwks) },
    open_route(discovery::OPENID_CONFIGURATION, &[Method::Get], Endpoint::Discovery),
    open_route(discovery::OAUTH_AUTHORIZATION_SERVER, &[Method::Get], Endpoint::Discovery),
    Route { cross_origin: false, ..open_route("/operator", &[Method::Post], Endpoint::Operator) },
];

const fn page_route(path: &'static str, methods: &'static [Method], endpoint: Endpoint) -> Route {
    Route { path, methods, endpoint, metadata: None, cross_origin: false, errors: Errors::Page }
}

const fn open_route(path: &'static str, methods: &'static [Method], endpoint: Endpoint) -> Route {
    Route { path, methods, endpoint, metadata: None, cross_origin: true, errors: Errors::Json }
}

/// Answers a request and, where something was decided, writes one line to the log.
pub async fn handle<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    let route = find(request, cx);
    let speaking;
    let cx = match route {
        // It shows no page: programs read none, and need not wait for the choice.
        Some(route) if route.errors == Errors::Json => cx,
        _ => {
            speaking = language::speaking(request, cx);
            &speaking
        }
    };
    let reply = match route {
        None => page::not_found(cx),
        Some(route) if request.method == Method::Options && route.cross_origin => preflight(route),
        Some(route) if !takes(route, request.method) => method_not_allowed(route, cx),
        Some(route) => match answer(route.endpoint, request, cx).await {
            Ok(reply) => reply,
            Err(error) => tell(route.errors, &error, cx),
        },
    };
    let reply = if cx.config.issuer.is_secure() {
        // RFC 6797 §6.1: two years, this host alone; whether its subdomains speak https is not ours to say.
        reply.header("strict-transport-security", "max-age=63072000")
    } else {
        reply
    };
    let reply = match route {
        // Fetch standard §3.2: no cookies are read here, so any origin may.
        Some(route) if route.cross_origin => reply.header("access-control-allow-origin", "*"),
        _ => reply,
    };
    // The path of an unknown URL is the caller's text, and could be anything.
    let path = route.map_or("", |route| route.path);
    if is_told(request, route, &reply, cx.config.log) {
        cx.platform.log(&log_line(cx.now, &cx.request_id, path, &reply));
    }
    reply
}

/// Whether an answer leaves a line. Documents that anybody may read, and preflights, are no decisions; a line costs about as
/// much as such an answer itself.
fn is_told(request: &Request, route: Option<&Route>, reply: &Reply, mode: LogMode) -> bool {
    let refused = reply.status >= 400 || reply.note.code.is_some();
    let document = route.is_some_and(|route| matches!(route.endpoint, Endpoint::Discovery | Endpoint::Jwks));
    refused || mode == LogMode::All && !document && request.method != Method::Options
}

/// Whether something is read at this path, below whatever path of an issuer, that a browser tells of itself or its user: cookies,
/// languages, where it comes from. Where any origin may ask it never is, and each header costs a crossing.
#[must_use]
pub fn reads_browser(path: &str) -> bool {
    !ROUTES.iter().any(|route| route.cross_origin && path.ends_with(route.path))
}

/// The line that an answer leaves in the log.
#[must_use]
pub fn log_line(now: Timestamp, request_id: &str, path: &str, reply: &Reply) -> String {
    reply.note.line(now, request_id, Some((path, reply.status)))
}

/// Answers any request while the configuration is faulty.
#[must_use]
pub fn misconfigured(faults: &[Fault], request_id: &str, accept_language: Option<&str>) -> Reply {
    page::misconfigured(faults, request_id, language::of_browser(accept_language))
}

async fn answer<P: Platform>(endpoint: Endpoint, request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    match endpoint {
        Endpoint::Account => account::account(request, cx).await,
        Endpoint::Authorize => authorize::authorize(request, cx).await,
        Endpoint::Consent => consent::consent(request, cx).await,
        Endpoint::Device => device::device(request, cx).await,
        Endpoint::DeviceAuthorization => Ok(device_authorization::device_authorization(request, cx).await),
        Endpoint::Discovery => Ok(discovery::discovery(request, cx)),
        Endpoint::EndSession => end_session::end_session(request, cx).await,
        Endpoint::Front => front::front(cx).await,
        Endpoint::Introspection => Ok(introspection::introspection(request, cx).await),
        Endpoint::Jwks => Ok(jwks::jwks(request, cx)),
        Endpoint::Login => login::login(request, cx).await,
        Endpoint::NewPassword => new_password::new_password(request, cx).await,
        Endpoint::Operator => operator::operator(request, cx).await,
        Endpoint::Registration => Ok(registration::registration(request, cx).await),
        Endpoint::PushedRequest => Ok(pushed_request::pushed_request(request, cx).await),
        Endpoint::Revocation => Ok(revocation::revocation(request, cx).await),
        Endpoint::Token => Ok(token::token(request, cx).await),
        Endpoint::Userinfo => Ok(userinfo::userinfo(request, cx).await),
    }
}

fn find<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Option<&'static Route> {
    let issuer_path = cx.config.issuer.path();
    if let Some(below) = request.path.strip_prefix(issuer_path) {
        let below = if below.is_empty() { "/" } else { below };
        if let Some(route) = ROUTES.iter().find(|route| route.path == below) {
            return Some(route).filter(|route| is_open(route.endpoint, cx.config));
        }
    }
    // RFC 8414 §3.1: for an issuer with a path the well-known part stands between host and path.
    let inserted = |route: &&Route| {
        route.endpoint == Endpoint::Discovery && request.path.strip_prefix(route.path) == Some(issuer_path)
    };
    ROUTES.iter().find(inserted)
}

/// Whether an endpoint exists in this deployment; where not, its path is unknown and the metadata do not name it.
fn is_open(endpoint: Endpoint, config: &Config) -> bool {
    match endpoint {
        Endpoint::Device | Endpoint::DeviceAuthorization => config.offers(GrantType::DeviceCode),
        Endpoint::Registration => config.registration.mode != RegistrationMode::Off,
        _ => true,
    }
}

fn takes(route: &Route, method: Method) -> bool {
    let method = if method == Method::Head { Method::Get } else { method };
    route.methods.contains(&method)
}

fn tell<P: Platform>(errors: Errors, error: &OAuthError, cx: &Cx<'_, P>) -> Reply {
    match errors {
        Errors::Json => Reply::oauth_error(error),
        Errors::Page => page::error(error, cx),
    }
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
    let error = OAuthError::invalid_request("This URL does not take that method.", "method_not_allowed");
    tell(route.errors, &error, cx).with_status(405).header("allow", allowed(route))
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
