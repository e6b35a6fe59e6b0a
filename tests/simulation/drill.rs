//! The drill of the stolen cookie: the user signs out everywhere at A; where the record has not arrived, the cookie still
//! begins families. What rotates among them is dead at once, the rest when the record is there.

use crate::bound::Thing;
use crate::browser::Browser;
use crate::deployment::{self, App};
use crate::executor::SECOND;
use crate::household::Household;
use crate::outcome::Outcome;
use crate::tokens::{NoTokens, Tokens, redeem, renew, show};
use crate::truth::Party;
use crate::user;
use crate::world::{Rules, Weather, World};
use sealwax::store::Ancestor;
use std::rc::Rc;

/// Runs it; how it went is counted.
pub fn run(seed: u64) -> Outcome {
    let weather = Weather { client_lost: 0, ..Weather::CALM };
    let world = World::new(seed, Rules::ALL, weather, false);
    deployment::found(&world);
    let household = Household::new(false, &world);
    world.time.spawn(drill(household));
    world.time.run(2 * Thing::Session.bound());
    world.truth.outcome()
}

async fn drill(household: Rc<Household>) {
    let world = &household.world;
    household.sign_in_anew().await;
    let stolen: Browser = household.browser.borrow().as_ref().clone();
    let elsewhere = world.elsewhere(household.location);
    user::revoke(Ancestor::Subject, &household).await;
    let done = world.time.now();

    let Some(rotating) = begin(App::Spa, &stolen, elsewhere, world).await else { return };
    let Some(other) = begin(App::Own, &stolen, elsewhere, world).await else { return };
    world.truth.count("families begun after the revocation");

    let answer = renew(App::Spa, &rotating.refresh, Party::Thief, elsewhere, world).await;
    assert_eq!(answer.unwrap_err(), NoTokens::Refused("family_revoked"), "the ledger knows at once");
    if renew(App::Own, &other.refresh, Party::Thief, elsewhere, world).await.is_ok() {
        world.truth.count("renewals before the record was there");
    }

    world.time.sleep(done + Thing::Session.bound() - world.time.now() + SECOND).await;
    for (app, tokens) in [(App::Spa, &rotating), (App::Own, &other)] {
        let answer = renew(app, &tokens.refresh, Party::Thief, elsewhere, world).await;
        assert!(matches!(answer, Err(NoTokens::Refused(_))), "{app:?}: {answer:?}");
        // The truth knows what was revoked, and would count a violation.
        show(&tokens.access, elsewhere, world).await;
    }
    assert!(stolen.authorize(App::Own, None, elsewhere, world).await.is_err(), "the cookie itself");
    world.truth.count("drills that came to their end");
}

async fn begin(app: App, browser: &Browser, location: usize, world: &Rc<World>) -> Option<Tokens> {
    let authorized = browser.authorize(app, None, location, world).await.ok()?;
    redeem(&authorized, &authorized.verifier, location, world).await.ok()
}
