//! Cases as data (`tests/transcripts/*.toml`), run in process and, with `SEALWAX_TARGET`, against a running server.
//!
//! A case is a list of steps; each does one thing and tells what must come back:
//!
//! ```toml
//! [[case]]
//! name = "RFC 6749 §4.1.3: …"
//! steps = [
//!   { authorize = "web", set = { scope = "openid" } },              # signs in, allows, keeps the code
//!   { redeem = "web", unset = ["code_verifier"], status = 400, error = "invalid_grant" },
//!   { redeem = "web", status = 200 },
//!   { register = { redirect_uris = ["https://app.example/cb"] }, status = 201 },   # keeps id, secret and token
//!   { authorize = "${client_id}" },
//!   { manage = "DELETE", status = 204 },
//!   { advance = 61 },                                               # seconds
//!   { get = "/.well-known/jwks.json", headers = { cache-control = "public, max-age=300" } },
//! ]
//! ```

mod compare;
mod format;

use crate::browser::{Browser, Fields, encode, form_request};
use crate::client_key;
use crate::fixture;
use crate::target::{Answer, Remote, Target};
use base64::Engine as _;
use format::{Object, Step, Transcript};
use sealwax::http::{Method, Request};
use sealwax::oauth::{CodeChallenge, CodeVerifier};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

struct Run<'a> {
    target: &'a dyn Target,
    browser: Browser,
    /// Those that are not used just now, by name.
    browsers: BTreeMap<String, Browser>,
    name: String,
    kept: Fields,
}

/// RFC 8693 §2.1, §3
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// RFC 8628 §3.4
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What is kept of every JSON answer that has it.
const KEPT: [&str; 10] = [
    "access_token",
    "refresh_token",
    "id_token",
    "request_uri",
    "device_code",
    "user_code",
    "client_id",
    "client_secret",
    "registration_access_token",
    "registration_client_uri",
];

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

