//! Metadata (RFC 8414 §2, OpenID Connect Discovery §3): one document for both, made from the tables that the behaviour
//! comes from.

use super::{ROUTES, is_open};
use crate::config::Config;
use crate::cx::{Cx, Platform};
use crate::http::{Note, Published, Reply, Request};
use crate::oauth::{
    CodeChallengeMethod, GrantType, Language, Prompt, Resource, ResponseMode, ResponseType, SigningAlgorithm,
    StandardClaim, SubjectType, TokenEndpointAuthMethod,
};
use serde_json::{Map, Value, json};

/// OpenID Connect Discovery §4
pub(super) const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// RFC 8414 §3
pub(super) const OAUTH_AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// The metadata document.
pub(super) fn discovery<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    let document = cx.config.metadata.get_or_init(|| document(cx.config));
    let reply = Reply::published(document, request.if_none_match.as_deref());
    reply.header("cache-control", "public, max-age=300").noted(Note::event("metadata"))
}

fn document(config: &Config) -> Published {
    let mut document = Map::new();
    let mut tell = |name: &str, value: Value| drop(document.insert(name.to_owned(), value));
    for subject in SUBJECTS {
        subject(config, &mut tell);
    }
    Published::new(Value::Object(document).to_string())
}

/// Takes a member's name and its value.
type Tell<'a> = &'a mut dyn FnMut(&str, Value);

/// What there is to tell, subject by subject.
const SUBJECTS: &[fn(&Config, Tell<'_>)] = &[endpoints, grants, clients, requests, tokens, sign_out, objects];

fn endpoints(config: &Config, tell: Tell<'_>) {
    tell("issuer", json!(config.issuer.as_str()));
    for route in ROUTES.iter().filter(|route| is_open(route.endpoint, config)) {
        if let Some(name) = route.metadata {
            tell(name, json!(config.issuer.url(route.path)));
        }
    }
    // The version, where RFC 8414 §2 has a member that can carry it: conformance suites warn of unknown members.
    tell("service_documentation", json!(format!("{}?version={}", config.issuer.url("/"), crate::VERSION)));
}

/// RFC 8414 §2: what can be asked for, and how the answer comes.
fn grants(config: &Config, tell: Tell<'_>) {
    tell("response_types_supported", words(ResponseType::ALL, ResponseType::as_str));
    tell("response_modes_supported", words(ResponseMode::ALL, ResponseMode::as_str));
    let grants = GrantType::ALL.iter().filter(|grant| config.offers(**grant));
    tell("grant_types_supported", grants.map(|grant| grant.as_str()).collect());
    // RFC 9207 §3
    tell("authorization_response_iss_parameter_supported", json!(true));
}

/// RFC 8414 §2: how clients prove who they are.
fn clients(config: &Config, tell: Tell<'_>) {
    let methods = words(TokenEndpointAuthMethod::ALL, TokenEndpointAuthMethod::as_str);
    tell("token_endpoint_auth_methods_supported", methods.clone());
    tell("revocation_endpoint_auth_methods_supported", methods);
    // RFC 8414 §2: what clients may sign their assertions with.
    for endpoint in ["token", "revocation", "introspection"] {
        let signed = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str);
        tell(&format!("{endpoint}_endpoint_auth_signing_alg_values_supported"), signed);
    }
    // RFC 7662 §2.1: only who proves who it is may ask.
    let proofs = TokenEndpointAuthMethod::ALL.iter().filter(|method| **method != TokenEndpointAuthMethod::None);
    tell("introspection_endpoint_auth_methods_supported", proofs.map(|method| method.as_str()).collect());
    if config.registration.metadata_documents {
        // draft-ietf-oauth-client-id-metadata-document §5
        tell("client_id_metadata_document_supported", json!(true));
    }
}

/// What an authorization request may say.
fn requests(config: &Config, tell: Tell<'_>) {
    tell("code_challenge_methods_supported", words(CodeChallengeMethod::ALL, CodeChallengeMethod::as_str));
    tell("prompt_values_supported", words(Prompt::ALL, Prompt::as_str));
    tell("ui_locales_supported", words(Language::ALL, Language::as_str));
    tell("scopes_supported", config.scopes.names().collect());
    if !config.resources.is_empty() {
        // RFC 9728 §4
        tell("protected_resources", config.resources.iter().map(Resource::as_str).collect());
    }
    // RFC 9126 §5
    tell("require_pushed_authorization_requests", json!(config.require_pushed_authorization_requests));
}

/// What tokens and userinfo say of the user.
fn tokens(config: &Config, tell: Tell<'_>) {
    let subjects =
        SubjectType::ALL.iter().filter(|kind| **kind == SubjectType::Public || config.pairwise_secret.is_some());
    tell("subject_types_supported", subjects.map(|kind| kind.as_str()).collect());
    let algorithms: Vec<&str> = config.signing_keys.algorithms().map(SigningAlgorithm::as_str).collect();
    // OpenID Connect Discovery §3
    tell("id_token_signing_alg_values_supported", json!(algorithms));
    if config.signing_keys.sign() {
        tell("userinfo_signing_alg_values_supported", json!(algorithms));
    }
    let of_users = StandardClaim::ALL.iter().map(|claim| claim.name);
    tell("claims_supported", super::token::ID_TOKEN_CLAIMS.iter().copied().chain(of_users).collect());
    // OpenID Connect Core §5.6: claims are this server's own; those of others are neither aggregated nor distributed.
    tell("claim_types_supported", json!(["normal"]));
    tell("acr_values_supported", json!([super::token::ACR]));
    tell("claims_parameter_supported", json!(true));
}

fn sign_out(_: &Config, tell: Tell<'_>) {
    // Back-Channel Logout §2.1, Front-Channel Logout §3
    for channel in ["backchannel", "frontchannel"] {
        tell(&format!("{channel}_logout_supported"), json!(true));
        tell(&format!("{channel}_logout_session_supported"), json!(true));
    }
}

/// Request objects.
fn objects(config: &Config, tell: Tell<'_>) {
    // OpenID Connect Discovery §3, RFC 9101 §10.5
    tell("request_parameter_supported", json!(true));
    tell("request_uri_parameter_supported", json!(true));
    tell("require_request_uri_registration", json!(true));
    tell("request_object_signing_alg_values_supported", words(SigningAlgorithm::ALL, SigningAlgorithm::as_str));
    tell("require_signed_request_object", json!(config.require_signed_request_object));
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Value {
    all.iter().map(|value| word(*value)).collect()
}
