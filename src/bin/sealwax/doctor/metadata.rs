//! The metadata: the same at both places, complete, and about this issuer (RFC 8414 §2, §3.3; OpenID Connect Discovery §3,
//! §4.3).

use super::facts::Documents;
use super::{Fetched, Finding, header};
use crate::failure::Failure;
use sealwax::oauth::Issuer;
use serde_json::{Map, Value};

pub(super) fn judge(documents: &Documents, issuer: &Issuer) -> Vec<Finding> {
    let openid = read("openid-configuration", &documents.openid);
    let oauth = read("oauth-authorization-server", &documents.oauth);
    let (openid, oauth) = match (openid, oauth) {
        (Ok(openid), Ok(oauth)) => (openid, oauth),
        (openid, oauth) => return [openid.err(), oauth.err()].into_iter().flatten().collect(),
    };
    let mut findings = Vec::new();
    if openid != oauth {
        let remedy = "Something between client and server answers for one of them, or an old copy is cached.";
        findings.push(Finding::fault("metadata", "the two documents differ").remedy(remedy));
    }
    findings.extend(issuer_fault(&openid, issuer));
    findings.extend(missing(&openid));
    findings.extend(elsewhere(&openid, issuer));
    if findings.is_empty() {
        findings.push(Finding::ok("metadata", "complete, and the same at both places"));
    }
    findings.extend(documents.openid.as_ref().ok().and_then(|openid| caching("metadata", openid)));
    findings
}

/// Whether there is a token endpoint where the metadata say: it takes no GET (RFC 6749 §3.2).
pub(super) fn token_endpoint(fetched: &Result<Fetched, Failure>) -> Finding {
    const CHECK: &str = "token endpoint";
    match fetched {
        Err(failure) => Finding::of_failure(CHECK, failure),
        Ok(fetched) if fetched.status == 405 => Finding::ok(CHECK, "is there"),
        Ok(fetched) => Finding::fault(CHECK, format!("a GET brings {} in the place of 405", fetched.status))
            .remedy("See that its route leads to the Worker that has it, and that this one has its secrets: its log says what it lacks."),
    }
}

/// The document as JSON.
fn read(name: &str, fetched: &Result<Fetched, Failure>) -> Result<Map<String, Value>, Finding> {
    let fetched = fetched.as_ref().map_err(|failure| Finding::of_failure("metadata", failure))?;
    let parsed = (fetched.status == 200).then(|| serde_json::from_str(&fetched.body).ok()).flatten();
    parsed.ok_or_else(|| {
        Finding::fault("metadata", format!("{name} is no JSON object (status {})", fetched.status))
            .remedy("See that the Worker's route covers /.well-known/ too, and nothing else answers there.")
    })
}

/// RFC 8414 §3.3: clients compare it to the letter.
fn issuer_fault(metadata: &Map<String, Value>, issuer: &Issuer) -> Option<Finding> {
    let named = metadata.get("issuer").and_then(Value::as_str).unwrap_or("nobody");
    (named != issuer.as_str()).then(|| {
        Finding::fault("metadata", format!("the issuer is {named}"))
            .remedy(format!("Set ISSUER to {issuer}, or use that name: clients compare it to the letter."))
    })
}

fn missing(metadata: &Map<String, Value>) -> Option<Finding> {
    let missing: Vec<&str> = REQUIRED.iter().copied().filter(|name| !metadata.contains_key(*name)).collect();
    (!missing.is_empty()).then(|| {
        Finding::fault("metadata", format!("not there: {}", missing.join(", ")))
            .remedy("Deploy a whole build of Sealwax again.")
    })
}

fn elsewhere(metadata: &Map<String, Value>, issuer: &Issuer) -> Option<Finding> {
    let below = issuer.url("/");
    let urls = metadata.iter().filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    let strangers = urls.filter(|(_, url)| !url.as_str().is_some_and(|url| url.starts_with(&below)));
    let strangers: Vec<&str> = strangers.map(|(name, _)| name.as_str()).collect();
    (!strangers.is_empty()).then(|| {
        Finding::fault("metadata", format!("not below the issuer: {}", strangers.join(", ")))
            .remedy("Something between client and server rewrites it, or ISSUER is another server's.")
    })
}

