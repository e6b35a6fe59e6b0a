//! The rules by which metadata become a [`Client`] (RFC 7591 §2, OpenID Connect Registration §2).

use super::{Client, ClientMetadata, MetadataError, RegisteredBy, SecretHash};
use crate::http::Target;
use crate::jwt::SigningKeys;
use crate::oauth::{
    ApplicationType, ClientId, ExchangeMode, GrantType, Issuer, Lifetime, RedirectTarget, RedirectUri, RequestUri,
    Resource, ResponseType, Scope, ScopeToken, SigningAlgorithm, SubjectType, Timestamp, TokenEndpointAuthMethod,
};
use crate::store::Revocations;

impl Client {
    /// The most redirect URIs a client may have.
    pub const MAX_REDIRECT_URIS: usize = 32;
    /// The most places where a client may keep request objects.
    pub const MAX_REQUEST_URIS: usize = 8;
    /// The most resources a client may serve, and may be limited to.
    pub const MAX_RESOURCES: usize = 16;
    /// The most `acr` values it may wish for.
    pub const MAX_ACR_VALUES: usize = 8;
    /// The longest of them, in characters.
    pub const MAX_ACR: usize = 128;
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 128;
    /// The most secrets a client may have at once.
    pub const MAX_SECRETS: usize = 4;

    /// Registers a client: fills in the defaults of RFC 7591 §2 and holds the members against each other.
    ///
    /// # Errors
    /// The first member that cannot be registered.
    pub fn register(
        metadata: ClientMetadata,
        client_id: ClientId,
        secrets: Vec<SecretHash>,
        now: Timestamp,
    ) -> Result<Self, MetadataError> {
        let method = metadata.token_endpoint_auth_method.unwrap_or(TokenEndpointAuthMethod::ClientSecretBasic);
        let application_type = metadata.application_type.unwrap_or(ApplicationType::Web);
        let grant_types = grant_types(&metadata)?;
        let scope = scope(metadata.scope, metadata.always_refresh, &grant_types)?;
        let exchange_modes = exchange_modes(metadata.exchange_modes, &metadata.exchange_resources, &grant_types)?;
        let client = Self {
            client_id,
            client_name: metadata.client_name.as_deref().map(name).transpose()?,
            redirect_uris: redirect_uris(metadata.redirect_uris, &grant_types, application_type)?,
            grant_types,
            scope,
            token_endpoint_auth_method: method,
            token_endpoint_auth_method_pinned: metadata.token_endpoint_auth_method_pinned,
            token_endpoint_auth_signing_alg: metadata.token_endpoint_auth_signing_alg,
            jwks: metadata.jwks,
            jwks_uri: web_uri("jwks_uri", metadata.jwks_uri)?,
            application_type,
            secrets,
            require_pkce: metadata.require_pkce.unwrap_or(true),
            require_pushed_authorization_requests: metadata.require_pushed_authorization_requests,
            require_signed_request_object: metadata.require_signed_request_object,
            request_object_signing_alg: metadata.request_object_signing_alg,
            request_uris: request_uris(metadata.request_uris)?,
            first_party: metadata.first_party,
            always_refresh: metadata.always_refresh,
            refresh_token_lifetime: lifetime("refresh_token_lifetime", metadata.refresh_token_lifetime)?,
            refresh_token_idle: lifetime("refresh_token_idle", metadata.refresh_token_idle)?,
            rotate_refresh_tokens: metadata.rotate_refresh_tokens,
            resources: resources("resources", metadata.resources)?,
            allowed_resources: metadata
                .allowed_resources
                .map(|allowed| resources("allowed_resources", allowed))
                .transpose()?,
            exchange_modes,
            exchange_resources: resources("exchange_resources", metadata.exchange_resources)?,
            may_act: metadata.may_act,
            subject_type: metadata.subject_type.unwrap_or_default(),
            sector_identifier_uri: web_uri("sector_identifier_uri", metadata.sector_identifier_uri)?,
            access_token_claims: metadata.access_token_claims,
            userinfo_claims: metadata.userinfo_claims,
            post_logout_redirect_uris: distinct(
                "post_logout_redirect_uris",
                metadata.post_logout_redirect_uris,
                application_type,
            )?,
            backchannel_logout_uri: web_uri("backchannel_logout_uri", metadata.backchannel_logout_uri)?,
            backchannel_logout_session_required: metadata.backchannel_logout_session_required,
            frontchannel_logout_uri: web_uri("frontchannel_logout_uri", metadata.frontchannel_logout_uri)?,
            frontchannel_logout_session_required: metadata.frontchannel_logout_session_required,
            logo_uri: metadata.logo_uri,
            client_uri: metadata.client_uri,
            policy_uri: metadata.policy_uri,
            tos_uri: metadata.tos_uri,
            initiate_login_uri: metadata.initiate_login_uri,
            default_max_age: metadata.default_max_age,
            require_auth_time: metadata.require_auth_time,
            default_acr_values: acr_values(metadata.default_acr_values)?,
            id_token_signed_response_alg: metadata.id_token_signed_response_alg,
            userinfo_signed_response_alg: metadata.userinfo_signed_response_alg,
            epoch: 0,
            disabled: false,
            created: now,
            registered_by: RegisteredBy::Operator,
        };
        client.proves_itself_consistently()?;
        client.can_be_told_of_sign_out()?;
        client.has_one_sector()?;
        Ok(client)
    }

