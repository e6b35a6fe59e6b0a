//! `sealwax user`, `sealwax revoke user|session|family`

use super::Server;

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
fn users_are_invited_and_reset() {
    let server = Server::start("invited", &[]);
    let invited = server.json(&["user", "invite", "Ada", "--home", "oc"], "");
    assert_eq!((&invited["username"], &invited["home"]), (&"ada".into(), &"oc".into()));
    let link = invited["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/password?link=", server.issuer)), "{link}");
    let (code, out, _) = server.sealwax(&["user", "invite", "ada"], "");
    assert!(code == 0 && out.contains("/password?link=") && out.contains("send it to nobody"), "{out}");
    server.json(&["user", "add", "bob", "--password-stdin"], "correct horse");
    let (code, _, err) = server.sealwax(&["user", "invite", "bob"], "");
    assert!(code == 1 && err.contains("sealwax user reset bob"), "{err}");
    let (code, out, _) = server.sealwax(&["user", "reset", "bob"], "");
    assert!(code == 0 && out.contains("Until the link is used") && out.contains(" UTC"), "{out}");
}

#[test]
fn users_are_disabled_and_revoked() {
    let server = Server::start("ended", &[]);
    let added = server.json(&["user", "add", "ada", "--password-stdin"], "correct horse");
    for arguments in [&["user", "disable", "ada"][..], &["user", "enable", "ada"], &["revoke", "user", "ada"]] {
        assert_eq!(server.json(arguments, "")["sub"], added["sub"]);
        let (code, out, _) = server.sealwax(arguments, "");
        assert!(code == 0 && out.contains("three minutes"), "{out}");
    }
    let (_, out, _) = server.sealwax(&["user", "sessions", "ada"], "");
    assert_eq!(out, "ada is signed in nowhere.\n");
    // An id may begin with a hyphen.
    let id = "-_8BAgMEBQYHCAkKCwwNDg";
    let (code, _, err) = server.sealwax(&["revoke", "session", "ada", id], "");
    assert!(code == 1 && err.contains("sealwax user sessions ada"), "{err}");
    assert_eq!(server.json(&["revoke", "family", "ada", id], "")["sub"], added["sub"]);
    let (code, _, err) = server.sealwax(&["revoke", "family", "ada", "x"], "");
    assert!(code == 1 && err.contains("family: "), "{err}");
    for arguments in [
        &["user", "disable", "bob"][..],
        &["user", "reset", "bob"],
        &["revoke", "user", "bob"],
        &["user", "sessions", "bob"],
    ] {
        let (code, _, err) = server.sealwax(arguments, "");
        assert!(code == 1 && err.contains("`sealwax user list`"), "{arguments:?}: {err}");
    }
}

#[test]
fn what_is_known_of_users_is_set_shown_and_forgotten() {
    let server = Server::start("known", &[]);
    let claims = ["--claim", "name=Ada Lovelace", "--claim", "email_verified=true", "--claim", r#"roles=["editor"]"#];
    let added = server.json(&[&["user", "add", "ada", "--password-stdin"][..], &claims].concat(), "correct horse");
    assert_eq!(
        added["claims"],
        serde_json::json!({"name": "Ada Lovelace", "email_verified": true, "roles": ["editor"]})
    );
    let changed = server.json(&["user", "update", "ada", "--claim", "name=1815", "--unset", "email_verified"], "");
    assert_eq!(changed["claims"], serde_json::json!({"name": "1815", "roles": ["editor"]}));
    assert_eq!(server.json(&["user", "show", "ada"], ""), changed);
    let (code, out, _) = server.sealwax(&["user", "show", "ada"], "");
    assert!(code == 0 && out.contains("1815") && out.contains(r#"["editor"]"#), "{out}");
    let invited = server.json(&["user", "invite", "bob", "--claim", "email=bob@example.com"], "");
    assert_eq!(invited["username"], "bob");
    assert_eq!(server.json(&["user", "show", "bob"], "")["claims"]["email"], "bob@example.com");
    for (arguments, told) in [
        (&["user", "update", "ada", "--claim", "email=ada"][..], "email"),
        (&["user", "update", "ada", "--claim", "sub=x"], "sub"),
        (&["user", "update", "ada", "--claim", "name"], "NAME=VALUE"),
        (&["user", "update", "ada"], "nothing to change"),
        (&["user", "show", "eve"], "`sealwax user list`"),
    ] {
        let (code, _, err) = server.sealwax(arguments, "");
        assert!(code == 1 && err.contains(told), "{arguments:?}: {err}");
    }
}
