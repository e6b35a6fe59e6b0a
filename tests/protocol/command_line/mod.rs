//! The program `sealwax`, as an operator runs it: against nothing, against files, and against a server in this process.

mod clients;
mod doctor;
mod keys;
mod split;
mod users;

use crate::world::{START, World};
use sealwax::http::{Method, Request};
use sealwax::oauth::Timestamp;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

const SECRETS: [&str; 6] =
    ["SEALING_KEYS", "CLIENT_KEYS", "SIGNING_KEY_1", "SIGNING_KEY_2", "PAIRWISE_SECRET", "OPERATOR_KEYS"];

/// A folder of a test's own, empty.
pub fn folder(test: &str) -> PathBuf {
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

pub fn sealwax(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = run(&mut command(folder, arguments), input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Puts a stand-in for npx into the folder, in which FOLDER stands for it; the `PATH` that finds it first.
#[cfg(unix)]
fn npx(folder: &Path, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("npx"), script.replace("FOLDER", &folder.display().to_string())).unwrap();
    fs::set_permissions(bin.join("npx"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

fn variable(vars: &str, name: &str) -> String {
    let line = vars.lines().find_map(|line| line.strip_prefix(&format!("{name}='"))).unwrap();
    line.strip_suffix('\'').unwrap().to_owned()
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
        &["client", "rotate-secret", "app", "--overlap", "soon"],
        &["client", "update"],
        &["revoke"],
        &["revoke", "session", "ada"],
        &["revoke", "token", "ada", "x"],
        &["keys", "init", "--split", "--local"],
        &["keys", "list", "--split", "--wrangler"],
        &["keys", "rotate", "--split", "--env", "token"],
        &["keys", "init", "--split", "--name", "other"],
        &["keys", "init", "--wrangler", "--files"],
        &["keys", "init", "--files"],
        &["keys", "init", "--local", "--files"],
        &["keys", "list", "--local", "--secrets", "x"],
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
pub fn wall_clock() -> Timestamp {
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
