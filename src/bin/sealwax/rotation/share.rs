//! What each part of a split deployment gets of the keys of the whole.

use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::rotation::key::signing_names;
use sealwax::config::Role;
use sealwax::jwt::{SigningKey, SigningKeys};
use sealwax::oauth::Secret;
use sealwax::seal::{KeyState, Keyring};
use std::fmt::Display;

/// In which form a secret is handed over.
#[derive(Clone, Copy)]
enum Form {
    /// What the keys of a ring derive for the purposes of the part.
    Sealing,
    Client,
    /// The public halves of all signing keys.
    Public,
    /// As it is.
    Whole,
}

use Role::{Authorize, Jwks, Token};

/// Beside the signing keys, which the parts get that sign.
const SHARES: [(&str, Form, &[Role]); 5] = [
    ("VERIFYING_KEYS", Form::Public, &[Jwks, Authorize]),
    ("SEALING_KEYS", Form::Sealing, &[Token, Authorize]),
    ("CLIENT_KEYS", Form::Client, &[Token, Authorize]),
    ("PAIRWISE_SECRET", Form::Whole, &[Token, Authorize]),
    ("OPERATOR_KEYS", Form::Whole, &[Authorize]),
];

/// Cloudflare takes no longer secret.
const LONGEST: usize = 5 * 1024;

/// The secrets of a part, those of active signing keys before the others.
pub(super) fn of(role: Role, vars: &DevVars) -> Result<Vec<(String, Secret<String>)>, Failure> {
    let mut secrets = Vec::new();
    for (name, form, roles) in SHARES {
        if roles.contains(&role)
            && let Some(value) = shared(name, form, role, vars)?
        {
            secrets.push((name.to_owned(), value));
        }
    }
    if role.signs() {
        let mut signing = signing(vars)?;
        signing.sort_by_key(|(_, key)| key.state() != KeyState::Active);
        let value = |name: String| Some((vars.get(&name).map(|value| Secret::new(value.to_owned()))?, name));
        let signing = signing.into_iter().filter_map(|(name, _)| value(name));
        secrets.extend(signing.map(|(value, name)| (name, value)));
    }
    match secrets.iter().find(|(_, value)| value.reveal().len() > LONGEST) {
        Some((name, _)) => {
            let what = format!("nothing was changed: {name} would be longer at {} than a secret may be", role.as_str());
            Err(Failure::new(what).remedy("`sealwax keys retire` makes room where the time of keys has passed."))
        }
        None => Ok(secrets),
    }
}

/// Whether a name is of a secret that some part has, so that it is to go where it has no business.
pub(super) fn is_ours(name: &str) -> bool {
    SHARES.iter().any(|(ours, ..)| *ours == name) || signing_names().any(|ours| ours == name)
}

fn shared(name: &str, form: Form, role: Role, vars: &DevVars) -> Result<Option<Secret<String>>, Failure> {
    let faulty = |error: &dyn Display| Failure::new(format!("{name} {error}"));
    if matches!(form, Form::Public) {
        let keys = signing(vars)?.into_iter().map(|(_, key)| key).collect();
        let keys = SigningKeys::new(keys).map_err(|error| faulty(&error))?;
        return Ok(Some(Secret::new(keys.to_public_json())));
    }
    let Some(text) = vars.get(name) else { return Ok(None) };
    // The realm is bound to what is sealed, not to what a key derives.
    let (ring, purposes) = match form {
        Form::Sealing => (Keyring::parse(text, ""), role.sealing_purposes()),
        Form::Client => (Keyring::parse_lasting(text, "", None), role.client_purposes()),
        Form::Public | Form::Whole => return Ok(Some(Secret::new(text.to_owned()))),
    };
    let ring = ring.map_err(|error| faulty(&error))?;
    // No part has the whole ring.
    Ok(Some(ring.share(purposes.unwrap_or_default())))
}

fn signing(vars: &DevVars) -> Result<Vec<(String, SigningKey)>, Failure> {
    let parse = |name: String| {
        let key = SigningKey::parse(vars.get(&name)?);
        Some(key.map_err(|error| Failure::new(format!("{name} {error}"))).map(|key| (name, key)))
    };
    signing_names().filter_map(parse).collect()
}
