//! `sealwax keys list|rotate|retire|revoke|add`: keys in motion. Each command reads the keys, takes one step, checks that the
//! server reads the outcome, and writes it.

mod key;
mod lives;
mod parts;
mod place;
mod share;
mod steps;

pub(crate) use key::signing_names;
pub(crate) use place::{Change, Place};

use crate::arguments::{KeysAdd, KeysList, KeysRetire, KeysRevoke, KeysRotate, Place as Where};
use crate::failure::Failure;
use crate::output;
use crate::outside::now;
use key::{Key, KeySet, Role};
use lives::Lives;
use sealwax::jwt::{SigningKey, SigningKeys};
use sealwax::oauth::{Lifetime, SigningAlgorithm};
use sealwax::seal::KeyState;
use serde_json::{Value, json};
use std::path::Path;
use steps::{SETTLED, due, told};

/// A place whose keys are to be moved.
struct Moving {
    place: Place,
    before: KeySet,
    keys: KeySet,
    /// Secrets that no new key may take.
    taken: Vec<String>,
    now: u64,
}

impl Moving {
    fn begin(place: &Where, key: &Path) -> Result<Self, Failure> {
        let place = Place::find(place, key)?;
        let resumed = place.resume()?;
        if !resumed.is_empty() {
            output::complain(&format!(
                "note: {} had not got these before, and has now: {}",
                place.receiver(),
                resumed.join(", ")
            ));
        }
        let before = place.keys()?;
        let taken = place.taken()?;
        Ok(Self { keys: before.clone(), before, taken, place, now: now().seconds() })
    }

    /// Writes what has changed, when the server would read it.
    fn end(&self) -> Result<(), Failure> {
        let changes = self.keys.changes_from(&self.before);
        let after = self.place.vars()?.changed(&changes);
        let read = KeySet::read(&after)?;
        let signing = signing_names().filter_map(|name| SigningKey::parse(after.get(&name)?).ok());
        let kept = SigningKeys::new(signing.collect());
        kept.map_err(|error| Failure::new(format!("nothing was changed: the set of signing keys {error}")))?;
        debug_assert_eq!(read.0.len(), self.keys.0.len());
        self.place.save(&changes)
    }

    fn lives(&self, keep: Option<u32>) -> Result<Lives, Failure> {
        Ok(Lives { lifetimes: self.place.lifetimes()?, keep: keep.map(Lifetime::seconds) })
    }

    /// What is alive, and would end with this key.
    fn would_end(&self, key: &Key, lives: &Lives) -> Vec<String> {
        let last_made = match key.state() {
            KeyState::Retired => key.since() + SETTLED,
            KeyState::Active => self.now,
            KeyState::Next | KeyState::Revoked => return Vec::new(),
        };
        let alive = lives.alive(key.role, last_made, self.now);
        let line = |(what, end): (&str, Option<u64>)| match end {
            Some(end) => format!("{what} (the last until {})", told(end)),
            None => format!("{what}, which have to register again"),
        };
        alive.into_iter().map(line).collect()
    }

    /// How the server comes to know.
    fn deploy(&self) -> &'static str {
        self.place.told()
    }
}

/// Every key, and when its next step is due.
pub(crate) fn list(arguments: &KeysList, key: &Path, json: bool) -> Result<(), Failure> {
    let place = Place::find(&arguments.place, key)?;
    let keys = place.keys()?;
    show(&keys.0, now().seconds(), json)
}

/// The next step of every key.
pub(crate) fn rotate(arguments: &KeysRotate, key: &Path, json: bool) -> Result<(), Failure> {
    let mut moving = Moving::begin(&arguments.place, key)?;
    let at = moving.now;
    if !moving.keys.has_next() {
        moving.keys.add_next(&moving.taken, at)?;
        moving.end()?;
        return tell(
            &moving,
            json,
            &format!(
                "New keys are `next`: they open, or are published, and make nothing yet. {} After {} run this again: it makes \
             them active. Every Worker that shares these keys has to have them before that.",
                moving.deploy(),
                told(moving.keys.settled_at())
            ),
        );
    }
    let settled = moving.keys.settled_at();
    if settled > at && !arguments.now {
        let what = format!("new keys are `next` for less than an hour: they may become active at {}", told(settled));
        return Err(Failure::new(what).remedy(format!("{TOO_EARLY} Wait, or say --now.")));
    }
    moving.keys.promote(&moving.lives(arguments.keep)?, at)?;
    moving.end()?;
    if settled > at {
        output::complain(&format!("warning: the hour was not over. {TOO_EARLY}"));
    }
    tell(
        &moving,
        json,
        &format!(
            "The new keys are active, and those before are retired: they open and verify what they made. {} When their time has \
         passed, `sealwax keys retire` removes them.",
            moving.deploy()
        ),
    )
}

/// What an hour too few costs.
const TOO_EARLY: &str = "Where a location does not have a new key yet, all that is sealed with it dies: sign-ins, codes, \
    sessions and refresh tokens of those minutes, and clients that register. Who holds a copy of the key set up to 5 minutes \
    old refuses its tokens.";

