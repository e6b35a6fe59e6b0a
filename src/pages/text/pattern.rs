//! Sentences with something inserted, in whatever order a language wants it.

use askama::Template;
use askama::filters::HtmlSafe;

/// A sentence with named gaps, such as `to continue to {client}`.
///
/// A type of its own, so that no template can print the bare pattern by mistake.
#[derive(Clone, Copy, Debug)]
pub struct Pattern(&'static str);

impl Pattern {
    /// A pattern; its gaps are the names in braces.
    #[must_use]
    pub const fn new(pattern: &'static str) -> Self {
        Self(pattern)
    }

    /// The sentence as HTML: inserted values are escaped, emphasised, and isolated from the writing
    /// direction of the words around them (a name must not be able to reorder the sentence).
    #[must_use]
    pub fn fill<'a>(self, gap: &str, value: &'a str) -> Sentence<'a> {
        Sentence { parts: self.parts(gap, value) }
    }

    /// The sentence as plain text, for titles and for values of other patterns.
    #[must_use]
    pub fn plain(self, gap: &str, value: &str) -> String {
        self.parts(gap, value)
            .into_iter()
            .map(|part| match part {
                Part::Value(text) | Part::Words(text) => text,
            })
            .collect()
    }

    /// The sentence as plain text with several gaps, whose values have no braces of their own.
    pub(super) fn filled(self, values: &[(&str, &str)]) -> String {
        let fill = |text: String, (gap, value): &(&str, &str)| text.replace(&format!("{{{gap}}}"), value);
        values.iter().fold(self.0.to_owned(), fill)
    }

    fn parts<'a>(self, gap: &str, value: &'a str) -> Vec<Part<'a>> {
        let gap = format!("{{{gap}}}");
        let mut words = self.0.split(&gap);
        let mut parts: Vec<_> = words.next().map(Part::Words).into_iter().collect();
        for more in words {
            parts.extend([Part::Value(value), Part::Words(more)]);
        }
        parts
    }
}

/// A filled [`Pattern`], ready to stand in a template.
#[derive(Template)]
#[template(path = "sentence.html", config = "src/pages/askama.toml")]
pub struct Sentence<'a> {
    parts: Vec<Part<'a>>,
}

/// Its template has escaped what was inserted, so the template that holds it must not do so again.
impl HtmlSafe for Sentence<'_> {}

enum Part<'a> {
    Value(&'a str),
    Words(&'a str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_emphasised_wherever_they_stand() {
        let html = |pattern| Pattern::new(pattern).fill("client", "<i>&").to_string();
        let value = "<strong dir=\"auto\">&#60;i&#62;&#38;</strong>";
        assert_eq!(html("to {client} now"), format!("to {value} now"));
        assert_eq!(html("{client}"), value);
        assert_eq!(html("{client}, {client}"), format!("{value}, {value}"));
        assert_eq!(html("a < b"), "a &#60; b");
    }

    #[test]
    fn a_value_is_never_read_as_a_pattern() {
        let html = Pattern::new("for {client}").fill("client", "{client}").to_string();
        assert_eq!(html, "for <strong dir=\"auto\">{client}</strong>");
    }

    #[test]
    fn plain_text_is_the_bare_sentence() {
        assert_eq!(Pattern::new("Error: {title}").plain("title", "<a>"), "Error: <a>");
    }
}
