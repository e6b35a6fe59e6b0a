//! The public keys of a client (RFC 7517 §5): registered with it, or fetched from where it publishes them.

use super::jwk::public_key;
use super::{SentHeader, VerifyingKey};
use crate::oauth::SigningAlgorithm;
use crate::record;
use jwt_compact::jwk::JsonWebKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A key set of a client. Keys that are for something else, malformed, or of kinds that this server does not verify with,
/// are left out (RFC 7517 §5); a private or symmetric one is refused, because its owner has just given it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SentSet")]
pub struct ClientKeys {
    keys: Vec<ClientKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ClientKey {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<SigningAlgorithm>,
}

#[derive(Deserialize)]
struct SentSet {
    keys: Vec<Value>,
}

/// A key as it is sent.
#[derive(Deserialize)]
struct SentKey {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
}

impl ClientKeys {
    /// The most keys that are registered with a client, and the most that are tried on one signature.
    pub const MAX: usize = 16;
    /// The longest set that is registered with a client, in bytes. Longer ones are for a `jwks_uri`.
    pub const MAX_LENGTH: usize = 8 * 1024;

    /// Whether it is small enough to be registered with a client.
    #[must_use]
    pub fn is_small(&self) -> bool {
        let length = serde_json::to_string(self).map_or(usize::MAX, |json| json.len());
        self.keys.len() <= Self::MAX && length <= Self::MAX_LENGTH
    }

    /// Those that may have signed this: of the name that it gives, or all where it gives none (RFC 7515 §4.1.4), as far as
    /// they go with its algorithm (RFC 8725 §3.1).
    #[must_use]
    pub fn candidates(&self, header: &SentHeader) -> Vec<VerifyingKey> {
        let Some(algorithm) = SigningAlgorithm::named(&header.alg) else { return Vec::new() };
        let named = |key: &&ClientKey| header.kid.is_none() || key.kid == header.kid;
        let fits = |key: &ClientKey| {
            let meant = key.alg.is_none_or(|alg| alg == algorithm);
            key.public().filter(|_| meant).and_then(|public| VerifyingKey::of_public(public, algorithm))
        };
        self.keys.iter().filter(named).filter_map(fits).take(Self::MAX).collect()
    }
}

impl ClientKey {
    fn public(&self) -> Option<JsonWebKey<'static>> {
        public_key(|name| match name {
            "kty" => Some(&self.kty),
            "crv" => self.crv.as_deref(),
            "x" => self.x.as_deref(),
            "y" => self.y.as_deref(),
            "n" => self.n.as_deref(),
            "e" => self.e.as_deref(),
            _ => None,
        })
    }

    /// Whether there is an algorithm that this server would verify with it.
    fn verifies(&self) -> bool {
        let goes_with = |alg: &SigningAlgorithm| {
            let public = self.public().filter(|_| self.alg.is_none_or(|meant| meant == *alg));
            public.is_some_and(|public| VerifyingKey::of_public(public, *alg).is_some())
        };
        SigningAlgorithm::ALL.iter().any(goes_with)
    }
}

impl TryFrom<SentSet> for ClientKeys {
    type Error = &'static str;

    fn try_from(set: SentSet) -> Result<Self, Self::Error> {
        let secret = |key: &Value| ["d", "k"].iter().any(|name| key.get(name).is_some_and(|secret| !secret.is_null()));
        if set.keys.iter().any(secret) {
            return Err("has a private or symmetric key: whoever sent it must make another");
        }
        // RFC 7517 §5: what is malformed in one key is no fault of the others.
        let readable = set.keys.iter().filter_map(record::read_value::<SentKey>);
        let keys: Vec<ClientKey> = readable.filter_map(SentKey::usable).collect();
        if keys.is_empty() {
            return Err("has no key that verifies ES256, RS256, PS256 or EdDSA");
        }
        Ok(Self { keys })
    }
}

