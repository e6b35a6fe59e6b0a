//! `sealwax keys … --split`: the whole keys stay with the operator, each part gets its share.

use super::keys::{age, end, secret};
use super::{command, folder, npx, run, sealwax, variable};
use sealwax::config::{Config, PublicKeys, Role};
use sealwax::oauth::from_base64url;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PARTS: [(&str, &[&str]); 3] = [
    ("jwks", &["VERIFYING_KEYS"]),
    ("token", &["CLIENT_KEYS", "PAIRWISE_SECRET", "SEALING_KEYS", "SIGNING_KEY_1", "SIGNING_KEY_2"]),
    ("authorize", &["CLIENT_KEYS", "OPERATOR_KEYS", "PAIRWISE_SECRET", "SEALING_KEYS", "VERIFYING_KEYS"]),
];

fn whole(folder: &Path) -> PathBuf {
    folder.join(".sealwax/split.vars")
}

/// The secrets in the file of a part.
fn part(folder: &Path, role: &str) -> BTreeMap<String, String> {
    let vars = fs::read_to_string(folder.join(format!(".sealwax/split.{role}.vars"))).unwrap();
    let name = |line: &str| line.split_once('=').unwrap().0.to_owned();
    vars.lines().map(|line| (name(line), variable(&vars, &name(line)))).collect()
}

fn files(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    sealwax(folder, &[&["keys"], arguments, &["--split", "--files"]].concat(), "")
}

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) {
    let (code, _, err) = files(folder, arguments);
    assert_eq!(code, 0, "{err}");
    starts(folder);
}

/// The server accepts what every part has, and no part has more than it may.
#[track_caller]
fn starts(folder: &Path) {
    let keys = fs::read_to_string(whole(folder)).unwrap();
    for (role, _) in PARTS {
        let secrets = part(folder, role);
        let variable = |name: &str| match name {
            "ISSUER" => Some("https://id.example".to_owned()),
            "ROLE" => Some(role.to_owned()),
            _ => secrets.get(name).cloned(),
        };
        let faults = if role == "jwks" { PublicKeys::parse(variable).err() } else { Config::parse(variable).err() };
        assert!(faults.is_none(), "{role}: {faults:?}");
        let text: String = secrets.values().map(String::as_str).collect();
        for name in ["SEALING_KEYS", "CLIENT_KEYS"] {
            let ring: Value = serde_json::from_str(&self::variable(&keys, name)).unwrap();
            for key in ring["keys"].as_array().unwrap() {
                assert!(!text.contains(key["key"].as_str().unwrap()), "{role} has a whole key of {name}");
            }
        }
        assert_eq!(text.contains("\"d\":"), role == "token", "private signing keys at {role}");
        assert_eq!(text.contains("refresh_token"), role == "token", "the key of refresh tokens at {role}");
    }
}

