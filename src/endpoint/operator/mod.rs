//! `POST /operator`: clients, users and revocation, in the hands of whoever holds the operator's key. The platform's own tools reach
//! neither the ledger nor the sealing keys, so this is one call to the running server, locally and remotely alike.
//!
//! Without `OPERATOR_KEYS` the endpoint does not exist.

mod answer;
mod authorization;
mod client_changes;
mod clients;
mod health;
mod initial_tokens;
mod listing;
mod registrations;
mod request;
mod sessions;
mod users;

pub use answer::{
    AnyClient, ClientList, ClientRemoved, ClientView, HealthReport, InitialToken, KeyReport, RegistrationView,
    UserChanged, UserLink, UserList, UserSessions,
};
pub use authorization::OperatorClaims;
pub use request::{
    ClientAdd, ClientInitialToken, ClientName, ClientRotateSecret, ClientUpdate, ListFrom, OperatorRequest, UserAdd,
    UserInvite, UserName, UserPasswd, UserUpdate,
};

use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Note, Reply, Request};
use authorization::{Authorized, Operator, TOKEN_MISSING};
use client_changes::{Change, change};
use serde::Serialize;
use serde::de::Error as _;
use serde_json::Value;
use sessions::Begun;
use std::fmt::Display;

/// Answers the operator.
///
/// # Errors
/// What is not the operator's to mend: the body, the store, the ledger.
pub async fn operator<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    if cx.config.operator_keys.is_empty() {
        return Ok(super::page::not_found(cx));
    }
    match answer(request, cx).await {
        Ok(reply) => Ok(reply),
        Err(Failure::Refused(refusal)) => Ok(refusal.reply()),
        Err(Failure::Error(error)) if error.code == ErrorCode::InvalidToken => Ok(challenge(&error)),
        Err(Failure::Error(error)) => Err(error),
    }
}

async fn answer<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let body = body(request)?;
    let authorized = Authorized::of(request, body, cx).await?;
    let text = std::str::from_utf8(body).map_err(|_| Refusal::bad("call_malformed", "the body is not UTF-8"))?;
    let call = parse(text).map_err(|error| Refusal::malformed(&error))?;
    let operator = match call {
        OperatorRequest::Health {} => Authorized::unspent(authorized),
        _ => authorized.spend(cx).await?,
    };
    perform(call, &operator, cx).await
}

fn parse(text: &str) -> Result<OperatorRequest, serde_json::Error> {
    match serde_json::from_str(text)? {
        Value::Object(call) => call.try_into(),
        _ => Err(serde_json::Error::custom("a call is an object")),
    }
}

async fn perform<P: Platform>(call: OperatorRequest, by: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    match call {
        OperatorRequest::ClientAdd(call) => clients::add(call, by, cx).await,
        OperatorRequest::ClientList(from) => clients::list(&from, by, cx).await,
        OperatorRequest::ClientShow(name) => clients::show(&name, by, cx).await,
        OperatorRequest::ClientUpdate(call) => change(&call.client_id, Change::Update(call.metadata), by, cx).await,
        OperatorRequest::ClientRotateSecret(call) => {
            change(&call.client_id, Change::RotateSecret(call.secret, call.overlap), by, cx).await
        }
        OperatorRequest::ClientDisable(name) => change(&name.client_id, Change::Disable, by, cx).await,
        OperatorRequest::ClientEnable(name) => change(&name.client_id, Change::Enable, by, cx).await,
        OperatorRequest::ClientRemove(name) => clients::remove(&name, by, cx).await,
        OperatorRequest::ClientInitialToken(call) => initial_tokens::create(call, by, cx),
        OperatorRequest::UserAdd(call) => users::add(call, by, cx).await,
        OperatorRequest::UserInvite(call) => users::invite(call, by, cx).await,
        OperatorRequest::UserReset(name) => users::reset(&name, by, cx).await,
        OperatorRequest::UserList(from) => users::list(&from, by, cx).await,
        OperatorRequest::UserShow(name) => users::show(&name, by, cx).await,
        OperatorRequest::UserUpdate(call) => users::update(call, by, cx).await,
        OperatorRequest::UserSessions(name) => sessions::list(&name, by, cx).await,
        OperatorRequest::UserPasswd(call) => users::passwd(&call, by, cx).await,
        OperatorRequest::UserDisable(name) => users::bar(&name, true, by, cx).await,
        OperatorRequest::UserEnable(name) => users::bar(&name, false, by, cx).await,
        OperatorRequest::UserRemove(name) => users::remove(&name, by, cx).await,
        OperatorRequest::RevokeUser(name) => sessions::end(&name.username, Begun::All, by, cx).await,
        OperatorRequest::RevokeClient(name) => change(&name.client_id, Change::Revoke, by, cx).await,
        OperatorRequest::RevokeSession { username, session } => {
            sessions::end(&username, Begun::Session(&session), by, cx).await
        }
        OperatorRequest::RevokeFamily { username, family } => {
            sessions::end(&username, Begun::Family(&family), by, cx).await
        }
        OperatorRequest::Health {} => Ok(health::health(by, cx).await),
    }
}

fn body(request: &Request) -> Result<&[u8], OAuthError> {
    let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(OAuthError::invalid_request("The content type must be application/json.", "content_type"));
    }
    let too_long = OAuthError::invalid_request("The body is longer than 64 KB.", "body_too_long");
    request.body.as_deref().ok_or(too_long)
}

/// RFC 6750 §3: a challenge, without an error code where no token was sent.
fn challenge(error: &OAuthError) -> Reply {
    let challenge = if error.cause == TOKEN_MISSING { "Bearer" } else { "Bearer error=\"invalid_token\"" };
    Reply::oauth_error(error).header("www-authenticate", challenge)
}

/// Why a call is not answered as wished.
#[derive(Debug)]
enum Failure {
    Error(OAuthError),
    Refused(Refusal),
}

/// The operator's own mistake, told in full: nobody else gets this far.
#[derive(Debug)]
struct Refusal {
    status: u16,
    cause: &'static str,
    description: String,
}

impl Refusal {
    /// RFC 9110 §15.5.1
    fn bad(cause: &'static str, description: impl Into<String>) -> Self {
        Self { status: 400, cause, description: description.into() }
    }

    /// RFC 9110 §15.5.5
    fn unknown(cause: &'static str, description: &str) -> Self {
        Self { status: 404, cause, description: description.to_owned() }
    }

    /// RFC 9110 §15.5.10
    fn exists(cause: &'static str, description: &str) -> Self {
        Self { status: 409, cause, description: description.to_owned() }
    }

    fn malformed(error: &impl Display) -> Self {
        Self::bad("call_malformed", error.to_string())
    }

    fn reply(self) -> Reply {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'static str,
            error_description: &'a str,
        }
        let error = ErrorCode::InvalidRequest.as_str();
        let note = Note { event: "refused", code: Some(error), cause: Some(self.cause), ..Note::default() };
        Reply::json(self.status, &Body { error, error_description: &self.description }).noted(note)
    }
}

impl<E> From<E> for Failure
where
    OAuthError: From<E>,
{
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn done(event: &'static str, answer: &impl Serialize) -> Reply {
    Reply::json(200, answer).noted(Note::event(event))
}
