//! `sealwax keys`

use super::{SECRETS, command, folder, run, sealwax, variable};
use crate::world::public_set;
use sealwax::jwt::{SigningKey, VerifyingKey};
use serde_json::Value;
use std::fs;
use std::path::Path;

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
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
