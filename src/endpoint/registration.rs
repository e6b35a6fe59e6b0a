//! Dynamic registration (RFC 7591) and its management (RFC 7592). Nothing is stored when a client registers: its
//! `client_id` is a seal of what it registered. A record is written when it changes that, or goes.

use super::registration_record::{self, Decision};
use super::self_registered::{self, Found, SelfRegistered};
use super::subject;
use crate::client::{Client, ClientMetadata, ClientSecret, MetadataError, RegistrationRecord, registered};
use crate::config::RegistrationMode;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Method, Note, Params, Reply, Request};
use crate::oauth::{ClientId, GrantType, ResponseType, TokenEndpointAuthMethod};
use crate::record;
use crate::seal::{self, InitialAccessToken};
use serde_json::{Map, Value, json};

/// Why nothing is registered.
enum Failure {
    Error(OAuthError),
    Metadata(MetadataError),
}

/// Answers.
pub(super) async fn registration<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    let answered = match request.method {
        Method::Post => register(request, cx).await,
        _ => manage(request, cx).await,
    };
    let reply = match answered {
        Ok(reply) => reply,
        Err(Failure::Metadata(error)) => metadata_error(&error),
        Err(Failure::Error(error)) => challenge(&error),
    };
    // Fetch standard §3.2.3: scripts of other origins read the challenge too.
    reply.header("access-control-expose-headers", "www-authenticate")
}

/// RFC 7591 §3
async fn register<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let initial_token = initial_token(request, cx)?;
    let metadata = metadata(request, cx)?;
    let content = registered(&metadata, cx.random()?, cx.now, initial_token.as_ref().map(|token| token.id));
    let id = seal::seal(&cx.config.rings.client, &content, cx.random()?)?;
    let id = ClientId::parse(&id).ok_or_else(|| {
        let reason = format!("would have {} characters, and may have 4,000: the metadata do not fit", id.len());
        MetadataError::new("client_id", reason)
    })?;
    let (secret, token) = (self_registered::secret(&id, cx), self_registered::registration_access_token(&id, cx));
    let (Some(secret), Some(token)) = (secret, token) else { return Err(OAuthError::internal("client_ring").into()) };
    let has_secret = metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret);
    let secrets = has_secret.then(|| secret.hash(cx.now)).into_iter().collect();
    let client = self_registered::admit(metadata, id, secrets, cx.now, cx.config)?;
    refuse_undoable(&client, cx)?;
    subject::vouch(&client, cx).await?;
    let secret = has_secret.then_some(secret);
    let reply = information(201, &client, secret.as_ref(), &token, cx);
    let initial_token = initial_token.map(|token| token.to_string());
    Ok(reply
        .noted(Note { initial_token, ..Note::event("client_registered") })
        .concerning(Some(&client.client_id), None))
}

/// RFC 7592 §2
async fn manage<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (found, token) = authorized(request, cx).await?;
    // A record lives for ever, and whoever may register without a token can have one written for each client.
    let changes = !matches!(request.method, Method::Get | Method::Head);
    if changes && found.content.initial_token.is_none() && !cx.platform.may_leave_a_row().await {
        return Err(OAuthError::unavailable("too_many_from_address").into());
    }
    let client = &found.client;
    let secret = client.token_endpoint_auth_method.has_secret().then(|| self_registered::secret(&client.client_id, cx));
    let reply = match request.method {
        Method::Get | Method::Head => {
            information(200, client, secret.flatten().as_ref(), &token, cx).noted(Note::event("client_read"))
        }
        Method::Delete => {
            let (digest, id) = (client.client_id.digest(), Some(&client.client_id));
            registration_record::decide(digest, id, Decision::Remove, cx).await?;
            Reply::empty(204).header("cache-control", "no-store").noted(Note::event("client_deleted"))
        }
        _ => return update(request, found, &token, cx).await,
    };
    Ok(reply.concerning(Some(&client.client_id), None))
}

