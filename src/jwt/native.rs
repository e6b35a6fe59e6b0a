//! Signing off the edge: for tests and the command line.

use super::{SignError, Signer, SigningKey, VerifyingKey};
use crate::oauth::SigningAlgorithm;
use jwt_compact::alg::{Ed25519, Es256};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature as _};
use rsa::traits::SignatureScheme;
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest as _, Sha256, Sha512};

/// jwt-compact's ES256 and `EdDSA`. Signing with RSA is left to WebCrypto: no library at hand does it in constant time.
/// Verifying touches no secret.
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeSigner;

impl Signer for NativeSigner {
    async fn sign(&self, key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, SignError> {
        let private = key.private().ok_or(SignError("key_retired"))?;
        let jwk: JsonWebKey<'_> = serde_json::from_str(private.reveal()).map_err(|_| SignError("key_not_jwk"))?;
        match key.algorithm() {
            SigningAlgorithm::Es256 => {
                let key = (&jwk).try_into().map_err(|_| SignError("key_not_usable"))?;
                Ok(Es256.sign(&key, input).as_bytes().into_owned())
            }
            SigningAlgorithm::EdDsa => {
                let key = (&jwk).try_into().map_err(|_| SignError("key_not_usable"))?;
                Ok(Ed25519.sign(&key, input).as_bytes().into_owned())
            }
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => Err(SignError("rsa_needs_webcrypto")),
        }
    }

    async fn verify(&self, key: &VerifyingKey, input: &[u8], signature: &[u8]) -> Result<bool, SignError> {
        match key.algorithm() {
            SigningAlgorithm::Es256 => verify_with(&Es256, key, input, signature),
            SigningAlgorithm::EdDsa => verify_with(&Ed25519, key, input, signature),
            SigningAlgorithm::Rs256 => verify_rsa(Pkcs1v15Sign::new::<Sha256>(), key, input, signature),
            SigningAlgorithm::Ps256 => verify_rsa(Pss::new_with_salt::<Sha256>(32), key, input, signature),
        }
    }

    async fn sha512(&self, input: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(Sha512::digest(input).to_vec())
    }
}

fn verify_rsa(
    scheme: impl SignatureScheme,
    key: &VerifyingKey,
    input: &[u8],
    signature: &[u8],
) -> Result<bool, SignError> {
    let JsonWebKey::Rsa { modulus, public_exponent, .. } = key.jwk() else { return Err(SignError("key_not_usable")) };
    let [n, e] = [modulus, public_exponent].map(|bytes| BigUint::from_bytes_be(bytes));
    let key = RsaPublicKey::new_with_max_size(n, e, 8192).map_err(|_| SignError("key_not_usable"))?;
    Ok(key.verify(scheme, &Sha256::digest(input), signature).is_ok())
}

fn verify_with<A>(algorithm: &A, key: &VerifyingKey, input: &[u8], signature: &[u8]) -> Result<bool, SignError>
where
    A: Algorithm,
    for<'a> A::VerifyingKey: TryFrom<&'a JsonWebKey<'static>>,
{
    let key = A::VerifyingKey::try_from(key.jwk()).map_err(|_| SignError("key_not_usable"))?;
    let Ok(signature) = A::Signature::try_from_slice(signature) else { return Ok(false) };
    Ok(algorithm.verify_signature(&signature, &key, input))
}
