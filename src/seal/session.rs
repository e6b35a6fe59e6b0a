//! The sign-in cookie.

use super::{Payload, Purpose};
use crate::oauth::{ClientDigest, ClientId, Lifetime, Region, Scope, SessionId, SubjectId, Timestamp};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// One sign-in in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
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
#[cbor(crate = "crate::cbor")]
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
    /// How long their ids may be together, in characters: those of clients that registered themselves are long, and the
    /// cookie has to hold consents too.
    pub const MAX_CLIENT_IDS: usize = 1500;

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

    /// Puts a client that it signs in to in front and drops what is too many. One whose id takes more than there is room
    /// for is not named.
    pub fn name_client(&mut self, client: &ClientId) {
        if self.clients.first() == Some(client) || client.as_str().len() > Self::MAX_CLIENT_IDS {
            return;
        }
        self.clients.retain(|named| named != client);
        self.clients.insert(0, client.clone());
        let mut room = Self::MAX_CLIENT_IDS;
        let fits = |named: &&ClientId| {
            let left = room.checked_sub(named.as_str().len());
            left.map(|left| room = left).is_some()
        };
        let fitting = self.clients.iter().take(Self::MAX_CLIENTS).take_while(fits).count();
        self.clients.truncate(fitting);
    }
}

impl Payload for Session {
    const PURPOSE: Purpose = Purpose::Session;

    fn expires(&self) -> Timestamp {
        self.idle_until.min(self.until)
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::Bytes16 as _;

    fn id(letter: &str, length: usize) -> ClientId {
        ClientId::parse(&letter.repeat(length)).unwrap()
    }

    #[test]
    fn the_newest_clients_are_named_as_far_as_there_is_room() {
        let now = Timestamp::from_millis(1);
        let mut session = Session {
            subject: SubjectId::from_bytes([1; 16]),
            home: Region::Weur,
            sid: SessionId::from_bytes([2; 16]),
            auth: now,
            cred: now,
            username: "ada".to_owned(),
            idle_until: now,
            until: now,
            consents: Vec::new(),
            clients: Vec::new(),
            confirmed: None,
        };
        let lengths = |session: &Session| session.clients.iter().map(|id| id.as_str().len()).collect::<Vec<_>>();
        for length in 1..=Session::MAX_CLIENTS + 1 {
            session.name_client(&id("a", length));
        }
        assert_eq!(lengths(&session), (2..=13).rev().collect::<Vec<_>>());
        session.name_client(&id("b", 500));
        session.name_client(&id("c", 900));
        assert_eq!(lengths(&session), [900, 500, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
        session.name_client(&id("d", 600));
        assert_eq!(lengths(&session), [600, 900], "the oldest go");
        session.name_client(&id("c", 900));
        assert_eq!(lengths(&session), [900, 600], "each once");
        session.name_client(&id("e", Session::MAX_CLIENT_IDS + 1));
        assert_eq!(lengths(&session), [900, 600], "one that is too long drops nobody");
    }
}