impl SentKey {
    fn usable(self) -> Option<ClientKey> {
        // RFC 7517 §4.2 to §4.4
        let signs = self.usage.is_none_or(|usage| usage == "sig")
            && self.key_ops.is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
        let alg = self.alg.as_deref().map(SigningAlgorithm::named);
        if !signs || alg == Some(None) {
            return None;
        }
        let Self { kty, crv, x, y, n, e, kid, .. } = self;
        Some(ClientKey { kty, crv, x, y, n, e, kid, alg: alg.flatten() }).filter(ClientKey::verifies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 7515 Appendix A.3.1, A.2.1 and RFC 8037 Appendix A.2: public halves.
    fn es256(kid: &str) -> Value {
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
    }

    fn ed25519() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    fn set(keys: &Value) -> Result<ClientKeys, String> {
        serde_json::from_value(json!({ "keys": keys })).map_err(|error| error.to_string())
    }

    fn header(alg: &str, kid: Option<&str>) -> SentHeader {
        SentHeader { alg: alg.to_owned(), typ: None, kid: kid.map(str::to_owned), crit: None }
    }

    #[test]
    fn the_key_is_found_by_name_and_algorithm() {
        let keys = set(&json!([es256("a"), es256("b"), ed25519()])).unwrap();
        let found = |alg, kid| keys.candidates(&header(alg, kid)).len();
        assert_eq!((found("ES256", Some("a")), found("ES256", None), found("EdDSA", None)), (1, 2, 1));
        assert_eq!(found("Ed25519", None), 1, "RFC 9864 §2.2");
        for (alg, kid) in [("ES256", Some("c")), ("EdDSA", Some("a")), ("HS256", None), ("none", None), ("RS256", None)]
        {
            assert_eq!(found(alg, kid), 0, "{alg} {kid:?}");
        }
    }

    #[test]
    fn what_a_key_is_for_counts() {
        let mut key = es256("a");
        key["alg"] = json!("ES256");
        key["use"] = json!("sig");
        assert!(set(&json!([key])).is_ok());
        let cases = [("use", "enc"), ("alg", "ES384"), ("alg", "EdDSA"), ("crv", "P-384"), ("kty", "oct")];
        let cases = cases.map(|(member, value)| (member, json!(value)));
        for (member, value) in cases.into_iter().chain([("key_ops", json!(["deriveKey"])), ("key_ops", json!([]))]) {
            let mut other = es256("a");
            other[member] = value.clone();
            assert!(set(&json!([other])).unwrap_err().contains("no key"), "{member} {value}");
        }
        key["key_ops"] = json!(["verify"]);
        assert!(set(&json!([key])).is_ok());
    }

    /// RFC 7517 §5
    #[test]
    fn a_malformed_key_takes_no_other_with_it() {
        let mut no_type = es256("b");
        no_type.as_object_mut().unwrap().remove("kty");
        let malformed = [
            json!(null),
            json!(7),
            json!([]),
            json!({}),
            no_type,
            json!({"kty": "RSA", "n": "AQAB", "e": 65537}),
            json!({"kty": ["EC"]}),
            json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": 1}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "key_ops": "verify"}),
        ];
        for key in malformed {
            let keys = set(&json!([key, es256("a")])).unwrap();
            assert_eq!(keys.candidates(&header("ES256", None)).len(), 1, "{key}");
            assert!(set(&json!([key])).unwrap_err().contains("no key"), "{key}");
        }
        assert!(
            set(&json!([{"kty": 1, "d": "AAAA"}, es256("a")])).unwrap_err().contains("private"),
            "a secret all the same"
        );
    }

    #[test]
    fn secrets_and_crowds_are_refused() {
        let mut private = ed25519();
        private["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
        for keys in [json!([private]), json!([es256("a"), {"kty": "oct", "k": "AAAA"}])] {
            assert!(set(&keys).unwrap_err().contains("private or symmetric"));
        }
        assert!(set(&json!([])).unwrap_err().contains("no key"));
        assert!(set(&Value::from(vec![es256("a"); 16])).unwrap().is_small());
        let many = set(&Value::from(vec![es256("a"); 17])).unwrap();
        assert!(!many.is_small(), "too many to be registered");
        assert_eq!(many.candidates(&header("ES256", Some("a"))).len(), 16, "so many are tried");
        assert!(!set(&json!([es256(&"k".repeat(8 * 1024))])).unwrap().is_small());
        assert!(serde_json::from_value::<ClientKeys>(json!([es256("a")])).is_err());
    }

    #[test]
    fn a_record_of_it_is_read_again() {
        let keys = set(&json!([es256("a"), ed25519()])).unwrap();
        let json = serde_json::to_string(&keys).unwrap();
        assert_eq!(record::read::<ClientKeys>(&json), Some(keys));
    }
}
