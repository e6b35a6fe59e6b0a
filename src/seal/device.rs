//! The cookie that names a browser to which some accounts are no strangers: their tries are counted apart, so that
//! strangers who guess elsewhere do not lock the owner out.

use super::{Payload, Purpose};
use crate::oauth::{Lifetime, Timestamp, TryCounter};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A browser and the accounts that have signed in there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct Device {
    /// Random; names the browser, and nobody.
    #[n(0)]
    pub id: ByteArray<16>,
    /// The accounts, newest first.
    #[n(1)]
    pub accounts: Vec<KnownAccount>,
    /// When it is forgotten.
    #[n(2)]
    pub until: Timestamp,
}

/// An account that has signed in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct KnownAccount {
    /// The counter of its name.
    #[n(0)]
    pub account: TryCounter,
    /// When the password was set that signed in: who knew an older one is a stranger.
    #[n(1)]
    pub cred: Timestamp,
}

impl Device {
    /// How long a browser is known after a sign-in.
    pub const LIFETIME: Lifetime = Lifetime::days(400);
    /// How many accounts are known there.
    pub const MAX_ACCOUNTS: usize = 8;

    /// When the password was set by which the account has signed in there, if it has.
    #[must_use]
    pub fn knows(&self, account: TryCounter) -> Option<Timestamp> {
        self.accounts.iter().find(|known| known.account == account).map(|known| known.cred)
    }

    /// Puts an account in front and drops what is too many.
    pub fn learn(&mut self, account: TryCounter, cred: Timestamp, now: Timestamp) {
        self.accounts.retain(|known| known.account != account);
        self.accounts.insert(0, KnownAccount { account, cred });
        self.accounts.truncate(Self::MAX_ACCOUNTS);
        self.until = now.after(Self::LIFETIME);
    }
}

impl Payload for Device {
    const PURPOSE: Purpose = Purpose::Device;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
