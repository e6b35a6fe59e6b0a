//! What clients that register themselves may be: by dynamic registration (RFC 7591), or by a metadata document
//! (draft-ietf-oauth-client-id-metadata-document). The operator's terms are applied when such a client registers and
//! again at each use, so that narrowing them narrows the clients that are there.
//!
//! Whoever registers asks for more than this server has: other servers' grants, scopes, schemes. RFC 7591 §3.2.1 lets a
//! server register something else and say so, which is kinder to clients than a refusal; what they would rely on is
//! refused all the same.

use super::registration::refuse;
use super::{Client, ClientMetadata, MetadataError, RegisteredBy, SecretHash};
use crate::oauth::{
    ApplicationType, ClaimMapping, ClientId, GrantType, RedirectTarget, RedirectUri, RedirectUriError, ResponseType,
    Scope, ScopeToken, SubjectType, Timestamp, WebUri,
};
use serde_json::{Map, Value};

/// The operator's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// `REGISTRATION_SCOPES`: which scopes such clients may ask for.
    pub scopes: Scope,
    /// `REGISTRATION_GRANTS`: which grants they may use.
    pub grants: Vec<GrantType>,
    /// `REGISTRATION_SCHEMES`: which private-use schemes without a dot may be answered at.
    pub schemes: Vec<String>,
    /// `DENIED_REDIRECT_HOSTS`: who is answered there, or below, is no client here.
    pub denied_hosts: Vec<String>,
    /// `REGISTRATION_PKCE`: whether those with a secret or a key may do without PKCE, as OpenID Connect Core does.
    pub pkce_waived: bool,
}

/// Members of ours by which the operator says how far a client is trusted. From the client itself they are ignored like any
/// unknown member (RFC 7591 §2).
const OPERATORS_OWN: &[&str] = &[
    "first_party",
    "require_pkce",
    "always_refresh",
    "refresh_token_lifetime",
    "refresh_token_idle",
    "rotate_refresh_tokens",
    "resources",
    "allowed_resources",
    "exchange_modes",
    "exchange_resources",
    "may_act",
    "access_token_claims",
    "userinfo_claims",
    "token_endpoint_auth_method_pinned",
];

/// What pages show of a client.
const FACE: &[&str] = &["logo_uri", "client_uri", "policy_uri", "tos_uri"];

/// Schemes that no client can mean in earnest: they run code or read files where the browser is.
const HOSTILE: &[&str] =
    &["javascript:", "data:", "vbscript:", "file:", "blob:", "filesystem:", "about:", "view-source:"];

