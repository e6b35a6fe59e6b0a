//! An isolate: the product's `handle` on a platform of its own clock, memory and keys.

use crate::chance::Chance;
use crate::deployment;
use crate::executor::{Millis, SECOND};
use crate::kv::LaggingKv;
use crate::ledger::Ledgers;
use crate::world::{LOCATIONS, Removed, World};
use sealwax::config::Config;
use sealwax::cx::{Cx, EntropyError, Platform};
use sealwax::http::{Document, Errand, FetchError, OutboundForm, Reply, Request, Target};
use sealwax::jwt::{SignError, Signer, SigningKey, VerifyingKey};
use sealwax::oauth::precis::{NativeNormalizer, Normalization, Normalizer};
use sealwax::oauth::{Language, Lifetime, Region, Timestamp};
use sha2::{Digest as _, Sha256, Sha512};
use std::cell::Cell;
use std::rc::{Rc, Weak};

pub struct Isolate {
    pub config: Cell<&'static Config>,
    pub location: usize,
    world: Weak<World>,
    skew: u64,
    store: LaggingKv,
    ledgers: Ledgers,
    entropy: Chance,
}

impl Isolate {
    pub fn new(location: usize, world: &Rc<World>) -> Self {
        Self {
            config: Cell::new(deployment::config(0, world.rules.removed == Removed::Grace)),
            location,
            world: Rc::downgrade(world),
            skew: world.draw_skew(),
            store: LaggingKv::new(location, world),
            ledgers: Ledgers::new(world),
            entropy: Chance::new(world.chance.between(0..=u64::MAX)),
        }
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.world().clock(self.skew)
    }

    pub async fn answer(&self, request: &Request) -> Reply {
        let cx = Cx {
            now: self.now(),
            request_id: String::new(),
            language: Language::default(),
            asked_language: None,
            config: self.config.get(),
            platform: self,
        };
        sealwax::handle(request, &cx).await
    }

    /// What is left to do when the answer is on its way.
    pub async fn run(&self, errands: &[Errand]) {
        let cx = Cx {
            now: self.now(),
            request_id: String::new(),
            language: Language::default(),
            asked_language: None,
            config: self.config.get(),
            platform: self,
        };
        for errand in errands {
            sealwax::run_errand(errand, &cx).await;
        }
    }

    fn world(&self) -> Rc<World> {
        self.world.upgrade().expect("an isolate lives in its world only")
    }
}

impl Normalizer for Isolate {
    fn normalize(&self, form: Normalization, text: &str) -> String {
        NativeNormalizer.normalize(form, text)
    }

    fn to_lowercase(&self, text: &str) -> String {
        NativeNormalizer.to_lowercase(text)
    }
}

impl Platform for Isolate {
    type Store = LaggingKv;
    type Ledger = Ledgers;
    type Signer = Hash;

    fn store(&self) -> &LaggingKv {
        &self.store
    }

    fn ledger(&self) -> &Ledgers {
        &self.ledgers
    }

    fn signer(&self) -> &Hash {
        &Hash
    }

    fn entropy(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        self.entropy.fill(buffer);
        Ok(())
    }

    fn region(&self) -> Region {
        LOCATIONS[self.location]
    }

    async fn may_try_password(&self) -> bool {
        true
    }

    async fn may_leave_a_row(&self) -> bool {
        true
    }

    async fn post_form(&self, _: &OutboundForm) -> Result<u16, FetchError> {
        Err(FetchError)
    }

    async fn ask_token_worker(&self, _: &str, _: &str) -> Result<u16, FetchError> {
        Err(FetchError)
    }

    async fn fetch(&self, _: &Target, _: Lifetime) -> Result<Document, FetchError> {
        Err(FetchError)
    }

    async fn pause(&self, seconds: u32) {
        self.world().time.sleep(Millis::from(seconds) * SECOND).await;
    }

    fn log(&self, line: &str) {
        self.world().note(|| format!("location {}: {line}", self.location));
    }
}

/// Signs with a hash: signatures are not what is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Hash;

impl Hash {
    pub fn of(kid: &str, input: &[u8]) -> Vec<u8> {
        Sha256::new().chain_update(kid).chain_update(input).finalize().to_vec()
    }
}

impl Signer for Hash {
    async fn sign(&self, key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(Self::of(key.kid(), input))
    }

    async fn verify(&self, key: &VerifyingKey, input: &[u8], signature: &[u8]) -> Result<bool, SignError> {
        Ok(Self::of(key.kid(), input) == signature)
    }

    async fn sha512(&self, input: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(Sha512::digest(input).to_vec())
    }
}
