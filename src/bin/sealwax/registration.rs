//! From arguments and RFC 7591 metadata to calls of `client.add` and `client.update`.

use crate::arguments::{ClientAdd as Arguments, ClientUpdate, MetadataFlags};
use crate::failure::Failure;
use crate::outside::{random, secret_from_stdin};
use sealwax::client::{ClientMetadata, ClientSecret};
use sealwax::endpoint::operator::{self, ClientAdd, ClientView};
use sealwax::oauth::{GrantType, Secret, TokenEndpointAuthMethod, base64url};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// The call, and the secret to show when it succeeded.
pub(crate) struct Registration {
    pub(crate) call: ClientAdd,
    pub(crate) secret: Option<ClientSecret>,
}

/// A secret and whether it is news to the operator.
enum Chosen {
    Nothing,
    Elsewhere(ClientSecret),
    Here(ClientSecret),
}

impl Registration {
    pub(crate) fn of(
        arguments: &Arguments,
        show: impl Fn(&str) -> Result<ClientView, Failure>,
    ) -> Result<Self, Failure> {
        let flags = &arguments.metadata;
        if is_stdin(flags) && arguments.secret.secret_stdin {
            return Err(Failure::new("standard input cannot be both the metadata and the secret")
                .remedy("Give the metadata as a file, or the secret as its member client_secret."));
        }
        let mut members = document(flags)?;
        let id = take(&mut members, "client_id")?;
        let given = take(&mut members, "client_secret")?;
        override_members(&mut members, flags)?;
        let metadata: ClientMetadata = serde_json::from_value(Value::Object(members))
            .map_err(|error| Failure::new(format!("the metadata cannot be registered: {error}")))?;
        let client_id = match arguments.id.clone().or(id) {
            Some(id) => id,
            None => random_id()?,
        };
        let has_secret = metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret);
        let chosen = match (given, arguments.secret.secret_stdin) {
            (_, true) => Chosen::Elsewhere(chosen(&secret_from_stdin()?)?),
            (Some(text), _) => Chosen::Elsewhere(chosen(&Secret::new(text))?),
            (None, _) if !has_secret => Chosen::Nothing,
            (None, _) if keeps_secrets(arguments, &client_id, show)? => Chosen::Nothing,
            (None, _) => Chosen::Here(ClientSecret::from_random(random()?)),
        };
        let (secrets, secret) = match chosen {
            Chosen::Nothing => (Vec::new(), None),
            Chosen::Elsewhere(secret) => (vec![hashed(&secret)], None),
            Chosen::Here(secret) => (vec![hashed(&secret)], Some(secret)),
        };
        let replace = arguments.existing.replace;
        let call = ClientAdd { client_id, metadata: Box::new(metadata), secrets, replace };
        Ok(Self { call, secret })
    }
}

/// What is to change.
pub(crate) fn changes(arguments: &ClientUpdate) -> Result<operator::ClientUpdate, Failure> {
    let mut metadata = document(&arguments.metadata)?;
    override_members(&mut metadata, &arguments.metadata)?;
    if metadata.is_empty() {
        return Err(Failure::new("nothing is to change").remedy("Say what, with flags or with --metadata."));
    }
    if metadata.contains_key("client_secret") {
        return Err(Failure::new("an update does not change the secret").remedy("Use `sealwax client rotate-secret`."));
    }
    Ok(operator::ClientUpdate { client_id: arguments.id.clone(), metadata })
}

fn is_stdin(flags: &MetadataFlags) -> bool {
    flags.document.as_deref() == Some(Path::new("-"))
}

/// The members of `--metadata`.
fn document(flags: &MetadataFlags) -> Result<Map<String, Value>, Failure> {
    let Some(path) = &flags.document else { return Ok(Map::new()) };
    let text = if is_stdin(flags) {
        secret_from_stdin()?
    } else {
        let text = std::fs::read_to_string(path);
        Secret::new(text.map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?)
    };
    let members = serde_json::from_str(text.reveal());
    members.map_err(|error| Failure::new(format!("the metadata are not a JSON object: {error}")))
}

fn take(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::new(format!("the metadata cannot be registered: {name}: is not a string"))),
    }
}

