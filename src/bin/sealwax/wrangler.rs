//! `sealwax keys init --wrangler`: hands secrets to wrangler, one by one, through standard input. An argument could be
//! read by everybody on this machine.

use crate::failure::Failure;
use crate::keys::{OPERATOR_KEYS, SECRETS, is_missing, make, summarize};
use crate::rotation::Place;
use crate::{operator_key, output};
use sealwax::oauth::Secret;
use serde::Deserialize;
use serde_json::json;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A Worker, as wrangler is told of it.
pub(crate) struct Wrangler(Vec<String>);

#[derive(Deserialize)]
struct Listed {
    name: String,
}

pub(crate) fn init(key_path: &Path, place: &Place, json: bool) -> Result<(), Failure> {
    let resumed = place.resume()?;
    let present = place.taken()?;
    let existing = operator_key::existing(key_path)?;
    if existing.is_none() && present.iter().any(|name| name == OPERATOR_KEYS) {
        let what = format!("{OPERATOR_KEYS} is set, but its private key is not at {}", key_path.display());
        let remedy = format!("Say with --key where it is, or run `npx wrangler secret delete {OPERATOR_KEYS}` first.");
        return Err(Failure::new(what).remedy(remedy));
    }
    let vars = place.vars()?;
    let lacks = |name: &str| !present.iter().any(|present| present == name);
    let mut changes = Vec::new();
    let key_made = existing.is_none();
    let operator = existing.map_or_else(|| operator_key::make(key_path), Ok)?;
    for (name, _) in SECRETS.iter().filter(|(name, _)| lacks(name)) {
        let kept = vars.get(name).map(|value| Secret::new(value.to_owned()));
        let value = match kept {
            Some(kept) => kept,
            None if is_missing(name, &vars) => make(name, &operator)?,
            None => continue,
        };
        changes.push(((*name).to_owned(), Some(value)));
    }
    place.save(&changes)?;
    let new = changes.iter().map(|(name, _)| name).chain(&resumed);
    let made: Vec<&str> =
        SECRETS.iter().map(|(name, _)| *name).filter(|name| new.clone().any(|new| new == name)).collect();
    if json {
        return output::json(
            &json!({"made": made, "file": place.file, "operator_key": key_path, "operator_key_made": key_made}),
        );
    }
    summarize(&made, "the Worker's secrets", key_path, key_made)?;
    let kept = format!("The secrets are kept in {}: wrangler never shows them again.", place.file.display());
    if made.is_empty() { Ok(()) } else { output::line(&kept) }
}

impl Wrangler {
    pub(crate) fn find(env: Option<&str>, name: Option<&str>) -> Result<Self, Failure> {
        let options = [("--env", env), ("--name", name)];
        let options = options.into_iter().filter_map(|(option, value)| Some([option.to_owned(), value?.to_owned()]));
        let wrangler = Self(options.flatten().collect());
        let version = wrangler.run(&["--version"], None);
        if version.is_ok_and(|output| output.status.success()) {
            return Ok(wrangler);
        }
        Err(Failure::new("wrangler is not installed here").remedy("Run `npm ci` in the folder of wrangler.toml first."))
    }

    /// The names of the secrets that the Worker has; none, when there is no such Worker yet.
    pub(crate) fn secrets(&self) -> Result<Vec<String>, Failure> {
        let output = self.run(&["secret", "list", "--format", "json"], None)?;
        if output.status.success() {
            let listed: Result<Vec<Listed>, _> = serde_json::from_slice(&output.stdout);
            let listed = listed.map_err(|_| Failure::new("wrangler's list of secrets is not understood"))?;
            return Ok(listed.into_iter().map(|secret| secret.name).collect());
        }
        let said = said(&output);
        if said.contains("not found.") && said.contains("new Worker") {
            return Ok(Vec::new());
        }
        Err(Failure::new(format!("wrangler cannot list the Worker's secrets:\n{said}")))
    }

    pub(crate) fn put(&self, name: &str, value: &str) -> Result<(), Failure> {
        let output = self.run(&["secret", "put", name], Some(value))?;
        if output.status.success() {
            return Ok(());
        }
        let what = format!("wrangler did not take {name}:\n{}", said(&output));
        Err(Failure::new(what).remedy("Run this again when that is mended: it goes on with what is missing."))
    }

    pub(crate) fn delete(&self, name: &str) -> Result<(), Failure> {
        // Where nobody can be asked, wrangler takes that for a yes.
        let output = self.run(&["secret", "delete", name], None)?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("wrangler did not delete {name}:\n{}", said(&output))).remedy("Run this again."))
    }

    fn run(&self, arguments: &[&str], input: Option<&str>) -> Result<Output, Failure> {
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let failed = |error| Failure::new(format!("npx cannot be run: {error}")).remedy("Install Node.js with npm.");
        let mut child = Command::new("npx")
            .args(["--no-install", "wrangler"])
            .args(arguments)
            .args(if arguments == ["--version"] { &[] } else { self.0.as_slice() })
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            // When it ends without reading, its exit code tells.
            let _ = stdin.write_all(input.as_bytes());
        }
        child.wait_with_output().map_err(failed)
    }
}

fn said(output: &Output) -> String {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    text.join("\n").trim().lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
