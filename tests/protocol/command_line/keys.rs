//! `sealwax keys`

use super::{SECRETS, command, folder, npx, run, sealwax, variable};
use crate::world::public_set;
use sealwax::jwt::{SigningKey, VerifyingKey};
use serde_json::Value;
use std::fs;
use std::path::Path;

#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

#[test]
fn keys_init_local_makes_all_once() {
    let folder = folder("local");
    let (code, out, err) = sealwax(&folder, &["keys", "init", "--local"], "");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let vars = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    for name in SECRETS {
        assert!(out.contains(name), "{out}");
        assert!(!out.contains(&variable(&vars, name)), "no secret is shown");
    }
    SigningKey::parse(&variable(&vars, "SIGNING_KEY_1")).unwrap();
    SigningKey::parse(&variable(&vars, "SIGNING_KEY_2")).unwrap();
    let private = fs::read_to_string(folder.join(".sealwax/operator.jwk")).unwrap();
    let operator = SigningKey::parse(&private).unwrap();
    assert_eq!(variable(&vars, "OPERATOR_KEYS"), public_set(&[&operator]));
    #[cfg(unix)]
    assert_eq!(
        [".dev.vars", ".sealwax/operator.jwk", ".sealwax"].map(|name| mode(&folder.join(name))),
        [0o600, 0o600, 0o700]
    );

    let (code, out, _) = sealwax(&folder, &["keys", "init", "--local"], "");
    assert_eq!(code, 0);
    assert!(out.contains("nothing to do"), "{out}");
    assert_eq!(fs::read_to_string(folder.join(".dev.vars")).unwrap(), vars, "nothing changed");
    assert_eq!(fs::read_to_string(folder.join(".sealwax/operator.jwk")).unwrap(), private);
}

#[test]
fn keys_init_local_adds_only_what_is_missing() {
    let folder = folder("missing");
    let mine = "MINE=1\nSEALING_KEYS='kept'\nexport SIGNING_KEY_2=\"kept too\"";
    fs::write(folder.join(".dev.vars"), mine).unwrap();
    let (code, out, _) = sealwax(&folder, &["--json", "keys", "init", "--local"], "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &answer["made"]),
        (0, &serde_json::json!(["CLIENT_KEYS", "SIGNING_KEY_1", "PAIRWISE_SECRET", "OPERATOR_KEYS"]))
    );
    let vars = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    assert!(vars.starts_with(&format!("{mine}\nCLIENT_KEYS='{{")), "{vars}");
    #[cfg(unix)]
    assert_eq!(mode(&folder.join(".dev.vars")), 0o600);
}

