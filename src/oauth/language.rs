//! Which language a person reads, and words in several.

use super::Language;

impl Language {
    /// The longest list of languages that is looked at, in bytes.
    pub const MAX_LIST: usize = 1024;

    /// The language for `ui_locales` (OpenID Connect Core §3.1.2.1): BCP 47 tags in order of preference, separated by
    /// spaces. `None` when there is no page in any of them.
    #[must_use]
    pub fn of_ui_locales(list: &str) -> Option<Self> {
        Some(list).filter(|list| list.len() <= Self::MAX_LIST)?.split(' ').find_map(Self::lookup)
    }

    /// The language for an `Accept-Language` header (RFC 9110 §12.5.4). `None` when there is no page in any of its.
    #[must_use]
    pub fn of_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u16)> = None;
        for range in Some(header).filter(|header| header.len() <= Self::MAX_LIST)?.split(',') {
            let (tag, weight) = range.split_once(';').map_or((range, Some(1000)), |(tag, q)| (tag, weight(q)));
            let Some((language, weight)) = Self::lookup(tag.trim_matches([' ', '\t'])).zip(weight) else { continue };
            // Among equals the first counts. RFC 9110 §12.4.2: a weight of 0 means "not acceptable".
            if weight > best.map_or(0, |(_, weight)| weight) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// The language of this very tag; they have no case (RFC 5646 §2.1.1).
    #[must_use]
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.as_str().eq_ignore_ascii_case(tag))
    }

    /// RFC 4647 §3.4: a range loses its subtags from the end until a language is found, so `de-AT` finds `de`. The
    /// languages here have one subtag each: only the first can match. `*` matches none of its own.
    fn lookup(range: &str) -> Option<Self> {
        range.split('-').next().and_then(Self::tagged)
    }
}

/// RFC 9110 §12.4.2: `q=` and a number from 0 to 1 with up to three digits, in thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.trim_matches([' ', '\t']).split_once('=')?;
    let (whole, digits) = value.split_once('.').unwrap_or((value, ""));
    let plain = name.eq_ignore_ascii_case("q") && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    let thousandths = format!("{digits:0<3}").parse::<u16>().ok().filter(|_| plain)?;
    match whole {
        "0" => Some(thousandths),
        "1" => Some(1000).filter(|_| thousandths == 0),
        _ => None,
    }
}

/// What somebody else wrote, in one language or several (OpenID Connect Core §5.2, RFC 7591 §2.2: `name#de`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    plain: String,
    others: Vec<(Language, String)>,
}

impl Translated {
    /// The words without a language.
    #[must_use]
    pub const fn new(plain: String) -> Self {
        Self { plain, others: Vec::new() }
    }

    /// Adds the words in a language. False when there are some already.
    #[must_use]
    pub fn add(&mut self, language: Language, words: String) -> bool {
        let new = self.others.iter().all(|(known, _)| *known != language);
        if new {
            self.others.push((language, words));
        }
        new
    }

    /// The words in this language; those without a language where there are none.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        self.others.iter().find(|(known, _)| *known == language).map_or(&self.plain, |(_, words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ui_locales_are_taken_in_order_by_lookup() {
        for (list, expected) in [
            ("de", Some(Language::German)),
            ("de-AT", Some(Language::German)),
            ("DE-at-1996", Some(Language::German)),
            ("pt-BR pt fr-CA en", Some(Language::French)),
            ("en de", Some(Language::English)),
            ("  es", Some(Language::Spanish)),
            ("ja-Jpan-JP", Some(Language::Japanese)),
            ("", None),
            ("*", None),
            ("pt", None),
            ("deu", None),
            ("d", None),
            ("de_AT", None),
            ("x-de", None),
            ("-de", None),
            ("de,fr", None),
        ] {
            assert_eq!(Language::of_ui_locales(list), expected, "{list}");
        }
        assert_eq!(Language::of_ui_locales(&format!("{}de", "x ".repeat(511))), Some(Language::German));
        assert_eq!(Language::of_ui_locales(&format!("{}de", "x ".repeat(512))), None);
    }

    #[test]
    fn accept_language_is_weighed() {
        for (header, expected) in [
            ("de-CH, en;q=0.9", Some(Language::German)),
            ("en;q=0.5, fr;q=0.7", Some(Language::French)),
            ("en;q=0.5, fr;q=0.50", Some(Language::English)),
            ("pt-BR,pt;q=0.9,es;q=0.8,en;q=0.7", Some(Language::Spanish)),
            ("*, ja;q=0.001", Some(Language::Japanese)),
            ("ja ; Q=1.000 ,\tfr;q=0.999", Some(Language::Japanese)),
            ("de;q=0, fr;q=0.1", Some(Language::French)),
            ("de;q=0", None),
            ("de;q=0.000", None),
            ("de;q=2", None),
            ("de;q=1.1", None),
            ("de;q=0.1234", None),
            ("de;q=-1", None),
            ("de;q=0.+1", None),
            ("de;q=", None),
            ("de;x=1", None),
            ("de;q", None),
            ("*", None),
            ("", None),
            (",,;;", None),
        ] {
            assert_eq!(Language::of_accept_language(header), expected, "{header}");
        }
        assert_eq!(Language::of_accept_language(&"de,".repeat(342)), None);
    }

    #[test]
    fn words_without_a_translation_stand_for_it() {
        let mut words = Translated::new("Read".to_owned());
        assert!(words.add(Language::German, "Lesen".to_owned()));
        assert!(!words.add(Language::German, "Schreiben".to_owned()));
        assert_eq!(words.of(Language::German), "Lesen");
        assert_eq!(words.of(Language::French), "Read");
    }
}
