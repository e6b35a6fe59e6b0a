//! What a client is registered with (RFC 7591 §2, OpenID Connect Registration §2), as JSON.

use crate::jwt::ClientKeys;
use crate::oauth::{
    ApplicationType, ClaimMapping, ClientId, ExchangeMode, GrantType, Lifetime, RedirectUri, RequestUri, Resource,
    ResponseType, Scope, SigningAlgorithm, SubjectType, TokenEndpointAuthMethod, WebUri,
};
use crate::record;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// Client metadata as it is sent. Members that this server does not know are ignored (RFC 7591 §2), save those that ask
/// for protection that it does not give: these are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one choice of RFC 7591 metadata, on the wire as it stands here"
)]
pub struct ClientMetadata {
    /// What people are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Where it may be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<RedirectUri>,
    /// `authorization_code` by default; `refresh_token` too, where the other members ask for refresh tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    /// `code` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<ResponseType>>,
    /// `openid` by default; `offline_access` too, where `refresh_token` is among the grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// `client_secret_basic` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// Whether only that method will do (ours).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub token_endpoint_auth_method_pinned: bool,
    /// Any that this server verifies by default (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// RFC 7591 §2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<ClientKeys>,
    /// RFC 7591 §2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<RedirectUri>,
    /// `web` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// The server's default key by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// Plain JSON by default (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// True by default; only a confidential client may waive it (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    /// Whether its requests have to be pushed (RFC 9126 §6).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Whether its requests have to be signed request objects (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_signed_request_object: bool,
    /// What its request objects are signed with, and nothing else (OpenID Connect Registration §2, RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<SigningAlgorithm>,
    /// Where it keeps request objects (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<RequestUri>,
    /// Whether it belongs to the operator, so that users are not asked for consent (ours).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first_party: bool,
    /// Whether it gets refresh tokens without `offline_access` (ours).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub always_refresh: bool,
    /// How long its refresh tokens last, seconds (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_lifetime: Option<Lifetime>,
    /// How long a refresh token lasts unless it is used, seconds, where they rotate (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_idle: Option<Lifetime>,
    /// Whether refresh tokens rotate although the client is confidential (ours).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rotate_refresh_tokens: bool,
    /// The resources that the client serves, whose tokens it may introspect (ours).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    /// The only resources that it may ask tokens for; all by default (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_resources: Option<Vec<Resource>>,
    /// How the client may exchange tokens: `delegation` by default (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_modes: Option<Vec<ExchangeMode>>,
    /// The resources that it may exchange tokens for, beside those that a token is for already (ours).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exchange_resources: Vec<Resource>,
    /// Who alone may act for the users of its tokens: what its tokens say (RFC 8693 §4.4) (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_act: Option<ClientId>,
    /// `public` by default (OpenID Connect Core §8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// OpenID Connect Registration §5
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<RedirectUri>,
    /// What its access tokens tell of the user (ours).
    #[serde(skip_serializing_if = "ClaimMapping::is_empty")]
    pub access_token_claims: ClaimMapping,
    /// What userinfo tells it of the user beside the claims of the scope (ours).
    #[serde(skip_serializing_if = "ClaimMapping::is_empty")]
    pub userinfo_claims: ClaimMapping,
    /// RP-Initiated Logout §3.1
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Back-Channel Logout §2.2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<RedirectUri>,
    /// Back-Channel Logout §2.2
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// Front-Channel Logout §2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<RedirectUri>,
    /// Front-Channel Logout §2
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// Its logo, which the browser of whoever signs in loads (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<WebUri>,
    /// Its home page (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<WebUri>,
    /// What it does with what it learns of its users (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<WebUri>,
    /// Its terms of service (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<WebUri>,
    /// Where others may begin a sign-in to it (OpenID Connect Core §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<WebUri>,
    /// How old a sign-in may be for it, seconds, where a request does not say (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Whether it needs `auth_time` in ID tokens, where it always is (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_auth_time: bool,
    /// The `acr` values that it wishes for, where a request does not say (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
}

/// The member that cannot be registered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataError {
    /// The member's name.
    pub member: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl MetadataError {
    /// A member and what is wrong with it.
    pub fn new(member: &'static str, reason: impl Into<String>) -> Self {
        Self { member, reason: reason.into() }
    }
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.member, self.reason)
    }
}

impl TryFrom<Map<String, Value>> for ClientMetadata {
    type Error = MetadataError;

