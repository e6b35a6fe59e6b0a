//! What apps, honest or not, do with codes and tokens.

use crate::browser::{Authorized, post};
use crate::deployment::{App, look_into};
use crate::exchange::{Purpose, access_token_of, json_of, lineage_of, send};
use crate::truth::Party;
use crate::world::World;
use sealwax::http::{Method, Reply, Request};
use std::rc::Rc;

/// What the token endpoint gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

/// Why it gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTokens {
    /// It refused; the reason that the log tells.
    Refused(&'static str),
    /// No answer, or one that says to come again.
    Unavailable,
}

/// Redeems a code, with this verifier.
pub async fn redeem(
    authorized: &Authorized,
    verifier: &str,
    location: usize,
    world: &Rc<World>,
) -> Result<Tokens, NoTokens> {
    let Authorized { app, code, .. } = authorized;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", app.redirect_uri()),
        ("code_verifier", verifier),
    ];
    let purpose = Purpose::Redeem(Box::new(look_into(code)));
    told(call(*app, &fields, purpose, location, world).await, "")
}

/// Uses a refresh token.
pub async fn renew(app: App, refresh: &str, by: Party, location: usize, world: &Rc<World>) -> Result<Tokens, NoTokens> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let purpose = Purpose::Renew(Box::new(look_into(refresh)), by);
    told(call(app, &fields, purpose, location, world).await, refresh)
}

async fn call(
    app: App,
    fields: &[(&str, &str)],
    purpose: Purpose,
    location: usize,
    world: &Rc<World>,
) -> Option<Reply> {
    let id = app.id();
    let mut all = vec![("client_id", id.as_str())];
    all.extend(app.secret().map(|secret| ("client_secret", secret)));
    all.extend(fields);
    send(post("/token", &all), purpose, location, world).await
}

fn told(reply: Option<Reply>, kept: &str) -> Result<Tokens, NoTokens> {
    let reply = reply.filter(|reply| reply.status < 500).ok_or(NoTokens::Unavailable)?;
    let access = access_token_of(&reply).ok_or(NoTokens::Refused(reply.note.cause.unwrap_or_default()))?;
    // A refresh token that does not rotate is not sent again.
    let refresh = json_of(&reply)["refresh_token"].as_str().unwrap_or(kept).to_owned();
    Ok(Tokens { access, refresh })
}

/// Shows an access token at the userinfo endpoint, which asks what was revoked.
pub async fn show(access: &str, location: usize, world: &Rc<World>) {
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {access}"));
    send(request, Purpose::Show(Box::new(lineage_of(access))), location, world).await;
}

/// Has a family ended by one of its tokens (RFC 7009); whether it is done.
pub async fn end(app: App, refresh: &str, location: usize, world: &Rc<World>) -> bool {
    let id = app.id();
    let mut fields = vec![("client_id", id.as_str()), ("token", refresh)];
    fields.extend(app.secret().map(|secret| ("client_secret", secret)));
    let reply = send(post("/revoke", &fields), Purpose::Other, location, world).await;
    reply.is_some_and(|reply| reply.status == 200)
}
