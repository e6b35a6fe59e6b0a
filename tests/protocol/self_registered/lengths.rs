//! How long a `client_id` gets.

use super::{notebook, refused, registered, send};
use crate::fixture;
use sealwax::oauth::ClientId;
use serde_json::{Value, json};

fn length(metadata: &Value) -> usize {
    registered(metadata, &fixture::seeded(&[])).id.len()
}

#[test]
fn about_512_characters_at_most_for_a_usual_client() {
    let web = json!({
        "client_name": "Budget Planner", "redirect_uris": ["https://planner.example.com/oauth/callback"],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile offline_access notes:read",
    });
    let two = json!({
        "client_name": "Budget Planner for teams",
        "redirect_uris": ["https://planner.example.com/oauth/callback", "https://staging.planner.example.com/oauth/callback"],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none", "scope": "openid profile offline_access notes:read notes:write",
        "post_logout_redirect_uris": ["https://planner.example.com/signed-out"],
    });
    let native = json!({
        "client_name": "Claude Code", "redirect_uris": ["http://localhost:54212/callback"],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let lengths = [&web, &two, &native].map(length);
    println!("web {}, two redirect URIs and a sign-out {}, native {}", lengths[0], lengths[1], lengths[2]);
    assert_eq!(lengths, [238, 396, 164]);
}

/// What a client registers whose id is to have about so many characters.
pub(super) fn sized(characters: usize) -> Value {
    let uri = |n: usize, length: usize| format!("https://app.example/{n}/{}", "u".repeat(length));
    // Three quarters of the characters are bytes; this much besides is the seal's own, and that of other members.
    let last = characters * 3 / 4 - OVERHEAD - 3 * 800;
    let grants = ["authorization_code", "refresh_token"];
    json!({"client_name": "Longest", "grant_types": grants, "redirect_uris": [uri(1, 800), uri(2, 800), uri(3, 800), uri(4, last)]})
}

const OVERHEAD: usize = 187;

#[test]
fn four_thousand_characters_fit_and_more_are_refused() {
    let world = fixture::seeded(&[]);
    let mut longest = 0;
    for characters in (3980..4020).step_by(2) {
        let reply = send(&sized(characters), None, &world);
        if reply.status == 201 {
            longest = longest.max(super::App::of(super::parsed(&reply)).id.len());
            continue;
        }
        refused(&reply, 400, "invalid_client_metadata");
        assert!(reply.body.contains("do not fit") && reply.body.contains("4,000"), "{}", reply.body);
        assert_eq!(world.logged()["cause"], "client_id");
    }
    assert!((ClientId::MAX - 1..=ClientId::MAX).contains(&longest), "{longest}");
}

#[test]
fn another_client_of_the_same_metadata_is_another_client() {
    let world = fixture::seeded(&[]);
    let [one, two] = [notebook(&world), notebook(&world)];
    assert_ne!((&one.id, &one.secret), (&two.id, &two.secret));
    assert_ne!(one.told["registration_access_token"], two.told["registration_access_token"]);
    assert_ne!(one.told["client_secret"], one.told["registration_access_token"]);
    let swapped = super::App { secret: two.secret, ..one };
    assert_eq!(swapped.redeem("x", &world).status, 401);
}
