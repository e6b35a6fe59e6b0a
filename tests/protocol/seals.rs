//! Seals: what was sealed opens, what was touched does not, and what older versions sealed opens for ever.

use minicbor::bytes::ByteArray;
use proptest::prelude::*;
use sealwax::oauth::{
    ApplicationType, Bytes16 as _, ClaimsRequest, ClientId, CodeChallenge, FamilyId, GrantType, InitialTokenId,
    Language, Prompt, Prompts, Region, Resource, Resources, ResponseMode, Scope, SessionId, SigningAlgorithm,
    SubjectId, SubjectType, Timestamp, TokenDigest, TokenEndpointAuthMethod, TryCounter, UserCode, base64url,
    from_base64url,
};
use sealwax::seal::{
    ClientTokenId, Code, Device, DeviceCode, DeviceRequest, Exchange, HeldConsent, InitialAccessToken, Keyring,
    KnownAccount, Lineage, Link, LogoutNotice, OpenError, Payload, PendingDevice, PendingRequest, PendingSignOut,
    PushedMark, PushedRequest, RefreshToken, RegisteredClient, Session, Ticket, TokenId, open,
};
use std::fmt::Debug;

/// Seals with a ring of whole keys.
pub fn seal<P: Payload>(ring: &Keyring, payload: &P, nonce: [u8; 24]) -> String {
    sealwax::seal::seal(ring, payload, nonce).unwrap()
}

const NOW: Timestamp = Timestamp::from_millis(1_760_000_000_000);

