//! Clients: added, shown, listed, replaced, removed.

use super::{call, client, ok, put, record, refused, web};
use crate::world::World;
use sealwax::client::Client;
use serde_json::{Value, json};

#[test]
fn clients_are_added_shown_listed_and_removed() {
    let world = World::new();
    let added = ok(&world, &client("app", &web()));
    assert_eq!(added["client_id"], "app");
    assert_eq!((&added["secret_count"], &added["secrets"]), (&json!(1), &Value::Null), "no hash comes back");
    let logged = world.logged();
    assert_eq!((&logged["event"], &logged["client"]), (&json!("operator.client_add"), &json!("app")));
    let shown = ok(&world, &json!({"op": "client.show", "client_id": "app"}));
    assert_eq!(shown, added);
    assert_eq!(ok(&world, &json!({"op": "client.list"})), json!({"clients": [added], "cursor": null}));
    assert_eq!(ok(&world, &json!({"op": "client.remove", "client_id": "app"})), json!({"client_id": "app"}));
    for op in ["client.show", "client.remove"] {
        let reply = call(&world, &json!({"op": op, "client_id": "app"}));
        refused(&world, &reply, 404, "invalid_request", "client_unknown");
    }
}

#[test]
fn a_client_that_is_there_is_replaced_on_request_only() {
    let world = World::new();
    let created = world.clock.get();
    ok(&world, &client("app", &web()));
    world.advance(5_000);
    refused(&world, &call(&world, &client("app", &web())), 409, "invalid_request", "client_exists");

    put(&world, &Client { epoch: 3, ..record(&world, "app") });
    let mut anew = client("app", &json!({"redirect_uris": ["https://new.example/cb"]}));
    anew["replace"] = json!(true);
    anew["secrets"] = json!([]);
    let replaced = ok(&world, &anew);
    assert_eq!(replaced["redirect_uris"], json!(["https://new.example/cb"]));
    assert_eq!((&replaced["client_name"], &replaced["epoch"]), (&Value::Null, &json!(3)));
    assert_eq!((&replaced["created"], &replaced["secret_count"]), (&json!(created.millis()), &json!(1)));

    anew["metadata"]["token_endpoint_auth_method"] = json!("none");
    let public = ok(&world, &anew);
    assert_eq!(public["secret_count"], 0, "a client that becomes public loses its secrets");
}

/// A client that wants to be told at this URL.
fn told_at(uri: &str) -> Value {
    client("app", &json!({"redirect_uris": ["https://a.example"], "backchannel_logout_uri": uri}))
}

#[test]
fn clients_that_cannot_be_are_refused_by_member() {
    let world = World::new();
    let cases = [
        (client("app", &json!({})), "metadata_invalid", "redirect_uris"),
        (
            client("app", &json!({"redirect_uris": ["https://a.example"], "id_token_signed_response_alg": "RS256"})),
            "metadata_invalid",
            "id_token_signed_response_alg",
        ),
        (client("app", &json!({"redirect_uris": ["http://a.example"]})), "call_malformed", "redirect_uris"),
        (client("app", &json!({"jwks_uri": "http://a.example/jwks"})), "call_malformed", "jwks_uri"),
        (told_at("https://a.company.com:8443/out"), "metadata_invalid", "backchannel_logout_uri"),
        (told_at("https://192.0.2.1/out"), "metadata_invalid", "backchannel_logout_uri"),
        (told_at("https://intranet/out"), "metadata_invalid", "backchannel_logout_uri"),
        (told_at("https://id.example/out"), "metadata_invalid", "backchannel_logout_uri"),
        (client("a b", &web()), "client_id_malformed", "client_id"),
        (client("", &web()), "client_id_malformed", "client_id"),
        (json!({"op": "client.add", "client_id": "app", "metadata": web()}), "metadata_invalid", "no secret"),
        (
            json!({"op": "client.add", "client_id": "app", "metadata": web(), "secrets": ["secret"]}),
            "secret_hash_malformed",
            "secrets",
        ),
    ];
    for (body, cause, told) in cases {
        let reply = call(&world, &body);
        refused(&world, &reply, 400, "invalid_request", cause);
        assert!(reply.body.contains(told), "{told}: {}", reply.body);
    }
    assert_eq!(ok(&world, &json!({"op": "client.list"}))["clients"], json!([]));
}

#[test]
fn lists_come_in_parts_of_fifty() {
    let world = World::with(&[("SCOPES", r#"{"notes": {"description": "Notes"}}"#)]);
    for number in 0..51 {
        ok(&world, &client(&format!("app{number:02}"), &web()));
    }
    let first = ok(&world, &json!({"op": "client.list"}));
    assert_eq!(first["clients"].as_array().unwrap().len(), 50);
    let second = ok(&world, &json!({"op": "client.list", "cursor": first["cursor"]}));
    assert_eq!((&second["clients"][0]["client_id"], &second["cursor"]), (&json!("app50"), &Value::Null));
    let reply = call(&world, &json!({"op": "client.list", "cursor": "x"}));
    refused(&world, &reply, 400, "invalid_request", "cursor_malformed");
}

#[test]
fn scopes_that_do_not_exist_are_pointed_out() {
    let world = World::with(&[("SCOPES", r#"{"notes": {"description": "Notes"}}"#)]);
    let metadata = json!({"redirect_uris": ["https://a.example"], "scope": "openid notes nodes offline_access"});
    assert_eq!(ok(&world, &client("app", &metadata))["unknown_scopes"], json!(["nodes"]));
}

#[test]
fn resources_that_do_not_exist_are_pointed_out() {
    let world = World::with(&[("RESOURCES", r#"{"https://a.example/": {}}"#)]);
    let mut metadata = web();
    metadata["allowed_resources"] = json!(["https://a.example", "https://b.example"]);
    let added = ok(&world, &client("app", &metadata));
    assert_eq!(added["allowed_resources"], json!(["https://a.example", "https://b.example"]));
    assert_eq!(added["unknown_resources"], json!(["https://b.example"]), "a slash is forgiven");
    let all = json!({"op": "client.update", "client_id": "app", "metadata": {"allowed_resources": null}});
    let updated = ok(&world, &all);
    assert_eq!((&updated["allowed_resources"], &updated["unknown_resources"]), (&Value::Null, &Value::Null));
}
