//! What went wrong, in one sentence, and what to do about it.

use std::fmt;

/// Printed to standard error; the exit code is 1.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) remedy: Option<String>,
    /// Of the server's answer, when it was the server that refused.
    pub(crate) status: Option<u16>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: None, status: None }
    }

    pub(crate) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    pub(crate) fn of_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(f, "\n       {remedy}"))
    }
}