/// RFC 7592 §2.2: what is sent takes the place of all that was registered. Id, secret and token stay.
async fn update<P: Platform>(
    request: &Request,
    found: SelfRegistered,
    token: &ClientSecret,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let before = found.client;
    let mut members = body(request)?;
    let id = before.client_id.clone();
    let secret = self_registered::secret(&id, cx);
    let sent = |name| members.get(name).map(|value| value.as_str().unwrap_or_default().to_owned());
    if sent("client_id").as_deref() != Some(id.as_str()) {
        return Err(MetadataError::new("client_id", "is not the one that is updated").into());
    }
    let same_secret = |sent: &str| secret.as_ref().is_some_and(|secret| secret.reveal() == sent);
    if sent("client_secret").is_some_and(|sent| !same_secret(&sent)) {
        return Err(MetadataError::new("client_secret", "cannot be chosen").into());
    }
    // RFC 7592 §2.2: these are this server's to say.
    for name in
        ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"]
    {
        if members.contains_key(name) {
            return Err(MetadataError::new("client_id", format!("and not {name} belongs into an update")).into());
        }
    }
    for name in ["client_id", "client_secret"] {
        members.remove(name);
    }
    let metadata = read(members, cx)?;
    let content = registered(&metadata, *found.content.id, found.content.issued, found.content.initial_token);
    let has_secret = metadata.token_endpoint_auth_method.is_none_or(TokenEndpointAuthMethod::has_secret);
    let secret = secret.filter(|_| has_secret);
    let secrets = secret.iter().map(|secret| secret.hash(content.issued)).collect();
    let client = self_registered::admit(metadata, id, secrets, content.issued, cx.config)?;
    refuse_undoable(&client, cx)?;
    subject::vouch(&client, cx).await?;
    let client = Client { epoch: before.epoch, disabled: before.disabled, ..client };
    let record = RegistrationRecord { content: Some(content.to_text()), ..found.record };
    registration_record::update(&client.client_id, record, content.issued, cx).await?;
    let reply = information(200, &client, secret.as_ref(), token, cx);
    Ok(reply.noted(Note::event("client_updated")).concerning(Some(&client.client_id), None))
}

/// What this server could not do for the client.
fn refuse_undoable<P: Platform>(client: &Client, cx: &Cx<'_, P>) -> Result<(), MetadataError> {
    client.refuse_unsignable(&cx.config.signing_keys)?;
    client.refuse_uncallable(&cx.config.issuer)
}

/// RFC 7591 §3.2.1, RFC 7592 §3: all that is registered, as it is now.
fn information<P: Platform>(
    status: u16,
    client: &Client,
    secret: Option<&ClientSecret>,
    token: &ClientSecret,
    cx: &Cx<'_, P>,
) -> Reply {
    let mut members = told_of(client);
    members.insert("registration_access_token".to_owned(), json!(token.reveal()));
    // A seal is base64url, which stands in a query as it is.
    let uri = format!("{}?client_id={}", cx.config.issuer.url("/register"), client.client_id);
    members.insert("registration_client_uri".to_owned(), json!(uri));
    if let Some(secret) = secret {
        members.insert("client_secret".to_owned(), json!(secret.reveal()));
        // It never does.
        members.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    Reply::json(status, &members).header("pragma", "no-cache")
}

/// What a client is registered with, the defaults too.
pub(super) fn told_of(client: &Client) -> Map<String, Value> {
    // A struct of ours with string keys: it is always an object.
    let mut members = match serde_json::to_value(client) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    members.retain(|name, _| TOLD.contains(&name.as_str()));
    let code = client.may_use(GrantType::AuthorizationCode);
    let response_types: &[ResponseType] = if code { &[ResponseType::Code] } else { &[] };
    members.insert("response_types".to_owned(), json!(response_types));
    members.insert("subject_type".to_owned(), json!(client.subject_type));
    members.insert("client_id_issued_at".to_owned(), json!(client.created.seconds()));
    members
}

/// What of a client's record is its own metadata.
const TOLD: &[&str] = &[
    "client_id",
    "client_name",
    "redirect_uris",
    "grant_types",
    "scope",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "jwks",
    "jwks_uri",
    "application_type",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "subject_type",
    "sector_identifier_uri",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
    "request_object_signing_alg",
    "require_signed_request_object",
    "request_uris",
    "require_pushed_authorization_requests",
    "logo_uri",
    "client_uri",
    "policy_uri",
    "tos_uri",
    "initiate_login_uri",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
];

/// The client's metadata, on the operator's terms.
fn metadata<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<ClientMetadata, Failure> {
    read(body(request)?, cx)
}

fn read<P: Platform>(members: Map<String, Value>, cx: &Cx<'_, P>) -> Result<ClientMetadata, Failure> {
    // RFC 7591 §2.3: nobody is trusted here to speak for software.
    if members.contains_key("software_statement") {
        let description = "Software statements are not taken here.";
        return Err(OAuthError::new(ErrorCode::UnapprovedSoftwareStatement, description, "software_statement").into());
    }
    Ok(cx.config.registration.terms.read(members)?)
}

fn body(request: &Request) -> Result<Map<String, Value>, Failure> {
    let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(OAuthError::invalid_request("The content type must be application/json.", "content_type").into());
    }
    let too_long = OAuthError::invalid_request("The body is longer than 64 KB.", "body_too_long");
    let body = request.body.as_deref().ok_or(too_long)?;
    let members = std::str::from_utf8(body).ok().and_then(record::object);
    let malformed = OAuthError::new(ErrorCode::InvalidClientMetadata, "The body is no JSON object.", "not_json");
    Ok(members.ok_or(malformed)?)
}

