//! One thing that was examined.

use crate::failure::Failure;
use crate::output;
use serde::Serialize;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Ok,
    /// It was not examined.
    Skipped,
    /// It works, and is better mended.
    Warning,
    /// Something does not work, or is not safe.
    Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What was examined.
    pub(super) check: &'static str,
    /// How it is.
    pub(super) what: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn new(level: Level, check: &'static str, what: impl Into<String>) -> Self {
        Self { level, check, what: what.into(), remedy: None }
    }

    pub(super) fn ok(check: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Ok, check, what)
    }

    pub(super) fn warning(check: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Warning, check, what)
    }

    pub(super) fn fault(check: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Fault, check, what)
    }

    pub(super) fn of_failure(check: &'static str, failure: &Failure) -> Self {
        Self { remedy: failure.remedy.clone(), ..Self::fault(check, failure.what.clone()) }
    }

    pub(super) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Skipped => "skipped",
            Level::Warning => "warning",
            Level::Fault => "FAULT",
        };
        output::line(&format!("{level:8} {:13} {}", self.check, output::printable(&self.what)))?;
        match &self.remedy {
            Some(remedy) => output::line(&format!("{:22} {}", "", output::printable(remedy))),
            None => Ok(()),
        }
    }
}
