//! `sealwax keys init --split`: the whole keys in a file, and to each part its share.

use crate::failure::Failure;
use crate::keys::{OPERATOR_KEYS, SECRETS, agree, is_missing, make, summarize};
use crate::rotation::{Change, Place};
use crate::{operator_key, output};
use serde_json::json;
use std::path::Path;

pub(crate) fn init(key_path: &Path, place: &Place, json: bool) -> Result<(), Failure> {
    place.resume()?;
    let vars = place.vars()?;
    let existing = operator_key::existing(key_path)?;
    agree(existing.as_ref(), vars.get(OPERATOR_KEYS), key_path, &place.file)?;
    let missing: Vec<&str> = SECRETS.iter().map(|(name, _)| *name).filter(|name| is_missing(name, &vars)).collect();
    // Others in the place of keys that are in use would end all that these made.
    let shared = if missing.is_empty() { Vec::new() } else { place.shared()? };
    if let Some(name) = missing.iter().find(|name| shared.iter().any(|shared| shared == *name)) {
        let what = format!("a part has {name}, which is not in {}", place.file.display());
        let remedy = format!(
            "No part has the whole keys: put the copy that you have into that file, or say with --secrets where it is. \
             Where there is none, `npx wrangler secret delete {name} --env PART` first: what it made ends."
        );
        return Err(Failure::new(what).remedy(remedy));
    }
    let key_made = existing.is_none();
    let operator = existing.map_or_else(|| operator_key::make(key_path), Ok)?;
    let made = missing.iter().map(|name| Ok(((*name).to_owned(), Some(make(name, &operator)?))));
    let changes = made.collect::<Result<Vec<Change>, Failure>>()?;
    // Also when nothing is made: what a part lacks it gets, and what it is not to have goes.
    place.save(&changes)?;
    if json {
        return output::json(
            &json!({"made": missing, "file": place.file, "operator_key": key_path, "operator_key_made": key_made}),
        );
    }
    let file = place.file.display().to_string();
    summarize(&missing, &file, key_path, key_made)?;
    let kept = format!("The whole keys are in {file} alone: keep it safe. {}", place.told());
    if missing.is_empty() { Ok(()) } else { output::line(&kept) }
}
