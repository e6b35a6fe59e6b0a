//! The error codes of the standards, their one status table, and the error that every endpoint returns.
//!
//! Wide inside, narrow outside: `cause` names the exact reason for the log, `code` and the fixed `description` go on
//! the wire.

/// An error code of the IANA "OAuth Extensions Error" registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 §4.1.2.1
    AccessDenied,
    /// RFC 8628 §3.5
    AuthorizationPending,
    /// OpenID Connect Core §3.1.2.6
    ConsentRequired,
    /// RFC 8628 §3.5
    ExpiredToken,
    /// OpenID Connect Core §3.1.2.6
    InteractionRequired,
    /// RFC 6750 §3.1
    InsufficientScope,
    /// RFC 6749 §5.2
    InvalidClient,
    /// RFC 7591 §3.2.2
    InvalidClientMetadata,
    /// RFC 6749 §5.2
    InvalidGrant,
    /// RFC 7591 §3.2.2
    InvalidRedirectUri,
    /// RFC 6749 §4.1.2.1, §5.2
    InvalidRequest,
    /// RFC 9101 §7
    InvalidRequestObject,
    /// RFC 9101 §7, RFC 9126 §4
    InvalidRequestUri,
    /// RFC 6749 §4.1.2.1, §5.2
    InvalidScope,
    /// RFC 8707 §2
    InvalidTarget,
    /// RFC 6750 §3.1
    InvalidToken,
    /// OpenID Connect Core §3.1.2.6
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6
    RequestUriNotSupported,
    /// OpenID Connect Core §3.1.2.6
    RegistrationNotSupported,
    /// RFC 6749 §4.1.2.1
    ServerError,
    /// RFC 8628 §3.5
    SlowDown,
    /// RFC 6749 §4.1.2.1
    TemporarilyUnavailable,
    /// RFC 6749 §4.1.2.1, §5.2
    UnauthorizedClient,
    /// RFC 7591 §3.2.2
    UnapprovedSoftwareStatement,
    /// OpenID Connect Core Error Code `unmet_authentication_requirements` §3
    UnmetAuthenticationRequirements,
    /// RFC 6749 §5.2
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1
    UnsupportedResponseType,
}

impl ErrorCode {
    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::ConsentRequired => "consent_required",
            Self::ExpiredToken => "expired_token",
            Self::InteractionRequired => "interaction_required",
            Self::InsufficientScope => "insufficient_scope",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::ServerError => "server_error",
            Self::SlowDown => "slow_down",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
        }
    }

    /// The HTTP status of a direct answer: the only such table.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            // RFC 6749 §5.2: 401 when the client tried to authenticate; RFC 6750 §3.1.
            Self::InvalidClient | Self::InvalidToken => 401,
            // RFC 6750 §3.1
            Self::InsufficientScope => 403,
            // RFC 9110 §15.6.1
            Self::ServerError => 500,
            // RFC 9110 §15.6.4
            Self::TemporarilyUnavailable => 503,
            // RFC 6749 §5.2: everything else.
            _ => 400,
        }
    }
}

/// A refusal or a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// For the client's code.
    pub code: ErrorCode,
    /// For the client's developer: `error_description`, printable ASCII without `"` and `\` (RFC 6749 §5.2).
    pub description: &'static str,
    /// For the operator's log: the exact reason, a word or two in `snake_case`.
    pub cause: &'static str,
}

impl OAuthError {
    /// An error of this code.
    #[must_use]
    pub const fn new(code: ErrorCode, description: &'static str, cause: &'static str) -> Self {
        Self { code, description, cause }
    }

    /// RFC 6749 §5.2, `invalid_request`
    #[must_use]
    pub const fn invalid_request(description: &'static str, cause: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description, cause)
    }

    /// RFC 9126 §4, `invalid_request_uri`: one description for all reasons; the remedy is the same.
    #[must_use]
    pub const fn invalid_request_uri(cause: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequestUri, "The request_uri is invalid, expired, used or not yours.", cause)
    }

    /// RFC 6749 §5.2, `invalid_grant`: one description for all reasons, so that a thief learns nothing.
    #[must_use]
    pub const fn invalid_grant(cause: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, "The code or token is invalid, expired, revoked or not yours.", cause)
    }

    /// RFC 6749 §5.2, `invalid_client`: one description for all reasons.
    #[must_use]
    pub const fn invalid_client(cause: &'static str) -> Self {
        Self::new(ErrorCode::InvalidClient, "Client authentication failed.", cause)
    }

    /// A form of ours that cannot be gone on with: too old, of another browser, or about what is no more.
    #[must_use]
    pub const fn stale_form(cause: &'static str) -> Self {
        Self::invalid_request("This page is no longer good. Go back to the app.", cause)
    }

    /// RFC 6749 §4.1.2.1, `temporarily_unavailable`: something that this server rests on did not answer.
    #[must_use]
    pub const fn unavailable(cause: &'static str) -> Self {
        Self::new(ErrorCode::TemporarilyUnavailable, "The server cannot decide this right now. Try again.", cause)
    }

    /// RFC 6749 §4.1.2.1, `server_error`: a fault of this server.
    #[must_use]
    pub const fn internal(cause: &'static str) -> Self {
        Self::new(ErrorCode::ServerError, "The server met a fault of its own.", cause)
    }
}
