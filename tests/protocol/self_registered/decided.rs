//! What the operator decides about clients that registered themselves, and that they cannot undo it.

use super::{App, CALLBACK, is_active, lengths::sized, notebook, parsed, refused, registered, userinfo};
use crate::browser::Browser;
use crate::fixture;
use crate::operator::{call, ok};
use crate::world::World;
use sealwax::http::Method;
use sealwax::oauth::{Bytes16 as _, ClientId, Region, SubjectId};
use sealwax::store::{Ancestor, Key, Ledger as _, Mark, Revocation, Store as _};
use serde_json::{Value, json};

fn about(op: &str, id: &str) -> Value {
    json!({"op": op, "client_id": id})
}

fn digest(app: &App) -> String {
    format!("sha256:{}", ClientId::parse(&app.id).unwrap().digest())
}

fn key(app: &App) -> Key {
    Key::registration(ClientId::parse(&app.id).unwrap().digest())
}

fn record(app: &App, world: &World) -> Option<String> {
    pollster::block_on(world.store.get(&key(app))).unwrap()
}

fn write(app: &App, record: Option<&str>, world: &World) {
    match record {
        Some(record) => pollster::block_on(world.store.put(&key(app), record)).unwrap(),
        None => pollster::block_on(world.store.delete(&key(app))).unwrap(),
    }
}

/// A client of a short id and one of a long one, whose seals name it by a hash.
fn both(world: &World) -> [App; 2] {
    let long = registered(&sized(3996), world);
    [notebook(world), long]
}

#[test]
fn shown_disabled_enabled_revoked_and_removed() {
    let world = fixture::seeded(&[]);
    for app in both(&world) {
        let shown = ok(&world, &about("client.show", &app.id));
        assert_eq!((&shown["client_id"], &shown["digest"]), (&json!(app.id), &json!(digest(&app))));
        assert_eq!(shown["metadata"]["client_name"], app.told["client_name"]);
        assert_eq!((&shown["disabled"], &shown["removed"], &shown["epoch"]), (&json!(false), &json!(false), &json!(0)));
        assert!(!shown.to_string().contains(app.secret.as_deref().unwrap()));
        let tokens = app.tokens("openid offline_access", &world);
        assert!(is_active(&tokens, &world));

        assert_eq!(ok(&world, &about("client.disable", &app.id))["disabled"], json!(true));
        assert_eq!(world.logged()["event"], "operator.client_disable");
        assert_eq!(ok(&world, &about("client.disable", &app.id))["epoch"], json!(1), "twice is once");
        assert!(!is_active(&tokens, &world));
        assert_eq!(userinfo(&tokens, &world).status, 401);
        assert_eq!(app.refresh(&tokens, &world).status, 401);
        let page = app.open("openid", &Browser::default(), &world);
        assert_eq!((page.status, page.header("location")), (400, None));
        refused(&app.manage(Method::Get, None, &world), 401, "invalid_token");
        refused(&app.update(json!({"redirect_uris": [CALLBACK]}), &world), 401, "invalid_token");

        world.advance(1_000);
        assert_eq!(ok(&world, &about("client.enable", &app.id))["disabled"], json!(false));
        assert_eq!(app.refresh(&tokens, &world).status, 400, "what it held stays dead");
        let tokens = app.tokens("openid offline_access", &world);
        assert!(is_active(&tokens, &world));

        assert_eq!(ok(&world, &about("revoke.client", &app.id))["epoch"], json!(2));
        assert!(!is_active(&tokens, &world));
        assert_eq!(app.refresh(&tokens, &world).status, 400);
        let tokens = app.tokens("openid offline_access", &world);
        assert_eq!(app.refresh(&tokens, &world).status, 200);

        ok(&world, &about("client.remove", &app.id));
        assert!(!is_active(&tokens, &world));
        assert_eq!(app.refresh(&tokens, &world).status, 401);
        assert_eq!(ok(&world, &about("client.show", &app.id))["removed"], json!(true));
        let reply = call(&world, &about("client.enable", &app.id));
        assert_eq!((reply.status, world.logged()["cause"].as_str()), (404, Some("client_unknown")));
    }
}

/// The log shows a hash in the place of a long id: that is all the operator has, and all it takes.
#[test]
fn a_client_is_named_by_what_the_log_shows() {
    let world = fixture::seeded(&[]);
    let [_, app] = both(&world);
    let tokens = app.tokens("openid offline_access", &world);
    assert_eq!(world.logged()["client"], json!(digest(&app)));
    let named = digest(&app);
    assert_eq!(call(&world, &about("client.show", &named)).status, 404, "nothing was decided about it yet");
    let view = ok(&world, &about("client.disable", &named));
    assert_eq!((&view["disabled"], &view["client_id"]), (&json!(true), &Value::Null));
    assert!(!is_active(&tokens, &world));
    assert_eq!(app.refresh(&tokens, &world).status, 401);
    assert_eq!(ok(&world, &about("client.show", &named))["disabled"], json!(true));
    assert_eq!(ok(&world, &about("client.show", &app.id))["client_id"], json!(app.id));
    ok(&world, &about("client.remove", &named));
    assert_eq!(app.open("openid", &Browser::default(), &world).status, 400);
}

