//! Whether a client signed something: with a key that is registered, or that it publishes.

use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Target;
use crate::jwt::{ClientClaims, ClientKeys, SentHeader, Signer as _, Unverified, VerifyingKey};
use crate::oauth::{Lifetime, SigningAlgorithm};
use crate::record;

/// What a JWT of a client has to be like before its signature is looked at (RFC 8725 §3.1, §3.11).
pub(super) struct Expected<'a> {
    /// The types that will do; a JWT without one does as well, since clients often send none.
    pub types: &'a [&'a str],
    /// The only algorithm, where the client registered one.
    pub alg: Option<SigningAlgorithm>,
    /// The longest, in characters.
    pub max: usize,
}

/// How old a key set may be that is used, as far as its HTTP cache headers allow.
const KEYS_OLD: Lifetime = Lifetime::days(1);
/// A key that is not in the set may be new: the set is fetched again, but not more often than this.
const KEYS_FETCHED_AGAIN: Lifetime = Lifetime::seconds(60);

/// The claims of a JWT that this client signed, or why it is none.
///
/// # Errors
/// `temporarily_unavailable` when the client's keys cannot be fetched: nobody knows then whether the signature holds.
pub(super) async fn claims<P: Platform>(
    jwt: &str,
    client: &Client,
    expected: &Expected<'_>,
    cx: &Cx<'_, P>,
) -> Result<Result<ClientClaims, &'static str>, OAuthError> {
    let Some(token) = Some(jwt).filter(|jwt| jwt.len() <= expected.max).and_then(Unverified::parse) else {
        return Ok(Err("jwt_malformed"));
    };
    let Some(header) = record::read::<SentHeader>(&token.header) else { return Ok(Err("jwt_header_malformed")) };
    if let Some(cause) = unexpected(&header, expected) {
        return Ok(Err(cause));
    }
    if let Err(cause) = verify(&token, &header, client, cx).await? {
        return Ok(Err(cause));
    }
    Ok(ClientClaims::parse(&token.claims).ok_or("claims_malformed"))
}

fn unexpected(header: &SentHeader, expected: &Expected<'_>) -> Option<&'static str> {
    // RFC 7515 §4.1.11: no extension is understood.
    if header.crit.is_some() {
        return Some("critical_extension");
    }
    let typed = |typ: &String| expected.types.iter().any(|wanted| typ.eq_ignore_ascii_case(wanted));
    if !header.typ.as_ref().is_none_or(typed) {
        return Some("type_wrong");
    }
    // `none` and the symmetric ones among those that there are not (RFC 8725 §3.2).
    match SigningAlgorithm::named(&header.alg) {
        Some(alg) if expected.alg.is_none_or(|only| only == alg) => None,
        _ => Some("algorithm_wrong"),
    }
}

/// Whether one of the client's keys made the signature.
async fn verify<P: Platform>(
    token: &Unverified<'_>,
    header: &SentHeader,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<Result<(), &'static str>, OAuthError> {
    let (Some(uri), None) = (&client.jwks_uri, &client.jwks) else {
        let keys = client.jwks.as_ref().map(|keys| keys.candidates(header));
        return Ok(holds(token, &keys.unwrap_or_default(), cx).await);
    };
    let refused = OAuthError::unavailable("jwks_uri_refused");
    let target = Target::parse(uri.as_str(), &cx.config.issuer, client.is_the_operators()).ok_or(refused)?;
    let known = published(&target, KEYS_OLD, cx).await?.map(|keys| keys.candidates(header));
    let verdict = holds(token, known.as_deref().unwrap_or_default(), cx).await;
    if verdict.is_ok() {
        return Ok(verdict);
    }
    // The key may be newer than the copy. A set that could not be read may have been mended.
    let renewed = published(&target, KEYS_FETCHED_AGAIN, cx).await?;
    let renewed = renewed.ok_or(OAuthError::unavailable("jwks_uri_garbage"))?.candidates(header);
    Ok(if known.as_ref() == Some(&renewed) { verdict } else { holds(token, &renewed, cx).await })
}

async fn holds<P: Platform>(token: &Unverified<'_>, keys: &[VerifyingKey], cx: &Cx<'_, P>) -> Result<(), &'static str> {
    for key in keys {
        // A key of a client that cannot be used is the client's fault.
        if cx.platform.signer().verify(key, token.input.as_bytes(), &token.signature).await == Ok(true) {
            return Ok(());
        }
    }
    Err(if keys.is_empty() { "key_unknown" } else { "signature_wrong" })
}

/// The keys that are there; `None` where the document is something else, which may be an old copy.
async fn published<P: Platform>(
    target: &Target,
    max_age: Lifetime,
    cx: &Cx<'_, P>,
) -> Result<Option<ClientKeys>, OAuthError> {
    let unavailable = |_| OAuthError::unavailable("jwks_uri_unreachable");
    let document = cx.platform.fetch_often(target, max_age).await.map_err(unavailable)?;
    if document.status != 200 {
        return Err(OAuthError::unavailable("jwks_uri_status"));
    }
    Ok(record::read(&document.body))
}