fn ring(keys: &str) -> Keyring {
    Keyring::parse(&format!(r#"{{"keys":[{keys}]}}"#), "https://id.example").unwrap()
}

fn key(kid: &str, state: &str, byte: u8, extra: &str) -> String {
    format!(r#"{{"kid":"{kid}","state":"{state}","key":"{}"{extra}}}"#, base64url([byte; 32]))
}

pub fn active() -> Keyring {
    ring(&key("00000001", "active", 1, ""))
}

fn lineage() -> Lineage {
    let earlier = |seconds: u64| Timestamp::from_millis(NOW.millis() - seconds * 1000 - 123);
    Lineage {
        subject: SubjectId::from_bytes([0xa1; 16]),
        home: Region::Weur,
        sid: SessionId::from_bytes([0xa2; 16]),
        auth: earlier(300),
        cred: earlier(3_000_000),
        consent: earlier(100_000),
        client: ClientId::parse("3f9a1c62d87b4e05").unwrap().tag(),
        epoch: 1,
        family: FamilyId::from_bytes([0xa3; 16]),
        born: earlier(1),
        offline: true,
    }
}

/// A plain request: four scopes, a nonce and a challenge of the usual length.
pub fn code() -> Code {
    Code {
        lineage: lineage(),
        redirect: ByteArray::from([0xb1; 16]),
        redirect_sent: true,
        scope: Scope::parse("openid profile email offline_access").unwrap(),
        region: Region::Apac,
        shards: 8,
        challenge: CodeChallenge::parse(&base64url([0xb2; 32])),
        nonce: Some(base64url([0xb3; 32])),
        resources: Resources::default(),
        until: None,
        claims: None,
    }
}

fn claims() -> ClaimsRequest {
    let text = r#"{"userinfo": {"name": null, "name#ja": null}, "id_token": {"email": null, "sub": {"value": "a"},
        "acr": {"essential": true, "values": ["x"]}}}"#;
    ClaimsRequest::parse(text).unwrap()
}

pub fn refresh_token() -> RefreshToken {
    RefreshToken {
        lineage: lineage(),
        generation: 3,
        scope: Scope::parse("openid offline_access").unwrap(),
        until: NOW.after_millis(86_400_000),
        resources: Resources::of(Resource::parse("https://api.example")).unwrap(),
        idle_until: None,
        claims: None,
    }
}

pub fn session() -> Session {
    Session {
        subject: SubjectId::from_bytes([0xa1; 16]),
        home: Region::Weur,
        sid: SessionId::from_bytes([0xa2; 16]),
        auth: NOW,
        cred: NOW,
        username: "ada".to_owned(),
        idle_until: NOW.after_millis(1000),
        until: NOW.after_millis(2000),
        consents: vec![HeldConsent {
            key: ByteArray::from([0xc1; 16]),
            scope: Scope::parse("openid").unwrap(),
            granted: NOW,
            until: None,
            client: Some(ClientId::parse("app").unwrap().digest()),
        }],
        clients: vec![ClientId::parse("app").unwrap()],
        confirmed: None,
    }
}

pub fn ticket() -> Ticket {
    Ticket {
        browser: ByteArray::from([0xd1; 16]),
        until: NOW.after_millis(1000),
        sid: Some(SessionId::from_bytes([0xa2; 16])),
        request: Some(PendingRequest {
            client: ClientId::parse("app").unwrap(),
            redirect_uri: "https://app.example/cb".to_owned(),
            redirect_sent: true,
            response_mode: ResponseMode::FormPost,
            scope: Scope::parse("openid").unwrap(),
            prompts: Prompts::parse("login consent").unwrap(),
            state: Some("s".to_owned()),
            nonce: None,
            challenge: CodeChallenge::parse(&base64url([0xb2; 32])),
            resources: Resources::default(),
            max_age: Some(60),
            login_hint: None,
            pushed: Some(mark()),
            hinted: None,
            claims: None,
            language: None,
        }),
        signed_in: true,
        sign_out: Some(PendingSignOut {
            client: ClientId::parse("app"),
            redirect_uri: Some("https://app.example/bye".to_owned()),
            state: Some("s".to_owned()),
        }),
        id: Some(ByteArray::from([0xd2; 16])),
        device: Some(PendingDevice { user_code: Some("WDJB-MJHT".to_owned()), request: Some(device_request()) }),
        language: None,
    }
}

/// What it was before devices could be connected.
fn old_ticket() -> Ticket {
    Ticket { device: None, ..ticket() }
}

/// What it was before requests could be pushed.
fn older_ticket() -> Ticket {
    let mut ticket = Ticket { id: None, ..old_ticket() };
    ticket.request.as_mut().unwrap().pushed = None;
    ticket
}

/// With what came with the languages.
fn spoken_ticket() -> Ticket {
    let mut ticket = Ticket { language: Some(Language::German), ..ticket() };
    ticket.request.as_mut().unwrap().language = Some(Language::French);
    ticket
}

fn device_request() -> DeviceRequest {
    DeviceRequest {
        device: ByteArray::from([0xd3; 16]),
        client: ClientId::parse("tv").unwrap(),
        epoch: 1,
        scope: Scope::parse("openid notes").unwrap(),
        resources: Resources::of(Resource::parse("https://api.example")).unwrap(),
        born: NOW,
        until: NOW.after_millis(600_000),
    }
}

pub fn device_code() -> DeviceCode {
    let DeviceRequest { device, client, epoch, scope, resources, born, until } = device_request();
    let user_code = UserCode::parse("WDJB-MJHT").unwrap().digest();
    DeviceCode { id: device, client: client.tag(), epoch, scope, resources, born, until, user_code }
}

fn mark() -> PushedMark {
    PushedMark { id: ByteArray::from([0x91; 16]), until: NOW.after_millis(90_000), region: Region::Apac, shards: 8 }
}

/// A usual request.
pub fn pushed_request() -> PushedRequest {
    PushedRequest {
        mark: mark(),
        client: ClientId::parse("3f9a1c62d87b4e05").unwrap().tag(),
        epoch: 1,
        redirect: Some(ByteArray::from([0xb1; 16])),
        redirect_uri: None,
        redirect_sent: true,
        response_mode: ResponseMode::Query,
        scope: Scope::parse("openid profile email offline_access").unwrap(),
        prompts: Prompts::default(),
        state: Some(base64url([0xb4; 32])),
        nonce: Some(base64url([0xb3; 32])),
        challenge: CodeChallenge::parse(&base64url([0xb2; 32])),
        resources: Resources::default(),
        max_age: None,
        login_hint: None,
        hinted: None,
        claims: None,
        language: None,
    }
}

fn spoken_request() -> PushedRequest {
    PushedRequest { language: Some(Language::Japanese), ..pushed_request() }
}

pub fn token_id() -> TokenId {
    let exchange = Exchange {
        client: ClientId::parse("gateway").unwrap().tag(),
        epoch: 2,
        at: NOW,
        token: TokenDigest::of("another"),
    };
    TokenId { lineage: lineage(), until: NOW.after_millis(600_000), exchanges: vec![exchange], claims: None }
}

pub fn client_token_id() -> ClientTokenId {
    ClientTokenId {
        id: ByteArray::from([0xa4; 16]),
        client: ClientId::parse("3f9a1c62d87b4e05").unwrap().tag(),
        epoch: 1,
        born: NOW,
        until: NOW.after_millis(600_000),
    }
}

pub fn device() -> Device {
    let accounts = vec![KnownAccount { account: TryCounter::from_bytes([0xe2; 16]), cred: NOW }];
    Device { id: ByteArray::from([0xe1; 16]), accounts, until: NOW.after_millis(1000) }
}

pub fn link() -> Link {
    Link {
        id: ByteArray::from([0xf1; 16]),
        subject: SubjectId::from_bytes([0xa1; 16]),
        home: Region::Weur,
        username: "ada".to_owned(),
        cred: NOW,
        until: NOW.after_millis(1000),
        invited: true,
    }
}

pub fn registered_client() -> RegisteredClient {
    let text = |text: &str| Some(text.to_owned());
    RegisteredClient {
        id: ByteArray::from([0xc1; 16]),
        issued: NOW,
        redirect_uris: vec!["https://app.example/cb".to_owned(), "http://127.0.0.1/cb".to_owned()],
        client_name: text("App"),
        scope: Scope::parse("openid offline_access"),
        token_endpoint_auth_method: Some(TokenEndpointAuthMethod::None),
        grant_types: Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]),
        application_type: Some(ApplicationType::Native),
        initial_token: Some(InitialTokenId::from_bytes([0xc2; 16])),
        id_token_signed_response_alg: Some(SigningAlgorithm::Es256),
        post_logout_redirect_uris: Some(vec!["https://app.example/bye".to_owned()]),
        backchannel_logout_uri: text("https://app.example/back"),
        backchannel_logout_session_required: Some(true),
        frontchannel_logout_uri: None,
        frontchannel_logout_session_required: None,
        token_endpoint_auth_signing_alg: None,
        jwks: None,
        jwks_uri: text("https://app.example/jwks"),
        request_object_signing_alg: None,
        require_signed_request_object: None,
        request_uris: None,
        require_pushed_authorization_requests: None,
        userinfo_signed_response_alg: None,
        logo_uri: None,
        policy_uri: None,
        tos_uri: None,
        client_uri: None,
        initiate_login_uri: None,
        default_max_age: None,
        require_auth_time: None,
        default_acr_values: None,
        subject_type: None,
        sector_identifier_uri: None,
    }
}

