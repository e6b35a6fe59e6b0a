//! What users began, listed and ended.

use super::{add_user, call, client, ok, phc, put_off_and_repeated, refused, revocations, stored};
use crate::world::World;
use sealwax::consent::ConsentRecord;
use sealwax::jwt::Unverified;
use sealwax::oauth::{Bytes16 as _, ClientId, FamilyId, SessionId, Timestamp};
use sealwax::seal::Lineage;
use sealwax::store::{self, Key, Ledger as _, Login, SignIn, SignInRow, SignedIn};
use serde_json::{Value, json};

/// Signs in as the sign-in form does.
fn sign_in(world: &World, login: &Login, byte: u8) -> SignInRow {
    let (sid, now) = (SessionId::from_bytes([byte; 16]), world.clock.get());
    let row =
        SignInRow { sid, auth: now, cred: login.cred, until: now.after_millis(1_000_000), browser: "Firefox".into() };
    let sign_in = SignIn { subject: login.sub, home: login.home, row: row.clone() };
    assert!(matches!(pollster::block_on(world.ledger.sign_in(&sign_in)).unwrap(), SignedIn::At(_)));
    row
}

fn named(op: &str, member: &str, id: &impl ToString) -> Value {
    json!({"op": op, "username": "Ada", member: id.to_string()})
}

/// Why a session is dead where one looks it up.
fn dead(world: &World, login: &Login, row: &SignInRow) -> Option<&'static str> {
    revocations(world, login.sub).reach_session(row.sid, row.auth, row.cred)
}

#[test]
fn sign_ins_are_listed() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    let [first, second] = [1, 2].map(|byte| sign_in(&world, &ada, byte));
    let listed = ok(&world, &json!({"op": "user.sessions", "username": "Ada"}));
    assert_eq!((&listed["username"], &listed["sub"]), (&json!("ada"), &json!(ada.sub)));
    assert_eq!(listed["sessions"], json!([second, first]));
    assert_eq!(world.logged()["subject"], json!(ada.sub));
    world.advance(1_000_000);
    assert_eq!(ok(&world, &json!({"op": "user.sessions", "username": "ada"}))["sessions"], json!([]));
}

#[test]
fn without_a_ledger_there_is_no_list_and_revoking_goes_on() {
    let world = World::with(&[("LEDGER", "off")]);
    let ada = add_user(&world, "ada");
    let reply = call(&world, &json!({"op": "user.sessions", "username": "ada"}));
    refused(&world, &reply, 400, "invalid_request", "ledger_off");
    let sid = SessionId::from_bytes([1; 16]);
    ok(&world, &named("revoke.session", "session", &sid));
    let at = world.clock.get();
    assert_eq!(revocations(&world, ada.sub).reach_session(sid, at, ada.cred), Some("session_revoked"));
    ok(&world, &json!({"op": "revoke.user", "username": "ada"}));
    assert_eq!(revocations(&world, ada.sub).reach_session(sid, at, ada.cred), Some("subject_revoked"));
}

#[test]
fn a_revoked_session_is_gone_and_the_others_stay() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    let [first, second] = [1, 2].map(|byte| sign_in(&world, &ada, byte));
    let revoke = named("revoke.session", "session", &first.sid);
    assert_eq!(ok(&world, &revoke), json!({"username": "ada", "sub": ada.sub}));
    let log = world.log.borrow().join("\n");
    assert!(log.contains(r#""event":"revoked""#) && log.contains(r#""cause":"session""#), "{log}");
    assert_eq!((dead(&world, &ada, &first), dead(&world, &ada, &second)), (Some("session_revoked"), None));
    assert_eq!(ok(&world, &json!({"op": "user.sessions", "username": "ada"}))["sessions"], json!([second]));
    ok(&world, &revoke);
}

#[test]
fn a_session_of_somebody_else_or_of_nobody_is_refused() {
    let world = World::new();
    let (_, bob) = (add_user(&world, "ada"), add_user(&world, "bob"));
    let of_bob = sign_in(&world, &bob, 1);
    let unknown = SessionId::from_bytes([2; 16]);
    let before = stored(&world);
    for sid in [of_bob.sid, unknown] {
        let reply = call(&world, &named("revoke.session", "session", &sid));
        refused(&world, &reply, 404, "invalid_request", "session_unknown");
    }
    for malformed in ["", "x", "AQEBAQEBAQEBAQEBAQEBAQEB", "AQEBAQEBAQEBAQEBAQEBAR"] {
        let reply = call(&world, &named("revoke.session", "session", &malformed));
        refused(&world, &reply, 400, "invalid_request", "session_malformed");
        let reply = call(&world, &named("revoke.family", "family", &malformed));
        refused(&world, &reply, 400, "invalid_request", "family_malformed");
    }
    assert_eq!(stored(&world), before);
    assert_eq!(dead(&world, &bob, &of_bob), None);
}

#[test]
fn a_revocation_that_failed_can_be_repeated() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    let row = sign_in(&world, &ada, 1);
    // The mirror fails when the session is revoked already: it must not count as unknown then.
    put_off_and_repeated(&world, &named("revoke.session", "session", &row.sid));
    assert_eq!(dead(&world, &ada, &row), Some("session_revoked"));
    put_off_and_repeated(&world, &named("revoke.family", "family", &FamilyId::from_bytes([3; 16])));
    put_off_and_repeated(&world, &json!({"op": "revoke.user", "username": "ada"}));
    assert_eq!(dead(&world, &ada, &row), Some("subject_revoked"));
}