impl Terms {
    /// Reads what a client says of itself.
    ///
    /// # Errors
    /// The first member that cannot be registered.
    pub fn read(&self, mut members: Map<String, Value>) -> Result<ClientMetadata, MetadataError> {
        for name in OPERATORS_OWN {
            members.remove(*name);
        }
        let grants = |word: &str| GrantType::parse(word).is_some_and(|grant| self.grants.contains(&grant));
        retain(&mut members, "grant_types", grants)?;
        retain(&mut members, "response_types", |word| ResponseType::parse(word).is_some())?;
        if let Some(Value::String(scope)) = members.get_mut("scope") {
            let mut names: Vec<&str> = scope.split(' ').collect();
            let asked = names.iter().any(|name| !name.is_empty());
            names.retain(|name| self.scopes.contains(name));
            if asked && names.is_empty() {
                return refuse("scope", "none of these is open to clients that register themselves");
            }
            let kept = names.join(" ");
            *scope = kept;
        }
        // Nobody relies on these: what cannot be shown is not, and the answer says so.
        for name in FACE {
            let shown = |value: &Value| value.as_str().is_some_and(|text| WebUri::parse(text).is_ok());
            if !members.get(*name).is_some_and(shown) {
                members.remove(*name);
            }
        }
        // An empty scope is one that is left out.
        if members.get("scope").is_some_and(|scope| *scope == "") {
            members.remove("scope");
        }
        let uris = |members: &mut Map<String, Value>, member| match members.remove(member) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(value) => {
                let uris = serde_json::from_value(value);
                self.uris(member, uris.map_err(|_| MetadataError::new(member, "is not a list of URIs"))?)
            }
        };
        let redirect_uris = uris(&mut members, "redirect_uris")?;
        let post_logout_redirect_uris = uris(&mut members, "post_logout_redirect_uris")?;
        let metadata = ClientMetadata::try_from(members)?;
        Ok(ClientMetadata { redirect_uris, post_logout_redirect_uris, ..metadata })
    }

    /// The URIs that can be registered. A list may mix what this server takes with private-use schemes that it does not
    /// (RFC 8252 §8.4): these are left out, as long as something is left. Whatever else is wrong with one is refused.
    pub(super) fn uris(&self, member: &'static str, uris: Vec<String>) -> Result<Vec<RedirectUri>, MetadataError> {
        let mut kept = Vec::new();
        let mut left_out = None;
        for uri in uris {
            let hostile = || {
                HOSTILE
                    .iter()
                    .any(|scheme| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
            };
            match RedirectUri::parse_with(&uri, &self.schemes) {
                Ok(uri) => kept.push(uri),
                Err(error @ RedirectUriError::Scheme) if !hostile() => left_out = Some(error),
                Err(error) => return refuse(member, format!("a URI {error}")),
            }
        }
        match left_out {
            Some(error) if kept.is_empty() => refuse(member, format!("a URI {error}")),
            _ => Ok(kept),
        }
    }

    /// Makes a client of what was read.
    ///
    /// # Errors
    /// The first member that does not meet the terms.
    pub fn admit(
        &self,
        metadata: ClientMetadata,
        client_id: ClientId,
        secrets: Vec<SecretHash>,
        created: Timestamp,
    ) -> Result<Client, MetadataError> {
        let grants = self.grants(&metadata)?;
        let scope = self.scope(metadata.scope.as_ref(), &grants)?;
        let application_type = metadata.application_type.unwrap_or_else(|| kind(&metadata.redirect_uris));
        self.judge_uris(&metadata, application_type)?;
        let metadata = ClientMetadata {
            grant_types: Some(grants),
            scope: Some(scope),
            application_type: Some(application_type),
            ..metadata
        };
        let client = Client::register(metadata, client_id, secrets, created)?;
        // OpenID Connect Core §8.1: a sector is proven by being answered at its redirect URIs. A device is answered at none,
        // and anybody can name those of another.
        if client.subject_type == SubjectType::Pairwise && client.may_use(GrantType::DeviceCode) {
            return refuse("subject_type", "`pairwise` does not go with the grant of devices");
        }
        // What only the operator decides, whatever was read.
        Ok(Client {
            registered_by: RegisteredBy::Itself,
            require_pkce: !self.pkce_waived,
            first_party: false,
            always_refresh: false,
            refresh_token_lifetime: None,
            refresh_token_idle: None,
            rotate_refresh_tokens: false,
            resources: Vec::new(),
            allowed_resources: None,
            exchange_resources: Vec::new(),
            may_act: None,
            access_token_claims: ClaimMapping::default(),
            userinfo_claims: ClaimMapping::default(),
            token_endpoint_auth_method_pinned: false,
            ..client
        })
    }

    /// RFC 7591 §2: `authorization_code` where none is named; with `offline_access` the means to redeem it.
    fn grants(&self, metadata: &ClientMetadata) -> Result<Vec<GrantType>, MetadataError> {
        let offline = metadata.scope.as_ref().is_some_and(|scope| scope.contains(ScopeToken::OFFLINE_ACCESS));
        let default = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        let mut grants = match &metadata.grant_types {
            Some(grants) => grants.clone(),
            None => default.into_iter().take(1 + usize::from(offline)).collect(),
        };
        grants.retain(|grant| self.grants.contains(grant));
        if grants.is_empty() {
            return refuse("grant_types", "none of these is open to clients that register themselves");
        }
        Ok(grants)
    }

    /// All that is open where nothing is named. `offline_access` goes with the grant that redeems it, either way: clients
    /// name one of the two and mean both (OpenID Connect Core §11).
    fn scope(&self, scope: Option<&Scope>, grants: &[GrantType]) -> Result<Scope, MetadataError> {
        let refreshes = grants.contains(&GrantType::RefreshToken);
        let open = |name: &str| self.scopes.contains(name) && (refreshes || name != ScopeToken::OFFLINE_ACCESS);
        let mut kept = scope.unwrap_or(&self.scopes).filter(open);
        if kept.is_empty() {
            return refuse("scope", "none of these is open to clients that register themselves");
        }
        if let Some(offline) = ScopeToken::parse(ScopeToken::OFFLINE_ACCESS).filter(|token| open(token.as_str())) {
            kept.insert(offline);
        }
        Ok(kept)
    }

    fn judge_uris(&self, metadata: &ClientMetadata, application_type: ApplicationType) -> Result<(), MetadataError> {
        // OpenID Connect Registration §2, `application_type`: https, and not on the user's device.
        let local = |uri: &RedirectUri| uri.target() == RedirectTarget::Loopback || uri.is_on_this_device();
        if application_type == ApplicationType::Web && metadata.redirect_uris.iter().any(local) {
            return refuse("redirect_uris", "a web client is answered at https, and not on the user's device");
        }
        let mut all = metadata.redirect_uris.iter().chain(&metadata.post_logout_redirect_uris);
        if all.any(|uri| self.denies(&uri.host())) {
            return refuse("redirect_uris", "a host is denied here");
        }
        Ok(())
    }

    /// Whether the operator denies this host, or one that it is below.
    #[must_use]
    pub fn denies(&self, host: &str) -> bool {
        // RFC 3986 §3.2.2: a dot at the end of a name changes nothing about where it leads.
        let host = host.strip_suffix('.').unwrap_or(host);
        self.denied_hosts.iter().any(|denied| {
            host.strip_suffix(denied.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

/// What a client is that does not say: clients of programs on the user's device leave it out, although OpenID Connect
/// Registration §2 then takes them for web clients.
fn kind(uris: &[RedirectUri]) -> ApplicationType {
    let native = uris.iter().any(|uri| uri.target() != RedirectTarget::Web);
    if native { ApplicationType::Native } else { ApplicationType::Web }
}

/// Leaves the words that pass in a list; a list of which none does cannot be registered.
fn retain(
    members: &mut Map<String, Value>,
    name: &'static str,
    passes: impl Fn(&str) -> bool,
) -> Result<(), MetadataError> {
    let Some(Value::Array(words)) = members.get_mut(name) else { return Ok(()) };
    words.retain(|word| word.as_str().is_none_or(&passes));
    if words.is_empty() { refuse(name, "none of these is open to clients that register themselves") } else { Ok(()) }
}
