//! Clients that register themselves: by RFC 7591, and by a metadata document.

mod decided;
mod documents;
mod face;
mod journey;
mod lengths;
mod stateless;
mod terms;
mod tokens;

use crate::browser::{Browser, Fields, encode, form_request};
use crate::target::{Answer, Target};
use crate::world::{World, post};
use base64::Engine as _;
use sealwax::http::{Method, Reply, Request};
use sealwax::oauth::{CodeChallenge, CodeVerifier};
use serde_json::{Value, json};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://app.example/cb";

/// A client as it knows itself.
#[derive(Clone, Debug)]
struct App {
    id: String,
    secret: Option<String>,
    redirect_uri: String,
    /// What it was told when it registered.
    told: Value,
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn parsed(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{reply:?}"))
}

/// `POST /register`
fn send(metadata: &Value, token: Option<&str>, world: &World) -> Reply {
    let mut request = post("/register", "application/json", &metadata.to_string());
    request.authorization = token.map(|token| format!("Bearer {token}"));
    world.send(&request)
}

#[track_caller]
fn registered(metadata: &Value, world: &World) -> App {
    let reply = send(metadata, None, world);
    assert_eq!(reply.status, 201, "{}", reply.body);
    App::of(parsed(&reply))
}

/// A confidential client that may renew.
fn notebook(world: &World) -> App {
    let scope = "openid notes:read offline_access";
    registered(&json!({"client_name": "Notebook", "redirect_uris": [CALLBACK], "scope": scope}), world)
}

#[track_caller]
fn refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!((reply.status, parsed(reply)["error"].as_str()), (status, Some(error)), "{}", reply.body);
    assert_eq!(reply.get("cache-control"), Some("no-store"));
}

impl App {
    fn of(told: Value) -> Self {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let redirect_uri = told["redirect_uris"][0].as_str().unwrap().to_owned();
        Self { id: text("client_id").unwrap(), secret: text("client_secret"), redirect_uri, told }
    }

    /// A client that has an id, and answers at the usual place.
    fn named(id: &str) -> Self {
        Self { id: id.to_owned(), secret: None, redirect_uri: CALLBACK.to_owned(), told: Value::Null }
    }

    fn request(&self, scope: &str) -> Fields {
        let challenge = CodeChallenge::of(&CodeVerifier::parse(VERIFIER).unwrap()).to_string();
        fields(&[
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
    }

    /// The first answer to an authorization request.
    fn open(&self, scope: &str, browser: &Browser, world: &World) -> Answer {
        browser.send(Request::new(Method::Get, "/authorize", &encode(&self.request(scope))), world)
    }

    /// A code of ada's.
    #[track_caller]
    fn code(&self, scope: &str, world: &World) -> String {
        let browser = Browser::default();
        let answer = browser.go_through(self.open(scope, &browser, world), ADA, &Fields::new(), world);
        answer.location().unwrap_or_else(|| panic!("{answer:#?}")).1.remove("code").unwrap()
    }

    /// A call of a client, authenticated as it registered.
    fn call(&self, path: &str, form: &[(&str, &str)], world: &World) -> Answer {
        let mut form = fields(form);
        let mut basic = None;
        match &self.secret {
            Some(secret) => {
                let joined = base64::prelude::BASE64_STANDARD.encode(format!("{}:{secret}", self.id));
                basic = Some(format!("Basic {joined}"));
            }
            None => form.extend(fields(&[("client_id", &self.id)])),
        }
        let mut request = form_request(path, &form);
        request.authorization = basic;
        Target::send(world, request)
    }

    fn redeem(&self, code: &str, world: &World) -> Answer {
        let redirect_uri = &self.redirect_uri;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.call("/token", &form, world)
    }

    /// Tokens of ada's.
    #[track_caller]
    fn tokens(&self, scope: &str, world: &World) -> Value {
        let answer = self.redeem(&self.code(scope, world), world);
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }

    fn refresh(&self, tokens: &Value, world: &World) -> Answer {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.call("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)], world)
    }

    /// RFC 7592
    fn manage(&self, method: Method, body: Option<&Value>, world: &World) -> Reply {
        let uri = url::Url::parse(self.told["registration_client_uri"].as_str().unwrap()).unwrap();
        let mut request = Request::new(method, "/register", uri.query().unwrap());
        request.authorization = Some(format!("Bearer {}", self.told["registration_access_token"].as_str().unwrap()));
        if let Some(body) = body {
            request.content_type = Some("application/json".to_owned());
            request.body = Some(body.to_string().into_bytes());
        }
        world.send(&request)
    }

    /// An update to these metadata.
    fn update(&self, mut metadata: Value, world: &World) -> Reply {
        metadata["client_id"] = json!(self.id);
        self.manage(Method::Put, Some(&metadata), world)
    }
}

/// Whether an access token is good, as the API asks.
fn is_active(tokens: &Value, world: &World) -> bool {
    let api = App { secret: crate::fixture::client_secret("api"), ..App::named("api") };
    let answer = api.call("/introspect", &[("token", tokens["access_token"].as_str().unwrap())], world);
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str::<Value>(&answer.body).unwrap()["active"].as_bool().unwrap()
}

fn userinfo(tokens: &Value, world: &World) -> Answer {
    let mut request = Request::new(Method::Get, "/userinfo", "");
    request.authorization = Some(format!("Bearer {}", tokens["access_token"].as_str().unwrap()));
    Target::send(world, request)
}

/// Another deployment of the same store, ledger and clock, with other variables.
fn redeployed(world: &World, variables: &[(&str, &str)]) -> World {
    let mut other = crate::fixture::seeded(variables);
    other.store = world.store.clone();
    other.ledger = world.ledger.clone();
    other.clock = std::rc::Rc::clone(&world.clock);
    other
}
