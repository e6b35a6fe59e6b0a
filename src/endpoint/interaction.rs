//! What authorize, sign-in and consent share: the browser's cookies, the ticket, and going on with a request until it
//! is answered.

use super::authorize::{Decision, Facts, Mint, decide, issue_code, refuse};
use super::{facts, page};
use crate::client::{Client, ReturnTo};
use crate::consent::{ConsentRecord, ConsentSubject};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Cookies, Params, Reply, Request, SetCookie};
use crate::oauth::{
    Bytes16 as _, GrantType, Lifetime, SessionId, SubjectId, Timestamp, base64url, digest16, from_base64url,
};
use crate::seal::{HeldConsent, PendingRequest, Session, Ticket, Unsealed};
use crate::store::{self, Key, Revocations};
use minicbor::bytes::ByteArray;
use sha2::{Digest as _, Sha256};

/// What the browser brought.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    /// A random name of this browser, which binds forms to it; `None` before the first form.
    id: Option<[u8; 16]>,
    /// Who is signed in, as far as the cookie tells.
    pub session: Option<Session>,
}

/// A request on its way to an answer.
#[derive(Debug)]
pub(super) struct Interaction {
    pub client: Client,
    pub return_to: ReturnTo,
    pub pending: PendingRequest,
    pub session: Option<Session>,
    pub browser: Browser,
    /// Whether the session was begun for this very request: `prompt=login` and `max_age` ask no more of it.
    pub signed_in: bool,
    /// What the user has just allowed.
    pub confirmed: Option<HeldConsent>,
    /// What was read already.
    known: Option<Known>,
}

/// What is stored of the user who is signed in.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub revocations: Revocations,
    pub consents: ConsentRecord,
}

/// How long a form may wait for the user.
const TICKET_LIFETIME: Lifetime = Lifetime::seconds(2 * 60 * 60);

impl Browser {
    /// Reads the cookies.
    pub(super) fn of<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Self {
        let cookies = Cookies::parse(request.cookie.as_deref());
        let id = cookies.all(&cookie_name("browser", cx)).find_map(|text| from_base64url(text)?.try_into().ok());
        let session = cookies.all(&cookie_name("session", cx)).find_map(|text| cx.open::<Session>(text).ok());
        Self { id, session: session.map(Unsealed::into_inner) }
    }

    fn mark(id: &[u8; 16]) -> ByteArray<16> {
        ByteArray::from(digest16(&[id]))
    }
}

impl Interaction {
    /// A request as it arrives.
    pub(super) fn new(client: Client, return_to: ReturnTo, pending: PendingRequest, browser: Browser) -> Self {
        let session = browser.session.clone();
        Self { client, return_to, pending, session, browser, signed_in: false, confirmed: None, known: None }
    }

    /// Takes up the request that waits in a form's ticket.
    ///
    /// # Errors
    /// When the form was posted from elsewhere, belongs to another browser or has gone stale: told on a page, because
    /// nothing then vouches for where to return to.
    pub(super) async fn resume<P: Platform>(
        request: &Request,
        params: &Params,
        cx: &Cx<'_, P>,
    ) -> Result<(Self, Option<SessionId>), OAuthError> {
        if is_foreign(request, cx) {
            return Err(OAuthError::invalid_request("The form was sent from another site.", "foreign_origin"));
        }
        let ticket = params.required("ticket", "The form is incomplete.")?;
        let stale = |cause| OAuthError::invalid_request("This page is no longer good. Go back to the app.", cause);
        let ticket = cx.open::<Ticket>(ticket).map_err(|error| stale(error.cause()))?.into_inner();
        let browser = Browser::of(request, cx);
        // Login CSRF: a form that was made for one browser does nothing in another.
        if browser.id.as_ref().map(Browser::mark) != Some(ticket.browser) {
            return Err(stale("ticket_of_another_browser"));
        }
        let mut pending = ticket.request.ok_or(stale("ticket_of_another_form"))?;
        let client = facts::client(&pending.client, cx).await?.ok_or(stale("client_removed"))?;
        if client.disabled {
            return Err(stale("client_disabled"));
        }
        // The registration may have been narrowed while the form waited.
        pending.scope = cx.config.scopes.grantable(&pending.scope, &client.scope);
        let unprotected = client.needs_pkce() && pending.challenge.is_none();
        if pending.scope.is_empty() || unprotected || !client.may_use(GrantType::AuthorizationCode) {
            return Err(stale("client_narrowed"));
        }
        let return_to = ReturnTo::new(&client, Some(&pending.redirect_uri))?
            .with_mode(pending.response_mode)
            .with_state(pending.state.as_deref());
        let mut interaction = Self::new(client, return_to, pending, browser);
        let same_session = interaction.session.as_ref().map(|session| session.sid) == ticket.sid;
        interaction.signed_in = ticket.signed_in && same_session;
        Ok((interaction, ticket.sid))
    }

