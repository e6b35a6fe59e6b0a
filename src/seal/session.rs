//! The sign-in cookie.

use super::{Payload, Purpose};
use crate::oauth::{ClientDigest, ClientId, Lifetime, Region, Scope, SessionId, SubjectId, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// One sign-in in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Session {
    /// The user.
    #[n(0)]
    pub subject: SubjectId,
    /// Where the user's ledger object lives.
    #[n(1)]
    pub home: Region,
    /// The sign-in; a new one each time.
    #[n(2)]
    pub sid: SessionId,
    /// When the user signed in.
    #[n(3)]
    pub auth: Timestamp,
    /// When the password that signed in was set.
    #[n(4)]
    pub cred: Timestamp,
    /// The user's name, to show who is signed in.
    #[n(5)]
    pub username: String,
    /// When it ends unless it is used.
    #[n(6)]
    pub idle_until: Timestamp,
    /// When it ends, however often it is used.
    #[n(7)]
    pub until: Timestamp,
    /// The newest consents, newest first: KV may cache the absence of a consent record for a minute, and a silent
    /// renewal right after the first sign-in would fail.
    #[n(8)]
    pub consents: Vec<HeldConsent>,
    /// The clients that it signed in to, newest first: they are told when it ends.
    #[n(9)]
    #[cbor(default)]
    pub clients: Vec<ClientId>,
    /// When the user last typed the password once more, to change something about the account.
    #[n(10)]
    pub confirmed: Option<Timestamp>,
}

/// A consent that the browser carries.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeldConsent {
    /// A hash of client, redirect origin and resource.
    #[n(0)]
    pub key: ByteArray<16>,
    /// What was granted.
    #[n(1)]
    pub scope: Scope,
    /// When.
    #[n(2)]
    pub granted: Timestamp,
    /// Until when, if it ends.
    #[n(3)]
    pub until: Option<Timestamp>,
    /// Whom it is for; absent in what older versions sealed.
    #[n(4)]
    pub client: Option<ClientDigest>,
}

impl Session {
    /// How many consents a cookie carries.
    pub const MAX_CONSENTS: usize = 4;
    /// How many clients a cookie names.
    pub const MAX_CLIENTS: usize = 12;

    /// Puts a consent in front and drops what is too many.
    pub fn hold(&mut self, consent: HeldConsent) {
        self.consents.retain(|held| held.key != consent.key);
        self.consents.insert(0, consent);
        self.consents.truncate(Self::MAX_CONSENTS);
    }

    /// Drops a client and what it was allowed.
    pub fn forget_client(&mut self, client: &ClientId) {
        self.clients.retain(|named| named != client);
        self.consents.retain(|held| held.client != Some(client.digest()));
    }

    /// Whether the user has typed the password within this span.
    #[must_use]
    pub fn asked_within(&self, span: Lifetime, now: Timestamp) -> bool {
        now.millis_since(self.auth.max(self.confirmed.unwrap_or(self.auth))) <= span.millis()
    }

    /// Puts a client that it signs in to in front and drops what is too many.
    pub fn name_client(&mut self, client: &ClientId) {
        if self.clients.first() != Some(client) {
            self.clients.retain(|named| named != client);
            self.clients.insert(0, client.clone());
            self.clients.truncate(Self::MAX_CLIENTS);
        }
    }
}

impl Payload for Session {
    const PURPOSE: Purpose = Purpose::Session;

    fn expires(&self) -> Timestamp {
        self.idle_until.min(self.until)
    }
}
