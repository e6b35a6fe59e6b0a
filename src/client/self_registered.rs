//! What a client registered of itself, on its way into the seal that names it, and out again.

use super::{ClientMetadata, MetadataError, Terms};
use crate::jwt::ClientKeys;
use crate::oauth::{ClientId, InitialTokenId, RedirectUri, RequestUri, Timestamp, WebUri};
use crate::record;
use crate::seal::RegisteredClient;
use minicbor::bytes::ByteArray;
use serde::{Deserialize, Serialize};

/// `registration/<digest of client_id>`: what took the place of a registration that its client carries itself. Written when
/// it is updated or deleted, or when the operator ends what it holds; never otherwise, and it never expires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationRecord {
    /// Whose it is, so that whoever lists the records can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// [`RegisteredClient::to_text`] of what is registered since; what the seal says where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Whether the client is no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Whether it may do nothing for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// Raised when all that it holds is revoked.
    #[serde(default)]
    pub epoch: u32,
    /// When it was written last, Unix milliseconds: above whatever was decided until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
}

impl RegistrationRecord {
    /// What is left of a client that is no more.
    #[must_use]
    pub fn tombstone(self) -> Self {
        Self { content: None, deleted: true, ..self }
    }

    /// Whether what was born under this epoch has ended with the client, or with what it held.
    #[must_use]
    pub const fn ends(&self, epoch: u32) -> bool {
        self.deleted || self.disabled || epoch < self.epoch
    }
}

/// The content of the seal: what was read of the client's own words.
#[must_use]
pub fn registered(
    metadata: &ClientMetadata,
    id: [u8; 16],
    issued: Timestamp,
    initial_token: Option<InitialTokenId>,
) -> RegisteredClient {
    let text = |uri: &RedirectUri| uri.as_str().to_owned();
    let optional = |uri: &Option<RedirectUri>| uri.as_ref().map(text);
    let web = |uri: &Option<WebUri>| uri.as_ref().map(|uri| uri.as_str().to_owned());
    let post_logout: Vec<String> = metadata.post_logout_redirect_uris.iter().map(text).collect();
    let request_uris: Vec<String> = metadata.request_uris.iter().map(|uri| uri.as_str().to_owned()).collect();
    RegisteredClient {
        id: ByteArray::from(id),
        issued,
        redirect_uris: metadata.redirect_uris.iter().map(text).collect(),
        client_name: metadata.client_name.clone(),
        scope: metadata.scope.clone(),
        token_endpoint_auth_method: metadata.token_endpoint_auth_method,
        grant_types: metadata.grant_types.clone(),
        application_type: metadata.application_type,
        initial_token,
        id_token_signed_response_alg: metadata.id_token_signed_response_alg,
        post_logout_redirect_uris: (!post_logout.is_empty()).then_some(post_logout),
        backchannel_logout_uri: optional(&metadata.backchannel_logout_uri),
        backchannel_logout_session_required: metadata.backchannel_logout_session_required.then_some(true),
        frontchannel_logout_uri: optional(&metadata.frontchannel_logout_uri),
        frontchannel_logout_session_required: metadata.frontchannel_logout_session_required.then_some(true),
        token_endpoint_auth_signing_alg: metadata.token_endpoint_auth_signing_alg,
        // A struct of texts: cannot fail.
        jwks: metadata.jwks.as_ref().and_then(|keys| serde_json::to_string(keys).ok()),
        jwks_uri: optional(&metadata.jwks_uri),
        request_object_signing_alg: metadata.request_object_signing_alg,
        require_signed_request_object: metadata.require_signed_request_object.then_some(true),
        request_uris: (!request_uris.is_empty()).then_some(request_uris),
        require_pushed_authorization_requests: metadata.require_pushed_authorization_requests.then_some(true),
        userinfo_signed_response_alg: metadata.userinfo_signed_response_alg,
        logo_uri: web(&metadata.logo_uri),
        policy_uri: web(&metadata.policy_uri),
        tos_uri: web(&metadata.tos_uri),
        client_uri: web(&metadata.client_uri),
        initiate_login_uri: web(&metadata.initiate_login_uri),
        default_max_age: metadata.default_max_age,
        require_auth_time: metadata.require_auth_time.then_some(true),
        default_acr_values: (!metadata.default_acr_values.is_empty()).then(|| metadata.default_acr_values.clone()),
        subject_type: metadata.subject_type,
        sector_identifier_uri: optional(&metadata.sector_identifier_uri),
    }
}

