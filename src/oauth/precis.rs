//! Preparing names and passwords, as RFC 8265 has them. Composing and lower case take tables that would be a fifth of the
//! Worker; the platform has them anyway, and lends them.

#[cfg(not(target_arch = "wasm32"))]
use unicode_normalization::UnicodeNormalization as _;

/// Which form text is brought to (Unicode Standard Annex #15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalization {
    /// Canonical composition.
    Nfc,
    /// Compatibility composition.
    Nfkc,
}

/// What Unicode says of text: JavaScript's strings at the edge, libraries natively. For the characters that both know
/// they agree, and always will (Unicode's stability policy).
pub trait Normalizer {
    /// The text in that form.
    fn normalize(&self, form: Normalization, text: &str) -> String;

    /// The text in lower case, in no particular language (Unicode Standard §3.13, R2).
    fn to_lowercase(&self, text: &str) -> String;
}

/// The normalizer off the edge: for tests and the command line.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeNormalizer;

#[cfg(not(target_arch = "wasm32"))]
impl Normalizer for NativeNormalizer {
    fn normalize(&self, form: Normalization, text: &str) -> String {
        match form {
            Normalization::Nfc => text.nfc().collect(),
            Normalization::Nfkc => text.nfkc().collect(),
        }
    }

    fn to_lowercase(&self, text: &str) -> String {
        text.to_lowercase()
    }
}

/// RFC 8265 §3.3, `UsernameCaseMapped`: width mapped, lower case, composed. Where the profile refuses compatibility
/// characters this folds them (NFKC), so that look-alikes of one name are that name.
///
/// `None` when it is empty or has a space, a control or a character of `NOT_IN_NAMES`.
#[must_use]
pub fn username(text: &str, normalizer: &impl Normalizer) -> Option<String> {
    let nfkc = |text: &str| normalizer.normalize(Normalization::Nfkc, text);
    let folded = nfkc(&normalizer.to_lowercase(&nfkc(text)));
    let fits = |c: char| {
        !c.is_whitespace() && !c.is_control() && !NOT_IN_NAMES.iter().any(|(first, last)| (*first..=*last).contains(&c))
    };
    (!folded.is_empty() && folded.chars().all(fits)).then_some(folded)
}

/// RFC 8265 §4.2, `OpaqueString`: every space is a plain one, composed, case kept.
///
/// `None` when it is empty or has control characters (RFC 8264 §4.3).
#[must_use]
pub fn opaque_string(text: &str, normalizer: &impl Normalizer) -> Option<String> {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect();
    let composed = normalizer.normalize(Normalization::Nfc, &spaced);
    (!composed.is_empty() && !composed.chars().any(char::is_control)).then_some(composed)
}

/// What is no letter, digit, mark or visible ASCII (RFC 8264 §4.2), by whole ranges: above all what cannot be seen, or
/// changes how other characters are. Rare signs and code points without a character pass, unlike with full tables.
const NOT_IN_NAMES: &[(char, char)] = &[
    // Latin-1's signs, the soft hyphen among them.
    ('\u{a0}', '\u{bf}'),
    ('\u{d7}', '\u{d7}'),
    ('\u{f7}', '\u{f7}'),
    // Combining grapheme joiner.
    ('\u{34f}', '\u{34f}'),
    // Arabic and Syriac format characters.
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    // Fillers and vowels that show nothing.
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    // Punctuation, joiners, direction marks, currencies, arrows, mathematics, pictures.
    ('\u{2000}', '\u{2bff}'),
    ('\u{2e00}', '\u{2e7f}'),
    ('\u{2ff0}', '\u{3004}'),
    ('\u{3008}', '\u{3020}'),
    ('\u{3164}', '\u{3164}'),
    // Private use.
    ('\u{e000}', '\u{f8ff}'),
    ('\u{fdd0}', '\u{fdef}'),
    // Variation selectors.
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff0}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    // Pictures.
    ('\u{1f000}', '\u{1faff}'),
    // Tags, variation selectors, private use.
    ('\u{e0000}', '\u{10ffff}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn username(text: &str) -> Option<String> {
        super::username(text, &NativeNormalizer)
    }

    fn opaque_string(text: &str) -> Option<String> {
        super::opaque_string(text, &NativeNormalizer)
    }

    #[test]
    fn usernames_are_folded() {
        for (typed, folded) in [
            ("Ada", "ada"),
            ("ＡＤＡ", "ada"),
            ("Zoe\u{308}", "zoë"),
            ("STRASSE", "strasse"),
            ("ada@example.com", "ada@example.com"),
            ("Ἀθηνᾶ", "ἀθηνᾶ"),
            ("हिन्दी", "हिन्दी"),
            ("佐々木", "佐々木"),
            ("محمد", "محمد"),
        ] {
            assert_eq!(username(typed).as_deref(), Some(folded));
        }
    }

    #[test]
    fn usernames_have_no_spaces_controls_or_direction_marks() {
        for wrong in [
            "",
            "a b",
            "a\u{0}",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{a0}b",
            "a\u{ad}b",
            "a\u{3164}b",
            "a\u{e000}",
            "a\u{fe0f}",
            "a\u{ffff}",
            "a\u{e0041}",
            "☺",
            "\u{1f600}",
            "a×b",
        ] {
            assert_eq!(username(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn passwords_keep_their_case_and_compose() {
        assert_eq!(opaque_string("Cafe\u{301}\u{3000}X").as_deref(), Some("Café X"));
        assert_eq!(opaque_string("a\u{7}"), None);
        assert_eq!(opaque_string("a\tb"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            if let Some(folded) = username(&text) {
                prop_assert_eq!(username(&folded), Some(folded));
            }
            if let Some(prepared) = opaque_string(&text) {
                prop_assert_eq!(opaque_string(&prepared), Some(prepared));
            }
        }
    }
}