/// Short enough that a key which is `next` for an hour is known everywhere when it signs.
pub(super) fn caching(check: &'static str, fetched: &Fetched) -> Option<Finding> {
    let directives = header(fetched, "cache-control").unwrap_or_default();
    let max_age = directives.split(',').find_map(|directive| directive.trim().strip_prefix("max-age=")?.parse().ok());
    match max_age {
        Some(1..=MAX_AGE) => None,
        Some(0) | None => Some(
            Finding::warning(check, "nobody may cache it, so every client asks for it again and again")
                .remedy("Let the Cache-Control header of the server through."),
        ),
        Some(seconds) => Some(
            Finding::warning(check, format!("it is cached for {seconds} seconds"))
                .remedy("An hour at most: a new key would not be known when it begins to sign."),
        ),
    }
}

/// RFC 8414 §2, OpenID Connect Discovery §3
const REQUIRED: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "code_challenge_methods_supported",
];
const MAX_AGE: u64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;
    use serde_json::json;

    const ISSUER: &str = "https://id.example/a";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/a/authorize",
            "token_endpoint": "https://id.example/a/token",
            "jwks_uri": "https://id.example/a/.well-known/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn fetched(status: u16, body: &str, caching: &str) -> Fetched {
        let headers = vec![("cache-control".to_owned(), caching.to_owned())];
        Fetched { status, headers, body: body.to_owned(), span: None }
    }

    fn of(openid: &Value, oauth: &Value) -> Vec<Finding> {
        let [openid, oauth] = [openid, oauth].map(|body| Ok(fetched(200, &body.to_string(), "public, max-age=300")));
        judge(&Documents { openid, oauth, jwks: None, token: None }, &Issuer::parse(ISSUER).unwrap())
    }

    #[test]
    fn good_metadata() {
        assert_eq!(of(&document(), &document()), [Finding::ok("metadata", "complete, and the same at both places")]);
    }

    #[test]
    fn each_fault_is_found() {
        let bent = |name: &str, value: Value| {
            let mut document = document();
            document[name] = value;
            document
        };
        let mut without = document();
        without.as_object_mut().unwrap().remove("token_endpoint");
        for (document, told) in [
            (bent("issuer", json!("https://id.example/a/")), "https://id.example/a/"),
            (bent("issuer", Value::Null), "nobody"),
            (bent("token_endpoint", json!("https://id.example/token")), "token_endpoint"),
            (bent("userinfo_endpoint", json!("https://id.example.evil/a/")), "userinfo_endpoint"),
            (bent("jwks_uri", json!(1)), "jwks_uri"),
            (without, "token_endpoint"),
        ] {
            let found = of(&document, &document);
            assert!(found.len() == 1 && found[0].level == Level::Fault, "{found:?}");
            assert!(found[0].what.contains(told) && found[0].remedy.is_some(), "{told}: {found:?}");
        }
        assert_eq!(of(&document(), &bent("scopes_supported", json!([])))[0].what, "the two documents differ");
    }

    #[test]
    fn documents_that_are_none() {
        let good = || Ok(fetched(200, &document().to_string(), "max-age=300"));
        for bad in [fetched(404, &document().to_string(), ""), fetched(200, "<html>", ""), fetched(200, "[]", "")] {
            let found = judge(
                &Documents { openid: Ok(bad.clone()), oauth: good(), jwks: None, token: None },
                &Issuer::parse(ISSUER).unwrap(),
            );
            assert!(found.len() == 1 && found[0].what.contains("openid-configuration"), "{found:?}");
            let found = judge(
                &Documents { openid: good(), oauth: Ok(bad), jwks: None, token: None },
                &Issuer::parse(ISSUER).unwrap(),
            );
            assert!(found.len() == 1 && found[0].what.contains("oauth-authorization-server"), "{found:?}");
        }
    }

    #[test]
    fn caching_for_minutes_is_well() {
        for (header, well) in [
            ("public, max-age=300", true),
            ("max-age=3600", true),
            ("max-age=3601", false),
            ("max-age=0", false),
            ("no-store", false),
            ("", false),
        ] {
            assert_eq!(caching("keys", &fetched(200, "", header)).is_none(), well, "{header}");
        }
    }
}
