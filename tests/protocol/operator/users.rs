//! Users: added, invited, disabled, removed, and their passwords.

use super::{Call, add_user, call, login, ok, phc, put_off_and_repeated, refused, revocations, stored};
use crate::world::{ISSUER, World};
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{Bytes16 as _, ClientId, Region, SessionId, SubjectId};
use sealwax::password::{self, Password};
use sealwax::seal::{self, Link};
use sealwax::store::{Ancestor, Key, Ledger as _, Revocation, Store as _};
use serde_json::{Value, json};

#[test]
fn users_are_added_under_their_folded_name() {
    let world = World::new();
    let added = ok(&world, &json!({"op": "user.add", "username": "Ada", "password": phc("correct horse")}));
    assert_eq!((&added["username"], &added["home"]), (&json!("ada"), &json!("weur")));
    assert!(!added.to_string().contains("argon2"));
    assert_eq!(world.logged()["subject"], added["sub"]);
    assert!(!world.log.borrow().join("\n").contains("ada"), "the log knows subjects, not names");
    let login = login(&world, "ada").unwrap();
    assert_eq!((login.sub.to_string(), login.cred), (added["sub"].as_str().unwrap().to_owned(), world.clock.get()));
    assert!(password::verify(Some(&login.password), &Password::presented("correct horse", &NativeNormalizer).unwrap()));

    let twice = json!({"op": "user.add", "username": "ADA", "password": phc("correct horse")});
    refused(&world, &call(&world, &twice), 409, "invalid_request", "user_exists");
    let far = json!({"op": "user.add", "username": "bob", "password": phc("correct horse"), "home": "oc"});
    assert_eq!(ok(&world, &far)["home"], "oc");
    let listed = ok(&world, &json!({"op": "user.list"}));
    assert_eq!(listed["users"].as_array().unwrap().len(), 2);
}

#[test]
fn users_that_cannot_be_are_refused() {
    let world = World::new();
    let dear = phc("correct horse").replace("m=19456", "m=4194304");
    for (name, password, cause) in [
        ("a b", phc("correct horse"), "username_malformed"),
        ("", phc("correct horse"), "username_malformed"),
        ("ada", "correct horse".to_owned(), "password_hash_refused"),
        ("ada", dear, "password_hash_refused"),
    ] {
        let reply = call(&world, &json!({"op": "user.add", "username": name, "password": password}));
        refused(&world, &reply, 400, "invalid_request", cause);
        assert!(!reply.body.contains("correct horse"));
    }
    let reply =
        call(&world, &json!({"op": "user.add", "username": "ada", "password": phc("12345678"), "home": "mars"}));
    refused(&world, &reply, 400, "invalid_request", "call_malformed");
    for op in ["user.passwd", "user.remove"] {
        let mut body = json!({"op": op, "username": "nobody"});
        if op == "user.passwd" {
            body["password"] = json!(phc("12345678"));
        }
        refused(&world, &call(&world, &body), 404, "invalid_request", "user_unknown");
    }
}

#[test]
fn a_new_password_ends_what_the_old_one_began() {
    for ledger in ["on", "off"] {
        let world = World::with(&[("LEDGER", ledger)]);
        ok(&world, &json!({"op": "user.add", "username": "ada", "password": phc("correct horse")}));
        let old = login(&world, "ada").unwrap();
        let sid = SessionId::from_bytes([1; 16]);
        ok(&world, &json!({"op": "user.passwd", "username": "Ada", "password": phc("battery staple")}));
        let new = login(&world, "ada").unwrap();
        let revoked = revocations(&world, old.sub);
        assert_eq!(revoked.reach_session(sid, old.cred, old.cred), Some("credential_revoked"), "{ledger}");
        assert_eq!(revoked.reach_session(sid, new.cred, new.cred), None, "{ledger}: in the same millisecond");
        assert!(password::verify(
            Some(&new.password),
            &Password::presented("battery staple", &NativeNormalizer).unwrap()
        ));
    }
}

