//! Keys that are rotated while everything is alive. The command line makes the rings; isolates that have seen the new ones
//! and such as have not serve side by side, and nothing that one of them made is lost at another.

use crate::browser::{Browser, Fields, encode, form_request};
use crate::command_line::{folder, sealwax, wall_clock};
use crate::fixture;
use crate::operator;
use crate::target::Answer;
use crate::world::{ISSUER, World, post};
use sealwax::endpoint::new_password;
use sealwax::http::{Method, Request};
use sealwax::oauth::{Bytes16 as _, ClientId, Lifetime, SubjectId};
use sealwax::seal::{self, Device, LogoutNotice, Purpose};
use sealwax::store::{self, Key, Login};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const ADA: (&str, &str) = ("ada", "correct horse battery");
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SPA: &str = "https://spa.example/cb";
const CALLBACK: &str = "https://rotated.example/cb";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

type Variables = BTreeMap<String, String>;

/// What the command line leaves in `.dev.vars`.
fn variables(folder: &Path) -> Variables {
    let text = fs::read_to_string(folder.join(".dev.vars")).unwrap();
    let lines = text.lines().map(|line| line.split_once("='").unwrap());
    lines.map(|(name, value)| (name.to_owned(), value.strip_suffix('\'').unwrap().to_owned())).collect()
}

/// Lets time pass for the keys, which the command line judges by the real clock.
fn age(folder: &Path, seconds: u64) {
    let earlier = |value: &mut Value| *value = json!(value.as_u64().unwrap() - seconds);
    let mut lines = Vec::new();
    for (name, value) in variables(folder) {
        // It is no key, and never rotates.
        if name == "PAIRWISE_SECRET" {
            lines.push(format!("{name}='{value}'\n"));
            continue;
        }
        let mut json: Value = serde_json::from_str(&value).unwrap();
        let of_a_ring = json.get("keys").is_some() && name != "OPERATOR_KEYS";
        let keys: Vec<&mut Value> =
            if of_a_ring { json["keys"].as_array_mut().unwrap().iter_mut().collect() } else { vec![&mut json] };
        for key in keys {
            for member in ["since", "opens_until"] {
                key.get_mut(member).into_iter().for_each(earlier);
            }
        }
        lines.push(format!("{name}='{json}'\n"));
    }
    fs::write(folder.join(".dev.vars"), lines.concat()).unwrap();
}

fn keys(folder: &Path, arguments: &[&str]) -> Value {
    let (code, out, err) = sealwax(folder, &[&["--json", "keys"], arguments, &["--local"]].concat(), "");
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

/// The secrets before, with keys that wait, with those active, and when those before are gone.
fn rotated(test: &str) -> [Variables; 4] {
    let folder = folder(test);
    assert_eq!(sealwax(&folder, &["keys", "init", "--local"], "").0, 0);
    // Nothing signs with RSA natively.
    let mut vars = variables(&folder);
    vars.remove("SIGNING_KEY_2");
    let lines: Vec<String> = vars.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    fs::write(folder.join(".dev.vars"), lines.concat()).unwrap();
    let before = variables(&folder);
    keys(&folder, &["rotate"]);
    let next = variables(&folder);
    age(&folder, HOUR);
    keys(&folder, &["rotate"]);
    let active = variables(&folder);
    age(&folder, 8 * DAY);
    assert_eq!(keys(&folder, &["retire"])["keys"].as_array().unwrap().len(), 1, "the signing key, after a week");
    age(&folder, 393 * DAY);
    assert_eq!(keys(&folder, &["retire"])["keys"].as_array().unwrap().len(), 1, "the sealing key, after 400 days");
    [before, next, active, variables(&folder)]
}

/// An isolate, and a browser that has signed in there.
struct Isolate {
    world: World,
    browser: Browser,
}

impl Isolate {
    fn new(world: World) -> Self {
        let isolate = Self { world, browser: Browser::default() };
        isolate.sign_in();
        isolate
    }

    fn sign_in(&self) {
        assert_eq!(self.browser.sign_in(ADA, &self.world).status, 303);
    }
}

/// Isolates that share clock, store and ledger, one for each state of the keys. The clock stands an hour before the new keys
/// became active.
fn deployment(rings: &[Variables]) -> Vec<Isolate> {
    let mut settings = Variables::from([("REGISTRATION".to_owned(), "open".to_owned())]);
    settings.extend(["SIGNING_KEY_1", "SIGNING_KEY_2"].map(|name| (name.to_owned(), String::new())));
    let of = |ring: &Variables| -> Variables {
        let ring = ring.iter().filter(|(name, _)| *name != "OPERATOR_KEYS");
        settings.clone().into_iter().chain(ring.map(|(name, value)| (name.clone(), value.clone()))).collect()
    };
    let mut rings = rings.iter().map(of);
    let first = fixture::seeded(&borrowed(&rings.next().unwrap()));
    first.clock.set(wall_clock());
    let others = (1_u64..).zip(rings);
    let others = others.map(|(number, ring)| {
        first.beside(number, &fixture::variables().into_iter().chain(borrowed(&ring)).collect::<Vec<_>>())
    });
    let others: Vec<World> = others.collect();
    [first].into_iter().chain(others).map(Isolate::new).collect()
}

fn borrowed(variables: &Variables) -> Vec<(&str, &str)> {
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_default()
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member}: {value}")).to_owned()
}

