//! An HTTP reply and the headers that protect it.

use super::errand::Errand;
use crate::error::OAuthError;
use crate::oauth::{ClientId, FamilyId, SubjectId, Timestamp, base64url};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

/// What goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names in lower case; `set-cookie` may come more than once.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: Cow<'static, str>,
    /// What the log says of the decision.
    pub note: Note,
    /// What is left to do when it is on its way.
    pub errands: Vec<Errand>,
}

/// One decision, for the log: no secret, no token, no personal data beyond the subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What was decided, such as `code_issued`.
    pub event: &'static str,
    /// The client it concerns: its id, or a hash of a long one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The initial access token that it registered with, and what the operator calls that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_token: Option<String>,
    /// The user it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The family of tokens it concerns: what `sealwax revoke family` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The error code, when it was a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// The exact reason, when it was a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
}

impl Note {
    /// Something that succeeded.
    #[must_use]
    pub fn event(event: &'static str) -> Self {
        Self { event, ..Self::default() }
    }

    /// A refusal or a fault.
    #[must_use]
    pub fn refusal(error: &OAuthError) -> Self {
        Self { event: "refused", code: Some(error.code.as_str()), cause: Some(error.cause), ..Self::default() }
    }
}

impl Note {
    /// One decision as a line of JSON; with the path and the status where it is an answer's.
    #[must_use]
    pub fn line(&self, now: Timestamp, request_id: &str, answer: Option<(&str, u16)>) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            time: u64,
            request: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            path: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            status: Option<u16>,
            #[serde(flatten)]
            note: &'a Note,
        }
        let (path, status) = answer.unzip();
        let line = Line { time: now.millis(), request: request_id, path, status, note: self };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// A JSON document that is public, and what names this version of it (RFC 9110 §8.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    json: String,
    tag: String,
}

impl Published {
    /// A document.
    #[must_use]
    pub fn new(json: String) -> Self {
        let digest = Sha256::digest(json.as_bytes());
        let tag = format!("\"{}\"", base64url(digest.split_at(16).0));
        Self { json, tag }
    }
}

impl Reply {
    /// A reply without body and headers.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Cow::Borrowed(""), note: Note::default(), errands: Vec::new() }
    }

    /// A JSON reply that nobody may keep (RFC 6749 §5.1).
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        // The values are structs of ours with string keys: serialising them cannot fail.
        Self::json_text(status, serde_json::to_string(value).unwrap_or_default())
    }

    /// The same of what is JSON already.
    #[must_use]
    pub fn json_text(status: u16, json: String) -> Self {
        Self { body: json.into(), ..Self::empty(status) }
            .header("content-type", "application/json")
            .header("x-content-type-options", "nosniff")
            .header("cache-control", "no-store")
    }

    /// A document that anybody may read and keep, or that the caller has already (RFC 9110 §13.1.2).
    #[must_use]
    pub fn published(document: &Published, if_none_match: Option<&str>) -> Self {
        // Compared weakly: whatever compresses the document on its way makes the tag a weak one.
        let is_this = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == document.tag;
        let known = if_none_match.is_some_and(|tags| tags.split(',').map(str::trim).any(is_this));
        let reply = if known {
            // RFC 9110 §15.4.5
            Self::empty(304)
        } else {
            Self { body: document.json.clone().into(), ..Self::empty(200) }.header("content-type", "application/json")
        };
        reply.header("x-content-type-options", "nosniff").header("etag", document.tag.clone())
    }

    /// RFC 6749 §5.2: an error for the client, as JSON.
    #[must_use]
    pub fn oauth_error(error: &OAuthError) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            error_description: &'a str,
        }
        let body = Body { error: error.code.as_str(), error_description: error.description };
        let reply = Self::json(error.code.status(), &body).noted(Note::refusal(error));
        // RFC 9110 §10.2.3
        if reply.status == 503 { reply.header("retry-after", "5") } else { reply }
    }

    /// A page. The policy names the hashes of its style and script, where forms may lead, and whose images it shows.
    #[must_use]
    pub fn html(status: u16, body: String, policy: &str) -> Self {
        Self { body: body.into(), ..Self::empty(status) }
            .header("content-type", "text/html; charset=utf-8")
            .header("content-security-policy", policy.to_owned())
            .header("cache-control", "no-store")
            // `no-referrer` would make Chromium post `Origin: null`.
            .header("referrer-policy", "same-origin")
            .header("x-content-type-options", "nosniff")
            .header("x-frame-options", "DENY")
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a cookie, if there is one to set.
    #[must_use]
    pub fn with_cookie(self, cookie: Option<String>) -> Self {
        match cookie {
            Some(cookie) => self.header("set-cookie", cookie),
            None => self,
        }
    }

    /// Tells the log what was decided.
    #[must_use]
    pub fn noted(mut self, note: Note) -> Self {
        self.note = note;
        self
    }

    /// Tells the log whom the decision concerns.
    #[must_use]
    pub fn concerning(mut self, client: Option<&ClientId>, subject: Option<SubjectId>) -> Self {
        self.note.client = client.map(|client| client.tag().to_string());
        self.note.subject = subject.map(|subject| subject.to_string());
        self
    }

    /// Leaves something to do for afterwards.
    #[must_use]
    pub fn leaving(mut self, errands: impl IntoIterator<Item = Errand>) -> Self {
        self.errands.extend(errands);
        self
    }

    /// Tells the log which family of tokens the decision concerns.
    #[must_use]
    pub fn in_family(mut self, family: FamilyId) -> Self {
        self.note.family = Some(family.to_string());
        self
    }

    /// Changes the status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The first header of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_ref())
    }
}

/// A redirect (303, so that a POST becomes a GET: RFC 9700 §4.12) that nobody may keep.
#[must_use]
pub fn redirect_to(location: impl AsRef<str>) -> Reply {
    Reply::empty(303)
        .header("location", location.as_ref().to_owned())
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer")
}
