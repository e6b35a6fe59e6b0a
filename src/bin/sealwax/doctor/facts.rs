//! What is known of a server before anything is judged.

use super::front;
use crate::call::Server;
use crate::failure::Failure;
use crate::outside;
use sealwax::endpoint::operator::{HealthReport, OperatorRequest};
use sealwax::oauth::{Issuer, Timestamp};
use serde_json::Value;

/// From when to when something was asked, by this machine's clock.
pub(super) type Span = (Timestamp, Timestamp);

pub(super) struct Facts {
    pub(super) issuer: Issuer,
    pub(super) front: Result<Fetched, Failure>,
    /// Absent where the front page shows that there is nothing to ask for.
    pub(super) documents: Option<Documents>,
    pub(super) asked: Asked,
}

/// An answer over HTTP.
#[derive(Clone, Debug, Default)]
pub(super) struct Fetched {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// When it was asked for and when it was there.
    pub(super) span: Option<Span>,
}

pub(super) struct Documents {
    /// OpenID Connect Discovery §4
    pub(super) openid: Result<Fetched, Failure>,
    /// RFC 8414 §3
    pub(super) oauth: Result<Fetched, Failure>,
    /// `jwks_uri`; absent where the metadata name none below the issuer.
    pub(super) jwks: Option<Result<Fetched, Failure>>,
    /// What a GET of the `token_endpoint` brings; in a split deployment another Worker than the metadata's has it.
    pub(super) token: Option<Result<Fetched, Failure>>,
}

/// What the operator's endpoint said.
pub(super) enum Asked {
    /// There is no operator's key here.
    Nobody,
    Refused(Failure),
    Answered(Box<HealthReport>, Span),
}

pub(super) fn collect(server: &Server<'_>) -> Facts {
    let issuer = server.issuer().clone();
    let front = fetch(&issuer.url("/"), server);
    let is_there = front.as_ref().is_ok_and(front::is_configured);
    let documents = is_there.then(|| documents(server));
    let asked = if is_there { ask(server) } else { Asked::Nobody };
    Facts { issuer, front, documents, asked }
}

fn documents(server: &Server<'_>) -> Documents {
    let issuer = server.issuer();
    let openid = fetch(&issuer.url("/.well-known/openid-configuration"), server);
    // RFC 8414 §3.1: between host and path.
    let inserted = format!("{}/.well-known/oauth-authorization-server{}", issuer.origin(), issuer.path());
    let oauth = fetch(&inserted, server);
    let named = openid.as_ref().ok().and_then(|openid| serde_json::from_str::<Value>(&openid.body).ok());
    let named = |name: &str| {
        let url = named.as_ref().and_then(|metadata| metadata[name].as_str());
        // Whatever metadata say, nobody else is asked.
        url.filter(|url| url.starts_with(&issuer.url("/"))).map(|url| fetch(url, server))
    };
    let (jwks, token) = (named("jwks_uri"), named("token_endpoint"));
    Documents { openid, oauth, jwks, token }
}

fn ask(server: &Server<'_>) -> Asked {
    if !server.key().exists() {
        return Asked::Nobody;
    }
    let before = outside::now();
    match server.call(&OperatorRequest::Health {}) {
        Ok(report) => Asked::Answered(Box::new(report), (before, outside::now())),
        Err(failure) => Asked::Refused(failure),
    }
}

fn fetch(url: &str, server: &Server<'_>) -> Result<Fetched, Failure> {
    let before = outside::now();
    let mut response = server.agent().get(url).call().map_err(|error| server.unreachable(&error))?;
    let headers = response.headers().iter();
    let headers =
        headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect();
    let body = response.body_mut().read_to_string().map_err(|error| server.unreachable(&error))?;
    Ok(Fetched { status: response.status().as_u16(), headers, body, span: Some((before, outside::now())) })
}
