//! Fresh keys, in the form in which the server reads them.

use crate::failure::Failure;
use crate::outside::{SystemRandom, now, random};
use jwt_compact::Algorithm;
use jwt_compact::alg::{Ed25519, Es256};
use jwt_compact::jwk::JsonWebKey;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, RsaPrivateKey};
use sealwax::oauth::{Secret, SigningAlgorithm, base64url};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A ring of one active key (see `seal::Keyring`).
pub(crate) fn ring() -> Result<Secret<String>, Failure> {
    Ok(Secret::new(json!({"keys": [ring_key()?]}).to_string()))
}

/// A key of a ring, active.
pub(crate) fn ring_key() -> Result<Map<String, Value>, Failure> {
    let kid = format!("{:08x}", u32::from_be_bytes(random()?));
    let members = [
        ("kid", Value::from(kid)),
        ("state", "active".into()),
        ("key", base64url(random::<32>()?).into()),
        ("created", now().seconds().into()),
    ];
    Ok(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A private JWK for this algorithm.
pub(crate) fn signing_key(algorithm: SigningAlgorithm) -> Result<Secret<String>, Failure> {
    match algorithm {
        SigningAlgorithm::Es256 => es256(),
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => rsa(algorithm.as_str()),
        SigningAlgorithm::EdDsa => ed25519(),
    }
}

/// A private JWK for ES256.
pub(crate) fn es256() -> Result<Secret<String>, Failure> {
    loop {
        let bytes = Secret::new(random::<32>()?);
        // All but one in 2³² are in range (RFC 6979 §A.1.2 draws again likewise).
        if let Ok(key) = <Es256 as Algorithm>::SigningKey::from_slice(bytes.reveal()) {
            return private_jwk(&JsonWebKey::from(&key), "ES256", Map::new());
        }
    }
}

/// A private JWK for Ed25519 (RFC 8032 §5.1.5: any 32 bytes will do).
fn ed25519() -> Result<Secret<String>, Failure> {
    let bytes = Secret::new(random::<32>()?);
    let key = <Ed25519 as Algorithm>::SigningKey::from_bytes(bytes.reveal());
    private_jwk(&JsonWebKey::from(&key), "EdDSA", Map::new())
}

/// A private JWK for RSA, with all that RFC 7518 §6.3.2 names: WebCrypto wants every part.
fn rsa(algorithm: &str) -> Result<Secret<String>, Failure> {
    let faulty = |error: &dyn std::fmt::Display| Failure::new(format!("no RSA key could be made: {error}"));
    let key = RsaPrivateKey::new(&mut SystemRandom, RSA_BITS).map_err(|error| faulty(&error))?;
    let number = |number: &BigUint| Value::from(base64url(number.to_bytes_be()));
    let ([p, q], Some(dp), Some(dq), Some(qi)) = (key.primes(), key.dp(), key.dq(), key.crt_coefficient()) else {
        return Err(faulty(&"it has other parts than two primes"));
    };
    let public = json!({"kty": "RSA", "n": number(key.n()), "e": number(key.e())});
    let jwk: JsonWebKey<'_> = serde_json::from_value(public).map_err(|error| faulty(&error))?;
    let parts = [("d", key.d()), ("p", p), ("q", q), ("dp", dp), ("dq", dq), ("qi", &qi)];
    private_jwk(&jwk, algorithm, parts.map(|(name, part)| (name.to_owned(), number(part))).into_iter().collect())
}

fn private_jwk(jwk: &JsonWebKey<'_>, alg: &str, private: Map<String, Value>) -> Result<Secret<String>, Failure> {
    let kid = base64url(jwk.thumbprint::<Sha256>());
    let Ok(Value::Object(mut members)) = serde_json::to_value(jwk) else {
        return Err(Failure::new("a key could not be written as JSON"));
    };
    members.extend(private);
    let described = [("alg", alg), ("kid", &kid), ("state", "active")];
    members.extend(described.map(|(name, value)| (name.to_owned(), Value::from(value))));
    members.insert("created".to_owned(), Value::from(now().seconds()));
    Ok(Secret::new(Value::Object(members).to_string()))
}

/// RFC 7518 §3.3: 2048 bits or more.
const RSA_BITS: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;
    use sealwax::jwt::SigningKey;
    use sealwax::seal::Keyring;

    #[test]
    fn the_server_reads_what_is_made() {
        let began = now().seconds();
        for algorithm in SigningAlgorithm::ALL {
            let jwk = signing_key(*algorithm).unwrap();
            let key = SigningKey::parse(jwk.reveal()).unwrap();
            assert!(key.private().is_some() && key.algorithm() == *algorithm);
            assert!(key.created().is_some_and(|created| (began..=now().seconds()).contains(&created)));
        }
        let ring = Keyring::parse(ring().unwrap().reveal(), "realm").unwrap();
        assert!(ring.keys()[0].created().is_some());
    }

    #[test]
    fn an_rsa_key_is_whole() {
        let jwk: Value = serde_json::from_str(rsa("RS256").unwrap().reveal()).unwrap();
        for member in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
            assert!(jwk[member].is_string(), "{member}");
        }
    }
}
