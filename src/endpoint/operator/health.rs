//! `health`: what `sealwax doctor` wants to know, without a single key.

use super::{HealthReport, KeyReport, Operator, done};
use crate::config::{Lifetimes, RevocationMode};
use crate::cx::{Cx, Platform};
use crate::http::Reply;
use crate::jwt::SigningKey;
use crate::oauth::Timestamp;
use crate::seal::{Keyring, RingKey};
use crate::store::{Key, Ledger as _, Store as _};
use serde_json::{Map, Value};

/// Looks at what this server rests on.
pub(super) async fn health<P: Platform>(_: &Operator, cx: &Cx<'_, P>) -> Reply {
    let probe = Key::probe();
    let (store, ledger) = futures_util::future::join(cx.store().get(&probe), ledger(cx)).await;
    let config = cx.config;
    let revocation = match config.revocation {
        RevocationMode::Kv => "kv",
        RevocationMode::Ledger => "ledger",
    };
    let report = HealthReport {
        now: cx.now,
        version: crate::VERSION.to_owned(),
        issuer: config.issuer.to_string(),
        store: word(store.is_ok()).to_owned(),
        ledger: ledger.to_owned(),
        revocation: revocation.to_owned(),
        signing_keys: config.signing_keys.all().iter().map(signing_key).collect(),
        sealing_keys: ring(&config.rings.sealing),
        client_keys: ring(&config.rings.client),
        lifetimes: lifetimes(&config.lifetimes),
    };
    done("operator.health", &report)
}

async fn ledger<P: Platform>(cx: &Cx<'_, P>) -> &'static str {
    match cx.config.ledger {
        None => "off",
        Some(_) => word(cx.platform.ledger().ping().await.is_ok()),
    }
}

const fn word(works: bool) -> &'static str {
    if works { "ok" } else { "failing" }
}

fn signing_key(key: &SigningKey) -> KeyReport {
    KeyReport {
        kid: key.kid().to_owned(),
        state: key.state(),
        alg: Some(key.algorithm()),
        created: key.created(),
        since: key.since(),
        opens_until: key.opens_until().map(Timestamp::seconds),
    }
}

fn ring(ring: &Keyring) -> Vec<KeyReport> {
    let report = |key: &RingKey| KeyReport {
        kid: key.kid(),
        state: key.state(),
        alg: None,
        created: key.created(),
        since: key.since(),
        opens_until: key.opens_until().map(Timestamp::seconds),
    };
    ring.keys().iter().map(report).collect()
}

fn lifetimes(lifetimes: &Lifetimes) -> Map<String, Value> {
    let named = [
        ("access_token", lifetimes.access_token),
        ("refresh_token", lifetimes.refresh_token),
        ("refresh_token_idle", lifetimes.refresh_token_idle),
        ("refresh_token_grace", lifetimes.refresh_token_grace),
        ("session", lifetimes.session),
        ("session_idle", lifetimes.session_idle),
    ];
    // One by one: a map that is collected brings a sort of its own.
    let mut seconds = Map::new();
    for (name, lifetime) in named {
        seconds.insert(name.to_owned(), lifetime.as_seconds().into());
    }
    seconds
}
