//! Telling a client that a session ended (OpenID Connect Back-Channel Logout §2.5): after the answer, so that the user
//! never waits for it, and a few times at most.
//!
//! In a split deployment the authorize Worker ends sessions and the token Worker can sign: the one asks the other, through
//! a service binding. What it asks is sealed, so that it does not matter who else can reach that URL.

use super::{facts, subject};
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Errand, Note, OutboundForm, Params, Reply, Request, Target};
use crate::jwt::{self, LogoutTokenClaims, session_id_for};
use crate::oauth::{ClientId, SessionId, SubjectId, base64url};
use crate::seal::LogoutNotice;

/// Where the token Worker takes notices.
pub(super) const PATH: &str = "/logout_notice";

/// Has the token Worker tell a client. Where it cannot be asked, the log says so.
pub(super) async fn hand_over<P: Platform>(
    client: &ClientId,
    subject: SubjectId,
    sid: Option<SessionId>,
    cx: &Cx<'_, P>,
) {
    let notice = LogoutNotice { client: client.clone(), subject, sid, until: cx.now.after(LogoutNotice::LIFETIME) };
    let cause = match cx.seal(&notice) {
        Err(error) => error.cause,
        Ok(sealed) => {
            match cx.platform.ask_token_worker(&cx.config.issuer.url(PATH), &format!("notice={sealed}")).await {
                Ok(204) => return,
                _ => "token_worker_unreachable",
            }
        }
    };
    log("logout_not_notified", Some(cause), client, subject, cx);
}

/// Takes a notice; what it asks for is done after the answer.
pub(super) fn take<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let form = Params::of_form(request)?;
    let notice = form.one("notice")?.unwrap_or_default();
    let refused = |cause| OAuthError::invalid_request("This is no notice of a part of this server.", cause);
    let notice = cx.open::<LogoutNotice>(notice).map_err(|error| refused(error.cause()))?.into_inner();
    // It goes from one Worker to another at once; a longer life was given by none of ours.
    if notice.until > cx.now.after(LogoutNotice::LIFETIME).after(LogoutNotice::CLOCKS_APART) {
        return Err(refused("notice_too_long"));
    }
    let LogoutNotice { client, subject, sid, .. } = notice;
    let reply = Reply::empty(204).noted(Note::event("logout_notice")).concerning(Some(&client), Some(subject));
    Ok(reply.leaving([Errand::NotifyLogout { client, subject, sid }]))
}

/// How long to wait before each further try, in seconds. With the 5 s that a call may take, all of them fit into the
/// 30 s that the platform leaves after an answer.
const PAUSES: [u32; 2] = [1, 5];

/// Tells a client, if it wants to be told, and the log what came of it.
pub(super) async fn notify<P: Platform>(client: &ClientId, subject: SubjectId, sid: Option<SessionId>, cx: &Cx<'_, P>) {
    let (event, cause) = match deliver(client, subject, sid, cx).await {
        Ok(Delivery::NotWanted) => return,
        Ok(Delivery::Done) => ("logout_notified", None),
        Ok(Delivery::Failed(cause)) => ("logout_not_notified", Some(cause)),
        Err(error) => ("logout_not_notified", Some(error.cause)),
    };
    log(event, cause, client, subject, cx);
}

fn log<P: Platform>(
    event: &'static str,
    cause: Option<&'static str>,
    client: &ClientId,
    subject: SubjectId,
    cx: &Cx<'_, P>,
) {
    let (client, subject) = (Some(client.tag().to_string()), Some(subject.to_string()));
    cx.log(&Note { event, client, subject, cause, ..Note::default() });
}

enum Delivery {
    Done,
    NotWanted,
    Failed(&'static str),
}

async fn deliver<P: Platform>(
    client: &ClientId,
    subject: SubjectId,
    sid: Option<SessionId>,
    cx: &Cx<'_, P>,
) -> Result<Delivery, OAuthError> {
    let Some(client) = facts::client(client, cx).await? else { return Ok(Delivery::NotWanted) };
    let Some(uri) = &client.backchannel_logout_uri else { return Ok(Delivery::NotWanted) };
    if client.disabled {
        return Ok(Delivery::Failed("client_disabled"));
    }
    if client.backchannel_logout_session_required && sid.is_none() {
        // §2.2: the client said that it cannot do without a `sid`, and none is known.
        return Ok(Delivery::Failed("no_session_named"));
    }
    let Some(target) = Target::parse(uri.as_str(), &cx.config.issuer, client.is_the_operators()) else {
        return Ok(Delivery::Failed("target_refused"));
    };
    let token = logout_token(&client, subject, sid, cx).await?;
    Ok(send(&OutboundForm { target, body: format!("logout_token={token}") }, cx).await)
}

/// §2.4: `sub` always, and `sid` where one session is meant.
async fn logout_token<P: Platform>(
    client: &Client,
    subject: SubjectId,
    sid: Option<SessionId>,
    cx: &Cx<'_, P>,
) -> Result<String, OAuthError> {
    let (sub, jti) = (subject::told(client, subject, cx)?, base64url(cx.random::<16>()?));
    let sid = sid.map(|sid| session_id_for(sid, &client.client_id));
    let claims = LogoutTokenClaims {
        iss: cx.config.issuer.as_str(),
        sub: &sub,
        aud: client.client_id.as_str(),
        iat: cx.now.seconds(),
        exp: cx.now.after(LogoutTokenClaims::LIFETIME).seconds(),
        jti: &jti,
        sid: sid.as_deref(),
        events: jwt::LoggedOut::default(),
    };
    // §2.4: signed as the client's ID tokens are.
    let key = cx.config.signing_keys.chosen(client.id_token_signed_response_alg)?;
    Ok(jwt::issue(&claims, LogoutTokenClaims::TYPE, key, cx.platform.signer()).await?)
}

/// The same token each time, so that a client which heard it and whose answer was lost can tell by its `jti`.
async fn send<P: Platform>(form: &OutboundForm, cx: &Cx<'_, P>) -> Delivery {
    let mut pauses = PAUSES.into_iter();
    loop {
        match cx.platform.post_form(form).await {
            // §2.8: 200, and 204 from frameworks that make it of an empty answer.
            Ok(200 | 204) => return Delivery::Done,
            // §2.8: the client understood, and would not.
            Ok(400) => return Delivery::Failed("client_refused"),
            Ok(_) | Err(_) => match pauses.next() {
                Some(seconds) => cx.platform.pause(seconds).await,
                None => return Delivery::Failed("client_unreachable"),
            },
        }
    }
}
