//! The front page: what this server is, whether it is healthy, and where its metadata is.

use super::language::own_url;
use super::{discovery, page};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Reply;
use crate::pages::{Check, Front, FrontLink, Health, Text};
use crate::store::{Key, Ledger as _, Store as _};

/// Asks what this server rests on, and shows it.
pub(super) async fn front<P: Platform>(cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let probe = Key::probe();
    let (store, ledger) = futures_util::future::join(cx.store().get(&probe), ledger_check(cx)).await;
    let health = if store.is_ok() { Health::Good } else { Health::Bad };
    let text = &Text::of(cx.language).front;
    let checks = [
        Check { name: text.configuration, health: Health::Good, detail: "" },
        Check { name: text.store, health, detail: "" },
        ledger,
    ];
    let issuer = &cx.config.issuer;
    let links = [
        (FrontLink::OpenIdConfiguration, issuer.url(discovery::OPENID_CONFIGURATION)),
        (FrontLink::AuthorizationServer, issuer.url(discovery::OAUTH_AUTHORIZATION_SERVER)),
        (FrontLink::Jwks, issuer.url("/.well-known/jwks.json")),
    ];
    let links: Vec<(FrontLink, &str)> = links.iter().map(|(link, url)| (*link, url.as_str())).collect();
    let account = own_url("/account", &[], cx);
    let front =
        Front { issuer: issuer.as_str(), version: crate::VERSION, account: &account, checks: &checks, links: &links };
    Ok(page::front(&front, cx))
}

async fn ledger_check<P: Platform>(cx: &Cx<'_, P>) -> Check<'static> {
    let text = &Text::of(cx.language).front;
    let (health, detail) = match cx.config.ledger {
        None => (Health::Limited, text.ledger_off),
        Some(_) => match cx.platform.ledger().ping().await {
            Ok(()) => (Health::Good, ""),
            Err(_) => (Health::Bad, ""),
        },
    };
    Check { name: text.ledger, health, detail }
}
