//! `sealwax keys init`: makes what is missing, and never touches a key that is there.

use crate::arguments::{Arguments, KeysAdd, KeysCommand, KeysInit, KeysList, KeysRetire, KeysRevoke, KeysRotate};
use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::outside::random;
use crate::rotation::{Place, signing_names};
use crate::{fresh, operator_key, output, rotation, split, wrangler};
use clap::CommandFactory as _;
use clap::error::ErrorKind;
use sealwax::jwt::SigningKey;
use sealwax::oauth::{Secret, SigningAlgorithm, base64url};
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
    let place = match command {
        KeysCommand::Init(KeysInit { place }) if json && !place.is_said() => return print(),
        KeysCommand::Init(KeysInit { place })
        | KeysCommand::List(KeysList { place })
        | KeysCommand::Rotate(KeysRotate { place, .. })
        | KeysCommand::Retire(KeysRetire { place, .. })
        | KeysCommand::Revoke(KeysRevoke { place, .. })
        | KeysCommand::Add(KeysAdd { place, .. }) => place,
    };
    if !place.is_said() {
        let what = "say where the keys are: --local, --wrangler or --split; `init` alone takes --json instead";
        Arguments::command().error(ErrorKind::MissingRequiredArgument, what).exit();
    }
    match command {
        KeysCommand::Init(KeysInit { place }) if place.local => local(key, json),
        KeysCommand::Init(KeysInit { place }) if place.split => split::init(key, &Place::find(place, key)?, json),
        KeysCommand::Init(KeysInit { place }) => wrangler::init(key, &Place::find(place, key)?, json),
        KeysCommand::List(list) => rotation::list(list, key, json),
        KeysCommand::Rotate(rotate) => rotation::rotate(rotate, key, json),
        KeysCommand::Retire(retire) => rotation::retire(retire, key, json),
        KeysCommand::Revoke(revoke) => rotation::revoke(revoke, key, json),
        KeysCommand::Add(add) => rotation::add(add, key, json),
    }
}

/// Whether a secret is to be made: it is not there, nor, after a rotation, is another that does the same.
pub(crate) fn is_missing(name: &str, vars: &DevVars) -> bool {
    let algorithm = match name {
        "SIGNING_KEY_1" => SigningAlgorithm::Es256,
        "SIGNING_KEY_2" => SigningAlgorithm::Rs256,
        _ => return vars.get(name).is_none(),
    };
    let signs = |name: String| {
        let key = SigningKey::parse(vars.get(&name)?).ok()?;
        (key.private().is_some() && key.algorithm() == algorithm).then_some(())
    };
    vars.get(name).is_none() && signing_names().find_map(signs).is_none()
}

/// Makes one secret.
pub(crate) fn make(name: &str, operator: &SigningKey) -> Result<Secret<String>, Failure> {
    match name {
        "SIGNING_KEY_1" => fresh::es256(),
        "SIGNING_KEY_2" => fresh::signing_key(SigningAlgorithm::Rs256),
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
    agree(existing.as_ref(), vars.get(OPERATOR_KEYS), key_path, path)?;
    let key_made = existing.is_none();
    let operator = existing.map_or_else(|| operator_key::make(key_path), Ok)?;

    let missing: Vec<&str> = SECRETS.iter().map(|(name, _)| *name).filter(|name| is_missing(name, &vars)).collect();
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
pub(crate) fn agree(key: Option<&SigningKey>, set: Option<&str>, key_path: &Path, file: &Path) -> Result<(), Failure> {
    let file = file.display();
    let remedy = format!("Remove the line {OPERATOR_KEYS} from {file} and run this again.");
    match (key, set) {
        (Some(key), Some(set)) if !set.contains(key.kid()) => {
            let what = format!("{OPERATOR_KEYS} in {file} does not name the key in {}", key_path.display());
            Err(Failure::new(what).remedy(remedy))
        }
        (None, Some(_)) => {
            let what = format!("{OPERATOR_KEYS} is in {file}, but its private key is not at {}", key_path.display());
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
