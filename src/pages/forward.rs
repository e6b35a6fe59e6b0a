//! Pages that send the browser on by themselves: an answer by `form_post`, and a request that must
//! come once more from our own origin.
//!
//! Both are a form of hidden fields with a button. A constant script presses it; without scripts the
//! person does.

use askama::Template;

use super::sample::{LONG, NAMES};
use super::{Frame, Page};

/// OAuth 2.0 Form Post Response Mode §2: the answer to an app, as a form.
#[derive(Clone, Debug)]
pub struct FormPost<'a> {
    /// The app's redirect URI.
    pub redirect_uri: &'a str,
    /// The parameters of the answer.
    pub params: &'a [(&'a str, &'a str)],
}

/// A request that came from another site, without our cookies, and is too long for a redirect: the
/// browser sends it again from our own page, with them.
#[derive(Clone, Debug)]
pub struct Resubmit<'a> {
    /// Our endpoint.
    pub action: &'a str,
    /// The parameters of the request.
    pub params: &'a [(&'a str, &'a str)],
}

/// `sha256-…` of the script on these two pages, for `script-src`; the policy puts it in single quotes.
pub const SCRIPT_HASH: &str = "sha256-ox4bri+xTrW3kuLTyRoak73QX8KZGuyP3JlQYusbSlA=";

/// Not `form.submit()`: a parameter named `submit` would hide that method.
pub(super) const SCRIPT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

impl FormPost<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let mut samples = vec![Self { redirect_uri: "https://planner.example.com/callback", params: &SAMPLE_ANSWER }];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self { redirect_uri: name, params: &HOSTILE }));
        samples
    }
}

impl Resubmit<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        [&SAMPLE_ANSWER[..], &HOSTILE, &[]].map(|params| Self { action: "/authorize", params }).to_vec()
    }
}

impl Page for FormPost<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View {
            frame,
            action: self.redirect_uri,
            params: self.params,
            title: frame.text.forward.back_title,
            advice: frame.text.forward.back,
        }
        .render()
    }
}

impl Page for Resubmit<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View {
            frame,
            action: self.action,
            params: self.params,
            title: frame.text.forward.again_title,
            advice: frame.text.forward.again,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "forward.html", config = "src/pages/askama.toml")]
struct View<'a> {
    frame: &'a Frame<'a>,
    action: &'a str,
    params: &'a [(&'a str, &'a str)],
    title: &'static str,
    advice: &'static str,
}

const SAMPLE_ANSWER: [(&str, &str); 3] =
    [("code", "AQIDBAUGBwg"), ("state", "af0ifjsldkj"), ("iss", "https://id.example.com")];

const HOSTILE: [(&str, &str); 4] = [("state", NAMES[0]), (NAMES[1], NAMES[2]), ("submit", NAMES[3]), ("action", LONG)];

#[cfg(test)]
mod tests {
    use super::super::style::csp_hash;
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_script() {
        assert_eq!(SCRIPT_HASH, csp_hash(SCRIPT));
    }
}