/// A clock that lags behind the ledger's must not make the new password as dead as the old one.
#[test]
fn a_new_password_lies_above_what_was_revoked() {
    let world = World::new();
    ok(&world, &json!({"op": "user.add", "username": "ada", "password": phc("correct horse")}));
    let old = login(&world, "ada").unwrap();
    let later = Revocation { ancestor: Ancestor::Credential, at: world.clock.get().after_millis(3_000) };
    pollster::block_on(world.ledger.revoke(old.sub, old.home, &later)).unwrap();
    ok(&world, &json!({"op": "user.passwd", "username": "ada", "password": phc("battery staple")}));
    let new = login(&world, "ada").unwrap();
    let sid = SessionId::from_bytes([1; 16]);
    assert_eq!(revocations(&world, old.sub).reach_session(sid, new.cred.max(later.at), new.cred), None);
}

#[test]
fn when_the_revocation_fails_the_password_stays() {
    let world = World::new();
    ok(&world, &json!({"op": "user.add", "username": "ada", "password": phc("correct horse")}));
    let old = login(&world, "ada").unwrap();
    let request = Call::new(
        &world,
        &json!({"op": "user.passwd", "username": "ada", "password": phc("battery staple")}).to_string(),
    );
    world.store.fail(true);
    refused(
        &world,
        &world.send(&request.request(&world.operator)),
        503,
        "temporarily_unavailable",
        "store_unavailable",
    );
    world.store.fail(false);
    assert_eq!(login(&world, "ada"), Some(old));
}

#[test]
fn a_removed_user_is_gone_with_all_consents() {
    let world = World::new();
    let added = ok(&world, &json!({"op": "user.add", "username": "ada", "password": phc("correct horse")}));
    let sub = SubjectId::parse(added["sub"].as_str().unwrap()).unwrap();
    let other = SubjectId::from_bytes([9; 16]);
    let app = ClientId::parse("app").unwrap();
    for subject in [sub, other] {
        pollster::block_on(world.store.put(&Key::consent(subject, &app), "{}")).unwrap();
    }
    ok(&world, &json!({"op": "user.remove", "username": "ADA"}));
    assert_eq!(world.logged()["event"], "operator.user_remove");
    assert!(login(&world, "ada").is_none());
    assert!(revocations(&world, sub).is_removed());
    let left = pollster::block_on(world.store.list("", None)).unwrap().names;
    let expected = [Key::consent(other, &app), Key::revoked(sub)].map(|key| key.as_str().to_owned());
    assert_eq!(left, expected);

    let again = ok(&world, &json!({"op": "user.add", "username": "ada", "password": phc("correct horse")}));
    assert_ne!(again["sub"], added["sub"], "a name that comes back is another subject");
    assert_eq!(login(&world, "ada").unwrap().home, Region::Weur);
}

/// What the link of an answer says.
fn opened(world: &World, answer: &Value) -> Link {
    let link = answer["link"].as_str().unwrap();
    let blob = link.strip_prefix(&format!("{ISSUER}/password?link=")).unwrap();
    seal::open::<Link>(&world.config.rings.sealing, blob, world.clock.get()).unwrap().into_inner()
}

#[test]
fn an_invitation_makes_a_user_whom_no_password_lets_in() {
    let world = World::new();
    let invite = json!({"op": "user.invite", "username": "Ada", "home": "oc"});
    let invited = ok(&world, &invite);
    let ada = login(&world, "ada").unwrap();
    assert_eq!(
        (&invited["username"], &invited["sub"], &invited["home"]),
        (&json!("ada"), &json!(ada.sub), &json!("oc"))
    );
    for typed in ["", "correct horse"] {
        assert!(!password::verify(Some(&ada.password), &Password::presented(typed, &NativeNormalizer).unwrap()));
    }
    let link = opened(&world, &invited);
    assert_eq!((link.subject, link.home, link.username.as_str(), link.cred), (ada.sub, Region::Oc, "ada", ada.cred));
    assert!(link.invited);
    assert_eq!(link.until, world.clock.get().after(Link::INVITED));
    assert_eq!(invited["until"], json!(link.until));
    assert_eq!(ok(&world, &json!({"op": "user.list"}))["users"][0]["sub"], invited["sub"]);
    let log = world.log.borrow().join("\n");
    assert!(log.contains("operator.user_invite"), "{log}");
    assert!(!log.contains(invited["link"].as_str().unwrap().split_once('=').unwrap().1), "a link opens a door: {log}");

    let again = ok(&world, &json!({"op": "user.invite", "username": "ada", "home": "weur"}));
    assert_eq!(
        (&again["sub"], &again["home"]),
        (&invited["sub"], &json!("oc")),
        "the same user, who lives where they did"
    );
    assert_ne!(opened(&world, &again).id, link.id);
}