/// One that shows its face.
fn faced_client() -> RegisteredClient {
    let text = |text: &str| Some(text.to_owned());
    RegisteredClient {
        logo_uri: text("https://app.example/logo.png"),
        policy_uri: text("https://app.example/privacy"),
        tos_uri: text("https://app.example/terms"),
        client_uri: text("https://app.example/"),
        initiate_login_uri: text("https://app.example/login"),
        default_max_age: Some(3600),
        require_auth_time: Some(true),
        default_acr_values: Some(vec!["urn:sealwax:acr:password".to_owned()]),
        ..registered_client()
    }
}

/// One that waits for a certain user, who has chosen the account.
fn hinted_ticket() -> Ticket {
    let mut ticket = ticket();
    if let Some(request) = &mut ticket.request {
        request.hinted = Some("oaGhoaGhoaGhoaGhoaGhoQ".to_owned());
        request.prompts = Prompts::parse("select_account").unwrap().answered(Prompt::SelectAccount);
    }
    ticket
}

fn hinted_push() -> PushedRequest {
    PushedRequest { hinted: Some("oaGhoaGhoaGhoaGhoaGhoQ".to_owned()), ..pushed_request() }
}

pub fn logout_notice() -> LogoutNotice {
    LogoutNotice {
        client: ClientId::parse("3f9a1c62d87b4e05").unwrap(),
        subject: SubjectId::from_bytes([0xa1; 16]),
        sid: Some(SessionId::from_bytes([0xa2; 16])),
        until: NOW.after_millis(1000),
    }
}

