//! Where a client is answered. Only a [`ReturnTo`] can turn an error into a redirect, so an open redirect does not
//! compile.

use super::Client;
use crate::error::OAuthError;
use crate::oauth::{RedirectUri, ResponseMode};
use crate::seal::PendingRequest;
use url::Url;

/// A registered redirect URI, the response mode, and the state to give back.
#[derive(Clone, Debug)]
pub struct ReturnTo {
    redirect_uri: RedirectUri,
    response_mode: ResponseMode,
    state: Option<String>,
}

impl ReturnTo {
    /// The longest `state` given back, in bytes.
    pub const MAX_STATE: usize = 2048;

    /// The client is not answered there.
    pub const UNREGISTERED: OAuthError =
        OAuthError::invalid_request("The redirect_uri is not registered.", "redirect_uri_unknown");

    /// Matches the requested URI against the client's registered ones (RFC 6749 §3.1.2.3, RFC 9700 §2.1); it may be
    /// left out when there is only one.
    ///
    /// # Errors
    /// `invalid_request`, which must be shown and never redirected (RFC 6749 §4.1.2.1).
    pub fn new(client: &Client, requested: Option<&str>) -> Result<Self, OAuthError> {
        let redirect_uri = match (requested, client.redirect_uris.as_slice()) {
            (Some(requested), _) => client
                .registered(requested)
                .and_then(|registered| registered.as_requested(requested))
                .ok_or(Self::UNREGISTERED)?,
            (None, [only]) => only.clone(),
            (None, _) => {
                return Err(OAuthError::invalid_request("The redirect_uri is missing.", "redirect_uri_missing"));
            }
        };
        Ok(Self { redirect_uri, response_mode: ResponseMode::Query, state: None })
    }

    /// Where a request is answered that has waited: it is matched anew.
    ///
    /// # Errors
    /// When the URI is not registered any more.
    pub fn of(pending: &PendingRequest, client: &Client) -> Result<Self, OAuthError> {
        let return_to = Self::new(client, Some(&pending.redirect_uri))?;
        Ok(return_to.with_mode(pending.response_mode).with_state(pending.state.as_deref()))
    }

    /// With the response mode that was asked for.
    #[must_use]
    pub const fn with_mode(mut self, mode: ResponseMode) -> Self {
        self.response_mode = mode;
        self
    }

    /// With the state that was sent.
    #[must_use]
    pub fn with_state(mut self, state: Option<&str>) -> Self {
        self.state = state.map(str::to_owned);
        self
    }

    /// The URI.
    #[must_use]
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// The response mode.
    #[must_use]
    pub const fn response_mode(&self) -> ResponseMode {
        self.response_mode
    }

    /// The parameters of a response: these, `state` as sent, and `iss` (RFC 9207 §2).
    #[must_use]
    pub fn parameters<'a>(&'a self, first: &[(&'a str, &'a str)], issuer: &'a str) -> Vec<(&'a str, &'a str)> {
        let state = self.state.as_deref().map(|state| ("state", state));
        first.iter().copied().chain(state).chain([("iss", issuer)]).collect()
    }

    /// The URI with the parameters added to its query (RFC 6749 §4.1.2), or `None` when it does not parse any more,
    /// which its constructor rules out.
    #[must_use]
    pub fn location(&self, parameters: &[(&str, &str)]) -> Option<Url> {
        let mut url = Url::parse(self.redirect_uri.as_str()).ok()?;
        url.query_pairs_mut().extend_pairs(parameters);
        Some(url)
    }
}
