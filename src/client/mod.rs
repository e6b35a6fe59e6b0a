//! Registered clients (RFC 6749 §2, RFC 7591 §2) and how they prove who they are.

mod assertion;
mod authentication;
mod metadata;
mod post_logout_redirect;
mod registration;
mod return_to;
mod secret;
mod self_registered;
mod terms;

pub use assertion::ClientAssertion;
pub use authentication::{AuthenticatedClient, Credentials};
pub use metadata::{ClientMetadata, MetadataError};
pub use post_logout_redirect::PostLogoutRedirect;
pub use return_to::ReturnTo;
pub use secret::{ClientSecret, SecretHash};
pub use self_registered::{RegistrationRecord, metadata_of, registered};
pub use terms::Terms;

use crate::jwt::ClientKeys;
use crate::oauth::{
    ApplicationType, ClaimMapping, ClientId, ExchangeMode, GrantType, Lifetime, RedirectTarget, RedirectUri,
    RequestUri, Resource, Scope, SigningAlgorithm, SubjectType, Timestamp, TokenEndpointAuthMethod, WebUri,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// `client/<client_id>`: a registered client. Made from checked [`ClientMetadata`] only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one choice of RFC 7591 metadata, on the wire as it stands here"
)]
pub struct Client {
    /// RFC 7591 §3.2.1
    pub client_id: ClientId,
    /// What people are shown; the id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// At least one where codes are used.
    pub redirect_uris: Vec<RedirectUri>,
    /// Which grants it may use.
    pub grant_types: Vec<GrantType>,
    /// Which scopes it may ask for.
    pub scope: Scope,
    /// How it authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// Whether only that method will do; else either way of sending the secret does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token_endpoint_auth_method_pinned: bool,
    /// The only algorithm of its assertions; any of those that this server verifies where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Its public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<ClientKeys>,
    /// Where it publishes them instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<RedirectUri>,
    /// Where it runs.
    pub application_type: ApplicationType,
    /// Hashes of its secrets; two while one replaces the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretHash>,
    /// Whether authorization requests need a `code_challenge`; public clients always do.
    #[serde(default = "yes")]
    pub require_pkce: bool,
    /// Whether its authorization requests have to be pushed (RFC 9126 §6).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Whether its authorization requests have to be signed request objects (RFC 9101 §10.5).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_signed_request_object: bool,
    /// What its request objects are signed with; any of its keys where absent (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<SigningAlgorithm>,
    /// Where it keeps request objects (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<RequestUri>,
    /// Whether it belongs to the operator, so that users are not asked for consent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_party: bool,
    /// Whether it gets refresh tokens without `offline_access`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_refresh: bool,
    /// How long its refresh tokens last, seconds; the configured default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_lifetime: Option<Lifetime>,
    /// How long a refresh token lasts unless it is used, seconds, where they rotate; the configured default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_idle: Option<Lifetime>,
    /// Whether its refresh tokens rotate although it is confidential; those of public clients always do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rotate_refresh_tokens: bool,
    /// The resources that it serves: it may introspect tokens for them (RFC 7662 §4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    /// The only resources that it may ask tokens for (RFC 8707); all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_resources: Option<Vec<Resource>>,
    /// How it may exchange tokens (RFC 8693).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchange_modes: Vec<ExchangeMode>,
    /// The resources that it may exchange tokens for, beside those that a token is for already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchange_resources: Vec<Resource>,
    /// Who alone may act for the users of its tokens (RFC 8693 §4.4); whoever is registered for it where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_act: Option<ClientId>,
    /// Where a browser may be sent after signing out (RP-Initiated Logout §3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it is told that a session ended (Back-Channel Logout §2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<RedirectUri>,
    /// Whether it has to be told which (Back-Channel Logout §2.2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// What the browser loads when a session ended (Front-Channel Logout §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<RedirectUri>,
    /// Whether it has to be told which (Front-Channel Logout §2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// OpenID Connect Registration §2
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// OpenID Connect Registration §2
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// Its logo, which the browser of whoever signs in loads (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<WebUri>,
    /// Its home page (RFC 7591 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<WebUri>,
    /// What it does with what it learns of its users (RFC 7591 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<WebUri>,
    /// Its terms of service (RFC 7591 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<WebUri>,
    /// Where others may begin a sign-in to it (OpenID Connect Core §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<WebUri>,
    /// How old a sign-in may be for it, seconds, where a request does not say (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Whether it needs `auth_time` in ID tokens, where it always is (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_auth_time: bool,
    /// The `acr` values that it wishes for, where a request does not say (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Which `sub` it is told (OpenID Connect Core §8).
    #[serde(default, skip_serializing_if = "Client::is_told_public_subjects")]
    pub subject_type: SubjectType,
    /// What says which clients are told the same `sub` (OpenID Connect Core §8.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<RedirectUri>,
    /// What its access tokens tell of the user.
    #[serde(default, skip_serializing_if = "ClaimMapping::is_empty")]
    pub access_token_claims: ClaimMapping,
    /// What userinfo tells it of the user beside the claims of the scope.
    #[serde(default, skip_serializing_if = "ClaimMapping::is_empty")]
    pub userinfo_claims: ClaimMapping,
    /// Raised when all that it holds is revoked.
    #[serde(default)]
    pub epoch: u32,
    /// Whether it may do nothing for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// When it was registered, Unix milliseconds.
    pub created: Timestamp,
    /// By whom.
    #[serde(skip)]
    pub registered_by: RegisteredBy,
}

