//! What an authorization request leads to, from facts alone (OpenID Connect Core §3.1.2.3, §3.1.2.4).

use crate::client::{Client, ReturnTo};
use crate::error::{ErrorCode, OAuthError};
use crate::oauth::{ClaimsRequest, Prompt, Scope, Timestamp};
use crate::seal::{HeldConsent, PendingRequest, Session};

/// What is known when deciding.
#[derive(Debug)]
pub(in crate::endpoint) struct Facts<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// Where it is answered.
    pub return_to: &'a ReturnTo,
    /// What it asks for.
    pub pending: &'a PendingRequest,
    /// Who is signed in; `None` too when that sign-in was revoked.
    pub session: Option<&'a Session>,
    /// What the client calls them.
    pub sub: Option<&'a str>,
    /// What the user allowed before and still does.
    pub consent: Option<&'a HeldConsent>,
    /// Whether the session was begun for this very request.
    pub signed_in: bool,
    /// Whether the user has just allowed this request on the consent page.
    pub confirmed: bool,
    /// Now.
    pub now: Timestamp,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::endpoint) enum Decision {
    /// Ask who the user is.
    SignIn,
    /// Ask whether it is to be the account that is signed in.
    SelectAccount,
    /// Ask what the user allows.
    Consent,
    /// Issue a code.
    Issue {
        /// What is granted.
        scope: Scope,
        /// What is told beside it.
        claims: Option<ClaimsRequest>,
        /// When that was allowed; `None` where nobody had to be asked.
        granted: Option<Timestamp>,
        /// Until when it is allowed, if it ends.
        until: Option<Timestamp>,
    },
    /// Refuse.
    Refuse(OAuthError),
}

/// Decides.
pub(in crate::endpoint) fn decide(facts: &Facts<'_>) -> Decision {
    let silent = facts.pending.prompts.contains(Prompt::None);
    match facts.session {
        // OpenID Connect Core §3.1.2.1, §5.5.1: whoever has now signed in is not whom the client means.
        Some(_) if facts.signed_in && !is_meant(facts) => {
            let description = "Somebody else has signed in than the client asks for.";
            return Decision::Refuse(OAuthError::new(ErrorCode::LoginRequired, description, "another_user_signed_in"));
        }
        Some(session) if !must_sign_in(facts, session) => {}
        // OpenID Connect Core §3.1.2.6
        _ if silent => return Decision::Refuse(interaction(ErrorCode::LoginRequired, "login_required")),
        _ => return Decision::SignIn,
    }
    // Whoever has just typed a name has chosen.
    if facts.pending.prompts.awaits(Prompt::SelectAccount) && !facts.signed_in {
        return Decision::SelectAccount;
    }
    let impersonable = facts.client.is_impersonable(facts.return_to.redirect_uri().target());
    let asked_for = facts.pending.prompts.contains(Prompt::Consent);
    let must_confirm = (impersonable || asked_for) && !facts.confirmed;
    match facts.consent {
        Some(consent) if !must_confirm && (facts.confirmed || facts.pending.asked().is_subset(&consent.scope)) => {
            let scope = facts.pending.scope.filter(|name| consent.scope.contains(name));
            let claims =
                facts.pending.claims.as_ref().and_then(|claims| claims.told(|name| consent.scope.contains(name)));
            Decision::Issue { scope, claims, granted: Some(consent.granted), until: consent.until }
        }
        // What the user has once narrowed stays a question, also where nobody asks at first.
        None if facts.client.first_party && !must_confirm => {
            let claims = facts.pending.claims.as_ref().and_then(|claims| claims.told(|_| true));
            Decision::Issue { scope: facts.pending.scope.clone(), claims, granted: None, until: None }
        }
        _ if silent && impersonable => {
            Decision::Refuse(interaction(ErrorCode::InteractionRequired, "native_client_needs_a_click"))
        }
        _ if silent => Decision::Refuse(interaction(ErrorCode::ConsentRequired, "consent_required")),
        _ => Decision::Consent,
    }
}

