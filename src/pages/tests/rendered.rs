//! The pages of the gallery, read as a browser would.

use super::super::{Theme, gallery};
use crate::oauth::Language;

pub(super) struct Rendered<'a> {
    pub(super) name: &'a str,
    pub(super) html: &'a str,
    pub(super) theme: &'a Theme,
}

impl<'a> Rendered<'a> {
    /// Whatever a browser would take for a tag: no text of ours has a bare `<`.
    pub(super) fn tags(&self) -> Vec<Tag<'a>> {
        let tags = self.html.split('<').skip(2);
        tags.filter(|tag| !tag.starts_with('/')).map(Tag::read).collect()
    }

    pub(super) fn between(&self, start: &str, end: &str) -> Option<&'a str> {
        Some(self.html.split_once(start)?.1.split_once(end)?.0)
    }

    /// Where there is one thing to fill in, or one to fill in again.
    pub(super) fn begins_in_a_field(&self) -> bool {
        self.name.starts_with("sign_in")
            || self.name.starts_with("new_password")
            || self.name.starts_with("user_code")
            || self.html.contains("id=\"problem\"")
    }

    pub(super) fn submits_itself(&self) -> bool {
        self.name.starts_with("form_post") || self.name.starts_with("resubmit")
    }
}

pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// Reads `name a="b" c>…`: our values always stand in double quotes, which are escaped inside.
    fn read(text: &'a str) -> Self {
        let end = text.find([' ', '>', '/']).expect("a tag ends");
        let (name, mut rest) = text.split_at(end);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ', '>', '/']).expect("a tag ends");
            let (attribute, after) = rest.split_at(end);
            if let Some(quoted) = after.strip_prefix("=\"") {
                let (value, after) = quoted.split_once('"').expect("a value ends");
                attributes.push((attribute, value));
                rest = after;
            } else if attribute.is_empty() {
                return Self { name, attributes };
            } else {
                attributes.push((attribute, ""));
                rest = after;
            }
        }
    }

    pub(super) fn value(&self, attribute: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(name, _)| *name == attribute).map(|(_, value)| *value)
    }

    pub(super) fn has(&self, attribute: &str) -> bool {
        self.value(attribute).is_some()
    }
}

pub(super) fn for_every_page(check: impl Fn(&Rendered<'_>)) {
    let in_english = themes().map(|theme| (theme, Language::English));
    let translated = Language::ALL.iter().map(|language| (Theme::default(), *language));
    for (theme, language) in in_english.into_iter().chain(translated) {
        for (name, html) in &gallery(&theme, language) {
            check(&Rendered { name, html, theme: &theme });
        }
    }
}

pub(super) fn themes() -> [Theme; 3] {
    let theme =
        |name, logo, accent| Theme::parse(Some(name), logo, Some(accent)).expect("a theme of the tests is valid");
    [
        Theme::default(),
        theme("<b>\"A&B'", None, "#ffffff"),
        theme("Lumen", Some("https://cdn.example/logo.svg"), "#000000"),
    ]
}