/// The kids of a secret of a part that are in this state.
fn kids(folder: &Path, role: &str, name: &str, state: &str) -> Vec<String> {
    let set: Value = serde_json::from_str(&part(folder, role)[name]).unwrap();
    let keys = set["keys"].as_array().unwrap().iter().filter(|key| key["state"] == state);
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_part_gets_its_share_once() {
    let folder = folder("split-init");
    succeeds(&folder, &["init"]);
    let mut before = vec![fs::read_to_string(whole(&folder)).unwrap()];
    for (role, names) in PARTS {
        let secrets = part(&folder, role);
        assert_eq!(secrets.keys().collect::<Vec<_>>(), names, "{role}");
        #[cfg(unix)]
        assert_eq!(super::keys::mode(&folder.join(format!(".sealwax/split.{role}.vars"))), 0o600);
        before.push(format!("{secrets:?}"));
    }
    assert_eq!(from_base64url(&part(&folder, "token")["PAIRWISE_SECRET"]).unwrap().len(), 32);
    let (code, out, _) = files(&folder, &["init"]);
    assert!(code == 0 && out.contains("nothing to do"), "{out}");
    let after: Vec<String> = [fs::read_to_string(whole(&folder)).unwrap()]
        .into_iter()
        .chain(PARTS.map(|(role, _)| format!("{:?}", part(&folder, role))))
        .collect();
    assert_eq!(before, after, "nothing changed");
    assert_eq!(Role::PARTS.iter().map(|role| role.as_str()).collect::<Vec<_>>(), PARTS.map(|(role, _)| role));
}

#[test]
fn every_step_reaches_every_part() {
    let folder = folder("split-steps");
    succeeds(&folder, &["init"]);
    succeeds(&folder, &["rotate"]);
    for (role, name, count) in [
        ("authorize", "SEALING_KEYS", 1),
        ("token", "SEALING_KEYS", 1),
        ("authorize", "CLIENT_KEYS", 1),
        ("token", "CLIENT_KEYS", 1),
        ("authorize", "VERIFYING_KEYS", 2),
        ("jwks", "VERIFYING_KEYS", 2),
    ] {
        assert_eq!(kids(&folder, role, name, "next").len(), count, "{role} {name}");
    }
    let next = kids(&folder, "jwks", "VERIFYING_KEYS", "next");
    let (code, _, err) = files(&folder, &["rotate"]);
    assert!(code == 1 && err.contains("less than an hour"), "{err}");
    age(&whole(&folder), 3_600);
    // The lifetimes are those of the environment `token`.
    let toml = "[vars]\nSESSION_LIFETIME = \"x\"\n[env.token.vars]\nSESSION_LIFETIME = \"864000\"\n";
    fs::write(folder.join("wrangler.toml"), toml).unwrap();
    succeeds(&folder, &["rotate"]);
    let old = secret(&whole(&folder), "SIGNING_KEY_1").unwrap();
    let kept = old["opens_until"].as_u64().unwrap() - old["since"].as_u64().unwrap();
    assert_eq!(kept, 864_000 + 3_600);
    for role in ["jwks", "authorize"] {
        assert_eq!(kids(&folder, role, "VERIFYING_KEYS", "active"), next);
    }
    let active = kids(&folder, "token", "SEALING_KEYS", "active");
    succeeds(&folder, &["revoke", &active[0], "--yes"]);
    for role in ["token", "authorize"] {
        assert_eq!(kids(&folder, role, "SEALING_KEYS", "revoked"), active);
    }
    succeeds(&folder, &["add", "EdDSA"]);
    assert_eq!(kids(&folder, "jwks", "VERIFYING_KEYS", "next").len(), 1);
    let vars = fs::read_to_string(whole(&folder)).unwrap();
    fs::write(whole(&folder), vars.lines().map(end).collect::<Vec<_>>().join("\n")).unwrap();
    succeeds(&folder, &["retire"]);
    assert!(!part(&folder, "token").contains_key("SIGNING_KEY_1"));
    for role in ["jwks", "authorize"] {
        assert!(kids(&folder, role, "VERIFYING_KEYS", "retired").is_empty());
    }
}

/// A stand-in for npx that keeps the secrets of each environment. `broken` names a secret and an environment where it is not
/// taken.
#[cfg(unix)]
fn workers(folder: &Path) -> String {
    let script = r#"#!/bin/sh
cd 'FOLDER' && echo "$*" >>argv
for env; do :; done
case "$*" in
*--version*) echo 4.0.0; exit ;;
esac
mkdir -p "worker/$env"
case "$*" in
*'secret list'*) printf '['; comma=; for name in worker/$env/*; do [ -e "$name" ] || continue; printf '%s{"name":"%s"}' "$comma" "${name##*/}"; comma=,; done; echo ']' ;;
*'secret put '*) cat >received; if [ -e broken ] && [ "$(cat broken)" = "$5 $env" ]; then echo 'no network' >&2; exit 1; fi; mv received "worker/$env/$5" ;;
*'secret delete '*) rm "worker/$env/$5" ;;
esac
"#;
    npx(folder, script)
}

#[cfg(unix)]
fn at_workers(folder: &Path, path: &str, arguments: &[&str]) -> (i32, String) {
    let output = run(command(folder, &[&["keys"], arguments, &["--split"]].concat()).env("PATH", path), "");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Whether each Worker has what its file says, and nothing else, and no secret was an argument.
#[cfg(unix)]
#[track_caller]
fn agrees(folder: &Path) {
    let argv = fs::read_to_string(folder.join("argv")).unwrap();
    for (role, _) in PARTS {
        let there = fs::read_dir(folder.join("worker").join(role)).unwrap().map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
        });
        let there: BTreeMap<String, String> = there.collect();
        assert_eq!(there, part(folder, role), "{role}");
        assert!(there.values().all(|value| !argv.contains(value)), "a secret is an argument");
    }
    starts(folder);
}

