//! What a browser brings and keeps: its cookies, and the tickets of the forms that it is shown.

use super::page;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Cookies, Method, Note, Params, Reply, Request, SetCookie, redirect_to};
use crate::oauth::{RedirectUri, SessionId, Timestamp, TryCounter, base64url, digest16, from_base64url};
use crate::seal::{Device, PendingDevice, PendingRequest, PendingSignOut, Session, Ticket, Unsealed};
use minicbor::bytes::ByteArray;
use sha2::{Digest as _, Sha256};
use url::Url;

/// What the browser brought.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    /// A random name of this browser, which binds forms to it; `None` before the first form.
    id: Option<[u8; 16]>,
    /// Who is signed in, as far as the cookie tells.
    pub session: Option<Session>,
}

/// What a form is about; by default the user's own account.
#[derive(Clone, Debug, Default)]
pub(super) struct FormAbout {
    /// What a client asked for.
    pub request: Option<PendingRequest>,
    /// Whether the session was begun for that request.
    pub signed_in: bool,
    /// The sign-out that waits for a yes.
    pub sign_out: Option<PendingSignOut>,
    /// [`Ticket::id`]
    pub attempt: Option<[u8; 16]>,
    /// The device that is to be connected.
    pub device: Option<PendingDevice>,
}

impl Browser {
    /// Reads the cookies.
    pub(super) fn of<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Self {
        let cookies = Cookies::parse(request.cookie.as_deref());
        let id = cookies.all(&cookie_name("browser", cx)).find_map(|text| from_base64url(text)?.try_into().ok());
        let session = cookies.all(&cookie_name("session", cx)).find_map(|text| cx.open::<Session>(text).ok());
        Self { id, session: session.map(Unsealed::into_inner) }
    }

    /// Whether another site posted this, so that our `SameSite=Lax` cookies are missing although there may be some.
    pub(super) fn must_come_again<P: Platform>(&self, request: &Request, cx: &Cx<'_, P>) -> bool {
        request.method == Method::Post && self.session.is_none() && is_foreign(request, cx)
    }

    fn mark(id: &[u8; 16]) -> ByteArray<16> {
        ByteArray::from(digest16(&[id]))
    }

    /// Seals what a form of this browser is about, and names the browser if it has no name yet: the ticket, and the cookie
    /// to set with the page.
    pub(super) fn ticket<P: Platform>(
        &self,
        sid: Option<SessionId>,
        about: FormAbout,
        cx: &Cx<'_, P>,
    ) -> Result<(String, Option<String>), OAuthError> {
        let mut cookie = None;
        let id = if let Some(id) = self.id {
            id
        } else {
            let id = cx.random()?;
            let (name, value) = (cookie_name("browser", cx), base64url(id));
            let secure = cx.config.issuer.is_secure();
            cookie = Some(SetCookie { name: &name, value: &value, max_age: None, secure }.header());
            id
        };
        let FormAbout { request, signed_in, sign_out, attempt, device } = about;
        let until = cx.now.after(Ticket::LIFETIME);
        let (browser, attempt) = (Self::mark(&id), attempt.map(ByteArray::from));
        let ticket = Ticket {
            browser,
            until,
            sid,
            request,
            signed_in,
            sign_out,
            id: attempt,
            device,
            language: cx.asked_language,
        };
        Ok((cx.seal(&ticket)?, cookie))
    }

    /// Takes up what a form is about.
    ///
    /// # Errors
    /// When the form was posted from elsewhere, belongs to another browser or has gone stale: told on a page, because
    /// nothing then vouches for where to return to.
    pub(super) fn with_ticket<P: Platform>(
        request: &Request,
        params: &Params,
        cx: &Cx<'_, P>,
    ) -> Result<(Ticket, Self), OAuthError> {
        if is_foreign(request, cx) {
            return Err(OAuthError::invalid_request("The form was sent from another site.", "foreign_origin"));
        }
        let ticket = params.required("ticket", "The form is incomplete.")?;
        let ticket = cx.open::<Ticket>(ticket).map_err(|error| OAuthError::stale_form(error.cause()))?.into_inner();
        let browser = Self::of(request, cx);
        // Login CSRF: a form that was made for one browser does nothing in another.
        if browser.id.as_ref().map(Self::mark) != Some(ticket.browser) {
            return Err(OAuthError::stale_form("ticket_of_another_browser"));
        }
        Ok((ticket, browser))
    }