    /// Refuses URLs that this server will never call: the client would wait for it in vain.
    ///
    /// # Errors
    /// The first member with such a URL.
    pub fn refuse_uncallable(&self, issuer: &Issuer) -> Result<(), MetadataError> {
        let one = [("backchannel_logout_uri", &self.backchannel_logout_uri), ("jwks_uri", &self.jwks_uri)];
        let one = one.into_iter().filter_map(|(member, uri)| Some((member, uri.as_ref()?.as_str())));
        let several = self.request_uris.iter().map(|uri| ("request_uris", uri.as_str()));
        let mut all = one.chain(several);
        match all.find(|(_, uri)| Target::parse(uri, issuer, self.is_the_operators()).is_none()) {
            Some((member, _)) => refuse(member, "must be https on port 443 of a public host, and not this server's"),
            None => Ok(()),
        }
    }

    /// Refuses algorithms that no active key here signs with, and signed userinfo where userinfo is answered without any.
    ///
    /// # Errors
    /// The first member that names one.
    pub fn refuse_unsignable(&self, keys: &SigningKeys) -> Result<(), MetadataError> {
        let named = [
            ("id_token_signed_response_alg", self.id_token_signed_response_alg),
            ("userinfo_signed_response_alg", self.userinfo_signed_response_alg),
        ];
        let unsignable = |alg: Option<SigningAlgorithm>| alg.filter(|alg| keys.active(*alg).is_none());
        if self.userinfo_signed_response_alg.is_some() && !keys.sign() {
            return refuse(
                "userinfo_signed_response_alg",
                "is nothing for a split deployment: its userinfo signs nothing",
            );
        }
        match named.into_iter().find_map(|(member, alg)| Some((member, unsignable(alg)?))) {
            Some((member, alg)) => refuse(member, format!("no active key here signs {}", alg.as_str())),
            None => Ok(()),
        }
    }

    /// Back-Channel Logout §2.2, Front-Channel Logout §2: members that go with a URI, and where that may be.
    fn can_be_told_of_sign_out(&self) -> Result<(), MetadataError> {
        if self.backchannel_logout_session_required && self.backchannel_logout_uri.is_none() {
            return refuse("backchannel_logout_session_required", "needs a `backchannel_logout_uri`");
        }
        let Some(uri) = &self.frontchannel_logout_uri else {
            let needs_uri = self.frontchannel_logout_session_required;
            let refusal = || refuse("frontchannel_logout_session_required", "needs a `frontchannel_logout_uri`");
            return if needs_uri { refusal() } else { Ok(()) };
        };
        let same_site = |other: &RedirectUri| other.shares_origin(uri);
        if self.redirect_uris.iter().any(same_site) {
            return Ok(());
        }
        refuse("frontchannel_logout_uri", "must have scheme, host and port of one of the redirect URIs")
    }

    /// OpenID Connect Core §8.1: the sector is the one host of the redirect URIs, or else has to be named.
    fn has_one_sector(&self) -> Result<(), MetadataError> {
        if self.subject_type == SubjectType::Public || self.sector().is_some() {
            return Ok(());
        }
        let reason = "`pairwise` needs a `sector_identifier_uri` where the redirect URIs are not all https at one host";
        refuse("subject_type", reason)
    }