    /// Reads the facts, decides, and answers.
    pub(super) async fn proceed<P: Platform>(mut self, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
        let standing = self.read_standing(cx).await?;
        let decision = decide(&Facts {
            client: &self.client,
            return_to: &self.return_to,
            pending: &self.pending,
            session: self.session.as_ref(),
            consent: standing.as_ref(),
            signed_in: self.signed_in,
            confirmed: self.confirmed.is_some(),
            now: cx.now,
        });
        match (decision, self.session.take()) {
            (Decision::Refuse(error), session) => {
                let reply = refuse(&self.return_to, &error, cx);
                Ok(reply.concerning(Some(&self.client.client_id), session.map(|session| session.subject)))
            }
            (Decision::Issue { scope, granted, until }, Some(mut session)) => {
                if let Some(confirmed) = self.confirmed.take() {
                    session.hold(confirmed);
                }
                session.name_client(&self.client.client_id);
                let (client, pending) = (&self.client, &self.pending);
                let mint = Mint { client, pending, session: &session, scope, granted, until };
                let reply = issue_code(mint, &self.return_to, cx)?;
                self.with_session(reply, session, cx)
            }
            (Decision::Consent, Some(session)) => {
                let (ticket, reply_cookies) = self.ticket(Some(session.sid), cx)?;
                let reply = page::consent(&self, &session, standing.as_ref(), &ticket, cx);
                self.with_session(with_cookies(reply, reply_cookies), session, cx)
            }
            (Decision::SignIn | Decision::Issue { .. } | Decision::Consent, _) => self.ask_to_sign_in(None, cx),
        }
    }

    /// Shows the sign-in page.
    pub(super) fn ask_to_sign_in<P: Platform>(
        &self,
        failed: Option<page::FailedSignIn<'_>>,
        cx: &Cx<'_, P>,
    ) -> Result<Reply, OAuthError> {
        let (ticket, cookies) = self.ticket(None, cx)?;
        Ok(with_cookies(page::sign_in(self, failed, &ticket, cx), cookies))
    }

