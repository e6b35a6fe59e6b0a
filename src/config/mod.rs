//! What the operator chose: parsed once an isolate, and refused as a whole with a list of what is wrong.

mod public_keys;
mod registration;
mod resources;
mod role;
mod scopes;
mod settings;
mod translated;

pub use public_keys::PublicKeys;
pub use registration::{RegistrationConfig, RegistrationMode};
pub use resources::{ResourceDefinition, ResourceRegistry};
pub use role::Role;
pub use scopes::{ScopeDefinition, ScopeRegistry};

use crate::client::Client;
use crate::http::Published;
use crate::jwt::{SigningKey, SigningKeys, VerifyingKey};
use crate::oauth::{GrantType, Issuer, Lifetime, Resource, Resources, Scope, ScopeToken, Secret, from_base64url};
use crate::pages::Theme;
use crate::record;
use crate::seal::{Keyring, Rings};
use resources::Surroundings;
use settings::Settings;
use std::sync::OnceLock;

/// The configuration of a deployment.
#[derive(Debug)]
pub struct Config {
    /// `ROLE`
    pub role: Role,
    /// `ISSUER`
    pub issuer: Issuer,
    /// `SEALING_KEYS` and `CLIENT_KEYS`, bound to `REALM` (default: the issuer).
    pub rings: Rings,
    /// `SIGNING_KEY_1` to `SIGNING_KEY_8`; where a Worker does not sign, their public halves from `VERIFYING_KEYS`.
    pub signing_keys: SigningKeys,
    /// `OPERATOR_KEYS`: whose requests `POST /operator` takes; none: it is off.
    pub operator_keys: Vec<VerifyingKey>,
    /// `PAIRWISE_SECRET`: what pairwise subjects are made with, and never rotated; none: there are no such subjects.
    pub pairwise_secret: Option<Secret<Vec<u8>>>,
    /// `LEDGER`, `LEDGER_SHARDS`; `None` when switched off.
    pub ledger: Option<LedgerConfig>,
    /// `REVOCATION`
    pub revocation: RevocationMode,
    /// `SCOPES`, and those of `RESOURCES`
    pub scopes: ScopeRegistry,
    /// `RESOURCES`
    pub resources: ResourceRegistry,
    /// `DEFAULT_RESOURCE`: what access tokens are for where no resource is named.
    pub default_resource: Option<Resource>,
    /// Which clients may register themselves.
    pub registration: RegistrationConfig,
    /// `REQUIRE_PUSHED_AUTHORIZATION_REQUESTS`: whether every client has to push its requests (RFC 9126 §5).
    pub require_pushed_authorization_requests: bool,
    /// `REQUIRE_SIGNED_REQUEST_OBJECT`: whether every client has to sign its requests (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// `CLAIMS_IN_TOKENS`: whether tokens tell of users more than who they are; the token Worker then needs the accounts.
    pub claims_in_tokens: bool,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// `LOG`
    pub log: LogMode,
    /// `THEME_NAME`, `THEME_LOGO`, `THEME_ACCENT`
    pub theme: Theme,
    /// The metadata document, made when it is first asked for: all that stands in it is of the configuration.
    pub metadata: OnceLock<Published>,
}

/// The sharded ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerConfig {
    /// Into how many objects a region the codes are spread, 1 to 1,024.
    pub shards: u16,
}

/// Whom refresh, introspection and userinfo ask what was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationMode {
    /// KV: one read, near, usually up to 60 s behind.
    Kv,
    /// The subject's ledger object: one round trip to the user's home, strict everywhere.
    Ledger,
}

