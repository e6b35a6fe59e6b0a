//! Devices (RFC 8628) where the ledger or the store fails, answers are lost, or something ends before the device asks.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::operator;
use crate::target::{Answer, Target as _};
use crate::world::{ISSUER, World, post};
use minicbor::bytes::ByteArray;
use sealwax::client::Client;
use sealwax::oauth::{ClientId, Region, Resources, Scope, SubjectId, Timestamp, UserCode};
use sealwax::seal::DeviceRequest;
use sealwax::store::{
    self, Ancestor, Begun, DeviceRow, Key, Ledger as _, Login, Mark, Revocation, Revocations, Store as _,
};
use serde_json::{Value, json};

const DORA: (&str, &str) = ("dora", "a device on the wall");
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What a device is given.
struct Codes {
    client: String,
    device: String,
    user: String,
}

fn ask(client: &str, scope: &str, world: &World) -> Answer {
    let request = form_request("/device_authorization", &fields(&[("client_id", client), ("scope", scope)]));
    world.send(&request).into()
}

fn begin(client: &str, scope: &str, world: &World) -> Codes {
    let answer = ask(client, scope, world);
    assert_eq!(answer.status, 200, "{answer:#?}");
    assert_eq!(world.logged()["event"], "device_code_issued");
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |member: &str| json[member].as_str().unwrap().to_owned();
    Codes { client: client.to_owned(), device: text("device_code"), user: text("user_code") }
}

fn tv(scope: &str, world: &World) -> Codes {
    begin("tv", scope, world)
}

fn poll(codes: &Codes, world: &World) -> Answer {
    let form = [("grant_type", GRANT), ("device_code", &codes.device), ("client_id", &codes.client)];
    world.send(&form_request("/token", &fields(&form))).into()
}

fn tokens(codes: &Codes, world: &World) -> Value {
    let answer = poll(codes, world);
    assert_eq!(answer.status, 200, "{answer:#?}");
    assert_eq!(world.logged()["event"], "device_code_redeemed");
    serde_json::from_str(&answer.body).unwrap()
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str, cause: &str, world: &World) {
    let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    assert_eq!((answer.status, json["error"].as_str()), (status, Some(error)), "{answer:#?}");
    assert_eq!(world.logged()["cause"], cause);
    assert_eq!(answer.header("retry-after"), (status == 503).then_some("5"));
}

/// A page that asks once more, or a fault; what is wrong stands in the log alone.
#[track_caller]
fn asks_again(answer: &Answer, status: u16, cause: &str, world: &World) {
    assert_eq!(answer.status, status, "{answer:#?}");
    assert_eq!(world.logged()["cause"], cause);
    assert!(status == 503 || answer.body.contains("find a device for this code"), "{answer:#?}");
}

