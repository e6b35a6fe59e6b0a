//! The pages of signing out: the question (OpenID Connect RP-Initiated Logout 1.0 §2), and what follows.
//!
//! Posts `ticket` and `decision` (`sign_out` or `stay`).

use askama::Template;

use super::sample::{LONG, NAMES};
use super::{Frame, Page};

/// The question whether to sign out.
#[derive(Clone, Debug)]
pub struct SignOut<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The sealed request.
    pub ticket: &'a str,
    /// The app that asks, where it is known.
    pub client_name: Option<&'a str>,
    /// The account that would be signed out.
    pub signed_in_as: Option<&'a str>,
}

/// The page of somebody who is signed out.
///
/// Its policy must allow the frames (`frame-src`).
#[derive(Clone, Debug)]
pub struct SignedOut<'a> {
    /// Where to go from here.
    pub continue_to: Option<Continue<'a>>,
    /// OpenID Connect Front-Channel Logout 1.0 §2: pages of apps that end the sessions there, once loaded.
    pub frames: &'a [String],
}

/// The app that asked to sign out.
#[derive(Clone, Copy, Debug)]
pub struct Continue<'a> {
    /// Its registered `post_logout_redirect_uri`, with `state`.
    pub url: &'a str,
    /// Its name.
    pub client_name: &'a str,
}

impl SignOut<'static> {
    /// Realistic and hostile instances.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/logout",
            ticket: "AQIDBAUGBwg",
            client_name: Some("Budget Planner"),
            signed_in_as: Some("ada"),
        };
        let mut samples = vec![plain.clone(), Self { client_name: None, signed_in_as: None, ..plain }];
        samples.extend(NAMES.into_iter().chain([LONG]).map(|name| Self {
            action: name,
            ticket: name,
            client_name: Some(name),
            signed_in_as: Some(name),
        }));
        samples
    }
}

impl<'a> SignedOut<'a> {
    /// Realistic and hostile instances, some with these frames.
    #[must_use]
    pub fn samples(frames: &'a [String]) -> Vec<Self> {
        let planner = Continue {
            url: "https://planner.example.com/bye?state=af0ifjsldkj&lang=en",
            client_name: "Budget Planner",
        };
        let mut samples = vec![
            Self { continue_to: None, frames: &[] },
            Self { continue_to: Some(planner), frames: &[] },
            Self { continue_to: None, frames },
            Self { continue_to: Some(planner), frames },
        ];
        samples.extend(
            NAMES
                .into_iter()
                .chain([LONG])
                .map(|name| Self { continue_to: Some(Continue { url: name, client_name: name }), frames }),
        );
        samples
    }
}

impl Page for SignOut<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        View { page: self, frame }.render()
    }
}

impl Page for SignedOut<'_> {
    fn render(&self, frame: &Frame<'_>) -> Result<String, askama::Error> {
        DoneView { page: self, frame }.render()
    }
}

#[derive(Template)]
#[template(path = "sign_out.html", config = "src/pages/askama.toml")]
struct View<'a> {
    page: &'a SignOut<'a>,
    frame: &'a Frame<'a>,
}

#[derive(Template)]
#[template(path = "signed_out.html", config = "src/pages/askama.toml")]
struct DoneView<'a> {
    page: &'a SignedOut<'a>,
    frame: &'a Frame<'a>,
}

/// Realistic and hostile front-channel logout URIs.
pub(super) fn sample_frames() -> Vec<String> {
    let planner = "https://planner.example.com/frontchannel_logout?iss=https%3A%2F%2Fid.example.com&sid=AQID";
    [planner].into_iter().chain(NAMES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Text, Theme};
    use super::*;
    use crate::oauth::Language;

    #[test]
    fn the_browser_goes_on_by_itself_only_from_frames_to_an_app() {
        let (theme, frames) = (Theme::default(), sample_frames());
        let frame = Frame { theme: &theme, text: Text::of(Language::English), request_id: "r" };
        for sample in SignedOut::samples(&frames) {
            let html = sample.render(&frame).expect("the page renders");
            let expected = sample.continue_to.is_some() && !sample.frames.is_empty();
            assert_eq!(html.contains("http-equiv=\"refresh\""), expected);
            assert_eq!(html.matches("<iframe").count(), sample.frames.len());
        }
    }
}