    fn try_from(mut members: Map<String, Value>) -> Result<Self, MetadataError> {
        if let Some((member, reason)) = REFUSED.iter().find(|(name, _)| asks_for(members.get(*name))) {
            return Err(MetadataError::new(member, *reason));
        }
        let members = &mut members;
        Ok(Self {
            client_name: take(members, "client_name")?,
            redirect_uris: take(members, "redirect_uris")?.unwrap_or_default(),
            grant_types: take(members, "grant_types")?,
            response_types: take(members, "response_types")?,
            scope: take(members, "scope")?,
            token_endpoint_auth_method: take(members, "token_endpoint_auth_method")?,
            token_endpoint_auth_method_pinned: take(members, "token_endpoint_auth_method_pinned")?.unwrap_or_default(),
            token_endpoint_auth_signing_alg: take(members, "token_endpoint_auth_signing_alg")?,
            jwks: take(members, "jwks")?,
            jwks_uri: take(members, "jwks_uri")?,
            application_type: take(members, "application_type")?,
            id_token_signed_response_alg: take(members, "id_token_signed_response_alg")?,
            userinfo_signed_response_alg: take(members, "userinfo_signed_response_alg")?,
            require_pkce: take(members, "require_pkce")?,
            require_pushed_authorization_requests: take(members, "require_pushed_authorization_requests")?
                .unwrap_or_default(),
            require_signed_request_object: take(members, "require_signed_request_object")?.unwrap_or_default(),
            request_object_signing_alg: take(members, "request_object_signing_alg")?,
            request_uris: take(members, "request_uris")?.unwrap_or_default(),
            first_party: take(members, "first_party")?.unwrap_or_default(),
            always_refresh: take(members, "always_refresh")?.unwrap_or_default(),
            refresh_token_lifetime: take(members, "refresh_token_lifetime")?,
            refresh_token_idle: take(members, "refresh_token_idle")?,
            rotate_refresh_tokens: take(members, "rotate_refresh_tokens")?.unwrap_or_default(),
            resources: take(members, "resources")?.unwrap_or_default(),
            allowed_resources: take(members, "allowed_resources")?,
            exchange_modes: take(members, "exchange_modes")?,
            exchange_resources: take(members, "exchange_resources")?.unwrap_or_default(),
            may_act: take(members, "may_act")?,
            subject_type: take(members, "subject_type")?,
            sector_identifier_uri: take(members, "sector_identifier_uri")?,
            access_token_claims: take(members, "access_token_claims")?.unwrap_or_default(),
            userinfo_claims: take(members, "userinfo_claims")?.unwrap_or_default(),
            post_logout_redirect_uris: take(members, "post_logout_redirect_uris")?.unwrap_or_default(),
            backchannel_logout_uri: take(members, "backchannel_logout_uri")?,
            backchannel_logout_session_required: take(members, "backchannel_logout_session_required")?
                .unwrap_or_default(),
            frontchannel_logout_uri: take(members, "frontchannel_logout_uri")?,
            frontchannel_logout_session_required: take(members, "frontchannel_logout_session_required")?
                .unwrap_or_default(),
            logo_uri: take(members, "logo_uri")?,
            client_uri: take(members, "client_uri")?,
            policy_uri: take(members, "policy_uri")?,
            tos_uri: take(members, "tos_uri")?,
            initiate_login_uri: take(members, "initiate_login_uri")?,
            default_max_age: take(members, "default_max_age")?,
            require_auth_time: take(members, "require_auth_time")?.unwrap_or_default(),
            default_acr_values: take(members, "default_acr_values")?.unwrap_or_default(),
        })
    }
}

/// A member; `null` means absent.
fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<T>, MetadataError> {
    let value = members.remove(name).filter(|value| !value.is_null());
    value.map(|value| record::interpret(&value)).transpose().map_err(|reason| MetadataError::new(name, reason))
}

fn asks_for(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)))
}

