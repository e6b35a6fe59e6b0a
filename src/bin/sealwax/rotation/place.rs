//! Where a server's keys are: in `.dev.vars`, or in a file of the operator's whose secrets a Worker has too.
//!
//! wrangler never shows a secret again, so the file is the only place where the keys of a deployment can be read. It is
//! written first and then handed over, and it names what is not handed over yet: whatever breaks off in between, the next
//! command goes on with it.

use crate::arguments::Place as Arguments;
use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::outside::now;
use crate::rotation::key::KeySet;
use crate::wrangler::Wrangler;
use sealwax::config::Lifetimes;
use sealwax::oauth::Secret;
use sealwax::seal::KeyState;
use std::path::{Path, PathBuf};

/// A place of keys.
pub(crate) struct Place {
    /// The file.
    pub(crate) file: PathBuf,
    /// The Worker, where there is one.
    pub(crate) wrangler: Option<Wrangler>,
    env: Option<String>,
}

/// The variable of the file that names what the Worker has not got yet.
const UNSENT: &str = "UNSENT";
const DEV_VARS: &str = ".dev.vars";

/// What is to stand in a secret; `None` removes it.
pub(crate) type Change = (String, Option<Secret<String>>);

impl Place {
    pub(crate) fn find(arguments: &Arguments, key: &Path) -> Result<Self, Failure> {
        let Arguments { wrangler, env, name, file, .. } = arguments;
        if !wrangler {
            return Ok(Self { file: PathBuf::from(DEV_VARS), wrangler: None, env: None });
        }
        let wrangler = Wrangler::find(env.as_deref(), name.as_deref())?;
        let beside = || {
            let parts = ["worker"].into_iter().chain(env.as_deref()).chain(name.as_deref());
            key.with_file_name(format!("{}.vars", parts.collect::<Vec<_>>().join("-")))
        };
        let file = file.clone().unwrap_or_else(beside);
        Ok(Self { file, wrangler: Some(wrangler), env: env.clone() })
    }

    pub(crate) fn vars(&self) -> Result<DevVars, Failure> {
        DevVars::read(&self.file)
    }

    /// The keys.
    pub(super) fn keys(&self) -> Result<KeySet, Failure> {
        KeySet::read(&self.vars()?).map_err(|failure| {
            let what = format!("{}: {}", self.file.display(), failure.what);
            let remedy = match &self.wrangler {
                None => "`sealwax keys init --local` makes what is missing.".to_owned(),
                Some(_) => format!(
                    "wrangler shows no secret again. Put the copy that you have into {}, one NAME='value' a line. Where \
                     there is none, `npx wrangler secret delete NAME` and `sealwax keys init --wrangler` begin anew: \
                     SEALING_KEYS with all sessions and grants, CLIENT_KEYS with all clients that registered themselves.",
                    self.file.display()
                ),
            };
            Failure::new(what).remedy(remedy)
        })
    }

    /// The secrets that are there beside those of the file.
    pub(crate) fn taken(&self) -> Result<Vec<String>, Failure> {
        self.wrangler.as_ref().map_or_else(|| Ok(Vec::new()), Wrangler::secrets)
    }

    /// Writes secrets, and hands them over.
    pub(crate) fn save(&self, changes: &[Change]) -> Result<(), Failure> {
        let mut written = changes.to_vec();
        if self.wrangler.is_some() && !changes.is_empty() {
            let names: Vec<&str> = changes.iter().map(|(name, _)| name.as_str()).collect();
            written.push((UNSENT.to_owned(), Some(Secret::new(names.join(" ")))));
        }
        self.vars()?.changed(&written).write(&self.file)?;
        self.send(changes)
    }

    fn send(&self, changes: &[Change]) -> Result<(), Failure> {
        let Some(wrangler) = self.wrangler.as_ref().filter(|_| !changes.is_empty()) else { return Ok(()) };
        let present = if changes.iter().any(|(_, value)| value.is_none()) { wrangler.secrets()? } else { Vec::new() };
        for (name, value) in changes {
            match value {
                Some(value) => wrangler.put(name, value.reveal())?,
                None if present.contains(name) => wrangler.delete(name)?,
                None => {}
            }
        }
        self.vars()?.changed(&[(UNSENT.to_owned(), None)]).write(&self.file)
    }

    /// Hands over what a command that broke off has left. What waits to become active begins to wait now.
    pub(crate) fn resume(&self) -> Result<Vec<String>, Failure> {
        let vars = self.vars()?;
        let names = vars.get(UNSENT).filter(|_| self.wrangler.is_some()).unwrap_or_default();
        let names: Vec<String> = names.split_ascii_whitespace().map(str::to_owned).collect();
        if names.is_empty() {
            return Ok(names);
        }
        // Not all are there yet where it was `init` that broke off; nothing waits then.
        let renewed = KeySet::read(&vars).map_or(vars.changed(&[]), |before| {
            let mut keys = before.clone();
            let waiting = |name: &String, state| names.contains(name) && state == KeyState::Next;
            for key in keys.0.iter_mut().filter(|key| waiting(&key.secret, key.state())) {
                key.move_to(KeyState::Next, now().seconds());
            }
            vars.changed(&keys.changes_from(&before))
        });
        renewed.write(&self.file)?;
        let value = |name: &String| renewed.get(name).map(|value| Secret::new(value.to_owned()));
        let changes: Vec<Change> = names.iter().map(|name| (name.clone(), value(name))).collect();
        self.send(&changes)?;
        Ok(names)
    }

    /// How long things last there: as the file says, or else wrangler.toml.
    pub(super) fn lifetimes(&self) -> Result<Lifetimes, Failure> {
        let vars = self.vars()?;
        let table = self.wrangler_toml()?;
        // The server reads no other type.
        let text = |value: &toml::Value| value.as_str().map(str::to_owned);
        let parsed = Lifetimes::parse(|name| {
            let of_the_file = vars.get(name).map(str::to_owned);
            of_the_file.or_else(|| table.as_ref().and_then(|table| table.get(name)).and_then(text))
        });
        parsed.map_err(|faults| Failure::new(faults.join("; ")))
    }

    /// The variables in wrangler.toml. An environment inherits none (wrangler's rule).
    fn wrangler_toml(&self) -> Result<Option<toml::Table>, Failure> {
        let Ok(text) = std::fs::read_to_string("wrangler.toml") else { return Ok(None) };
        let mut whole: toml::Table =
            text.parse().map_err(|error| Failure::new(format!("wrangler.toml cannot be read: {error}")))?;
        let member = |table: &mut toml::Table, name: &str| match table.remove(name) {
            Some(toml::Value::Table(table)) => Some(table),
            _ => None,
        };
        let mut scope = match &self.env {
            None => Some(whole),
            Some(env) => member(&mut whole, "env").and_then(|mut all| member(&mut all, env)),
        };
        Ok(scope.as_mut().and_then(|scope| member(scope, "vars")))
    }
}
