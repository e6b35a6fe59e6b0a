//! All that comes from outside while a request is answered: the time, randomness, what is stored, who signs.

use crate::config::Config;
use crate::error::OAuthError;
use crate::http::{Document, FetchError, Note, OutboundForm, Target};
use crate::jwt::Signer;
use crate::oauth::precis::Normalizer;
use crate::oauth::{Language, Lifetime, Region, Timestamp};
use crate::seal::{self, Payload};
use crate::store::{Ledger, Store};

/// What a host provides: the edge, or a test.
#[expect(async_fn_in_trait, reason = "an isolate has one thread: its futures are never `Send`")]
pub trait Platform: Normalizer {
    /// Clients, users, consents, revocations.
    type Store: Store;
    /// What may happen once.
    type Ledger: Ledger;
    /// Who signs.
    type Signer: Signer;

    /// The store.
    fn store(&self) -> &Self::Store;
    /// The ledger.
    fn ledger(&self) -> &Self::Ledger;
    /// The signer.
    fn signer(&self) -> &Self::Signer;

    /// Fills the buffer with random bytes that nobody can foresee.
    ///
    /// # Errors
    /// When the platform has none to give.
    fn entropy(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;

    /// Where the request came from, as far as the platform knows.
    fn region(&self) -> Region;

    /// Whether whoever sends this request may try a password now, as far as their address goes: approximate, and per
    /// location.
    async fn may_try_password(&self) -> bool;

    /// Whether something may be stored for whoever sends this request, where nobody vouches for them: a device that waits, a
    /// registration that is changed. Likewise by address, and counted apart from passwords.
    async fn may_leave_a_row(&self) -> bool;

    /// Posts a form to a URL that a client named: 5 s at most, no redirects; the status of the answer.
    ///
    /// # Errors
    /// When there is no answer.
    async fn post_form(&self, form: &OutboundForm) -> Result<u16, FetchError>;

    /// Posts a form to the token Worker of a split deployment, through its service binding: the status of the answer.
    ///
    /// # Errors
    /// When there is no answer.
    async fn ask_token_worker(&self, url: &str, form: &str) -> Result<u16, FetchError>;

    /// Fetches a document from a URL that a client named: GET, 5 s at most, no redirects, 64 KB. A copy will do that is no
    /// older than `max_age` and than its HTTP cache headers allow (RFC 9111 §4.2).
    ///
    /// # Errors
    /// When there is no answer, or one that is too long or not UTF-8.
    async fn fetch(&self, target: &Target, max_age: Lifetime) -> Result<Document, FetchError>;

    /// The same for what is looked at with every request, keys and what a client says of itself: a copy of a minute will
    /// always do, whatever its headers say, as one of a client's record does. One sign-in looks at it five times, and no
    /// host shall be asked as often (draft-ietf-oauth-client-id-metadata-document §4.4 leaves the bound to the server).
    ///
    /// # Errors
    /// As [`Platform::fetch`].
    async fn fetch_often(&self, target: &Target, max_age: Lifetime) -> Result<Document, FetchError> {
        self.fetch(target, max_age).await
    }

    /// Lets some time pass: where something is tried again, after the answer.
    async fn pause(&self, seconds: u32);

    /// Writes a line to the log.
    fn log(&self, line: &str);
}

/// The platform gave no randomness.
#[derive(Clone, Copy, Debug)]
pub struct EntropyError;

impl From<EntropyError> for OAuthError {
    fn from(_: EntropyError) -> Self {
        Self::internal("no_entropy")
    }
}

/// The context of one request.
#[derive(Debug)]
pub struct Cx<'a, P> {
    /// Read once, after the last byte of the body: the platform's clock stands still between I/O.
    pub now: Timestamp,
    /// Names the request in the log and on error pages.
    pub request_id: String,
    /// What its pages are written in.
    pub language: Language,
    /// Whether that was asked for (`ui_locales`): then it is passed on to the pages that follow.
    pub asked_language: Option<Language>,
    /// What the operator chose.
    pub config: &'a Config,
    /// What the host provides.
    pub platform: &'a P,
}

impl<P: Platform> Cx<'_, P> {
    /// The same, for pages in what was asked for, else in this language.
    #[must_use]
    pub fn speaking(&self, language: Language, asked: Option<Language>) -> Self {
        let request_id = self.request_id.clone();
        Self { request_id, language: asked.unwrap_or(language), asked_language: asked, ..*self }
    }

    /// Random bytes.
    ///
    /// # Errors
    /// When the platform has none to give.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0; N];
        self.platform.entropy(&mut bytes)?;
        Ok(bytes)
    }

    /// Seals a payload under a fresh nonce.
    ///
    /// # Errors
    /// When the platform has no randomness to give, or this Worker no key for such a payload.
    pub fn seal<T: Payload>(&self, payload: &T) -> Result<String, OAuthError> {
        Ok(seal::seal(&self.config.rings.sealing, payload, self.random()?)?)
    }

    /// Opens a blob, now.
    ///
    /// # Errors
    /// Why it is not a good one.
    pub fn open<T: Payload>(&self, blob: &str) -> Result<seal::Unsealed<T>, seal::OpenError> {
        seal::open(&self.config.rings.sealing, blob, self.now)
    }

    /// Opens a blob whose time may have passed.
    ///
    /// # Errors
    /// Why it is not one of this kind.
    pub fn open_late<T: Payload>(&self, blob: &str) -> Result<T, seal::OpenError> {
        seal::open_late(&self.config.rings.sealing, blob, self.now)
    }

    /// Writes a line to the log that is not about the answer.
    pub fn log(&self, note: &Note) {
        self.platform.log(&note.line(self.now, &self.request_id, None));
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &P::Store {
        self.platform.store()
    }
}
