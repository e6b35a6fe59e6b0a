//! The whole way with a `client_id` as long as it may be.

use super::lengths::sized;
use super::{ADA, App, is_active, parsed, registered, userinfo};
use crate::browser::{Browser, Fields, encode};
use crate::fixture;
use sealwax::http::{Method, Request};
use sealwax::store::Store as _;
use serde_json::{Value, json};

fn longest(world: &crate::world::World) -> App {
    let app = registered(&sized(3996), world);
    assert!((3990..=4000).contains(&app.id.len()), "{}", app.id.len());
    app
}

#[test]
fn the_longest_id_goes_the_whole_way() {
    let world = fixture::seeded(&[]);
    let app = longest(&world);
    let scope = "openid profile offline_access notes:read notes:write";
    // As a GET, and as a form of another site, which comes round once more.
    let tokens = app.tokens(scope, &world);
    let browser = Browser::default();
    let mut foreign = crate::browser::form_request("/authorize", &app.request(scope));
    foreign.fetch_site = Some("cross-site".to_owned());
    let again = browser.send(foreign, &world);
    assert_eq!(again.status, 200, "a form that submits itself, because the URL would be too long");
    let first = browser.post("/authorize", &app.request(scope), &world);
    let last = browser.go_through(first, ADA, &Fields::new(), &world);
    let code = last.location().unwrap().1.remove("code").unwrap();
    println!(
        "code {}, refresh {}, access {}, id {}",
        code.len(),
        len(&tokens, "refresh_token"),
        len(&tokens, "access_token"),
        len(&tokens, "id_token")
    );
    assert!(code.len() < 500, "a code names a long id by its hash: {}", code.len());
    let cookie: usize =
        last.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.len()).max().unwrap();
    assert!(cookie < 4096, "{cookie}");
    assert_eq!(app.redeem(&code, &world).status, 200);
    let renewed = app.refresh(&tokens, &world);
    assert_eq!(renewed.status, 200, "{renewed:?}");
    let renewed: Value = serde_json::from_str(&renewed.body).unwrap();
    assert!(is_active(&renewed, &world));
    assert_eq!(userinfo(&renewed, &world).status, 200);
    for name in ["access_token", "refresh_token"] {
        let asked = app.call("/introspect", &[("token", tokens[name].as_str().unwrap())], &world);
        let asked: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!((&asked["active"], &asked["client_id"]), (&json!(true), &json!(app.id)), "{name}");
    }
    let hint = [("id_token_hint", tokens["id_token"].as_str().unwrap()), ("client_id", &app.id)];
    let question = browser.send(Request::new(Method::Get, "/end_session", &encode(&super::fields(&hint))), &world);
    assert_eq!(question.status, 200, "{question:?}");
    assert_eq!(app.call("/revoke", &[("token", tokens["refresh_token"].as_str().unwrap())], &world).status, 200);
    assert!(!is_active(&renewed, &world));
    let told: Value = parsed(&app.manage(Method::Get, None, &world));
    assert_eq!(told["client_id"], json!(app.id));
}

fn len(tokens: &Value, name: &str) -> usize {
    tokens[name].as_str().unwrap().len()
}

/// Consents are found by a hash of the id; the account page shows the app by its name, and takes it back.
#[test]
fn the_account_page_shows_and_disconnects_such_a_client() {
    let world = fixture::seeded(&[]);
    let app = longest(&world);
    let browser = Browser::default();
    let extra = super::fields(&[("duration", "until_withdrawn")]);
    let last = browser.go_through(app.open("openid notes:read offline_access", &browser, &world), ADA, &extra, &world);
    let code = last.location().unwrap().1.remove("code").unwrap();
    let tokens: Value = serde_json::from_str(&app.redeem(&code, &world).body).unwrap();
    let page = browser.get("/account", &world);
    assert!(page.body.contains("Longest"), "{}", page.body);
    let form = [("do", "disconnect"), ("app", &*app.id)];
    assert_eq!(browser.answer(&page, "/account", &form, &world).status, 303);
    assert_eq!(app.refresh(&tokens, &world).status, 400);
    assert!(!is_active(&tokens, &world));
}

/// Session cookies name only who wants to know of a sign-out, and keep room for consents.
#[test]
fn long_ids_do_not_push_consents_out_of_the_cookie() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    let allow = |app: &App, scope: &str| {
        let extra = super::fields(&[("duration", "visit")]);
        let last = browser.go_through(app.open(scope, &browser, &world), ADA, &extra, &world);
        assert!(last.location().is_some_and(|(_, params)| params.contains_key("code")), "{last:?}");
        last
    };
    allow(&App { redirect_uri: fixture::redirect_uri("web").to_owned(), ..App::named("web") }, "openid notes:read");
    allow(&longest(&world), "openid");
    // One that wants to know, and whose id does not fit, is not named.
    let mut metadata = sized(3900);
    metadata["backchannel_logout_uri"] = json!("https://app.company.com/too-long");
    allow(&registered(&metadata, &world), "openid");
    let told =
        json!({"redirect_uris": ["https://app.example/cb"], "backchannel_logout_uri": "https://app.company.com/out"});
    let told = registered(&told, &world);
    allow(&told, "openid");
    // The consent for this visit stands in no record: the cookie alone has it.
    let silent = App { redirect_uri: fixture::redirect_uri("web").to_owned(), ..App::named("web") };
    let mut request = silent.request("openid notes:read");
    request.insert("prompt".to_owned(), "none".to_owned());
    let answer = browser.send(Request::new(Method::Get, "/authorize", &encode(&request)), &world);
    assert!(answer.location().unwrap().1.contains_key("code"), "{answer:?}");
    let question = browser.get("/end_session", &world);
    browser.answer(&question, "/end_session", &[("decision", "sign_out")], &world);
    let posted: Vec<String> = world.posted.borrow().iter().map(|(url, _)| url.clone()).collect();
    assert_eq!(posted, ["https://app.company.com/out"], "who wants to know is told");
}

#[test]
fn an_update_is_one_record_and_a_use_is_no_write() {
    let world = fixture::seeded(&[]);
    let app = longest(&world);
    let names = || pollster::block_on(world.store.list("registration/", None)).unwrap().names;
    app.tokens("openid", &world);
    assert_eq!(names(), Vec::<String>::new());
    let metadata = json!({"redirect_uris": [app.redirect_uri], "client_name": "Renamed"});
    assert_eq!(app.update(metadata, &world).status, 200);
    assert_eq!(names().len(), 1);
    assert!(names().iter().all(|name| name.len() == "registration/".len() + 22), "the key is a hash");
    let page = app.open("openid", &Browser::default(), &world);
    assert!(page.body.contains("Renamed"), "{}", page.body);
}