/// The metadata that such a seal, or the record in its place, stands for.
///
/// # Errors
/// When a URI can no longer be registered under the operator's terms.
pub fn metadata_of(content: &RegisteredClient, terms: &Terms) -> Result<ClientMetadata, MetadataError> {
    let one = |member, text: &Option<String>| match text {
        Some(text) => Ok(terms.uris(member, vec![text.clone()])?.pop()),
        None => Ok(None),
    };
    let web = |text: &Option<String>| text.as_deref().and_then(|text| WebUri::parse(text).ok());
    let request_uris = content.request_uris.iter().flatten().map(|uri| RequestUri::parse(uri));
    let request_uris = request_uris.collect::<Result<_, _>>();
    let request_uris =
        request_uris.map_err(|_| MetadataError::new("request_uris", "are not URIs that can be fetched"))?;
    let post_logout = content.post_logout_redirect_uris.clone().unwrap_or_default();
    Ok(ClientMetadata {
        client_name: content.client_name.clone(),
        redirect_uris: terms.uris("redirect_uris", content.redirect_uris.clone())?,
        grant_types: content.grant_types.clone(),
        scope: content.scope.clone(),
        token_endpoint_auth_method: content.token_endpoint_auth_method,
        token_endpoint_auth_signing_alg: content.token_endpoint_auth_signing_alg,
        jwks: content.jwks.as_deref().and_then(record::read::<ClientKeys>),
        jwks_uri: one("jwks_uri", &content.jwks_uri)?,
        application_type: content.application_type,
        id_token_signed_response_alg: content.id_token_signed_response_alg,
        userinfo_signed_response_alg: content.userinfo_signed_response_alg,
        post_logout_redirect_uris: terms.uris("post_logout_redirect_uris", post_logout)?,
        backchannel_logout_uri: one("backchannel_logout_uri", &content.backchannel_logout_uri)?,
        backchannel_logout_session_required: content.backchannel_logout_session_required.unwrap_or_default(),
        frontchannel_logout_uri: one("frontchannel_logout_uri", &content.frontchannel_logout_uri)?,
        frontchannel_logout_session_required: content.frontchannel_logout_session_required.unwrap_or_default(),
        request_object_signing_alg: content.request_object_signing_alg,
        require_signed_request_object: content.require_signed_request_object.unwrap_or_default(),
        request_uris,
        require_pushed_authorization_requests: content.require_pushed_authorization_requests.unwrap_or_default(),
        logo_uri: web(&content.logo_uri),
        policy_uri: web(&content.policy_uri),
        tos_uri: web(&content.tos_uri),
        client_uri: web(&content.client_uri),
        initiate_login_uri: web(&content.initiate_login_uri),
        default_max_age: content.default_max_age,
        require_auth_time: content.require_auth_time.unwrap_or_default(),
        default_acr_values: content.default_acr_values.clone().unwrap_or_default(),
        subject_type: content.subject_type,
        sector_identifier_uri: one("sector_identifier_uri", &content.sector_identifier_uri)?,
        ..ClientMetadata::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn terms() -> Terms {
        let scopes = crate::oauth::Scope::parse("openid notes offline_access").unwrap();
        Terms { scopes, grants: crate::oauth::GrantType::ALL.to_vec(), ..Terms::default() }
    }

    #[test]
    fn what_goes_into_the_seal_comes_out_again() {
        let members = json!({
            "redirect_uris": ["https://app.example/cb", "com.example.app:/cb", "http://127.0.0.1/cb"],
            "client_name": "App", "scope": "openid notes", "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
            "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
                {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                 "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]},
            "post_logout_redirect_uris": ["https://app.example/bye"],
            "backchannel_logout_uri": "https://app.example/back", "backchannel_logout_session_required": true,
            "frontchannel_logout_uri": "https://app.example/front", "frontchannel_logout_session_required": true,
            "id_token_signed_response_alg": "RS256", "request_object_signing_alg": "ES256",
            "userinfo_signed_response_alg": "PS256",
            "require_signed_request_object": true, "request_uris": ["https://app.example/r"],
            "require_pushed_authorization_requests": true,
            "logo_uri": "https://app.example/logo.png", "client_uri": "https://app.example/",
            "policy_uri": "https://app.example/privacy", "tos_uri": "https://legal.example/terms#short",
            "initiate_login_uri": "https://app.example/login", "default_max_age": 3600, "require_auth_time": true,
            "default_acr_values": ["urn:sealwax:acr:password"],
            "subject_type": "pairwise", "sector_identifier_uri": "https://app.example/sector.json",
        });
        let Value::Object(members) = members else { panic!() };
        let metadata = terms().read(members).unwrap();
        let content = registered(&metadata, [1; 16], Timestamp::from_millis(5), None);
        assert_eq!(metadata_of(&content, &terms()).unwrap(), metadata);
        let again = RegisteredClient::of_text(&content.to_text()).unwrap();
        assert_eq!(again, content);
    }

    #[test]
    fn a_record_ends_what_is_older_than_it() {
        let record = RegistrationRecord { epoch: 2, ..RegistrationRecord::default() };
        assert!(record.ends(1) && !record.ends(2) && !record.ends(3));
        assert!(RegistrationRecord { deleted: true, ..record.clone() }.ends(9));
        assert!(RegistrationRecord { disabled: true, ..record }.ends(9));
    }
}
