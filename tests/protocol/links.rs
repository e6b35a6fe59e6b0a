//! Links that set a password.

use crate::browser::{Browser, Fields};
use crate::fixture;
use crate::target::Answer;
use crate::world::{ISSUER, World};
use sealwax::endpoint::new_password;
use sealwax::store::{self, Ancestor, Key, Ledger as _, Login, Mark, Revocation};

const ADA: (&str, &str) = ("ada", "correct horse battery");
const NEW: (&str, &str) = ("ada", "another pass phrase");

fn login(world: &World) -> Login {
    pollster::block_on(store::read(&world.store, &Key::login("ada"))).unwrap().unwrap()
}

fn write(login: &Login, world: &World) {
    pollster::block_on(store::write(&world.store, &Key::login("ada"), login)).unwrap();
}

/// The sealed part of a link.
fn link(invited: bool, world: &World) -> String {
    let url = new_password::link(&login(world), invited, &world.cx()).unwrap();
    url.strip_prefix(&format!("{ISSUER}/password?link=")).expect("it leads to the page").to_owned()
}

fn open(link: &str, world: &World) -> Answer {
    Browser::default().get(&format!("/password?link={link}"), world)
}

fn set(link: &str, password: &str, again: &str, world: &World) -> Answer {
    let fields = [("link", link), ("new_password", password), ("new_password_again", again)];
    let form: Fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Browser::default().post("/password", &form, world)
}

#[track_caller]
fn dead(answer: &Answer, cause: &str, world: &World) {
    assert_eq!((answer.status, world.logged()["cause"].as_str()), (400, Some(cause)));
    assert!(answer.body.contains("This link no longer works"));
}

fn may_sign_in(user: (&str, &str), world: &World) -> bool {
    Browser::default().sign_in(user, world).status == 303
}

