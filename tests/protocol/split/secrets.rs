//! What the secrets of a part are good for, and which of them a part refuses to start with.

use super::{REALM, Split, secrets, variables};
use crate::browser::{Browser, Fields, encode, form_request};
use crate::fixture;
use crate::target::Target as _;
use crate::world::{bytes, es256, ring};
use sealwax::config::{Config, PublicKeys, Role};
use sealwax::http::{Method, Request};
use sealwax::oauth::base64url;
use sealwax::seal::{self, Code, Keyring, OpenError, Purpose, RefreshToken, SealError, Session, Ticket};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SPA: &str = "https://spa.example/cb";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A code, its tokens, and the browser that fetched it.
pub fn signed_in(split: &Split) -> (String, Value, Browser) {
    let query = fields(&[
        ("response_type", "code"),
        ("client_id", "spa"),
        ("redirect_uri", SPA),
        ("scope", "openid offline_access"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let browser = Browser::default();
    let first = browser.send(Request::new(Method::Get, "/authorize", &encode(&query)), split);
    let answer = browser.go_through(first, ("ada", fixture::password("ada")), &Fields::new(), split);
    let code = answer.location().unwrap().1.remove("code").unwrap();
    let form = fields(&[
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &code),
        ("redirect_uri", SPA),
        ("code_verifier", VERIFIER),
    ]);
    let answer = split.send(form_request("/token", &form));
    assert_eq!(answer.status, 200, "{answer:?}");
    (code, serde_json::from_str(&answer.body).unwrap(), browser)
}

#[test]
fn the_authorize_worker_can_neither_open_nor_make_a_refresh_token() {
    let split = Split::new(&[]);
    let (_, tokens, _) = signed_in(&split);
    let token = tokens["refresh_token"].as_str().unwrap();
    let ring = &split.authorize.config.rings.sealing;
    let now = split.authorize.clock.get();
    assert_eq!(seal::open::<RefreshToken>(ring, token, now).unwrap_err(), OpenError::NoKey);
    // Its contents, as the token Worker reads them.
    let content = seal::open::<RefreshToken>(&split.token.config.rings.sealing, token, now).unwrap().into_inner();
    assert_eq!(seal::seal(ring, &content, [9; 24]), Err(SealError::NoKey));
    assert!(split.authorize.cx().seal(&content).is_err());
    // Nor is one of its other keys that key: what it seals with them is no refresh token.
    for purpose in Role::Authorize.sealing_purposes().unwrap() {
        let json: Value = serde_json::from_str(&ring_of(Role::Authorize, "SEALING_KEYS")).unwrap();
        let key = &json["keys"][0];
        let other = json!({"keys": [{"kid": key["kid"], "state": "active",
            "derived": {"refresh_token": key["derived"][purpose.as_str()]}}]});
        let ring = Keyring::parse_share(&other.to_string(), REALM, Some(&[Purpose::RefreshToken])).unwrap();
        let forged = seal::seal(&ring, &content, [9; 24]).unwrap();
        let opened = seal::open::<RefreshToken>(&split.token.config.rings.sealing, &forged, now);
        assert_eq!(opened.unwrap_err(), OpenError::Forged, "{}", purpose.as_str());
        let form = fields(&[("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", &forged)]);
        let answer = split.send(form_request("/token", &form));
        assert!(answer.status == 400 && answer.body.contains("invalid_grant"), "{answer:?}");
    }
    // It has no private key, so that no access token is made there.
    assert!(split.authorize.config.signing_keys.all().iter().all(|key| key.private().is_none()));
}

#[test]
fn the_token_worker_opens_no_session_and_no_form() {
    let split = Split::new(&[]);
    let (code, tokens, browser) = signed_in(&split);
    let (ring, now) = (&split.token.config.rings.sealing, split.token.clock.get());
    let cookies = browser.cookies();
    let session = cookies.as_object().unwrap().iter().find(|(name, _)| name.contains("-session-")).unwrap().1;
    assert_eq!(seal::open::<Session>(ring, session.as_str().unwrap(), now).unwrap_err(), OpenError::NoKey);
    assert!(seal::open::<Session>(&split.authorize.config.rings.sealing, session.as_str().unwrap(), now).is_ok());
    let page = browser.get(&format!("/authorize?client_id=spa&redirect_uri={SPA}&response_type=code&prompt=consent&scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256"), &split);
    assert_eq!(seal::open::<Ticket>(ring, &page.hidden("ticket").unwrap(), now).unwrap_err(), OpenError::NoKey);
    // What it is for it opens.
    assert!(seal::open::<Code>(ring, &code, now).is_ok());
    assert!(seal::open::<RefreshToken>(ring, tokens["refresh_token"].as_str().unwrap(), now).is_ok());
}

fn ring_of(role: Role, name: &str) -> String {
    secrets(role).into_iter().find(|(known, _)| known == name).unwrap().1
}

#[test]
fn a_share_holds_what_it_is_for_and_nothing_else() {
    let root = base64url(bytes("sealing"));
    let whole = Keyring::parse(&ring("sealing"), REALM).unwrap();
    let all: Value = serde_json::from_str(whole.share(Purpose::ALL).reveal()).unwrap();
    for role in [Role::Authorize, Role::Token] {
        let share = ring_of(role, "SEALING_KEYS");
        assert!(!share.contains(&root), "the whole key is in the share");
        for purpose in Purpose::ALL {
            let key = all["keys"][0]["derived"][purpose.as_str()].as_str().unwrap();
            assert_eq!(share.contains(key), role.sealing_purposes().unwrap().contains(purpose), "{}", purpose.as_str());
        }
        // An environment secret holds 5 KB: room for five keys.
        assert!(share.len() < 1000, "{} bytes", share.len());
    }
    assert!(!Role::Authorize.sealing_purposes().unwrap().contains(&Purpose::RefreshToken));
    for part in [Role::Authorize, Role::Jwks] {
        let keys = ring_of(part, "VERIFYING_KEYS");
        assert!(keys.contains("\"state\":\"active\"") && !keys.contains("\"d\""), "{part:?}: {keys}");
    }
}

/// What a part says when this is changed about its variables; an empty value takes one away.
fn faults(role: Role, changed: &[(&str, &str)]) -> String {
    let issuer = [("ISSUER".to_owned(), REALM.to_owned())];
    let settings: BTreeMap<String, String> = issuer.into_iter().chain(variables(role, changed)).collect();
    let variable = |name: &str| settings.get(name).cloned();
    let faults = match role {
        Role::Jwks => PublicKeys::parse(variable).err(),
        _ => Config::parse(variable).err(),
    };
    faults.unwrap_or_default().join("\n")
}

#[test]
fn a_part_starts_with_its_own_secrets_alone() {
    let signing = es256("signing").to_string();
    let refresh = ring_of(Role::Token, "SEALING_KEYS");
    let mut lacking: Value = serde_json::from_str(&refresh).unwrap();
    lacking["keys"][0]["derived"].as_object_mut().unwrap().remove("device_code");
    let lacking = lacking.to_string();
    let whole = ring("sealing");
    let retired = whole.replace("active", "retired");
    let mut public = es256("signing");
    public.as_object_mut().unwrap().remove("d");
    let public = public.to_string();
    let private = json!({"keys": [es256("signing")]}).to_string();
    for (role, changed, says) in [
        (Role::Authorize, ("SIGNING_KEY_1", &*signing), "SIGNING_KEY_1 is here, where nothing is signed"),
        (Role::Authorize, ("SIGNING_KEY_8", &signing), "SIGNING_KEY_8 is here"),
        (Role::Authorize, ("SEALING_KEYS", &refresh), "which this role must not hold"),
        (Role::Authorize, ("SEALING_KEYS", &whole), "SEALING_KEYS has a key"),
        (Role::Authorize, ("CLIENT_KEYS", &ring("client")), "that is not of this role"),
        (Role::Authorize, ("VERIFYING_KEYS", ""), "VERIFYING_KEYS is missing"),
        (Role::Authorize, ("VERIFYING_KEYS", &private), "holds a private key where a public one belongs"),
        (Role::Authorize, ("VERIFYING_KEYS", "{}"), "is not the JWK set"),
        (Role::Token, ("SEALING_KEYS", &ring_of(Role::Authorize, "SEALING_KEYS")), "which this role must not hold"),
        (Role::Token, ("SEALING_KEYS", &lacking), "without what is derived for device_code"),
        (Role::Token, ("SEALING_KEYS", &whole), "that is not of this role"),
        (Role::Token, ("SEALING_KEYS", &retired), "SEALING_KEYS"),
        (Role::Token, ("CLIENT_KEYS", &ring_of(Role::Authorize, "CLIENT_KEYS")), "which this role must not hold"),
        (Role::Token, ("SIGNING_KEY_1", &public), "SIGNING_KEY_1 has no private part"),
        (Role::Token, ("ROLE", "jwks"), "but this program was built as all"),
        (Role::Token, ("ROLE", "userinfo"), "is none of all, authorize, token and jwks"),
        (Role::All, ("SEALING_KEYS", &refresh), "whole keys are for a Worker that does everything"),
        (Role::Jwks, ("SEALING_KEYS", &whole), "SEALING_KEYS is here, where nothing is sealed"),
        (Role::Jwks, ("CLIENT_KEYS", &whole), "CLIENT_KEYS is here"),
        (Role::Jwks, ("PAIRWISE_SECRET", "x"), "PAIRWISE_SECRET is here"),
        (Role::Jwks, ("SIGNING_KEY_2", &signing), "SIGNING_KEY_2 is here"),
        (Role::Jwks, ("VERIFYING_KEYS", &private), "holds a private key"),
        (Role::Jwks, ("ROLE", "token"), "is not jwks"),
    ] {
        let said = faults(role, &[changed]);
        assert!(said.contains(says), "{role:?} {changed:?}:\n{said}");
        assert!(!said.contains(es256("signing")["d"].as_str().unwrap()), "a secret is told");
    }
}

/// What is not read could be what a part must not hold, however it is spelled.
#[test]
fn nothing_is_hidden_in_a_share() {
    let share = ring_of(Role::Authorize, "SEALING_KEYS");
    let root = base64url(bytes("sealing"));
    let other = ring_of(Role::Token, "SEALING_KEYS");
    let other: Value = serde_json::from_str(&other).unwrap();
    let refresh = other["keys"][0]["derived"]["refresh_token"].as_str().unwrap();
    let code = "\"derived\":{\"code\"";
    assert!(share.contains(code), "{share}");
    for hidden in [
        share.replace(code, &format!("\"derived\":{{\"refresh_token\":\"{refresh}\"}},{code}")),
        share.replace(code, &format!("\"derived\":{{\"code\":\"{refresh}\",\"code\"")),
        share.replace(code, &format!("\"key\":\"{root}\",\"key\":null,{code}")),
        share.replace("{\"keys\"", &format!("{{\"whole\":\"{root}\",\"keys\"")),
        share.replace("{\"keys\"", &format!("{{\"keys\":[{{\"key\":\"{root}\"}}],\"keys\"")),
        share.replace(code, &format!("\"derived\":{{\"{root}\":\"code\",\"code\"")),
    ] {
        let said = faults(Role::Authorize, &[("SEALING_KEYS", &hidden)]);
        assert!(said.contains("SEALING_KEYS"), "{hidden}");
        assert!(!said.contains(&root) && !said.contains(refresh), "a secret is told: {said}");
    }
    // Where it stands on its lines does not matter.
    assert_eq!(faults(Role::Authorize, &[("SEALING_KEYS", &share.replace(',', ",\n  "))]), "");

    let public = ring_of(Role::Authorize, "VERIFYING_KEYS");
    let private = es256("signing")["d"].as_str().unwrap().to_owned();
    for hidden in [
        public.replacen("\"kty\"", &format!("\"d\":\"{private}\",\"d\":null,\"kty\""), 1),
        public.replacen("\"kty\"", &format!("\"D\":\"{private}\",\"kty\""), 1),
        public.replacen("\"kty\"", &format!("\"p\":\"{private}\",\"q\":\"{private}\",\"kty\""), 1),
        public.replacen("\"kty\"", &format!("\"k\":\"{private}\",\"kty\""), 1),
        public.replacen("{\"keys\"", &format!("{{\"private\":\"{private}\",\"keys\""), 1),
    ] {
        for role in [Role::Authorize, Role::Jwks] {
            let said = faults(role, &[("VERIFYING_KEYS", &hidden)]);
            assert!(said.contains("VERIFYING_KEYS") && !said.contains(&private), "{hidden}: {said}");
        }
    }
}