#[test]
fn the_list_has_those_about_which_something_was_decided() {
    let world = fixture::seeded(&[]);
    let [one, two] = both(&world);
    assert_eq!(ok(&world, &json!({"op": "client.list"})).get("registrations"), None);
    ok(&world, &about("client.disable", &one.id));
    assert_eq!(two.manage(Method::Delete, None, &world).status, 204);
    let list = ok(&world, &json!({"op": "client.list"}));
    let registrations = list["registrations"].as_array().unwrap();
    assert_eq!((registrations.len(), &list["cursor"]), (2, &Value::Null));
    let of = |app: &App| registrations.iter().find(|view| view["client_id"] == json!(app.id)).unwrap().clone();
    assert_eq!((&of(&one)["disabled"], &of(&two)["removed"]), (&json!(true), &json!(true)));
    assert!(
        list["clients"].as_array().is_some_and(|clients| clients.iter().any(|client| client["client_id"] == "web")),
        "the operator's own"
    );
}

#[test]
fn more_of_them_than_fit_into_one_answer() {
    let world = fixture::seeded(&[]);
    for _ in 0..51 {
        assert_eq!(notebook(&world).manage(Method::Delete, None, &world).status, 204);
    }
    let first = ok(&world, &json!({"op": "client.list"}));
    assert_eq!((first["registrations"].as_array().unwrap().len(), &first["cursor"]), (50, &json!("+50:")));
    let second = ok(&world, &json!({"op": "client.list", "cursor": "+50:"}));
    assert_eq!((second["registrations"].as_array().unwrap().len(), &second["cursor"]), (1, &Value::Null));
    assert_eq!(second["clients"], json!([]));
    assert_eq!(call(&world, &json!({"op": "client.list", "cursor": "+x"})).status, 400);
}

#[test]
fn what_is_the_clients_own_affair_is_refused() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    for call_body in [
        json!({"op": "client.update", "client_id": app.id, "metadata": {"client_name": "x"}}),
        json!({"op": "client.rotate_secret", "client_id": app.id, "secret": "x"}),
    ] {
        let reply = call(&world, &call_body);
        assert_eq!((reply.status, world.logged()["cause"].as_str()), (400, Some("client_of_its_own")));
    }
    let secret = sealwax::oauth::base64url([1; 32]);
    for id in [&*app.id, "https://app.company.com/client.json", "sha256:AAAAAAAAAAAAAAAAAAAAAA"] {
        let metadata = json!({"redirect_uris": [CALLBACK], "first_party": true});
        let add = json!({"op": "client.add", "client_id": id, "metadata": metadata, "secrets": [secret]});
        let reply = call(&world, &add);
        assert_eq!((reply.status, world.logged()["cause"].as_str()), (400, Some("client_id_reserved")), "{id}");
    }
    assert_eq!(record(&app, &world), None);
}

/// Where KV does not show what was decided, a client that changes its registration would write the older record back.
fn cannot_be_undone(op: &str) {
    let world = fixture::seeded(&[]);
    for app in both(&world) {
        let metadata = json!({"redirect_uris": [app.redirect_uri], "scope": "openid offline_access"});
        assert_eq!(app.update(metadata.clone(), &world).status, 200);
        let before = record(&app, &world);
        let tokens = app.tokens("openid offline_access", &world);
        world.advance(1_000);
        ok(&world, &about(op, &app.id));
        let decided = record(&app, &world);
        world.advance(1_000);
        for shown in [before.as_deref(), None] {
            write(&app, shown, &world);
            let reply = app.update(metadata.clone(), &world);
            assert!([401, 503].contains(&reply.status), "{op}: {reply:?}");
            assert_eq!(record(&app, &world).as_deref(), shown, "{op}: nothing was written");
        }
        write(&app, decided.as_deref(), &world);
        assert!(!is_active(&tokens, &world), "{op}");
    }
}

#[test]
fn a_client_cannot_undo_that_it_was_disabled() {
    cannot_be_undone("client.disable");
}

#[test]
fn a_client_cannot_undo_that_it_was_revoked() {
    cannot_be_undone("revoke.client");
}

#[test]
fn a_client_cannot_undo_that_it_was_removed() {
    cannot_be_undone("client.remove");
}

#[test]
fn a_client_cannot_come_back_from_its_own_deletion() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    assert_eq!(app.manage(Method::Delete, None, &world).status, 204);
    let tombstone = record(&app, &world);
    write(&app, None, &world);
    refused(&app.update(json!({"redirect_uris": [CALLBACK]}), &world), 401, "invalid_token");
    write(&app, tombstone.as_deref(), &world);
    assert_eq!(app.redeem("x", &world).status, 401);
    assert!(!tombstone.unwrap().contains("registered"), "the tombstone keeps nothing of what it registered");
}

