//! `sealwax client add|list|show|remove`, and the way to the others

use crate::arguments::{ClientAdd, ClientCommand};
use crate::call::Server;
use crate::failure::Failure;
use crate::registration::Registration;
use crate::{client_changes, output, registrations};
use sealwax::client::ClientSecret;
use sealwax::endpoint::operator::{
    AnyClient, ClientInitialToken, ClientList, ClientName, ClientRemoved, ClientView, InitialToken, ListFrom,
    OperatorRequest, RegistrationView,
};
use sealwax::oauth::{ApplicationType, GrantType};
use serde_json::Value;

pub(crate) fn run(command: &ClientCommand, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    match command {
        ClientCommand::Add(arguments) => add(arguments, server, json),
        ClientCommand::List => list(server, json),
        ClientCommand::Show { id } => {
            let client = server.call(&OperatorRequest::ClientShow(ClientName { client_id: id.clone() }))?;
            match &client {
                _ if json => output::json(&client),
                AnyClient::Recorded(view) => output::fields(&described(view)),
                AnyClient::Registered(view) => output::fields(&registrations::described(view)),
            }
        }
        ClientCommand::Update(arguments) => client_changes::update(arguments, server, json),
        ClientCommand::RotateSecret(arguments) => client_changes::rotate_secret(arguments, server, json),
        ClientCommand::Disable { id } => client_changes::disable(id, server, json),
        ClientCommand::Enable { id } => client_changes::enable(id, server, json),
        ClientCommand::InitialToken { expires, label } => {
            let call = ClientInitialToken { lifetime: Some(*expires), label: label.clone() };
            let made: InitialToken = server.call(&OperatorRequest::ClientInitialToken(call))?;
            if json {
                return output::json(&made);
            }
            output::fields(&[
                ("id", made.id.to_string()),
                ("token", made.token.clone()),
                ("good until", output::minute(made.until)),
            ])?;
            output::line(
                "\nWhoever has the token can register clients, any number of them. The id is what denies it later.",
            )
        }
        ClientCommand::Remove { id } => {
            let name = ClientName { client_id: id.clone() };
            let removed: ClientRemoved = server.call(&OperatorRequest::ClientRemove(name))?;
            if json { output::json(&removed) } else { output::line(&format!("Removed the client {id}.")) }
        }
    }
}

fn add(arguments: &ClientAdd, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let registration = Registration::of(arguments, |id| show(id, server))?;
    let id = registration.call.client_id.clone();
    match server.call::<ClientView>(&OperatorRequest::ClientAdd(registration.call)) {
        Ok(view) if json => output::json(&with_secret(&view, registration.secret.as_ref(), false)?),
        Ok(view) => tell(&view, registration.secret.as_ref(), arguments.existing.replace),
        Err(failure) if failure.status == Some(409) && arguments.existing.if_missing => {
            let view = show(&id, server)?;
            if json {
                return output::json(&with_secret(&view, None, true)?);
            }
            output::line(&format!("The client {id} is there already: nothing changed."))
        }
        Err(failure) if failure.status == Some(409) => {
            Err(failure.remedy("Use --replace to change it, or --if-missing to leave it as it is."))
        }
        Err(failure) => Err(failure),
    }
}

fn tell(view: &ClientView, secret: Option<&ClientSecret>, replaced: bool) -> Result<(), Failure> {
    output::line(if replaced { "Registered anew:\n" } else { "Registered:\n" })?;
    output::fields(&described(view))?;
    show_secret(secret)?;
    complain_of_unknown(view);
    output::line("\nIt works everywhere within about a minute.")
}

/// What it is registered for in vain.
pub(crate) fn complain_of_unknown(view: &ClientView) {
    for (what, unknown) in [("scopes", &view.unknown_scopes), ("resources", &view.unknown_resources)] {
        if !unknown.is_empty() {
            let names = unknown.join(", ");
            output::complain(&format!(
                "note: this server does not define these {what}, and will not grant them: {names}"
            ));
        }
    }
}

pub(crate) fn show_secret(secret: Option<&ClientSecret>) -> Result<(), Failure> {
    let Some(secret) = secret else { return Ok(()) };
    output::line(&format!("\n  client_secret  {}", secret.reveal()))?;
    output::line("\nThe secret is shown this once and stored nowhere: keep it now.")
}

/// RFC 7591 §3.2.1: the metadata with the secret beside them.
pub(crate) fn with_secret(view: &ClientView, secret: Option<&ClientSecret>, existing: bool) -> Result<Value, Failure> {
    let mut answer = serde_json::to_value(view).map_err(|error| Failure::new(format!("no JSON: {error}")))?;
    if let (Value::Object(members), Some(secret)) = (&mut answer, secret) {
        members.insert("client_secret".to_owned(), Value::from(secret.reveal()));
    }
    if let (Value::Object(members), true) = (&mut answer, existing) {
        members.insert("existing".to_owned(), Value::from(true));
    }
    Ok(answer)
}

fn show(id: &str, server: &Server<'_>) -> Result<ClientView, Failure> {
    server.call(&OperatorRequest::ClientShow(ClientName { client_id: id.to_owned() }))
}