    /// RFC 6749 §2.1, §2.3: what a public client must not have, and what a confidential one must.
    fn proves_itself_consistently(&self) -> Result<(), MetadataError> {
        let by_key = self.token_endpoint_auth_method == TokenEndpointAuthMethod::PrivateKeyJwt;
        // RFC 7591 §2
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return refuse("jwks_uri", "and `jwks` exclude each other");
        }
        if self.jwks.as_ref().is_some_and(|keys| !keys.is_small()) {
            return refuse("jwks", "has more than 16 keys or 8 KB; publish them at a `jwks_uri`");
        }
        if by_key && self.jwks.is_none() && self.jwks_uri.is_none() {
            return refuse("token_endpoint_auth_method", "`private_key_jwt` needs `jwks` or `jwks_uri`");
        }
        if self.token_endpoint_auth_signing_alg.is_some() && !by_key {
            return refuse("token_endpoint_auth_signing_alg", "needs the method `private_key_jwt`");
        }
        // Else every request of it would be refused.
        if self.require_signed_request_object && self.jwks.is_none() && self.jwks_uri.is_none() {
            return refuse("require_signed_request_object", "needs `jwks` or `jwks_uri`");
        }
        match (self.is_public(), self.secrets.len()) {
            (false, 0) if by_key => Ok(()),
            (false, _) if by_key => {
                refuse("token_endpoint_auth_method", "`private_key_jwt`, but the client has a secret")
            }
            (true, _) if self.may_use(GrantType::ClientCredentials) => {
                // RFC 6749 §4.4
                refuse("grant_types", "`client_credentials` is for clients that keep a secret")
            }
            (true, _) if self.may_use(GrantType::TokenExchange) => {
                // RFC 8693 §5
                refuse("grant_types", "tokens are exchanged by clients that keep a secret or sign")
            }
            (true, 1..) => refuse("token_endpoint_auth_method", "`none`, but the client has a secret"),
            // RFC 9700 §2.1.1: nothing else protects the code of a public client.
            (true, 0) if !self.require_pkce => refuse("require_pkce", "a public client cannot do without PKCE"),
            (false, 0) => refuse("token_endpoint_auth_method", "the client has no secret; a public client has `none`"),
            (true, 0) | (false, 1..=Self::MAX_SECRETS) => Ok(()),
            (false, _) => refuse("client_secret", "more than 4 at once"),
        }
    }
}

/// RFC 7591 §2.1: grant types and response types that go together.
fn grant_types(metadata: &ClientMetadata) -> Result<Vec<GrantType>, MetadataError> {
    let wants_refresh = metadata.always_refresh
        || metadata.scope.as_ref().is_some_and(|scope| scope.contains(ScopeToken::OFFLINE_ACCESS));
    let grants = match &metadata.grant_types {
        Some(grants) => grants.clone(),
        // A resource server: it gets no tokens, it asks about those of others.
        None if !metadata.resources.is_empty() && metadata.redirect_uris.is_empty() => Vec::new(),
        None if wants_refresh => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        None => vec![GrantType::AuthorizationCode],
    };
    let grants: Vec<GrantType> = GrantType::ALL.iter().copied().filter(|grant| grants.contains(grant)).collect();
    if grants.is_empty() && !metadata.resources.is_empty() {
        return Ok(grants);
    }
    let uses_codes = grants.contains(&GrantType::AuthorizationCode);
    if grants.iter().all(|grant| *grant == GrantType::RefreshToken) {
        return refuse("grant_types", "with these the client could never get a token");
    }
    let has_users = uses_codes || grants.contains(&GrantType::DeviceCode);
    if !has_users && grants.contains(&GrantType::RefreshToken) {
        let reason = "`refresh_token` needs a grant that refresh tokens come from: `authorization_code`, or a device's";
        return refuse("grant_types", reason);
    }
    if uses_codes && metadata.response_types.as_ref().is_some_and(|types| !types.contains(&ResponseType::Code)) {
        return refuse("response_types", "the grant type `authorization_code` needs `code`");
    }
    if metadata.always_refresh && !grants.contains(&GrantType::RefreshToken) {
        return refuse("always_refresh", "needs the grant type `refresh_token`");
    }
    Ok(grants)
}

fn scope(scope: Option<Scope>, always_refresh: bool, grants: &[GrantType]) -> Result<Scope, MetadataError> {
    let refreshes = grants.contains(&GrantType::RefreshToken);
    let is_of_use = |scope: &Scope| scope.iter().any(|name| !ScopeToken::STANDARD.contains(&name));
    let is_about_users = |grant: &GrantType| !matches!(grant, GrantType::ClientCredentials | GrantType::TokenExchange);
    if !grants.is_empty() && !grants.iter().any(is_about_users) && !scope.as_ref().is_some_and(is_of_use) {
        let reason = "a client that gets tokens in its own name or for others alone needs one that is not about a user";
        return refuse("scope", reason);
    }
    let Some(scope) = scope else {
        let default = if refreshes && !always_refresh { "openid offline_access" } else { ScopeToken::OPENID };
        return Ok(Scope::parse(default).unwrap_or_default());
    };
    // OpenID Connect Core §11: the scope asks for what the grant type redeems.
    if scope.contains(ScopeToken::OFFLINE_ACCESS) && !refreshes {
        return refuse("scope", "`offline_access` needs the grant type `refresh_token`");
    }
    Ok(scope)
}

