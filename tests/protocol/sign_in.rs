//! Signing in: who is stopped before what, and what the ledger decides although KV lags.

use crate::browser::Browser;
use crate::fixture;
use crate::target::Answer;
use crate::world::World;
use sealwax::store::{self, Ancestor, Key, Ledger as _, Login, Mark, Revocation, Store as _};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const WRONG: (&str, &str) = ("ada", "wrong password");

/// A server, and a browser that has its sign-in page open.
fn at_sign_in(variables: &[(&str, &str)]) -> (World, Browser, Answer) {
    let world = fixture::seeded(variables);
    let browser = Browser::default();
    let page = browser.get("/account", &world);
    (world, browser, page)
}

fn try_at(page: &Answer, (name, password): (&str, &str), browser: &Browser, world: &World) -> Answer {
    browser.answer(page, "/login", &[("username", name), ("password", password)], world)
}

fn login_of(name: &str, world: &World) -> Login {
    pollster::block_on(store::read(&world.store, &Key::login(name))).unwrap().unwrap()
}

#[test]
fn the_ledger_comes_before_the_store_and_the_hash() {
    let (world, browser, page) = at_sign_in(&[]);
    world.ledger.fail(true);
    world.store.fail(true);
    let answer = try_at(&page, ADA, &browser, &world);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert_eq!(world.logged()["cause"], "ledger_unavailable");
    world.ledger.fail(false);
    world.store.fail(false);
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303);
}

#[test]
fn who_waits_costs_no_read() {
    let (world, browser, page) = at_sign_in(&[]);
    for _ in 0..10 {
        assert_eq!(try_at(&page, WRONG, &browser, &world).status, 400);
        assert_eq!(world.logged()["cause"], "wrong_name_or_password");
    }
    world.store.fail(true);
    let answer = try_at(&page, ADA, &browser, &world);
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("15")));
    assert_eq!(world.logged()["cause"], "too_many_tries");
}

#[test]
fn an_address_that_tries_too_often_costs_no_call() {
    let (world, browser, page) = at_sign_in(&[]);
    world.may_try_password.set(false);
    world.ledger.fail(true);
    let answer = try_at(&page, ADA, &browser, &world);
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
    // An empty form is no try.
    assert_eq!(try_at(&page, ("ada", ""), &browser, &world).status, 400);
    world.may_try_password.set(true);
    world.ledger.fail(false);
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303);
}

#[test]
fn a_disabled_user_is_told_what_a_stranger_is_told() {
    let (world, browser, page) = at_sign_in(&[]);
    let login = login_of("ada", &world);
    pollster::block_on(world.ledger.mark(login.sub, login.home, Mark::Disabled)).unwrap();
    // KV does not show it yet.
    pollster::block_on(world.store.delete(&Key::revoked(login.sub))).unwrap();
    let refused = try_at(&page, ADA, &browser, &world);
    assert_eq!(refused.status, 400);
    assert!(refused.headers.iter().all(|(_, value)| !value.contains("-session-") && !value.contains("-device-")));
    let [refused, wrong] = [refused, try_at(&page, WRONG, &browser, &world)].map(|answer| {
        let (_, main) = answer.body.split_once("<main").unwrap();
        main.replace(&answer.hidden("ticket").unwrap(), "")
    });
    assert_eq!(refused, wrong);
    pollster::block_on(world.ledger.mark(login.sub, login.home, Mark::Enabled)).unwrap();
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303);
}

#[test]
fn an_old_password_opens_nothing_where_kv_still_shows_it() {
    let (world, browser, page) = at_sign_in(&[]);
    let login = login_of("ada", &world);
    let revocation = Revocation { ancestor: Ancestor::Credential, at: login.cred };
    pollster::block_on(world.ledger.revoke(login.sub, login.home, &revocation)).unwrap();
    pollster::block_on(world.store.delete(&Key::revoked(login.sub))).unwrap();
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 400);
}

#[test]
fn whoever_was_signed_out_everywhere_comes_back_at_once() {
    let (world, browser, page) = at_sign_in(&[]);
    let login = login_of("ada", &world);
    // By a clock that is a minute ahead of this location's.
    let at = world.clock.get().after_millis(60_000);
    let revocation = Revocation { ancestor: Ancestor::Subject, at };
    pollster::block_on(world.ledger.revoke(login.sub, login.home, &revocation)).unwrap();
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303);
    assert!(browser.get("/account", &world).body.contains("sign_out_everywhere"));
}

#[test]
fn a_browser_that_has_signed_in_counts_for_itself() {
    let (world, own, page) = at_sign_in(&[]);
    assert_eq!(try_at(&page, ADA, &own, &world).status, 303);
    let stranger = Browser::default();
    let strange = stranger.get("/account", &world);
    // The sign-in above stands counted.
    for _ in 0..9 {
        assert_eq!(try_at(&strange, WRONG, &stranger, &world).status, 400);
    }
    assert_eq!(try_at(&strange, ADA, &stranger, &world).status, 429);
    // It knows this account alone.
    assert_eq!(try_at(&page, ADA, &own, &world).status, 303);
    let page = own.get("/authorize?client_id=first&prompt=login&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", &world);
    for _ in 0..10 {
        assert_eq!(try_at(&page, ("bob", "wrong password"), &own, &world).status, 400);
    }
    assert_eq!(try_at(&strange, ("bob", "wrong password"), &stranger, &world).status, 429);
}

#[test]
fn a_few_successes_are_left_counted_and_more_are_cleared_after_the_answer() {
    let (world, _, _) = at_sign_in(&[]);
    for clears in [0, 0, 1, 0] {
        assert_eq!(Browser::default().sign_in(ADA, &world).status, 303);
        assert_eq!(world.errands.borrow().len(), clears);
    }
}

#[test]
fn with_the_ledger_off_nothing_is_counted_and_kv_decides() {
    let (world, browser, page) = at_sign_in(&[("LEDGER", "off")]);
    world.ledger.fail(true);
    for _ in 0..12 {
        assert_eq!(try_at(&page, WRONG, &browser, &world).status, 400);
    }
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303);
    let account = browser.get("/account", &world);
    assert!(account.body.contains("sign_out_everywhere") && !account.body.contains("This browser"));
    let gone = browser.answer(&account, "/account", &[("do", "sign_out_everywhere")], &world);
    assert_eq!(gone.status, 303);
    let page = browser.get("/account", &world);
    assert_eq!(try_at(&page, ADA, &browser, &world).status, 303, "a new stamp lies above the revocation");
    assert!(browser.get("/account", &world).body.contains("sign_out_everywhere"));
}
