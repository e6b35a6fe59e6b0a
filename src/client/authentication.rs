//! Client authentication (RFC 6749 §2.3).

use super::{Client, ClientAssertion, ClientSecret};
use crate::error::OAuthError;
use crate::http::{Params, Request};
use crate::jwt::{ClientClaims, Unverified};
use crate::oauth::{ClientId, Timestamp, TokenEndpointAuthMethod};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::rc::Rc;

/// Who the client says it is, and what it shows for it.
#[derive(Debug)]
pub struct Credentials {
    /// The client named.
    pub client_id: ClientId,
    proof: Proof,
}

#[derive(Debug)]
enum Proof {
    Nothing,
    Secret(ClientSecret, TokenEndpointAuthMethod),
    /// RFC 7523 §2.2
    Assertion(String),
}

/// A client that has proven who it is, as far as its registration asks. Only [`AuthenticatedClient::authenticate`]
/// makes one, and what needs an authenticated client takes it as an argument.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Rc<Client>);

impl Credentials {
    /// Reads the credentials from the header or the body, never from both (RFC 6749 §2.3).
    ///
    /// # Errors
    /// `invalid_request` for several methods at once, `invalid_client` for none and for malformed ones.
    pub fn of(request: &Request, params: &Params) -> Result<Self, OAuthError> {
        let body_id = params.one("client_id")?;
        let body_secret = params.one("client_secret")?;
        if let Some(assertion) = assertion(params)? {
            if request.authorization.is_some() || body_secret.is_some() {
                return Err(two_methods());
            }
            return Self::asserted(assertion, body_id);
        }
        let Some(header) = &request.authorization else {
            let client_id = body_id.ok_or(OAuthError::invalid_client("client_id_missing"))?;
            return Self::in_body(client_id, body_secret);
        };
        let (id, secret) = basic(header).ok_or(OAuthError::invalid_client("basic_malformed"))?;
        if body_secret.is_some() {
            return Err(two_methods());
        }
        // RFC 6749 §3.2.1: `client_id` may come in the body as well; it has to be the same.
        if body_id.is_some_and(|body| body != id) {
            let description = "The client_id differs from the one in the Authorization header.";
            return Err(OAuthError::invalid_request(description, "two_client_ids"));
        }
        let client_id = ClientId::parse(&id).ok_or(OAuthError::invalid_client("client_id_malformed"))?;
        let secret = ClientSecret::presented(&secret).ok_or(OAuthError::invalid_client("secret_too_long"))?;
        Ok(Self { client_id, proof: Proof::Secret(secret, TokenEndpointAuthMethod::ClientSecretBasic) })
    }

    /// RFC 7521 §4.2: the assertion names the client; where the body does so too, both must agree. Who is named is looked up
    /// before the signature can be, so nothing but that is read of it.
    fn asserted(jwt: &str, body_id: Option<&str>) -> Result<Self, OAuthError> {
        let malformed = OAuthError::invalid_client("assertion_malformed");
        let claims =
            Unverified::parse(jwt).and_then(|jwt| ClientClaims::parse(&jwt.claims)).ok_or(malformed.clone())?;
        let client_id = claims.text("sub").and_then(ClientId::parse).ok_or(malformed)?;
        if body_id.is_some_and(|body| body != client_id.as_str()) {
            return Err(OAuthError::invalid_client("assertion_of_another"));
        }
        Ok(Self { client_id, proof: Proof::Assertion(jwt.to_owned()) })
    }

    /// The assertion, where there is one.
    #[must_use]
    pub fn assertion(&self) -> Option<&str> {
        match &self.proof {
            Proof::Assertion(jwt) => Some(jwt),
            Proof::Nothing | Proof::Secret(..) => None,
        }
    }

    fn in_body(client_id: &str, secret: Option<&str>) -> Result<Self, OAuthError> {
        let client_id = ClientId::parse(client_id).ok_or(OAuthError::invalid_client("client_id_malformed"))?;
        let Some(secret) = secret else { return Ok(Self { client_id, proof: Proof::Nothing }) };
        let secret = ClientSecret::presented(secret).ok_or(OAuthError::invalid_client("secret_too_long"))?;
        Ok(Self { client_id, proof: Proof::Secret(secret, TokenEndpointAuthMethod::ClientSecretPost) })
    }
}

