//! What the server says of itself: what it rests on, and how old its keys are.

use super::Finding;
use sealwax::endpoint::operator::{HealthReport, KeyReport};
use sealwax::oauth::Timestamp;
use sealwax::seal::KeyState;

pub(super) fn judge(report: &HealthReport, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![store(report), ledger(report)];
    let rings = [
        ("signing keys", &report.signing_keys, Ages::Watched),
        ("sealing keys", &report.sealing_keys, Ages::Watched),
        // Client ids live for ever, and so do their keys.
        ("client keys", &report.client_keys, Ages::Unlimited),
    ];
    for (check, keys, ages) in rings {
        let troubles: Vec<Finding> = keys.iter().filter_map(|key| trouble(check, key, ages, now)).collect();
        if troubles.is_empty() {
            findings.push(Finding::ok(check, described(keys, now)));
        }
        findings.extend(troubles);
    }
    findings.extend(version(&report.version));
    findings
}

fn store(report: &HealthReport) -> Finding {
    if report.store == "ok" {
        return Finding::ok("store", "KV answers");
    }
    Finding::fault("store", "KV does not answer the server: nobody can sign in")
        .remedy("See the platform's status page, and the binding STORE in wrangler.toml; the log names the cause.")
}

fn ledger(report: &HealthReport) -> Finding {
    match report.ledger.as_str() {
        "ok" => Finding::ok("ledger", "the Durable Objects answer"),
        "off" => {
            Finding::warning("ledger", "LEDGER is off: codes can be replayed for a minute, guesses are not counted")
                .remedy("Bind the Durable Object class Ledger, and leave LEDGER out, where the platform has them.")
        }
        _ => Finding::fault("ledger", "the Durable Objects do not answer the server: no code can be redeemed").remedy(
            "See the platform's status page, and the binding LEDGERS in wrangler.toml; the log names the cause.",
        ),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ages {
    Watched,
    Unlimited,
}

/// What is to be done about a key, if anything is.
fn trouble(check: &'static str, key: &KeyReport, ages: Ages, now: Timestamp) -> Option<Finding> {
    let days = age(key, now);
    let waited = key.since.map(|since| now.seconds().saturating_sub(since) / 86_400).or(days);
    let name = name(key);
    match key.state {
        KeyState::Active if ages == Ages::Watched && days.is_some_and(|days| days > YEAR) => Some(
            Finding::warning(check, format!("{name} is older than a year ({} days)", days.unwrap_or_default()))
                .remedy("Let another take its place: `sealwax keys rotate`, and again an hour later."),
        ),
        KeyState::Next if waited.is_some_and(|days| days > WEEK) => Some(
            Finding::warning(check, format!("{name} is `next` for {} days", waited.unwrap_or_default()))
                .remedy("Everybody knows it by now: `sealwax keys rotate` makes it active."),
        ),
        KeyState::Retired if key.opens_until.is_some_and(|end| end <= now.seconds()) => Some(
            Finding::warning(check, format!("{name} is `retired`, and nothing that it made is alive any more"))
                .remedy("`sealwax keys retire` removes it."),
        ),
        _ => None,
    }
}

fn described(keys: &[KeyReport], now: Timestamp) -> String {
    let age = |key: &KeyReport| age(key, now).map_or("of unknown age".to_owned(), |days| format!("{days} days old"));
    let described: Vec<String> = keys.iter().map(|key| format!("{}, {}", name(key), age(key))).collect();
    described.join("; ")
}

fn name(key: &KeyReport) -> String {
    let state = match key.state {
        KeyState::Next => "next",
        KeyState::Active => "active",
        KeyState::Retired => "retired",
        KeyState::Revoked => "revoked",
    };
    let alg = key.alg.map(|alg| format!("{} ", alg.as_str())).unwrap_or_default();
    // Enough to find it by.
    format!("{alg}{} ({state})", key.kid.get(..8).unwrap_or(&key.kid))
}

/// In days, where it is known.
fn age(key: &KeyReport, now: Timestamp) -> Option<u64> {
    Some(now.seconds().saturating_sub(key.created?) / 86_400)
}

fn version(server: &str) -> Option<Finding> {
    (server != sealwax::VERSION).then(|| {
        Finding::warning("version", format!("the server is {server}, this command line {}", sealwax::VERSION))
            .remedy("Use those of one version: either may not understand what is new in the other.")
    })
}

/// In days.
const YEAR: u64 = 365;
const WEEK: u64 = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;
    use serde_json::{Value, json};

    const DAY: u64 = 86_400;
    const NOW: Timestamp = Timestamp::from_millis(1000 * DAY * 1000);

    fn key(state: &str, days_old: Option<u64>) -> Value {
        json!({"kid": "abcdefghijkl", "state": state, "created": days_old.map(|days| (1000 - days) * DAY)})
    }

    fn report(changes: &[(&str, Value)]) -> HealthReport {
        let mut report = json!({
            "now": NOW, "version": sealwax::VERSION, "issuer": "https://id.example", "store": "ok", "ledger": "ok",
            "revocation": "kv", "signing_keys": [key("active", Some(3))], "sealing_keys": [key("active", None)],
            "client_keys": [key("active", Some(999))], "lifetimes": {"access_token": 600},
        });
        for (name, value) in changes {
            report[*name] = value.clone();
        }
        serde_json::from_value(report).unwrap()
    }

    fn wrong(changes: &[(&str, Value)]) -> Vec<Finding> {
        judge(&report(changes), NOW).into_iter().filter(|finding| finding.level != Level::Ok).collect()
    }

    #[test]
    fn a_healthy_server() {
        let found = judge(&report(&[]), NOW);
        assert!(found.iter().all(|finding| finding.level == Level::Ok && finding.remedy.is_none()), "{found:?}");
        let of = |check| &found.iter().find(|finding| finding.check == check).unwrap().what;
        assert_eq!(of("signing keys"), "abcdefgh (active), 3 days old");
        assert_eq!(of("sealing keys"), "abcdefgh (active), of unknown age");
    }

    #[test]
    fn what_it_rests_on() {
        for (name, value, level) in [
            ("store", "failing", Level::Fault),
            ("ledger", "failing", Level::Fault),
            ("ledger", "off", Level::Warning),
            ("version", "9.9.9", Level::Warning),
        ] {
            let found = wrong(&[(name, json!(value))]);
            assert!(found.len() == 1 && found[0].level == level && found[0].remedy.is_some(), "{name}: {found:?}");
        }
    }

    #[test]
    fn keys_grow_old() {
        let spent = json!({"kid": "old", "state": "retired", "created": null, "opens_until": 1000 * DAY});
        let lately = json!({"kid": "new", "state": "next", "created": 10 * DAY, "since": 999 * DAY});
        let open = json!({"kid": "old", "state": "retired", "created": null, "opens_until": 1000 * DAY + 1});
        for (name, key, told) in [
            ("signing_keys", key("active", Some(365)), None),
            ("signing_keys", key("active", Some(366)), Some("older than a year")),
            ("sealing_keys", key("active", Some(366)), Some("older than a year")),
            ("sealing_keys", key("retired", Some(999)), None),
            ("sealing_keys", key("next", Some(7)), None),
            ("signing_keys", key("next", Some(8)), Some("`next` for 8 days")),
            ("client_keys", key("next", Some(8)), Some("`next` for 8 days")),
            ("sealing_keys", lately, None),
            ("sealing_keys", spent.clone(), Some("nothing that it made")),
            ("signing_keys", spent, Some("nothing that it made")),
            ("sealing_keys", open, None),
            ("signing_keys", key("revoked", Some(999)), None),
        ] {
            let found = wrong(&[(name, json!([key]))]);
            assert_eq!(found.first().map(|finding| finding.level), told.map(|_| Level::Warning), "{name} {key}");
            assert!(told.is_none_or(|told| found[0].what.contains(told)), "{found:?}");
        }
    }
}
