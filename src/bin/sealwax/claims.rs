//! Claims about a user, as they are written on a command line: `NAME=VALUE`.

use crate::failure::Failure;
use sealwax::oauth::{ClaimKind, StandardClaim};
use serde_json::{Map, Value};

/// Reads `NAME=VALUE`. A standard claim that is a text is taken as it stands; of others, what is JSON is JSON.
pub(crate) fn read(flags: &[String]) -> Result<Map<String, Value>, Failure> {
    flags.iter().map(|flag| one(flag)).collect()
}

fn one(flag: &str) -> Result<(String, Value), Failure> {
    let Some((name, value)) = flag.split_once('=') else {
        return Err(Failure::new(format!("--claim {flag}: is not NAME=VALUE")));
    };
    let kind = StandardClaim::named(name).map(|claim| claim.kind);
    let is_json = matches!(kind, None | Some(ClaimKind::Address | ClaimKind::Boolean | ClaimKind::Time));
    let text = || Value::from(value);
    let value = if is_json { serde_json::from_str(value).unwrap_or_else(|_| text()) } else { text() };
    if value.is_null() {
        return Err(Failure::new(format!("--claim {flag}: null is no value")).remedy("Use --unset to forget a claim."));
    }
    Ok((name.to_owned(), value))
}

/// A claim for people to read.
pub(crate) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_stay_texts() {
        let read = |flag: &str| read(&[flag.to_owned()]).ok().and_then(|claims| claims.into_iter().next());
        for (flag, name, value) in [
            ("name=Ada = Lovelace", "name", json!("Ada = Lovelace")),
            ("name#de=1815", "name#de", json!("1815")),
            ("phone_number=15551234", "phone_number", json!("15551234")),
            ("email_verified=true", "email_verified", json!(true)),
            ("address={\"country\":\"GB\"}", "address", json!({"country": "GB"})),
            ("roles=[\"a\"]", "roles", json!(["a"])),
            ("department=Engines", "department", json!("Engines")),
            ("level=7", "level", json!(7)),
        ] {
            assert_eq!(read(flag), Some((name.to_owned(), value)), "{flag}");
        }
        assert_eq!(read("name"), None);
        assert_eq!(read("level=null"), None);
    }
}
