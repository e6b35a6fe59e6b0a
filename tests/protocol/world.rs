//! A server in this process: a clock that is set by hand, a store and a ledger in memory, randomness that repeats, and
//! keys made at run time. Clones of a [`World`]'s parts share their content.

use jwt_compact::Algorithm;
use jwt_compact::alg::{Ed25519, Es256};
use jwt_compact::jwk::JsonWebKey;
use sealwax::config::Config;
use sealwax::cx::{Cx, EntropyError, Platform};
use sealwax::http::{Document, Errand, FetchError, Method, OutboundForm, Reply, Request, Target};
use sealwax::jwt::{NativeSigner, SigningKey};
use sealwax::oauth::precis::{NativeNormalizer, Normalization, Normalizer};
use sealwax::oauth::{Language, Lifetime, Region, Timestamp, base64url};
use sealwax::store::memory::{MemoryLedger, MemoryStore};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

pub const ISSUER: &str = "https://id.example";
/// 2026-01-01T00:00:00Z
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A deployment and all that it rests on.
#[derive(Debug)]
pub struct World {
    pub clock: Rc<Cell<Timestamp>>,
    pub store: MemoryStore,
    pub ledger: MemoryLedger,
    pub config: Config,
    /// Every line that was logged.
    pub log: RefCell<Vec<String>>,
    /// The operator's private key; `OPERATOR_KEYS` names its public half.
    pub operator: SigningKey,
    pub region: Cell<Region>,
    /// What the address limit answers.
    pub may_try_password: Cell<bool>,
    pub may_leave_a_row: Cell<bool>,
    /// What was left to do after the newest answer.
    pub errands: RefCell<Vec<Errand>>,
    /// Every form that was posted elsewhere: its URL and body.
    pub posted: RefCell<Vec<(String, String)>>,
    /// Every form for the token Worker of a split deployment: its URL and body.
    pub handed_over: RefCell<Vec<(String, String)>>,
    /// The statuses that such posts get; 200 where none is left.
    pub post_statuses: RefCell<Vec<u16>>,
    /// What stands elsewhere, by URL.
    pub documents: RefCell<BTreeMap<String, Document>>,
    /// What stood there more than a minute ago, and is kept.
    pub copies: RefCell<BTreeMap<String, Document>>,
    /// Every URL that was fetched.
    pub fetched: RefCell<Vec<String>>,
    /// How long the server paused, in seconds.
    pub pauses: RefCell<Vec<u32>>,
    drawn: Cell<u64>,
    signer: NativeSigner,
}

impl World {
    /// A server as `sealwax keys init` leaves it, save that nothing here signs with RSA.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The same with these variables set; an empty value unsets one.
    pub fn with(variables: &[(&str, &str)]) -> Self {
        let operator = key(&es256("operator"));
        let mut settings: BTreeMap<String, String> = BTreeMap::from([
            ("ISSUER".to_owned(), ISSUER.to_owned()),
            ("SEALING_KEYS".to_owned(), ring("sealing")),
            ("CLIENT_KEYS".to_owned(), ring("client")),
            ("SIGNING_KEY_1".to_owned(), es256("signing").to_string()),
            ("SIGNING_KEY_2".to_owned(), ed25519("signing").to_string()),
            ("OPERATOR_KEYS".to_owned(), public_set(&[&operator])),
            ("PAIRWISE_SECRET".to_owned(), base64url([7; 32])),
        ]);
        settings.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::parse(|name| settings.get(name).cloned()).expect("the fixture is a good configuration");
        let clock = Rc::new(Cell::new(START));
        let store = MemoryStore::new(Rc::clone(&clock));
        let ledger = MemoryLedger::new(Rc::clone(&clock), store.clone());
        let (log, region, drawn) = (RefCell::default(), Cell::new(Region::Weur), Cell::default());
        Self {
            clock,
            store,
            ledger,
            config,
            log,
            operator,
            region,
            may_try_password: Cell::new(true),
            may_leave_a_row: Cell::new(true),
            errands: RefCell::default(),
            posted: RefCell::default(),
            handed_over: RefCell::default(),
            post_statuses: RefCell::default(),
            documents: RefCell::default(),
            copies: RefCell::default(),
            fetched: RefCell::default(),
            pauses: RefCell::default(),
            drawn,
            signer: NativeSigner,
        }
    }

    /// Another isolate of the same deployment, which has other variables: it shares clock, store and ledger, and draws
    /// randomness of its own.
    pub fn beside(&self, number: u64, variables: &[(&str, &str)]) -> Self {
        let (clock, store, ledger) = (Rc::clone(&self.clock), self.store.clone(), self.ledger.clone());
        Self { clock, store, ledger, drawn: Cell::new(number << 32), ..Self::with(variables) }
    }

    /// What the server answers.
    pub fn send(&self, request: &Request) -> Reply {
        let request_id = format!("request-{}", self.drawn.get());
        let cx = Cx {
            now: self.clock.get(),
            request_id,
            language: Language::default(),
            asked_language: None,
            config: &self.config,
            platform: self,
        };
        let reply = pollster::block_on(sealwax::handle(request, &cx));
        for errand in &reply.errands {
            pollster::block_on(sealwax::run_errand(errand, &cx));
        }
        self.errands.replace(reply.errands.clone());
        reply
    }