/// Flags win over the document.
fn override_members(members: &mut Map<String, Value>, flags: &MetadataFlags) -> Result<(), Failure> {
    let MetadataFlags { refresh, kind, treatment, sign_out, keys, requests, signed, face, exchange, .. } = flags;
    let method = match &flags.auth_method {
        _ if kind.public => Some("none"),
        Some(method) => Some(method.as_str()),
        None if keys.jwks.is_some() || keys.jwks_uri.is_some() => Some("private_key_jwt"),
        None => kind.confidential.then_some("client_secret_basic"),
    };
    let list = |uris: &[String]| (!uris.is_empty()).then(|| json!(uris));
    let uri = |uri: &Option<String>| uri.as_ref().map(|uri| json!(uri));
    let yes = |given: bool| given.then_some(Value::Bool(true));
    let given = [
        ("client_name", flags.name.as_ref().map(|name| json!(name))),
        ("redirect_uris", list(&flags.redirect_uris)),
        ("post_logout_redirect_uris", list(&sign_out.post_logout_redirect_uris)),
        ("backchannel_logout_uri", uri(&sign_out.backchannel_logout_uri)),
        ("frontchannel_logout_uri", uri(&sign_out.frontchannel_logout_uri)),
        ("scope", flags.scope.as_ref().map(|scope| json!(scope))),
        ("grant_types", (!flags.grants.is_empty()).then(|| json!(grants(&flags.grants)))),
        ("resources", list(&flags.resources)),
        ("allowed_resources", list(&flags.allowed_resources)),
        ("exchange_modes", list(&exchange.modes)),
        ("exchange_resources", list(&exchange.resources)),
        ("may_act", exchange.may_act.as_ref().map(|id| json!(id))),
        // One takes the place of the other.
        ("jwks", keys.jwks.as_deref().map(key_set).transpose()?.or(keys.jwks_uri.as_ref().map(|_| Value::Null))),
        ("jwks_uri", keys.jwks_uri.as_ref().map(|uri| json!(uri)).or(keys.jwks.as_ref().map(|_| Value::Null))),
        ("token_endpoint_auth_signing_alg", keys.signing_alg.as_ref().map(|alg| json!(alg))),
        ("token_endpoint_auth_method", method.map(|method| json!(method))),
        ("token_endpoint_auth_method_pinned", yes(flags.pin_auth_method)),
        ("application_type", kind.native.then(|| json!("native"))),
        ("refresh_token_lifetime", refresh.lifetime.map(|seconds| json!(seconds))),
        ("refresh_token_idle", refresh.idle.map(|seconds| json!(seconds))),
        ("rotate_refresh_tokens", yes(refresh.rotate)),
        ("require_pushed_authorization_requests", yes(requests.require_par)),
        ("require_signed_request_object", yes(requests.require_signed)),
        ("request_object_signing_alg", requests.object_alg.as_ref().map(|alg| json!(alg))),
        ("request_uris", list(&requests.uris)),
        ("id_token_signed_response_alg", signed.id_token.as_ref().map(|alg| json!(alg))),
        ("userinfo_signed_response_alg", signed.userinfo.as_ref().map(|alg| json!(alg))),
        ("default_max_age", requests.default_max_age.map(|seconds| json!(seconds))),
        ("logo_uri", uri(&face.logo)),
        ("client_uri", uri(&face.home_page)),
        ("policy_uri", uri(&face.policy)),
        ("tos_uri", uri(&face.terms)),
        ("initiate_login_uri", uri(&face.initiate_login)),
        ("first_party", yes(treatment.first_party)),
        ("always_refresh", yes(treatment.always_refresh)),
        ("require_pkce", treatment.no_pkce.then_some(Value::Bool(false))),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    members.extend(given);
    Ok(())
}

/// Grants as metadata name them.
fn grants(named: &[String]) -> Vec<&'static str> {
    named.iter().filter_map(|name| GrantType::named(name)).map(GrantType::as_str).collect()
}

/// A JWK set, or a single JWK, in a file.
fn key_set(path: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
    let json: Value =
        serde_json::from_str(&text).map_err(|error| Failure::new(format!("{} is no JSON: {error}", path.display())))?;
    Ok(if json.get("kty").is_some() { json!({ "keys": [json] }) } else { json })
}

/// Whether a client that is replaced has secrets, and keeps them.
fn keeps_secrets(
    arguments: &Arguments,
    id: &str,
    show: impl Fn(&str) -> Result<ClientView, Failure>,
) -> Result<bool, Failure> {
    if !arguments.existing.replace || arguments.secret.new_secret {
        return Ok(false);
    }
    match show(id) {
        Ok(view) => Ok(view.secret_count > 0),
        Err(failure) if failure.status == Some(404) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// What travels instead of a secret.
pub(crate) fn hashed(secret: &ClientSecret) -> String {
    base64url(Sha256::digest(secret.reveal()))
}

pub(crate) fn chosen(text: &Secret<String>) -> Result<ClientSecret, Failure> {
    ClientSecret::chosen(text.reveal()).ok_or_else(|| {
        Failure::new("the secret must have 43 to 512 printable ASCII characters")
            .remedy("Leave it out, and one of 256 bits is made; or make one with `openssl rand -hex 32`.")
    })
}

/// 128 bits. Not one that an argument parser takes for a flag.
fn random_id() -> Result<String, Failure> {
    loop {
        let id = base64url(random::<16>()?);
        if !id.starts_with('-') {
            return Ok(id);
        }
    }
}