#[cfg(unix)]
#[test]
fn wrangler_gets_the_shares_and_takes_away_what_is_too_much() {
    let folder = folder("split-wrangler");
    let path = workers(&folder);
    assert_eq!(at_workers(&folder, &path, &["init"]).0, 0);
    agrees(&folder);
    let argv = fs::read_to_string(folder.join("argv")).unwrap();
    let put = |what: &str| argv.find(&format!("secret put {what}\n")).unwrap_or_else(|| panic!("{what}: {argv}"));
    assert!(put("VERIFYING_KEYS --env jwks") < put("SIGNING_KEY_1 --env token"));
    assert!(put("SIGNING_KEY_1 --env token") < put("OPERATOR_KEYS --env authorize"));

    fs::write(folder.join("worker/authorize/SIGNING_KEY_1"), "excess").unwrap();
    fs::write(folder.join("worker/jwks/SEALING_KEYS"), "excess").unwrap();
    fs::remove_file(folder.join("worker/token/CLIENT_KEYS")).unwrap();
    assert_eq!(at_workers(&folder, &path, &["init"]).0, 0);
    agrees(&folder);
    fs::write(folder.join("worker/authorize/SIGNING_KEY_1"), "excess").unwrap();
    assert_eq!(at_workers(&folder, &path, &["rotate"]).0, 0);
    agrees(&folder);
    // What is not ours stays.
    fs::write(folder.join("worker/token/OTHER"), "mine").unwrap();
    assert_eq!(at_workers(&folder, &path, &["rotate", "--now"]).0, 0);
    fs::remove_file(folder.join("worker/token/OTHER")).unwrap();
    agrees(&folder);
}

#[cfg(unix)]
#[test]
fn what_breaks_off_goes_on_and_waits_anew() {
    for broken in ["VERIFYING_KEYS jwks", "SEALING_KEYS token", "CLIENT_KEYS authorize"] {
        let folder = folder(&format!("split-broken-{}", broken.replace(' ', "-")));
        let path = workers(&folder);
        for command in ["init", "rotate"] {
            fs::write(folder.join("broken"), broken).unwrap();
            let (code, err) = at_workers(&folder, &path, &[command]);
            assert!(code == 1 && err.contains("no network") && err.contains("--env"), "{err}");
            fs::remove_file(folder.join("broken")).unwrap();
            if command == "init" {
                assert_eq!(at_workers(&folder, &path, &["init"]).0, 0);
                agrees(&folder);
            }
        }
        age(&whole(&folder), 3_600);
        let (code, err) = at_workers(&folder, &path, &["rotate"]);
        assert!(code == 1 && err.contains("had not got these before") && err.contains("less than an hour"), "{err}");
        agrees(&folder);
        age(&whole(&folder), 3_600);
        assert_eq!(at_workers(&folder, &path, &["rotate"]).0, 0);
        agrees(&folder);
    }
}

#[cfg(unix)]
#[test]
fn what_was_only_written_is_handed_over_when_wrangler_is_asked_for() {
    let folder = folder("split-written");
    let path = workers(&folder);
    succeeds(&folder, &["init"]);
    succeeds(&folder, &["rotate"]);
    assert!(!folder.join("argv").exists(), "nobody was called");
    age(&whole(&folder), 3_600);
    let (code, err) = at_workers(&folder, &path, &["rotate"]);
    assert!(code == 1 && err.contains("less than an hour"), "{err}");
    agrees(&folder);
}

#[cfg(unix)]
#[test]
fn a_lost_file_does_not_end_what_the_parts_have() {
    let folder = folder("split-lost");
    let path = workers(&folder);
    assert_eq!(at_workers(&folder, &path, &["init"]).0, 0);
    fs::remove_file(whole(&folder)).unwrap();
    let (code, err) = at_workers(&folder, &path, &["init"]);
    assert!(code == 1 && err.contains("a part has SEALING_KEYS, which is not in"), "{err}");
    let (code, err) = at_workers(&folder, &path, &["rotate"]);
    assert!(code == 1 && err.contains("there is no SEALING_KEYS"), "{err}");
    assert!(!whole(&folder).exists(), "nothing was written");
}