pub fn initial_access_token() -> InitialAccessToken {
    let id = InitialTokenId::from_bytes([0xc2; 16]);
    InitialAccessToken { id, until: NOW.after_millis(1000), label: Some("team".to_owned()) }
}

fn opened<P: Payload>(ring: &Keyring, blob: &str) -> Result<P, OpenError> {
    open::<P>(ring, blob, NOW).map(sealwax::seal::Unsealed::into_inner)
}

fn round_trip<P: Payload + PartialEq + Debug>(payload: &P) {
    let blob = seal(&active(), payload, [9; 24]);
    assert_eq!(opened::<P>(&active(), &blob).as_ref(), Ok(payload));
}

#[test]
fn every_payload_round_trips() {
    round_trip(&code());
    round_trip(&refresh_token());
    round_trip(&session());
    round_trip(&ticket());
    round_trip(&spoken_ticket());
    round_trip(&token_id());
    round_trip(&device());
    round_trip(&link());
    round_trip(&client_token_id());
    round_trip(&registered_client());
    round_trip(&initial_access_token());
    round_trip(&pushed_request());
    round_trip(&device_code());
    round_trip(&faced_client());
    round_trip(&hinted_ticket());
    round_trip(&hinted_push());
    round_trip(&Code { claims: Some(claims()), ..code() });
    round_trip(&RefreshToken { claims: Some(claims()), ..refresh_token() });
    round_trip(&TokenId { claims: Some(claims().userinfo), ..token_id() });
    round_trip(&PushedRequest { claims: Some(claims()), ..pushed_request() });
    let request = ticket().request.map(|request| PendingRequest { claims: Some(claims()), ..request });
    round_trip(&Ticket { request, ..ticket() });
    round_trip(&RegisteredClient {
        subject_type: Some(SubjectType::Pairwise),
        sector_identifier_uri: Some("https://app.example/sector.json".to_owned()),
        ..registered_client()
    });
    round_trip(&PushedRequest {
        redirect: None,
        redirect_uri: Some("http://127.0.0.1:49152/cb".to_owned()),
        prompts: Prompts::parse("login").unwrap(),
        max_age: Some(0),
        login_hint: Some("ada".to_owned()),
        language: Some(Language::Japanese),
        ..pushed_request()
    });
}

#[test]
fn every_flipped_bit_is_noticed() {
    let blob = from_base64url(&seal(&active(), &code(), [9; 24])).unwrap();
    for bit in 0..blob.len() * 8 {
        let mut touched = blob.clone();
        touched[bit / 8] ^= 1 << (bit % 8);
        assert!(opened::<Code>(&active(), &base64url(touched)).is_err(), "bit {bit}");
    }
}

#[test]
fn every_truncation_and_extension_is_noticed() {
    let blob = seal(&active(), &code(), [9; 24]);
    for length in 0..blob.len() {
        assert!(opened::<Code>(&active(), &blob[..length]).is_err(), "length {length}");
    }
    for extra in ["A", "AA", "AAA", "AAAA", "=", "\n"] {
        assert!(opened::<Code>(&active(), &format!("{blob}{extra}")).is_err(), "{extra:?}");
    }
}

#[test]
fn a_blob_of_one_purpose_is_nothing_else() {
    let ring = active();
    let blob = seal(&ring, &refresh_token(), [9; 24]);
    assert_eq!(opened::<Code>(&ring, &blob), Err(OpenError::Forged));
    assert_eq!(opened::<Session>(&ring, &blob), Err(OpenError::Forged));
    assert_eq!(opened::<Ticket>(&ring, &blob), Err(OpenError::Forged));
    assert_eq!(opened::<TokenId>(&ring, &blob), Err(OpenError::Forged));
    assert_eq!(opened::<PushedRequest>(&ring, &blob), Err(OpenError::Forged));
}

