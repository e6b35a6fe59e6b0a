//! What the user answered on the consent page.

use super::authorize::refuse;
use super::interaction::{Interaction, Known};
use crate::consent::{ConsentDuration, ConsentEntry};
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
    let granted = ticked(&interaction.pending.scope, &params, cx);
    if granted.is_empty() {
        return Ok(deny(&interaction, "nothing_ticked", cx));
    }
    let duration = params.one("duration")?.and_then(ConsentDuration::parse).unwrap_or(ConsentDuration::Days30);
    interaction.confirmed = Some(record(&interaction, known, &session, (granted, duration), cx).await?);
    interaction.proceed(cx).await
}

/// What was shown and not unticked.
fn ticked<P: Platform>(shown: &Scope, params: &Params, cx: &Cx<'_, P>) -> Scope {
    shown.filter(|name| !cx.config.scopes.is_optional(name) || params.all("scope").any(|ticked| ticked == name))
}

/// Stores the consent, and returns it as the session cookie carries it. One for this visit is stored only to narrow what
/// was stored before.
async fn record<P: Platform>(
    interaction: &Interaction,
    known: Known,
    session: &Session,
    (granted, duration): (Scope, ConsentDuration),
    cx: &Cx<'_, P>,
) -> Result<HeldConsent, OAuthError> {
    let Known { revocations, consents: mut record } = known;
    let about = interaction.about();
    let asked = &interaction.pending.scope;
    let not_asked = |scope: &Scope| scope.filter(|name| !asked.contains(name));
    let standing = about.standing(&record, &session.consents, &revocations, cx.now);
    // Above every answer before, by whatever clock it was stamped.
    let newest = standing.iter().map(|before| before.granted).chain(record.entry(&about).map(|before| before.granted));
    let stamp = newest.map(|before| before.after_millis(1)).fold(revocations.stamp(cx.now), Timestamp::max);
    let until = duration.until(cx.now, session.until);
    // What was allowed before and not asked for now stays allowed, unless it would then last longer than was said.
    let lasts = |before: &HeldConsent| before.until.is_none_or(|end| until.is_some_and(|until| end >= until));
    let kept = standing.filter(lasts).map(|before| not_asked(&before.scope)).unwrap_or_default();
    let entry = about.granted(granted.union(&kept), stamp, until, session);
    let held = about.held(&entry);
    let stored = match (duration, record.entry(&about)) {
        (ConsentDuration::Visit, None) => return Ok(held),
        // What was shown is answered for this visit; later it is asked again.
        (ConsentDuration::Visit, Some(before)) => {
            ConsentEntry { scope: not_asked(&before.scope), granted: stamp, ..before.clone() }
        }
        _ => entry,
    };
    record.put(stored);
    record.client = Some(interaction.client.client_id.clone());
    store::write(cx.store(), &Key::consent(session.subject, &interaction.client.client_id), &record).await?;
    Ok(held)
}

fn deny<P: Platform>(interaction: &Interaction, cause: &'static str, cx: &Cx<'_, P>) -> Reply {
    let error = OAuthError::new(ErrorCode::AccessDenied, "The user did not allow access.", cause);
    let subject = interaction.session.as_ref().map(|session| session.subject);
    refuse(&interaction.return_to, &error, cx).concerning(Some(&interaction.client.client_id), subject)
}