impl Run<'_> {
    fn step(&mut self, step: &Step) {
        if step.new_browser {
            self.browser = Browser::default();
        }
        if let Some(name) = &step.browser {
            let other = self.browsers.remove(name).unwrap_or_default();
            self.browsers
                .insert(std::mem::replace(&mut self.name, name.clone()), std::mem::replace(&mut self.browser, other));
        }
        for _ in 0..step.times.unwrap_or(1) {
            self.once(step);
        }
    }

    fn once(&mut self, step: &Step) {
        if let Some(seconds) = step.advance {
            return self.target.advance(seconds * 1000);
        }
        let answer = self.answer(step);
        self.keep(step, &answer);
        self.compare(step, &answer);
    }

    fn answer(&mut self, step: &Step) -> Answer {
        if step.register.is_some() || step.manage.is_some() {
            return self.registration(step);
        }
        if let Some(client) = step.authorize.as_ref().or(step.open.as_ref()) {
            let client = &self.filled(client);
            let defaults = if step.pushed { self.pushed(client) } else { self.request(client, step) };
            let mut request = Request::new(Method::Get, "/authorize", &self.encoded(step, defaults));
            self.add_headers(&mut request, step);
            let first = self.browser.send(request, self.target);
            if step.open.is_some() {
                return first;
            }
            let user = step.user.as_deref().unwrap_or("ada");
            return self.browser.go_through(first, (user, fixture::password(user)), &step.consent, self.target);
        }
        if let Some(client) = &step.push {
            let request = self.request(client, step);
            return self.call("/par", client, step, request);
        }
        if let Some(client) = &step.redeem {
            let client = &self.filled(client);
            let code = self.kept.get("code").cloned().unwrap_or_default();
            let defaults = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", redirect_uri(client)),
                ("code_verifier", VERIFIER),
            ];
            return self.call("/token", client, step, fields(&defaults));
        }
        if let Some(client) = &step.refresh {
            let token = self.kept.get("refresh_token").cloned().unwrap_or_default();
            let defaults = [("grant_type", "refresh_token"), ("refresh_token", &token)];
            return self.call("/token", client, step, fields(&defaults));
        }
        if let Some(client) = &step.client_credentials {
            return self.call("/token", client, step, fields(&[("grant_type", "client_credentials")]));
        }
        if let Some(client) = &step.device {
            let defaults = [("scope", "openid notes:read")];
            return self.call("/device_authorization", client, step, fields(&defaults));
        }
        if let Some(user) = &step.connect {
            let code = self.filled("${user_code}");
            return self.browser.connect(&code, (user, fixture::password(user)), &step.consent, self.target);
        }
        if let Some(client) = &step.poll {
            let code = self.filled("${device_code}");
            let defaults = [("grant_type", DEVICE_CODE), ("device_code", &code)];
            return self.call("/token", client, step, fields(&defaults));
        }
        if let Some(client) = &step.exchange {
            let token = self.filled(step.token.as_deref().unwrap_or("${access_token}"));
            let defaults =
                [("grant_type", TOKEN_EXCHANGE), ("subject_token", &token), ("subject_token_type", ACCESS_TOKEN)];
            return self.call("/token", client, step, fields(&defaults));
        }
        let token = self.filled(step.token.as_deref().unwrap_or("${access_token}"));
        for (path, client) in [("/introspect", &step.introspect), ("/revoke", &step.revoke)] {
            if let Some(client) = client {
                return self.call(path, client, step, fields(&[("token", &token)]));
            }
        }
        if let Some(method) = &step.userinfo {
            let mut request = Request::new(Method::parse(method), "/userinfo", "");
            request.authorization = Some(format!("Bearer {token}"));
            self.add_headers(&mut request, step);
            return self.target.send(request);
        }
        if let Some(path) = &step.post {
            let mut request = form_request(path, &Fields::new());
            request.body = Some(self.encoded(step, Fields::new()).into_bytes());
            self.add_headers(&mut request, step);
            return self.browser.send(request, self.target);
        }
        let (method, path) = match (&step.get, &step.request) {
            (Some(path), _) => ("GET", path.as_str()),
            (None, Some(line)) => line.split_once(' ').unwrap(),
            (None, None) => panic!("a step does nothing: {step:?}"),
        };
        let path = self.filled(path);
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let query = if query.is_empty() { self.encoded(step, Fields::new()) } else { query.to_owned() };
        let mut request = Request::new(Method::parse(method), path, &query);
        self.add_headers(&mut request, step);
        self.browser.send(request, self.target)
    }

    /// An authorization request, as it stands or in an object.
    fn request(&mut self, client: &str, step: &Step) -> Fields {
        let Some(object) = &step.object else { return authorize_defaults(client) };
        let object = self.signed(client, object);
        self.kept.insert("object".to_owned(), object.clone());
        fields(&[("client_id", client), ("request", &object)])
    }

    /// RFC 9101 §4
    fn signed(&self, client: &str, object: &Object) -> String {
        if let Some(text) = &object.text {
            return self.filled(text);
        }
        let at =
            |offset: Option<i64>, usual: i64| json!(self.target.now().saturating_add_signed(offset.unwrap_or(usual)));
        let mut claims = json!({"iss": client, "aud": self.target.issuer(), "exp": at(object.exp, 300),
            "nbf": at(object.nbf, 0), "iat": at(object.iat, 0)});
        let mut header = json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"});
        let (claims, header) = (claims.as_object_mut().unwrap(), header.as_object_mut().unwrap());
        claims.extend(authorize_defaults(client).into_iter().map(|(name, value)| (name, json!(value))));
        let filled = |(name, value): (&String, &serde_json::Value)| {
            (name.clone(), value.as_str().map_or_else(|| value.clone(), |text| json!(self.filled(text))))
        };
        claims.extend(object.claims.iter().map(filled));
        header.extend(object.header.clone());
        for members in [&mut *claims, header] {
            members.retain(|name, _| !object.without.contains(name));
        }
        let (header, claims) = (json!(header), json!(claims));
        let signed = client_key::signed(&header, &claims);
        if !object.forged {
            return signed;
        }
        let other = client_key::signed(&header, &json!({"iss": client}));
        format!("{}.{}", signed.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1)
    }

    /// RFC 9126 §4
    fn pushed(&self, client: &str) -> Fields {
        fields(&[("client_id", client), ("request_uri", &self.filled("${request_uri}"))])
    }

    /// RFC 7591 §3.1, RFC 7592 §2.
    fn registration(&self, step: &Step) -> Answer {
        let mut request = Request::new(Method::parse(step.manage.as_deref().unwrap_or("POST")), "/register", "");
        if step.manage.is_some() {
            let uri = url::Url::parse(&self.kept["registration_client_uri"]).unwrap();
            request.query = self.filled(step.raw.as_deref().unwrap_or(uri.query().unwrap()));
            request.authorization = Some(format!("Bearer {}", self.kept["registration_access_token"]));
        }
        let body = step.register.clone().or_else(|| {
            let mut body = step.body.clone()?;
            body.entry("client_id").or_insert_with(|| "${client_id}".into());
            body.retain(|name, _| !step.unset.contains(name));
            Some(serde_json::Value::Object(body))
        });
        if let Some(body) = body {
            let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            request.content_type = Some("application/json".to_owned());
            request.body = Some(self.filled(&text).into_bytes());
        }
        self.add_headers(&mut request, step);
        if let Some(value) = &request.authorization {
            request.authorization = Some(self.filled(value)).filter(|value| !value.is_empty());
        }
        self.target.send(request)
    }

    fn call(&self, path: &str, client: &str, step: &Step, mut form: Fields) -> Answer {
        let client = &*self.filled(client);
        let kept =
            || self.kept.get("client_secret").filter(|_| self.kept.get("client_id").is_some_and(|id| id == client));
        let right = fixture::client_secret(client).or_else(|| kept().cloned());
        let method = step.method.as_deref().unwrap_or(if right.is_some() { "basic" } else { "none" });
        let secret = step.secret.clone().or(right).unwrap_or_default();
        let mut authorization = None;
        match method {
            "basic" => {
                let joined = format!("{client}:{secret}");
                authorization = Some(format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(joined)));
            }
            "post" => form.extend([("client_id".to_owned(), client.to_owned()), ("client_secret".to_owned(), secret)]),
            _ => form.extend([("client_id".to_owned(), client.to_owned())]),
        }
        let mut request = form_request(path, &Fields::new());
        request.body = Some(self.encoded(step, form).into_bytes());
        request.authorization = authorization;
        self.add_headers(&mut request, step);
        self.target.send(request)
    }

    fn encoded(&self, step: &Step, mut fields: Fields) -> String {
        fields.extend(step.set.iter().map(|(name, value)| (name.clone(), self.filled(value))));
        fields.retain(|name, _| !step.unset.contains(name));
        let encoded = encode(&fields);
        match &step.raw {
            Some(raw) if encoded.is_empty() => raw.clone(),
            Some(raw) => format!("{encoded}&{raw}"),
            None => encoded,
        }
    }

    /// `${name}` stands for what was kept; `${name*3}` for a long text.
    fn filled(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.kept {
            filled = filled.replace(&format!("${{{name}}}"), value);
        }
        if let Some((letter, count)) = filled.strip_prefix("repeat:").and_then(|rest| rest.split_once(':')) {
            return letter.repeat(count.parse().unwrap());
        }
        filled
    }

    fn add_headers(&self, request: &mut Request, step: &Step) {
        for (name, value) in &step.send {
            let value = Some(self.filled(value));
            match name.as_str() {
                "accept-language" => request.accept_language = value,
                "authorization" => request.authorization = value,
                "content-type" => request.content_type = value,
                "if-none-match" => request.if_none_match = value,
                "origin" => request.origin = value,
                "sec-fetch-site" => request.fetch_site = value,
                "cookie" => request.cookie = value,
                "user-agent" => request.user_agent = value,
                other => panic!("no request header {other}"),
            }
        }
    }

    fn keep(&mut self, step: &Step, answer: &Answer) {
        if let Some(code) = answer.location().and_then(|(_, params)| params.get("code").cloned()) {
            self.kept.insert("code".to_owned(), code);
        }
        if let Some(code) = answer.hidden("code") {
            self.kept.insert("code".to_owned(), code);
        }
        for name in ["ticket", "sign_in"] {
            if let Some(value) = answer.hidden(name) {
                self.kept.insert(name.to_owned(), value);
            }
        }
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&answer.body) else {
            for (field, name) in &step.keep {
                self.kept.insert(name.clone(), answer.hidden(field).unwrap());
            }
            return;
        };
        if json.get("registration_client_uri").is_some() {
            self.kept.remove("client_secret");
        }
        for name in KEPT {
            if let Some(value) = json.get(name).and_then(|value| value.as_str()) {
                self.kept.insert(name.to_owned(), value.to_owned());
            }
        }
        for (member, name) in &step.keep {
            let kept = answer.header(member).or(json[member].as_str());
            self.kept.insert(name.clone(), kept.unwrap().to_owned());
        }
    }
}