/// OpenID Connect Registration §2, `application_type`. Web clients may name this device as well: that is where they are
/// developed, and only the operator registers here.
fn redirect_uris(
    uris: Vec<RedirectUri>,
    grants: &[GrantType],
    application_type: ApplicationType,
) -> Result<Vec<RedirectUri>, MetadataError> {
    if uris.is_empty() && grants.contains(&GrantType::AuthorizationCode) {
        return refuse("redirect_uris", "at least one is needed");
    }
    distinct("redirect_uris", uris, application_type)
}

/// URIs that a browser is sent to, each once.
fn distinct(
    member: &'static str,
    uris: Vec<RedirectUri>,
    application_type: ApplicationType,
) -> Result<Vec<RedirectUri>, MetadataError> {
    if uris.len() > Client::MAX_REDIRECT_URIS {
        return refuse(member, "more than 32");
    }
    let private = uris.iter().find(|uri| uri.target() == RedirectTarget::PrivateUse);
    if let (ApplicationType::Web, Some(uri)) = (application_type, private) {
        return refuse(member, format!("{}: only a native client may use a private scheme", uri.as_str()));
    }
    let mut distinct: Vec<RedirectUri> = Vec::with_capacity(uris.len());
    for uri in uris {
        if !distinct.contains(&uri) {
            distinct.push(uri);
        }
    }
    Ok(distinct)
}

/// A name that people can be shown: characters that reorder or hide others could make it read as another.
fn name(text: &str) -> Result<String, MetadataError> {
    let text = text.trim();
    let hidden = |c: char| {
        // Not the joiners U+200C and U+200D: Persian, Hindi and emoji need them.
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    if text.is_empty() || text.chars().count() > Client::MAX_NAME {
        return refuse("client_name", "must have 1 to 128 characters");
    }
    if text.chars().any(|c| c.is_control() || hidden(c)) {
        return refuse("client_name", "has control characters, or others that hide or reorder text");
    }
    Ok(text.to_owned())
}

/// OpenID Connect Registration §2: where request objects may be fetched.
fn request_uris(uris: Vec<RequestUri>) -> Result<Vec<RequestUri>, MetadataError> {
    if uris.len() > Client::MAX_REQUEST_URIS { refuse("request_uris", "more than 8") } else { Ok(uris) }
}

/// OpenID Connect Registration §2: what a space-separated list can hold.
fn acr_values(values: Vec<String>) -> Result<Vec<String>, MetadataError> {
    let fits =
        |value: &String| (1..=Client::MAX_ACR).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    if values.len() <= Client::MAX_ACR_VALUES && values.iter().all(fits) {
        return Ok(values);
    }
    refuse("default_acr_values", "must be at most 8, each of 1 to 128 printable ASCII characters without spaces")
}

/// The resources that a client serves, or may ask tokens for.
fn resources(member: &'static str, resources: Vec<Resource>) -> Result<Vec<Resource>, MetadataError> {
    if resources.len() > Client::MAX_RESOURCES { refuse(member, "more than 16") } else { Ok(resources) }
}

/// How a client may exchange tokens (RFC 8693 §1.1). In the name of an actor, which the token then tells, where nothing is
/// said.
fn exchange_modes(
    modes: Option<Vec<ExchangeMode>>,
    resources: &[Resource],
    grants: &[GrantType],
) -> Result<Vec<ExchangeMode>, MetadataError> {
    match modes {
        None if grants.contains(&GrantType::TokenExchange) => Ok(vec![ExchangeMode::Delegation]),
        Some(modes) if grants.contains(&GrantType::TokenExchange) => {
            Ok(ExchangeMode::ALL.iter().copied().filter(|mode| modes.contains(mode)).collect())
        }
        None if resources.is_empty() => Ok(Vec::new()),
        None => refuse("exchange_resources", "needs the grant type of token exchange"),
        Some(_) => refuse("exchange_modes", "needs the grant type of token exchange"),
    }
}

/// A URL that this server, or a frame of its page, can load: Back-Channel Logout §2.2, Front-Channel Logout §2, RFC 7591 §2
/// (`jwks_uri`).
fn web_uri(member: &'static str, uri: Option<RedirectUri>) -> Result<Option<RedirectUri>, MetadataError> {
    match uri {
        Some(uri) if uri.target() == RedirectTarget::PrivateUse => refuse(member, "must be an https URL"),
        uri => Ok(uri),
    }
}

fn lifetime(member: &'static str, lifetime: Option<Lifetime>) -> Result<Option<Lifetime>, MetadataError> {
    let range = Lifetime::seconds(60)..=Revocations::LONGEST_GRANT;
    if lifetime.is_none_or(|lifetime| range.contains(&lifetime)) {
        return Ok(lifetime);
    }
    refuse(member, "must be from 60 seconds to 400 days (34,560,000 seconds)")
}

pub(super) fn refuse<T>(member: &'static str, reason: impl Into<String>) -> Result<T, MetadataError> {
    Err(MetadataError::new(member, reason))
}

#[cfg(test)]
mod tests;
