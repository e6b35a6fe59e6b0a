//! What came back, held against what a step says.

use super::Run;
use super::format::Step;
use crate::target::Answer;
use sealwax::oauth::from_base64url;
use serde_json::json;

impl Run<'_> {
    pub(super) fn compare(&self, step: &Step, answer: &Answer) {
        if step.authorize.is_some() && step.status.is_none() && step.error.is_none() && step.page.is_none() {
            let (_, params) = answer.location().unwrap_or_else(|| panic!("no redirect: {answer:#?}"));
            assert!(params.contains_key("code"), "no code: {params:?}");
        }
        if let Some(status) = step.status {
            assert_eq!(answer.status, status, "{answer:#?}");
        }
        if let Some(error) = &step.error {
            if let Some((_, params)) = answer.location() {
                assert_eq!(params.get("error"), Some(error), "{params:?}");
                // RFC 9207 §2: errors too.
                assert_eq!(params.get("iss"), Some(&self.target.issuer()));
                assert!(!params.contains_key("code"));
                described(&params["error_description"]);
                let known = ["error", "error_description", "state", "iss"];
                assert!(params.keys().all(|name| known.contains(&name.as_str())), "{params:?}");
            } else if answer.header("content-type").unwrap().starts_with("application/json") {
                let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                assert_eq!(json["error"], **error, "{answer:#?}");
                described(json["error_description"].as_str().unwrap());
                assert_eq!(answer.header("cache-control"), Some("no-store"));
            } else {
                panic!("no error: {answer:#?}");
            }
        }
        if let Some(code) = &step.page {
            assert_eq!(answer.header("location"), None, "{answer:#?}");
            assert!(answer.status >= 400, "{answer:#?}");
            assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{answer:#?}");
            assert!(answer.body.contains(code.as_str()), "{answer:#?}");
        }
        for (name, expected) in &step.headers {
            let value = answer.header(name).unwrap_or_else(|| panic!("no {name}: {answer:#?}"));
            match expected.strip_prefix('~') {
                Some(part) => assert!(value.contains(&self.filled(part)), "{name}: {value}"),
                None => assert_eq!(value, self.filled(expected), "{name}"),
            }
        }
        if !step.json.is_empty() || !step.without.is_empty() {
            let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            for (name, value) in &step.json {
                let value = value.as_str().map_or_else(|| value.clone(), |text| json!(self.filled(text)));
                assert_eq!(json[name], value, "{name} in {json}");
            }
            for name in &step.without {
                assert!(json.get(name).is_none(), "{name} in {json}");
            }
        }
        let of_tokens = [
            ("access_token", &step.claims, &step.claims_without),
            ("id_token", &step.id_claims, &step.id_claims_without),
        ];
        for (token, with, without) in of_tokens {
            if with.is_empty() && without.is_empty() {
                continue;
            }
            let claims = claims(answer, token);
            for (name, value) in with {
                let value = value
                    .as_str()
                    .map_or_else(|| filled(value, &self.target.issuer()), |text| json!(self.filled(text)));
                assert_eq!(claims[name], value, "{name} in {claims}");
            }
            for name in without {
                assert!(claims.get(name).is_none(), "{name} in {claims}");
            }
        }
        for part in &step.contains {
            assert!(answer.body.contains(&self.filled(part)), "no {part:?} in {answer:#?}");
        }
        for part in &step.lacks {
            assert!(!answer.body.contains(part.as_str()), "{part:?} in {answer:#?}");
        }
    }
}

/// RFC 6749 §4.1.2.1, §5.2: the characters of an `error_description`, `%x20-21 / %x23-5B / %x5D-7E`.
fn described(description: &str) {
    let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(!description.is_empty() && description.bytes().all(allowed), "{description}");
}

/// The claims of a token, read without a look at the signature.
fn claims(answer: &Answer, member: &str) -> serde_json::Value {
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let token = json[member].as_str().unwrap_or_else(|| panic!("no {member}: {answer:#?}"));
    let payload = from_base64url(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// `${issuer}` stands for the issuer, in a list too.
fn filled(value: &serde_json::Value, issuer: &str) -> serde_json::Value {
    serde_json::from_str(&value.to_string().replace("${issuer}", issuer)).unwrap()
}
