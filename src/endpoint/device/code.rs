//! From what was typed to what the device asks for. Whatever is wrong with a code is told alike: who guesses must not
//! learn that one was there.

use super::super::browser::{Browser, FormAbout};
use super::super::login::{ADDRESS_WAIT, count};
use super::super::page::{self, AskedBy, Question};
use super::super::{facts, resource};
use super::{Visitor, refuse};
use crate::client::Client;
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::{Params, Reply};
use crate::oauth::{Bytes16 as _, GrantType, SubjectId, TryCounter, UserCode, digest16};
use crate::pages::UserCodeProblem;
use crate::seal::{DeviceRequest, PendingDevice};
use crate::store::{self, Ledger as _, Tried};
use std::rc::Rc;

/// Looks for the device, and asks whether it may.
pub(super) async fn typed<P: Platform>(
    params: &Params,
    (visitor, browser): (Visitor, Browser),
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let text = params.one("user_code")?.unwrap_or_default();
    let subject = visitor.session.subject;
    let found = match UserCode::parse(text) {
        Some(code) => find(code, subject, cx).await?.map(|found| (code, found)),
        // What no code can be is no guess, and not counted.
        None if text.trim().is_empty() => Err((UserCodeProblem::Empty, "user_code_missing")),
        None => Err((UserCodeProblem::Unknown, "user_code_malformed")),
    };
    let (code, (asked, client)) = match found {
        Ok(found) => found,
        Err(problem) => return refuse((visitor.session, &browser), text, problem, cx),
    };
    let user_code = code.to_string();
    let pending = PendingDevice { user_code: Some(user_code.clone()), request: Some(asked.clone()) };
    let about = FormAbout { device: Some(pending), attempt: Some(cx.random()?), ..FormAbout::default() };
    let (ticket, cookie) = browser.ticket(Some(visitor.session.sid), about, cx)?;
    let question = Question {
        client: &client,
        scope: &asked.scope,
        resources: &asked.resources,
        asked_by: AskedBy::Device(&user_code),
    };
    let reply = page::consent(&question, &visitor.session, None, &ticket, cx).with_cookie(cookie);
    browser.with_session(reply, visitor.session, cx)
}

type Problem = (UserCodeProblem, &'static str);

/// What waits under a code, and whose it is. Counted before it is looked for, also where it is right: whoever could make
/// right codes would else have the count cleared, and guess for ever.
async fn find<P: Platform>(
    code: UserCode,
    subject: SubjectId,
    cx: &Cx<'_, P>,
) -> Result<Result<(DeviceRequest, Rc<Client>), Problem>, OAuthError> {
    let wait = |wait_seconds| Ok(Err((UserCodeProblem::TooManyTries { wait_seconds }, "too_many_tries")));
    if !cx.platform.may_try_password().await {
        return wait(ADDRESS_WAIT);
    }
    if let Tried::Wait { seconds } = count(counter(subject), cx).await? {
        return wait(seconds);
    }
    let unknown = |cause| Ok(Err((UserCodeProblem::Unknown, cause)));
    let ledger = cx.platform.ledger();
    let Some(asked) = store::twice(async || ledger.look_at_device(code.digest()).await).await? else {
        return unknown("user_code_unknown");
    };
    match still_asked(asked, cx).await? {
        Ok(found) => Ok(Ok(found)),
        Err(cause) => unknown(cause),
    }
}

/// What of a request the client and this server still stand for.
pub(super) async fn still_asked<P: Platform>(
    mut asked: DeviceRequest,
    cx: &Cx<'_, P>,
) -> Result<Result<(DeviceRequest, Rc<Client>), &'static str>, OAuthError> {
    let Some(client) = facts::client(&asked.client, cx).await? else { return Ok(Err("client_removed")) };
    if !client.recognises(asked.born, asked.epoch) {
        return Ok(Err(if client.disabled { "client_disabled" } else { "client_revoked" }));
    }
    asked.scope = cx.config.grantable(&asked.scope, &client, &asked.resources);
    let usable = resource::still_usable(&asked.resources, &client, cx.config) == asked.resources;
    if !usable || asked.scope.is_empty() || !client.may_use(GrantType::DeviceCode) {
        return Ok(Err("client_narrowed"));
    }
    Ok(Ok((asked, client)))
}

/// What the tries of a user are counted by.
fn counter(subject: SubjectId) -> TryCounter {
    TryCounter::from_bytes(digest16(&[b"user_code", subject.as_bytes()]))
}
