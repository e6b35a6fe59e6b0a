//! How long blobs are, in characters: they travel in URLs, cookies and headers. A field more in any of them shows here.

use crate::seals::{self, active, seal};
use sealwax::seal::{Payload, Purpose};

fn length<P: Payload>(payload: &P) -> (Purpose, usize) {
    (P::PURPOSE, seal(&active(), payload, [9; 24]).len())
}

#[test]
fn no_blob_is_longer_than_its_budget() {
    let budgets = [
        // A plain request's code stays below 400, whatever its URIs and challenge are: they are hashed.
        (length(&seals::code()), 387),
        (length(&seals::refresh_token()), 275),
        (length(&seals::session()), 239),
        (length(&seals::ticket()), 440),
        (length(&seals::token_id()), 267),
        (length(&seals::client_token_id()), 132),
        (length(&seals::device()), 134),
        (length(&seals::link()), 139),
        (length(&seals::registered_client()), 330),
        (length(&seals::initial_access_token()), 103),
        (length(&seals::pushed_request()), 367),
        (length(&seals::device_code()), 180),
        (length(&seals::logout_notice()), 142),
    ];
    for ((purpose, length), budget) in budgets {
        println!("{}: {length}", purpose.as_str());
        assert!(length <= budget, "{}: {length} characters", purpose.as_str());
    }
    // Secrets of clients are derived, and no blobs.
    let derived = [Purpose::ClientSecret, Purpose::RegistrationAccessToken];
    assert_eq!(budgets.len() + derived.len(), Purpose::ALL.len());
    let counted =
        |purpose: &&Purpose| budgets.iter().any(|((known, _), _)| known == *purpose) || derived.contains(purpose);
    assert_eq!(Purpose::ALL.iter().filter(counted).count(), Purpose::ALL.len());
}