/// Which decisions leave a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogMode {
    /// Every one.
    All,
    /// What was refused or failed, and what ends something; not what went as it should.
    Refusals,
}

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// `ACCESS_TOKEN_LIFETIME`: 10 minutes by default.
    pub access_token: Lifetime,
    /// `REFRESH_TOKEN_LIFETIME`: 30 days by default, however often it is used.
    pub refresh_token: Lifetime,
    /// `REFRESH_TOKEN_IDLE`: 14 days by default, where tokens rotate.
    pub refresh_token_idle: Lifetime,
    /// `REFRESH_TOKEN_GRACE`: 30 seconds by default.
    pub refresh_token_grace: Lifetime,
    /// `SESSION_LIFETIME`: 7 days by default, however often it is used.
    pub session: Lifetime,
    /// `SESSION_IDLE`: 1 day by default.
    pub session_idle: Lifetime,
}

/// One thing that is wrong; never a secret.
pub type Fault = String;

impl Lifetimes {
    /// Reads them by the names of their variables.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut settings = Settings::new(&variable);
        let lifetimes = Self::read(&mut settings);
        let faults = settings.into_faults();
        if faults.is_empty() { Ok(lifetimes) } else { Err(faults) }
    }

    fn read(settings: &mut Settings<'_>) -> Self {
        const DAY: u32 = 86_400;
        let mut seconds = |name, default, range| Lifetime::seconds(settings.number(name, default, range));
        Self {
            access_token: seconds("ACCESS_TOKEN_LIFETIME", 600, 60..=DAY),
            refresh_token: seconds("REFRESH_TOKEN_LIFETIME", 30 * DAY, 60..=400 * DAY),
            refresh_token_idle: seconds("REFRESH_TOKEN_IDLE", 14 * DAY, 60..=400 * DAY),
            refresh_token_grace: seconds("REFRESH_TOKEN_GRACE", 30, 10..=300),
            session: seconds("SESSION_LIFETIME", 7 * DAY, 60..=400 * DAY),
            session_idle: seconds("SESSION_IDLE", DAY, 60..=400 * DAY),
        }
    }
}

impl Config {
    /// How many signing keys are looked for.
    pub const SIGNING_KEYS: u8 = 8;

