//! What authorize, sign-in and consent share: going on with a request until it is answered.

use super::authorize::{Decision, Facts, Mint, decide, issue_code, refuse, spend, still_stands};
use super::browser::{Browser, FormAbout};
use super::{facts, metadata_document, page, subject};
use crate::client::{Client, ReturnTo};
use crate::consent::{ConsentRecord, ConsentSubject};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Params, Reply, Request};
use crate::oauth::{SessionId, SubjectId};
use crate::seal::{HeldConsent, PendingRequest, Session, Ticket};
use crate::store::{self, Key, Revocations};
use std::rc::Rc;

/// A request on its way to an answer.
#[derive(Debug)]
pub(super) struct Interaction {
    pub client: Rc<Client>,
    pub return_to: ReturnTo,
    pub pending: PendingRequest,
    pub session: Option<Session>,
    pub browser: Browser,
    /// Whether the session was begun for this very request: `prompt=login` and `max_age` ask no more of it.
    pub signed_in: bool,
    /// What the user has just allowed.
    pub confirmed: Option<HeldConsent>,
    /// What the forms that led here have in common.
    attempt: Option<[u8; 16]>,
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
    pub(super) fn new(client: Rc<Client>, return_to: ReturnTo, pending: PendingRequest, browser: Browser) -> Self {
        let session = browser.session.clone();
        Self {
            client,
            return_to,
            pending,
            session,
            browser,
            signed_in: false,
            confirmed: None,
            attempt: None,
            known: None,
        }
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
        let client = facts::client(&pending.client, cx).await.map_err(metadata_document::on_page)?;
        let client = client.ok_or(stale("client_removed"))?;
        if client.disabled {
            return Err(stale("client_disabled"));
        }
        if !still_stands(&mut pending, &client, cx) {
            return Err(stale("client_narrowed"));
        }
        let return_to = ReturnTo::of(&pending, &client)?;
        let same_session = browser.session.as_ref().map(|session| session.sid) == ticket.sid;
        if !same_session {
            // Whoever is there now has answered nothing.
            pending.prompts = pending.prompts.unanswered();
        }
        let mut interaction = Self::new(client, return_to, pending, browser);
        interaction.signed_in = ticket.signed_in && same_session;
        interaction.attempt = ticket.id.map(|id| *id);
        Ok((interaction, ticket.sid))
    }

    /// Reads the facts, decides, and answers.
    pub(super) async fn proceed<P: Platform>(mut self, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
        let standing = self.read_standing(cx).await?;
        let sub = self.session.as_ref().map(|session| subject::told(&self.client, session.subject, cx)).transpose()?;
        let asked = self.pending.asked();
        let decision = decide(&Facts {
            client: &self.client,
            return_to: &self.return_to,
            pending: &self.pending,
            session: self.session.as_ref(),
            sub: sub.as_deref(),
            consent: standing.as_ref(),
            signed_in: self.signed_in,
            confirmed: self.confirmed.is_some(),
            now: cx.now,
        });
        match (decision, self.session.take()) {
            (Decision::Refuse(error), session) => {
                let reply = refuse(&self.return_to, &error, cx);
                let subject = session.as_ref().map(|session| session.subject);
                let reply = reply.concerning(Some(&self.client.client_id), subject);
                // Who has just signed in is signed in, though not for this client.
                match session.filter(|_| self.signed_in) {
                    Some(session) => self.browser.with_session(reply, session, cx),
                    None => Ok(reply),
                }
            }
            (Decision::SelectAccount, Some(session)) => {
                let (ticket, cookie) = self.ticket(Some(session.sid), cx)?;
                let reply = page::select_account(&self, &session, &ticket, cx);
                self.browser.with_session(reply.with_cookie(cookie), session, cx)
            }
            (Decision::Issue { scope, claims, granted, until }, Some(mut session)) => {
                if let Some(confirmed) = self.confirmed.take() {
                    session.hold(confirmed);
                }
                let id = &self.client.client_id;
                // A long id takes the room of consents, and a document would be fetched when the session ends.
                if self.client.is_told_of_sign_out() || id.is_chosen() && !id.is_url() {
                    session.name_client(id);
                }
                let (client, pending) = (&self.client, &self.pending);
                let mint = Mint { client, pending, session: &session, scope, claims, granted, until };
                let reply = issue_code(mint, &self.return_to, cx)?;
                self.complete(reply, session, cx).await
            }
            (Decision::Consent, Some(session)) => {
                let (ticket, cookie) = self.ticket(Some(session.sid), cx)?;
                let question = page::Question {
                    client: &self.client,
                    scope: &asked,
                    resources: &self.pending.resources,
                    asked_by: page::AskedBy::Site(self.return_to.redirect_uri()),
                };
                let reply = page::consent(&question, &session, standing.as_ref(), &ticket, cx);
                self.browser.with_session(reply.with_cookie(cookie), session, cx)
            }
            (Decision::SignIn | Decision::SelectAccount | Decision::Issue { .. } | Decision::Consent, _) => {
                self.ask_to_sign_in(None, cx)
            }
        }
    }

    /// Sends the code that is ready. A pushed request is spent by it, and nothing that can fail comes after.
    async fn complete<P: Platform>(&self, reply: Reply, session: Session, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
        let Some(mark) = &self.pending.pushed else { return self.browser.with_session(reply, session, cx) };
        let reply = self.browser.with_session(reply, session.clone(), cx)?;
        match spend(mark, self.attempt, cx).await {
            Ok(()) => Ok(reply),
            Err(error) if error.code == ErrorCode::InvalidRequestUri => {
                let (client, subject) = (Some(&self.client.client_id), Some(session.subject));
                let refusal = refuse(&self.return_to, &error, cx).concerning(client, subject);
                self.browser.with_session(refusal, session, cx)
            }
            Err(error) => Err(error),
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
            origin: self.return_to.redirect_uri().origin(),
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
        let attempt = match (self.attempt, &self.pending.pushed) {
            (None, Some(_)) => Some(cx.random()?),
            (attempt, _) => attempt,
        };
        let about = FormAbout { request: Some(self.pending.clone()), signed_in, attempt, ..FormAbout::default() };
        self.browser.ticket(sid, about, cx)
    }
}
