//! Thieves. What they copied they use elsewhere, again and again, and what they get by it too.

use crate::browser::{Authorized, Browser, NotAuthorized};
use crate::deployment::{App, OLD_PASSWORD, look_into};
use crate::executor::{MINUTE, Millis, SECOND};
use crate::household::Household;
use crate::tokens::{NoTokens, Tokens, redeem, renew, show};
use crate::truth::Party;
use crate::world::World;
use sealwax::oauth::FamilyId;
use sealwax::seal::{Code, RefreshToken};
use std::rc::Rc;

/// Somebody with a copy of a browser's cookies and of what the apps hold.
pub struct Thief {
    world: Rc<World>,
    browser: Browser,
    held: Vec<(App, Tokens)>,
}

/// More families than these are not kept up.
const MOST: usize = 4;
/// More codes than these are not stolen in one world: each that is redeemed makes an honest app begin again.
const MOST_CODES: usize = 8;

impl Thief {
    /// Copies the cookies, and what confidential apps hold. A copy of a rotating token would end its family, which is
    /// another thief's story: of those the access tokens are enough.
    pub fn of(household: &Household) -> Self {
        let browser = household.browser.borrow().as_ref().clone();
        Self { world: Rc::clone(&household.world), browser, held: household.tokens() }
    }

    /// Signs in as the user, by a password that is still good.
    pub async fn signed_in(place: usize, world: &Rc<World>) -> Option<Self> {
        let browser = Browser::signed_in(place, world).await?;
        world.truth.count("thieves who signed in");
        Some(Self { world: Rc::clone(world), browser, held: Vec::new() })
    }

    /// Uses something every now and then, at this place or anywhere, until the time has come.
    pub async fn haunt(mut self, place: Option<usize>, every: Millis, until: Millis) {
        while self.world.time.now() < until {
            let location = place.unwrap_or_else(|| self.world.somewhere());
            match self.world.chance.below(3) {
                0 => self.begin(location).await,
                1 => self.renew(location).await,
                _ => self.show(location).await,
            }
            self.world.wait(every / 2, every + every / 2).await;
        }
    }

    /// Begins a family with the cookies.
    async fn begin(&mut self, location: usize) {
        let app = self.world.chance.pick(&[App::Own, App::Own, App::Web, App::Spa]);
        let Ok(authorized) = self.browser.authorize(app, None, location, &self.world).await else { return };
        // The last code of a session that has ended is used at the last moment.
        if self.world.chance.happens(100) {
            self.world.wait(45 * SECOND, 65 * SECOND).await;
        }
        if let Ok(tokens) = redeem(&authorized, &authorized.verifier, location, &self.world).await {
            self.world.truth.count("families that a stolen cookie began");
            self.held.insert(0, (app, tokens));
            self.held.truncate(MOST);
        }
    }

    /// Renews what it began, and what confidential apps hold.
    async fn renew(&mut self, location: usize) {
        if self.held.is_empty() {
            return;
        }
        let which = self.world.chance.below(self.held.len());
        let (app, tokens) = self.held[which].clone();
        if app.rotates() {
            return;
        }
        if let Ok(tokens) = renew(app, &tokens.refresh, Party::Thief, location, &self.world).await {
            self.held[which].1 = tokens;
        }
    }

    async fn show(&self, location: usize) {
        if !self.held.is_empty() {
            let (_, tokens) = &self.held[self.world.chance.below(self.held.len())];
            show(&tokens.access, location, &self.world).await;
        }
    }
}