fn list(server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let mut clients: Vec<ClientView> = Vec::new();
    let mut registrations: Vec<RegistrationView> = Vec::new();
    let mut from = ListFrom::default();
    loop {
        let part: ClientList = server.call(&OperatorRequest::ClientList(from))?;
        clients.extend(part.clients);
        registrations.extend(part.registrations);
        match part.cursor {
            Some(cursor) => from = ListFrom { cursor: Some(cursor) },
            None => break,
        }
    }
    if json {
        let of = |error| Failure::new(format!("no JSON: {error}"));
        let all = clients.iter().map(serde_json::to_value).chain(registrations.iter().map(serde_json::to_value));
        return output::json(&all.collect::<Result<Vec<_>, _>>().map_err(of)?);
    }
    if clients.is_empty() && registrations.is_empty() {
        return output::line("No clients yet. Register one with `sealwax client add`.");
    }
    if !clients.is_empty() {
        let rows: Vec<[String; 5]> = clients.iter().map(row).collect();
        output::table(["CLIENT ID", "NAME", "KIND", "SCOPE", "ADDED"], &rows)?;
    }
    registrations::table(&registrations)
}

fn row(view: &ClientView) -> [String; 5] {
    let client = &view.client;
    let name = client.client_name.clone().unwrap_or_default();
    [client.client_id.to_string(), name, kind(view), client.scope.to_string(), output::day(client.created)]
}

fn kind(view: &ClientView) -> String {
    let proof = if view.client.is_public() { "public" } else { "confidential" };
    let native = if view.client.application_type == ApplicationType::Native { ", native" } else { "" };
    let first = if view.client.first_party { ", first party" } else { "" };
    let disabled = if view.client.disabled { ", disabled" } else { "" };
    format!("{proof}{native}{first}{disabled}")
}

pub(crate) fn described(view: &ClientView) -> Vec<(&'static str, String)> {
    let client = &view.client;
    let grants: Vec<&str> = client.grant_types.iter().map(|grant| grant.short_name()).collect();
    let mut fields = vec![
        ("client_id", client.client_id.to_string()),
        ("name", client.display_name().into_owned()),
        ("kind", kind(view)),
    ];
    fields.extend(client.redirect_uris.iter().map(|uri| ("redirect_uri", uri.as_str().to_owned())));
    fields.extend(client.post_logout_redirect_uris.iter().map(|uri| ("after sign-out", uri.as_str().to_owned())));
    let told = [
        ("back-channel logout", &client.backchannel_logout_uri),
        ("front-channel logout", &client.frontchannel_logout_uri),
    ];
    fields.extend(told.into_iter().filter_map(|(name, uri)| Some((name, uri.as_ref()?.as_str().to_owned()))));
    let face = [
        ("logo", &client.logo_uri),
        ("home page", &client.client_uri),
        ("privacy policy", &client.policy_uri),
        ("terms of service", &client.tos_uri),
        ("begins a sign-in", &client.initiate_login_uri),
    ];
    fields.extend(face.into_iter().filter_map(|(name, uri)| Some((name, uri.as_ref()?.as_str().to_owned()))));
    fields.push(("grants", grants.join(" ")));
    fields.push(("scope", client.scope.to_string()));
    let pinned = if client.token_endpoint_auth_method_pinned { " (no other)" } else { "" };
    fields.push(("auth method", format!("{}{pinned}", client.token_endpoint_auth_method.as_str())));
    if let Some(uri) = &client.jwks_uri {
        fields.push(("keys", uri.as_str().to_owned()));
    } else if client.jwks.is_some() {
        fields.push(("keys", "registered".to_owned()));
    }
    if client.token_endpoint_auth_method.has_secret() {
        fields.push(("secrets", view.secret_count.to_string()));
    }
    if client.may_use(GrantType::AuthorizationCode) {
        fields.push(("PKCE", if client.needs_pkce() { "required" } else { "optional" }.to_owned()));
    }
    let demands = [
        (client.require_pushed_authorization_requests, "pushed only"),
        (client.require_signed_request_object, "signed only"),
    ];
    fields.extend(demands.into_iter().filter(|(asked, _)| *asked).map(|(_, what)| ("requests", what.to_owned())));
    fields.extend(client.default_max_age.map(|seconds| ("max_age", format!("{seconds} s by default"))));
    fields.extend(client.request_object_signing_alg.map(|alg| ("request objects", alg.as_str().to_owned())));
    fields.extend(client.request_uris.iter().map(|uri| ("request_uri", uri.as_str().to_owned())));
    if client.always_refresh {
        fields.push(("refresh tokens", "always".to_owned()));
    }
    if client.rotate_refresh_tokens {
        fields.push(("rotation", "always".to_owned()));
    }
    let lifetimes = [("refresh lifetime", client.refresh_token_lifetime), ("refresh idle", client.refresh_token_idle)];
    let lifetimes = lifetimes.into_iter().filter_map(|(name, life)| Some((name, format!("{} s", life?.as_seconds()))));
    fields.extend(lifetimes);
    fields.extend(client.resources.iter().map(|resource| ("serves", resource.to_string())));
    match client.allowed_resources.as_deref() {
        None => {}
        Some([]) => fields.push(("tokens for", "no resource".to_owned())),
        Some(allowed) => fields.extend(allowed.iter().map(|resource| ("tokens for", resource.to_string()))),
    }
    let modes: Vec<&str> = client.exchange_modes.iter().map(|mode| mode.as_str()).collect();
    if client.may_use(GrantType::TokenExchange) {
        fields.push(("exchanges by", modes.join(" ")));
    }
    fields.extend(client.exchange_resources.iter().map(|resource| ("exchanges for", resource.to_string())));
    fields.extend(client.may_act.as_ref().map(|actor| ("may act", actor.to_string())));
    fields.push(("added", output::day(client.created)));
    fields
}