#[test]
fn keys_init_local_refuses_halves_of_two_operators() {
    let folder = folder("halves");
    sealwax(&folder, &["keys", "init", "--local"], "");
    fs::remove_dir_all(folder.join(".sealwax")).unwrap();
    let (code, out, err) = sealwax(&folder, &["keys", "init", "--local"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.starts_with("error: OPERATOR_KEYS is in .dev.vars, but its private key is not at"), "{err}");
    assert!(!folder.join(".sealwax").exists(), "nothing was made");

    let vars = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    let without: Vec<&str> = vars.lines().filter(|line| !line.starts_with("OPERATOR_KEYS")).collect();
    fs::write(folder.join(".dev.vars"), without.join("\n")).unwrap();
    assert_eq!(sealwax(&folder, &["keys", "init", "--local"], "").0, 0);
    fs::write(folder.join(".dev.vars"), &vars).unwrap();
    let (code, _, err) = sealwax(&folder, &["keys", "init", "--local"], "");
    assert_eq!(code, 1);
    assert!(err.contains("does not name the key"), "{err}");
}

#[test]
fn keys_init_json_shows_everything_and_says_so() {
    let folder = folder("json");
    let (code, out, err) = sealwax(&folder, &["keys", "init", "--json"], "");
    assert_eq!(code, 0);
    assert!(err.starts_with("warning: "), "{err}");
    let keys: Value = serde_json::from_str(&out).unwrap();
    SigningKey::parse(keys["secrets"]["SIGNING_KEY_1"].as_str().unwrap()).unwrap();
    let operator = SigningKey::parse(&keys["operator"].to_string()).unwrap();
    assert_eq!(keys["secrets"]["OPERATOR_KEYS"].as_str(), Some(public_set(&[&operator]).as_str()));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing was written");
}

/// A stand-in for npx: keeps what it was called with, and what it was given.
#[cfg(unix)]
fn fake_npx(folder: &Path, list: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let script = format!(
        "#!/bin/sh\necho \"$*\" >>'{0}/argv'\ncase \"$*\" in\n\
         *--version*) echo 4.0.0 ;;\n*'secret list'*) {list} ;;\n\
         *'secret put '*) shift 4; cat >'{0}/secret.'\"$1\" ;;\nesac\n",
        folder.display()
    );
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("npx"), script).unwrap();
    fs::set_permissions(bin.join("npx"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

#[cfg(unix)]
#[test]
fn keys_init_wrangler_hands_secrets_over_by_stdin_only() {
    let folder = folder("wrangler");
    let path = fake_npx(&folder, "echo 'Worker \"x\" not found. If this is a new Worker, deploy' >&2; exit 1");
    let output = run(command(&folder, &["keys", "init", "--wrangler", "--env", "prod"]).env("PATH", path), "");
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let argv = fs::read_to_string(folder.join("argv")).unwrap();
    for name in SECRETS {
        let secret = fs::read_to_string(folder.join(format!("secret.{name}"))).unwrap();
        assert!(argv.contains(&format!("--no-install wrangler secret put {name} --env prod")), "{argv}");
        let fits = if name == "PAIRWISE_SECRET" { secret.len() == 43 } else { secret.starts_with('{') };
        assert!(fits && !argv.contains(&secret) && !out.contains(&secret), "{name}");
    }
    let set: Value = serde_json::from_str(&fs::read_to_string(folder.join("secret.OPERATOR_KEYS")).unwrap()).unwrap();
    let public = VerifyingKey::parse(&set["keys"][0].to_string()).unwrap();
    let private = fs::read_to_string(folder.join(".sealwax/operator.jwk")).unwrap();
    assert_eq!(public.kid(), SigningKey::parse(&private).unwrap().kid());
}

#[cfg(unix)]
#[test]
fn keys_init_wrangler_leaves_what_is_there() {
    let folder = folder("wrangler-again");
    let list = r#"echo '[{"name":"SEALING_KEYS","type":"secret_text"},{"name":"SIGNING_KEY_1"},{"name":"OTHER"}]'"#;
    let path = fake_npx(&folder, list);
    let output = run(command(&folder, &["--json", "keys", "init", "--wrangler"]).env("PATH", path), "");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["made"], serde_json::json!(["CLIENT_KEYS", "SIGNING_KEY_2", "PAIRWISE_SECRET", "OPERATOR_KEYS"]));
    assert!(!folder.join("secret.SEALING_KEYS").exists());
}

#[cfg(unix)]
#[test]
fn keys_init_wrangler_makes_nothing_when_wrangler_fails() {
    let folder = folder("wrangler-fails");
    let path = fake_npx(&folder, "echo 'You are not logged in.' >&2; exit 1");
    let output = run(command(&folder, &["keys", "init", "--wrangler"]).env("PATH", path), "");
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("You are not logged in."), "{err}");
    assert!(!folder.join(".sealwax").exists());
    let output = run(command(&folder, &["keys", "init", "--wrangler"]).env("PATH", "/nowhere"), "");
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("error: wrangler is not installed here"), "{err}");
}

/// What `.dev.vars`, or the file of a deployment, says of a secret.
pub fn secret(file: &Path, name: &str) -> Option<Value> {
    let vars = fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = vars.lines().filter(|line| line.starts_with(&format!("{name}='"))).collect();
    assert!(lines.len() <= 1, "{name} is there twice");
    lines.first().map(|_| serde_json::from_str(&variable(&vars, name)).unwrap())
}