/// Copies the refresh token of the app that rotates, and lives on it for as long as it lasts.
pub async fn live_on_refresh_token(household: Rc<Household>) {
    let world = Rc::clone(&household.world);
    let Some(mut tokens) = wait_for(App::Spa, &household).await else { return };
    world.wait(0, 3 * MINUTE).await;
    if let Some((_, newer)) = household.tokens().into_iter().find(|(app, _)| *app == App::Spa) {
        tokens = newer;
    }
    let family = look_into::<RefreshToken>(&tokens.refresh).lineage.family;
    world.truth.stolen(family);
    world.truth.count("refresh tokens that were stolen");
    world.wait(0, 10 * MINUTE).await;
    let place = world.elsewhere(household.location);
    loop {
        match renew(App::Spa, &tokens.refresh, Party::Thief, place, &world).await {
            Ok(newer) => tokens = newer,
            Err(NoTokens::Refused(_)) => break world.truth.count("thieves of a refresh token who were refused"),
            Err(NoTokens::Unavailable) => {}
        }
        world.wait(10 * SECOND, 5 * MINUTE).await;
    }
}

async fn wait_for(app: App, household: &Household) -> Option<Tokens> {
    for _ in 0..60 {
        if let Some((_, tokens)) = household.tokens().into_iter().find(|(held, _)| *held == app) {
            return Some(tokens);
        }
        household.world.time.sleep(5 * SECOND).await;
    }
    None
}

/// Waits for codes and redeems each of them, several times. With the verifier it takes the family with it.
pub async fn redeem_codes(household: Rc<Household>, with_verifier: bool) {
    let world = Rc::clone(&household.world);
    let mut left = MOST_CODES;
    while left > 0 {
        for authorized in household.codes.take().into_iter().take(left) {
            left -= 1;
            let there = Rc::clone(&world);
            world.time.spawn(async move { redeem_stolen(authorized, with_verifier, there).await });
        }
        world.time.sleep(50).await;
    }
}

async fn redeem_stolen(authorized: Authorized, with_verifier: bool, world: Rc<World>) {
    let family: FamilyId = look_into::<Code>(&authorized.code).lineage.family;
    let verifier = if with_verifier {
        world.truth.stolen(family);
        authorized.verifier.clone()
    } else {
        authorized.verifier.chars().rev().collect()
    };
    world.truth.count(if with_verifier { "codes stolen with verifier" } else { "codes stolen without verifier" });
    for longest in [2 * SECOND, 30 * SECOND, 40 * SECOND] {
        world.wait(0, longest).await;
        if let Ok(tokens) = redeem(&authorized, &verifier, world.somewhere(), &world).await {
            world.truth.count("stolen codes that were redeemed");
            world.time.spawn(keep(authorized.app, tokens, Rc::clone(&world)));
        }
    }
}

/// Goes on with what a stolen code gave.
async fn keep(app: App, mut tokens: Tokens, world: Rc<World>) {
    loop {
        world.wait(2 * SECOND, 30 * SECOND).await;
        show(&tokens.access, world.somewhere(), &world).await;
        match renew(app, &tokens.refresh, Party::Thief, world.somewhere(), &world).await {
            Ok(newer) => tokens = newer,
            Err(NoTokens::Refused(_)) => break,
            Err(NoTokens::Unavailable) => {}
        }
    }
}

/// Knows the old password and tries it everywhere.
pub async fn try_old_password(until: Millis, world: Rc<World>) {
    while world.time.now() < until {
        let (browser, place) = (Browser::default(), world.somewhere());
        let authorized = browser.authorize(App::Own, Some(OLD_PASSWORD), place, &world).await;
        match authorized {
            Ok(authorized) => {
                world.truth.count("sign-ins by an old password");
                let tokens = redeem(&authorized, &authorized.verifier, place, &world).await;
                let held = tokens.into_iter().map(|tokens| (App::Own, tokens)).collect();
                let thief = Thief { world: Rc::clone(&world), browser, held };
                world.time.spawn(thief.haunt(None, 5 * SECOND, until));
            }
            Err(NotAuthorized::WrongPassword) => world.truth.count("old passwords that were refused"),
            Err(_) => {}
        }
        world.wait(20 * SECOND, 60 * SECOND).await;
    }
}
