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
    let keys = candidates(&header, client, cx).await?;
    if keys.is_empty() {
        return Ok(Err("key_unknown"));
    }
    for key in &keys {
        let holds = cx.platform.signer().verify(key, token.input.as_bytes(), &token.signature).await;
        // A key of a client that cannot be used is the client's fault.
        if holds == Ok(true) {
            return Ok(ClientClaims::parse(&token.claims).ok_or("claims_malformed"));
        }
    }
    Ok(Err("signature_wrong"))
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

async fn candidates<P: Platform>(
    header: &SentHeader,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<Vec<VerifyingKey>, OAuthError> {
    if let Some(keys) = &client.jwks {
        return Ok(keys.candidates(header));
    }
    let Some(uri) = &client.jwks_uri else { return Ok(Vec::new()) };
    let refused = OAuthError::unavailable("jwks_uri_refused");
    let target = Target::parse(uri.as_str(), &cx.config.issuer, client.is_the_operators()).ok_or(refused)?;
    let found = fetched(&target, KEYS_OLD, cx).await?.candidates(header);
    if found.is_empty() {
        return Ok(fetched(&target, KEYS_FETCHED_AGAIN, cx).await?.candidates(header));
    }
    Ok(found)
}

async fn fetched<P: Platform>(target: &Target, max_age: Lifetime, cx: &Cx<'_, P>) -> Result<ClientKeys, OAuthError> {
    let unavailable = |_| OAuthError::unavailable("jwks_uri_unreachable");
    let document = cx.platform.fetch(target, max_age).await.map_err(unavailable)?;
    let keys = Some(&document.body).filter(|_| document.status == 200).and_then(|body| record::read(body));
    keys.ok_or(OAuthError::unavailable("jwks_uri_garbage"))
}
