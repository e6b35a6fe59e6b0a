//! What may be registered, and what may not.

use super::*;
use crate::client::ClientSecret;
use serde_json::{Value, json};

fn register(metadata: Value) -> Result<Client, MetadataError> {
    let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
    let public = metadata.token_endpoint_auth_method == Some(TokenEndpointAuthMethod::None);
    let secrets = if public { vec![] } else { vec![ClientSecret::from_random([1; 32]).hash(NOW)] };
    Client::register(metadata, ClientId::parse("app").unwrap(), secrets, NOW)
}

fn with(member: &str, value: Value) -> Result<Client, MetadataError> {
    let mut metadata = json!({"redirect_uris": ["https://app.example/cb"]});
    metadata.as_object_mut().unwrap().insert(member.to_owned(), value);
    register(metadata)
}

const NOW: Timestamp = Timestamp::from_millis(1);

/// RFC 7591 §2: what stands for members that are left out.
#[test]
fn defaults() {
    let client = register(json!({"redirect_uris": ["https://app.example/cb", "https://app.example/cb"]})).unwrap();
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode]);
    assert_eq!(client.token_endpoint_auth_method, TokenEndpointAuthMethod::ClientSecretBasic);
    assert_eq!(client.application_type, ApplicationType::Web);
    assert_eq!(client.scope.to_string(), "openid");
    assert_eq!(client.redirect_uris.len(), 1, "repetitions count once");
    assert!(client.require_pkce && !client.first_party && !client.always_refresh);
    assert_eq!((client.epoch, client.created), (0, NOW));
}

#[test]
fn refresh_tokens_are_asked_for_by_grant_scope_or_flag() {
    let both = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let client = with("scope", json!("openid offline_access")).unwrap();
    assert_eq!(client.grant_types, both);
    let client = with("grant_types", json!(["refresh_token", "authorization_code"])).unwrap();
    assert_eq!(
        (client.grant_types.as_slice(), client.scope.to_string().as_str()),
        (&both[..], "openid offline_access")
    );
    let client = with("always_refresh", json!(true)).unwrap();
    assert_eq!((client.grant_types.as_slice(), client.scope.to_string().as_str()), (&both[..], "openid"));
}

#[test]
fn what_a_client_may_be() {
    with("redirect_uris", json!(["http://localhost:3000/cb"])).unwrap();
    register(json!({"redirect_uris": ["com.example.app:/cb"], "application_type": "native",
        "token_endpoint_auth_method": "none"}))
    .unwrap();
    with("require_pkce", json!(false)).unwrap();
    with("client_name", json!("\u{6e96}\u{5099} \u{645}\u{6cc}\u{200c}\u{62e}")).unwrap();
}

#[test]
fn refusals_name_the_member() {
    let many: Vec<String> = (0..33).map(|n| format!("https://app.example/{n}")).collect();
    let refused = [
        ("redirect_uris", json!([])),
        ("redirect_uris", json!(many)),
        ("redirect_uris", json!(["com.example.app:/cb"])),
        ("grant_types", json!(["refresh_token"])),
        ("grant_types", json!(["refresh_token", "client_credentials"])),
        ("grant_types", json!([])),
        ("response_types", json!([])),
        ("client_name", json!(" ")),
        ("client_name", json!("a".repeat(129))),
        ("client_name", json!("Bank\u{202e}knaB")),
        ("client_name", json!("Bank\nOf")),
        ("client_name", json!("Ba\u{200b}nk")),
        ("require_signed_request_object", json!(true)),
        ("request_uris", json!(many[..9])),
        ("refresh_token_lifetime", json!(59)),
        ("refresh_token_lifetime", json!(34_560_001)),
        ("post_logout_redirect_uris", json!(many)),
        ("post_logout_redirect_uris", json!(["com.example.app:/bye"])),
        ("backchannel_logout_uri", json!("com.example.app:/back")),
        ("backchannel_logout_session_required", json!(true)),
        ("frontchannel_logout_uri", json!("com.example.app:/front")),
        ("frontchannel_logout_uri", json!("https://www.app.example/front")),
        ("frontchannel_logout_uri", json!("https://app.example:8443/front")),
        ("frontchannel_logout_uri", json!("http://localhost/front")),
        ("frontchannel_logout_session_required", json!(true)),
        ("default_acr_values", json!([""])),
        ("default_acr_values", json!(["a b"])),
        ("default_acr_values", json!(many[..9])),
        ("default_acr_values", json!(["a".repeat(129)])),
    ];
    for (member, value) in refused {
        assert_eq!(with(member, value.clone()).unwrap_err().member, member, "{value}");
    }
}

#[test]
fn where_a_client_is_told_of_a_sign_out() {
    let client = register(json!({
        "redirect_uris": ["https://app.example/cb"],
        "post_logout_redirect_uris": ["https://app.example/bye", "https://app.example/bye", "http://localhost:3000/"],
        "backchannel_logout_uri": "https://logout.app.example/back?tenant=1",
        "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": "https://app.example/front",
        "frontchannel_logout_session_required": true,
    }))
    .unwrap();
    assert_eq!(client.post_logout_redirect_uris.len(), 2, "repetitions count once");
    let record: Client = serde_json::from_value(serde_json::to_value(&client).unwrap()).unwrap();
    assert_eq!(record, client);
    with("frontchannel_logout_uri", json!("https://app.example/front?x=y")).unwrap();
    register(json!({"redirect_uris": ["http://127.0.0.1:3000/cb"],
        "frontchannel_logout_uri": "http://127.0.0.1:3000/front",
        "backchannel_logout_uri": "http://127.0.0.1:4000/back"}))
    .unwrap();
    register(json!({"redirect_uris": ["com.example.app:/cb"], "application_type": "native",
        "token_endpoint_auth_method": "none", "post_logout_redirect_uris": ["com.example.app:/bye"]}))
    .unwrap();
}

