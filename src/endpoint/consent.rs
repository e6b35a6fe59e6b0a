//! What the user answered on the consent page.

use super::authorize::refuse;
use super::interaction::{Interaction, Known};
use crate::consent::{ConsentDuration, ConsentEntry, ConsentSubject};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Params, Reply, Request};
use crate::oauth::{Scope, Timestamp};
use crate::seal::{HeldConsent, Session};
use crate::store::{self, Key};

/// Records the answer and goes on with the request that waits in the form.
pub(super) async fn consent<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (mut interaction, shown_to) = Interaction::resume(request, &params, cx).await?;
    match params.one("decision")? {
        Some("allow") => {}
        // Whoever is signed in by now: these two give nothing away.
        Some("switch") => return interaction.ask_to_sign_in(None, cx),
        Some("deny") => return Ok(deny(&interaction, "consent_denied", cx)),
        _ => return Err(OAuthError::invalid_request("The form is incomplete.", "decision_missing")),
    }
    let session = match interaction.session.clone() {
        // The page was shown to this very sign-in.
        Some(session) if Some(session.sid) == shown_to => session,
        // Signed out, or somebody else signed in meanwhile: begin anew under whoever is there now.
        _ => return interaction.proceed(cx).await,
    };
    let known = interaction.known(session.subject, cx).await?;
    if known.revocations.reach_session(session.sid, session.auth, session.cred).is_some() {
        // A dead session must not leave a consent behind that outlives it.
        return interaction.proceed(cx).await;
    }
    let asked = interaction.pending.asked();
    let answer = Answer::of(&asked, &params, cx)?;
    if answer.granted.is_empty() {
        return Ok(deny(&interaction, "nothing_ticked", cx));
    }
    interaction.confirmed = Some(record(&interaction.about(), answer, known, &session, cx).await?);
    interaction.proceed(cx).await
}

/// What a user allows.
pub(super) struct Answer<'a> {
    /// What was shown.
    asked: &'a Scope,
    /// What of it was not unticked.
    pub granted: Scope,
    /// For how long.
    duration: ConsentDuration,
}

impl<'a> Answer<'a> {
    /// Reads the consent form.
    pub(super) fn of<P: Platform>(asked: &'a Scope, params: &Params, cx: &Cx<'_, P>) -> Result<Self, OAuthError> {
        let ticked = |name: &str| params.all("scope").any(|ticked| ticked == name);
        let granted = asked.filter(|name| !cx.config.scopes.is_optional(name) || ticked(name));
        let duration = params.one("duration")?.and_then(ConsentDuration::parse).unwrap_or(ConsentDuration::Days30);
        Ok(Self { asked, granted, duration })
    }
}

/// Stores the consent, and returns it as the session cookie carries it. One for this visit is stored only to narrow what
/// was stored before.
pub(super) async fn record<P: Platform>(
    about: &ConsentSubject<'_>,
    Answer { asked, granted, duration }: Answer<'_>,
    known: Known,
    session: &Session,
    cx: &Cx<'_, P>,
) -> Result<HeldConsent, OAuthError> {
    let Known { revocations, consents: mut record } = known;
    let not_asked = |scope: &Scope| scope.filter(|name| !asked.contains(name));
    let standing = about.standing(&record, &session.consents, &revocations, cx.now);
    // Above every answer before, by whatever clock it was stamped.
    let newest = standing.iter().map(|before| before.granted).chain(record.entry(about).map(|before| before.granted));
    let stamp = newest.map(|before| before.after_millis(1)).fold(revocations.stamp(cx.now), Timestamp::max);
    let until = duration.until(cx.now, session.until);
    // What was allowed before and not asked for now stays allowed, unless it would then last longer than was said.
    let lasts = |before: &HeldConsent| before.until.is_none_or(|end| until.is_some_and(|until| end >= until));
    let kept = standing.filter(lasts).map(|before| not_asked(&before.scope)).unwrap_or_default();
    let entry = about.granted(granted.union(&kept), stamp, until, session);
    let held = about.held(&entry);
    let stored = match (duration, record.entry(about)) {
        (ConsentDuration::Visit, None) => return Ok(held),
        // What was shown is answered for this visit; later it is asked again.
        (ConsentDuration::Visit, Some(before)) => {
            ConsentEntry { scope: not_asked(&before.scope), granted: stamp, ..before.clone() }
        }
        _ => entry,
    };
    record.put(stored);
    record.client = Some(about.client.clone());
    store::write(cx.store(), &Key::consent(session.subject, about.client), &record).await?;
    Ok(held)
}

fn deny<P: Platform>(interaction: &Interaction, cause: &'static str, cx: &Cx<'_, P>) -> Reply {
    let error = OAuthError::new(ErrorCode::AccessDenied, "The user did not allow access.", cause);
    let subject = interaction.session.as_ref().map(|session| session.subject);
    refuse(&interaction.return_to, &error, cx).concerning(Some(&interaction.client.client_id), subject)
}