    /// Reads the configuration by the names of its variables and secrets.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut settings = Settings::new(&variable);
        let role = settings.optional(Role::VARIABLE, Role::parse).unwrap_or(Role::BUILT);
        let issuer = settings.required("ISSUER", Issuer::parse);
        let realm = settings.text("REALM").or_else(|| settings.text("ISSUER")).unwrap_or_default();
        let share = role.sealing_purposes();
        let sealing = settings.required("SEALING_KEYS", |json| Keyring::parse_share(json, &realm, share));
        let share = role.client_purposes();
        let client = settings.required("CLIENT_KEYS", |json| Keyring::parse_lasting(json, &realm, share));
        let signing_keys = if role.signs() { signing_keys(&mut settings) } else { verifying_keys(&mut settings) };
        let operator_keys = settings.optional("OPERATOR_KEYS", operator_keys).unwrap_or_default();
        let pairwise_secret = settings.optional("PAIRWISE_SECRET", pairwise_secret);
        let ledger = Self::ledger(&mut settings);
        let revocation = Self::revocation(&mut settings, ledger);
        let mut scopes = settings.optional("SCOPES", ScopeRegistry::parse).unwrap_or_default();
        let around = Surroundings { scopes: &mut scopes, keys: signing_keys.as_ref(), issuer: issuer.as_ref() };
        let resources = Self::resources(&mut settings, around);
        let default_resource = settings.optional("DEFAULT_RESOURCE", resource);
        let default_resource = default_resource.map(|default| resources.spelled(default));
        let mut registration = RegistrationConfig::parse(&mut settings, &scopes);
        registration.terms.grants.retain(|grant| offers(*grant, ledger));
        let require_pushed_authorization_requests = settings.switch("REQUIRE_PUSHED_AUTHORIZATION_REQUESTS", false);
        let require_signed_request_object = settings.switch("REQUIRE_SIGNED_REQUEST_OBJECT", false);
        let claims_in_tokens = settings.switch("CLAIMS_IN_TOKENS", true);
        if !claims_in_tokens && resources.tell_in_tokens() {
            settings.fault("RESOURCES has access_token_claims, but CLAIMS_IN_TOKENS is off".to_owned());
        }
        let lifetimes = Lifetimes::read(&mut settings);
        let log = Self::log(&mut settings);
        let theme = Self::theme(&mut settings);
        let faults = settings.into_faults();
        match (issuer, sealing, client, signing_keys, theme) {
            (Some(issuer), Some(sealing), Some(client), Some(signing_keys), Some(theme)) if faults.is_empty() => {
                let rings = Rings { sealing, client };
                Ok(Self {
                    role,
                    issuer,
                    rings,
                    signing_keys,
                    operator_keys,
                    pairwise_secret,
                    ledger,
                    revocation,
                    scopes,
                    resources,
                    default_resource,
                    registration,
                    require_pushed_authorization_requests,
                    require_signed_request_object,
                    claims_in_tokens,
                    lifetimes,
                    log,
                    theme,
                    metadata: OnceLock::new(),
                })
            }
            _ => Err(faults),
        }
    }

    /// Whether a grant exists in this deployment.
    #[must_use]
    pub fn offers(&self, grant: GrantType) -> bool {
        offers(grant, self.ledger)
    }

    /// The resource that a URI names, as it is registered: to the letter, or else with a slash at the end that one of the
    /// two lacks, where that fits one resource only. Clients derive the URI from the address that a person typed, and some
    /// add the slash.
    #[must_use]
    pub fn resource(&self, named: &str) -> Option<&Resource> {
        let known = || self.known_resources();
        known().find(|resource| resource.as_str() == named).or_else(|| {
            let mut close = known().filter(|resource| resource.differs_by_a_slash_from(named));
            close.next().filter(|only| close.all(|other| other == *only))
        })
    }

    /// Every resource, the default one too.
    pub fn known_resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().chain(&self.default_resource)
    }

    /// What of a request can be granted to a client for these resources: OpenID Connect Core §3.1.2.1 has unknown scopes
    /// ignored, RFC 6749 §3.3 lets the server leave out others; the token response tells.
    #[must_use]
    pub fn grantable(&self, requested: &Scope, client: &Client, resources: &Resources) -> Scope {
        self.fitting(requested, resources).filter(|name| self.may_ask(client, name))
    }

    /// Whether a client may ask for a scope, wherever it goes with.
    #[must_use]
    pub fn may_ask(&self, client: &Client, scope: &str) -> bool {
        client.scope.contains(scope) || self.is_open_to(client, scope)
    }

    /// Whether a client may ask for a scope that it did not register. Whoever may register may do so again and say more, so
    /// a client that registered itself is not held to what it said then: MCP clients name the scope that they need first,
    /// and ask for others when a server wants them (step-up). `offline_access` goes with the grant.
    fn is_open_to(&self, client: &Client, scope: &str) -> bool {
        !client.is_the_operators()
            && scope != ScopeToken::OFFLINE_ACCESS
            && self.registration.terms.scopes.contains(scope)
    }

    /// What of a scope goes with these resources: their own, those of `SCOPES`, and the standard's.
    #[must_use]
    pub fn fitting(&self, scope: &Scope, resources: &Resources) -> Scope {
        let defines = |name: &str| {
            let mut definitions = resources.iter().filter_map(|resource| self.resources.definition(resource));
            definitions.any(|definition| definition.has(name))
        };
        scope.filter(|name| self.scopes.is_everywhere(name) || defines(name))
    }

    fn ledger(settings: &mut Settings<'_>) -> Option<LedgerConfig> {
        let on = settings.switch("LEDGER", true);
        let shards = settings.number("LEDGER_SHARDS", 8, 1..=1024);
        on.then_some(LedgerConfig { shards: u16::try_from(shards).unwrap_or(1) })
    }

    fn revocation(settings: &mut Settings<'_>, ledger: Option<LedgerConfig>) -> RevocationMode {
        let mode = settings.optional("REVOCATION", |text| match text {
            "kv" => Ok(RevocationMode::Kv),
            "ledger" if ledger.is_none() => Err("is ledger, but LEDGER is off"),
            "ledger" => Ok(RevocationMode::Ledger),
            _ => Err("is neither kv nor ledger"),
        });
        mode.unwrap_or(RevocationMode::Kv)
    }

    fn log(settings: &mut Settings<'_>) -> LogMode {
        let mode = settings.optional("LOG", |text| match text {
            "all" => Ok(LogMode::All),
            "refusals" => Ok(LogMode::Refusals),
            _ => Err("is neither all nor refusals"),
        });
        mode.unwrap_or(LogMode::All)
    }

    fn resources(settings: &mut Settings<'_>, around: Surroundings<'_>) -> ResourceRegistry {
        let Some(json) = settings.text("RESOURCES") else { return ResourceRegistry::default() };
        let resources = ResourceRegistry::parse(&json, around);
        resources.map_err(|faults| faults.into_iter().for_each(|fault| settings.fault(fault))).unwrap_or_default()
    }

    fn theme(settings: &mut Settings<'_>) -> Option<Theme> {
        let [name, logo, accent] = ["THEME_NAME", "THEME_LOGO", "THEME_ACCENT"].map(|name| settings.text(name));
        let theme = Theme::parse(name.as_deref(), logo.as_deref(), accent.as_deref());
        theme.map_err(|faults| faults.iter().for_each(|fault| settings.fault(format!("THEME_*: {fault}")))).ok()
    }
}