#[test]
fn only_a_name_that_is_free_can_be_invited() {
    let world = World::new();
    add_user(&world, "ada");
    let before = stored(&world);
    let reply = call(&world, &json!({"op": "user.invite", "username": "ADA"}));
    refused(&world, &reply, 409, "invalid_request", "user_exists");
    for (body, cause) in [
        (json!({"op": "user.invite", "username": "a b"}), "username_malformed"),
        (json!({"op": "user.invite", "username": "bob", "home": "mars"}), "call_malformed"),
        (json!({"op": "user.invite", "username": "bob", "password": phc("12345678")}), "call_malformed"),
        (json!({"op": "user.invite"}), "call_malformed"),
    ] {
        refused(&world, &call(&world, &body), 400, "invalid_request", cause);
    }
    assert_eq!(stored(&world), before);
    put_off_and_repeated(&world, &json!({"op": "user.invite", "username": "bob"}));
}

#[test]
fn a_reset_changes_nothing_until_its_link_is_used() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    let before = stored(&world);
    let reset = put_off_and_repeated(&world, &json!({"op": "user.reset", "username": "Ada"}));
    assert_eq!(world.logged()["event"], "operator.user_reset");
    let link = opened(&world, &reset);
    assert_eq!((link.subject, link.cred, link.invited), (ada.sub, ada.cred, false));
    assert_eq!(link.until, world.clock.get().after(Link::RESET));
    assert_eq!(stored(&world), before);
}

#[test]
fn a_disabled_user_gets_no_link() {
    let world = World::new();
    ok(&world, &json!({"op": "user.invite", "username": "ada"}));
    ok(&world, &json!({"op": "user.disable", "username": "ada"}));
    for op in ["user.invite", "user.reset"] {
        refused(&world, &call(&world, &json!({"op": op, "username": "ada"})), 409, "invalid_request", "user_disabled");
    }
    ok(&world, &json!({"op": "user.enable", "username": "ada"}));
    ok(&world, &json!({"op": "user.reset", "username": "ada"}));
}

#[test]
fn a_disabled_user_is_out_until_enabled() {
    for ledger in ["on", "off"] {
        let world = World::with(&[("LEDGER", ledger)]);
        let ada = add_user(&world, "ada");
        let sid = SessionId::from_bytes([1; 16]);
        let old = world.clock.get();
        ok(&world, &json!({"op": "user.disable", "username": "Ada"}));
        assert_eq!(world.logged()["event"], "operator.user_disable");
        let disabled = revocations(&world, ada.sub);
        assert!(disabled.is_disabled());
        assert_eq!(disabled.reach_password(ada.cred), Some("subject_disabled"), "{ledger}");
        ok(&world, &json!({"op": "user.disable", "username": "ada"}));
        ok(&world, &json!({"op": "user.enable", "username": "ada"}));
        ok(&world, &json!({"op": "user.enable", "username": "ada"}));
        let enabled = revocations(&world, ada.sub);
        assert_eq!(enabled.reach_password(ada.cred), None, "{ledger}: the password is as it was");
        assert_eq!(enabled.reach_session(sid, old, ada.cred), Some("subject_revoked"), "{ledger}: what ended stays so");
        let new = enabled.stamp(world.clock.get());
        assert_eq!(enabled.reach_session(sid, new, ada.cred), None, "{ledger}");
    }
}

#[test]
fn marks_that_failed_can_be_repeated_and_unknown_users_have_none() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    put_off_and_repeated(&world, &json!({"op": "user.disable", "username": "ada"}));
    assert!(revocations(&world, ada.sub).is_disabled());
    put_off_and_repeated(&world, &json!({"op": "user.enable", "username": "ada"}));
    assert!(!revocations(&world, ada.sub).is_disabled());
    for op in ["user.disable", "user.enable", "user.reset"] {
        let reply = call(&world, &json!({"op": op, "username": "nobody"}));
        refused(&world, &reply, 404, "invalid_request", "user_unknown");
        refused(&world, &call(&world, &json!({"op": op})), 400, "invalid_request", "call_malformed");
    }
    ok(&world, &json!({"op": "user.remove", "username": "ada"}));
    let reply = call(&world, &json!({"op": "user.enable", "username": "ada"}));
    refused(&world, &reply, 404, "invalid_request", "user_unknown");
}
