//! Members that may come in several languages: `description`, `description#de` (OpenID Connect Core §5.2).

use crate::oauth::{Language, Translated};
use serde_json::{Map, Value};

/// What a member says, in all its languages; `None` where it says nothing without one. The words are read alike in each.
///
/// # Errors
/// What is wrong with one of its languages.
pub(super) fn read(
    name: &str,
    members: &Map<String, Value>,
    words: fn(&Value) -> Option<String>,
) -> Result<Option<Translated>, String> {
    let mut translated = members.get(name).and_then(words).map(Translated::new);
    for (member, value) in members.iter().filter(|(member, _)| is_of(name, member) && *member != name) {
        let language = member.split_once('#').and_then(|(_, tag)| Language::tagged(tag));
        let language = language.ok_or_else(|| format!("a member in a language that no page is in: {member:?}"))?;
        let words = words(value).ok_or_else(|| format!("a member {member} that is not what {name} has to be"))?;
        if !translated.as_mut().is_some_and(|translated| translated.add(language, words)) {
            return Err(format!("a member {member} twice, or without {name} for all other languages"));
        }
    }
    Ok(translated)
}

/// Whether it is this member, in whatever language.
pub(super) fn is_of(name: &str, member: &str) -> bool {
    member.split_once('#').map_or(member, |(name, _)| name) == name
}