/// Members that ask for a protection: whoever registers with them relies on it, so they cannot be ignored.
const REFUSED: &[(&str, &str)] = &[
    ("tls_client_auth_subject_dn", TLS),
    ("tls_client_auth_san_dns", TLS),
    ("tls_client_auth_san_uri", TLS),
    ("tls_client_auth_san_ip", TLS),
    ("tls_client_auth_san_email", TLS),
    ("tls_client_certificate_bound_access_tokens", TLS),
    ("dpop_bound_access_tokens", "sender-constrained tokens are not supported"),
    ("id_token_encrypted_response_alg", ENCRYPTION),
    ("id_token_encrypted_response_enc", ENCRYPTION),
    ("userinfo_encrypted_response_alg", ENCRYPTION),
    ("userinfo_encrypted_response_enc", ENCRYPTION),
    ("authorization_signed_response_alg", "signed authorization responses are not supported"),
    ("authorization_encrypted_response_alg", ENCRYPTION),
    ("request_object_encryption_alg", "encrypted request objects are not supported"),
    ("request_object_encryption_enc", "encrypted request objects are not supported"),
];
const TLS: &str = "mutual TLS is not supported";
const ENCRYPTION: &str = "encrypted responses are not supported";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(metadata: Value) -> Result<ClientMetadata, String> {
        serde_json::from_value(metadata).map_err(|error: serde_json::Error| error.to_string())
    }

    /// RFC 7591 §3.1: the example.
    #[test]
    fn rfc_7591_section_3_1() {
        let metadata = parse(json!({
            "redirect_uris": ["https://client.example.org/callback", "https://client.example.org/callback2"],
            "client_name": "My Example Client",
            "client_name#ja-Jpan-JP": "\u{30af}\u{30e9}\u{30a4}\u{30a2}\u{30f3}\u{30c8}\u{540d}",
            "token_endpoint_auth_method": "client_secret_basic",
            "logo_uri": "https://client.example.org/logo.png",
            "jwks_uri": "https://client.example.org/my_public_keys.jwks",
            "example_extension_parameter": "example_value"
        }));
        let metadata = metadata.unwrap();
        assert_eq!(metadata.client_name.as_deref(), Some("My Example Client"));
        assert_eq!(metadata.redirect_uris.len(), 2);
        assert_eq!(metadata.logo_uri.as_ref().map(WebUri::as_str), Some("https://client.example.org/logo.png"));
        let again = parse(serde_json::to_value(&metadata).unwrap()).unwrap();
        assert_eq!(again, metadata);
    }

    #[test]
    fn null_means_absent() {
        let metadata = parse(json!({"client_name": null, "jwks_uri": null, "dpop_bound_access_tokens": false}));
        assert_eq!(metadata, Ok(ClientMetadata::default()));
    }

    #[test]
    fn errors_name_the_member() {
        let refused = [
            ("jwks_uri", json!("http://client.example.org/keys.jwks")),
            ("jwks", json!({"keys": []})),
            ("jwks", json!([])),
            ("token_endpoint_auth_signing_alg", json!("HS256")),
            ("token_endpoint_auth_signing_alg", json!("none")),
            ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
            ("tls_client_auth_subject_dn", json!("CN=client")),
            ("dpop_bound_access_tokens", json!(true)),
            ("subject_type", json!("secret")),
            ("subject_type", json!(["pairwise"])),
            ("sector_identifier_uri", json!("http://client.example.org/sector.json")),
            ("access_token_claims", json!(["sub"])),
            ("userinfo_claims", json!("roles")),
            ("token_endpoint_auth_method", json!("client_secret_jwt")),
            ("token_endpoint_auth_method", json!("tls_client_auth")),
            ("id_token_signed_response_alg", json!("none")),
            ("id_token_encrypted_response_enc", json!("A128GCM")),
            ("userinfo_signed_response_alg", json!("none")),
            ("userinfo_signed_response_alg", json!("HS256")),
            ("userinfo_encrypted_response_alg", json!("RSA-OAEP")),
            ("userinfo_encrypted_response_enc", json!("A128GCM")),
            ("request_object_encryption_enc", json!("A128GCM")),
            ("grant_types", json!(["implicit"])),
            ("response_types", json!(["code id_token"])),
            ("redirect_uris", json!("https://client.example.org")),
            ("redirect_uris", json!(["http://client.example.org"])),
            ("redirect_uris", json!(["https://client.example.org/#x"])),
            ("scope", json!("a\"b")),
            ("request_object_signing_alg", json!("none")),
            ("request_object_signing_alg", json!("HS256")),
            ("request_object_encryption_alg", json!("RSA-OAEP")),
            ("require_signed_request_object", json!("yes")),
            ("require_pushed_authorization_requests", json!("yes")),
            ("request_uris", json!("https://client.example.org/r")),
            ("request_uris", json!(["http://client.example.org/r"])),
            ("request_uris", json!(["org.example.client:/r"])),
            ("require_pkce", json!("no")),
            ("exchange_modes", json!(["both"])),
            ("exchange_resources", json!(["files"])),
            ("may_act", json!("a b")),
            ("refresh_token_lifetime", json!(-1)),
            ("post_logout_redirect_uris", json!("https://client.example.org/bye")),
            ("post_logout_redirect_uris", json!(["http://client.example.org/bye"])),
            ("backchannel_logout_uri", json!("http://client.example.org/back")),
            ("backchannel_logout_uri", json!("https://client.example.org/back#x")),
            ("backchannel_logout_session_required", json!("yes")),
            ("frontchannel_logout_uri", json!(["https://client.example.org/front"])),
            ("frontchannel_logout_uri", json!("http://client.example.org/front")),
            ("logo_uri", json!("http://client.example.org/logo.png")),
            ("logo_uri", json!("data:image/png;base64,AAAA")),
            ("client_uri", json!("client.example.org")),
            ("policy_uri", json!("javascript:alert(1)")),
            ("tos_uri", json!("https://user@client.example.org/terms")),
            ("initiate_login_uri", json!("http://client.example.org/login")),
            ("initiate_login_uri", json!("org.example.client:/login")),
            ("default_max_age", json!(-1)),
            ("default_max_age", json!("60")),
            ("require_auth_time", json!("yes")),
            ("default_acr_values", json!("urn:sealwax:acr:password")),
        ];
        for (member, value) in refused {
            let error = parse(json!({ member: value.clone() })).unwrap_err();
            assert!(error.starts_with(&format!("{member}: ")), "{member} = {value}: {error}");
        }
    }
}
