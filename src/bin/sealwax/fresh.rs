//! Fresh keys, in the form in which the server reads them.

use crate::failure::Failure;
use crate::outside::{SystemRandom, now, random};
use jwt_compact::Algorithm;
use jwt_compact::alg::Es256;
use jwt_compact::jwk::JsonWebKey;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, RsaPrivateKey};
use sealwax::oauth::{Secret, base64url};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A ring of one active key (see `seal::Keyring`).
pub(crate) fn ring() -> Result<Secret<String>, Failure> {
    let kid = format!("{:08x}", u32::from_be_bytes(random()?));
    let key = base64url(random::<32>()?);
    let key = json!({"kid": kid, "state": "active", "key": key, "created": now().seconds()});
    Ok(Secret::new(json!({"keys": [key]}).to_string()))
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

/// A private JWK for RS256, with all that RFC 7518 §6.3.2 names: WebCrypto wants every part.
pub(crate) fn rs256() -> Result<Secret<String>, Failure> {
    let faulty = |error: &dyn std::fmt::Display| Failure::new(format!("no RSA key could be made: {error}"));
    let key = RsaPrivateKey::new(&mut SystemRandom, RSA_BITS).map_err(|error| faulty(&error))?;
    let number = |number: &BigUint| Value::from(base64url(number.to_bytes_be()));
    let ([p, q], Some(dp), Some(dq), Some(qi)) = (key.primes(), key.dp(), key.dq(), key.crt_coefficient()) else {
        return Err(faulty(&"it has other parts than two primes"));
    };
    let public = json!({"kty": "RSA", "n": number(key.n()), "e": number(key.e())});
    let jwk: JsonWebKey<'_> = serde_json::from_value(public).map_err(|error| faulty(&error))?;
    let parts = [("d", key.d()), ("p", p), ("q", q), ("dp", dp), ("dq", dq), ("qi", &qi)];
    private_jwk(&jwk, "RS256", parts.map(|(name, part)| (name.to_owned(), number(part))).into_iter().collect())
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
        for jwk in [es256().unwrap(), rs256().unwrap()] {
            let key = SigningKey::parse(jwk.reveal()).unwrap();
            assert!(key.private().is_some());
            assert!(key.created().is_some_and(|created| (began..=now().seconds()).contains(&created)));
        }
        let ring = Keyring::parse(ring().unwrap().reveal(), "realm").unwrap();
        assert!(ring.keys()[0].created().is_some());
    }

    #[test]
    fn an_rsa_key_is_whole() {
        let jwk: Value = serde_json::from_str(rs256().unwrap().reveal()).unwrap();
        for member in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
            assert!(jwk[member].is_string(), "{member}");
        }
    }
}