/// The keys as `sealwax keys list` tells them: what for, state.
fn listed(folder: &Path) -> Vec<(String, String)> {
    let (code, out, err) = sealwax(folder, &["--json", "keys", "list", "--local"], "");
    assert_eq!(code, 0, "{err}");
    let list: Value = serde_json::from_str(&out).unwrap();
    let text = |key: &Value, member: &str| key[member].as_str().unwrap().to_owned();
    list["keys"].as_array().unwrap().iter().map(|key| (text(key, "for"), text(key, "state"))).collect()
}

fn count(folder: &Path, state: &str) -> usize {
    listed(folder).iter().filter(|(_, is)| is == state).count()
}

fn kid(folder: &Path, role: &str, state: &str) -> String {
    let (_, out, _) = sealwax(folder, &["--json", "keys", "list", "--local"], "");
    let list: Value = serde_json::from_str(&out).unwrap();
    let found =
        list["keys"].as_array().unwrap().iter().find(|key| key["for"] == role && key["state"] == state).cloned();
    found.unwrap_or_else(|| panic!("no {state} {role}: {list}"))["kid"].as_str().unwrap().to_owned()
}

/// Lets this many seconds pass since the last step.
pub fn age(file: &Path, seconds: u64) {
    let vars = fs::read_to_string(file).unwrap();
    let mut aged = String::new();
    for (number, part) in vars.split("\"since\":").enumerate() {
        if number == 0 {
            aged.push_str(part);
            continue;
        }
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let since: u64 = part[..digits].parse().unwrap();
        aged += &["\"since\":", &(since - seconds).to_string(), &part[digits..]].concat();
    }
    fs::write(file, aged).unwrap();
}

fn initialised(test: &str) -> (std::path::PathBuf, std::path::PathBuf) {
    let folder = folder(test);
    assert_eq!(sealwax(&folder, &["keys", "init", "--local"], "").0, 0);
    let vars = folder.join(".dev.vars");
    (folder, vars)
}

#[track_caller]
fn fails(folder: &Path, arguments: &[&str], told: &[&str]) {
    let before = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    let (code, out, err) = sealwax(folder, &[&["keys"], arguments, &["--local"]].concat(), "");
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    for told in told {
        assert!(err.contains(told), "no {told:?} in {err}");
    }
    assert_eq!(fs::read_to_string(folder.join(".dev.vars")).unwrap(), before, "nothing changed");
}

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = sealwax(folder, &[&["keys"], arguments, &["--local"]].concat(), "");
    assert_eq!(code, 0, "{err}");
    let vars = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    for word in vars.split('"').filter(|word| word.len() > 42 && !out.is_empty()) {
        let shown = out.contains(word);
        assert!(!shown, "a part of a key is shown");
    }
    out
}

#[test]
fn keys_rotate_takes_two_steps_an_hour_apart() {
    let (folder, vars) = initialised("rotate");
    let first = secret(&vars, "SIGNING_KEY_1").unwrap();
    fails(&folder, &["retire"], &["no key is retired"]);
    let out = succeeds(&folder, &["rotate"]);
    assert!(out.contains("are `next`") && out.contains("run this again"), "{out}");
    assert_eq!((count(&folder, "active"), count(&folder, "next")), (4, 4));
    assert_eq!(secret(&vars, "SIGNING_KEY_1").unwrap(), first, "the active key is as it was");
    fails(&folder, &["rotate"], &["less than an hour", "refresh tokens", "--now"]);
    age(&vars, 3_000);
    fails(&folder, &["rotate"], &["less than an hour"]);
    age(&vars, 600);
    let (next, active) = (kid(&folder, "sealing", "next"), kid(&folder, "sealing", "active"));
    let out = succeeds(&folder, &["rotate"]);
    assert!(out.contains("are active") && !out.contains("warning"), "{out}");
    assert_eq!((count(&folder, "active"), count(&folder, "retired"), count(&folder, "next")), (4, 4, 0));
    assert_eq!((kid(&folder, "sealing", "active"), kid(&folder, "sealing", "retired")), (next, active));

    // Of a signing key that signs no more the private part goes.
    let old = secret(&vars, "SIGNING_KEY_1").unwrap();
    assert_eq!((&old["kid"], &old["created"], &old["state"]), (&first["kid"], &first["created"], &"retired".into()));
    assert!(old.get("d").is_none() && old["opens_until"].is_u64(), "{old}");
    // No clock ends client ids.
    let clients = secret(&vars, "CLIENT_KEYS").unwrap();
    let retired = clients["keys"].as_array().unwrap().iter().find(|key| key["state"] == "retired").unwrap();
    assert!(retired.get("opens_until").is_none(), "the client ring has no end");
    assert!(sealwax(&folder, &["keys", "init", "--local"], "").1.contains("nothing to do"));
    assert_eq!(count(&folder, "active"), 4, "init makes nothing that is there under another name");
}

