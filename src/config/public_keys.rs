//! What a Worker is configured with that publishes keys and does nothing else.

use super::settings::Settings;
use super::{Config, Fault, LogMode, Role, verifying_keys};
use crate::jwt::SigningKeys;
use crate::oauth::Issuer;

/// The configuration of the JWKS Worker of a split deployment.
#[derive(Debug)]
pub struct PublicKeys {
    /// `ISSUER`
    pub issuer: Issuer,
    /// `VERIFYING_KEYS`
    pub keys: SigningKeys,
    /// `LOG`
    pub log: LogMode,
}

/// Secrets that have no business there.
const NEEDLESS: [&str; 3] = ["SEALING_KEYS", "CLIENT_KEYS", "PAIRWISE_SECRET"];

impl PublicKeys {
    /// Reads it by the names of its variables.
    ///
    /// # Errors
    /// Everything that is wrong with it; a secret that is there is a fault.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut settings = Settings::new(&variable);
        let role = settings.text(Role::VARIABLE);
        if role.is_some_and(|role| role != Role::Jwks.as_str()) {
            settings.fault(format!("{} is not jwks, which this program was built as", Role::VARIABLE));
        }
        let issuer = settings.required("ISSUER", Issuer::parse);
        let keys = verifying_keys(&mut settings);
        for name in NEEDLESS {
            if settings.text(name).is_some() {
                settings.fault(format!("{name} is here, where nothing is sealed: remove it"));
            }
        }
        let log = Config::log(&mut settings);
        let faults = settings.into_faults();
        match (issuer, keys) {
            (Some(issuer), Some(keys)) if faults.is_empty() => Ok(Self { issuer, keys, log }),
            _ => Err(faults),
        }
    }
}