#[test]
fn members_are_held_against_each_other() {
    let uri = "https://app.example/cb";
    let code = "authorization_code";
    let refused = [
        ("scope", json!({"redirect_uris": [uri], "grant_types": [code], "scope": "offline_access"})),
        ("always_refresh", json!({"redirect_uris": [uri], "grant_types": [code], "always_refresh": true})),
        ("require_pkce", json!({"redirect_uris": [uri], "token_endpoint_auth_method": "none", "require_pkce": false})),
        ("redirect_uris", json!({})),
        ("scope", json!({"grant_types": ["client_credentials"]})),
        ("scope", json!({"grant_types": ["client_credentials"], "scope": "openid profile"})),
        (
            "grant_types",
            json!({"grant_types": ["client_credentials"], "scope": "notes", "token_endpoint_auth_method": "none"}),
        ),
        (
            "grant_types",
            json!({"redirect_uris": [uri], "grant_types": [code, "client_credentials"],
                "token_endpoint_auth_method": "none"}),
        ),
    ];
    for (member, metadata) in refused {
        assert_eq!(register(metadata.clone()).unwrap_err().member, member, "{metadata}");
    }
}

/// RFC 8628 §3.1, RFC 8693 §5
#[test]
fn devices_need_no_redirect_uri_and_who_exchanges_keeps_a_secret() {
    let (device, exchange) = (GrantType::DeviceCode.as_str(), GrantType::TokenExchange.as_str());
    let tv = register(json!({"grant_types": [device], "token_endpoint_auth_method": "none"})).unwrap();
    assert_eq!((tv.grant_types.as_slice(), tv.scope.to_string().as_str()), (&[GrantType::DeviceCode][..], "openid"));
    let lasting = register(json!({"grant_types": ["refresh_token", device], "scope": "notes offline_access"})).unwrap();
    assert!(lasting.may_use(GrantType::RefreshToken));
    let gateway = json!({"grant_types": [exchange], "scope": "notes", "exchange_resources": ["https://api.example"],
        "resources": ["https://gate.example"], "may_act": "other"});
    let gateway = register(gateway).unwrap();
    assert_eq!(gateway.exchange_modes, [ExchangeMode::Delegation]);
    let record: Client = serde_json::from_value(serde_json::to_value(&gateway).unwrap()).unwrap();
    assert_eq!(record, gateway);
    let modes = json!({"grant_types": [exchange], "scope": "notes", "exchange_modes": ["impersonation", "delegation"]});
    assert_eq!(register(modes).unwrap().exchange_modes, ExchangeMode::ALL);
    let many: Vec<String> = (0..17).map(|n| format!("https://api.example/{n}")).collect();
    for (member, metadata) in [
        ("grant_types", json!({"grant_types": [exchange], "scope": "notes", "token_endpoint_auth_method": "none"})),
        ("grant_types", json!({"grant_types": [exchange, "refresh_token"], "scope": "notes"})),
        ("scope", json!({"grant_types": [exchange]})),
        ("scope", json!({"grant_types": [exchange, "client_credentials"], "scope": "openid"})),
        ("exchange_modes", json!({"grant_types": [device], "exchange_modes": ["delegation"]})),
        ("exchange_resources", json!({"grant_types": [device], "exchange_resources": ["https://api.example"]})),
        ("exchange_resources", json!({"grant_types": [exchange], "scope": "notes", "exchange_resources": many})),
    ] {
        assert_eq!(register(metadata.clone()).unwrap_err().member, member, "{metadata}");
    }
}

/// RFC 6749 §4.4
#[test]
fn a_client_without_users_needs_no_redirect_uri() {
    let client = register(json!({"grant_types": ["client_credentials"], "response_types": [], "scope": "notes:read",
        "allowed_resources": ["https://api.example"]}))
    .unwrap();
    assert_eq!(client.grant_types, [GrantType::ClientCredentials]);
    assert!(client.redirect_uris.is_empty() && client.scope.to_string() == "notes:read");
    let record: Client = serde_json::from_value(serde_json::to_value(&client).unwrap()).unwrap();
    assert_eq!(record, client);
    let both = with("grant_types", json!(["client_credentials", "authorization_code"])).unwrap();
    assert_eq!(both.grant_types, [GrantType::AuthorizationCode, GrantType::ClientCredentials]);
    let many: Vec<String> = (0..17).map(|n| format!("https://api.example/{n}")).collect();
    assert_eq!(with("allowed_resources", json!(many)).unwrap_err().member, "allowed_resources");
}

/// RFC 6749 §2.1
#[test]
fn public_clients_have_no_secret_and_others_have_one() {
    let metadata = |method| ClientMetadata {
        redirect_uris: vec![RedirectUri::parse("https://app.example/cb").unwrap()],
        token_endpoint_auth_method: Some(method),
        ..ClientMetadata::default()
    };
    let secret = ClientSecret::from_random([1; 32]).hash(NOW);
    let register = |method, secrets: Vec<SecretHash>| {
        Client::register(metadata(method), ClientId::parse("app").unwrap(), secrets, NOW).map_err(|e| e.member)
    };
    assert_eq!(register(TokenEndpointAuthMethod::None, vec![secret.clone()]), Err("token_endpoint_auth_method"));
    assert_eq!(register(TokenEndpointAuthMethod::ClientSecretPost, vec![]), Err("token_endpoint_auth_method"));
    assert_eq!(register(TokenEndpointAuthMethod::ClientSecretPost, vec![secret.clone(); 5]), Err("client_secret"));
    assert!(register(TokenEndpointAuthMethod::ClientSecretPost, vec![secret; 2]).is_ok());
}