fn redirect_uri(client: &str) -> &'static str {
    fixture::redirect_uri(client)
}

fn authorize_defaults(client: &str) -> Fields {
    let verifier = CodeVerifier::parse(VERIFIER).unwrap();
    let challenge = CodeChallenge::of(&verifier).to_string();
    fields(&[
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", redirect_uri(client)),
        ("scope", "openid notes:read"),
        ("state", "af0ifjsldkj"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ])
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Every case, save those of these names.
pub fn run_all(target: &dyn Fn() -> Box<dyn Target>, save: &[&str]) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut count = 0;
    let (mut failed, mut left_out) = (Vec::new(), 0);
    for path in paths {
        let transcript: Transcript = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &transcript.case {
            if save.contains(&case.name.as_str()) {
                left_out += 1;
                continue;
            }
            count += 1;
            let steps = std::panic::AssertUnwindSafe(|| {
                let target = target();
                target.forget();
                let (browser, browsers) = (Browser::default(), BTreeMap::new());
                let name = String::new();
                let kept = Fields::from([("issuer".to_owned(), target.issuer())]);
                let mut run = Run { target: &*target, browser, browsers, name, kept };
                case.steps.iter().for_each(|step| run.step(step));
            });
            if std::panic::catch_unwind(steps).is_err() {
                failed.push(format!("{}: {}", path.file_name().unwrap().to_string_lossy(), case.name));
            }
        }
    }
    assert_eq!(left_out, save.len(), "there is no case of such a name");
    println!("{count} transcripts");
    assert!(failed.is_empty(), "{} of {count} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn in_process() {
    run_all(&|| Box::new(fixture::seeded(&[])), &[]);
}

/// The same cases against a server that the harness started, seeded by the command line.
#[test]
fn against_a_server() {
    let Ok(issuer) = std::env::var("SEALWAX_TARGET") else { return };
    run_all(&|| Box::new(Remote::new(&issuer)), &[]);
}
