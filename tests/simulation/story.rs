//! One world of one seed: who is in it, and what happens to them.

use crate::bound::Thing;
use crate::deployment::{self, App};
use crate::executor::{MINUTE, Millis, SECOND};
use crate::household::Household;
use crate::outcome::Outcome;
use crate::thief::{self, Thief};

use crate::user;
use crate::world::{LOCATIONS, Removed, Rules, Trial, Weather, World};
use sealwax::store::Ancestor;
use std::rc::Rc;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Nobody is robbed, nobody revokes.
    Quiet,
    /// A cookie is stolen; the user signs out everywhere.
    SignOutEverywhere,
    /// A cookie is stolen; that session is ended.
    EndSession,
    /// A cookie is stolen; an app is disconnected.
    Disconnect,
    /// A cookie is stolen; an app ends its own family.
    EndFamily,
    /// A password is stolen; the operator sets a new one.
    NewPassword,
    /// A refresh token that rotates is stolen.
    RefreshToken,
    /// Codes are stolen with their verifiers.
    CodeWithVerifier,
    /// Codes are stolen without.
    CodeWithoutVerifier,
    /// A new ring key is brought in, and something is revoked meanwhile.
    NewKey,
}

impl Story {
    pub const ALL: [Self; 10] = [
        Self::Quiet,
        Self::SignOutEverywhere,
        Self::EndSession,
        Self::Disconnect,
        Self::EndFamily,
        Self::NewPassword,
        Self::RefreshToken,
        Self::CodeWithVerifier,
        Self::CodeWithoutVerifier,
        Self::NewKey,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "seeds: nothing happens",
            Self::SignOutEverywhere => "seeds: cookie stolen, signed out everywhere",
            Self::EndSession => "seeds: cookie stolen, session ended",
            Self::Disconnect => "seeds: cookie stolen, app disconnected",
            Self::EndFamily => "seeds: cookie stolen, family ended",
            Self::NewPassword => "seeds: password stolen, new password",
            Self::RefreshToken => "seeds: refresh token stolen",
            Self::CodeWithVerifier => "seeds: codes stolen with verifier",
            Self::CodeWithoutVerifier => "seeds: codes stolen without verifier",
            Self::NewKey => "seeds: new ring key",
        }
    }

    pub fn of(seed: u64) -> Self {
        let stories = Self::ALL.len() as u64;
        Self::ALL[usize::try_from(seed % stories).unwrap()]
    }

    const fn lasts(self) -> Millis {
        match self {
            Self::NewKey => 95 * MINUTE,
            _ => 35 * MINUTE,
        }
    }
}

/// Runs a seed.
pub fn run(seed: u64, rules: Rules, trace: bool) -> Outcome {
    let story = Story::of(seed);
    let mut weather = [Weather::CALM, Weather::ROUGH, Weather::STORMY][usize::try_from(seed / 10 % 3).unwrap()];
    if rules.trial == Trial::LateWrites {
        weather.put_late = 300;
    }
    let world = World::new(seed, rules, weather, trace);
    deployment::found(&world);
    let types = (seed / 30).is_multiple_of(4);
    let household = Household::new(types, &world);
    world.truth.count(story.name());
    people(&household, story);
    world.time.spawn(plot(story, household));
    world.time.run(story.lasts());
    world.truth.outcome()
}

fn people(household: &Rc<Household>, story: Story) {
    for app in App::ALL {
        let tabs = if app.rotates() { 1 + household.world.chance.below(3) } else { 1 };
        // Where a deployment spreads in minutes, what one isolate sealed has to meet another within them.
        let slowest = if story == Story::NewKey { 3 * MINUTE } else { 9 * MINUTE };
        let every = household.world.chance.between(MINUTE / 2..=slowest);
        household.world.time.spawn(Rc::clone(household).use_app(app, every, tabs));
    }
}

async fn plot(story: Story, household: Rc<Household>) {
    match story {
        Story::Quiet => {}
        Story::SignOutEverywhere | Story::EndSession | Story::Disconnect | Story::EndFamily | Story::NewPassword => {
            robbed(story, &household).await;
        }
        Story::RefreshToken => thief::live_on_refresh_token(household).await,
        Story::CodeWithVerifier => thief::redeem_codes(household, true).await,
        Story::CodeWithoutVerifier => thief::redeem_codes(household, false).await,
        Story::NewKey => new_key(&household).await,
    }
}

