//! What pages show of an app: its logo, and where its makers tell more (OpenID Connect Registration §2).

use crate::client::Client;
use crate::oauth::{GrantType, RedirectTarget, RedirectUri, WebUri};
use crate::pages::{AppFace, AppLink};

/// The face of a client.
pub(super) fn face(client: &Client) -> AppFace<'_> {
    AppFace {
        logo: logo(client).map(WebUri::as_str),
        website: link(client.client_uri.as_ref()),
        policy: link(client.policy_uri.as_ref()),
        tos: link(client.tos_uri.as_ref()),
    }
}

/// CSP Level 3 §6.1.7: the origin of the logo that the page shows, to be added to `img-src`.
pub(super) fn logo_source(client: &Client) -> Option<String> {
    logo(client).map(WebUri::origin)
}

/// OpenID Connect Registration §9.1: a client that speaks for itself may show only what is at its own host, that of its
/// document or of a redirect URI, and not at one on the user's device: else it could wear the face of another. The
/// operator's clients show what the operator says.
fn logo(client: &Client) -> Option<&WebUri> {
    let logo = client.logo_uri.as_ref()?;
    let host = logo.host();
    let its_own = || {
        let answered_at = |uri: &RedirectUri| uri.target() == RedirectTarget::Web && uri.host() == host;
        // One of several anybody can name who is answered at another, and all of them who is answered at none, as devices are.
        let answered_there_alone = || {
            let uris = &client.redirect_uris;
            !uris.is_empty() && uris.iter().all(answered_at) && !client.may_use(GrantType::DeviceCode)
        };
        client.client_id.host().as_ref() == Some(&host) || answered_there_alone()
    };
    (client.is_the_operators() || logo.is_public() && its_own()).then_some(logo)
}

fn link(uri: Option<&WebUri>) -> Option<AppLink<'_>> {
    uri.map(|uri| AppLink { url: uri.as_str(), host: uri.host() })
}
