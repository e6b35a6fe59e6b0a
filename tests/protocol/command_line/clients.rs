//! `sealwax client`, `sealwax revoke client`

use super::Server;
use serde_json::{Value, json};

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
    let (code, _, err) = server.sealwax(&["client", "add", "--metadata", "-"], r#"{"jwks_uri": "http://a.example"}"#);
    assert_eq!(code, 1);
    assert!(err.contains("jwks_uri: "), "{err}");
    let add = ["client", "add", "--id", "piped", "--redirect-uri", "https://app.example/cb", "--secret-stdin"];
    let (code, _, err) = server.sealwax(&add, "too short\n");
    assert_eq!(code, 1);
    assert!(err.contains("43 to 512"), "{err}");
    assert_eq!(server.json(&add, &format!("{secret}\n"))["client_secret"], Value::Null);
}

#[test]
fn clients_are_changed() {
    let server = Server::start("changed", &[]);
    let redirect = ["--redirect-uri", "https://app.example/cb"];
    let flags = ["--refresh-idle", "3600", "--rotate", "--resource", "https://api.example"];
    let grants = ["--scope", "openid offline_access"];
    let added = server.json(&[&["client", "add", "--id", "app"][..], &redirect, &flags, &grants].concat(), "");
    assert_eq!((&added["refresh_token_idle"], &added["rotate_refresh_tokens"]), (&json!(3600), &json!(true)));
    assert_eq!(added["resources"], json!(["https://api.example"]));

    let updated = server.json(&["client", "update", "app", "--name", "New", "--resource", "https://b.example"], "");
    assert_eq!((&updated["client_name"], &updated["resources"]), (&json!("New"), &json!(["https://b.example"])));
    assert_eq!((&updated["rotate_refresh_tokens"], &updated["secret_count"]), (&json!(true), &json!(1)));
    let document = r#"{"rotate_refresh_tokens": null, "client_name": null, "refresh_token_idle": 60}"#;
    let taken_back = server.json(&["client", "update", "app", "--metadata", "-", "--refresh-idle", "90"], document);
    assert_eq!((&taken_back["rotate_refresh_tokens"], &taken_back["client_name"]), (&Value::Null, &Value::Null));
    assert_eq!(taken_back["refresh_token_idle"], 90, "flags win");

    let (code, out, _) = server.sealwax(&["client", "update", "app", "--name", "Shown"], "");
    assert!(code == 0 && out.contains("Shown") && out.contains("within about a minute"), "{out}");
    for (arguments, input, told) in [
        (&["client", "update", "app"][..], "", "nothing is to change"),
        (&["client", "update", "app", "--metadata", "-"], r#"{"client_secret": "x"}"#, "rotate-secret"),
        (&["client", "update", "app", "--metadata", "-"], "[]", "not a JSON object"),
        (&["client", "update", "app", "--redirect-uri", "http://a.example"], "", "redirect_uris"),
        (&["client", "update", "nobody", "--name", "x"], "", "`sealwax client list`"),
    ] {
        let (code, _, err) = server.sealwax(arguments, input);
        assert!(code == 1 && err.contains(told), "{arguments:?}: {err}");
    }
}

#[test]
fn clients_that_have_to_push() {
    let server = Server::start("pushing", &[]);
    let add = ["client", "add", "--id", "app", "--redirect-uri", "https://app.example/cb"];
    assert_eq!(server.json(&add, "")["require_pushed_authorization_requests"], Value::Null);
    let updated = server.json(&["client", "update", "app", "--require-par"], "");
    assert_eq!(updated["require_pushed_authorization_requests"], true);
    let (code, out, _) = server.sealwax(&["client", "show", "app"], "");
    assert!(code == 0 && out.contains("pushed only"), "{out}");
    let document = r#"{"require_pushed_authorization_requests": null}"#;
    let taken_back = server.json(&["client", "update", "app", "--metadata", "-"], document);
    assert_eq!(taken_back["require_pushed_authorization_requests"], Value::Null);
}

#[test]
fn clients_that_sign_their_requests() {
    let server = Server::start("signing", &[]);
    let add = ["client", "add", "--id", "app", "--redirect-uri", "https://app.example/cb"];
    let signs = ["--require-signed-request", "--request-object-alg", "PS256", "--request-uri"];
    let (code, _, err) = server.sealwax(&[&add[..], &["--require-signed-request"]].concat(), "");
    assert!(code == 1 && err.contains("require_signed_request_object: needs `jwks` or `jwks_uri`"), "{err}");
    let url = ["https://app.company.com/r.jwt#x", "--jwks-uri", "https://app.company.com/jwks.json"];
    let added = server.json(&[&add[..], &signs, &url].concat(), "");
    assert_eq!(added["require_signed_request_object"], true);
    assert_eq!(added["request_object_signing_alg"], "PS256");
    assert_eq!(added["request_uris"], json!(["https://app.company.com/r.jwt"]));
    let (_, out, _) = server.sealwax(&["client", "show", "app"], "");
    assert!(["signed only", "PS256", "https://app.company.com/r.jwt"].iter().all(|part| out.contains(part)), "{out}");
    for (url, told) in [
        ("http://app.company.com/r", "request_uris: "),
        ("https://10.0.0.1/r", "request_uris: must be https on port 443 of a public host"),
    ] {
        let (code, _, err) = server.sealwax(&["client", "update", "app", "--request-uri", url], "");
        assert!(code == 1 && err.contains(told), "{url}: {err}");
    }
}

#[test]
fn clients_that_show_their_face() {
    let server = Server::start("clients-face", &[]);
    let add = ["client", "add", "--id", "shop", "--public", "--redirect-uri", "https://shop.example/cb"];
    let face = [
        ("--logo-uri", "logo_uri", "https://shop.example/logo.png"),
        ("--client-uri", "client_uri", "https://shop.example/"),
        ("--policy-uri", "policy_uri", "https://shop.example/privacy"),
        ("--tos-uri", "tos_uri", "https://shop.example/terms#short"),
        ("--initiate-login-uri", "initiate_login_uri", "https://shop.example/login"),
    ];
    let flags: Vec<&str> = face.iter().flat_map(|(flag, _, uri)| [*flag, *uri]).collect();
    let shop = server.json(&[&add[..], &flags, &["--default-max-age", "600"]].concat(), "");
    for (_, member, uri) in face {
        assert_eq!(shop[member], uri);
        let (code, _, err) = server.sealwax(
            &["client", "update", "shop", &format!("--{}", member.replace('_', "-")), "http://shop.example/"],
            "",
        );
        assert!(code == 1 && err.contains(member), "{err}");
    }
    assert_eq!(shop["default_max_age"], 600);
    let (_, shown, _) = server.sealwax(&["client", "show", "shop"], "");
    for said in ["https://shop.example/logo.png", "https://shop.example/terms#short", "begins a sign-in", "600 s"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let without =
        json!({"logo_uri": null, "default_max_age": null, "require_auth_time": true, "default_acr_values": ["a", "b"]});
    let updated = server.json(&["client", "update", "shop", "--metadata", "-"], &without.to_string());
    assert_eq!((&updated["logo_uri"], &updated["default_max_age"]), (&Value::Null, &Value::Null));
    assert_eq!((&updated["default_acr_values"], &updated["require_auth_time"]), (&json!(["a", "b"]), &json!(true)));
    assert_eq!(updated["client_uri"], "https://shop.example/");
}

#[test]
fn secrets_are_rotated() {
    let server = Server::start("rotated", &[]);
    let added = server.json(&["client", "add", "--id", "app", "--redirect-uri", "https://app.example/cb"], "");
    let rotated = server.json(&["client", "rotate-secret", "app", "--overlap", "1h"], "");
    assert_eq!((rotated["client_secret"].as_str().map(str::len), &rotated["secret_count"]), (Some(43), &json!(2)));
    assert_ne!(rotated["client_secret"], added["client_secret"]);
    let (code, out, _) = server.sealwax(&["client", "rotate-secret", "app", "--overlap", "0"], "");
    assert!(code == 0 && out.contains("client_secret  ") && out.contains("Every other secret ends"), "{out}");
    assert_eq!(server.json(&["client", "show", "app"], "")["secret_count"], 1);
    let chosen = "0123456789abcdef0123456789abcdef0123456789abcdef";
    let (code, out, _) = server.sealwax(&["client", "rotate-secret", "app", "--secret-stdin"], chosen);
    assert!(code == 0 && !out.contains(chosen) && out.contains("86400 seconds"), "{out}");
    let (code, _, err) = server.sealwax(&["client", "rotate-secret", "app", "--overlap", "31d"], "");
    assert!(code == 1 && err.contains("30 days"), "{err}");
}

#[test]
fn clients_are_disabled_and_revoked() {
    let server = Server::start("disabled", &[]);
    server.json(&["client", "add", "--id", "app", "--redirect-uri", "https://app.example/cb"], "");
    let (code, out, _) = server.sealwax(&["client", "disable", "app"], "");
    assert!(code == 0 && out.contains("is disabled") && out.contains("three minutes"), "{out}");
    assert!(server.sealwax(&["client", "list"], "").1.contains("confidential, disabled"));
    assert_eq!(server.json(&["client", "enable", "app"], "")["disabled"], Value::Null);
    assert_eq!(server.json(&["revoke", "client", "app"], "")["epoch"], 2);
    let (code, out, _) = server.sealwax(&["revoke", "client", "app"], "");
    assert!(code == 0 && out.contains("is revoked") && out.contains("three minutes"), "{out}");
    for arguments in [["client", "disable", "nobody"], ["client", "enable", "nobody"], ["revoke", "client", "nobody"]] {
        let (code, _, err) = server.sealwax(&arguments, "");
        assert!(code == 1 && err.contains("`sealwax client list`"), "{err}");
    }
}

#[test]
fn machines_are_registered_without_a_redirect_uri() {
    const SCOPES: &str = r#"{"notes:read": {"description": "Read your notes"}}"#;
    let server = Server::start("machines", &[("SCOPES", SCOPES), ("DEFAULT_RESOURCE", "https://api.example")]);
    let add = ["client", "add", "--id", "nightly", "--grant", "client_credentials"];
    let added = server.json(&[&add[..], &["--scope", "notes:read"]].concat(), "");
    assert_eq!((&added["grant_types"], &added["redirect_uris"]), (&json!(["client_credentials"]), &json!([])));
    assert_eq!((added["client_secret"].as_str().map(str::len), &added["allowed_resources"]), (Some(43), &Value::Null));
    let limit = ["client", "update", "nightly", "--allow-resource", "https://api.example"];
    let (code, out, err) = server.sealwax(&[&limit[..], &["--allow-resource", "https://b.example"]].concat(), "");
    assert_eq!((code, out.matches("tokens for ").count()), (0, 2), "{out}");
    assert!(err.contains("resources") && err.contains("https://b.example"), "{err}");
    let (code, out, _) = server.sealwax(&["client", "show", "nightly"], "");
    assert!(code == 0 && out.contains("tokens for   https://b.example") && !out.contains("PKCE"), "{out}");
    for (more, told) in [
        (&["--public", "--scope", "notes:read"][..], "keep a secret"),
        (&["--scope", "openid"], "not about a user"),
        (&[], "not about a user"),
        (&["--grant", "refresh_token", "--scope", "notes:read"], "authorization_code"),
    ] {
        let (code, _, err) = server.sealwax(&[&add[..4], &["--replace"], &add[4..], more].concat(), "");
        assert!(code == 1 && err.contains(told), "{more:?}: {err}");
    }
}

#[test]
fn machines_with_keys_have_no_secret() {
    let server = Server::start("keys", &[("SCOPES", r#"{"notes:read": {"description": "Read your notes"}}"#)]);
    let file = server.folder.join("jwks.json");
    let jwk = r#"{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "one"}"#;
    std::fs::write(&file, jwk).unwrap();
    let file = file.to_str().unwrap();
    let add = ["client", "add", "--id", "robot", "--grant", "client_credentials", "--scope", "notes:read"];
    let by_file = ["--jwks", file, "--auth-signing-alg", "ES256"];
    let added = server.json(&[&add[..], &by_file].concat(), "");
    assert_eq!(added["token_endpoint_auth_method"], "private_key_jwt");
    assert_eq!((&added["client_secret"], &added["secret_count"]), (&Value::Null, &json!(0)));
    assert_eq!(
        (&added["jwks"]["keys"][0]["kid"], &added["token_endpoint_auth_signing_alg"]),
        (&json!("one"), &json!("ES256"))
    );
    let (code, out, _) = server.sealwax(&["client", "show", "robot"], "");
    assert!(code == 0 && out.contains("private_key_jwt") && !out.contains("secrets"), "{out}");

    let uri = "https://robot.company.com/jwks.json";
    let moved = server.json(&["client", "update", "robot", "--jwks-uri", uri], "");
    assert_eq!((&moved["jwks"], &moved["jwks_uri"]), (&Value::Null, &json!(uri)), "one takes the place of the other");
    let back = server.json(&["client", "update", "robot", "--jwks", file], "");
    assert_eq!((back["jwks"].is_object(), &back["jwks_uri"]), (true, &Value::Null));

    let (code, _, err) = server.sealwax(&["client", "rotate-secret", "robot"], "");
    assert!(code == 1 && err.contains("no secret"), "{err}");
    let private = server.folder.join("private.json");
    std::fs::write(&private, jwk.replace("\"kid\"", "\"d\": \"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\", \"kid\""))
        .unwrap();
    let add = ["client", "add", "--id", "other", "--grant", "client_credentials", "--scope", "notes:read"];
    for (more, told) in [
        (&["--jwks", private.to_str().unwrap()][..], "private or symmetric"),
        (&["--jwks", "/nowhere.json"], "cannot be read"),
        (&["--auth-method", "private_key_jwt"], "needs `jwks` or `jwks_uri`"),
        (&["--jwks-uri", "https://10.0.0.1/jwks"], "jwks_uri"),
        (&["--jwks-uri", "http://robot.company.com/jwks"], "jwks_uri"),
        (&["--auth-signing-alg", "ES256"], "needs the method"),
        (&["--jwks", file, "--secret-stdin"], "has a secret"),
    ] {
        let (code, _, err) = server.sealwax(&[&add[..], more].concat(), &"s".repeat(43));
        assert!(code == 1 && err.contains(told), "{more:?}: {err}");
    }
    for both in [["--jwks", file, "--jwks-uri", uri], ["--jwks", file, "--public", "--native"]] {
        assert_eq!(server.sealwax(&[&add[..], &both].concat(), "").0, 2, "{both:?}");
    }
    assert_eq!(server.sealwax(&["client", "show", "other"], "").0, 1, "nothing was registered");
}

#[test]
fn devices_and_those_who_exchange_tokens() {
    let server = Server::start("exchanging", &[("DEFAULT_RESOURCE", "https://api.example")]);
    let tv = ["client", "add", "--id", "tv", "--public", "--grant", "device_code", "--grant", "refresh_token"];
    let added = server.json(&tv, "");
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    assert_eq!(added["grant_types"], json!(["refresh_token", device]));
    assert_eq!((&added["redirect_uris"], &added["scope"]), (&json!([]), &json!("openid offline_access")));
    let (_, out, _) = server.sealwax(&["client", "show", "tv"], "");
    assert!(out.contains("refresh_token device_code") && !out.contains("exchanges"), "{out}");
    let gateway = ["client", "add", "--id", "gateway", "--grant", "token-exchange", "--scope", "notes:read"];
    let policy = ["--resource", "https://api.example", "--exchange-resource", "https://files.example"];
    let added = server.json(&[&gateway[..], &policy].concat(), "");
    assert_eq!(added["exchange_modes"], json!(["delegation"]));
    assert_eq!(added["exchange_resources"], json!(["https://files.example"]));
    assert_eq!(added["unknown_resources"], json!(["https://files.example"]));
    let both = ["--exchange-mode", "impersonation", "--exchange-mode", "delegation"];
    let updated = server.json(&[&["client", "update", "gateway"], &both[..]].concat(), "");
    assert_eq!(updated["exchange_modes"], json!(["delegation", "impersonation"]));
    let (_, out, err) = server.sealwax(&["client", "update", "gateway", "--may-act", "gateway"], "");
    for shown in ["exchanges by   delegation impersonation", "exchanges for  https://files.example", "may act"] {
        assert!(out.contains(shown), "{out}");
    }
    assert!(err.contains("https://files.example"), "{err}");
    for (arguments, told) in [
        (&[&gateway[..], &["--replace", "--public"]].concat()[..], "keep a secret or sign"),
        (&[&tv[..], &["--replace", "--exchange-mode", "delegation"]].concat(), "needs the grant type"),
        (&["client", "update", "gateway", "--scope", "openid"], "not about a user"),
        (&["client", "update", "gateway", "--exchange-resource", "files"], "exchange_resources"),
    ] {
        let (code, _, err) = server.sealwax(arguments, "");
        assert!(code == 1 && err.contains(told), "{arguments:?}: {err}");
    }
}

/// What is decided about clients of their own, which are stored nowhere.
#[test]
fn clients_that_registered_themselves_are_decided_about() {
    let server = Server::start("registered", &[("CLIENT_ID_METADATA_DOCUMENTS", "on")]);
    let url = "https://app.company.com/client.json";
    let (code, out, _) = server.sealwax(&["client", "show", url], "");
    assert!(code == 0 && out.contains(url) && out.contains("describes itself") && out.contains("sha256:"), "{out}");
    assert!(server.sealwax(&["client", "list"], "").1.contains("No clients yet"));
    let (code, out, _) = server.sealwax(&["client", "disable", url], "");
    assert!(code == 0 && out.contains("is disabled"), "{out}");
    let (_, out, _) = server.sealwax(&["client", "list"], "");
    assert!(out.contains("DIGEST") && out.contains(url) && out.contains("describes itself, disabled"), "{out}");
    let digest = server.json(&["client", "show", url], "")["digest"].as_str().unwrap().to_owned();
    assert_eq!(server.json(&["client", "enable", &digest], "")["client_id"], url);
    assert_eq!(server.json(&["revoke", "client", url], "")["epoch"], 2);
    assert_eq!(server.json(&["client", "list"], "")[0]["client_id"], url);
    let (code, out, _) = server.sealwax(&["client", "remove", &digest], "");
    assert!(code == 0 && out.contains("Removed"), "{out}");
    let (code, _, err) = server.sealwax(&["client", "enable", url], "");
    assert!(code == 1 && err.contains("`sealwax client list`"), "{err}");
    let (code, _, err) = server.sealwax(&["client", "update", "sha256:AAAAAAAAAAAAAAAAAAAAAA", "--name", "x"], "");
    assert!(code == 1 && err.contains("only it can change that"), "{err}");
}

#[test]
fn initial_access_tokens_are_made() {
    let server = Server::start("initial", &[("REGISTRATION", "initial_access_token")]);
    let made = server.json(&["client", "initial-token", "--expires", "1h", "--label", "CI"], "");
    assert_eq!((made["id"].as_str().map(str::len), &made["label"]), (Some(22), &json!("CI")));
    let (code, out, _) = server.sealwax(&["client", "initial-token"], "");
    assert!(
        code == 0 && out.contains("token") && out.contains("good until") && out.contains("denies it later"),
        "{out}"
    );
    let (code, _, err) = server.sealwax(&["client", "initial-token", "--expires", "401d"], "");
    assert!(code == 1 && err.contains("400 days"), "{err}");
    let off = Server::start("initial-off", &[]);
    let (code, _, err) = off.sealwax(&["client", "initial-token"], "");
    assert!(code == 1 && err.contains("REGISTRATION is off"), "{err}");
}