    /// What a consent to this request is about.
    pub(super) fn about(&self) -> ConsentSubject<'_> {
        ConsentSubject {
            client: &self.client.client_id,
            registered: self.client.created,
            redirect_uri: self.return_to.redirect_uri(),
            resource: self.pending.resource.as_deref(),
        }
    }

    /// What is stored of the user who is signed in or about to be: two reads at once, the first time.
    pub(super) async fn known<P: Platform>(&mut self, subject: SubjectId, cx: &Cx<'_, P>) -> Result<Known, OAuthError> {
        if let Some(known) = &self.known {
            return Ok(known.clone());
        }
        let consent_key = Key::consent(subject, &self.client.client_id);
        let (revocations, consents) = futures_util::future::join(
            facts::revocations(subject, cx),
            store::read::<ConsentRecord>(cx.store(), &consent_key),
        )
        .await;
        let known = Known { revocations: revocations?, consents: consents?.unwrap_or_default() };
        self.known = Some(known.clone());
        Ok(known)
    }

    /// The consent that stands. Drops the session when it was revoked.
    async fn read_standing<P: Platform>(&mut self, cx: &Cx<'_, P>) -> Result<Option<HeldConsent>, OAuthError> {
        let Some(session) = self.session.clone() else { return Ok(None) };
        let known = self.known(session.subject, cx).await?;
        if known.revocations.reach_session(session.sid, session.auth, session.cred).is_some() {
            self.session = None;
            return Ok(None);
        }
        // What was answered a moment ago counts, whatever stamps older answers carry.
        if self.confirmed.is_some() {
            return Ok(self.confirmed.clone());
        }
        Ok(self.about().standing(&known.consents, &session.consents, &known.revocations, cx.now))
    }

    /// Seals the request for a form of this browser, and names the browser if it has no name yet.
    fn ticket<P: Platform>(
        &self,
        sid: Option<SessionId>,
        cx: &Cx<'_, P>,
    ) -> Result<(String, Option<String>), OAuthError> {
        let mut cookie = None;
        let id = if let Some(id) = self.browser.id {
            id
        } else {
            let id = cx.random()?;
            let (name, value) = (cookie_name("browser", cx), base64url(id));
            let secure = cx.config.issuer.is_secure();
            cookie = Some(SetCookie { name: &name, value: &value, max_age: None, secure }.header());
            id
        };
        let until = cx.now.after(TICKET_LIFETIME);
        let (browser, request) = (Browser::mark(&id), Some(self.pending.clone()));
        let ticket =
            Ticket { browser, until, sid, request, signed_in: self.signed_in && sid.is_some(), sign_out: None };
        Ok((cx.seal(&ticket)?, cookie))
    }

    /// Sets the session cookie when it is new, holds a new consent, or has used a tenth of its idle time.
    fn with_session<P: Platform>(
        &self,
        reply: Reply,
        mut session: Session,
        cx: &Cx<'_, P>,
    ) -> Result<Reply, OAuthError> {
        let idle = cx.config.lifetimes.session_idle;
        let idle_until = cx.now.after(idle);
        let unchanged = self.browser.session.as_ref() == Some(&session);
        if unchanged && idle_until.millis_since(session.idle_until) < idle.millis() / 10 {
            return Ok(reply);
        }
        session.idle_until = idle_until;
        Ok(reply.header("set-cookie", session_cookie(session, cx)?))
    }
}

/// A new sign-in.
pub(super) fn new_session<P: Platform>(
    login: &store::Login,
    auth: Timestamp,
    cx: &Cx<'_, P>,
) -> Result<Session, OAuthError> {
    Ok(Session {
        subject: login.sub,
        home: login.home,
        sid: SessionId::from_bytes(cx.random()?),
        auth,
        cred: login.cred,
        username: login.username.as_str().to_owned(),
        idle_until: cx.now.after(cx.config.lifetimes.session_idle),
        until: cx.now.after(cx.config.lifetimes.session),
        consents: Vec::new(),
        clients: Vec::new(),
    })
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

/// RFC 6265 §6.1: browsers keep cookies of up to 4,096 bytes, name and attributes included.
const MAX_COOKIE: usize = 3800;

fn session_cookie<P: Platform>(mut session: Session, cx: &Cx<'_, P>) -> Result<String, OAuthError> {
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

fn with_cookies(reply: Reply, cookie: Option<String>) -> Reply {
    match cookie {
        Some(cookie) => reply.header("set-cookie", cookie),
        None => reply,
    }
}

/// Issuers with a path share their host with others, so a name carries a hash of its issuer. The prefix (RFC 6265bis
/// §4.1.3.2) needs https; on a local http issuer some browsers and cookie jars would drop the cookie.
fn cookie_name<P: Platform>(kind: &str, cx: &Cx<'_, P>) -> String {
    let issuer = &cx.config.issuer;
    let digest = base64url(Sha256::digest(issuer.as_str()));
    let prefix = if issuer.is_secure() { "__Host-" } else { "" };
    format!("{prefix}sealwax-{kind}-{digest:.8}")
}