#[test]
fn keys_rotate_now_says_what_that_costs() {
    let (folder, _) = initialised("rotate-now");
    succeeds(&folder, &["rotate"]);
    let (code, _, err) = sealwax(&folder, &["keys", "rotate", "--local", "--now"], "");
    assert_eq!(code, 0, "{err}");
    assert!(err.starts_with("warning: the hour was not over.") && err.contains("sessions and refresh tokens"), "{err}");
    assert_eq!(count(&folder, "retired"), 4);
}

#[test]
fn keys_are_kept_as_long_as_what_they_made() {
    let (folder, vars) = initialised("keep");
    let until = |name: &str| {
        let json = secret(&vars, name).unwrap();
        let keys = json["keys"].as_array().cloned().unwrap_or_else(|| vec![json.clone()]);
        let retired = keys.into_iter().find(|key| key["state"] == "retired").unwrap();
        retired["opens_until"].as_u64().unwrap() - retired["since"].as_u64().unwrap() - 3_600
    };
    fs::write(folder.join("wrangler.toml"), "[vars]\nISSUER = \"x\"\nSESSION_LIFETIME = \"864000\"\n").unwrap();
    for (arguments, sealing, signing) in [
        (&["rotate", "--now"][..], 400 * 86_400, 10 * 86_400),
        (&["rotate", "--now", "--keep", "30d"], 30 * 86_400, 30 * 86_400),
    ] {
        let (folder, vars) = (&folder, &vars);
        succeeds(folder, &["rotate"]);
        succeeds(folder, arguments);
        assert_eq!((until("SEALING_KEYS"), until("SIGNING_KEY_1")), (sealing, signing));
        // As if nothing had been rotated.
        fs::remove_file(vars).unwrap();
        fs::remove_dir_all(folder.join(".sealwax")).unwrap();
        assert_eq!(sealwax(folder, &["keys", "init", "--local"], "").0, 0);
    }
    fs::write(folder.join("wrangler.toml"), "[vars]\nSESSION_LIFETIME = \"ten days\"\n").unwrap();
    succeeds(&folder, &["rotate"]);
    fails(&folder, &["rotate", "--now"], &["SESSION_LIFETIME is not a whole number"]);
}

