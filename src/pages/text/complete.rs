//! That every language says everything, and says it itself.

use super::{Language, Text};

/// What reads alike in English and in another language: field, language.
const ALIKE: &[(&str, &str)] = &[
    ("code", "de"),
    ("code", "fr"),
    ("day", "fr"),
    ("day", "es"),
    ("description", "fr"),
    ("dir", "de"),
    ("dir", "fr"),
    ("dir", "es"),
    ("dir", "ja"),
    ("minute", "de"),
    ("minute", "fr"),
    ("minute", "es"),
    ("minutes", "fr"),
    ("minutes", "es"),
    ("seconds", "fr"),
    ("seconds", "es"),
    ("title_with_error", "es"),
    ("version", "de"),
    ("version", "fr"),
];

/// Every text as (the field it stands in, its words), in the order of the structs.
fn texts(text: &Text) -> Vec<(String, String)> {
    let printed = format!("{text:#?}");
    let mut field = String::new();
    let mut texts = Vec::new();
    for line in printed.lines().map(str::trim) {
        let value = match line.split_once(": ") {
            Some((name, value)) if !name.starts_with('"') => {
                name.clone_into(&mut field);
                value
            }
            _ => line,
        };
        if let Some(words) = value.strip_prefix('"') {
            let words = words.trim_end_matches(',').strip_suffix('"').expect("a text ends on its line");
            // French has a space that is printed as what it is.
            texts.push((field.clone(), words.replace("\\u{a0}", "\u{a0}")));
        }
    }
    texts
}

/// The names in braces, sorted.
fn gaps(words: &str) -> Vec<&str> {
    let mut gaps: Vec<_> = words.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default()).collect();
    gaps.sort_unstable();
    gaps
}

#[test]
fn every_text_is_seen_here() {
    // Each field of the structs that is a text, and the eleven other months.
    let structs = [include_str!("mod.rs"), include_str!("account.rs"), include_str!("device.rs")].concat();
    let fields =
        structs.lines().filter(|line| line.ends_with(": &'static str,") || line.ends_with(": Pattern,")).count();
    let problems = structs.lines().filter(|line| line.ends_with(": ProblemText,")).count();
    assert_eq!(texts(Text::of(Language::English)).len(), fields + 12 + (problems - 1) * 3);
}

#[test]
fn every_language_says_everything_itself() {
    let english = texts(Text::of(Language::English));
    let mut alike = Vec::new();
    for language in &Language::ALL[1..] {
        let tag = language.as_str();
        let texts = texts(Text::of(*language));
        assert_eq!(texts.len(), english.len(), "{tag}");
        for ((field, words), (same_field, original)) in texts.iter().zip(&english) {
            assert_eq!(field, same_field, "{tag}");
            assert_eq!(gaps(words), gaps(original), "{tag}, {field}: {words}");
            if words == original && !alike.contains(&(field.as_str(), tag)) {
                assert!(ALIKE.contains(&(field, tag)), "{tag}, {field} was left in English: {words}");
                alike.extend(ALIKE.iter().find(|known| **known == (field, tag)));
            }
        }
    }
    assert_eq!(alike.len(), ALIKE.len(), "some are listed that do not read alike: only {alike:?} do");
}

#[test]
fn every_text_is_plain_and_none_is_empty() {
    for language in Language::ALL {
        let text = Text::of(*language);
        assert_eq!((text.lang, text.dir), (language.as_str(), "ltr"));
        for (field, words) in texts(text) {
            let place = format!("{}, {field}: {words:?}", text.lang);
            assert!(!words.is_empty() && words.trim() == words && !words.contains("  "), "{place}");
            // HTML and its references would be shown as they stand; a backslash is what an escaped quote looks like here.
            assert!(!words.contains(['<', '>', '&', '"', '\\']), "{place}");
            assert_eq!(words.matches('{').count(), words.matches('}').count(), "{place}");
            for gap in gaps(&words) {
                assert!(!gap.is_empty() && gap.bytes().all(|b| b.is_ascii_lowercase()), "{place}");
            }
        }
    }
}

#[test]
fn japanese_is_written_in_japanese() {
    let kana = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c);
    let ours = |c: char| kana(c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (field, words) in texts(Text::of(Language::Japanese)) {
        let bare = ["lang", "dir", "months", "minute"].contains(&field.as_str());
        assert!(bare || words.contains(ours), "{field}: {words}");
    }
}
