//! A request on its way to a location and its answer on the way back. Either may be lost, and the server goes on when
//! the client has given up. What really came of it is told to the truth where it happens.

use crate::bound::Thing;
use crate::deployment::look_into;
use crate::executor::{Millis, SECOND, channel};
use crate::isolate::Isolate;
use crate::truth::Party;
use crate::world::{SKEW, START, World};
use sealwax::http::{Reply, Request};
use sealwax::jwt::Unverified;
use sealwax::oauth::Timestamp;
use sealwax::seal::{Code, Lineage, RefreshToken, Session, TokenId};
use serde_json::Value;
use std::rc::Rc;

/// For how long a client waits for an answer.
const PATIENCE: Millis = 10 * SECOND;

/// What a request is for.
pub enum Purpose {
    /// A page or a form, by its path, with this session.
    Page(String, Option<Session>),
    /// A code is redeemed.
    Redeem(Box<Code>),
    /// A refresh token is used.
    Renew(Box<RefreshToken>, Party),
    /// An access token is shown where somebody asks what was revoked.
    Show(Box<Lineage>),
    /// Anything else.
    Other,
}

/// The answer; `None` when the client heard nothing.
pub async fn send(request: Request, purpose: Purpose, location: usize, world: &Rc<World>) -> Option<Reply> {
    let (sender, receiver) = channel();
    let (there, isolate) = (Rc::clone(world), world.isolate(location));
    world.time.spawn(async move {
        there.wait(2, 150).await;
        if there.chance.happens(there.weather.client_lost) {
            there.truth.count("requests that were lost");
            return;
        }
        let began = there.time.now();
        let reply = isolate.answer(&request).await;
        there.truth.count("requests that were answered");
        observe(&purpose, &reply, began, &isolate, &there);
        let errands = reply.errands.clone();
        if there.chance.happens(there.weather.client_lost) {
            there.truth.count("answers that were lost");
        } else {
            there.wait(2, 150).await;
            sender.send(reply);
        }
        isolate.run(&errands).await;
    });
    world.time.within(PATIENCE, receiver).await
}

fn observe(purpose: &Purpose, reply: &Reply, began: Millis, isolate: &Isolate, world: &World) {
    let (done, truth) = (world.time.now(), &world.truth);
    let cause = reply.note.cause;
    match purpose {
        Purpose::Page(form, session) => observe_page((form, session.as_ref()), reply, began, world),
        Purpose::Redeem(code) => {
            if reply.status == 200 {
                truth.redeemed(code.lineage.family);
                observe_access_token(reply, world);
            }
            if decided(reply) {
                truth.tried(Thing::Code, &code.lineage, began, reply.status == 200);
            }
            if cause == Some("code_replayed") {
                truth.ended(code.lineage.family, began, done);
            }
        }
        Purpose::Renew(token, party) => {
            let rotates = token.idle_until.is_some();
            let thing = if rotates { Thing::Rotating } else { Thing::Renewal };
            if decided(reply) {
                truth.tried(thing, &token.lineage, began, reply.status == 200);
            }
            if reply.status == 200 {
                observe_access_token(reply, world);
                if rotates {
                    truth.renewed(token.lineage.family, token.generation, *party, (began, done));
                }
            }
            if cause == Some("refresh_token_replayed") {
                truth.count("families that were ended by a replay");
                truth.ended(token.lineage.family, began, done);
            }
        }
        Purpose::Show(lineage) => {
            if decided(reply) {
                truth.tried(Thing::Asked, lineage, began, reply.status == 200);
            }
        }
        Purpose::Other => {}
    }
    world.note(|| format!("location {}: {} {cause:?}", isolate.location, reply.status));
}

/// Not put off for a fault.
const fn decided(reply: &Reply) -> bool {
    reply.status < 500
}

/// Codes and sessions that a page's answer brings.
fn observe_page((form, presented): (&str, Option<&Session>), reply: &Reply, began: Millis, world: &World) {
    let done = world.time.now();
    if let Some(session) = session_of(reply) {
        world.truth.signed_in(session.sid, began, done);
    }
    if let Some(session) = presented.filter(|_| asks_for_password(reply)) {
        world.truth.session_refused(session, began);
    }
    if let Some(code) = code_of(reply) {
        let lineage = look_into::<Code>(&code).lineage;
        let asked = form == "/consent" || lineage.consent == lineage.born;
        world.truth.minted(&lineage, asked, began, done);
        world.truth.tried(Thing::Session, &lineage, began, true);
    }
}

fn observe_access_token(reply: &Reply, world: &World) {
    let Some(token) = access_token_of(reply) else { return };
    let TokenId { lineage, until, .. } = token_id(&token);
    world.truth.token_until(lineage.family, until.millis_since(world_began()) + SKEW);
}

fn world_began() -> Timestamp {
    START.after_millis(crate::executor::MINUTE)
}

pub fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_default()
}

pub fn access_token_of(reply: &Reply) -> Option<String> {
    json_of(reply)["access_token"].as_str().map(str::to_owned)
}

/// The lineage in an access token's `jti`, sealed.
pub fn jti_of(access_token: &str) -> String {
    let claims = Unverified::parse(access_token).expect("access tokens are JWTs").claims;
    let claims: Value = serde_json::from_str(&claims).expect("claims are JSON");
    claims["jti"].as_str().expect("every access token has one").to_owned()
}

fn token_id(access_token: &str) -> TokenId {
    look_into(&jti_of(access_token))
}

pub fn lineage_of(access_token: &str) -> Lineage {
    token_id(access_token).lineage
}

/// The code in a redirect.
pub fn code_of(reply: &Reply) -> Option<String> {
    let url = url::Url::parse(reply.get("location")?).ok()?;
    url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
}

/// The session that a reply sets.
pub fn session_of(reply: &Reply) -> Option<Session> {
    let cookies = reply.headers.iter().filter(|(name, _)| *name == "set-cookie");
    let (_, value) = cookies.map(|(_, cookie)| cookie.split(';').next().unwrap_or_default()).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.contains("-session-").then_some((name, value))
    })?;
    Some(look_into(value))
}

pub fn asks_for_password(reply: &Reply) -> bool {
    reply.body.contains(r#"name="password""#)
}
