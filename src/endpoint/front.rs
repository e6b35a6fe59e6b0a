//! The front page: what this server is, whether it is healthy, and where its metadata is.

use super::{discovery, page};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Reply;
use crate::pages::{Check, Front};
use crate::store::{Key, Ledger as _, Store as _};

/// Asks what this server rests on, and shows it.
pub(super) async fn front<P: Platform>(cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let probe = Key::probe();
    let (store, ledger) = futures_util::future::join(cx.store().get(&probe), ledger_detail(cx)).await;
    let checks = [
        Check { name: "Configuration", ok: true, detail: "complete" },
        Check { name: "Store", ok: store.is_ok(), detail: if store.is_ok() { "answers" } else { "does not answer" } },
        Check { name: "Ledger", ok: ledger.is_ok(), detail: ledger.unwrap_or("does not answer") },
    ];
    let issuer = &cx.config.issuer;
    let links = [
        ("OpenID Connect metadata", issuer.url(discovery::OPENID_CONFIGURATION)),
        ("OAuth metadata", issuer.url(discovery::OAUTH_AUTHORIZATION_SERVER)),
        ("Keys", issuer.url("/.well-known/jwks.json")),
    ];
    let links: Vec<(&str, &str)> = links.iter().map(|(label, url)| (*label, url.as_str())).collect();
    let healthy = checks.iter().all(|check| check.ok);
    let front =
        Front { issuer: issuer.as_str(), version: crate::VERSION, healthy, checks: &checks, links: &links };
    Ok(page::front(&front, cx))
}

async fn ledger_detail<P: Platform>(cx: &Cx<'_, P>) -> Result<&'static str, ()> {
    match cx.config.ledger {
        None => Ok("off: codes rest on 60 seconds and PKCE; rotation and guessing limits are off"),
        Some(_) => cx.platform.ledger().ping().await.map(|()| "answers").map_err(|_| ()),
    }
}
