//! The log: one JSON object a line.

use serde::Serialize;
use worker::{console_error, console_log};

/// A line that the core wrote.
pub(super) fn line(line: &str) {
    console_log!("{line}");
}

/// Something of the platform failed. What the platform says of it holds no value that was stored, and after its first
/// line it says only where.
pub(super) fn fault(part: &str, error: &str) {
    #[derive(Serialize)]
    struct Line<'a> {
        event: &'a str,
        part: &'a str,
        error: &'a str,
    }
    let error = error.lines().next().unwrap_or_default();
    console_error!("{}", serde_json::to_string(&Line { event: "fault", part, error }).unwrap_or_default());
}
