//! Signed request objects (RFC 9101, OpenID Connect Core §6): a JWT whose claims are the parameters of the request.
//!
//! What a client has not signed is no request object here. An object is good for an hour at most, and can be used again
//! within its time: a reload must not end nowhere. One that is fetched needs no `exp`, for it is what its client says now.

use super::super::client_signature::{self, Expected};
use super::request::{Refusal, refusal};
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Document, FetchError, Params, Target};
use crate::jwt::ClientClaims;
use crate::oauth::{ClientId, Issuer, Lifetime, Timestamp};

/// The longest object, in characters.
const MAX: usize = 8 * 1024;
/// For how long an object may be good.
const LONGEST: Lifetime = Lifetime::seconds(60 * 60);
/// How old a fetched object may be, where its headers allow it: strangers who repeat a request must not be able to use up
/// how often its client's host may be asked.
const HELD: Lifetime = Lifetime::seconds(20);

/// How an object came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// In the `request` parameter.
    ByValue,
    /// From a `request_uri` of its client's.
    ByReference,
}

/// The parameters in an object that this client signed. `beside` are those that came with it: they say where to return to
/// as long as the signature has not been seen to hold, and nothing else (RFC 9101 §6.3).
pub(super) async fn open<P: Platform>(
    object: &str,
    sent: Sent,
    beside: &Params,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<Params, Refusal> {
    let claims = signed(object, client, cx).await.map_err(|error| refusal(error, beside, client))?;
    let parameters = Params::of_claims(claims.iter()).map_err(|error| OAuthError { code: INVALID, ..error });
    let parameters = parameters.map_err(|error| refusal(error, beside, client))?;
    match check(&claims, sent, &client.client_id, &cx.config.issuer, cx.now) {
        Ok(()) => Ok(parameters),
        Err(error) => Err(refusal(error, &parameters, client)),
    }
}

/// Fetches the object that a `request_uri` names (RFC 9101 §5.2.3).
///
/// # Errors
/// `invalid_request_uri` when the client did not register it, or its server says something else; `temporarily_unavailable`
/// when it says nothing.
pub(super) async fn fetch<P: Platform>(
    request_uri: &str,
    client: &Client,
    cx: &Cx<'_, P>,
) -> Result<String, OAuthError> {
    let wrong = |description, cause| OAuthError::new(ErrorCode::InvalidRequestUri, description, cause);
    // OpenID Connect Registration §2, RFC 9101 §10.4: whoever writes a link must not choose what this server calls.
    let registered = client.request_uris.iter().find(|uri| uri.matches(request_uri));
    let registered = registered.ok_or(wrong("The request_uri is not registered.", "request_uri_unknown"))?;
    let target = Target::parse(registered.as_str(), &cx.config.issuer, client.is_the_operators());
    let target = target.ok_or(wrong("The request_uri is no public https URL.", "request_uri_not_public"))?;
    let fetched = cx.platform.fetch(&target, HELD).await;
    let document = fetched.map_err(|FetchError| OAuthError::unavailable("request_uri_unreachable"))?;
    if document.status == 200 && may_be_an_object(&document) {
        Ok(document.body.trim().to_owned())
    } else {
        Err(wrong("There is no request object at the request_uri.", "request_uri_no_object"))
    }
}

/// RFC 9101 §5.2.3 has a media type of its own; older servers send others, and files have none.
fn may_be_an_object(document: &Document) -> bool {
    let known = ["", "application/jose", "application/jwt", "application/octet-stream", "text/plain"];
    known.contains(&&*document.media_type) || document.media_type.ends_with("+jwt")
}

/// The claims, once the signature holds (RFC 9101 §6.2).
async fn signed<P: Platform>(object: &str, client: &Client, cx: &Cx<'_, P>) -> Result<ClientClaims, OAuthError> {
    // RFC 7516 §7.1: five parts are an encrypted one.
    if object.split('.').count() == 5 {
        return Err(invalid("Encrypted request objects are not supported.", "object_encrypted"));
    }
    // RFC 9101 §10.8: it is a request object, or does not say what it is.
    let types = &["JWT", "oauth-authz-req+jwt"];
    let expected = Expected { types, alg: client.request_object_signing_alg, max: MAX };
    let claims = client_signature::claims(object, client, &expected, cx).await?;
    claims.map_err(|cause| invalid(in_words(cause), cause))
}

/// What an object whose signature holds has to say of itself: whose it is, whom it is for, and when it is good (RFC 9101 §4,
/// §5, §6.3).
fn check(
    claims: &ClientClaims,
    sent: Sent,
    client: &ClientId,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<(), OAuthError> {
    if claims.get("request").is_some() || claims.get("request_uri").is_some() {
        return Err(invalid("A request object cannot have request or request_uri.", "object_nested"));
    }
    if claims.text("iss") != Some(client.as_str()) {
        return Err(invalid("The iss of the request object is not the client.", "object_issuer"));
    }
    if claims.text("client_id") != Some(client.as_str()) {
        return Err(invalid("The client_id of the request object is not the one beside it.", "object_client"));
    }
    if !claims.is_for(issuer.as_str()) {
        return Err(invalid("The aud of the request object does not name this issuer.", "object_audience"));
    }
    let in_time = match claims.get("exp") {
        None if sent == Sent::ByReference => claims.has_begun(now),
        _ => claims.ends(LONGEST, now).and_then(|exp| lasts(claims, exp)),
    };
    in_time.map_err(|cause| invalid(in_words(cause), cause))
}

/// FAPI 2.0 Message Signing §5.3.1: an hour is counted from `nbf` as well.
fn lasts(claims: &ClientClaims, exp: Timestamp) -> Result<(), &'static str> {
    let too_long = claims.time("nbf")?.is_some_and(|nbf| exp > nbf.after(LONGEST));
    if too_long { Err("lifetime_too_long") } else { Ok(()) }
}

/// What a client's developer is told.
fn in_words(cause: &str) -> &'static str {
    match cause {
        "critical_extension" => "The request object has extensions that are not supported.",
        "type_wrong" => "The request object is a JWT of another type.",
        "algorithm_wrong" => {
            "The request object is not signed with ES256, RS256, PS256 or EdDSA, or not as registered."
        }
        "key_unknown" | "signature_wrong" => "No key of the client has signed the request object.",
        "exp_missing" => "The request object has no exp.",
        "expired" => "The request object has expired.",
        "lifetime_too_long" => "The request object is good for longer than an hour.",
        "not_yet_valid" => "The request object is not good yet.",
        "time_malformed" => "A time in the request object is no number.",
        _ => "The request object is no signed JWT of at most 8 KB.",
    }
}

