//! The endpoints, and the table that all routing and metadata come from.

use super::{discovery, logout_notice};
use crate::config::Role;
use crate::http::Method;

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
    /// Where the authorize Worker asks the token Worker to tell a client of a logout.
    LogoutNotice,
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

impl Endpoint {
    /// Which part of a split deployment has it.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Account
            | Self::Authorize
            | Self::Consent
            | Self::Device
            | Self::Discovery
            | Self::EndSession
            | Self::Front
            | Self::Login
            | Self::NewPassword
            | Self::Operator
            | Self::PushedRequest
            | Self::Registration
            | Self::Userinfo => Role::Authorize,
            Self::DeviceAuthorization | Self::Introspection | Self::LogoutNotice | Self::Revocation | Self::Token => {
                Role::Token
            }
            Self::Jwks => Role::Jwks,
        }
    }
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
    Route { cross_origin: false, ..open_route(logout_notice::PATH, &[Method::Post], Endpoint::LogoutNotice) },
];

const fn page_route(path: &'static str, methods: &'static [Method], endpoint: Endpoint) -> Route {
    Route { path, methods, endpoint, metadata: None, cross_origin: false, errors: Errors::Page }
}

const fn open_route(path: &'static str, methods: &'static [Method], endpoint: Endpoint) -> Route {
    Route { path, methods, endpoint, metadata: None, cross_origin: true, errors: Errors::Json }
}