#[test]
fn a_reset_ends_what_the_old_password_began_and_works_once() {
    let world = fixture::seeded(&[]);
    let browser = Browser::default();
    browser.sign_in(ADA, &world);
    let link = link(false, &world);
    for _ in 0..2 {
        let page = open(&link, &world);
        assert_eq!(page.status, 200);
        assert_eq!(page.hidden("link").as_deref(), Some(&*link));
        assert!(page.body.contains(r#"value="ada""#));
    }
    assert!(browser.get("/account", &world).body.contains("sign_out_everywhere"), "looking changes nothing");
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
    assert!(browser.get("/account", &world).body.contains(r#"name="password""#));
    assert!(!may_sign_in(ADA, &world));
    assert!(may_sign_in(NEW, &world));
    dead(&set(&link, "yet another phrase", "yet another phrase", &world), "link_overtaken", &world);
    dead(&open(&link, &world), "link_overtaken", &world);
    assert!(may_sign_in(NEW, &world));
}

#[test]
fn a_password_that_does_not_do_spends_nothing() {
    let world = fixture::seeded(&[]);
    let link = link(false, &world);
    for (password, again) in
        [("", ""), ("short", "short"), (NEW.1, "another pass phrasf"), ("12345678\u{1}", "12345678\u{1}")]
    {
        let page = set(&link, password, again, &world);
        assert_eq!(page.status, 400);
        assert_eq!(page.hidden("link").as_deref(), Some(&*link));
        assert!(page.body.contains(r#"role="alert""#));
    }
    assert!(may_sign_in(ADA, &world));
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
}

#[test]
fn the_ledger_knows_what_kv_does_not_show_yet() {
    let world = fixture::seeded(&[]);
    let (link, before) = (link(false, &world), login(&world));
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
    write(&before, &world);
    dead(&set(&link, "yet another phrase", "yet another phrase", &world), "link_overtaken", &world);
}

#[test]
fn with_the_ledger_off_the_password_that_it_replaces_makes_it_work_once() {
    let world = fixture::seeded(&[("LEDGER", "off")]);
    let link = link(false, &world);
    world.ledger.fail(true);
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
    dead(&set(&link, "yet another phrase", "yet another phrase", &world), "link_overtaken", &world);
    assert!(may_sign_in(NEW, &world));
}

#[test]
fn an_invited_user_has_no_password_before() {
    let world = fixture::seeded(&[]);
    write(&Login { password: String::new(), ..login(&world) }, &world);
    for password in ["", "x", ADA.1] {
        assert!(!may_sign_in(("ada", password), &world));
    }
    let link = link(true, &world);
    world.advance(6 * 86_400_000);
    assert_eq!(open(&link, &world).status, 200);
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
    assert!(may_sign_in(NEW, &world));
}

#[test]
fn links_grow_old() {
    for (invited, seconds) in [(false, 3600), (true, 7 * 86_400)] {
        let world = fixture::seeded(&[]);
        let link = link(invited, &world);
        world.advance(seconds * 1000);
        dead(&open(&link, &world), "link_not_ours_or_late", &world);
        dead(&set(&link, NEW.1, NEW.1, &world), "link_not_ours_or_late", &world);
    }
}

#[test]
fn of_two_links_the_first_used_counts() {
    let world = fixture::seeded(&[]);
    let [one, other] = [link(false, &world), link(true, &world)];
    assert_eq!(set(&other, NEW.1, NEW.1, &world).status, 200);
    dead(&set(&one, "yet another phrase", "yet another phrase", &world), "link_overtaken", &world);
}

#[test]
fn who_may_not_sign_in_sets_no_password_and_keeps_the_link() {
    let world = fixture::seeded(&[]);
    let (link, login) = (link(false, &world), login(&world));
    pollster::block_on(world.ledger.mark(login.sub, login.home, Mark::Disabled)).unwrap();
    dead(&set(&link, NEW.1, NEW.1, &world), "link_of_a_user_who_may_not_sign_in", &world);
    pollster::block_on(world.ledger.mark(login.sub, login.home, Mark::Enabled)).unwrap();
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
}

#[test]
fn what_ends_all_of_a_user_ends_open_links() {
    let world = fixture::seeded(&[]);
    let (link, login) = (link(false, &world), login(&world));
    let all = Revocation { ancestor: Ancestor::Subject, at: login.cred };
    pollster::block_on(world.ledger.revoke(login.sub, login.home, &all)).unwrap();
    dead(&set(&link, NEW.1, NEW.1, &world), "link_overtaken", &world);
    world.advance(1);
    assert_eq!(set(&self::link(false, &world), NEW.1, NEW.1, &world).status, 200, "a fresh one works");
}

#[test]
fn another_site_sets_no_password() {
    let world = fixture::seeded(&[]);
    let link = link(false, &world);
    let fields = [("link", &*link), ("new_password", NEW.1), ("new_password_again", NEW.1)];
    let form: Fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut request = crate::browser::form_request("/password", &form);
    request.origin = Some("https://evil.example".to_owned());
    assert_eq!((world.send(&request).status, world.logged()["cause"].as_str()), (400, Some("foreign_origin")));
    assert!(may_sign_in(ADA, &world));
}

#[test]
fn without_the_ledger_nothing_is_set_and_the_link_stays_good() {
    let world = fixture::seeded(&[]);
    let link = link(false, &world);
    world.ledger.fail(true);
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 503);
    world.ledger.fail(false);
    assert!(may_sign_in(ADA, &world));
    assert_eq!(set(&link, NEW.1, NEW.1, &world).status, 200);
}

#[test]
fn when_the_new_password_cannot_be_written_a_fresh_link_mends_it() {
    let world = fixture::seeded(&[]);
    let link = link(false, &world);
    world.store.fail_writes(Some("login/"));
    let page = set(&link, NEW.1, NEW.1, &world);
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    world.store.fail_writes(None);
    assert!(!may_sign_in(ADA, &world) && !may_sign_in(NEW, &world), "nobody gets in by either");
    dead(&set(&link, NEW.1, NEW.1, &world), "link_overtaken", &world);
    assert_eq!(set(&page.hidden("link").unwrap(), NEW.1, NEW.1, &world).status, 200);
    assert!(may_sign_in(NEW, &world));
}

#[test]
fn guesses_are_forgotten_with_the_password_they_were_for() {
    let world = fixture::seeded(&[]);
    for _ in 0..10 {
        assert_eq!(Browser::default().sign_in(("ada", "wrong password"), &world).status, 400);
    }
    assert_eq!(Browser::default().sign_in(ADA, &world).status, 429);
    assert_eq!(set(&link(false, &world), NEW.1, NEW.1, &world).status, 200);
    assert!(may_sign_in(NEW, &world));
}
