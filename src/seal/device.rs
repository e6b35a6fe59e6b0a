//! The cookie that names a browser to which some accounts are no strangers: their tries are counted apart, so that
//! strangers who guess elsewhere do not lock the owner out.

use super::{Payload, Purpose};
use crate::oauth::{Lifetime, Timestamp, TryCounter};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A browser and the accounts that have signed in there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Device {
    /// Random; names the browser, and nobody.
    #[n(0)]
    pub id: ByteArray<16>,
    /// The accounts, newest first, as the counters of their names.
    #[n(1)]
    pub accounts: Vec<TryCounter>,
    /// When it is forgotten.
    #[n(2)]
    pub until: Timestamp,
}

impl Device {
    /// How long a browser is known after a sign-in.
    pub const LIFETIME: Lifetime = Lifetime::days(400);
    /// How many accounts are known there.
    pub const MAX_ACCOUNTS: usize = 8;

    /// Whether the account has signed in there.
    #[must_use]
    pub fn knows(&self, account: TryCounter) -> bool {
        self.accounts.contains(&account)
    }

    /// Puts an account in front and drops what is too many.
    pub fn learn(&mut self, account: TryCounter, now: Timestamp) {
        self.accounts.retain(|known| *known != account);
        self.accounts.insert(0, account);
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
