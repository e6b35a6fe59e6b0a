//! What a Worker that shows no pages says where the whole server would show one.

use crate::config::Fault;
use crate::error::OAuthError;
use crate::http::{Note, Reply};
use serde::Serialize;

/// RFC 9110 §15.5.5
pub(super) fn not_found() -> Reply {
    let error = OAuthError::invalid_request("There is nothing at this URL.", "not_found");
    Reply::oauth_error(&error).with_status(404).noted(Note::event("not_found"))
}

/// All that can be said while the configuration is faulty.
pub(super) fn misconfigured(faults: &[Fault], request_id: &str) -> Reply {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
        faults: &'a [Fault],
        request: &'a str,
    }
    let body = Body {
        error: "temporarily_unavailable",
        error_description: "This Worker is not configured yet.",
        faults,
        request: request_id,
    };
    Reply::json(503, &body).header("retry-after", "60").noted(Note::event("misconfigured"))
}