#[test]
fn a_blob_of_another_realm_is_nothing() {
    let json = format!(r#"{{"keys":[{}]}}"#, key("00000001", "active", 1, ""));
    let elsewhere = Keyring::parse(&json, "https://other.example").unwrap();
    let blob = seal(&elsewhere, &code(), [9; 24]);
    assert_eq!(opened::<Code>(&active(), &blob), Err(OpenError::Forged));
}

#[test]
fn the_state_of_a_key_decides() {
    let blob = seal(&active(), &code(), [9; 24]);
    let new = key("00000002", "active", 2, "");
    let with = |old: &str| ring(&format!("{new},{old}"));
    let seconds = NOW.seconds();
    let cases = [
        (with(&key("00000001", "next", 1, "")), Ok(())),
        (with(&key("00000001", "retired", 1, &format!(r#","opens_until":{}"#, seconds + 1))), Ok(())),
        (with(&key("00000001", "retired", 1, &format!(r#","opens_until":{seconds}"#))), Err(OpenError::ExpiredKey)),
        (with(&key("00000001", "revoked", 1, "")), Err(OpenError::RevokedKey)),
        (ring(&new), Err(OpenError::UnknownKey)),
        (with(&key("00000001", "next", 3, "")), Err(OpenError::Forged)),
    ];
    for (ring, expected) in cases {
        assert_eq!(opened::<Code>(&ring, &blob).map(drop), expected, "{ring:?}");
    }
}

#[test]
fn a_new_version_is_unknown_and_an_old_payload_expires() {
    let mut blob = from_base64url(&seal(&active(), &code(), [9; 24])).unwrap();
    blob[0] = 2;
    assert_eq!(opened::<Code>(&active(), &base64url(blob)), Err(OpenError::UnknownVersion));
    let blob = seal(&active(), &code(), [9; 24]);
    let end = code().expires();
    assert!(open::<Code>(&active(), &blob, Timestamp::from_millis(end.millis() - 1)).is_ok());
    assert_eq!(open::<Code>(&active(), &blob, end).map(drop), Err(OpenError::Expired));
}

#[test]
fn rings_without_one_active_key_are_refused() {
    let refused = [
        String::new(),
        key("00000001", "next", 1, ""),
        format!("{},{}", key("00000001", "active", 1, ""), key("00000002", "active", 2, "")),
        format!("{},{}", key("00000001", "active", 1, ""), key("00000001", "next", 2, "")),
        key("0000000G", "active", 1, ""),
        key("00000001", "asleep", 1, ""),
        format!("{},{}", key("00000001", "active", 1, ""), key("00000002", "retired", 2, "")),
        r#"{"kid":"00000001","state":"active","key":"AAAA"}"#.to_owned(),
    ];
    for keys in refused {
        assert!(Keyring::parse(&format!(r#"{{"keys":[{keys}]}}"#), "realm").is_err(), "{keys}");
    }
    assert!(Keyring::parse("", "realm").is_err());
}

/// Blobs that an older version sealed. A line that no longer opens would sign people out or kill codes at an update:
/// lines are added here, never changed.
#[test]
fn golden_seals_open_for_ever() {
    let golden = include_str!("../vectors/seals.txt");
    let mut seen = 0;
    // What the first lines say of fields that came later.
    let older = Lineage { offline: false, ..lineage() };
    for line in golden.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (kind, blob) = line.split_once(' ').unwrap();
        match kind {
            "code" => opens_as(blob, &[code(), Code { lineage: older.clone(), ..code() }]),
            "refresh_token" => {
                opens_as(blob, &[refresh_token(), RefreshToken { lineage: older.clone(), ..refresh_token() }]);
            }
            "session" => {
                let mut unnamed = session();
                unnamed.consents.iter_mut().for_each(|held| held.client = None);
                opens_as(blob, &[session(), Session { clients: Vec::new(), ..unnamed.clone() }, unnamed]);
            }
            "ticket" => {
                let oldest = Ticket { sign_out: None, ..older_ticket() };
                opens_as(blob, &[spoken_ticket(), hinted_ticket(), ticket(), old_ticket(), older_ticket(), oldest]);
            }
            "token_id" => {
                let never = TokenId { exchanges: Vec::new(), ..token_id() };
                opens_as(blob, &[token_id(), never.clone(), TokenId { lineage: older.clone(), ..never }]);
            }
            "device" => opens_as(blob, &[device()]),
            "link" => opens_as(blob, &[link()]),
            "client_token_id" => opens_as(blob, &[client_token_id()]),
            "client_id" => opens_as(blob, &[registered_client(), faced_client()]),
            "initial_access_token" => opens_as(blob, &[initial_access_token()]),
            "pushed_request" => opens_as(blob, &[spoken_request(), hinted_push(), pushed_request()]),
            "logout_notice" => opens_as(blob, &[logout_notice()]),
            "device_code" => opens_as(blob, &[device_code()]),
            other => panic!("{other}"),
        }
        seen += 1;
    }
    assert!(seen >= 5, "{seen}");
}

fn opens_as<P: Payload + PartialEq + Debug>(blob: &str, meanings: &[P]) {
    let meaning = opened::<P>(&active(), blob).unwrap();
    assert!(meanings.contains(&meaning), "{meaning:?}");
}

/// Prints the lines for `tests/vectors/seals.txt` when a payload is added.
#[test]
fn this_version_seals_what_the_golden_file_has() {
    let ring = active();
    let lines = [
        format!("code {}", seal(&ring, &code(), [9; 24])),
        format!("refresh_token {}", seal(&ring, &refresh_token(), [9; 24])),
        format!("session {}", seal(&ring, &session(), [9; 24])),
        format!("ticket {}", seal(&ring, &ticket(), [9; 24])),
        format!("ticket {}", seal(&ring, &spoken_ticket(), [9; 24])),
        format!("token_id {}", seal(&ring, &token_id(), [9; 24])),
        format!("device {}", seal(&ring, &device(), [9; 24])),
        format!("link {}", seal(&ring, &link(), [9; 24])),
        format!("client_token_id {}", seal(&ring, &client_token_id(), [9; 24])),
        format!("client_id {}", seal(&ring, &registered_client(), [9; 24])),
        format!("initial_access_token {}", seal(&ring, &initial_access_token(), [9; 24])),
        format!("pushed_request {}", seal(&ring, &pushed_request(), [9; 24])),
        format!("pushed_request {}", seal(&ring, &spoken_request(), [9; 24])),
        format!("device_code {}", seal(&ring, &device_code(), [9; 24])),
        format!("logout_notice {}", seal(&ring, &logout_notice(), [9; 24])),
    ];
    let golden = include_str!("../vectors/seals.txt");
    for line in &lines {
        assert!(golden.lines().any(|known| known == line), "not in tests/vectors/seals.txt:\n{}", lines.join("\n"));
    }
}

proptest! {
    #[test]
    fn garbage_never_opens_and_never_panics(text in "[A-Za-z0-9_-]{0,600}") {
        prop_assert!(opened::<Code>(&active(), &text).is_err());
    }

    #[test]
    fn any_bytes_under_a_known_key_never_open(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let blob = [vec![1, 0, 0, 0, 1], bytes].concat();
        prop_assert!(opened::<Session>(&active(), &base64url(blob)).is_err());
    }

    #[test]
    fn scope_nonce_and_state_survive(scope in "[a-z:]{1,20}( [a-z:]{1,20}){0,5}", text in "\\PC{0,200}", nonce in any::<[u8; 24]>()) {
        let mut payload = ticket();
        let request = payload.request.as_mut().unwrap();
        request.scope = Scope::parse(&scope).unwrap();
        request.state = Some(text.clone());
        request.nonce = Some(text);
        let blob = seal(&active(), &payload, nonce);
        prop_assert_eq!(opened::<Ticket>(&active(), &blob), Ok(payload));
    }
}