/// A thief copies the cookies; later the user notices, and does something about it.
async fn robbed(story: Story, household: &Rc<Household>) {
    let world = &household.world;
    world.wait(MINUTE, 3 * MINUTE).await;
    let noticed = world.time.now() + world.chance.between(SECOND..=6 * MINUTE);
    world.time.spawn(Thief::of(household).haunt(None, 15 * SECOND, noticed + Thing::Session.bound() + MINUTE));
    world.time.sleep(noticed - world.time.now()).await;
    if world.chance.happens(300) {
        // No sooner signed in than robbed.
        household.sign_in_anew().await;
        world.wait(0, 8 * SECOND).await;
        world.truth.count("revocations within seconds of a sign-in");
    }
    haunted(household);
    let at_once = world.chance.happens(500);
    match story {
        Story::Disconnect => {
            let mut app = world.chance.pick(&App::ALL);
            if world.rules.trial == Trial::YoungConsents {
                app = App::Own;
                let elsewhere = world.elsewhere(household.location);
                let until = world.time.now() + Thing::Session.bound() + MINUTE / 2;
                world.time.spawn(Thief::of(household).haunt(Some(elsewhere), 3 * SECOND, until));
                world.wait(0, 20 * SECOND).await;
            }
            user::revoke(user::consent_to(app), household).await;
            if at_once {
                world.truth.count("apps that were connected again at once");
                household.forget(app);
            }
        }
        Story::EndFamily => user::end_family(world.chance.pick(&App::ALL), household).await,
        Story::NewPassword => {
            world.time.spawn(thief::try_old_password(noticed + 4 * MINUTE, Rc::clone(world)));
            user::change_password(household).await;
            // Where the new password has not arrived, it is called wrong.
            world.time.sleep(Thing::Session.bound()).await;
            household.sign_in_anew().await;
        }
        _ => {
            let all = story == Story::SignOutEverywhere || world.chance.happens(300);
            if all && world.rules.trial == Trial::SignInAhead {
                sign_in_elsewhere(household).await;
            }
            if world.rules.trial == Trial::LateWrites {
                // Something else is on its way to the store.
                let before = Rc::clone(household);
                world.time.spawn(async move { user::revoke(user::consent_to(App::Spa), &before).await });
                world.wait(SECOND, 6 * SECOND).await;
            }
            let ancestor = if all { Ancestor::Subject } else { user::session_of(household) };
            user::revoke(ancestor, household).await;
            if at_once {
                world.truth.count("users who signed in again at once");
                household.sign_in_anew().await;
            }
        }
    }
}

/// A thief has the password too, and comes at the last moment.
async fn sign_in_elsewhere(household: &Rc<Household>) {
    let world = &household.world;
    let place = world.elsewhere(household.location);
    if let Some(thief) = Thief::signed_in(place, world).await {
        let until = world.time.now() + Thing::Session.bound() + MINUTE / 2;
        world.time.spawn(thief.haunt(Some(place), 5 * SECOND, until));
    }
    world.wait(0, 6 * SECOND).await;
}

/// From now on thieves at each place use what they copied, so often that the last time is known.
fn haunted(household: &Rc<Household>) {
    let world = &household.world;
    let until = world.time.now() + Thing::Session.bound() + MINUTE / 2;
    for location in 0..LOCATIONS.len() {
        let every = world.chance.pick(&[3 * SECOND, 8 * SECOND, 25 * SECOND]);
        world.time.spawn(Thief::of(household).haunt(Some(location), every, until));
    }
}

/// A deployment spreads isolate by isolate. The new key opens everywhere for an hour before it seals anywhere.
async fn new_key(household: &Rc<Household>) {
    let world = &household.world;
    world.wait(MINUTE, 10 * MINUTE).await;
    if world.rules.removed != Removed::NextKey {
        deploy(1, world);
        world.time.sleep(60 * MINUTE).await;
    }
    deploy(2, world);
    world.truth.count("ring keys that were brought in");
    robbed(Story::EndSession, household).await;
}

fn deploy(ring: usize, world: &Rc<World>) {
    for isolate in world.isolates.borrow().iter() {
        let (isolate, there) = (Rc::clone(isolate), Rc::clone(world));
        world.time.spawn(async move {
            there.wait(0, 5 * MINUTE).await;
            isolate.config.set(deployment::config(ring, there.rules.removed == Removed::Grace));
        });
    }
}
