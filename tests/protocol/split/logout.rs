//! Signing out of a split deployment: the authorize Worker ends the session, the token Worker signs.

use super::Split;
use crate::browser::{Browser, Fields, form_request};
use crate::fixture;
use crate::target::{Answer, Target as _};
use crate::world::World;
use sealwax::http::Errand;
use sealwax::jwt::Unverified;
use sealwax::oauth::{Bytes16 as _, ClientId, SubjectId};
use sealwax::seal::{self, Keyring, LogoutNotice};
use serde_json::{Value, json};

const PATH: &str = "/logout_notice";

fn told_at_sign_out(split: &Split) {
    fixture::register(
        &split.authorize,
        &json!({"client_id": "app", "token_endpoint_auth_method": "none", "first_party": true,
            "redirect_uris": ["https://app.company.com/cb"], "backchannel_logout_uri": "https://app.company.com/back"}),
    );
}

fn take(split: &Split, notice: &str) -> Answer {
    split.send(form_request(PATH, &Fields::from([("notice".to_owned(), notice.to_owned())])))
}

fn notice(world: &World) -> LogoutNotice {
    let until = world.clock.get().after(LogoutNotice::LIFETIME);
    LogoutNotice { client: ClientId::parse("app").unwrap(), subject: SubjectId::from_bytes([1; 16]), sid: None, until }
}

/// The `cause` of what the log says of a client that could not be told.
fn cause(world: &World) -> Option<String> {
    let log = world.log.borrow();
    let lines = log.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line["event"] == "logout_not_notified")
        .find_map(|line| Some(line["cause"].as_str()?.to_owned()))
}

#[test]
fn the_token_worker_tells_the_client_of_what_the_authorize_worker_has_ended() {
    let split = Split::new(&[]);
    told_at_sign_out(&split);
    let browser = Browser::default();
    let request = "/authorize?client_id=app&redirect_uri=https://app.company.com/cb&response_type=code&scope=openid\
                   &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let first = browser.get(request, &split);
    let answer = browser.go_through(first, ("ada", fixture::password("ada")), &Fields::new(), &split);
    assert!(answer.location().unwrap().1.contains_key("code"), "{answer:?}");
    let question = browser.get("/end_session", &split);
    assert_eq!(browser.answer(&question, "/end_session", &[("decision", "sign_out")], &split).status, 200);

    // It has signed nothing and told nobody itself.
    assert!(split.authorize.posted.borrow().is_empty());
    let [(url, form)] = <[_; 1]>::try_from(split.authorize.handed_over.take()).unwrap();
    assert_eq!(url, "https://id.example/logout_notice");
    let sealed = form.strip_prefix("notice=").unwrap();
    assert_eq!(take(&split, sealed).status, 204);
    let [(url, body)] = <[_; 1]>::try_from(split.token.posted.take()).unwrap();
    assert_eq!(url, "https://app.company.com/back");
    let token = Unverified::parse(body.strip_prefix("logout_token=").unwrap()).unwrap();
    let claims: Value = serde_json::from_str(&token.claims).unwrap();
    assert_eq!((&claims["aud"], claims["sid"].is_string()), (&json!("app"), true));
    for world in [&split.authorize, &split.token] {
        assert!(!world.log.borrow().iter().any(|line| line.contains(sealed)), "the notice is in the log");
    }
}

#[test]
fn nobody_else_can_have_clients_told() {
    let split = Split::new(&[]);
    told_at_sign_out(&split);
    let (ring, now) = (&split.authorize.config.rings.sealing, split.authorize.clock.get());
    let good = split.authorize.cx().seal(&notice(&split.authorize)).unwrap();
    let late = LogoutNotice { until: now, ..notice(&split.authorize) };
    let late = seal::seal(ring, &late, [9; 24]).unwrap();
    let long = LogoutNotice { until: now.after(sealwax::oauth::Lifetime::days(1)), ..notice(&split.authorize) };
    let long = seal::seal(ring, &long, [9; 24]).unwrap();
    let stranger = Keyring::parse(&crate::world::ring("stranger"), ring.realm()).unwrap();
    let forged = seal::seal(&stranger, &notice(&split.authorize), [9; 24]).unwrap();
    let elsewhere = Keyring::parse(&crate::world::ring("sealing"), "https://other.example").unwrap();
    let elsewhere = seal::seal(&elsewhere, &notice(&split.authorize), [9; 24]).unwrap();
    let mut altered = good.clone();
    altered.replace_range(80..81, if good.as_bytes()[80] == b'A' { "B" } else { "A" });
    for wrong in ["", "x", &late, &long, &forged, &elsewhere, &altered] {
        let answer = take(&split, wrong);
        assert!(answer.status == 400 && answer.body.contains("invalid_request"), "{wrong}: {answer:?}");
    }
    let twice = split.token.send(&crate::world::post(
        PATH,
        "application/x-www-form-urlencoded",
        &format!("notice={good}&notice={good}"),
    ));
    assert_eq!(twice.status, 400);
    assert!(split.token.posted.borrow().is_empty());
    assert_eq!(take(&split, &good).status, 204);
    split.token.advance(LogoutNotice::LIFETIME.millis());
    assert_eq!(take(&split, &good).status, 400);
    // No other part has the endpoint, nor has the whole server.
    for world in [&split.authorize, &fixture::seeded(&[])] {
        let form = Fields::from([("notice".to_owned(), good.clone())]);
        assert_eq!(world.send(&form_request(PATH, &form)).status, 404);
    }
}

#[test]
fn a_token_worker_that_cannot_be_reached_is_told_by_the_log() {
    let split = Split::new(&[]);
    told_at_sign_out(&split);
    let errand = Errand::NotifyLogout {
        client: ClientId::parse("app").unwrap(),
        subject: SubjectId::from_bytes([1; 16]),
        sid: None,
    };
    for status in [0, 400, 500, 503] {
        split.authorize.log.borrow_mut().clear();
        split.authorize.post_statuses.replace(vec![status]);
        pollster::block_on(sealwax::run_errand(&errand, &split.authorize.cx()));
        assert_eq!(cause(&split.authorize).as_deref(), Some("token_worker_unreachable"), "{status}");
    }
    split.authorize.log.borrow_mut().clear();
    pollster::block_on(sealwax::run_errand(&errand, &split.authorize.cx()));
    assert_eq!(cause(&split.authorize), None);
}