    /// Sets the session cookie when it is new, has changed, or has used a tenth of its idle time.
    pub(super) fn with_session<P: Platform>(
        &self,
        reply: Reply,
        mut session: Session,
        cx: &Cx<'_, P>,
    ) -> Result<Reply, OAuthError> {
        let idle = cx.config.lifetimes.session_idle;
        let idle_until = cx.now.after(idle);
        let unchanged = self.session.as_ref() == Some(&session);
        if unchanged && idle_until.millis_since(session.idle_until) < idle.millis() / 10 {
            return Ok(reply);
        }
        session.idle_until = idle_until;
        Ok(reply.with_cookie(Some(session_cookie(session, cx)?)))
    }
}

/// The accounts that are no strangers to the browser: read only where a password is tried.
pub(super) fn device<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Option<Device> {
    let cookies = Cookies::parse(request.cookie.as_deref());
    let device = cookies.all(&cookie_name("device", cx)).find_map(|text| cx.open::<Device>(text).ok());
    device.map(Unsealed::into_inner)
}

/// The cookie of a browser to which this account, with this password, is no stranger from now on, as a header.
pub(super) fn device_cookie<P: Platform>(
    device: Option<Device>,
    (account, cred): (TryCounter, Timestamp),
    cx: &Cx<'_, P>,
) -> Result<String, OAuthError> {
    let mut device = match device {
        Some(device) => device,
        None => Device { id: ByteArray::from(cx.random()?), accounts: Vec::new(), until: cx.now },
    };
    device.learn(account, cred, cx.now);
    let (name, value) = (cookie_name("device", cx), cx.seal(&device)?);
    let max_age = Some(Device::LIFETIME.as_seconds());
    Ok(SetCookie { name: &name, value: &value, max_age, secure: cx.config.issuer.is_secure() }.header())
}

/// Whether another site made the browser send this. Browsers that tell neither header send no foreign forms unnoticed:
/// the ticket binds them all the same.
pub(super) fn is_foreign<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> bool {
    match (request.fetch_site.as_deref(), request.origin.as_deref()) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin != cx.config.issuer.origin(),
        (None, None) => false,
    }
}

/// Lets the browser come once more from here, with its cookies: else a user who is signed in would not be known. The
/// answer may then be a redirect to one of these URIs.
pub(super) fn come_again<P: Platform>(
    path: &str,
    params: &Params,
    redirect_uris: &[RedirectUri],
    cx: &Cx<'_, P>,
) -> Reply {
    const MAX_URL: usize = 4096;
    let action = cx.config.issuer.url(path);
    // Who posted a token may have wanted it in no history and no log.
    let has_token = params.all("id_token_hint").next().is_some();
    let target = Url::parse(&action).map(|mut url| {
        url.query_pairs_mut().extend_pairs(params.iter());
        url
    });
    match target {
        Ok(url) if url.as_str().len() <= MAX_URL && !has_token => redirect_to(&url).noted(Note::event("come_again")),
        _ => page::resubmit(&action, redirect_uris, params, cx),
    }
}

/// RFC 6265 §6.1: browsers keep cookies of up to 4,096 bytes, name and attributes included.
const MAX_COOKIE: usize = 3800;

/// The cookie of a session, as a header.
pub(super) fn session_cookie<P: Platform>(mut session: Session, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
    let mut value = cx.seal(&session)?;
    // The oldest go first. A client that is not named any more is not told of the end.
    while value.len() > MAX_COOKIE && (session.consents.pop().is_some() || session.clients.pop().is_some()) {
        value = cx.seal(&session)?;
    }
    let name = cookie_name("session", cx);
    let seconds = session.idle_until.min(session.until).millis_since(cx.now) / 1000;
    let max_age = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    Ok(SetCookie { name: &name, value: &value, max_age, secure: cx.config.issuer.is_secure() }.header())
}

/// Ends the session's cookie, as a header.
pub(super) fn no_session_cookie<P: Platform>(cx: &Cx<'_, P>) -> String {
    let name = cookie_name("session", cx);
    SetCookie { name: &name, value: "", max_age: Some(0), secure: cx.config.issuer.is_secure() }.header()
}

/// Issuers with a path share their host with others, so a name carries a hash of its issuer. The prefix (RFC 6265bis
/// §4.1.3.2) needs https; on a local http issuer some browsers and cookie jars would drop the cookie.
fn cookie_name<P: Platform>(kind: &str, cx: &Cx<'_, P>) -> String {
    let issuer = &cx.config.issuer;
    let digest = base64url(Sha256::digest(issuer.as_str()));
    let prefix = if issuer.is_secure() { "__Host-" } else { "" };
    format!("{prefix}sealwax-{kind}-{digest:.8}")
}
