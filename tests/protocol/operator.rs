//! `POST /operator`: whose calls are taken, and what they do.

use crate::world::{ISSUER, World, ed25519, es256, key, post, public_set};
use sealwax::http::{MAX_BODY, Reply, Request};
use sealwax::jwt::{Signer as _, SigningKey};
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{Bytes16 as _, ClientId, Region, SubjectId, base64url};
use sealwax::password::{self, Password};
use sealwax::store::{self, Ancestor, Key, Ledger as _, Login, Revocation, Revocations, Store as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const LIST: &str = r#"{"op":"client.list"}"#;

/// Header and claims of a call, each of which a test may bend.
struct Call {
    header: Value,
    claims: Value,
    body: String,
    content_type: &'static str,
}

impl Call {
    fn new(world: &World, body: &str) -> Self {
        let now = world.clock.get();
        let jti = base64url(Sha256::digest(format!("{body}{}{}", now.millis(), world.log.borrow().len())));
        let (iat, exp) = (now.seconds(), now.seconds() + 60);
        let hash = base64url(Sha256::digest(body));
        Self {
            header: json!({"alg": "ES256", "typ": "sealwax-operator+jwt", "kid": world.operator.kid()}),
            claims: json!({"aud": ISSUER, "iat": iat, "exp": exp, "jti": jti, "body": hash}),
            body: body.to_owned(),
            content_type: "application/json",
        }
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    fn request(&self, key: &SigningKey) -> Request {
        let input = format!("{}.{}", base64url(self.header.to_string()), base64url(self.claims.to_string()));
        let signature = pollster::block_on(sealwax::jwt::NativeSigner.sign(key, input.as_bytes())).unwrap();
        let mut request = post("/operator", self.content_type, &self.body);
        request.authorization = Some(format!("Bearer {input}.{}", base64url(signature)));
        request
    }
}

fn call(world: &World, body: &Value) -> Reply {
    world.send(&Call::new(world, &body.to_string()).request(&world.operator))
}

fn ok(world: &World, body: &Value) -> Value {
    let reply = call(world, body);
    assert_eq!((reply.status, reply.get("cache-control")), (200, Some("no-store")), "{body} → {}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

#[track_caller]
fn refused(world: &World, reply: &Reply, status: u16, code: &str, cause: &str) {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let logged = world.logged();
    assert_eq!((reply.status, body["error"].as_str()), (status, Some(code)), "{cause}: {}", reply.body);
    assert_eq!(logged["cause"], cause);
    assert_eq!(reply.get("cache-control"), Some("no-store"), "{cause}");
    assert_eq!(reply.get("content-type"), Some("application/json"), "{cause}");
    let challenge = match (status, cause) {
        (401, "token_missing") => Some("Bearer"),
        (401, _) => Some("Bearer error=\"invalid_token\""),
        _ => None,
    };
    assert_eq!(reply.get("www-authenticate"), challenge, "{cause}");
}

#[track_caller]
fn unauthorized(world: &World, call: &Call, cause: &str) {
    refused(world, &world.send(&call.request(&world.operator)), 401, "invalid_token", cause);
}

#[test]
fn without_operator_keys_the_endpoint_does_not_exist() {
    let world = World::with(&[("OPERATOR_KEYS", "")]);
    assert_eq!(call(&world, &json!({"op": "client.list"})).status, 404);
}

/// RFC 6750 §3: a challenge to whoever sends no token, or one in another scheme.
#[test]
fn rfc_6750_3_a_token_is_needed() {
    let world = World::new();
    let request = post("/operator", "application/json", LIST);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_missing");
    for (header, cause) in [
        ("", "token_malformed"),
        ("Bearer", "token_malformed"),
        ("Bearer ", "token_malformed"),
        ("Basic YTpi", "token_malformed"),
        ("Bearer a.b", "token_malformed"),
        ("Bearer a.b.c.d", "token_malformed"),
        ("Bearer e30.e30.", "token_malformed"),
        ("Bearer \u{e9}.\u{e9}.\u{e9}", "token_malformed"),
        (&*format!("Bearer {}", "a".repeat(4097)), "token_too_long"),
    ] {
        let request = Request { authorization: Some(header.to_owned()), ..request.clone() };
        refused(&world, &world.send(&request), 401, "invalid_token", cause);
    }
}

/// RFC 8725 §3.1, §3.11; RFC 7515 §4.1.11.
#[test]
fn rfc_8725_3_key_type_and_algorithm_are_not_the_tokens_to_choose() {
    let world = World::new();
    let list = || Call::new(&world, LIST);
    unauthorized(&world, &list().header("typ", "JWT"), "type_wrong");
    unauthorized(&world, &list().header("typ", Value::Null), "type_wrong");
    unauthorized(&world, &list().header("kid", key(&es256("other")).kid()), "key_unknown");
    unauthorized(&world, &list().header("kid", Value::Null), "key_unknown");
    unauthorized(&world, &list().header("alg", "none"), "algorithm_wrong");
    unauthorized(&world, &list().header("alg", "HS256"), "algorithm_wrong");
    unauthorized(&world, &list().header("alg", "EdDSA"), "algorithm_wrong");
    unauthorized(&world, &list().header("crit", json!(["b64"])), "critical_extension");
}

#[test]
fn the_signature_must_hold() {
    let world = World::new();
    let call = Call::new(&world, LIST);
    let stranger = key(&es256("stranger"));
    refused(&world, &world.send(&call.request(&stranger)), 401, "invalid_token", "signature_wrong");
    let mut request = call.request(&world.operator);
    let bearer = request.authorization.take().unwrap();
    for bent in [bearer.rsplit_once('.').unwrap().0.to_owned() + ".", bearer.replacen("eyJ", "eyK", 2)] {
        let request = Request { authorization: Some(bent), ..request.clone() };
        assert_eq!(world.send(&request).status, 401);
    }
    // A token of the server's own, of the right shape: it signs many things, this is none of them.
    let server = key(&es256("signing"));
    let call = call.header("kid", server.kid());
    refused(&world, &world.send(&call.request(&server)), 401, "invalid_token", "key_unknown");
}

#[test]
fn a_token_is_for_this_issuer_this_body_and_this_minute() {
    let world = World::new();
    let now = world.clock.get().seconds();
    let list = || Call::new(&world, LIST);
    let hash = |body: &str| base64url(Sha256::digest(body));
    unauthorized(&world, &list().claim("aud", "https://other.example"), "audience_wrong");
    unauthorized(&world, &list().claim("aud", format!("{ISSUER}/")), "audience_wrong");
    unauthorized(&world, &list().claim("aud", json!([ISSUER])), "claims_malformed");
    unauthorized(&world, &list().without("aud"), "claims_malformed");
    unauthorized(&world, &list().claim("exp", now + 61), "lifetime_too_long");
    unauthorized(&world, &list().claim("iat", now + 61), "lifetime_too_long");
    unauthorized(&world, &list().claim("exp", i64::MAX), "lifetime_too_long");
    unauthorized(&world, &list().claim("iat", -1), "claims_malformed");
    unauthorized(&world, &list().without("exp"), "claims_malformed");
    unauthorized(&world, &list().without("iat"), "claims_malformed");
    unauthorized(&world, &list().claim("iat", now - 60).claim("exp", now - 5), "token_untimely");
    unauthorized(&world, &list().claim("iat", now + 6), "token_untimely");
    unauthorized(&world, &list().claim("body", hash("{}")), "body_changed");
    unauthorized(&world, &list().without("body"), "claims_malformed");
    unauthorized(&world, &list().claim("jti", base64url([1; 15])), "jti_malformed");
    unauthorized(&world, &list().claim("jti", "not base64url, but long enough"), "jti_malformed");
    unauthorized(&world, &list().without("jti"), "claims_malformed");
    let leeway = list().claim("iat", now - 60).claim("exp", now - 4);
    assert_eq!(world.send(&leeway.request(&world.operator)).status, 200);
    let ahead = list().claim("iat", now + 5).claim("exp", now + 65).claim("jti", base64url([1; 16]));
    assert_eq!(world.send(&ahead.request(&world.operator)).status, 200);
}

#[test]
fn a_token_works_once() {
    let world = World::new();
    let request = Call::new(&world, LIST).request(&world.operator);
    assert_eq!(world.send(&request).status, 200);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_replayed");
    world.advance(64_999);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_replayed");
    world.advance(1);
    refused(&world, &world.send(&request), 401, "invalid_token", "token_untimely");
}

/// What `LEDGER = "off"` costs here.
#[test]
fn without_a_ledger_a_token_works_for_its_minute() {
    let world = World::with(&[("LEDGER", "off")]);
    let request = Call::new(&world, LIST).request(&world.operator);
    assert_eq!([world.send(&request).status, world.send(&request).status], [200, 200]);
}

#[test]
fn what_fails_before_it_is_spent_does_not_spend_it() {
    let world = World::new();
    world.ledger.fail(true);
    let request = Call::new(&world, LIST).request(&world.operator);
    let reply = world.send(&request);
    refused(&world, &reply, 503, "temporarily_unavailable", "ledger_unavailable");
    assert_eq!(reply.get("retry-after"), Some("5"));
    world.ledger.fail(false);
    let changed = Request { body: Some(b"{}".to_vec()), ..request.clone() };
    refused(&world, &world.send(&changed), 401, "invalid_token", "body_changed");
    assert_eq!(world.send(&request).status, 200);
}

#[test]
fn any_listed_key_may_call_by_its_own_algorithm() {
    let (first, second) = (key(&es256("first")), key(&ed25519("second")));
    let world = World::with(&[("OPERATOR_KEYS", &public_set(&[&first, &second]))]);
    let call = Call::new(&world, LIST).header("kid", second.kid()).header("alg", "EdDSA");
    assert_eq!(world.send(&call.request(&second)).status, 200);
    refused(
        &world,
        &world.send(&Call::new(&world, LIST).request(&world.operator)),
        401,
        "invalid_token",
        "key_unknown",
    );
}

#[test]
fn bodies_are_json_and_short() {
    let world = World::new();
    for content_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let call = Call { content_type, ..Call::new(&world, LIST) };
        refused(&world, &world.send(&call.request(&world.operator)), 400, "invalid_request", "content_type");
    }
    let call = Call { content_type: "application/json; charset=utf-8", ..Call::new(&world, LIST) };
    assert_eq!(world.send(&call.request(&world.operator)).status, 200);
    let oversize = Request { body: None, ..Call::new(&world, LIST).request(&world.operator) };
    refused(&world, &world.send(&oversize), 400, "invalid_request", "body_too_long");
    let deep = format!(r#"{{"op":"client.add","x":{}"#, "[".repeat(MAX_BODY - 100));
    for body in ["", "{", "[]", "null", r#"{"op":"client.steal"}"#, r#"{"op":"client.list","all":true}"#, &deep] {
        let reply = world.send(&Call::new(&world, body).request(&world.operator));
        refused(&world, &reply, 400, "invalid_request", "call_malformed");
    }
}

fn client(id: &str, metadata: &Value) -> Value {
    let secret = base64url(Sha256::digest("secret"));
    json!({"op": "client.add", "client_id": id, "metadata": metadata, "secrets": [secret]})
}

fn web() -> Value {
    json!({"client_name": "Notes", "redirect_uris": ["https://app.example/cb"]})
}

#[test]
fn clients_are_added_shown_listed_and_removed() {
    let world = World::new();
    let added = ok(&world, &client("app", &web()));
    assert_eq!(added["client_id"], "app");
    assert_eq!((&added["secret_count"], &added["secrets"]), (&json!(1), &Value::Null), "no hash comes back");
    let logged = world.logged();
    assert_eq!((&logged["event"], &logged["client"]), (&json!("operator.client_add"), &json!("app")));
    let shown = ok(&world, &json!({"op": "client.show", "client_id": "app"}));
    assert_eq!(shown, added);
    assert_eq!(ok(&world, &json!({"op": "client.list"})), json!({"clients": [added], "cursor": null}));
    assert_eq!(ok(&world, &json!({"op": "client.remove", "client_id": "app"})), json!({"client_id": "app"}));
    for op in ["client.show", "client.remove"] {
        let reply = call(&world, &json!({"op": op, "client_id": "app"}));
        refused(&world, &reply, 404, "invalid_request", "client_unknown");
    }
}

#[test]
fn a_client_that_is_there_is_replaced_on_request_only() {
    let world = World::new();
    let created = world.clock.get();
    ok(&world, &client("app", &web()));
    world.advance(5_000);
    refused(&world, &call(&world, &client("app", &web())), 409, "invalid_request", "client_exists");

    let key = Key::client(&ClientId::parse("app").unwrap());
    let mut record: Value = serde_json::from_str(&pollster::block_on(world.store.get(&key)).unwrap().unwrap()).unwrap();
    record["epoch"] = json!(3);
    pollster::block_on(world.store.put(&key, &record.to_string())).unwrap();
    let mut anew = client("app", &json!({"redirect_uris": ["https://new.example/cb"]}));
    anew["replace"] = json!(true);
    anew["secrets"] = json!([]);
    let replaced = ok(&world, &anew);
    assert_eq!(replaced["redirect_uris"], json!(["https://new.example/cb"]));
    assert_eq!((&replaced["client_name"], &replaced["epoch"]), (&Value::Null, &json!(3)));
    assert_eq!((&replaced["created"], &replaced["secret_count"]), (&json!(created.millis()), &json!(1)));

    anew["metadata"]["token_endpoint_auth_method"] = json!("none");
    let public = ok(&world, &anew);
    assert_eq!(public["secret_count"], 0, "a client that becomes public loses its secrets");
}

#[test]
fn clients_that_cannot_be_are_refused_by_member() {
    let world = World::new();
    let cases = [
        (client("app", &json!({})), "metadata_invalid", "redirect_uris"),
        (
            client("app", &json!({"redirect_uris": ["https://a.example"], "id_token_signed_response_alg": "RS256"})),
            "metadata_invalid",
            "id_token_signed_response_alg",
        ),
        (client("app", &json!({"redirect_uris": ["http://a.example"]})), "call_malformed", "redirect_uris"),
        (client("app", &json!({"jwks_uri": "https://a.example/jwks"})), "call_malformed", "jwks_uri"),
        (client("a b", &web()), "client_id_malformed", "client_id"),
        (client("", &web()), "client_id_malformed", "client_id"),
        (json!({"op": "client.add", "client_id": "app", "metadata": web()}), "metadata_invalid", "no secret"),
        (
            json!({"op": "client.add", "client_id": "app", "metadata": web(), "secrets": ["secret"]}),
            "secret_hash_malformed",
            "secrets",
        ),
    ];
    for (body, cause, told) in cases {
        let reply = call(&world, &body);
        refused(&world, &reply, 400, "invalid_request", cause);
        assert!(reply.body.contains(told), "{told}: {}", reply.body);
    }
    assert_eq!(ok(&world, &json!({"op": "client.list"}))["clients"], json!([]));
}

#[test]
fn lists_come_in_parts_of_fifty() {
    let world = World::with(&[("SCOPES", r#"{"notes": {"description": "Notes"}}"#)]);
    for number in 0..51 {
        ok(&world, &client(&format!("app{number:02}"), &web()));
    }
    let first = ok(&world, &json!({"op": "client.list"}));
    assert_eq!(first["clients"].as_array().unwrap().len(), 50);
    let second = ok(&world, &json!({"op": "client.list", "cursor": first["cursor"]}));
    assert_eq!((&second["clients"][0]["client_id"], &second["cursor"]), (&json!("app50"), &Value::Null));
    let reply = call(&world, &json!({"op": "client.list", "cursor": "x"}));
    refused(&world, &reply, 400, "invalid_request", "cursor_malformed");
}

#[test]
fn scopes_that_do_not_exist_are_pointed_out() {
    let world = World::with(&[("SCOPES", r#"{"notes": {"description": "Notes"}}"#)]);
    let metadata = json!({"redirect_uris": ["https://a.example"], "scope": "openid notes nodes offline_access"});
    assert_eq!(ok(&world, &client("app", &metadata))["unknown_scopes"], json!(["nodes"]));
}

fn phc(password: &str) -> String {
    password::hash(&Password::chosen(password, &NativeNormalizer).unwrap(), [1; 16]).as_str().to_owned()
}

fn login(world: &World, folded: &str) -> Option<Login> {
    pollster::block_on(store::read(&world.store, &Key::login(folded))).unwrap()
}

fn revocations(world: &World, subject: SubjectId) -> Revocations {
    pollster::block_on(store::read(&world.store, &Key::revoked(subject))).unwrap().unwrap_or_default()
}

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
        let sid = sealwax::oauth::SessionId::from_bytes([1; 16]);
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
    let sid = sealwax::oauth::SessionId::from_bytes([1; 16]);
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