/// Takes away keys that are needed no more.
pub(crate) fn retire(arguments: &KeysRetire, key: &Path, json: bool) -> Result<(), Failure> {
    let mut moving = Moving::begin(&arguments.place, key)?;
    let lives = moving.lives(None)?;
    let Some(kid) = &arguments.kid else {
        let gone = moving.keys.remove_spent(moving.now);
        if gone.is_empty() {
            return Err(nothing_to_retire(&moving, &lives));
        }
        moving.end()?;
        return tell_gone(&gone, moving.now, json);
    };
    let index = moving.keys.named(kid)?;
    let Some(named) = moving.keys.0.get(index).cloned() else { return Ok(()) };
    let spent = named.seconds("opens_until").is_some_and(|end| end <= moving.now);
    match named.state() {
        KeyState::Active => {
            let what = format!("{} is active: it makes what is made now", named.short());
            return Err(Failure::new(what).remedy("`sealwax keys rotate` lets another take its place first."));
        }
        KeyState::Retired if !spent && !arguments.force => {
            let what = format!("{} is still needed, by {}", named.short(), moving.would_end(&named, &lives).join(", "));
            return Err(Failure::new(what).remedy("Wait, or say --force: all of that dies then."));
        }
        _ => {}
    }
    moving.keys.0.remove(index);
    moving.end()?;
    tell_gone(&[named], moving.now, json)
}

fn nothing_to_retire(moving: &Moving, lives: &Lives) -> Failure {
    let retired = moving.keys.0.iter().filter(|key| key.state() == KeyState::Retired);
    let needed: Vec<String> = retired
        .map(|key| {
            let dies = moving.would_end(key, lives).join(", ");
            format!(
                "\n       {} ({}) {}; without it these would die: {dies}",
                key.short(),
                key.role.word(),
                due(key, moving.now)
            )
        })
        .collect();
    if needed.is_empty() {
        return Failure::new("no key is retired");
    }
    Failure::new(format!("no key may go yet:{}", needed.concat()))
}

/// Ends all that a key made, because somebody else may hold it.
pub(crate) fn revoke(arguments: &KeysRevoke, key: &Path, json: bool) -> Result<(), Failure> {
    let mut moving = Moving::begin(&arguments.place, key)?;
    let lives = moving.lives(None)?;
    let index = moving.keys.named(&arguments.kid)?;
    let Some(named) = moving.keys.0.get(index).cloned() else { return Ok(()) };
    let mut dies = moving.would_end(&named, &lives);
    if matches!(named.role, Role::Signing(_)) {
        dies.push("and whoever holds a copy of the key set may believe a forged token for 5 minutes more".to_owned());
    }
    if !arguments.yes {
        let dies = if dies.is_empty() { "nothing is alive of it".to_owned() } else { dies.join(", ") };
        let what = format!("this would end all that {} ({}) made: {dies}", named.short(), named.role.word());
        return Err(Failure::new(what).remedy("Say --yes when that is what you want."));
    }
    moving.keys.revoke(index, &moving.taken, moving.now)?;
    moving.end()?;
    tell(&moving, json, &format!("{} is revoked: what it made is good no more. {}", named.short(), moving.deploy()))
}

/// A key for one more algorithm.
pub(crate) fn add(arguments: &KeysAdd, key: &Path, json: bool) -> Result<(), Failure> {
    let mut moving = Moving::begin(&arguments.place, key)?;
    let algorithm = SigningAlgorithm::parse(&arguments.algorithm).ok_or_else(|| Failure::new("no such algorithm"))?;
    moving.keys.add(algorithm, &moving.taken, moving.now)?;
    moving.end()?;
    tell(
        &moving,
        json,
        &format!(
            "A key for {} is published. {} After {} `sealwax keys rotate` makes it active.",
            algorithm.as_str(),
            moving.deploy(),
            told(moving.keys.settled_at())
        ),
    )
}

fn tell(moving: &Moving, json: bool, what: &str) -> Result<(), Failure> {
    show(&moving.keys.0, moving.now, json)?;
    if json { Ok(()) } else { output::line(&format!("\n{what}")) }
}

fn tell_gone(gone: &[Key], now: u64, json: bool) -> Result<(), Failure> {
    if !json {
        output::line("Removed:\n")?;
    }
    show(gone, now, json)
}

fn show(keys: &[Key], now: u64, json: bool) -> Result<(), Failure> {
    if json {
        let member = |key: &Key| {
            let (since, until) = (key.seconds("since"), key.seconds("opens_until"));
            json!({"kid": key.kid(), "for": key.role.word(), "secret": key.secret, "state": key.state(),
                   "created": key.seconds("created"), "since": since, "opens_until": until, "due": due(key, now)})
        };
        return output::json(&json!({ "keys": keys.iter().map(member).collect::<Vec<Value>>() }));
    }
    let state = |key: &Key| json!(key.state()).as_str().unwrap_or_default().to_owned();
    let row = |key: &Key| {
        let since = if key.since() == 0 { "unknown".to_owned() } else { told(key.since()) };
        [key.role.word().to_owned(), key.short().to_owned(), state(key), since, due(key, now)]
    };
    output::table(["FOR", "KID", "STATE", "SINCE", "NEXT STEP"], &keys.iter().map(row).collect::<Vec<_>>())
}