/// What is decided while a client writes, and what it has written over, holds all the same.
#[test]
fn a_decision_in_the_midst_of_an_update_holds() {
    for (mark, status) in [(Some(Mark::Disabled), 401), (Some(Mark::Removed), 401), (None, 200)] {
        let world = fixture::seeded(&[]);
        let app = notebook(&world);
        let tokens = app.tokens("openid offline_access", &world);
        world.advance(1_000);
        let digest = ClientId::parse(&app.id).unwrap().digest();
        let subject = SubjectId::from_bytes(*digest.as_bytes());
        let (ledger, now) = (world.ledger.clone(), world.clock.get());
        world.store.meanwhile("registration/", move || {
            let revocation = Revocation { ancestor: Ancestor::Subject, at: now };
            pollster::block_on(async {
                match mark {
                    Some(mark) => ledger.mark(subject, Region::Weur, mark).await.unwrap(),
                    None => drop(ledger.revoke(subject, Region::Weur, &revocation).await.unwrap()),
                }
            });
        });
        let reply = app.update(json!({"redirect_uris": [CALLBACK], "scope": "openid offline_access"}), &world);
        assert_eq!(reply.status, status, "{mark:?}: {reply:?}");
        assert!(!is_active(&tokens, &world), "{mark:?}");
        assert_ne!(app.refresh(&tokens, &world).status, 200, "{mark:?}");
        assert_eq!(app.open("openid", &Browser::default(), &world).status == 200, mark.is_none(), "{mark:?}");
    }
}

/// The same by KV alone: with its delay, and with nothing else changed.
#[test]
fn without_the_ledger_the_record_decides() {
    let world = fixture::seeded(&[("LEDGER", "off")]);
    let app = notebook(&world);
    let tokens = app.tokens("openid offline_access", &world);
    assert_eq!(app.update(json!({"redirect_uris": [CALLBACK], "scope": "openid offline_access"}), &world).status, 200);
    world.advance(1_000);
    ok(&world, &about("revoke.client", &app.id));
    assert_eq!(app.refresh(&tokens, &world).status, 400);
    world.advance(1_000);
    assert_eq!(app.update(json!({"redirect_uris": [CALLBACK], "scope": "openid offline_access"}), &world).status, 200);
    assert_eq!(app.refresh(&tokens, &world).status, 400, "an update does not bring back what was revoked");
    assert_eq!(app.manage(Method::Delete, None, &world).status, 204);
    assert_eq!(app.redeem("x", &world).status, 401);
    assert_eq!(parsed(&app.manage(Method::Get, None, &world))["error"], "invalid_token");
}

/// A decision that is made where KV does not show an earlier one undoes nothing of it.
fn decided_on_an_older_record(earlier: &str, later: &str, ends: impl Fn(&App, &World)) {
    let world = fixture::seeded(&[]);
    for app in both(&world) {
        let held = app.tokens("openid offline_access", &world);
        world.advance(1_000);
        ok(&world, &about(earlier, &app.id));
        world.advance(1_000);
        write(&app, None, &world);
        call(&world, &about(later, &app.id));
        assert!(!is_active(&held, &world), "{earlier}, {later}");
        assert_ne!(app.refresh(&held, &world).status, 200, "{earlier}, {later}");
        ends(&app, &world);
    }
}

fn can_begin(app: &App, world: &World) -> bool {
    app.open("openid", &Browser::default(), world).status == 200
}

#[test]
fn a_revocation_does_not_enable_what_was_disabled_elsewhere() {
    decided_on_an_older_record("client.disable", "revoke.client", |app, world| {
        assert!(!can_begin(app, world));
        assert_eq!(ok(world, &about("client.show", &app.id))["disabled"], json!(true));
    });
}

#[test]
fn enabling_does_not_bring_back_what_ended_elsewhere() {
    decided_on_an_older_record("client.disable", "client.enable", |app, world| {
        let tokens = app.tokens("openid offline_access", world);
        assert_eq!(app.refresh(&tokens, world).status, 200);
        let metadata = json!({"redirect_uris": [CALLBACK], "scope": "openid offline_access"});
        assert_eq!(app.update(metadata, world).status, 200, "the record is as new as what was decided");
    });
}

#[test]
fn no_decision_brings_back_what_was_removed_elsewhere() {
    for later in ["client.enable", "client.disable", "revoke.client"] {
        decided_on_an_older_record("client.remove", later, |app, world| {
            assert_eq!(world.logged()["cause"], "client_unknown", "{later}");
            assert!(!can_begin(app, world), "{later}");
            assert_eq!(ok(world, &about("client.show", &app.id))["removed"], json!(true), "{later}");
        });
    }
}

/// What was begun between two revocations ends with the second, also where that did not know of the first.
#[test]
fn a_second_revocation_reaches_beyond_the_first() {
    let world = fixture::seeded(&[]);
    let app = notebook(&world);
    for _ in 0..3 {
        ok(&world, &about("revoke.client", &app.id));
        world.advance(1_000);
        let between = app.tokens("openid offline_access", &world);
        assert!(is_active(&between, &world));
        world.advance(1_000);
        write(&app, None, &world);
        ok(&world, &about("revoke.client", &app.id));
        assert!(!is_active(&between, &world));
        assert_eq!(app.refresh(&between, &world).status, 400);
        world.advance(1_000);
    }
}
