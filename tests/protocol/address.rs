//! What strangers can have stored: by address, where nobody vouches for them.

use crate::browser::{Fields, form_request};
use crate::fixture;
use crate::target::Answer;
use crate::world::{World, post};
use base64::Engine as _;
use sealwax::http::{Method, Reply, Request};
use serde_json::{Value, json};

fn device(client: &str, world: &World) -> Answer {
    let mut fields: Fields = vec![("scope".to_owned(), "notes:read".to_owned())].into_iter().collect();
    let secret = fixture::client_secret(client);
    if secret.is_none() {
        fields.extend([("client_id".to_owned(), client.to_owned())]);
    }
    let mut request = form_request("/device_authorization", &fields);
    let basic = secret.map(|secret| base64::prelude::BASE64_STANDARD.encode(format!("{client}:{secret}")));
    request.authorization = basic.map(|basic| format!("Basic {basic}"));
    world.send(&request).into()
}

/// RFC 8628 §5.1 is about guesses; this is about the room that devices wait in.
#[test]
fn an_address_that_begins_too_many_devices_waits() {
    let world = fixture::seeded(&[]);
    world.may_leave_a_row.set(false);
    let answer = device("tv", &world);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{answer:#?}");
    assert_eq!(world.logged()["cause"], "too_many_from_address");
    assert_eq!(device("console", &world).status, 200, "of the operator's, and its secret was right");
    world.may_leave_a_row.set(true);
    assert_eq!(device("tv", &world).status, 200);
}

/// A request that is refused for what it says is refused for that.
#[test]
fn what_stores_nothing_is_not_counted() {
    let world = fixture::seeded(&[]);
    world.may_leave_a_row.set(false);
    let request =
        form_request("/device_authorization", &Fields::from_iter([("client_id".to_owned(), "spa".to_owned())]));
    assert_eq!(world.send(&request).status, 400);
}

fn manage(told: &Value, method: Method, body: Option<&Value>, world: &World) -> Reply {
    let query = format!("client_id={}", told["client_id"].as_str().unwrap());
    let mut request = Request::new(method, "/register", &query);
    request.authorization = Some(format!("Bearer {}", told["registration_access_token"].as_str().unwrap()));
    if let Some(body) = body {
        request.content_type = Some("application/json".to_owned());
        request.body = Some(body.to_string().into_bytes());
    }
    world.send(&request)
}

/// RFC 7592: each change is a record for ever, and whoever registers a thousand clients could have a thousand.
#[test]
fn an_address_that_changes_too_many_registrations_waits() {
    let world = fixture::seeded(&[]);
    world.may_leave_a_row.set(false);
    let metadata = json!({"redirect_uris": ["https://app.example/cb"]});
    let reply = world.send(&post("/register", "application/json", &metadata.to_string()));
    assert_eq!(reply.status, 201, "registering stores nothing");
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    let mut update = metadata;
    update["client_id"] = told["client_id"].clone();
    assert_eq!(manage(&told, Method::Get, None, &world).status, 200, "and neither does reading");
    for (method, body) in [(Method::Put, Some(&update)), (Method::Delete, None)] {
        let reply = manage(&told, method, body, &world);
        assert_eq!((reply.status, reply.get("retry-after")), (503, Some("5")), "{reply:?}");
        assert_eq!(world.logged()["cause"], "too_many_from_address");
    }
    world.may_leave_a_row.set(true);
    assert_eq!(manage(&told, Method::Put, Some(&update), &world).status, 200);
    assert_eq!(manage(&told, Method::Delete, None, &world).status, 204);
}