const INVALID: ErrorCode = ErrorCode::InvalidRequestObject;

const fn invalid(description: &'static str, cause: &'static str) -> OAuthError {
    OAuthError::new(INVALID, description, cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

    const NOW: u64 = 1_800_000_000;

    /// What is said of good claims with these in place of theirs; null takes one out.
    fn checked(changes: &Value, sent: Sent) -> Result<(), &'static str> {
        let claims = json!({
            "iss": "app", "client_id": "app", "aud": "https://id.example", "exp": NOW + 300, "nbf": NOW, "iat": NOW,
            "response_type": "code",
        });
        let mut claims: Map<String, Value> = claims.as_object().cloned().unwrap();
        claims.extend(changes.as_object().cloned().unwrap());
        let claims = ClientClaims::parse(&Value::Object(claims).to_string()).unwrap();
        let (client, issuer) = (ClientId::parse("app").unwrap(), Issuer::parse("https://id.example").unwrap());
        let now = Timestamp::from_millis(NOW * 1000);
        check(&claims, sent, &client, &issuer, now).map_err(|error| error.cause)
    }

    #[test]
    fn good_ones() {
        for changes in [
            json!({}),
            json!({"nbf": null, "iat": null}),
            json!({"aud": ["https://other.example", "https://id.example"]}),
            json!({"nbf": NOW + 5, "iat": NOW + 5}),
            json!({"exp": NOW + 3600}),
            json!({"nbf": NOW - 3000, "exp": NOW + 600}),
            json!({"nbf": null, "iat": NOW - 9000, "exp": NOW + 600}),
        ] {
            assert_eq!(checked(&changes, Sent::ByValue), Ok(()), "{changes}");
        }
        assert_eq!(checked(&json!({"exp": null}), Sent::ByReference), Ok(()));
    }

    #[test]
    fn everything_else() {
        for (changes, cause) in [
            (json!({"request": "x"}), "object_nested"),
            (json!({"request_uri": "https://app.example/r"}), "object_nested"),
            (json!({"iss": null}), "object_issuer"),
            (json!({"iss": "other"}), "object_issuer"),
            (json!({"iss": ["app"]}), "object_issuer"),
            (json!({"client_id": null}), "object_client"),
            (json!({"client_id": "other"}), "object_client"),
            (json!({"aud": null}), "object_audience"),
            (json!({"aud": "https://id.example/"}), "object_audience"),
            (json!({"aud": "https://id.example/authorize"}), "object_audience"),
            (json!({"aud": []}), "object_audience"),
            (json!({"exp": null}), "exp_missing"),
            (json!({"exp": NOW - 5}), "expired"),
            (json!({"exp": NOW + 3606, "nbf": null}), "lifetime_too_long"),
            (json!({"exp": u64::MAX}), "lifetime_too_long"),
            (json!({"nbf": NOW - 3600, "exp": NOW + 60}), "lifetime_too_long"),
            (json!({"nbf": NOW + 6}), "not_yet_valid"),
            (json!({"iat": NOW + 6}), "not_yet_valid"),
            (json!({"exp": "soon"}), "time_malformed"),
            (json!({"nbf": true}), "time_malformed"),
        ] {
            assert_eq!(checked(&changes, Sent::ByValue), Err(cause), "{changes}");
        }
        for changes in [json!({"exp": NOW - 5}), json!({"exp": null, "nbf": NOW + 6}), json!({"aud": null})] {
            assert!(checked(&changes, Sent::ByReference).is_err(), "{changes}");
        }
    }

    #[test]
    fn media_types() {
        let may = |media_type: &str| {
            may_be_an_object(&Document { status: 200, media_type: media_type.to_owned(), body: String::new() })
        };
        assert!(["application/oauth-authz-req+jwt", "application/jwt", "text/plain", ""].into_iter().all(may));
        assert!(!["text/html", "application/json", "image/png"].into_iter().any(may));
    }
}