/// RFC 7591 §3: who may register. A token that is shown has to be a good one, also where none is needed.
fn initial_token<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Option<InitialAccessToken>, Failure> {
    let registration = &cx.config.registration;
    let Some(token) = bearer(request) else {
        return match registration.mode {
            RegistrationMode::Open if request.authorization.is_none() => Ok(None),
            _ => Err(invalid_token(TOKEN_MISSING).into()),
        };
    };
    let token = seal::open::<InitialAccessToken>(&cx.config.rings.client, token, cx.now);
    let token = token.map_err(|error| invalid_token(error.cause()))?.into_inner();
    if registration.denied_initial_tokens.contains(&token.id) {
        return Err(invalid_token("initial_token_denied").into());
    }
    Ok(Some(token))
}

/// RFC 7592 §2: whose registration this is, and that the token belongs to it. Whatever is wrong is told alike, so that
/// nobody learns which clients there are.
async fn authorized<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<(SelfRegistered, ClientSecret), Failure> {
    let params = Params::of_query(request)?;
    let shown = bearer(request).ok_or(invalid_token(TOKEN_MISSING))?;
    let id = params.one("client_id")?.and_then(ClientId::parse).ok_or(invalid_token("client_unknown"))?;
    let token = self_registered::registration_access_token(&id, cx).ok_or(invalid_token("client_unknown"))?;
    let shown = ClientSecret::presented(shown).ok_or(invalid_token("token_too_long"))?;
    // Compared in constant time, by what a secret is compared with elsewhere.
    if !token.hash(cx.now).matches(&shown, cx.now) {
        return Err(invalid_token("token_wrong").into());
    }
    // As KV shows it now: what an isolate has read before may be undone by what is written over it.
    match self_registered::find_anew(&id, cx).await? {
        Found::Client(found) if !found.client.disabled => Ok((*found, token)),
        Found::Client(_) => Err(invalid_token("client_disabled").into()),
        Found::Nobody(cause) => Err(invalid_token(cause).into()),
        Found::NoSeal => Err(invalid_token("client_unknown").into()),
    }
}

/// RFC 6750 §2.1
fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.authorization.as_deref()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

const TOKEN_MISSING: &str = "token_missing";

const fn invalid_token(cause: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "The token for this is missing, expired or not for this.", cause)
}

/// RFC 6750 §3
fn challenge(error: &OAuthError) -> Reply {
    let reply = Reply::oauth_error(error).noted(Note { event: "registration_refused", ..Note::refusal(error) });
    match (reply.status, error.cause) {
        (401, TOKEN_MISSING) => reply.header("www-authenticate", "Bearer"),
        (401, _) => reply.header("www-authenticate", "Bearer error=\"invalid_token\""),
        _ => reply,
    }
}

/// RFC 7591 §3.2.2
fn metadata_error(error: &MetadataError) -> Reply {
    let code =
        if error.member == "redirect_uris" { ErrorCode::InvalidRedirectUri } else { ErrorCode::InvalidClientMetadata };
    // RFC 6749 §5.2: printable ASCII without quotes and backslashes.
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' { c } else { '?' };
    let description: String = error.to_string().replace('`', "'").chars().map(plain).take(300).collect();
    let note =
        Note { event: "registration_refused", code: Some(code.as_str()), cause: Some(error.member), ..Note::default() };
    Reply::json(400, &json!({"error": code.as_str(), "error_description": description})).noted(note)
}

impl<E> From<E> for Failure
where
    OAuthError: From<E>,
{
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl From<MetadataError> for Failure {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}
