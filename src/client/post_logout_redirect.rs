//! Where the browser goes when its user has signed out (RP-Initiated Logout §3). Like [`super::ReturnTo`], it has one
//! constructor, which matches the registered URIs, so that signing out is no open redirect.

use super::Client;
use crate::error::OAuthError;
use crate::oauth::RedirectUri;
use url::Url;

/// A registered `post_logout_redirect_uri`, and the state to give back.
#[derive(Clone, Debug)]
pub struct PostLogoutRedirect {
    redirect_uri: RedirectUri,
    state: Option<String>,
}

impl PostLogoutRedirect {
    /// The longest `state` given back, in bytes.
    pub const MAX_STATE: usize = super::ReturnTo::MAX_STATE;

    /// Matches the requested URI against the client's registered ones, to the letter (RP-Initiated Logout §3).
    ///
    /// # Errors
    /// `invalid_request`, which must be shown and never redirected (RP-Initiated Logout §4).
    pub fn new(client: &Client, requested: &str, state: Option<&str>) -> Result<Self, OAuthError> {
        let description = "The post_logout_redirect_uri is not registered.";
        let redirect_uri = client
            .registered_among(&client.post_logout_redirect_uris, requested)
            .and_then(|registered| registered.as_requested(requested))
            .ok_or(OAuthError::invalid_request(description, "post_logout_redirect_uri_unknown"))?;
        if state.is_some_and(|state| state.len() > Self::MAX_STATE) {
            return Err(OAuthError::invalid_request("The state is longer than 2,048 bytes.", "parameter_too_long"));
        }
        Ok(Self { redirect_uri, state: state.map(str::to_owned) })
    }

    /// The URI.
    #[must_use]
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The URI with the state added to its query, or `None` when it does not parse any more, which its constructor
    /// rules out.
    #[must_use]
    pub fn location(&self) -> Option<Url> {
        let mut url = Url::parse(self.redirect_uri.as_str()).ok()?;
        if let Some(state) = &self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        Some(url)
    }
}
