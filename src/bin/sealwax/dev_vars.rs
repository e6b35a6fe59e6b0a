//! `.dev.vars`: what `wrangler dev` gives a Worker. Lines are `NAME='value'`; in single quotes its parser (dotenv) takes
//! everything but a single quote as it is, which JSON of ours never contains.

use crate::failure::Failure;
use crate::operator_key::{private, set_mode};
use sealwax::oauth::Secret;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The file's text, as it was and as it is to be.
#[derive(Debug)]
pub(crate) struct DevVars(Secret<String>);

impl DevVars {
    /// A file without a line.
    pub(crate) const fn empty() -> Self {
        Self(Secret::new(String::new()))
    }

    /// Reads the file; one that is not there is empty.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self(Secret::new(text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::empty()),
            Err(error) => Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
        }
    }

    /// The value of a variable; an empty one counts as absent, as it does for the server.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        // The last line wins, as in dotenv.
        self.0.reveal().lines().rev().find_map(|line| value_in(line, name))
    }

    /// Changes variables: whatever stood there under these names goes, the new values come to the end.
    pub(crate) fn changed(&self, changes: &[(String, Option<Secret<String>>)]) -> Self {
        let names = |line: &&str| changes.iter().any(|(name, _)| assigns(line, name));
        let text = self.0.reveal().lines().filter(|line| !names(line)).fold(String::new(), |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        });
        let set = changes.iter().filter_map(|(name, value)| Some((name.as_str(), value.clone()?)));
        Self(Secret::new(text)).with(&set.collect::<Vec<_>>())
    }

    /// Adds variables at the end.
    pub(crate) fn with(&self, added: &[(&str, Secret<String>)]) -> Self {
        let mut text = self.0.reveal().clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for (name, value) in added {
            for part in [*name, "='", value.reveal(), "'\n"] {
                text.push_str(part);
            }
        }
        Self(Secret::new(text))
    }

    /// Puts the file in the place of the old one, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let written = self.try_write(path);
        written.map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))
    }

    fn try_write(&self, path: &Path) -> std::io::Result<()> {
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        let new = Path::new(&new);
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(new)?;
        set_mode(new, 0o600)?;
        file.write_all(self.0.reveal().as_bytes())?;
        file.sync_all()?;
        fs::rename(new, path)
    }
}

fn assigns(line: &str, name: &str) -> bool {
    assigned(line, name).is_some()
}

/// `LINE = [ "export " ] NAME ( "=" / ":" ) value`, the value bare or in quotes of one kind.
fn assigned<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let line = line.trim();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    Some(line.strip_prefix(name)?.trim_start().strip_prefix(['=', ':'])?.trim())
}

fn value_in<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let value = assigned(line, name)?;
    let unquoted = ['\'', '"', '`'].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(unquoted.unwrap_or(value)).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_however_they_are_quoted() {
        let vars =
            DevVars(Secret::new("# A='0'\nA='{\"x\": 1}'\nexport B = \"b\"\nC=\nAB=no\nA='2'\nD: d\n".to_owned()));
        assert_eq!(vars.get("A"), Some("2"));
        assert_eq!(vars.get("B"), Some("b"));
        assert_eq!(vars.get("C"), None);
        assert_eq!(vars.get("D"), Some("d"));
        assert_eq!(vars.get("E"), None);
    }

    #[test]
    fn what_changes_takes_the_place_of_every_line_of_its_name() {
        let vars = DevVars(Secret::new("# A\nA='1'\nAB='2'\nexport A = \"3\"\nC: '4'".to_owned()));
        let secret = |text: &str| Some(Secret::new(text.to_owned()));
        let changed = vars.changed(&[("A".to_owned(), secret("5")), ("C".to_owned(), None)]);
        assert_eq!(changed.0.reveal(), "# A\nAB='2'\nA='5'\n");
    }

    #[test]
    fn what_is_there_stays() {
        let vars = DevVars(Secret::new("MINE=1".to_owned())).with(&[("A", Secret::new("{}".to_owned()))]);
        assert_eq!(vars.0.reveal(), "MINE=1\nA='{}'\n");
    }
}