#[test]
fn a_revoked_user_may_come_back_at_once() {
    let world = World::new();
    let (ada, bob) = (add_user(&world, "ada"), add_user(&world, "bob"));
    let (old, of_bob) = (sign_in(&world, &ada, 1), sign_in(&world, &bob, 2));
    ok(&world, &json!({"op": "revoke.user", "username": "ADA"}));
    assert_eq!(world.logged()["event"], "operator.revoke_user");
    assert_eq!((dead(&world, &ada, &old), dead(&world, &bob, &of_bob)), (Some("subject_revoked"), None));
    world.advance(1);
    let new = sign_in(&world, &ada, 3);
    assert_eq!(dead(&world, &ada, &new), None);
}

#[test]
fn a_revoked_family_takes_nothing_else_with_it() {
    let world = World::new();
    let ada = add_user(&world, "ada");
    let family = FamilyId::from_bytes([3; 16]);
    ok(&world, &named("revoke.family", "family", &family));
    let logged = world.logged();
    assert_eq!((&logged["event"], &logged["family"]), (&json!("operator.revoke_family"), &json!(family)));
    let now: Timestamp = world.clock.get();
    let lineage = |family| Lineage {
        subject: ada.sub,
        home: ada.home,
        sid: SessionId::from_bytes([1; 16]),
        auth: now,
        cred: ada.cred,
        consent: now,
        client: sealwax::oauth::ClientId::parse("app").unwrap().tag(),
        epoch: 0,
        family,
        born: now,
        offline: true,
    };
    let revoked = revocations(&world, ada.sub);
    assert_eq!(revoked.reach(&lineage(family)), Some("family_revoked"));
    assert_eq!(revoked.reach(&lineage(FamilyId::from_bytes([4; 16]))), None);
}

#[test]
fn nothing_of_an_unknown_user_can_be_revoked() {
    let world = World::new();
    let id = FamilyId::from_bytes([3; 16]);
    for mut body in [
        named("revoke.session", "session", &id),
        named("revoke.family", "family", &id),
        json!({"op": "revoke.user", "username": "Ada"}),
        json!({"op": "user.sessions", "username": "Ada"}),
    ] {
        refused(&world, &call(&world, &body), 404, "invalid_request", "user_unknown");
        body["username"] = json!("a b");
        refused(&world, &call(&world, &body), 400, "invalid_request", "username_malformed");
        body["username"] = json!(1);
        refused(&world, &call(&world, &body), 400, "invalid_request", "call_malformed");
        body["username"] = json!("ada");
        body["all"] = json!(true);
        refused(&world, &call(&world, &body), 400, "invalid_request", "call_malformed");
    }
}

/// Back-Channel Logout §2.5: whoever ends a session, the clients that were allowed something are told.
#[test]
fn clients_are_told_of_what_the_operator_ends() {
    for op in ["revoke.session", "revoke.user", "user.disable", "user.passwd", "user.remove"] {
        let world = World::new();
        let ada = add_user(&world, "ada");
        let row = sign_in(&world, &ada, 1);
        for (id, uri) in [("told", Some("https://told.company.com/out")), ("deaf", None)] {
            let metadata =
                json!({"redirect_uris": [format!("https://{id}.example/cb")], "backchannel_logout_uri": uri});
            ok(&world, &client(id, &metadata));
            let client = ClientId::parse(id).unwrap();
            let consent = ConsentRecord { client: Some(client.clone()), entries: Vec::new() };
            pollster::block_on(store::write(&world.store, &Key::consent(ada.sub, &client), &consent)).unwrap();
        }
        let mut call = named(op, "session", &row.sid);
        if op == "user.passwd" {
            call["password"] = json!(phc("another phrase"));
        }
        if op != "revoke.session" {
            call.as_object_mut().unwrap().remove("session");
        }
        ok(&world, &call);
        let posted = world.posted.borrow();
        let urls: Vec<&str> = posted.iter().map(|(url, _)| url.as_str()).collect();
        assert_eq!(urls, ["https://told.company.com/out"], "{op}");
        let claims = Unverified::parse(posted[0].1.strip_prefix("logout_token=").unwrap()).unwrap().claims;
        let claims: Value = serde_json::from_str(&claims).unwrap();
        assert_eq!((&claims["sub"], claims["sid"].is_string()), (&json!(ada.sub), op == "revoke.session"), "{op}");
    }
}
