//! The keys of a client, one for each kind, and what it signs with them. The clients of `tests/fixtures.json` that have keys
//! have the public halves of these.

use crate::fixture;
use crate::world::{ed25519, es256, key};
use hmac::{Hmac, Mac as _};
use rsa::pkcs1v15::SigningKey as Pkcs1;
use rsa::pss::SigningKey as Pss;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use sealwax::jwt::{NativeSigner, Signer as _};
use sealwax::oauth::base64url;
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::LazyLock;

/// For tests alone, of 2,048 bits.
static RSA: LazyLock<rsa::RsaPrivateKey> = LazyLock::new(|| rsa::RsaPrivateKey::new(&mut Draw(7), 2048).unwrap());

/// A generator that repeats: the same key in each run.
struct Draw(u64);

impl rsa::rand_core::RngCore for Draw {
    fn next_u32(&mut self) -> u32 {
        u32::try_from(self.next_u64() >> 32).unwrap()
    }

    fn next_u64(&mut self) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let block = self.next_u64().to_le_bytes();
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Draw {}

/// The public half of the client's key for an algorithm, as a client would publish it.
pub fn public(alg: &str, kid: &str) -> Value {
    let mut jwk = match alg {
        "ES256" => es256("robot"),
        "EdDSA" => ed25519("robot"),
        _ => json!({"kty": "RSA", "n": base64url(RSA.n().to_bytes_be()), "e": base64url(RSA.e().to_bytes_be())}),
    };
    let members = jwk.as_object_mut().unwrap();
    members.retain(|name, _| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
    members.insert("kid".to_owned(), json!(kid));
    jwk
}

/// A compact JWS (RFC 7515 §7.1) by the key that goes with the header's `alg`; whatever else is there is not signed.
pub fn signed(header: &Value, claims: &Value) -> String {
    let input = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let alg = header["alg"].as_str().unwrap_or_default();
    format!("{input}.{}", base64url(signature(alg, input.as_bytes())))
}

fn signature(alg: &str, input: &[u8]) -> Vec<u8> {
    let native = |jwk: &Value| pollster::block_on(NativeSigner.sign(&key(jwk), input)).unwrap();
    match alg {
        "ES256" => native(&es256("robot")),
        "EdDSA" | "Ed25519" => native(&ed25519("robot")),
        "RS256" => Pkcs1::<Sha256>::new(RSA.clone()).sign(input).to_vec(),
        "PS256" => Pss::<Sha256>::new(RSA.clone()).sign_with_rng(&mut Draw(1), input).to_vec(),
        "HS256" => {
            // The confusion of RFC 8725 §2.1: the public key, as a secret.
            let secret = public("ES256", "k").to_string();
            Hmac::<Sha256>::new_from_slice(secret.as_bytes())
                .unwrap()
                .chain_update(input)
                .finalize()
                .into_bytes()
                .to_vec()
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_fixtures_have_these_keys() {
    let keys = json!({"keys": [public("ES256", "es"), public("EdDSA", "ed"), public("RS256", "rsa")]});
    for id in ["signer", "strict"] {
        assert_eq!(fixture::metadata(id)["jwks"], keys, "{keys}");
    }
}
