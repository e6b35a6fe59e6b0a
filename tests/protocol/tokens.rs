//! What workerd signed by WebCrypto, verified natively. The harness hands over a token and the published key.

use sealwax::jwt::{NativeSigner, Signer as _, VerifyingKey};
use sealwax::oauth::from_base64url;
use std::env;

#[test]
fn of_a_server() {
    let Ok(token) = env::var("SEALWAX_TOKEN") else { return };
    let key = VerifyingKey::parse(&env::var("SEALWAX_TOKEN_KEY").unwrap()).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = from_base64url(signature).unwrap();
    let held = pollster::block_on(NativeSigner.verify(&key, input.as_bytes(), &signature)).unwrap();
    assert!(held, "the signature does not hold");
    println!("the signature holds");
}
