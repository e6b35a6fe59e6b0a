//! `client.initial_token`: the means by which others may register clients (RFC 7591 §3). Nothing is stored.

use super::{ClientInitialToken, Failure, InitialToken, Operator, Refusal, done};
use crate::config::RegistrationMode;
use crate::cx::{Cx, Platform};
use crate::http::{Note, Reply};
use crate::oauth::{Bytes16 as _, InitialTokenId, Lifetime};
use crate::seal::{self, InitialAccessToken};

/// Makes one.
pub(super) fn create<P: Platform>(call: ClientInitialToken, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    if cx.config.registration.mode == RegistrationMode::Off {
        let description = "Clients cannot register themselves here: REGISTRATION is off.";
        return Err(Refusal::bad("registration_off", description).into());
    }
    let lifetime = call.lifetime.map_or(InitialAccessToken::LIFETIME, Lifetime::seconds);
    if !(Lifetime::seconds(60)..=InitialAccessToken::MAX_LIFETIME).contains(&lifetime) {
        return Err(Refusal::bad("lifetime_out_of_range", "lifetime: must be from 60 seconds to 400 days").into());
    }
    let label = call.label;
    let fits =
        |label: &String| label.chars().count() <= InitialAccessToken::MAX_LABEL && !label.chars().any(char::is_control);
    if !label.as_ref().is_none_or(fits) {
        let description = "label: must have at most 64 characters, none of them controls";
        return Err(Refusal::bad("label_malformed", description).into());
    }
    let (id, until) = (InitialTokenId::from_bytes(cx.random()?), cx.now.after(lifetime));
    let content = InitialAccessToken { id, until, label: label.clone() };
    let token = seal::seal(&cx.config.rings.client, &content, cx.random()?)?;
    let event = "operator.client_initial_token";
    let note = Note { initial_token: Some(content.to_string()), ..Note::event(event) };
    Ok(done(event, &InitialToken { token, id, until, label }).noted(note))
}
