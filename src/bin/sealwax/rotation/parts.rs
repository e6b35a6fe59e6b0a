//! The parts of a split deployment: a file for each beside that of the whole keys, and a Worker.

use super::share;
use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::wrangler::Wrangler;
use sealwax::config::Role;
use sealwax::oauth::Secret;
use std::path::{Path, PathBuf};

/// A part, and its Worker where wrangler hands over.
pub(crate) struct Part {
    role: Role,
    wrangler: Option<Wrangler>,
}

/// What a part is to have.
pub(super) struct Share<'a> {
    part: &'a Part,
    secrets: Vec<(String, Secret<String>)>,
}

impl Part {
    /// All of them, in the order in which they get their keys: a key is published before anything is signed with it.
    pub(super) fn all(files: bool) -> Result<Vec<Self>, Failure> {
        let part = |role: &Role| {
            let wrangler = if files { None } else { Some(Wrangler::find(Some(role.as_str()), None)?) };
            Ok(Self { role: *role, wrangler })
        };
        Role::PARTS.iter().map(part).collect()
    }

    /// The names of the secrets that its Worker has, of those that are ours.
    pub(super) fn present(&self) -> Result<Vec<String>, Failure> {
        let mut present = self.wrangler.as_ref().map_or_else(|| Ok(Vec::new()), Wrangler::secrets)?;
        present.retain(|name| share::is_ours(name));
        Ok(present)
    }

    pub(super) fn share(&self, vars: &DevVars) -> Result<Share<'_>, Failure> {
        Ok(Share { part: self, secrets: share::of(self.role, vars)? })
    }

    /// `split.vars` → `split.token.vars`
    fn file(&self, whole: &Path) -> PathBuf {
        whole.with_extension(format!("{}.vars", self.role.as_str()))
    }
}

impl Share<'_> {
    /// Hands over all of it, or only what the Worker lacks, and takes away what it is not to have. The file comes last: it
    /// holds what was handed over.
    pub(super) fn deliver(&self, all: bool, whole: &Path) -> Result<(), Failure> {
        if let Some(wrangler) = &self.part.wrangler {
            let at_part = |failure: Failure| {
                let what = format!("{} (--env {})", failure.what, self.part.role.as_str());
                Failure { what, ..failure }
            };
            let present = self.part.present().map_err(at_part)?;
            for (name, value) in self.secrets.iter().filter(|(name, _)| all || !present.contains(name)) {
                wrangler.put(name, value.reveal()).map_err(at_part)?;
            }
            let is_excess = |name: &&String| !self.secrets.iter().any(|(wanted, _)| wanted == *name);
            for name in present.iter().filter(is_excess) {
                wrangler.delete(name).map_err(at_part)?;
            }
        }
        let secrets: Vec<(&str, Secret<String>)> =
            self.secrets.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        DevVars::empty().with(&secrets).write(&self.part.file(whole))
    }
}