fn call(path: &str, pairs: &[(&str, &str)], world: &World) -> Answer {
    world.send(&form_request(path, &fields(pairs))).into()
}

fn query(client: &str, redirect_uri: &str, more: &str) -> String {
    format!(
        "/authorize?client_id={client}&redirect_uri={redirect_uri}&response_type=code&scope=openid+offline_access\
         &code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

fn code(answer: &Answer) -> Option<String> {
    answer.location()?.1.remove("code")
}

/// A code for the client, from the browser that is signed in.
fn authorize(client: &str, redirect_uri: &str, at: &Isolate) -> Option<String> {
    let browser = at.browser.copy();
    let first = browser.get(&query(client, redirect_uri, ""), &at.world);
    code(&browser.go_through(first, ADA, &Fields::new(), &at.world))
}

fn redeem(client: &str, redirect_uri: &str, (code, secret): (&str, Option<&str>), world: &World) -> Answer {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    form.extend(secret.map(|secret| ("client_secret", secret)));
    call("/token", &form, world)
}

fn tokens(at: &Isolate) -> Value {
    body(&redeem("spa", SPA, (&authorize("spa", SPA, at).unwrap(), None), &at.world))
}

fn register(world: &World, method: &str, token: Option<&str>) -> Value {
    let metadata = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": method});
    let mut request = post("/register", "application/json", &metadata.to_string());
    request.authorization = token.map(|token| format!("Bearer {token}"));
    serde_json::from_str(&world.send(&request).body).unwrap()
}

fn introspect(token: &str, world: &World) -> bool {
    let secret = fixture::client_secret("api").unwrap();
    let answer = call("/introspect", &[("token", token), ("client_id", "api"), ("client_secret", &secret)], world);
    body(&answer)["active"] == true
}

fn notice(world: &World) -> LogoutNotice {
    let client = ClientId::parse("web").unwrap();
    // A rotation lasts longer than a notice.
    let until = world.clock.get().after(Lifetime::days(400));
    LogoutNotice { client, subject: SubjectId::from_bytes([1; 16]), sid: None, until }
}

/// What one isolate gives out.
fn issue(purpose: Purpose, at: &Isolate) -> Value {
    let world = &at.world;
    match purpose {
        Purpose::Code => json!(authorize("spa", SPA, at).unwrap()),
        Purpose::RefreshToken | Purpose::TokenId => tokens(at),
        // Each with a sign-in of its own; hashing passwords takes most of the time here.
        Purpose::Session => {
            let browser = Browser::default();
            assert_eq!(browser.sign_in(ADA, world).status, 303);
            json!(browser.cookies())
        }
        Purpose::Device => json!(at.browser.cookies()),
        Purpose::Ticket => {
            let browser = at.browser.copy();
            let page = browser.get(&query("spa", SPA, "&prompt=consent"), world);
            json!({"cookies": browser.cookies(), "ticket": page.hidden("ticket").unwrap()})
        }
        Purpose::ClientId | Purpose::RegistrationAccessToken => register(world, "none", None),
        Purpose::ClientSecret => register(world, "client_secret_post", None),
        Purpose::InitialAccessToken => {
            operator::ok(world, &json!({"op": "client.initial_token", "lifetime": 300 * DAY}))
        }
        Purpose::Link => {
            let login: Login = pollster::block_on(store::read(&world.store, &Key::login("ada"))).unwrap().unwrap();
            json!(new_password::link(&login, true, &world.cx()).unwrap().strip_prefix(ISSUER))
        }
        Purpose::ClientTokenId => {
            let secret = fixture::client_secret("machine").unwrap();
            let form = [("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", &secret)];
            body(&call("/token", &form, world))
        }
        Purpose::PushedRequest => {
            let form = [
                ("client_id", "spa"),
                ("response_type", "code"),
                ("scope", "openid"),
                ("redirect_uri", SPA),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ];
            body(&call("/par", &form, world))
        }
        Purpose::DeviceCode => body(&call("/device_authorization", &[("client_id", "tv"), ("scope", "openid")], world)),
        // From one Worker of a split deployment to another.
        Purpose::LogoutNotice => json!(world.cx().seal(&notice(world)).unwrap()),
    }
}

/// Whether another takes it.
fn is_taken(purpose: Purpose, held: &Value, at: &Isolate) -> bool {
    let world = &at.world;
    match purpose {
        Purpose::Code => redeem("spa", SPA, (held.as_str().unwrap(), None), world).status == 200,
        Purpose::RefreshToken => {
            let token = text(held, "refresh_token");
            let form = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", &token)];
            call("/token", &form, world).status == 200
        }
        Purpose::TokenId => {
            // The signature of one key, the `jti` of another.
            let mut request = Request::new(Method::Get, "/userinfo", "");
            request.authorization = Some(format!("Bearer {}", text(held, "access_token")));
            let hint = format!("/end_session?id_token_hint={}", text(held, "id_token"));
            world.send(&request).status == 200 && Browser::default().get(&hint, world).status == 200
        }
        Purpose::Session => {
            let browser = Browser::with_cookies(held);
            code(&browser.get(&query("first", "https://own.example/cb", "&prompt=none"), world)).is_some()
        }
        Purpose::Device => {
            let mut cookies = held.as_object().unwrap().iter();
            let (_, cookie) = cookies.find(|(name, _)| name.contains("-device-")).unwrap();
            seal::open::<Device>(&world.config.rings.sealing, cookie.as_str().unwrap(), world.clock.get()).is_ok()
        }
        Purpose::Ticket => {
            let browser = Browser::with_cookies(&held["cookies"]);
            let form = fields(&[("ticket", &text(held, "ticket")), ("decision", "allow")]);
            code(&browser.post("/consent", &form, world)).is_some()
        }
        Purpose::ClientId => {
            let id = text(held, "client_id");
            authorize(&id, CALLBACK, at).is_some_and(|code| redeem(&id, CALLBACK, (&code, None), world).status == 200)
        }
        Purpose::ClientSecret => {
            let (id, secret) = (text(held, "client_id"), text(held, "client_secret"));
            authorize(&id, CALLBACK, at)
                .is_some_and(|code| redeem(&id, CALLBACK, (&code, Some(&secret)), world).status == 200)
        }
        Purpose::RegistrationAccessToken => {
            let mut request =
                Request::new(Method::Get, "/register", &encode(&fields(&[("client_id", &text(held, "client_id"))])));
            request.authorization = Some(format!("Bearer {}", text(held, "registration_access_token")));
            world.send(&request).status == 200
        }
        Purpose::InitialAccessToken => register(world, "none", Some(&text(held, "token"))).get("client_id").is_some(),
        Purpose::Link => Browser::default().get(held.as_str().unwrap(), world).hidden("link").is_some(),
        Purpose::ClientTokenId => introspect(&text(held, "access_token"), world),
        Purpose::PushedRequest => {
            let browser = at.browser.copy();
            let query = encode(&fields(&[("client_id", "spa"), ("request_uri", &text(held, "request_uri"))]));
            let first = browser.get(&format!("/authorize?{query}"), world);
            code(&browser.go_through(first, ADA, &Fields::new(), world)).is_some()
        }
        Purpose::DeviceCode => {
            let form = [("grant_type", GRANT), ("client_id", "tv"), ("device_code", &text(held, "device_code"))];
            // It was opened, and stands for the same row; a user may let in ten a day.
            body(&call("/token", &form, world))["error"] == "authorization_pending"
        }
        Purpose::LogoutNotice => world.cx().open::<LogoutNotice>(held.as_str().unwrap()).is_ok(),
    }
}

/// How many flows begin at one isolate and end at another, and which were lost.
#[derive(Default)]
struct Count {
    flows: usize,
    lost: Vec<String>,
}

impl Count {
    fn run(&mut self, times: usize, purposes: &[Purpose], (from, to): (&Isolate, &Isolate), what: &str) {
        for purpose in purposes {
            for _ in 0..times {
                from.world.advance(1);
                let held = issue(*purpose, from);
                self.end(*purpose, &held, to, what);
            }
        }
    }

    fn end(&mut self, purpose: Purpose, held: &Value, to: &Isolate, what: &str) {
        self.flows += 1;
        if !is_taken(purpose, held, to) {
            self.lost.push(format!("{} {what}: {}", purpose.as_str(), to.world.logged()));
        }
    }
}

/// What lives for ever: in the client ring.
const LASTING: [Purpose; 4] =
    [Purpose::ClientId, Purpose::ClientSecret, Purpose::RegistrationAccessToken, Purpose::InitialAccessToken];

/// Things of each purpose.
fn held(purposes: &[Purpose], times: usize, at: &Isolate) -> Vec<(Purpose, Value)> {
    let several = purposes.iter().flat_map(|purpose| std::iter::repeat_n(*purpose, times));
    several.map(|purpose| (purpose, issue(purpose, at))).collect()
}

#[test]
fn two_thousand_flows_straddle_a_rotation_and_none_is_lost() {
    let isolates = deployment(&rotated("rotation"));
    let [before, next, active, after] = &isolates[..] else { panic!("four isolates") };
    let wait = |seconds: u64| before.world.advance(seconds * 1000);
    let mut count = Count::default();
    // Keys that wait are being deployed: some isolates have not heard of them.
    count.run(24, Purpose::ALL, (before, next), "before → next");
    count.run(24, Purpose::ALL, (next, before), "next → before");
    let days = [Purpose::RefreshToken, Purpose::Session, Purpose::Device, Purpose::Link];
    let (of_before, clients) = (held(&days, 12, before), held(&LASTING[..3], 4, before));
    wait(HOUR - 30);
    let of_the_last_minute = held(Purpose::ALL, 12, next);
    wait(30);
    // The new keys become active: they seal in some places, and still wait in others.
    for (purpose, held) in of_before.iter().chain(&of_the_last_minute) {
        count.end(*purpose, held, active, "the old keys → active");
    }
    count.run(24, Purpose::ALL, (next, active), "next → active");
    count.run(24, Purpose::ALL, (active, next), "active → next");
    // The old keys go when all is dead that they made, save the clients.
    wait(401 * DAY);
    for isolate in [active, after] {
        isolate.sign_in();
    }
    count.run(24, Purpose::ALL, (active, after), "active → after");
    count.run(24, Purpose::ALL, (after, active), "after → active");
    for (purpose, held) in &clients {
        count.end(*purpose, held, after, "clients of 400 days ago");
    }
    assert!(count.lost.is_empty(), "{} of {}: {:#?}", count.lost.len(), count.flows, count.lost);
    assert!(count.flows >= 2000, "{}", count.flows);
    println!("{} flows, none lost", count.flows);
}

/// That the flows above can fail: each of them does where a new key seals before everybody has it.
#[test]
fn without_the_hour_of_waiting_everything_is_lost_where_the_key_is_not_known_yet() {
    let isolates = deployment(&rotated("hasty"));
    let [before, _, active, _] = &isolates[..] else { panic!("four isolates") };
    let mut count = Count::default();
    count.run(1, Purpose::ALL, (active, before), "active → before");
    assert_eq!(count.lost.len(), Purpose::ALL.len(), "{:#?}", count.lost);
}

/// What a key is kept for when it is retired.
#[test]
fn a_key_that_goes_too_early_takes_all_with_it_but_no_client() {
    let isolates = deployment(&rotated("early"));
    let [before, _, active, after] = &isolates[..] else { panic!("four isolates") };
    let mut count = Count::default();
    count.run(1, Purpose::ALL, (before, active), "before → active");
    assert!(count.lost.is_empty(), "{:#?}", count.lost);
    count.run(1, Purpose::ALL, (before, after), "before → after");
    let lost = Purpose::ALL.iter().filter(|purpose| !LASTING.contains(purpose));
    let lost: Vec<&str> = lost.map(|purpose| purpose.as_str()).collect();
    let told: Vec<&str> = count.lost.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(told, lost, "{:#?}", count.lost);
}
