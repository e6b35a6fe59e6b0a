//! The steps that keys take: `next`, `active`, `retired`, gone. Nothing here reads or writes.

use super::key::{Key, KeySet, Role};
use super::lives::Lives;
use crate::failure::Failure;
use crate::output::minute;
use sealwax::oauth::{SigningAlgorithm, Timestamp};
use sealwax::seal::KeyState;

/// How long a key is `next`: every location has it by then, and no copy of the key set without it is left (it may be kept
/// for 5 minutes).
pub(super) const SETTLED: u64 = 60 * 60;

impl KeySet {
    /// Whether some key waits to become active.
    pub(super) fn has_next(&self) -> bool {
        self.0.iter().any(|key| key.state() == KeyState::Next)
    }

    /// When all that wait have waited long enough, Unix seconds.
    pub(super) fn settled_at(&self) -> u64 {
        let next = self.0.iter().filter(|key| key.state() == KeyState::Next);
        next.map(|key| key.since() + SETTLED).max().unwrap_or_default()
    }

    /// A new key beside each active one.
    pub(super) fn add_next(&mut self, taken: &[String], now: u64) -> Result<(), Failure> {
        for role in self.roles() {
            if self.find(role, KeyState::Active).is_some() {
                self.0.push(Key::fresh(role, &self.room(role, taken)?, KeyState::Next, now)?);
            }
        }
        Ok(())
    }

    /// A first key of an algorithm, or one more.
    pub(super) fn add(&mut self, algorithm: SigningAlgorithm, taken: &[String], now: u64) -> Result<(), Failure> {
        let role = Role::Signing(algorithm);
        if self.find(role, KeyState::Next).is_some() {
            let what = format!("a key for {} is `next` already", algorithm.as_str());
            return Err(Failure::new(what).remedy("`sealwax keys rotate` makes it active."));
        }
        self.0.push(Key::fresh(role, &self.room(role, taken)?, KeyState::Next, now)?);
        Ok(())
    }

    /// What was `next` is active, what was active is retired.
    pub(super) fn promote(&mut self, lives: &Lives, now: u64) -> Result<(), Failure> {
        for role in self.roles() {
            let Some(next) = self.find(role, KeyState::Next) else { continue };
            while let Some(active) = self.find(role, KeyState::Active) {
                self.at(active)?.retire(KeyState::Retired, lives.end(role, now), now)?;
            }
            self.at(next)?.move_to(KeyState::Active, now);
        }
        Ok(())
    }

    /// Nothing that a key made is good any more. Where it is the active one another takes its place at once.
    pub(super) fn revoke(&mut self, index: usize, taken: &[String], now: u64) -> Result<(), Failure> {
        let key = self.at(index)?;
        let (role, was) = (key.role, key.state());
        key.retire(KeyState::Revoked, None, now)?;
        if was != KeyState::Active || self.find(role, KeyState::Active).is_some() {
            return Ok(());
        }
        match self.find(role, KeyState::Next) {
            Some(next) => self.at(next)?.move_to(KeyState::Active, now),
            None => self.0.push(Key::fresh(role, &self.room(role, taken)?, KeyState::Active, now)?),
        }
        Ok(())
    }

    /// Takes out what is retired and needed no more.
    pub(super) fn remove_spent(&mut self, now: u64) -> Vec<Key> {
        let spent =
            |key: &Key| key.state() == KeyState::Retired && key.seconds("opens_until").is_some_and(|end| end <= now);
        let gone = self.0.iter().filter(|key| spent(key)).cloned().collect();
        self.0.retain(|key| !spent(key));
        gone
    }

    /// The key that a kid, or the beginning of one, names.
    pub(super) fn named(&self, kid: &str) -> Result<usize, Failure> {
        let mut found = self.0.iter().enumerate().filter(|(_, key)| key.kid().starts_with(kid));
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(index),
            (None, _) => {
                Err(Failure::new(format!("no key has the kid {kid}")).remedy("`sealwax keys list` shows them."))
            }
            (Some(_), Some(_)) => Err(Failure::new(format!("several keys begin with {kid}")).remedy("Say more of it.")),
        }
    }

    fn at(&mut self, index: usize) -> Result<&mut Key, Failure> {
        self.0.get_mut(index).ok_or_else(|| Failure::new("a key is gone"))
    }
}

/// When a key's next step is due, and which.
pub(super) fn due(key: &Key, now: u64) -> String {
    let until = key.seconds("opens_until");
    match (key.state(), key.role) {
        (KeyState::Next, _) if key.since() + SETTLED > now => {
            format!("may become active at {}", told(key.since() + SETTLED))
        }
        (KeyState::Next, _) => "may become active: `sealwax keys rotate`".to_owned(),
        (KeyState::Retired, Role::Client) => "stays: client ids live for ever".to_owned(),
        (KeyState::Retired, _) => match until {
            Some(until) if until > now => format!("needed until {}", told(until)),
            Some(_) => "may go: `sealwax keys retire`".to_owned(),
            None => "of no known end: `sealwax keys retire KID --force`".to_owned(),
        },
        (KeyState::Active, _) if now.saturating_sub(key.since()) > YEAR => {
            "older than a year: `sealwax keys rotate`".to_owned()
        }
        (KeyState::Active, _) => String::new(),
        (KeyState::Revoked, _) => "does nothing".to_owned(),
    }
}

pub(super) fn told(seconds: u64) -> String {
    minute(Timestamp::from_millis(seconds.saturating_mul(1000)))
}

const YEAR: u64 = 365 * 86_400;