/// Whether the client means who is signed in, or nobody in particular: by its `id_token_hint` (OpenID Connect Core §3.1.2.1)
/// and by the `sub` that its `claims` ask for (§5.5.1).
fn is_meant(facts: &Facts<'_>) -> bool {
    let (hinted, claims) = (facts.pending.hinted.as_deref(), facts.pending.claims.as_ref());
    hinted.is_none_or(|hinted| facts.sub == Some(hinted))
        && claims.is_none_or(|claims| facts.sub.is_some_and(|sub| claims.is_about(sub)))
}

/// OpenID Connect Core §3.1.2.1: `prompt=login` and `max_age` ask for a sign-in that is new enough, `id_token_hint` and
/// `claims` for one of a certain user. Signing in for a request satisfies them, for as long as that request waits.
fn must_sign_in(facts: &Facts<'_>, session: &Session) -> bool {
    if facts.signed_in {
        return false;
    }
    let prompts = facts.pending.prompts;
    // OpenID Connect Core §3.1.2.1: no age at all is `prompt=login`.
    let too_old = |max_age: u32| max_age == 0 || facts.now.millis_since(session.auth) > u64::from(max_age) * 1000;
    prompts.contains(Prompt::Login) || facts.pending.max_age.is_some_and(too_old) || !is_meant(facts)
}

const fn interaction(code: ErrorCode, cause: &'static str) -> OAuthError {
    OAuthError::new(code, "The user would have to be asked, and prompt=none forbids it.", cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientMetadata;
    use crate::oauth::{Bytes16 as _, Region};
    use crate::oauth::{ClientId, Prompts, Resources, ResponseMode, SessionId, SubjectId};
    use minicbor::bytes::ByteArray;
    use serde_json::json;

    /// Whatever a page let through, and whoever made the consent: it is what was allowed that is told.
    #[test]
    fn claims_are_told_as_far_as_the_consent_goes() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let metadata = json!({"redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"});
        let metadata = ClientMetadata::try_from(metadata.as_object().cloned().unwrap()).unwrap();
        let client = Client::register(metadata, ClientId::parse("app").unwrap(), Vec::new(), now).unwrap();
        let return_to = ReturnTo::new(&client, None).unwrap();
        let pending = PendingRequest {
            client: client.client_id.clone(),
            redirect_uri: "https://app.example/cb".to_owned(),
            redirect_sent: true,
            response_mode: ResponseMode::Query,
            claims: Some(ClaimsRequest::parse(r#"{"id_token": {"email": null, "name": null}}"#).unwrap()),
            scope: Scope::parse("openid").unwrap(),
            prompts: Prompts::default(),
            state: None,
            nonce: None,
            challenge: None,
            resources: Resources::default(),
            max_age: None,
            login_hint: None,
            pushed: None,
            hinted: None,
            language: None,
        };
        let session = Session {
            subject: SubjectId::from_bytes([1; 16]),
            home: Region::default(),
            sid: SessionId::from_bytes([2; 16]),
            auth: now,
            cred: now,
            username: "ada".to_owned(),
            idle_until: now,
            until: now,
            consents: Vec::new(),
            clients: Vec::new(),
            confirmed: None,
        };
        let scope = Scope::parse("openid email").unwrap();
        let consent = HeldConsent { key: ByteArray::from([0; 16]), scope, granted: now, until: None, client: None };
        let facts = Facts {
            client: &client,
            return_to: &return_to,
            pending: &pending,
            session: Some(&session),
            sub: Some("ada"),
            consent: Some(&consent),
            signed_in: true,
            confirmed: true,
            now,
        };
        let Decision::Issue { claims: Some(told), .. } = decide(&facts) else { panic!("nothing is told") };
        assert_eq!(told.id_token.iter().collect::<Vec<_>>(), ["email"]);
    }
}