/// Signs in, and brings up the page that asks for the code.
fn signed_in(world: &World) -> (Browser, Answer) {
    let browser = Browser::default();
    browser.sign_in(DORA, world);
    let page = browser.get("/device", world);
    assert!(page.body.contains(r#"name="user_code""#), "{page:#?}");
    (browser, page)
}

fn typed(codes: &Codes, (browser, page): (&Browser, &Answer), world: &World) -> Answer {
    browser.answer(page, "/device", &[("user_code", &codes.user)], world)
}

/// The page that asks whether the device may.
fn question(codes: &Codes, world: &World) -> (Browser, Answer) {
    let (browser, page) = signed_in(world);
    let question = typed(codes, (&browser, &page), world);
    assert!(question.body.contains(r#"name="decision""#), "{question:#?}");
    (browser, question)
}

fn decide(decision: &str, (browser, question): (&Browser, &Answer), world: &World) -> Answer {
    browser.answer(question, "/device", &[("decision", decision), ("scope", "notes:write")], world)
}

fn allow(codes: &Codes, world: &World) -> Browser {
    let (browser, question) = question(codes, world);
    let answer = decide("allow", (&browser, &question), world);
    assert!(answer.body.contains(r#"id="device_allowed""#), "{answer:#?}");
    assert_eq!(world.logged()["event"], "device_allowed");
    browser
}

fn change(id: &str, change: impl FnOnce(&mut Client), world: &World) {
    let key = Key::client(&ClientId::parse(id).unwrap());
    let mut client: Client = pollster::block_on(store::read(&world.store, &key)).unwrap().unwrap();
    change(&mut client);
    fixture::put(world, &key, &client);
}

fn dora(world: &World) -> Login {
    pollster::block_on(store::read(&world.store, &Key::login("dora"))).unwrap().unwrap()
}

fn refresh(tokens: &Value, world: &World) -> u16 {
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "tv")];
    world.send(&form_request("/token", &fields(&form))).status
}

#[test]
fn without_the_ledger_there_are_no_devices() {
    let world = fixture::seeded(&[("LEDGER", "off"), ("REGISTRATION", "open"), ("REGISTRATION_GRANTS", GRANT)]);
    for path in ["/device", "/device?user_code=BBBB-BBBB"] {
        assert_eq!(Browser::default().get(path, &world).status, 404, "{path}");
    }
    assert_eq!(ask("tv", "openid", &world).status, 404);
    let codes = Codes { client: "tv".to_owned(), device: "x".to_owned(), user: String::new() };
    refused(&poll(&codes, &world), 400, "unsupported_grant_type", "grant_type", &world);
    let metadata = Browser::default().get("/.well-known/openid-configuration", &world);
    let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
    assert!(metadata.get("device_authorization_endpoint").is_none());
    assert!(!metadata["grant_types_supported"].to_string().contains(GRANT));
    let registration = json!({"grant_types": [GRANT], "token_endpoint_auth_method": "none"});
    let reply = world.send(&post("/register", "application/json", &registration.to_string()));
    assert_eq!(reply.status, 400, "{}", reply.body);
}

#[test]
fn where_the_ledger_fails_nothing_is_lost() {
    let world = fixture::seeded(&[]);
    world.ledger.fail(true);
    refused(&ask("tv", "openid", &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    world.ledger.fail(false);
    let codes = tv("openid notes:read", &world);
    let (browser, page) = signed_in(&world);
    world.ledger.fail(true);
    refused(&poll(&codes, &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    asks_again(&browser.get("/device", &world), 503, "ledger_unavailable", &world);
    asks_again(&typed(&codes, (&browser, &page), &world), 503, "ledger_unavailable", &world);
    world.ledger.fail(false);
    let question = typed(&codes, (&browser, &page), &world);
    world.ledger.fail(true);
    asks_again(&decide("allow", (&browser, &question), &world), 503, "ledger_unavailable", &world);
    world.ledger.fail(false);
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    assert_eq!(decide("allow", (&browser, &question), &world).status, 200);
    world.ledger.fail(true);
    refused(&poll(&codes, &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    world.ledger.fail(false);
    assert_eq!(tokens(&codes, &world)["scope"], "openid notes:read");
}

#[test]
fn where_the_store_fails_no_answer_is_taken_and_none_is_used_up() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    let (browser, page) = signed_in(&world);
    world.store.fail(true);
    asks_again(&typed(&codes, (&browser, &page), &world), 503, "store_unavailable", &world);
    world.store.fail(false);
    let question = typed(&codes, (&browser, &page), &world);
    // The consent comes first: without it nobody could find what they have let in.
    world.store.fail_writes(Some("consent/"));
    asks_again(&decide("allow", (&browser, &question), &world), 503, "store_unavailable", &world);
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    world.store.fail_writes(None);
    assert_eq!(decide("allow", (&browser, &question), &world).status, 200);
    // Whether its user has been signed out meanwhile is not known; the code stays good.
    let revoked = Key::revoked(dora(&world).sub);
    pollster::block_on(world.store.put(&revoked, "nonsense")).unwrap();
    refused(&poll(&codes, &world), 503, "temporarily_unavailable", "store_garbage", &world);
    pollster::block_on(world.store.delete(&revoked)).unwrap();
    tokens(&codes, &world);
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let world = fixture::seeded(&[]);
    let lose = |after, calls| world.ledger.lose_answers(after, calls);
    lose(0, 1);
    let codes = tv("notes:read", &world);
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    world.advance(5000);
    lose(0, 1);
    // The second call of the same poll does not come too soon.
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    let (browser, page) = signed_in(&world);
    lose(0, 1);
    let question = typed(&codes, (&browser, &page), &world);
    lose(0, 1);
    assert!(decide("allow", (&browser, &question), &world).body.contains(r#"id="device_allowed""#));
    lose(0, 1);
    tokens(&codes, &world);
    // The spending comes second: the same attempt once more is the first.
    let other = tv("notes:read", &world);
    allow(&other, &world);
    lose(1, 1);
    tokens(&other, &world);
    refused(&poll(&other, &world), 400, "invalid_grant", "code_used_twice_at_once", &world);
}

/// Where both calls ran and neither was heard of, nobody knows: 503, and what can be sent again does no harm.
#[test]
fn an_answer_that_is_lost_twice() {
    let world = fixture::seeded(&[]);
    let lose = |after, calls| world.ledger.lose_answers(after, calls);
    lose(0, 2);
    refused(&ask("tv", "openid", &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    let codes = tv("notes:read", &world);
    let (browser, question) = question(&codes, &world);
    lose(0, 2);
    asks_again(&decide("allow", (&browser, &question), &world), 503, "ledger_unavailable", &world);
    assert!(decide("allow", (&browser, &question), &world).body.contains(r#"id="device_allowed""#));
    lose(0, 2);
    refused(&poll(&codes, &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    // It is spent although nobody got tokens for it: like a code, and so rare that the user may be asked again.
    lose(1, 2);
    refused(&poll(&codes, &world), 503, "temporarily_unavailable", "ledger_unavailable", &world);
    refused(&poll(&codes, &world), 400, "invalid_grant", "code_used_twice_at_once", &world);
}

#[test]
fn a_user_code_that_another_device_has_is_drawn_again() {
    let drawn = tv("notes:read", &fixture::seeded(&[])).user;
    let world = fixture::seeded(&[]);
    let taken = UserCode::parse(&drawn).unwrap().digest();
    let request = |device: u16, until: Timestamp| DeviceRequest {
        device: ByteArray::from([
            device.to_be_bytes()[0],
            device.to_be_bytes()[1],
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ]),
        client: ClientId::parse("tv").unwrap(),
        epoch: 0,
        scope: Scope::parse("notes:read").unwrap(),
        resources: Resources::default(),
        born: world.clock.get(),
        until,
    };
    let until = world.clock.get().after_millis(600_000);
    let first = pollster::block_on(world.ledger.begin_device(taken, &request(1, until)));
    assert_eq!(first, Ok(Begun::First));
    let codes = tv("notes:read", &world);
    assert_ne!(codes.user, drawn);
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    // As many as there may be, and no more; when they are over there is room again.
    for device in 2..u16::try_from(DeviceRow::MAX).unwrap() {
        let code = sealwax::oauth::Bytes16::from_bytes(*request(device, until).device);
        assert_eq!(pollster::block_on(world.ledger.begin_device(code, &request(device, until))), Ok(Begun::First));
    }
    refused(&ask("tv", "openid", &world), 503, "temporarily_unavailable", "too_many_devices", &world);
    world.advance(600_000 + 120_000);
    tv("notes:read", &world);
}

#[test]
fn clients_that_end_or_change_take_their_devices_along() {
    type Change = fn(&mut Client);
    let changes: [(Change, &str); 4] = [
        (|client| client.disabled = true, "client_disabled"),
        (|client| client.epoch += 1, "client_revoked"),
        (|client| client.scope = Scope::parse("files:read").unwrap(), "client_narrowed"),
        (|client| client.grant_types.clear(), "client_narrowed"),
    ];
    for (end, cause) in changes {
        let world = fixture::seeded(&[]);
        let codes = tv("notes:read", &world);
        let (browser, page) = signed_in(&world);
        let question = typed(&codes, (&browser, &page), &world);
        change("tv", end, &world);
        asks_again(&typed(&codes, (&browser, &page), &world), 400, cause, &world);
        asks_again(&decide("allow", (&browser, &question), &world), 400, cause, &world);
        assert_ne!(poll(&codes, &world).status, 200);
    }
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    let (browser, question) = question(&codes, &world);
    pollster::block_on(world.store.delete(&Key::client(&ClientId::parse("tv").unwrap()))).unwrap();
    asks_again(&decide("allow", (&browser, &question), &world), 400, "client_removed", &world);
    refused(&poll(&codes, &world), 401, "invalid_client", "client_unknown", &world);
}

#[test]
fn what_was_allowed_ends_with_the_client() {
    type Change = fn(&mut Client);
    let changes: [(Change, &str, &str); 3] = [
        (|client| client.epoch += 1, "invalid_grant", "client_revoked"),
        (|client| client.scope = Scope::parse("files:read").unwrap(), "invalid_grant", "scope_withdrawn"),
        (|client| client.disabled = true, "invalid_client", "client_disabled"),
    ];
    for (end, error, cause) in changes {
        let world = fixture::seeded(&[]);
        let codes = tv("notes:read", &world);
        allow(&codes, &world);
        change("tv", end, &world);
        refused(&poll(&codes, &world), if error == "invalid_client" { 401 } else { 400 }, error, cause, &world);
    }
}

/// Whoever was signed out elsewhere may not let a device in, although KV does not show it yet.
#[test]
fn a_session_that_has_ended_lets_nothing_in() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    let (browser, page) = signed_in(&world);
    let question = typed(&codes, (&browser, &page), &world);
    let (subject, home) = (dora(&world).sub, dora(&world).home);
    let revocation = Revocation { ancestor: Ancestor::Subject, at: world.clock.get() };
    pollster::block_on(world.ledger.revoke(subject, home, &revocation)).unwrap();
    pollster::block_on(world.store.delete(&Key::revoked(subject))).unwrap();
    for answer in [typed(&codes, (&browser, &page), &world), decide("allow", (&browser, &question), &world)] {
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(r#"name="password""#), "{answer:#?}");
    }
    assert!(browser.get("/device", &world).body.contains(r#"name="password""#));
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
    let consent = Key::consent(subject, &ClientId::parse("tv").unwrap());
    assert_eq!(pollster::block_on(world.store.get(&consent)), Ok(None));
}

#[test]
fn a_user_who_is_disabled_before_the_device_asks_has_let_nothing_in() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read offline_access", &world);
    allow(&codes, &world);
    let (subject, home): (SubjectId, Region) = (dora(&world).sub, dora(&world).home);
    pollster::block_on(world.ledger.mark(subject, home, Mark::Disabled)).unwrap();
    refused(&poll(&codes, &world), 400, "invalid_grant", "subject_disabled", &world);
    pollster::block_on(world.ledger.mark(subject, home, Mark::Enabled)).unwrap();
    tokens(&codes, &world);
}

#[test]
fn every_ancestor_ends_what_a_device_holds() {
    let world = fixture::seeded(&[]);
    let subject = dora(&world).sub.to_string();
    let held = |scope: &str| {
        world.advance(1);
        let codes = tv(scope, &world);
        allow(&codes, &world);
        tokens(&codes, &world)
    };
    let family = || {
        world.log.borrow().iter().rev().find_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (line["event"] == "device_code_redeemed").then(|| line["family"].clone())
        })
    };
    let session =
        || operator::ok(&world, &json!({"op": "user.sessions", "username": "dora"}))["sessions"][0]["sid"].clone();
    let calls: [&dyn Fn() -> Value; 4] = [
        &|| json!({"op": "revoke.user", "username": "dora"}),
        &|| json!({"op": "revoke.family", "username": "dora", "family": family()}),
        &|| json!({"op": "revoke.session", "username": "dora", "session": session()}),
        &|| json!({"op": "revoke.client", "client_id": "tv"}),
    ];
    for call in calls {
        let tokens = held("notes:read offline_access");
        let claims = tokens["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&sealwax::oauth::from_base64url(claims).unwrap()).unwrap();
        assert_eq!(claims["sub"], subject);
        assert_eq!(refresh(&tokens, &world), 200);
        let call = call();
        operator::ok(&world, &call);
        assert_eq!(refresh(&tokens, &world), 400, "{call}");
    }
}

#[test]
fn access_lasts_as_long_as_was_said() {
    let world = fixture::seeded(&[]);
    let grant = |duration: &str| {
        let codes = tv("notes:read offline_access", &world);
        let (browser, question) = question(&codes, &world);
        let form = [("decision", "allow"), ("duration", duration)];
        assert_eq!(browser.answer(&question, "/device", &form, &world).status, 200);
        (browser, tokens(&codes, &world))
    };
    let (browser, visit) = grant("visit");
    let account = browser.get("/account", &world).body;
    assert!(account.contains("Living room") && account.contains("until you sign out"), "{account}");
    let consent = Key::consent(dora(&world).sub, &ClientId::parse("tv").unwrap());
    assert_eq!(pollster::block_on(world.store.get(&consent)), Ok(None), "a visit is stored nowhere");
    let (_, days30) = grant("days30");
    world.advance(7 * 86_400_000);
    assert_eq!((refresh(&visit, &world), refresh(&days30, &world)), (400, 200));
}

#[test]
fn nothing_ticked_is_a_refusal() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:write", &world);
    let (browser, question) = question(&codes, &world);
    let answer = browser.answer(&question, "/device", &[("decision", "allow")], &world);
    assert!(answer.body.contains(r#"id="device_denied""#), "{answer:#?}");
    assert_eq!(
        (&world.logged()["event"], &world.logged()["cause"]),
        (&json!("device_denied"), &json!("nothing_ticked"))
    );
    refused(&poll(&codes, &world), 400, "access_denied", "consent_denied", &world);
}

#[test]
fn an_address_that_tries_too_often_costs_no_call_and_no_try() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    let (browser, page) = signed_in(&world);
    world.may_try_password.set(false);
    for _ in 0..12 {
        let answer = typed(&codes, (&browser, &page), &world);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
        assert_eq!(world.logged()["cause"], "too_many_tries");
    }
    world.may_try_password.set(true);
    assert_eq!(typed(&codes, (&browser, &page), &world).status, 200);
}

#[test]
fn another_users_form_and_another_sign_in_decide_nothing() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    let (browser, question) = question(&codes, &world);
    // Somebody else signs in in the same browser while the question stands there.
    let page = decide("switch", (&browser, &question), &world);
    browser.answer(&page, "/login", &[("username", "bob"), ("password", fixture::password("bob"))], &world);
    let answer = decide("allow", (&browser, &question), &world);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("bob") && answer.body.contains(r#"name="user_code""#), "{answer:#?}");
    assert!(answer.body.contains(&codes.user), "with the code that was typed");
    refused(&poll(&codes, &world), 400, "authorization_pending", "authorization_pending", &world);
}

#[test]
fn codes_stay_out_of_the_log() {
    let world = fixture::seeded(&[]);
    let codes = tv("notes:read", &world);
    Browser::default().connect(&codes.user, DORA, &Fields::new(), &world);
    tokens(&codes, &world);
    poll(&codes, &world);
    let log = world.log.borrow().join("\n");
    assert!(!log.contains(&codes.user) && !log.contains(&codes.device));
    assert!(log.contains("device_allowed") && log.contains("\"family\""));
}

/// A client that registered itself has a long id, which its device's user is shown the name of all the same.
#[test]
fn clients_that_register_themselves_have_devices_where_the_operator_lets_them() {
    let grants = format!("{GRANT} refresh_token");
    let world = fixture::seeded(&[("REGISTRATION", "open"), ("REGISTRATION_GRANTS", &grants)]);
    let metadata =
        json!({"client_name": "Their television", "grant_types": [GRANT], "token_endpoint_auth_method": "none"});
    let reply = world.send(&post("/register", "application/json", &metadata.to_string()));
    assert_eq!(reply.status, 201, "{}", reply.body);
    let registered: Value = serde_json::from_str(&reply.body).unwrap();
    let codes = begin(registered["client_id"].as_str().unwrap(), "notes:read", &world);
    let (browser, question) = question(&codes, &world);
    assert!(question.body.contains("Their television") && question.body.contains(r#"id="self_registered""#));
    assert_eq!(decide("allow", (&browser, &question), &world).status, 200);
    tokens(&codes, &world);
    let closed = fixture::seeded(&[("REGISTRATION", "open")]);
    let reply = closed.send(&post("/register", "application/json", &metadata.to_string()));
    assert_eq!(reply.status, 400, "{}", reply.body);
}

#[test]
fn a_request_that_is_too_long_is_refused() {
    let entries: Vec<String> =
        (0..8).map(|n| format!(r#""https://api.example/{n}/{}": {{}}"#, "r".repeat(480))).collect();
    let world = fixture::seeded(&[("RESOURCES", &format!("{{{}}}", entries.join(",")))]);
    let form = encode(&fields(&[("client_id", "tv"), ("scope", "notes:read")]));
    let named: Vec<String> = (0..8).map(|n| format!("&resource=https://api.example/{n}/{}", "r".repeat(480))).collect();
    let long = |count: usize| {
        let body = format!("{form}{}", named[..count].concat());
        Answer::from(world.send(&post("/device_authorization", "application/x-www-form-urlencoded", &body)))
    };
    assert_eq!(long(8).status, 200);
    let id = "a".repeat(256);
    fixture::register(
        &world,
        &json!({"client_id": id, "token_endpoint_auth_method": "none", "grant_types": [GRANT],
        "scope": "notes:read"}),
    );
    let body = format!("client_id={id}{}", named.concat());
    let answer: Answer = world.send(&post("/device_authorization", "application/x-www-form-urlencoded", &body)).into();
    assert_eq!(answer.status, 200, "what the operator registers fits");
    assert_eq!(world.issuer(), ISSUER);
}

#[test]
fn revocations_are_read_as_strictly_as_the_operator_says() {
    let world = fixture::seeded(&[("REVOCATION", "ledger")]);
    let codes = tv("notes:read", &world);
    allow(&codes, &world);
    let (subject, home) = (dora(&world).sub, dora(&world).home);
    let revocation = Revocation { ancestor: Ancestor::Subject, at: world.clock.get() };
    pollster::block_on(world.ledger.revoke(subject, home, &revocation)).unwrap();
    fixture::put(&world, &Key::revoked(subject), &Revocations::default());
    refused(&poll(&codes, &world), 400, "invalid_grant", "subject_revoked", &world);
}
