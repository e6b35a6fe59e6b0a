//! Preparing names and passwords, as RFC 8265 has them. The tables are those that `url` brings anyway (ICU's); a library
//! with tables of its own would cost a third of the Worker's size.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// RFC 8265 §3.3, `UsernameCaseMapped`: width mapped, lower case, composed. Where the profile refuses compatibility
/// characters this folds them (NFKC), so that look-alikes of one name are that name.
///
/// `None` when it is empty or has a character that is neither letter, digit, mark nor visible ASCII (RFC 8264 §4.2): no
/// spaces, controls or direction marks.
#[must_use]
pub fn username(text: &str) -> Option<String> {
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let folded = normalizer.normalize(&normalizer.normalize(text).to_lowercase()).into_owned();
    let categories = CodePointMapData::<GeneralCategory>::new();
    let letters = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::DecimalNumber)
        .union(GeneralCategoryGroup::NonspacingMark)
        .union(GeneralCategoryGroup::SpacingMark);
    let fits = |c: char| c.is_ascii_graphic() || letters.contains(categories.get(c));
    (!folded.is_empty() && folded.chars().all(fits)).then_some(folded)
}

/// RFC 8265 §4.2, `OpaqueString`: every space is a plain one, composed, case kept.
///
/// `None` when it is empty or has control characters (RFC 8264 §4.3).
#[must_use]
pub fn opaque_string(text: &str) -> Option<String> {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect();
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&spaced).into_owned();
    (!composed.is_empty() && !composed.chars().any(char::is_control)).then_some(composed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        ] {
            assert_eq!(username(typed).as_deref(), Some(folded));
        }
    }

    #[test]
    fn usernames_have_no_spaces_controls_or_direction_marks() {
        for wrong in ["", "a b", "a\u{0}", "a\u{202e}b", "a\u{200b}b", "a\u{a0}b", "☺"] {
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
