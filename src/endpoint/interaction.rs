//! What authorize, sign-in and consent share: going on with a request until it is answered.

use super::authorize::{Decision, Facts, Mint, decide, issue_code, refuse};
use super::browser::{Browser, FormAbout};
use super::{facts, page, resource};
use crate::client::{Client, ReturnTo};
use crate::consent::{ConsentRecord, ConsentSubject};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Params, Reply, Request};
use crate::oauth::{GrantType, SessionId, SubjectId};
use crate::seal::{HeldConsent, PendingRequest, Session, Ticket};
use crate::store::{self, Key, Revocations};

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
        let (ticket, browser) = Browser::with_ticket(request, params, cx)?;
        Self::of_ticket(ticket, browser, cx).await
    }

    /// The same for a ticket that has been opened.
    ///
    /// # Errors
    /// When what it is about cannot be gone on with.
    pub(super) async fn of_ticket<P: Platform>(
        ticket: Ticket,
        browser: Browser,
        cx: &Cx<'_, P>,
    ) -> Result<(Self, Option<SessionId>), OAuthError> {
        let stale = OAuthError::stale_form;
        let mut pending = ticket.request.ok_or(stale("ticket_of_another_form"))?;
        let client = facts::client(&pending.client, cx).await?.ok_or(stale("client_removed"))?;
        if client.disabled {
            return Err(stale("client_disabled"));
        }
        // The registration may have been narrowed while the form waited.
        let usable = resource::still_usable(&pending.resources, &client, cx.config);
        if usable != pending.resources {
            return Err(stale("client_narrowed"));
        }
        pending.scope = cx.config.grantable(&pending.scope, &client, &usable);
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
                self.browser.with_session(reply, session, cx)
            }
            (Decision::Consent, Some(session)) => {
                let (ticket, cookie) = self.ticket(Some(session.sid), cx)?;
                let reply = page::consent(&self, &session, standing.as_ref(), &ticket, cx);
                self.browser.with_session(reply.with_cookie(cookie), session, cx)
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
        let (ticket, cookie) = self.ticket(None, cx)?;
        Ok(page::sign_in(self, failed, &ticket, cx).with_cookie(cookie))
    }

    /// What a consent to this request is about.
    pub(super) fn about(&self) -> ConsentSubject<'_> {
        ConsentSubject {
            client: &self.client.client_id,
            registered: self.client.created,
            redirect_uri: self.return_to.redirect_uri(),
            resources: &self.pending.resources,
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

    /// A ticket for a form about this request.
    fn ticket<P: Platform>(
        &self,
        sid: Option<SessionId>,
        cx: &Cx<'_, P>,
    ) -> Result<(String, Option<String>), OAuthError> {
        let signed_in = self.signed_in && sid.is_some();
        let about = FormAbout { request: Some(self.pending.clone()), signed_in, ..FormAbout::default() };
        self.browser.ticket(sid, about, cx)
    }
}
