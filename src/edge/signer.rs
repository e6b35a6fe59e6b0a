//! Signatures by WebCrypto: many times faster than in wasm, and RSA in constant time.

use super::js::object;
use super::pending::{Pending, settled};
use super::{glue, log};
use crate::jwt::{SignError, Signer, SigningKey, VerifyingKey};
use crate::oauth::SigningAlgorithm;
use crate::sorted::SortedMap;
use std::cell::RefCell;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::js_sys::{Array, JSON, Object, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};

/// The platform's signer.
pub(super) struct WebCrypto;

/// A key that WebCrypto holds, and what it is used with.
#[derive(Clone)]
struct Handle {
    key: CryptoKey,
    algorithm: Object,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    Sign,
    Verify,
}

thread_local! {
    /// Imported keys by use, algorithm (an RSA key of a client may serve two) and RFC 7638 thumbprint: keys are no I/O, so
    /// they outlive the request that imported them.
    static HANDLES: RefCell<SortedMap<(Usage, SigningAlgorithm, String), Handle>> =
        const { RefCell::new(SortedMap::new()) };
}

/// Clients may bring keys too: their number has no bound of its own.
const MAX_HANDLES: usize = 256;

impl Signer for WebCrypto {
    async fn sign(&self, key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, SignError> {
        let private = key.private().ok_or(SignError("key_retired"))?;
        let handle = handle(Usage::Sign, key.kid(), key.algorithm(), || private.reveal().clone()).await?;
        let signature = Pending::begin(|ticket, to| glue::sign(&handle.algorithm, &handle.key, input, ticket, to));
        let signature = async { signature?.bytes().await }.await;
        signature.map_err(|error| fault("sign", &error))
    }

    async fn verify(&self, key: &VerifyingKey, input: &[u8], signature: &[u8]) -> Result<bool, SignError> {
        let handle = handle(Usage::Verify, key.kid(), key.algorithm(), || key.to_json()).await?;
        let (algorithm, key) = (&handle.algorithm, &handle.key);
        let held = Pending::begin(|ticket, to| glue::verify(algorithm, key, signature, input, ticket, to))
            .map_err(|error| fault("verify", &error))?;
        // The key was imported, so a failure from here on comes from what was signed, and is no fault of ours.
        Ok(held.value().await.is_ok_and(|held| held.is_truthy()))
    }

    async fn sha512(&self, input: &[u8]) -> Result<Vec<u8>, SignError> {
        let digest = subtle()
            .and_then(|subtle| subtle.digest_with_str_and_u8_array("SHA-512", input))
            .map_err(|error| fault("digest", &error))?;
        let digest = settled(digest).await.map_err(|error| fault("digest", &error))?;
        Ok(Uint8Array::new(&digest).to_vec())
    }
}

/// The handle of a key, imported once an isolate. Requests that race import it twice, which does no harm; waiting for
/// another request's promise would.
async fn handle(
    usage: Usage,
    kid: &str,
    algorithm: SigningAlgorithm,
    jwk: impl FnOnce() -> String,
) -> Result<Handle, SignError> {
    let name = (usage, algorithm, kid.to_owned());
    if let Some(handle) = HANDLES.with_borrow(|handles| handles.get(&name).cloned()) {
        return Ok(handle);
    }
    let handle = import(usage, algorithm, &jwk()).await.map_err(|error| fault("import", &error))?;
    HANDLES.with_borrow_mut(|handles| {
        if handles.len() >= MAX_HANDLES {
            handles.clear();
        }
        handles.insert(name, handle.clone());
    });
    Ok(handle)
}

async fn import(usage: Usage, algorithm: SigningAlgorithm, jwk: &str) -> Result<Handle, JsValue> {
    let algorithm = algorithm_of(algorithm)?;
    let usages = Array::of1(&JsValue::from_str(match usage {
        Usage::Sign => "sign",
        Usage::Verify => "verify",
    }));
    let jwk = members_of(usage, jwk)?;
    let key = subtle()?.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?;
    Ok(Handle { key: settled(key).await?.dyn_into()?, algorithm })
}

/// What WebCrypto calls an algorithm, with the members that importing, signing and verifying read.
fn algorithm_of(algorithm: SigningAlgorithm) -> Result<Object, JsValue> {
    match algorithm {
        // RFC 7518 §3.4: r ‖ s, which is what WebCrypto makes.
        SigningAlgorithm::Es256 => object(&[("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")]),
        SigningAlgorithm::Rs256 => object(&[("name", "RSASSA-PKCS1-v1_5"), ("hash", "SHA-256")]),
        SigningAlgorithm::Ps256 => {
            let algorithm = object(&[("name", "RSA-PSS"), ("hash", "SHA-256")])?;
            // RFC 7518 §3.5: as long as the hash.
            Reflect::set(&algorithm, &"saltLength".into(), &32.into())?;
            Ok(algorithm)
        }
        SigningAlgorithm::EdDsa => object(&[("name", "Ed25519")]),
    }
}

/// The members that make the key: WebCrypto would refuse it for what some others say (`use`, `key_ops`, `ext`).
fn members_of(usage: Usage, jwk: &str) -> Result<Object, JsValue> {
    const PUBLIC: &[&str] = &["kty", "crv", "x", "y", "n", "e"];
    const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi"];
    let private = if usage == Usage::Sign { PRIVATE } else { &[] };
    // The engine's own message would quote the key.
    let source = JSON::parse(jwk).map_err(|_| JsValue::from_str("not JSON"))?;
    let jwk = Object::new();
    for name in PUBLIC.iter().chain(private) {
        let name = JsValue::from_str(name);
        let value = Reflect::get(&source, &name)?;
        if !value.is_undefined() {
            Reflect::set(&jwk, &name, &value)?;
        }
    }
    Ok(jwk)
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(global().unchecked_into::<WorkerGlobalScope>().crypto()?.subtle())
}

fn fault(operation: &'static str, error: &JsValue) -> SignError {
    log::fault("webcrypto", &format!("{operation}: {error:?}"));
    SignError("key_not_usable")
}
