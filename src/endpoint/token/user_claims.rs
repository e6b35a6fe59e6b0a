//! What tokens tell of the user beside who it is: in the ID token what the `claims` parameter asked for (OpenID Connect Core
//! §5.5), in the access token what the operator chose for the resource or the client. Where there is nothing of either, the
//! user's record is not read.

use super::target::TokenTarget;
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::Note;
use crate::oauth::{ClaimMapping, ClaimNames, SubjectId};
use crate::store::{self, Key, User};
use serde_json::{Map, Value};

/// The most that these claims may take in one token, as JSON: it has to pass through headers.
const ROOM: usize = 2048;

/// Claims for the two tokens of a grant.
#[derive(Debug, Default)]
pub(super) struct UserClaims {
    pub access_token: Map<String, Value>,
    pub id_token: Map<String, Value>,
}

impl UserClaims {
    /// Reads them, if there is any to be told. A record that is not here, or not yet, tells nothing: whoever has no role is
    /// refused more, and not less.
    ///
    /// # Errors
    /// When the store fails, or `CLAIMS_IN_TOKENS` is off and the client was promised some: nothing has been spent by then.
    pub(super) async fn read<P: Platform>(
        subject: SubjectId,
        (client, target): (&Client, &TokenTarget<'_>),
        asked: Option<&ClaimNames>,
        cx: &Cx<'_, P>,
    ) -> Result<Self, OAuthError> {
        if !cx.config.claims_in_tokens {
            // The accounts may not be here at all. What the operator has once promised a client is not left out in silence.
            let promised = !client.access_token_claims.is_empty();
            let description = "Tokens of this client tell claims of the user, which is switched off here.";
            let refusal = OAuthError::new(ErrorCode::UnauthorizedClient, description, "claims_in_tokens_off");
            return if promised { Err(refusal) } else { Ok(Self::default()) };
        }
        let mappings = || target.claims.iter().copied().chain([&client.access_token_claims]);
        if asked.is_none_or(ClaimNames::is_empty) && mappings().all(ClaimMapping::is_empty) {
            return Ok(Self::default());
        }
        let Some(user) = store::read::<User>(cx.store(), &Key::user(subject)).await? else {
            return Ok(Self::default());
        };
        let (mut access_token, mut id_token) = (Map::new(), Map::new());
        for mapping in mappings() {
            user.tell_mapped(mapping, &mut access_token);
        }
        if let Some(names) = asked {
            user.tell(names.iter(), &mut id_token);
        }
        let left_out = |token: &mut Map<String, Value>| shorten(token, ROOM);
        if left_out(&mut access_token) | left_out(&mut id_token) {
            let subject = Some(subject.to_string());
            cx.log(&Note { event: "claims_left_out", subject, cause: Some("token_too_long"), ..Note::default() });
        }
        Ok(Self { access_token, id_token })
    }
}

/// Takes out what does not fit, each claim whole. Whether there was such.
fn shorten(claims: &mut Map<String, Value>, room: usize) -> bool {
    let (before, mut taken) = (claims.len(), 0);
    claims.retain(|name, value| {
        let length = name.len() + value.to_string().len() + 4;
        let fits = taken + length <= room;
        taken += if fits { length } else { 0 };
        fits
    });
    claims.len() < before
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let mut claims = Map::from_iter([
            ("a".to_owned(), json!("x".repeat(10))),
            ("b".to_owned(), json!("x".repeat(90))),
            ("c".to_owned(), json!(["y"])),
        ]);
        assert!(!shorten(&mut claims.clone(), 200));
        assert!(shorten(&mut claims, 60));
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["a", "c"]);
    }
}
