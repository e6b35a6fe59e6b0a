//! The initial access token (RFC 7591 §3): who has one may register clients. Nothing is stored when it is made; it works
//! any number of times until it ends, or until the operator denies it by its id.

use super::{Payload, Purpose};
use crate::oauth::{InitialTokenId, Lifetime, Timestamp};
use minicbor::{Decode, Encode};
use std::fmt;

/// An initial access token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct InitialAccessToken {
    /// Names it in the log and in what is registered with it.
    #[n(0)]
    pub id: InitialTokenId,
    /// When it ends.
    #[n(1)]
    pub until: Timestamp,
    /// What the operator called it.
    #[n(2)]
    pub label: Option<String>,
}

impl InitialAccessToken {
    /// How long it is good where nothing is said.
    pub const LIFETIME: Lifetime = Lifetime::days(7);
    /// How long it may be good.
    pub const MAX_LIFETIME: Lifetime = Lifetime::days(400);
    /// The longest label, in characters.
    pub const MAX_LABEL: usize = 64;
}

/// As the log names it.
impl fmt::Display for InitialAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.label {
            Some(label) => write!(f, "{} {label}", self.id),
            None => write!(f, "{}", self.id),
        }
    }
}

impl Payload for InitialAccessToken {
    const PURPOSE: Purpose = Purpose::InitialAccessToken;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
