//! The key set that clients read (RFC 7517, RFC 7518 §6, OpenID Connect Core §10.1).

use super::facts::Documents;
use super::{Finding, metadata};
use serde_json::Value;

pub(super) fn judge(documents: &Documents) -> Vec<Finding> {
    let fetched = match &documents.jwks {
        // Told where the metadata are judged.
        None => return Vec::new(),
        Some(Err(failure)) => return vec![Finding::of_failure("keys", failure)],
        Some(Ok(fetched)) => fetched,
    };
    let set: Value = serde_json::from_str(&fetched.body).unwrap_or_default();
    let Some(keys) = set.get("keys").and_then(Value::as_array).filter(|_| fetched.status == 200) else {
        return vec![
            Finding::fault("keys", format!("jwks_uri leads to no key set (status {})", fetched.status))
                .remedy("See that the Worker's route covers it, and nothing else answers there."),
        ];
    };
    let mut findings: Vec<Finding> = keys.iter().filter_map(fault_of).collect();
    findings.extend(documents.openid.as_ref().ok().and_then(|openid| unsigned(&openid.body, keys)));
    findings.extend(absent(keys));
    if findings.is_empty() {
        let algorithms: Vec<&str> = keys.iter().filter_map(|key| key["alg"].as_str()).collect();
        findings.push(Finding::ok("keys", format!("{} published: {}", keys.len(), algorithms.join(", "))));
    }
    findings.extend(metadata::caching("keys", fetched));
    findings
}

fn fault_of(key: &Value) -> Option<Finding> {
    let kid = key["kid"].as_str().unwrap_or("(no kid)");
    if PRIVATE.iter().any(|name| !key[*name].is_null()) {
        let what = format!("the key {kid} is published with its private part");
        let remedy = "Whoever read it can sign as this server: replace the key at once (state `revoked`), then revoke.";
        return Some(Finding::fault("keys", what).remedy(remedy));
    }
    let missing: Vec<&str> = ["kid", "alg", "use"].into_iter().filter(|name| !key[*name].is_string()).collect();
    let wrong = !missing.is_empty() || key["use"] != "sig";
    wrong.then(|| {
        let missing = if missing.is_empty() { "use: sig".to_owned() } else { missing.join(", ") };
        Finding::fault("keys", format!("the key {kid} lacks {missing}"))
            .remedy("Something between client and server rewrites the set; else deploy a whole build again.")
    })
}

/// What the metadata promise to sign with.
fn unsigned(metadata: &str, keys: &[Value]) -> Option<Finding> {
    let metadata: Value = serde_json::from_str(metadata).unwrap_or_default();
    let promised = metadata.get("id_token_signing_alg_values_supported")?.as_array()?;
    let unsigned: Vec<&str> = promised.iter().filter_map(Value::as_str).filter(|alg| !has(keys, alg)).collect();
    (!unsigned.is_empty()).then(|| {
        Finding::fault("keys", format!("the metadata name algorithms without a key: {}", unsigned.join(", ")))
            .remedy("An old copy of one of the two is cached: purge it.")
    })
}

/// OpenID Connect Core §15.1 requires RS256; ES256 is what this server signs with by default.
fn absent(keys: &[Value]) -> impl Iterator<Item = Finding> {
    let wanted = [
        ("RS256", "OpenID Connect requires it (Core §15.1): clients that know nothing else cannot sign in."),
        ("ES256", "It is the default, shorter and quicker than RS256."),
    ];
    wanted.into_iter().filter(|(alg, _)| !has(keys, alg)).map(|(alg, why)| {
        Finding::warning("keys", format!("there is no {alg} key"))
            .remedy(format!("{why} `sealwax keys init` makes the keys that are missing."))
    })
}

fn has(keys: &[Value], alg: &str) -> bool {
    keys.iter().any(|key| key["alg"] == alg)
}

/// RFC 7518 §6.2.2, §6.3.2, §6.4.1
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Fetched, Level};
    use serde_json::json;

    fn key(alg: &str) -> Value {
        json!({"kty": "EC", "kid": alg, "alg": alg, "use": "sig", "x": "AA"})
    }

    fn of(keys: &[Value], promised: &[&str]) -> Vec<Finding> {
        let fetched = |body: Value| Fetched {
            status: 200,
            headers: vec![("cache-control".to_owned(), "max-age=300".to_owned())],
            body: body.to_string(),
            span: None,
        };
        let openid = || Ok(fetched(json!({"id_token_signing_alg_values_supported": promised})));
        judge(&Documents {
            openid: openid(),
            oauth: openid(),
            jwks: Some(Ok(fetched(json!({"keys": keys})))),
            token: None,
        })
    }

    #[test]
    fn good_keys() {
        let found = of(&[key("ES256"), key("RS256")], &["ES256", "RS256"]);
        assert_eq!(found, [Finding::ok("keys", "2 published: ES256, RS256")]);
    }

    #[test]
    fn each_fault_is_found() {
        let bent = |name: &str, value: Value| {
            let mut key = key("ES256");
            key[name] = value;
            key
        };
        for (bad, told) in [
            (bent("d", json!("secret")), "private"),
            (bent("qi", json!("secret")), "private"),
            (bent("kid", Value::Null), "kid"),
            (bent("use", json!("enc")), "use: sig"),
            (bent("use", Value::Null), "use"),
        ] {
            let found = of(&[bad, key("RS256")], &["ES256", "RS256"]);
            assert!(found.len() == 1 && found[0].level == Level::Fault, "{found:?}");
            assert!(found[0].what.contains(told) && !found[0].what.contains("secret"), "{found:?}");
        }
        let found = of(&[key("ES256"), key("RS256")], &["ES256", "EdDSA"]);
        assert!(found[0].level == Level::Fault && found[0].what.ends_with(": EdDSA"), "{found:?}");
    }

    #[test]
    fn algorithms_that_clients_expect() {
        for (there, told) in [("ES256", "RS256"), ("RS256", "ES256")] {
            let found = of(&[key(there)], &[there]);
            assert!(found.len() == 1 && found[0].level == Level::Warning && found[0].what.contains(told), "{found:?}");
        }
    }

    #[test]
    fn a_set_that_is_none() {
        let openid = || Ok(Fetched::default());
        for (status, body) in [(404, r#"{"keys": []}"#), (200, "{}"), (200, "<html>")] {
            let jwks = Fetched { status, body: body.to_owned(), ..Fetched::default() };
            let found = judge(&Documents { openid: openid(), oauth: openid(), jwks: Some(Ok(jwks)), token: None });
            assert!(found.len() == 1 && found[0].level == Level::Fault, "{found:?}");
        }
    }
}