impl AuthenticatedClient {
    /// Checks the credentials against the registration; `client` is `None` when nobody of that id is registered. `proven` is
    /// the assertion, if its signature and claims hold.
    ///
    /// # Errors
    /// `invalid_client`, for every reason alike.
    pub fn authenticate(
        client: Option<Rc<Client>>,
        credentials: &Credentials,
        proven: Option<&ClientAssertion>,
        now: Timestamp,
    ) -> Result<Self, OAuthError> {
        let client = client.ok_or(OAuthError::invalid_client("client_unknown"))?;
        if client.disabled {
            return Err(OAuthError::invalid_client("client_disabled"));
        }
        let registered = client.token_endpoint_auth_method;
        let by_key = registered == TokenEndpointAuthMethod::PrivateKeyJwt;
        match &credentials.proof {
            Proof::Assertion(_) => match proven {
                Some(proof) if by_key && *proof.client() == client.client_id => Ok(Self(client)),
                _ => Err(OAuthError::invalid_client("method_not_registered")),
            },
            Proof::Nothing if client.is_public() => Ok(Self(client)),
            Proof::Nothing => Err(OAuthError::invalid_client("secret_missing")),
            Proof::Secret(..) if client.is_public() => Err(OAuthError::invalid_client("secret_of_public_client")),
            Proof::Secret(_, method) if client.token_endpoint_auth_method_pinned && *method != registered => {
                Err(OAuthError::invalid_client("method_not_registered"))
            }
            Proof::Secret(secret, _) => {
                // Every hash is compared, so that the time does not tell which one matched.
                let matched = client.secrets.iter().fold(false, |found, hash| found | hash.matches(secret, now));
                if matched { Ok(Self(client)) } else { Err(OAuthError::invalid_client("secret_wrong")) }
            }
        }
    }
}

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// RFC 7521 §4.2: an assertion and its type go together.
fn assertion(params: &Params) -> Result<Option<&str>, OAuthError> {
    match (params.one("client_assertion_type")?, params.one("client_assertion")?) {
        (None, None) => Ok(None),
        (Some(ClientAssertion::TYPE), Some(jwt)) if jwt.len() <= ClientAssertion::MAX => Ok(Some(jwt)),
        (Some(ClientAssertion::TYPE), Some(_)) => Err(OAuthError::invalid_client("assertion_too_long")),
        (Some(ClientAssertion::TYPE), None) | (None, Some(_)) => {
            let description = "client_assertion and client_assertion_type go together.";
            Err(OAuthError::invalid_request(description, "assertion_incomplete"))
        }
        (Some(_), _) => Err(OAuthError::invalid_client("assertion_type")),
    }
}

/// RFC 6749 §2.3
const fn two_methods() -> OAuthError {
    OAuthError::invalid_request("The client authenticates in more than one way.", "two_authentication_methods")
}

/// RFC 7617 §2, and RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

/// One form-encoded value. The separators of a form cannot stand in one, so what has them was not encoded.
fn form_decoded(text: &str) -> Option<String> {
    if text.bytes().any(|byte| matches!(byte, b'&' | b'=')) {
        return Some(text.to_owned());
    }
    // Most have nothing that was encoded.
    if text.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'%' | b'+')) {
        return Some(text.to_owned());
    }
    let (value, _) = form_urlencoded::parse(text.as_bytes()).next()?;
    (!value.contains('\u{fffd}')).then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn credentials(header: Option<&str>, body: &str) -> Result<Credentials, OAuthError> {
        let mut request = Request::new(Method::Post, "/token", body);
        request.authorization = header.map(str::to_owned);
        Credentials::of(&request, &Params::of_query(&request).unwrap())
    }

    fn basic_header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    /// RFC 6749 §2.3.1: the example of the header.
    #[test]
    fn rfc_6749_section_2_3_1() {
        let header = "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3";
        assert_eq!(basic(header), Some(("s6BhdRkqt3".to_owned(), "7Fjfp0ZBr1KtDRbnfVdmIw".to_owned())));
    }

    #[test]
    fn header_values_are_form_decoded() {
        assert_eq!(basic(&basic_header("a%3Ab:c+d")), Some(("a:b".to_owned(), "c d".to_owned())));
        assert_eq!(basic(&basic_header("a:b=c&d")), Some(("a".to_owned(), "b=c&d".to_owned())));
    }

    #[test]
    fn several_methods_at_once_are_refused() {
        let header = basic_header("app:secret");
        assert_eq!(credentials(Some(&header), "client_secret=x").unwrap_err().cause, "two_authentication_methods");
        assert_eq!(credentials(Some(&header), "client_id=other").unwrap_err().cause, "two_client_ids");
        assert!(credentials(Some(&header), "client_id=app").is_ok());
    }

    #[test]
    fn malformed_headers_are_refused() {
        for header in ["Basic", "Basic !", "Bearer x", "Basic YXBw", &basic_header("\u{0}:x")] {
            assert_eq!(credentials(Some(header), "").unwrap_err().code.as_str(), "invalid_client", "{header}");
        }
        assert_eq!(credentials(None, "").unwrap_err().cause, "client_id_missing");
    }
}
