//! Which clients may register themselves, and on what terms.

use super::ScopeRegistry;
use super::settings::Settings;
use crate::client::Terms;
use crate::oauth::{Bytes16 as _, GrantType, InitialTokenId, RedirectUri, Scope, ScopeToken};

/// The operator's choice.
#[derive(Debug)]
pub struct RegistrationConfig {
    /// `REGISTRATION`
    pub mode: RegistrationMode,
    /// `CLIENT_ID_METADATA_DOCUMENTS`: whether a client may be named by the URL of a document about it.
    pub metadata_documents: bool,
    /// `REGISTRATION_SCOPES`, `REGISTRATION_GRANTS`, `REGISTRATION_SCHEMES`, `REGISTRATION_PKCE`, `DENIED_REDIRECT_HOSTS`
    pub terms: Terms,
    /// `DENIED_INITIAL_TOKENS`: what was registered with one of these is no client any more.
    pub denied_initial_tokens: Vec<InitialTokenId>,
}

/// Who may register a client (RFC 7591 §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// The operator alone.
    Off,
    /// Whoever has a token of the operator's.
    InitialAccessToken,
    /// Anybody.
    Open,
}

const GRANTS: &[GrantType] = &[GrantType::AuthorizationCode, GrantType::RefreshToken];

impl RegistrationConfig {
    pub(super) fn parse(settings: &mut Settings<'_>, scopes: &ScopeRegistry) -> Self {
        let mode = settings.optional("REGISTRATION", |text| match text {
            "off" => Ok(RegistrationMode::Off),
            "initial_access_token" => Ok(RegistrationMode::InitialAccessToken),
            "open" => Ok(RegistrationMode::Open),
            _ => Err("is neither off, initial_access_token nor open"),
        });
        let metadata_documents = settings.optional("CLIENT_ID_METADATA_DOCUMENTS", |text| match text {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("is neither on nor off"),
        });
        let all = || {
            let mut all = Scope::default();
            scopes.names().filter_map(ScopeToken::parse).for_each(|name| all.insert(name));
            all
        };
        let chosen = settings.optional("REGISTRATION_SCOPES", |text| {
            Scope::parse(text)
                .filter(|scope| scope.iter().all(|name| scopes.knows(name)))
                .ok_or("names a scope that there is not")
        });
        let grants = list(settings, "REGISTRATION_GRANTS", "has a word that is no grant type", GrantType::named);
        let pkce_waived = settings.optional("REGISTRATION_PKCE", |text| match text {
            "required" => Ok(false),
            "optional" => Ok(true),
            _ => Err("is neither required nor optional"),
        });
        let scheme = |text: &str| RedirectUri::is_private_scheme(text).then(|| text.to_owned());
        let terms = Terms {
            scopes: chosen.unwrap_or_else(all),
            grants: grants.unwrap_or_else(|| GRANTS.to_vec()),
            schemes: list(settings, "REGISTRATION_SCHEMES", "has a word that is no private-use scheme", scheme)
                .unwrap_or_default(),
            denied_hosts: list(settings, "DENIED_REDIRECT_HOSTS", "has a word that is no host", denied_host)
                .unwrap_or_default(),
            pkce_waived: pkce_waived.unwrap_or(false),
        };
        let denied =
            list(settings, "DENIED_INITIAL_TOKENS", "has a word that is no id of such a token", InitialTokenId::parse);
        Self {
            mode: mode.unwrap_or(RegistrationMode::Off),
            metadata_documents: metadata_documents.unwrap_or(false),
            terms,
            denied_initial_tokens: denied.unwrap_or_default(),
        }
    }
}

/// A host, or a private-use scheme with its colon, as [`RedirectUri::host`] tells it.
fn denied_host(text: &str) -> Option<String> {
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b':' | b'[' | b']');
    (text.bytes().all(letters) && !text.starts_with('.')).then(|| text.to_ascii_lowercase())
}

/// Words with spaces between.
fn list<T>(
    settings: &mut Settings<'_>,
    name: &str,
    fault: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    settings.optional(name, |text| text.split_whitespace().map(&parse).collect::<Option<Vec<T>>>().ok_or(fault))
}
