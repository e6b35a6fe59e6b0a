//! `sealwax doctor`, against servers of this process.

use super::{Server, folder, sealwax};
use serde_json::Value;
use std::fs;

/// Exit code, findings as `level check`, and all that was said.
fn doctor(server: &Server) -> (i32, Vec<String>, String) {
    let (code, out, err) = server.sealwax(&["--json", "doctor"], "");
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = answer["findings"].as_array().unwrap().iter();
    (code, findings.map(|one| format!("{} {}", word(one, "level"), word(one, "check"))).collect(), out)
}

#[test]
fn a_healthy_server_has_no_fault() {
    let server = Server::start("doctor", &[]);
    let (code, findings, said) = doctor(&server);
    let healthy = [
        "connection",
        "front page",
        "metadata",
        "token endpoint",
        "keys",
        "clock",
        "store",
        "ledger",
        "signing keys",
        "sealing keys",
        "client keys",
    ];
    assert_eq!((code, findings), (0, healthy.map(|check| format!("ok {check}")).to_vec()), "{said}");
    let (code, out, err) = server.sealwax(&["doctor"], "");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with("\nNothing is wrong.\n") && out.contains("0 days old"), "{out}");
}

#[test]
fn without_a_key_the_rest_is_not_examined() {
    let server = Server::start("doctor-without-key", &[]);
    fs::remove_dir_all(server.folder.join(".sealwax")).unwrap();
    let (code, findings, said) = doctor(&server);
    // Without a word of the server's own, and without a Date header, the clock is not known.
    let expected =
        ["ok connection", "ok front page", "ok metadata", "ok token endpoint", "ok keys", "skipped operator"];
    assert_eq!((code, findings), (0, expected.map(str::to_owned).to_vec()), "{said}");
    assert!(said.contains("--key"), "{said}");
}

#[test]
fn what_is_switched_off_is_a_warning_and_a_strange_key_a_fault() {
    let off = Server::start("doctor-ledger-off", &[("LEDGER", "off")]);
    let (code, findings, said) = doctor(&off);
    assert!(code == 0 && findings.contains(&"warning ledger".to_owned()), "{said}");
    let (_, out, _) = off.sealwax(&["doctor"], "");
    assert!(out.contains("\nNo fault; 1 warning."), "{out}");

    let strange = Server::start("doctor-strange-key", &[]);
    fs::remove_dir_all(strange.folder.join(".sealwax")).unwrap();
    fs::remove_file(strange.folder.join(".dev.vars")).unwrap();
    sealwax(&strange.folder, &["keys", "init", "--local"], "");
    let (code, findings, said) = doctor(&strange);
    assert!(code == 1 && findings.contains(&"fault operator".to_owned()), "{said}");
    let (code, out, err) = strange.sealwax(&["doctor"], "");
    assert!(code == 1 && out.contains("FAULT") && out.contains("OPERATOR_KEYS"), "{out}");
    assert_eq!(err, "error: 1 fault and 0 warnings\n");

    let none = Server::start("doctor-endpoint-off", &[("OPERATOR_KEYS", "")]);
    assert!(doctor(&none).1.contains(&"fault operator".to_owned()));
}

#[test]
fn a_server_of_another_name_is_told_apart() {
    let server = Server::start("doctor-name", &[("ISSUER", "https://other.example")]);
    let (code, findings, said) = doctor(&server);
    assert_eq!(code, 1);
    assert!(findings.contains(&"fault front page".to_owned()), "{said}");
    assert!(findings.contains(&"fault metadata".to_owned()), "{said}");
    assert!(said.contains("https://other.example"), "{said}");
}

#[test]
fn where_nothing_answers_that_is_all_there_is_to_say() {
    let folder = folder("doctor-nothing");
    let (code, out, err) = sealwax(&folder, &["--issuer", "http://localhost:1", "doctor"], "");
    assert_eq!((code, err.as_str()), (1, "error: 1 fault and 0 warnings\n"));
    assert!(out.starts_with("FAULT    connection    no server answers at http://localhost:1"), "{out}");
    assert_eq!(out.lines().count(), 2, "{out}");
}
