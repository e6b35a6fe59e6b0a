//! The program `sealwax`, as an operator runs it: against nothing, against files, and against a server in this process.

use crate::world::{START, World, public_set};
use sealwax::http::{Method, Request};
use sealwax::jwt::{SigningKey, VerifyingKey};
use sealwax::oauth::Timestamp;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

const SECRETS: [&str; 5] = ["SEALING_KEYS", "CLIENT_KEYS", "SIGNING_KEY_1", "SIGNING_KEY_2", "OPERATOR_KEYS"];

/// A folder of a test's own, empty.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command_line").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealwax"));
    command.current_dir(folder).args(arguments).env_remove("SEALWAX_ISSUER").env_remove("SEALWAX_OPERATOR_KEY");
    command
}

fn run(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn sealwax(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = run(&mut command(folder, arguments), input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

fn variable(vars: &str, name: &str) -> String {
    let line = vars.lines().find_map(|line| line.strip_prefix(&format!("{name}='"))).unwrap();
    line.strip_suffix('\'').unwrap().to_owned()
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
    assert_eq!((code, &answer["made"]), (0, &serde_json::json!(["CLIENT_KEYS", "SIGNING_KEY_1", "OPERATOR_KEYS"])));
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
        assert!(secret.starts_with('{') && !argv.contains(&secret) && !out.contains(&secret), "{name}");
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
    assert_eq!(answer["made"], serde_json::json!(["CLIENT_KEYS", "SIGNING_KEY_2", "OPERATOR_KEYS"]));
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

#[test]
fn wrong_usage_exits_with_2() {
    let folder = folder("usage");
    for arguments in [
        &["keys", "init"][..],
        &["client", "add", "--public", "--no-pkce"],
        &["client", "add", "--grant", "implicit"],
        &["user", "add", "ada", "--home", "mars"],
        &["--issuer", "http://id.example", "client", "list"],
        &["--issuer", "https://id.example/", "client", "list"],
        &["nonsense"],
    ] {
        assert_eq!(sealwax(&folder, arguments, "").0, 2, "{arguments:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let folder = folder("nothing");
    let (code, _, err) = sealwax(&folder, &["client", "list"], "");
    assert_eq!(code, 1);
    assert!(err.starts_with("error: there is no operator's key at .sealwax/operator.jwk"), "{err}");
    sealwax(&folder, &["keys", "init", "--local"], "");
    let (code, _, err) = sealwax(&folder, &["--issuer", "http://localhost:1", "client", "list"], "");
    assert_eq!(code, 1);
    assert!(err.starts_with("error: no server answers at http://localhost:1"), "{err}");
    let (code, _, err) = sealwax(&folder, &["user", "add", "ada"], "correct horse");
    assert_eq!(code, 1);
    assert!(err.contains("--password-stdin"), "{err}");
    let (code, _, err) = sealwax(&folder, &["user", "add", "ada", "--password-stdin"], "short");
    assert_eq!((code, err.as_str()), (1, "error: the password has fewer than 8 bytes\n"));
}

/// A server of this process on a port of its own, with the keys of a folder.
struct Server {
    folder: PathBuf,
    issuer: String,
}

impl Server {
    fn start(test: &str, overridden: &'static [(&'static str, &'static str)]) -> Self {
        let folder = folder(test);
        assert_eq!(sealwax(&folder, &["keys", "init", "--local"], "").0, 0);
        let vars = fs::read_to_string(folder.join(".dev.vars")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let server = Self { folder, issuer: issuer.clone() };
        std::thread::spawn(move || {
            let values = SECRETS.map(|name| variable(&vars, name));
            let mut settings: Vec<(&str, &str)> = SECRETS.into_iter().zip(values.iter().map(String::as_str)).collect();
            settings.push(("ISSUER", &issuer));
            settings.extend(overridden);
            let world = World::with(&settings);
            for stream in listener.incoming() {
                world.clock.set(wall_clock());
                serve(&world, &mut stream.unwrap());
            }
        });
        server
    }

    fn sealwax(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        sealwax(&self.folder, &[&["--issuer", &self.issuer], arguments].concat(), input)
    }

    fn json(&self, arguments: &[&str], input: &str) -> Value {
        let (code, out, err) = self.sealwax(&[&["--json"], arguments].concat(), input);
        assert_eq!(code, 0, "{arguments:?}: {err}");
        serde_json::from_str(&out).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "the program under test goes by the real clock")]
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap()).max(START)
}

/// As much of HTTP/1.1 as one call needs.
fn serve(world: &World, stream: &mut TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut request = Request::new(Method::parse(method), path, "");
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.authorization = Some(value.to_owned()),
            "content-type" => request.content_type = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap(),
            _ => (),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request.body = Some(body);
    let reply = world.send(&request);
    let mut answer =
        format!("HTTP/1.1 {} -\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
    for (name, value) in &reply.headers {
        answer.extend([name, ": ", value, "\r\n"]);
    }
    let _ = stream.write_all(format!("{answer}\r\n{}", reply.body).as_bytes());
}

#[test]
fn clients_are_managed() {
    let server = Server::start("clients", &[]);
    let cli = ["client", "add", "--id", "cli", "--public", "--native", "--redirect-uri", "http://127.0.0.1/callback"];
    let public = server.json(&cli, "");
    assert_eq!((&public["client_id"], &public["client_secret"]), (&"cli".into(), &Value::Null));
    let web = [
        "client",
        "add",
        "--name",
        "Notes",
        "--redirect-uri",
        "https://app.example/cb",
        "--scope",
        "openid offline_access",
    ];
    let confidential = server.json(&web, "");
    assert_eq!(confidential["client_secret"].as_str().map(str::len), Some(43));
    assert_eq!(confidential["grant_types"], serde_json::json!(["authorization_code", "refresh_token"]));
    let id = confidential["client_id"].as_str().unwrap();

    let (code, _, err) = server.sealwax(&cli, "");
    assert_eq!(code, 1);
    assert!(err.contains("--replace") && err.contains("--if-missing"), "{err}");
    assert_eq!(server.json(&[&cli[..], &["--if-missing"]].concat(), "")["existing"], true);

    let shown = server.json(&["client", "show", id], "");
    assert_eq!((&shown["client_secret"], &shown["secret_count"]), (&Value::Null, &1.into()));
    let (code, out, _) = server.sealwax(&["client", "list"], "");
    assert_eq!((code, out.lines().count()), (0, 3), "{out}");
    assert!(out.starts_with("CLIENT ID ") && out.contains("public, native"), "{out}");

    let replace = ["client", "add", "--id", id, "--replace", "--redirect-uri", "https://new.example/cb"];
    let kept = server.json(&replace, "");
    assert_eq!((&kept["client_secret"], &kept["secret_count"]), (&Value::Null, &1.into()), "it keeps its secret");
    let renewed = server.json(&[&replace[..], &["--new-secret"]].concat(), "");
    assert_ne!(renewed["client_secret"], confidential["client_secret"]);

    assert_eq!(server.json(&["client", "remove", id], "")["client_id"], id);
    let (code, _, err) = server.sealwax(&["client", "show", id], "");
    assert_eq!((code, err.as_str()), (1, "error: No client of that id is registered.\n"));
}

#[test]
fn a_client_may_be_chosen_elsewhere() {
    let server = Server::start("metadata", &[]);
    let secret = "0123456789abcdef0123456789abcdef0123456789abcdef";
    let document = format!(
        r#"{{"client_id": "elsewhere", "client_secret": "{secret}", "client_name": "Elsewhere",
            "redirect_uris": ["https://app.example/cb"], "contacts": ["ops@app.example"]}}"#
    );
    let (code, out, _) = server.sealwax(&["client", "add", "--metadata", "-"], &document);
    assert_eq!(code, 0);
    assert!(!out.contains(secret), "whoever chose it knows it: {out}");
    let (code, _, err) = server.sealwax(&["client", "add", "--metadata", "-"], r#"{"jwks_uri": "https://a.example"}"#);
    assert_eq!(code, 1);
    assert!(err.contains("jwks_uri: "), "{err}");
    let add = ["client", "add", "--id", "piped", "--redirect-uri", "https://app.example/cb", "--secret-stdin"];
    let (code, _, err) = server.sealwax(&add, "too short\n");
    assert_eq!(code, 1);
    assert!(err.contains("43 to 512"), "{err}");
    assert_eq!(server.json(&add, &format!("{secret}\n"))["client_secret"], Value::Null);
}

#[test]
fn users_are_managed() {
    let server = Server::start("users", &[]);
    let add = ["user", "add", "Ada", "--password-stdin"];
    let added = server.json(&add, "correct horse\n");
    assert_eq!(added["username"], "ada");
    assert_eq!(server.sealwax(&add, "correct horse").0, 1);
    assert_eq!(server.json(&[&add[..], &["--if-missing"]].concat(), "correct horse")["existing"], true);
    assert_eq!(server.json(&["user", "passwd", "ada", "--password-stdin"], "battery staple")["sub"], added["sub"]);
    assert_eq!(server.json(&["user", "list"], "")[0]["sub"], added["sub"]);
    assert_eq!(server.json(&["user", "remove", "ADA"], "")["sub"], added["sub"]);
    assert_eq!(server.json(&["user", "list"], ""), serde_json::json!([]));
}

#[test]
fn refusals_say_what_to_do() {
    let server = Server::start("wrong-key", &[]);
    fs::remove_dir_all(server.folder.join(".sealwax")).unwrap();
    fs::remove_file(server.folder.join(".dev.vars")).unwrap();
    sealwax(&server.folder, &["keys", "init", "--local"], "");
    let (code, _, err) = server.sealwax(&["client", "list"], "");
    assert_eq!(code, 1);
    assert!(err.contains("OPERATOR_KEYS") && err.contains("operator.jwk"), "{err}");

    let off = Server::start("endpoint-off", &[("OPERATOR_KEYS", "")]);
    let (code, _, err) = off.sealwax(&["client", "list"], "");
    assert_eq!(code, 1);
    assert!(err.contains("has no operator's endpoint"), "{err}");
}