#[test]
fn keys_retire_waits_until_all_is_dead_and_tells_what_is_not() {
    let (folder, vars) = initialised("retire");
    succeeds(&folder, &["rotate"]);
    succeeds(&folder, &["rotate", "--now"]);
    let (sealing, client) = (kid(&folder, "sealing", "retired"), kid(&folder, "client ids", "retired"));
    fails(&folder, &["retire"], &["no key may go yet", &sealing, "refresh tokens (the last until", "register again"]);
    fails(&folder, &["retire", &sealing], &["is still needed", "sessions (the last until", "--force"]);
    fails(&folder, &["retire", &kid(&folder, "sealing", "active")], &["is active", "keys rotate"]);
    fails(&folder, &["retire", &kid(&folder, "sealing", "active"), "--force"], &["is active"]);
    fails(&folder, &["retire", "nonsense"], &["no key has the kid nonsense"]);
    fails(&folder, &["retire", ""], &["several keys"]);
    assert_eq!(sealwax(&folder, &["keys", "retire", "--force", "--local"], "").0, 2, "which?");

    // The signing keys' time is over, the ring's is not.
    let ended = fs::read_to_string(&vars).unwrap();
    let ended: Vec<String> =
        ended.lines().map(|line| if line.starts_with("SIGNING") { end(line) } else { line.to_owned() }).collect();
    fs::write(&vars, ended.join("\n")).unwrap();
    let out = succeeds(&folder, &["retire"]);
    assert!(
        out.contains("Removed") && out.contains("ES256") && out.contains("RS256") && !out.contains("sealing"),
        "{out}"
    );
    assert!(secret(&vars, "SIGNING_KEY_1").is_none() && secret(&vars, "SIGNING_KEY_3").is_some());
    assert!(
        sealwax(&folder, &["keys", "init", "--local"], "").1.contains("nothing to do"),
        "another ES256 key is there"
    );
    fails(&folder, &["retire"], &["no key may go yet"]);

    for kid in [&sealing, &client] {
        succeeds(&folder, &["retire", kid, "--force"]);
    }
    assert_eq!(count(&folder, "retired"), 0);
    // The room is used again.
    succeeds(&folder, &["rotate"]);
    assert!(secret(&vars, "SIGNING_KEY_1").is_some());
}

/// A retired key whose time has passed.
pub fn end(line: &str) -> String {
    let Some((before, after)) = line.split_once("\"opens_until\":") else { return line.to_owned() };
    format!("{before}\"opens_until\":1{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[test]
fn keys_revoke_tells_what_dies_and_then_puts_another_in_place() {
    let (folder, vars) = initialised("revoke");
    let leaked = kid(&folder, "sealing", "active");
    fails(&folder, &["revoke", &leaked], &["would end all", "refresh tokens", "--yes"]);
    let clients = kid(&folder, "client ids", "active");
    fails(&folder, &["revoke", &clients], &["have to register again"]);
    fails(&folder, &["revoke", &kid(&folder, "ES256", "active")], &["ID tokens", "forged token for 5 minutes"]);
    succeeds(&folder, &["revoke", &leaked, "--yes"]);
    assert_eq!(kid(&folder, "sealing", "revoked"), leaked);
    assert_ne!(kid(&folder, "sealing", "active"), leaked);
    // A key that waits takes the place at once.
    succeeds(&folder, &["rotate"]);
    let (signing, next) = (kid(&folder, "ES256", "active"), kid(&folder, "ES256", "next"));
    succeeds(&folder, &["revoke", &signing, "--yes"]);
    assert_eq!((kid(&folder, "ES256", "active"), kid(&folder, "ES256", "revoked")), (next, signing));
    let revoked = secret(&vars, "SIGNING_KEY_1").unwrap();
    assert!(revoked["state"] == "revoked" && revoked.get("d").is_none(), "{revoked}");
    fails(&folder, &["revoke", &kid(&folder, "client ids", "next")], &["nothing is alive of it"]);
    succeeds(&folder, &["retire", &leaked]);
    assert!(!listed(&folder).contains(&("sealing".to_owned(), "revoked".to_owned())));
}

#[test]
fn keys_add_makes_a_key_for_another_algorithm() {
    let (folder, vars) = initialised("add");
    for alg in ["EdDSA", "PS256"] {
        let out = succeeds(&folder, &["add", alg]);
        assert!(out.contains(&format!("A key for {alg} is published")), "{out}");
        fails(&folder, &["add", alg], &["is `next` already"]);
    }
    age(&vars, 3_600);
    succeeds(&folder, &["rotate"]);
    let active: Vec<String> =
        listed(&folder).into_iter().filter(|(_, state)| state == "active").map(|(role, _)| role).collect();
    assert_eq!(active, ["sealing", "client ids", "ES256", "RS256", "EdDSA", "PS256"]);
    assert_eq!(count(&folder, "retired"), 0, "nothing else moved");
    SigningKey::parse(&variable(&fs::read_to_string(&vars).unwrap(), "SIGNING_KEY_4")).unwrap();
    assert_eq!(sealwax(&folder, &["keys", "add", "HS256", "--local"], "").0, 2);
    // Eight signing keys is all that there is room for.
    succeeds(&folder, &["rotate"]);
    age(&vars, 3_600);
    succeeds(&folder, &["rotate"]);
    fails(&folder, &["rotate"], &["all 8 signing keys are taken", "keys retire"]);
}

#[test]
fn keys_that_no_server_could_read_are_not_touched() {
    let (folder, vars) = initialised("unreadable");
    let good = fs::read_to_string(&vars).unwrap();
    for (from, to, told) in [
        ("SEALING_KEYS='{", "SEALING_KEYS='", "SEALING_KEYS is not a key ring"),
        ("CLIENT_KEYS", "OTHER_KEYS", "there is no CLIENT_KEYS"),
        ("\"alg\":\"ES256\"", "\"alg\":\"RS256\"", "SIGNING_KEY_1 has a key type"),
    ] {
        fs::write(&vars, good.replace(from, to)).unwrap();
        fails(&folder, &["rotate"], &[told]);
        fails(&folder, &["list"], &[told]);
    }
    for arguments in [&["keys", "rotate"][..], &["keys", "list"], &["keys", "list", "--json"], &["keys", "retire"]] {
        assert_eq!(sealwax(&folder, arguments, "").0, 2, "{arguments:?}: where?");
    }
}

#[cfg(unix)]
fn at_worker(folder: &Path, path: &str, arguments: &[&str]) -> (i32, String) {
    let output = run(command(folder, &[&["keys"], arguments, &["--wrangler"]].concat()).env("PATH", path), "");
    let err = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), err)
}