    /// The context of a request, for what is called apart from one.
    pub fn cx(&self) -> Cx<'_, Self> {
        Cx {
            now: self.clock.get(),
            request_id: String::new(),
            language: Language::default(),
            asked_language: None,
            config: &self.config,
            platform: self,
        }
    }

    /// Lets time pass.
    pub fn advance(&self, millis: u64) {
        self.clock.set(self.clock.get().after_millis(millis));
    }

    /// The newest line of the log.
    pub fn logged(&self) -> Value {
        let log = self.log.borrow();
        serde_json::from_str(log.last().expect("something was logged")).expect("lines are JSON")
    }
}

impl Normalizer for World {
    fn normalize(&self, form: Normalization, text: &str) -> String {
        NativeNormalizer.normalize(form, text)
    }

    fn to_lowercase(&self, text: &str) -> String {
        NativeNormalizer.to_lowercase(text)
    }
}

impl Platform for World {
    type Store = MemoryStore;
    type Ledger = MemoryLedger;
    type Signer = NativeSigner;

    fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn ledger(&self) -> &MemoryLedger {
        &self.ledger
    }

    fn signer(&self) -> &NativeSigner {
        &self.signer
    }

    /// The first draw is always the same, the second too, and no two are alike.
    fn entropy(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in buffer.chunks_mut(32) {
            let drawn = self.drawn.replace(self.drawn.get() + 1);
            let block = Sha256::new().chain_update("entropy").chain_update(drawn.to_be_bytes()).finalize();
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }

    fn region(&self) -> Region {
        self.region.get()
    }

    async fn may_try_password(&self) -> bool {
        self.may_try_password.get()
    }

    async fn may_leave_a_row(&self) -> bool {
        self.may_leave_a_row.get()
    }

    async fn post_form(&self, form: &OutboundForm) -> Result<u16, FetchError> {
        self.posted.borrow_mut().push((form.target.as_str().to_owned(), form.body.clone()));
        let mut statuses = self.post_statuses.borrow_mut();
        // 0 stands for no answer.
        let status = if statuses.is_empty() { 200 } else { statuses.remove(0) };
        if status == 0 { Err(FetchError) } else { Ok(status) }
    }

    async fn ask_token_worker(&self, url: &str, form: &str) -> Result<u16, FetchError> {
        self.handed_over.borrow_mut().push((url.to_owned(), form.to_owned()));
        let mut statuses = self.post_statuses.borrow_mut();
        let status = if statuses.is_empty() { 204 } else { statuses.remove(0) };
        if status == 0 { Err(FetchError) } else { Ok(status) }
    }

    async fn fetch(&self, target: &Target, max_age: Lifetime) -> Result<Document, FetchError> {
        let copy = self.copies.borrow().get(target.as_str()).cloned();
        if let Some(copy) = copy.filter(|_| max_age > Lifetime::seconds(60)) {
            return Ok(copy);
        }
        self.fetched.borrow_mut().push(target.as_str().to_owned());
        self.documents.borrow().get(target.as_str()).cloned().ok_or(FetchError)
    }

    async fn pause(&self, seconds: u32) {
        self.pauses.borrow_mut().push(seconds);
    }

    fn log(&self, line: &str) {
        self.log.borrow_mut().push(line.to_owned());
    }
}

/// A request with a body.
pub fn post(path: &str, content_type: &str, body: &str) -> Request {
    let mut request = Request::new(Method::Post, path, "");
    request.content_type = Some(content_type.to_owned());
    request.body = Some(body.as_bytes().to_vec());
    request
}

/// 32 bytes that belong to a name.
pub fn bytes(name: &str) -> [u8; 32] {
    Sha256::new().chain_update("key").chain_update(name).finalize().into()
}

/// A ring of one active key.
pub fn ring(name: &str) -> String {
    json!({"keys": [{"kid": "00000001", "state": "active", "key": base64url(bytes(name))}]}).to_string()
}

/// A private JWK for ES256.
pub fn es256(name: &str) -> Value {
    let key = <Es256 as Algorithm>::SigningKey::from_slice(&bytes(name)).expect("the hash is in range");
    private_jwk(&JsonWebKey::from(&key), "ES256")
}

/// A private JWK for Ed25519.
pub fn ed25519(name: &str) -> Value {
    let key = <Ed25519 as Algorithm>::SigningKey::from_bytes(&bytes(name));
    private_jwk(&JsonWebKey::from(&key), "EdDSA")
}

/// A key as the server reads it.
pub fn key(jwk: &Value) -> SigningKey {
    SigningKey::parse(&jwk.to_string()).expect("the fixture is a good key")
}

/// The public halves as a JWK set.
pub fn public_set(keys: &[&SigningKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key.public().to_json()).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

fn private_jwk(jwk: &JsonWebKey<'_>, alg: &str) -> Value {
    let mut members = serde_json::to_value(jwk).expect("a JWK is JSON");
    members["alg"] = Value::from(alg);
    members["kid"] = Value::from(base64url(jwk.thumbprint::<Sha256>()));
    members["state"] = Value::from("active");
    members
}