/// Who registered a client: how far it is trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegisteredBy {
    /// The operator.
    #[default]
    Operator,
    /// Itself: by dynamic registration, or by a metadata document.
    Itself,
}

impl Client {
    /// What people are shown: without a name of its own the id or, where that is a seal or a URL, the host; what
    /// the log calls it, where it has no host either.
    #[must_use]
    pub fn display_name(&self) -> Cow<'_, str> {
        match &self.client_name {
            Some(name) => Cow::Borrowed(name),
            None if self.is_the_operators() => Cow::Borrowed(self.client_id.as_str()),
            None => {
                let host = self.client_id.host().or_else(|| self.redirect_uris.first().map(RedirectUri::host));
                Cow::Owned(host.unwrap_or_else(|| self.client_id.tag().to_string()))
            }
        }
    }

    /// Whether it cannot keep a secret (RFC 6749 §2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == TokenEndpointAuthMethod::None
    }

    /// RFC 7636, RFC 9700 §2.1.1: whether an authorization request needs a `code_challenge`.
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.require_pkce || self.is_public()
    }

    /// Whether it may use a grant.
    #[must_use]
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// The registered redirect URI that a requested one is.
    #[must_use]
    pub fn registered(&self, requested: &str) -> Option<&RedirectUri> {
        self.registered_among(&self.redirect_uris, requested)
    }

    /// The one of these registered URIs that a requested one is.
    fn registered_among<'a>(&self, uris: &'a [RedirectUri], requested: &str) -> Option<&'a RedirectUri> {
        let native = self.application_type == ApplicationType::Native;
        let matches =
            |uri: &&RedirectUri| if native { uri.matches_any_port(requested) } else { uri.matches(requested) };
        uris.iter().find(matches)
    }

    /// Whether something born then belongs to this registration: not to an earlier one of the same id, and not to what
    /// was revoked of it. An epoch above the record's shows that the record is the older of the two.
    #[must_use]
    pub fn recognises(&self, born: Timestamp, epoch: u32) -> bool {
        !self.disabled && epoch >= self.epoch && born >= self.created
    }

    /// Whether it wants to know when its users sign out.
    #[must_use]
    pub const fn is_told_of_sign_out(&self) -> bool {
        self.backchannel_logout_uri.is_some() || self.frontchannel_logout_uri.is_some()
    }

    /// Whether the operator registered it, and not the client itself.
    #[must_use]
    pub fn is_the_operators(&self) -> bool {
        self.registered_by == RegisteredBy::Operator
    }

    /// Whether its refresh tokens rotate, where the ledger is there to do it.
    #[must_use]
    pub fn rotates(&self) -> bool {
        self.is_public() || self.rotate_refresh_tokens
    }

    /// OpenID Connect Core §8.1: the host by which its users are told apart from those of others; `None` where nothing names
    /// one, or several do.
    #[must_use]
    pub fn sector(&self) -> Option<String> {
        if let Some(uri) = &self.sector_identifier_uri {
            return Some(uri.host());
        }
        let mut hosts =
            self.redirect_uris.iter().filter(|uri| uri.target() == RedirectTarget::Web).map(RedirectUri::host);
        let only = hosts.next()?;
        let all = self.redirect_uris.iter().all(|uri| uri.target() == RedirectTarget::Web);
        (all && hosts.all(|host| host == only)).then_some(only)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
    const fn is_told_public_subjects(subject_type: &SubjectType) -> bool {
        matches!(subject_type, SubjectType::Public)
    }

    /// RFC 8252 §8.6: whether any program on the user's device could ask in its name, so that every request has to be
    /// confirmed by a click.
    #[must_use]
    pub fn is_impersonable(&self, answered_at: RedirectTarget) -> bool {
        self.is_public() && (answered_at != RedirectTarget::Web || self.application_type == ApplicationType::Native)
    }
}

const fn yes() -> bool {
    true
}
