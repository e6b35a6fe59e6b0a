//! Signing out, beyond what transcripts can say: what clients are told, how often, and what happens when something
//! fails. Transcripts are in `tests/transcripts/end_session.toml`.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture::{self, register};
use crate::target::{Answer, Target};
use crate::world::World;
use sealwax::client::Client;
use sealwax::cx::Cx;
use sealwax::http::{Errand, Method, Request};
use sealwax::jwt::{NativeSigner, Signer as _, Unverified};
use sealwax::oauth::{Bytes16 as _, ClientId, CodeChallenge, CodeVerifier, Language, Region, SessionId, SubjectId};
use sealwax::store::{Ancestor, Key, Ledger as _, Revocation};
use serde_json::{Value, json};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The fixtures' first user.
const ADA: [u8; 16] = [1; 16];

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A first-party client that wants to be told at this URL, with these members over the usual ones.
fn told_at(world: &World, id: &str, uri: &str, more: &Value) -> Client {
    let mut metadata = json!({"client_id": id, "token_endpoint_auth_method": "none", "first_party": true,
        "redirect_uris": [format!("https://{id}.company.com/cb")], "backchannel_logout_uri": uri});
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    register(world, &metadata)
}

/// Signs in to a client; the claims of the ID token that it gets.
fn sign_in(world: &World, browser: &Browser, client: &Client) -> Value {
    let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
    let (id, redirect_uri) = (client.client_id.as_str(), client.redirect_uris[0].as_str());
    let query = fields(&[
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", redirect_uri),
        ("scope", "openid"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), world);
    let answer = browser.go_through(first, ("ada", fixture::password("ada")), &Fields::new(), world);
    let code = answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").unwrap();
    let form = fields(&[
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("code", &code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ]);
    let tokens: Value = serde_json::from_str(&Target::send(world, form_request("/token", &form)).body).unwrap();
    claims(tokens["id_token"].as_str().unwrap())
}

fn claims(token: &str) -> Value {
    serde_json::from_str(&Unverified::parse(token).unwrap().claims).unwrap()
}

/// Says yes to the question.
fn sign_out(world: &World, browser: &Browser) -> Answer {
    let question = browser.send(Request::new(Method::Get, "/end_session", ""), world);
    let ticket = question.hidden("ticket").unwrap_or_else(|| panic!("{question:#?}"));
    browser.post("/end_session", &fields(&[("ticket", &ticket), ("decision", "sign_out")]), world)
}

/// The logout tokens that were posted, and where to.
fn posted(world: &World) -> Vec<(String, String)> {
    let posted = world.posted.borrow();
    let token = |body: &str| body.strip_prefix("logout_token=").unwrap().to_owned();
    posted.iter().map(|(url, body)| (url.clone(), token(body))).collect()
}

/// What the log says of clients that were to be told: event, client, cause.
fn told(world: &World) -> Vec<(String, String, String)> {
    let log = world.log.borrow();
    let lines = log.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    lines
        .filter(|line| text(line, "event").starts_with("logout_"))
        .map(|line| (text(&line, "event"), text(&line, "client"), text(&line, "cause")))
        .collect()
}

fn line(event: &str, client: &str, cause: &str) -> (String, String, String) {
    (event.to_owned(), client.to_owned(), cause.to_owned())
}

/// Runs an errand of its own.
fn notify(world: &World, client: &str, sid: Option<SessionId>) {
    let client = ClientId::parse(client).unwrap();
    let errand = Errand::NotifyLogout { client, subject: SubjectId::from_bytes(ADA), sid };
    let cx = Cx {
        now: world.clock.get(),
        request_id: "errand".to_owned(),
        language: Language::default(),
        asked_language: None,
        config: &world.config,
        platform: world,
    };
    pollster::block_on(sealwax::run_errand(&errand, &cx));
}

/// Back-Channel Logout §2.4, §2.6: every member of the token, and the signature.
#[test]
fn a_client_is_told_by_a_signed_token_that_names_the_session() {
    let world = fixture::seeded(&[]);
    let client = told_at(&world, "app", "https://app.company.com/back?tenant=1", &json!({}));
    let browser = Browser::default();
    let id_token = sign_in(&world, &browser, &client);
    assert_eq!(sign_out(&world, &browser).status, 200);

    let [(url, token)] = <[_; 1]>::try_from(posted(&world)).unwrap();
    assert_eq!(url, "https://app.company.com/back?tenant=1");
    let parts = Unverified::parse(&token).unwrap();
    let header: Value = serde_json::from_str(&parts.header).unwrap();
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    let key = world.config.signing_keys.published(header["kid"].as_str().unwrap()).unwrap();
    assert!(pollster::block_on(NativeSigner.verify(key, parts.input.as_bytes(), &parts.signature)).unwrap());
    let mut claims = claims(&token);
    let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(jti.as_str().unwrap().len(), 22);
    let now = world.clock.get().seconds();
    assert_eq!(
        claims,
        json!({"iss": "https://id.example", "aud": "app", "iat": now, "exp": now + 120, "sub": id_token["sub"],
            "sid": id_token["sid"], "events": {"http://schemas.openid.net/event/backchannel-logout": {}}})
    );
    assert_eq!(told(&world), [line("logout_notified", "app", "")]);
    assert!(!world.log.borrow().iter().any(|line| line.contains(&token) || line.contains(jti.as_str().unwrap())));
}

#[test]
fn the_token_is_signed_as_the_clients_id_tokens_are() {
    let world = fixture::seeded(&[]);
    told_at(&world, "app", "https://app.company.com/back", &json!({"id_token_signed_response_alg": "EdDSA"}));
    notify(&world, "app", None);
    let token = posted(&world).remove(0).1;
    let header: Value = serde_json::from_str(&Unverified::parse(&token).unwrap().header).unwrap();
    assert_eq!(header["alg"], "EdDSA");
}

#[test]
fn every_client_of_the_session_is_told_and_no_other() {
    let world = fixture::seeded(&[]);
    let clients = ["a", "b", "c"].map(|id| told_at(&world, id, &format!("https://{id}.company.com/back"), &json!({})));
    let silent = register(
        &world,
        &json!({"client_id": "silent", "token_endpoint_auth_method": "none", "first_party": true,
            "redirect_uris": ["https://silent.company.com/cb"]}),
    );
    let (browser, elsewhere) = (Browser::default(), Browser::default());
    sign_in(&world, &elsewhere, &clients[2]);
    let sids = [&clients[0], &clients[1], &silent].map(|client| sign_in(&world, &browser, client)["sid"].clone());
    sign_in(&world, &browser, &clients[0]);
    sign_out(&world, &browser);
    let mut heard: Vec<(String, Value)> =
        posted(&world).iter().map(|(url, t)| (url.clone(), claims(t)["sid"].clone())).collect();
    heard.sort_by(|one, two| one.0.cmp(&two.0));
    let [a, b, _] = sids;
    assert_eq!(heard, [("https://a.company.com/back".to_owned(), a), ("https://b.company.com/back".to_owned(), b)]);
    // Whoever is signed out already has nobody to tell.
    browser.send(Request::new(Method::Get, "/end_session", ""), &world);
    assert_eq!(posted(&world).len(), 2);
}

/// Back-Channel Logout §2.8: 400 is an answer; everything else is tried again, twice at most, with the same token.
#[test]
fn a_client_that_does_not_answer_is_told_again_a_few_times() {
    let (done, failed) = ("logout_notified", "logout_not_notified");
    let cases = [
        (&[200][..], &[][..], line(done, "app", "")),
        (&[204], &[], line(done, "app", "")),
        (&[500, 0, 200], &[1, 5], line(done, "app", "")),
        (&[0, 204], &[1], line(done, "app", "")),
        (&[400], &[], line(failed, "app", "client_refused")),
        (&[503, 400], &[1], line(failed, "app", "client_refused")),
        (&[500, 302, 404, 200], &[1, 5], line(failed, "app", "client_unreachable")),
        (&[0, 0, 0, 200], &[1, 5], line(failed, "app", "client_unreachable")),
    ];
    for (statuses, pauses, logged) in cases {
        let world = fixture::seeded(&[]);
        told_at(&world, "app", "https://app.company.com/back", &json!({}));
        *world.post_statuses.borrow_mut() = statuses.to_vec();
        notify(&world, "app", None);
        let posted = posted(&world);
        assert_eq!(posted.len(), pauses.len() + 1, "{statuses:?}");
        assert!(posted.iter().all(|one| *one == posted[0]), "the same token");
        assert_eq!(*world.pauses.borrow(), pauses, "{statuses:?}");
        assert_eq!(told(&world), [logged], "{statuses:?}");
    }
}

#[test]
fn who_is_not_told() {
    let world = fixture::seeded(&[]);
    // Back-Channel Logout §2.2: it could not tell which session a token without `sid` is about.
    told_at(&world, "picky", "https://app.company.com/back", &json!({"backchannel_logout_session_required": true}));
    let off = told_at(&world, "off", "https://app.company.com/back", &json!({}));
    fixture::put(&world, &Key::client(&off.client_id), &Client { disabled: true, ..off });
    // Addresses that this server never calls: its own device, names that are nobody's, itself.
    let refused =
        ["http://127.0.0.1:4000/b", "https://app.example/b", "https://10.0.0.1/b", "https://id.example/token"];
    for (number, uri) in refused.iter().enumerate() {
        told_at(&world, &format!("refused-{number}"), uri, &json!({}));
    }
    notify(&world, "picky", None);
    notify(&world, "off", None);
    (0..refused.len()).for_each(|number| notify(&world, &format!("refused-{number}"), None));
    // A client that is gone, and one that never asked.
    notify(&world, "nobody", None);
    notify(&world, "web", None);
    assert_eq!(posted(&world), []);
    let mut expected = vec![
        line("logout_not_notified", "picky", "no_session_named"),
        line("logout_not_notified", "off", "client_disabled"),
    ];
    expected.extend((0..refused.len()).map(|n| line("logout_not_notified", &format!("refused-{n}"), "target_refused")));
    assert_eq!(told(&world), expected);
    notify(&world, "picky", Some(SessionId::from_bytes([9; 16])));
    assert_eq!(posted(&world).len(), 1, "with a session it is told");
}

/// Back-Channel Logout §2.4: where no session is named, all of the user's are meant.
#[test]
fn a_token_about_all_sessions_has_no_sid() {
    let world = fixture::seeded(&[]);
    told_at(&world, "app", "https://app.company.com/back", &json!({}));
    notify(&world, "app", None);
    let claims = claims(&posted(&world)[0].1);
    assert_eq!(claims["sub"], json!(SubjectId::from_bytes(ADA)));
    assert_eq!(claims.get("sid"), None);
}

#[test]
fn a_local_server_tells_clients_on_this_device() {
    let world = fixture::seeded(&[("ISSUER", "http://localhost:8787")]);
    told_at(&world, "app", "http://127.0.0.1:4000/back", &json!({}));
    told_at(&world, "far", "http://[::1]:4000/back", &json!({}));
    notify(&world, "app", None);
    notify(&world, "far", None);
    assert_eq!(posted(&world).len(), 2);
}

#[test]
fn when_it_is_not_certain_that_the_session_ends_the_user_is_told_and_stays_signed_in() {
    let world = fixture::seeded(&[]);
    let client = told_at(&world, "app", "https://app.company.com/back", &json!({}));
    let browser = Browser::default();
    sign_in(&world, &browser, &client);
    world.ledger.fail(true);
    let answer = sign_out(&world, &browser);
    assert_eq!((answer.status, answer.header("set-cookie"), answer.header("location")), (503, None, None));
    assert!(answer.body.contains("temporarily_unavailable") && answer.header("retry-after").is_some());
    world.ledger.fail(false);
    world.store.fail(true);
    let answer = browser.send(Request::new(Method::Get, "/end_session", ""), &world);
    assert_eq!((answer.status, answer.header("set-cookie")), (503, None));
    world.store.fail(false);
    assert_eq!(posted(&world), []);
    assert_eq!(sign_out(&world, &browser).status, 200);
    assert_eq!(posted(&world).len(), 1);
}

#[test]
fn a_session_that_is_dead_already_only_loses_its_cookie() {
    let world = fixture::seeded(&[]);
    let client = told_at(&world, "app", "https://app.company.com/back", &json!({}));
    let browser = Browser::default();
    sign_in(&world, &browser, &client);
    let everything = Revocation { ancestor: Ancestor::Subject, at: world.clock.get() };
    pollster::block_on(world.ledger.revoke(SubjectId::from_bytes(ADA), Region::Weur, &everything)).unwrap();
    let answer = browser.send(Request::new(Method::Get, "/end_session", ""), &world);
    assert_eq!(answer.status, 200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(answer.body.contains(r#"id="signed_out""#));
    assert_eq!(world.logged()["event"], "not_signed_in");
    assert_eq!(posted(&world), [], "whoever ended it has told them");
}

/// A cookie that somebody copied before is worth nothing afterwards, with the ledger and without.
#[test]
fn what_was_copied_from_the_browser_is_dead() {
    for ledger in ["on", "off"] {
        let world = fixture::seeded(&[("LEDGER", ledger)]);
        let client = told_at(&world, "app", "https://app.company.com/back", &json!({}));
        let browser = Browser::default();
        sign_in(&world, &browser, &client);
        let thief = browser.copy();
        let question = thief.send(Request::new(Method::Get, "/end_session", ""), &world);
        assert!(question.body.contains("value=\"sign_out\""), "the copy is good before");
        sign_out(&world, &browser);
        let answer = thief.send(Request::new(Method::Get, "/end_session", ""), &world);
        assert!(answer.body.contains(r#"id="signed_out""#), "{ledger}");
        assert_eq!(posted(&world).len(), 1);
    }
}

/// URLs allow `;` and `,` in a host; a policy would end its directive there.
#[test]
fn no_frame_can_change_the_policy_of_its_page() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    for (id, site) in [("odd", "https://a;sandbox,b.company.com"), ("good", "https://good.company.com:8443")] {
        let client = register(
            &world,
            &json!({"client_id": id, "token_endpoint_auth_method": "none", "first_party": true,
                "redirect_uris": [format!("{site}/cb")], "frontchannel_logout_uri": format!("{site}/front")}),
        );
        sign_in(&world, &browser, &client);
    }
    let answer = sign_out(&world, &browser);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.ends_with("; form-action 'none'; frame-src https://good.company.com:8443"), "{policy}");
}

/// RP-Initiated Logout §4: a hint is an ID token of this very issuer, though others may share its keys and this server
/// signs other tokens that name client, user and session.
#[test]
fn what_looks_like_a_hint_and_is_none() {
    let world = fixture::seeded(&[]);
    let client = told_at(&world, "app", "https://app.company.com/back", &json!({}));
    let browser = Browser::default();
    let good = sign_in(&world, &browser, &client);
    let forge = |typ: &str, change: &dyn Fn(&mut Value)| {
        let mut claims = good.clone();
        change(&mut claims);
        let key = world.config.signing_keys.default_key().unwrap();
        pollster::block_on(sealwax::jwt::issue(&claims, typ, key, &NativeSigner)).unwrap()
    };
    let ask = |hint: &str| {
        let query = encode(&fields(&[("id_token_hint", hint)]));
        browser.copy().send(Request::new(Method::Get, "/end_session", &query), &world)
    };
    let none = [
        forge("JWT", &|claims| claims["iss"] = json!("https://id.example/tenant")),
        forge("JWT", &|claims| claims["aud"] = json!(["app", "web"])),
        forge("JWT", &|claims| claims["sub"] = Value::Null),
        forge("logout+jwt", &|_| ()),
        forge("at+jwt", &|_| ()),
    ];
    for hint in &none {
        assert_eq!(ask(hint).status, 400, "{hint}");
    }
    // Another session of another user: good, but about nobody here.
    let other = forge("JWT", &|claims| {
        claims["sub"] = json!("somebody");
        claims["sid"] = json!("else");
    });
    assert!(ask(&other).body.contains(r#"value="sign_out""#));
    // RP-Initiated Logout §2: the session alone will do.
    let answer = ask(&forge("JWT", &|claims| claims["sub"] = json!("somebody")));
    assert!(answer.body.contains(r#"id="signed_out""#), "{answer:#?}");
}
