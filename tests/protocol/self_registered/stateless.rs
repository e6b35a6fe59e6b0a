//! Nothing is stored when a client registers, and what cannot be read is never taken for nothing.

use super::{App, CALLBACK, is_active, notebook, parsed, refused, registered, send, userinfo};
use crate::browser::Browser;
use crate::fixture;
use crate::world::{World, bytes};
use sealwax::http::Method;
use sealwax::oauth::base64url;
use sealwax::store::Store as _;
use serde_json::json;
use std::collections::BTreeSet;

fn names(world: &World) -> Vec<String> {
    pollster::block_on(world.store.list("", None)).unwrap().names
}

/// With store and ledger out of order: neither is asked at all.
#[test]
fn a_thousand_clients_register_and_nothing_is_written_or_read() {
    let world = fixture::seeded(&[]);
    let before = names(&world);
    world.store.fail(true);
    world.ledger.fail(true);
    let metadata = json!({"client_name": "Notebook", "redirect_uris": [CALLBACK]});
    let ids: BTreeSet<String> = (0..1000).map(|_| registered(&metadata, &world).id).collect();
    assert_eq!(ids.len(), 1000, "no two are alike");
    world.store.fail(false);
    world.ledger.fail(false);
    assert_eq!(names(&world), before);
}

#[test]
fn off_is_the_default_and_there_is_no_such_endpoint() {
    for world in [World::new(), World::with(&[("REGISTRATION", "off")])] {
        let metadata = json!({"redirect_uris": [CALLBACK]});
        assert_eq!(send(&metadata, None, &world).status, 404);
        for method in [Method::Get, Method::Put, Method::Delete, Method::Options] {
            let request = sealwax::http::Request::new(method, "/register", "");
            assert_eq!(world.send(&request).status, 404, "{method:?}");
        }
        let request = sealwax::http::Request::new(Method::Get, "/.well-known/openid-configuration", "");
        let metadata = parsed(&world.send(&request));
        for absent in ["registration_endpoint", "client_id_metadata_document_supported"] {
            assert!(metadata.get(absent).is_none(), "{absent}");
        }
    }
}

/// Switching registration off ends no client.
#[test]
fn who_is_registered_goes_on_without_the_endpoint() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    let world = super::redeployed(&world, &[("REGISTRATION", "off")]);
    let tokens = app.tokens("openid offline_access", &world);
    assert_eq!(app.refresh(&tokens, &world).status, 200);
    assert_eq!(app.manage(Method::Get, None, &world).status, 404);
}

/// What a record says about the client is unknown then, and the seal alone must not count.
#[test]
fn what_cannot_be_read_is_503() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    let tokens = app.tokens("openid offline_access", &world);
    let code = app.code("openid", &world);
    world.store.fail(true);
    let page = app.open("openid", &Browser::default(), &world);
    assert_eq!((page.status, page.header("retry-after"), page.header("location")), (503, Some("5"), None));
    for answer in [app.redeem(&code, &world), app.refresh(&tokens, &world), userinfo(&tokens, &world)] {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.body.contains("temporarily_unavailable"), "{answer:?}");
    }
    refused(&app.manage(Method::Get, None, &world), 503, "temporarily_unavailable");
    refused(&app.update(json!({"redirect_uris": [CALLBACK]}), &world), 503, "temporarily_unavailable");
    refused(&app.manage(Method::Delete, None, &world), 503, "temporarily_unavailable");
    world.store.fail(false);
    assert_eq!(app.redeem(&code, &world).status, 200, "nothing was spent");
    let key = sealwax::store::Key::registration(sealwax::oauth::ClientId::parse(&app.id).unwrap().digest());
    pollster::block_on(world.store.put(&key, "nonsense")).unwrap();
    assert_eq!(app.open("openid", &Browser::default(), &world).status, 503, "a record that nobody can read");
}

#[test]
fn an_update_or_deletion_that_may_not_hold_is_not_said_to() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    world.ledger.fail(true);
    refused(&app.update(json!({"redirect_uris": ["https://app.example/new"]}), &world), 503, "temporarily_unavailable");
    refused(&app.manage(Method::Delete, None, &world), 503, "temporarily_unavailable");
    world.ledger.fail(false);
    world.store.fail_writes(Some("registration/"));
    refused(&app.update(json!({"redirect_uris": ["https://app.example/new"]}), &world), 503, "temporarily_unavailable");
    world.store.fail_writes(None);
    assert_eq!(parsed(&app.manage(Method::Get, None, &world))["redirect_uris"], json!([CALLBACK]));
    assert_eq!(app.manage(Method::Delete, None, &world).status, 204);
    assert_eq!(app.redeem("x", &world).status, 401);
}

/// A seal is good for its realm, its ring and its purpose, to the last character.
#[test]
fn ids_that_this_ring_did_not_seal_are_nobody() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    let elsewhere = fixture::seeded(&[("REALM", "https://elsewhere.example")]);
    assert_eq!(app.open("openid", &Browser::default(), &elsewhere).status, 400);
    assert_eq!(app.redeem("x", &elsewhere).status, 401);
    let mut forged = app.clone();
    for position in [0, 4, 9, 60, app.id.len() - 1] {
        let letter = if app.id.as_bytes()[position] == b'A' { "B" } else { "A" };
        forged.id = app.id.clone();
        forged.id.replace_range(position..=position, letter);
        let page = forged.open("openid", &Browser::default(), &world);
        assert_eq!((page.status, page.header("location")), (400, None), "{position}");
        assert_eq!(forged.redeem("x", &world).status, 401, "{position}");
        let query = format!("client_id={}", forged.id);
        let mut read = sealwax::http::Request::new(Method::Get, "/register", &query);
        read.authorization = Some(format!("Bearer {}", app.told["registration_access_token"].as_str().unwrap()));
        refused(&world.send(&read), 401, "invalid_token");
    }
    let ticket = app.open("openid", &Browser::default(), &world).hidden("ticket").unwrap();
    assert_eq!(App::named(&ticket).redeem("x", &world).status, 401, "a blob of another purpose");
}

#[test]
fn revoking_a_key_of_the_ring_ends_what_it_sealed_and_nothing_else() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    let tokens = app.tokens("openid offline_access", &world);
    let key = |kid: &str, state, name| json!({"kid": kid, "state": state, "key": base64url(bytes(name))});
    let ring =
        |old| json!({"keys": [key("00000002", "active", "client-2"), key("00000001", old, "client")]}).to_string();
    let rotated = super::redeployed(&world, &[("CLIENT_KEYS", &ring("next"))]);
    assert_eq!(
        app.refresh(&tokens, &rotated).status,
        200,
        "another key has become active; ids, secrets and tokens stay"
    );
    assert_eq!(parsed(&app.manage(Method::Get, None, &rotated))["client_secret"], app.told["client_secret"]);
    let newer = notebook(&rotated);
    let revoked = super::redeployed(&world, &[("CLIENT_KEYS", &ring("revoked"))]);
    assert_eq!(app.refresh(&tokens, &revoked).status, 401);
    let page = app.open("openid", &Browser::default(), &revoked);
    assert_eq!((page.status, page.header("location")), (400, None));
    refused(&app.manage(Method::Get, None, &revoked), 401, "invalid_token");
    assert!(!is_active(&tokens, &revoked), "a short id can still be opened, and its key is seen to be revoked");
    assert_eq!(newer.open("openid", &Browser::default(), &revoked).status, 200);
}
