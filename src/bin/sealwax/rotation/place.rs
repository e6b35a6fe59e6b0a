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
use crate::rotation::parts::Part;
use crate::wrangler::Wrangler;
use sealwax::config::{Lifetimes, Role};
use sealwax::oauth::Secret;
use sealwax::seal::KeyState;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A place of keys.
pub(crate) struct Place {
    /// The file.
    pub(crate) file: PathBuf,
    target: Target,
}

/// Who gets the keys of the file.
enum Target {
    /// `wrangler dev`, which reads the file itself.
    Local,
    /// One Worker, all of them.
    Worker { wrangler: Wrangler, env: Option<String> },
    /// The parts of a split deployment, each its share, by wrangler.
    Parts(Vec<Part>),
    /// The same, in files alone.
    Files(Vec<Part>),
}

/// The variable of the file that names what was not handed over yet.
const UNSENT: &str = "UNSENT";
/// What was written for the parts, but not handed to wrangler: that is done when wrangler is asked for.
const WRITTEN: &str = "WRITTEN";
const DEV_VARS: &str = ".dev.vars";

/// What is to stand in a secret; `None` removes it.
pub(crate) type Change = (String, Option<Secret<String>>);

impl Place {
    pub(crate) fn find(arguments: &Arguments, key: &Path) -> Result<Self, Failure> {
        let Arguments { wrangler, split, files, env, name, file, .. } = arguments;
        let beside = |name: &str| file.clone().unwrap_or_else(|| key.with_file_name(format!("{name}.vars")));
        if *split {
            let parts = Part::all(*files)?;
            let target = if *files { Target::Files(parts) } else { Target::Parts(parts) };
            return Ok(Self { file: beside("split"), target });
        }
        if !wrangler {
            return Ok(Self { file: PathBuf::from(DEV_VARS), target: Target::Local });
        }
        let wrangler = Wrangler::find(env.as_deref(), name.as_deref())?;
        let parts = ["worker"].into_iter().chain(env.as_deref()).chain(name.as_deref());
        let file = beside(&parts.collect::<Vec<_>>().join("-"));
        Ok(Self { file, target: Target::Worker { wrangler, env: env.clone() } })
    }

    /// How the server comes to know.
    pub(crate) const fn told(&self) -> &'static str {
        match self.target {
            Target::Local => "Start `wrangler dev` again, so that it reads them.",
            Target::Worker { .. } => "The Worker has them; each location within about a minute.",
            Target::Parts(_) => "All three Workers have them; each location within about a minute.",
            Target::Files(_) => "Deploy the files of all three Workers now: jwks first, then token, then authorize.",
        }
    }

    /// Who had not got something, in a message.
    pub(super) const fn receiver(&self) -> &'static str {
        match self.target {
            Target::Local | Target::Worker { .. } => "the Worker",
            Target::Parts(_) | Target::Files(_) => "a part",
        }
    }

    pub(crate) fn vars(&self) -> Result<DevVars, Failure> {
        DevVars::read(&self.file)
    }

    /// The keys.
    pub(super) fn keys(&self) -> Result<KeySet, Failure> {
        KeySet::read(&self.vars()?).map_err(|failure| {
            let what = format!("{}: {}", self.file.display(), failure.what);
            let remedy = match &self.target {
                Target::Local => "`sealwax keys init --local` makes what is missing.".to_owned(),
                Target::Parts(_) | Target::Files(_) => format!(
                    "No part has the whole keys. Put the copy that you have into {}, or let `sealwax keys init --split` \
                     make them where there were none.",
                    self.file.display()
                ),
                Target::Worker { .. } => format!(
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
        match &self.target {
            // What a part has beside its share is taken away.
            Target::Local | Target::Parts(_) | Target::Files(_) => Ok(Vec::new()),
            Target::Worker { wrangler, .. } => wrangler.secrets(),
        }
    }

    /// The names of what the parts have got already.
    pub(crate) fn shared(&self) -> Result<Vec<String>, Failure> {
        let present = self.parts().iter().map(Part::present).collect::<Result<Vec<_>, _>>()?;
        Ok(present.concat())
    }

    fn parts(&self) -> &[Part] {
        match &self.target {
            Target::Local | Target::Worker { .. } => &[],
            Target::Parts(parts) | Target::Files(parts) => parts,
        }
    }

    /// Writes secrets, and hands them over.
    pub(crate) fn save(&self, changes: &[Change]) -> Result<(), Failure> {
        let vars = self.vars()?;
        let mut after = vars.changed(changes);
        // What cannot be handed over is not written.
        self.parts().iter().try_for_each(|part| part.share(&after).map(drop))?;
        if !matches!(self.target, Target::Local) && !changes.is_empty() {
            after = after.changed(&[(UNSENT.to_owned(), Some(Secret::new(names(changes))))]);
        }
        after.write(&self.file)?;
        self.send(changes)
    }

    fn send(&self, changes: &[Change]) -> Result<(), Failure> {
        match &self.target {
            Target::Local => return Ok(()),
            Target::Worker { .. } if changes.is_empty() => return Ok(()),
            Target::Worker { wrangler, .. } => hand_over(wrangler, changes)?,
            Target::Parts(parts) | Target::Files(parts) => {
                let vars = self.vars()?;
                let deliver = |part: &Part| part.share(&vars)?.deliver(!changes.is_empty(), &self.file);
                parts.iter().try_for_each(deliver)?;
            }
        }
        let vars = self.vars()?;
        let written = match &self.target {
            Target::Files(_) => {
                let before = vars.get(WRITTEN).unwrap_or_default();
                let all = format!("{before} {}", names(changes)).trim().to_owned();
                Some(Secret::new(all)).filter(|all| !all.reveal().is_empty())
            }
            _ => None,
        };
        vars.changed(&[(UNSENT.to_owned(), None), (WRITTEN.to_owned(), written)]).write(&self.file)
    }

    /// Hands over what a command that broke off has left. What waits to become active begins to wait now.
    pub(crate) fn resume(&self) -> Result<Vec<String>, Failure> {
        let vars = self.vars()?;
        let waiting: &[&str] = match self.target {
            Target::Local => &[],
            Target::Worker { .. } | Target::Files(_) => &[UNSENT],
            Target::Parts(_) => &[UNSENT, WRITTEN],
        };
        let names = waiting.iter().filter_map(|variable| vars.get(variable)).flat_map(str::split_ascii_whitespace);
        // In their order: a key becomes active before another is retired.
        let mut once = HashSet::new();
        let names: Vec<String> = names.filter(|name| once.insert(*name)).map(str::to_owned).collect();
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
        let env = match &self.target {
            Target::Local => None,
            Target::Worker { env, .. } => env.as_deref(),
            Target::Parts(_) | Target::Files(_) => Some(Role::Token.as_str()),
        };
        let mut scope = match env {
            None => Some(whole),
            Some(env) => member(&mut whole, "env").and_then(|mut all| member(&mut all, env)),
        };
        Ok(scope.as_mut().and_then(|scope| member(scope, "vars")))
    }
}

fn names(changes: &[Change]) -> String {
    changes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
}

fn hand_over(wrangler: &Wrangler, changes: &[Change]) -> Result<(), Failure> {
    let present = if changes.iter().any(|(_, value)| value.is_none()) { wrangler.secrets()? } else { Vec::new() };
    for (name, value) in changes {
        match value {
            Some(value) => wrangler.put(name, value.reveal())?,
            None if present.contains(name) => wrangler.delete(name)?,
            None => {}
        }
    }
    Ok(())
}