/// A stand-in for npx that keeps secrets as a Worker does: it lists their names, and never a value. `broken` names a secret
/// that it does not take.
#[cfg(unix)]
fn worker(folder: &Path) -> String {
    let script = r#"#!/bin/sh
cd 'FOLDER' && mkdir -p worker && echo "$*" >>argv
case "$*" in
*--version*) echo 4.0.0 ;;
*'secret list'*) printf '['; comma=; for name in worker/*; do [ -e "$name" ] || continue; printf '%s{"name":"%s"}' "$comma" "${name#worker/}"; comma=,; done; echo ']' ;;
*'secret put '*) shift 4; cat >received; if [ -e broken ] && [ "$(cat broken)" = "$1" ]; then echo 'no network' >&2; exit 1; fi; mv received "worker/$1" ;;
*'secret delete '*) shift 4; rm "worker/$1" ;;
esac
"#;
    npx(folder, script)
}

/// Whether the Worker has what the file says, and nothing else.
#[cfg(unix)]
#[track_caller]
fn agrees(folder: &Path) {
    let vars = fs::read_to_string(folder.join(".sealwax/worker.vars")).unwrap();
    let mut names: Vec<&str> = vars.lines().map(|line| line.split_once('=').unwrap().0).collect();
    names.sort_unstable();
    let mut there: Vec<String> = fs::read_dir(folder.join("worker"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort_unstable();
    assert_eq!(names, there);
    for name in names {
        assert_eq!(fs::read_to_string(folder.join("worker").join(name)).unwrap(), variable(&vars, name), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn keys_of_a_deployment_are_kept_in_a_file_and_handed_over() {
    let folder = folder("deployment");
    let path = worker(&folder);
    assert_eq!(at_worker(&folder, &path, &["init"]).0, 0);
    let file = folder.join(".sealwax/worker.vars");
    assert_eq!(mode(&file), 0o600);
    agrees(&folder);
    assert_eq!(at_worker(&folder, &path, &["rotate"]).0, 0);
    agrees(&folder);
    age(&file, 3_600);
    assert_eq!(at_worker(&folder, &path, &["rotate"]).0, 0);
    agrees(&folder);
    // A new key is active before the old one is retired: there is one at any time.
    let argv = fs::read_to_string(folder.join("argv")).unwrap();
    let last = |name: &str| argv.rfind(&format!("secret put {name}")).unwrap();
    assert!(last("SIGNING_KEY_3") < last("SIGNING_KEY_1") && last("SIGNING_KEY_4") < last("SIGNING_KEY_2"), "{argv}");
    let vars = fs::read_to_string(&file).unwrap();
    let ended: Vec<String> = vars.lines().map(end).collect();
    fs::write(&file, ended.join("\n")).unwrap();
    assert_eq!(at_worker(&folder, &path, &["retire"]).0, 0);
    agrees(&folder);
    assert!(!folder.join("worker/SIGNING_KEY_1").exists());
    assert_eq!(at_worker(&folder, &path, &["init"]).0, 0);
    agrees(&folder);
    assert!(!folder.join("worker/SIGNING_KEY_1").exists(), "another ES256 key is there");
    for secret in fs::read_dir(folder.join("worker")).unwrap() {
        let value = fs::read_to_string(secret.unwrap().path()).unwrap();
        assert!(!fs::read_to_string(folder.join("argv")).unwrap().contains(&value));
    }
}

#[cfg(unix)]
#[test]
fn a_rotation_that_breaks_off_goes_on_where_it_was() {
    for broken in ["SEALING_KEYS", "SIGNING_KEY_3"] {
        let folder = folder(&format!("broken-{broken}"));
        let path = worker(&folder);
        fs::write(folder.join("broken"), broken).unwrap();
        let file = folder.join(".sealwax/worker.vars");
        let (code, err) = at_worker(&folder, &path, &["init"]);
        assert_eq!(code, i32::from(broken != "SIGNING_KEY_3"), "{err}");
        fs::remove_file(folder.join("broken")).unwrap();
        assert_eq!(at_worker(&folder, &path, &["init"]).0, 0);
        agrees(&folder);
        let made = secret(&file, "SEALING_KEYS");

        fs::write(folder.join("broken"), broken).unwrap();
        let (first, err) = at_worker(&folder, &path, &["rotate"]);
        assert!(first == 0 || err.contains("no network"), "{err}");
        fs::remove_file(folder.join("broken")).unwrap();
        if first != 0 {
            // Whatever had not arrived begins to wait when it has.
            age(&file, 3_600);
            let (code, err) = at_worker(&folder, &path, &["rotate"]);
            assert!(
                code == 1 && err.contains("had not got these before") && err.contains("less than an hour"),
                "{err}"
            );
            agrees(&folder);
        }
        age(&file, 3_600);
        fs::write(folder.join("broken"), broken).unwrap();
        let (second, err) = at_worker(&folder, &path, &["rotate"]);
        assert_eq!(second, 1, "{err}");
        let signing = (1..=8).filter_map(|n| fs::read_to_string(folder.join(format!("worker/SIGNING_KEY_{n}"))).ok());
        let active = signing.filter(|key| key.contains("\"active\"")).count();
        assert!(active >= 2, "there is an active key of each algorithm in between");
        fs::remove_file(folder.join("broken")).unwrap();
        let (_, err) = at_worker(&folder, &path, &["retire"]);
        assert!(err.contains("had not got these before"), "{err}");
        agrees(&folder);
        let old = made.unwrap()["keys"][0]["kid"].clone();
        let ring = secret(&file, "SEALING_KEYS").unwrap();
        assert!(
            ring["keys"].as_array().unwrap().iter().any(|key| key["kid"] == old && key["state"] == "retired"),
            "{ring}"
        );
    }
}

#[cfg(unix)]
#[test]
fn keys_that_only_the_worker_knows_cannot_be_rotated() {
    let folder = folder("unknown");
    let path = worker(&folder);
    assert_eq!(at_worker(&folder, &path, &["init"]).0, 0);
    fs::remove_file(folder.join(".sealwax/worker.vars")).unwrap();
    for command in ["rotate", "list", "retire"] {
        let (code, err) = at_worker(&folder, &path, &[command]);
        assert_eq!(code, 1);
        assert!(
            err.contains("worker.vars: there is no SEALING_KEYS") && err.contains("shows no secret again"),
            "{err}"
        );
    }
    assert!(!folder.join(".sealwax/worker.vars").exists(), "nothing was written");
}
