//! An honest user: a browser, and apps that were allowed in it. Apps renew their tokens on a timer, in several tabs at
//! once, and try again when they hear nothing. Whatever ends them without a reason is a violation.

use crate::browser::{Authorized, Browser, NotAuthorized};
use crate::deployment::{App, OLD_PASSWORD, look_into};
use crate::executor::{Millis, SECOND};
use crate::tokens::{NoTokens, Tokens, redeem, renew};
use crate::truth::Party;
use crate::world::World;
use sealwax::seal::{Code, Lineage, RefreshToken};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A client that comes again so soon after its first try of a token comes within the grace period, by whichever way.
const SOON: Millis = 20 * SECOND;

pub struct Household {
    pub world: Rc<World>,
    /// Where the user is.
    pub location: usize,
    pub browser: RefCell<Rc<Browser>>,
    pub password: Cell<&'static str>,
    /// Whether the user signs in by the form, which costs a hash each time.
    pub types: bool,
    apps: RefCell<BTreeMap<App, Held>>,
    /// The newest codes, for whoever looks over the user's shoulder.
    pub codes: RefCell<Vec<Authorized>>,
}

/// What an app keeps, for all of its tabs.
#[derive(Clone)]
struct Held {
    tokens: Tokens,
    /// When it is to be renewed.
    due: Millis,
    /// When the refresh token was first tried.
    first_try: Option<Millis>,
}

impl Household {
    pub fn new(types: bool, world: &Rc<World>) -> Rc<Self> {
        Rc::new(Self {
            world: Rc::clone(world),
            location: world.somewhere(),
            browser: RefCell::default(),
            password: Cell::new(OLD_PASSWORD),
            types,
            apps: RefCell::default(),
            codes: RefCell::default(),
        })
    }

    /// What every app holds just now.
    pub fn tokens(&self) -> Vec<(App, Tokens)> {
        self.apps.borrow().iter().map(|(app, held)| (*app, held.tokens.clone())).collect()
    }

    /// A new sign-in in a new browser.
    pub async fn sign_in_anew(&self) {
        if self.types {
            // The next app that asks for a code brings the form.
            self.browser.take();
        } else if let Some(browser) = Browser::signed_in(self.location, &self.world).await {
            self.browser.replace(Rc::new(browser));
        }
    }

    /// Forgets what an app held, so that it is connected again.
    pub fn forget(&self, app: App) {
        self.apps.borrow_mut().remove(&app);
    }

    /// Uses an app for ever: connects it, keeps its tokens fresh, connects it again when it was disconnected.
    pub async fn use_app(self: Rc<Self>, app: App, every: Millis, tabs: usize) {
        loop {
            let Some(tokens) = self.connect(app).await else {
                self.world.wait(2 * SECOND, 20 * SECOND).await;
                continue;
            };
            self.world.truth.count("apps that were connected");
            let due = self.world.time.now() + every;
            self.apps.borrow_mut().insert(app, Held { tokens, due, first_try: None });
            let tabs = (0..tabs).map(|_| self.tab(app, every));
            futures_util::future::join_all(tabs).await;
            self.world.wait(SECOND, 5 * SECOND).await;
        }
    }

    async fn connect(&self, app: App) -> Option<Tokens> {
        let browser = Rc::clone(&self.browser.borrow());
        let before = browser.session();
        let password = self.types.then(|| self.password.get());
        // The sign-in page comes unasked only where the session has ended.
        let authorized = match browser.authorize(app, password, self.location, &self.world).await {
            Ok(authorized) => authorized,
            Err(why) => {
                if why == NotAuthorized::SignIn {
                    if let Some(session) = before {
                        self.world.truth.owner_signed_out(&session);
                    }
                    let outdated = !Rc::ptr_eq(&browser, &self.browser.borrow());
                    if !outdated {
                        self.sign_in_anew().await;
                    }
                }
                return None;
            }
        };
        self.codes.borrow_mut().push(authorized.clone());
        self.world.wait(100, SECOND).await;
        match redeem(&authorized, &authorized.verifier, self.location, &self.world).await {
            Ok(tokens) => Some(tokens),
            Err(NoTokens::Refused(cause)) => {
                let lineage = look_into::<Code>(&authorized.code).lineage;
                self.refused(&lineage, cause);
                None
            }
            // Whether the code is spent is not known: with another one nothing can go wrong.
            Err(NoTokens::Unavailable) => None,
        }
    }

    /// One tab: renews when it is time, unless another one has.
    async fn tab(&self, app: App, every: Millis) {
        loop {
            let Some(due) = self.held(app).map(|held| held.due) else { return };
            let now = self.world.time.now();
            if due > now {
                // Not to the end at once: the app may be disconnected meanwhile.
                self.world.time.sleep((due - now).min(2 * SECOND)).await;
                if due <= self.world.time.now() {
                    self.world.wait(0, 400).await;
                }
                continue;
            }
            if !self.renew_once(app, every).await {
                self.apps.borrow_mut().remove(&app);
                return;
            }
        }
    }

    /// Whether the app goes on.
    async fn renew_once(&self, app: App, every: Millis) -> bool {
        let Some(held) = self.held(app) else { return false };
        let began = self.world.time.now();
        let first_try = held.first_try.unwrap_or(began);
        self.change(app, |held| held.first_try = Some(first_try));
        match renew(app, &held.tokens.refresh, Party::Owner, self.nearby(), &self.world).await {
            Ok(tokens) => {
                self.world.truth.count("tokens that were renewed");
                let due = self.world.time.now() + every;
                self.change(app, |held| *held = Held { tokens, due, first_try: None });
                true
            }
            Err(NoTokens::Unavailable) => {
                self.world.truth.count("renewals that had to be tried again");
                self.world.wait(200, 2 * SECOND).await;
                true
            }
            Err(NoTokens::Refused(_)) if app.rotates() && began > first_try + SOON => {
                self.world.truth.count("owners who came too late, hearing nothing for 20 s");
                false
            }
            Err(NoTokens::Refused(cause)) => {
                self.refused(&look_into::<RefreshToken>(&held.tokens.refresh).lineage, cause);
                false
            }
        }
    }

    fn refused(&self, lineage: &Lineage, cause: &str) {
        self.world.truth.count("owners who were refused");
        self.world.truth.owner_refused(lineage, cause);
    }

    fn held(&self, app: App) -> Option<Held> {
        self.apps.borrow().get(&app).cloned()
    }

    fn change(&self, app: App, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.apps.borrow_mut().get_mut(&app) {
            change(held);
        }
    }

    /// Requests of one place may now and then come out at another.
    fn nearby(&self) -> usize {
        if self.world.chance.happens(100) { self.world.somewhere() } else { self.location }
    }
}
