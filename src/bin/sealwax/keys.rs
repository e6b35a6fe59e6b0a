//! `sealwax keys init`: makes what is missing, and never touches a key that is there.

use crate::arguments::{Arguments, KeysCommand, KeysInit};
use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::outside::random;
use crate::{fresh, operator_key, output, wrangler};
use clap::CommandFactory as _;
use clap::error::ErrorKind;
use sealwax::jwt::SigningKey;
use sealwax::oauth::{Secret, base64url};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The secrets of a server, and what each is for.
pub(crate) const SECRETS: [(&str, &str); 6] = [
    ("SEALING_KEYS", "seals codes, sessions and refresh tokens"),
    ("CLIENT_KEYS", "seals client ids"),
    ("SIGNING_KEY_1", "signs tokens (ES256)"),
    ("SIGNING_KEY_2", "signs tokens for clients that ask for RS256"),
    (PAIRWISE_SECRET, "makes the subjects of pairwise clients; it never rotates"),
    (OPERATOR_KEYS, "names the operator's public key"),
];
pub(crate) const OPERATOR_KEYS: &str = "OPERATOR_KEYS";
const PAIRWISE_SECRET: &str = "PAIRWISE_SECRET";
const DEV_VARS: &str = ".dev.vars";

pub(crate) fn run(command: &KeysCommand, key: &Path, json: bool) -> Result<(), Failure> {
    let KeysCommand::Init(init) = command;
    match init {
        KeysInit { local: true, .. } => local(key, json),
        KeysInit { wrangler: true, env, name, .. } => wrangler::init(key, env.as_deref(), name.as_deref(), json),
        _ if json => print(),
        _ => Arguments::command()
            .error(ErrorKind::MissingRequiredArgument, "say where the keys go: --local, --wrangler or --json")
            .exit(),
    }
}

/// Makes one secret.
pub(crate) fn make(name: &str, operator: &SigningKey) -> Result<Secret<String>, Failure> {
    match name {
        "SIGNING_KEY_1" => fresh::es256(),
        "SIGNING_KEY_2" => fresh::rs256(),
        PAIRWISE_SECRET => Ok(Secret::new(base64url(random::<32>()?))),
        OPERATOR_KEYS => Ok(Secret::new(operator_key::public_set(operator))),
        _ => fresh::ring(),
    }
}

/// Tells what was made: names, never values.
pub(crate) fn summarize(made: &[&str], place: &str, key: &Path, key_made: bool) -> Result<(), Failure> {
    if made.is_empty() && !key_made {
        return output::line(&format!("All keys are there already ({place}, {}): nothing to do.", key.display()));
    }
    if !made.is_empty() {
        output::line(&format!("Made in {place}:\n"))?;
        let fields = SECRETS.iter().filter(|(name, _)| made.contains(name));
        output::fields(&fields.map(|(name, purpose)| (*name, (*purpose).to_owned())).collect::<Vec<_>>())?;
    }
    if key_made {
        output::line(&format!("\nThe operator's private key is {}: keep it safe and to yourself.", key.display()))?;
    }
    Ok(())
}

fn local(key_path: &Path, json: bool) -> Result<(), Failure> {
    let path = Path::new(DEV_VARS);
    let vars = DevVars::read(path)?;
    let existing = operator_key::existing(key_path)?;
    agree(existing.as_ref(), vars.get(OPERATOR_KEYS), key_path)?;
    let key_made = existing.is_none();
    let operator = existing.map_or_else(|| operator_key::make(key_path), Ok)?;

    let missing: Vec<&str> = SECRETS.iter().map(|(name, _)| *name).filter(|name| vars.get(name).is_none()).collect();
    let made = missing.iter().map(|name| Ok((*name, make(name, &operator)?)));
    let made = made.collect::<Result<Vec<_>, Failure>>()?;
    // Written even when nothing is added: that puts a file which others could read right.
    vars.with(&made).write(path)?;
    if json {
        return output::json(
            &json!({"file": DEV_VARS, "made": missing, "operator_key": key_path, "operator_key_made": key_made}),
        );
    }
    summarize(&missing, DEV_VARS, key_path, key_made)
}

/// The file's public key and the private key have to be halves of one, or every call would be refused.
fn agree(key: Option<&SigningKey>, set: Option<&str>, key_path: &Path) -> Result<(), Failure> {
    let remedy = format!("Remove the line {OPERATOR_KEYS} from {DEV_VARS} and run this again.");
    match (key, set) {
        (Some(key), Some(set)) if !set.contains(key.kid()) => {
            let what = format!("{OPERATOR_KEYS} in {DEV_VARS} does not name the key in {}", key_path.display());
            Err(Failure::new(what).remedy(remedy))
        }
        (None, Some(_)) => {
            let what =
                format!("{OPERATOR_KEYS} is in {DEV_VARS}, but its private key is not at {}", key_path.display());
            Err(Failure::new(what).remedy(format!("Say with --key where it is. {remedy}")))
        }
        _ => Ok(()),
    }
}

/// Fresh keys on standard output, for tests and for other places that keep secrets.
fn print() -> Result<(), Failure> {
    output::complain("warning: this output holds every secret of a server; nothing was stored");
    let jwk = fresh::es256()?;
    let operator = SigningKey::parse(jwk.reveal()).map_err(|error| Failure::new(format!("the new key {error}")))?;
    let mut secrets = Map::new();
    for (name, _) in SECRETS {
        secrets.insert(name.to_owned(), Value::from(make(name, &operator)?.reveal().as_str()));
    }
    let private: Value = serde_json::from_str(jwk.reveal()).unwrap_or_default();
    output::json(&json!({"secrets": secrets, "operator": private}))
}
