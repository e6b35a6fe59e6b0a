//! From arguments and RFC 7591 metadata to a call of `client.add`.

use crate::arguments::ClientAdd as Arguments;
use crate::failure::Failure;
use crate::outside::{random, secret_from_stdin};
use sealwax::client::{ClientMetadata, ClientSecret};
use sealwax::endpoint::operator::{ClientAdd, ClientView};
use sealwax::oauth::{Secret, TokenEndpointAuthMethod, base64url};
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
        let mut members = document(arguments)?;
        let id = take(&mut members, "client_id")?;
        let given = take(&mut members, "client_secret")?;
        override_members(&mut members, arguments);
        let metadata: ClientMetadata = serde_json::from_value(Value::Object(members))
            .map_err(|error| Failure::new(format!("the metadata cannot be registered: {error}")))?;
        let client_id = match arguments.id.clone().or(id) {
            Some(id) => id,
            None => random_id()?,
        };
        let public = metadata.token_endpoint_auth_method == Some(TokenEndpointAuthMethod::None);
        let chosen = match (given, arguments.secret.secret_stdin) {
            (_, true) => Chosen::Elsewhere(chosen(&secret_from_stdin()?)?),
            (Some(text), _) => Chosen::Elsewhere(chosen(&Secret::new(text))?),
            (None, _) if public => Chosen::Nothing,
            (None, _) if keeps_secrets(arguments, &client_id, show)? => Chosen::Nothing,
            (None, _) => Chosen::Here(ClientSecret::from_random(random()?)),
        };
        let hashed = |secret: &ClientSecret| vec![base64url(Sha256::digest(secret.reveal()))];
        let (secrets, secret) = match chosen {
            Chosen::Nothing => (Vec::new(), None),
            Chosen::Elsewhere(secret) => (hashed(&secret), None),
            Chosen::Here(secret) => (hashed(&secret), Some(secret)),
        };
        let replace = arguments.existing.replace;
        let call = ClientAdd { client_id, metadata: Box::new(metadata), secrets, replace };
        Ok(Self { call, secret })
    }
}

/// The members of `--metadata`.
fn document(arguments: &Arguments) -> Result<Map<String, Value>, Failure> {
    let Some(path) = &arguments.metadata else { return Ok(Map::new()) };
    let text = if path == Path::new("-") {
        if arguments.secret.secret_stdin {
            return Err(Failure::new("standard input cannot be both the metadata and the secret")
                .remedy("Give the metadata as a file, or the secret as its member client_secret."));
        }
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
fn override_members(members: &mut Map<String, Value>, arguments: &Arguments) {
    let mut set = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    if let Some(name) = &arguments.name {
        set("client_name", json!(name));
    }
    if !arguments.redirect_uris.is_empty() {
        set("redirect_uris", json!(arguments.redirect_uris));
    }
    if !arguments.sign_out.post_logout_redirect_uris.is_empty() {
        set("post_logout_redirect_uris", json!(arguments.sign_out.post_logout_redirect_uris));
    }
    if let Some(uri) = &arguments.sign_out.backchannel_logout_uri {
        set("backchannel_logout_uri", json!(uri));
    }
    if let Some(uri) = &arguments.sign_out.frontchannel_logout_uri {
        set("frontchannel_logout_uri", json!(uri));
    }
    if let Some(scope) = &arguments.scope {
        set("scope", json!(scope));
    }
    if !arguments.grants.is_empty() {
        set("grant_types", json!(arguments.grants));
    }
    if arguments.kind.public {
        set("token_endpoint_auth_method", json!("none"));
    } else if let Some(method) = &arguments.auth_method {
        set("token_endpoint_auth_method", json!(method));
    } else if arguments.kind.confidential {
        set("token_endpoint_auth_method", json!("client_secret_basic"));
    }
    if arguments.kind.native {
        set("application_type", json!("native"));
    }
    if let Some(seconds) = arguments.refresh_lifetime {
        set("refresh_token_lifetime", json!(seconds));
    }
    let flags = [
        (arguments.pin_auth_method, "token_endpoint_auth_method_pinned", true),
        (arguments.treatment.first_party, "first_party", true),
        (arguments.treatment.always_refresh, "always_refresh", true),
        (arguments.treatment.no_pkce, "require_pkce", false),
    ];
    for (_, name, value) in flags.iter().filter(|(given, ..)| *given) {
        set(name, json!(value));
    }
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

fn chosen(text: &Secret<String>) -> Result<ClientSecret, Failure> {
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
