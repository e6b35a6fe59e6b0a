//! What the user answered on the consent page.

use super::authorize::refuse;
use super::interaction::{Interaction, Known};
use crate::consent::ConsentDuration;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Params, Reply, Request};
use crate::oauth::{Prompt, Scope};
use crate::seal::{HeldConsent, Session};
use crate::store::{self, Key};

/// Records the answer and goes on with the request that waits in the form.
pub(super) async fn consent<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let params = Params::of_form(request)?;
    let (mut interaction, shown_to) = Interaction::resume(request, &params, cx).await?;
    let session = match interaction.session.clone() {
        // The page was shown to this very sign-in.
        Some(session) if Some(session.sid) == shown_to => session,
        // Signed out, or somebody else signed in meanwhile: begin anew under whoever is there now.
        _ => return interaction.proceed(cx).await,
    };
    match params.one("decision")? {
        Some("allow") => {}
        Some("switch") => return interaction.ask_to_sign_in(None, cx),
        Some("deny") => return Ok(deny(&interaction, &session, "consent_denied", cx)),
        _ => return Err(OAuthError::invalid_request("The form is incomplete.", "decision_missing")),
    }
    let granted = ticked(&interaction.pending.scope, &params, cx);
    if granted.is_empty() {
        return Ok(deny(&interaction, &session, "nothing_ticked", cx));
    }
    let duration = params.one("duration")?.and_then(ConsentDuration::parse).unwrap_or(ConsentDuration::Days30);
    interaction.confirmed = Some(record(&mut interaction, &session, granted, duration, cx).await?);
    interaction.pending.prompts = interaction.pending.prompts.without(Prompt::Consent);
    interaction.proceed(cx).await
}

/// What was shown and not unticked.
fn ticked<P: Platform>(shown: &Scope, params: &Params, cx: &Cx<'_, P>) -> Scope {
    shown.filter(|name| !cx.config.scopes.is_optional(name) || params.all("scope").any(|ticked| ticked == name))
}

/// Stores the consent, unless it is for this visit only, and returns it as the session cookie carries it.
async fn record<P: Platform>(
    interaction: &mut Interaction,
    session: &Session,
    granted: Scope,
    duration: ConsentDuration,
    cx: &Cx<'_, P>,
) -> Result<HeldConsent, OAuthError> {
    let Known { revocations, consents: mut record } = interaction.known(session.subject, cx).await?;
    let about = interaction.about();
    // Scopes that were allowed before and not asked for now stay allowed; what was shown is as it was answered.
    let standing = about.standing(&record, &session.consents, &revocations, cx.now);
    let kept = standing.map(|before| before.scope.filter(|name| !interaction.pending.scope.contains(name)));
    let scope = granted.union(&kept.unwrap_or_default());
    let stamp = revocations.stamp(cx.now);
    let entry = about.granted(scope, stamp, duration.until(cx.now, session.until));
    let held = about.held(&entry);
    if duration != ConsentDuration::Visit {
        record.put(entry);
        let key = Key::consent(session.subject, &interaction.client.client_id);
        store::write(cx.store(), &key, &record).await?;
    }
    Ok(held)
}

fn deny<P: Platform>(interaction: &Interaction, session: &Session, cause: &'static str, cx: &Cx<'_, P>) -> Reply {
    let error = OAuthError::new(ErrorCode::AccessDenied, "The user did not allow access.", cause);
    let reply = refuse(&interaction.return_to, &error, cx);
    reply.concerning(Some(&interaction.client.client_id), Some(session.subject))
}