fn signing_keys(settings: &mut Settings<'_>) -> Option<SigningKeys> {
    let present: Vec<String> = signing_key_names().filter(|name| settings.text(name).is_some()).collect();
    if present.is_empty() {
        settings.fault("SIGNING_KEY_1 is missing; `sealwax keys init` makes signing keys".to_owned());
        return None;
    }
    // A key that is there but of no use has been told by its name.
    let keys = present.iter().map(|name| settings.optional(name, SigningKey::parse));
    let keys: Vec<SigningKey> = keys.collect::<Option<_>>()?;
    SigningKeys::new(keys).map_err(|error| settings.fault(format!("SIGNING_KEY_1 … 8: the set {error}"))).ok()
}

/// The public halves of the signing keys, where nothing is signed; a private one must not be there.
fn verifying_keys(settings: &mut Settings<'_>) -> Option<SigningKeys> {
    let private: Vec<String> = signing_key_names().filter(|name| settings.text(name).is_some()).collect();
    for name in private {
        settings.fault(format!("{name} is here, where nothing is signed: remove it; VERIFYING_KEYS takes its place"));
    }
    settings.required("VERIFYING_KEYS", SigningKeys::public)
}

fn signing_key_names() -> impl Iterator<Item = String> {
    (1..=Config::SIGNING_KEYS).map(|number| format!("SIGNING_KEY_{number}"))
}

/// RFC 8628: a device and its user meet in the ledger, and nowhere else.
fn offers(grant: GrantType, ledger: Option<LedgerConfig>) -> bool {
    grant != GrantType::DeviceCode || ledger.is_some()
}

fn pairwise_secret(text: &str) -> Result<Secret<Vec<u8>>, &'static str> {
    let secret = from_base64url(text).filter(|bytes| (32..=64).contains(&bytes.len()));
    secret.map(Secret::new).ok_or("is not 32 to 64 bytes in base64url; `sealwax keys init` makes it")
}

fn operator_keys(json: &str) -> Result<Vec<VerifyingKey>, String> {
    #[derive(serde::Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = record::read(json).ok_or("is not a JWK set")?;
    let keys = set.keys.iter().map(|key| VerifyingKey::parse(&key.to_string()));
    keys.collect::<Result<_, _>>().map_err(|error| format!("has a key that {error}"))
}

fn resource(text: &str) -> Result<Resource, &'static str> {
    Resource::parse(text).ok_or("is not an absolute URI without a fragment (RFC 8707 §2)")
}
