//! The keys of a server as its secrets hold them, to be moved from one state to the next.

use crate::dev_vars::DevVars;
use crate::failure::Failure;
use crate::fresh;
use sealwax::config::Config;
use sealwax::jwt::SigningKey;
use sealwax::oauth::{Secret, SigningAlgorithm};
use sealwax::seal::{KeyState, Keyring};
use serde_json::{Map, Value, json};

/// What a key is for. Of each there is one ring, or one row of signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Sealing,
    Client,
    Signing(SigningAlgorithm),
}

/// One key: a member of a ring, or a JWK.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) role: Role,
    /// The secret that it stands in.
    pub(super) secret: String,
    members: Map<String, Value>,
}

/// All keys of a server.
#[derive(Clone, Debug)]
pub(super) struct KeySet(pub(super) Vec<Key>);

const RINGS: [(&str, Role); 2] = [("SEALING_KEYS", Role::Sealing), ("CLIENT_KEYS", Role::Client)];

impl Role {
    /// As people read it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Sealing => "sealing",
            Self::Client => "client ids",
            Self::Signing(algorithm) => algorithm.as_str(),
        }
    }
}

impl Key {
    /// A new one.
    pub(super) fn fresh(role: Role, secret: &str, state: KeyState, now: u64) -> Result<Self, Failure> {
        let members = match role {
            Role::Signing(algorithm) => object(fresh::signing_key(algorithm)?.reveal()),
            Role::Sealing | Role::Client => fresh::ring_key().map(Some)?,
        };
        let members = members.ok_or_else(|| Failure::new("a new key is no JSON object"))?;
        let mut key = Self { role, secret: secret.to_owned(), members };
        key.move_to(state, now);
        Ok(key)
    }

    pub(super) fn kid(&self) -> &str {
        self.members.get("kid").and_then(Value::as_str).unwrap_or_default()
    }

    /// Enough to find it by.
    pub(super) fn short(&self) -> &str {
        self.kid().get(..8).unwrap_or(self.kid())
    }

    pub(super) fn state(&self) -> KeyState {
        let state = self.members.get("state").cloned().map(serde_json::from_value);
        state.and_then(Result::ok).unwrap_or(KeyState::Active)
    }

    pub(super) fn seconds(&self, name: &str) -> Option<u64> {
        self.members.get(name).and_then(Value::as_u64)
    }

    /// When it got its state, as far as is known.
    pub(super) fn since(&self) -> u64 {
        self.seconds("since").or(self.seconds("created")).unwrap_or_default()
    }

    pub(super) fn move_to(&mut self, state: KeyState, now: u64) {
        self.members.insert("state".to_owned(), json!(state));
        self.members.insert("since".to_owned(), json!(now));
    }

    /// It seals and signs no more. Of a signing key the public half is all that is needed from here on.
    pub(super) fn retire(&mut self, state: KeyState, until: Option<u64>, now: u64) -> Result<(), Failure> {
        if matches!(self.role, Role::Signing(_)) {
            let key = SigningKey::parse(&self.text()).map_err(|error| Failure::new(format!("a key {error}")))?;
            let created = self.members.remove("created");
            self.members = object(&key.public().to_json()).unwrap_or_default();
            self.members.extend(created.map(|created| ("created".to_owned(), created)));
        }
        self.move_to(state, now);
        self.members.remove("opens_until");
        self.members.extend(until.map(|until| ("opens_until".to_owned(), json!(until))));
        Ok(())
    }

    fn text(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }
}

impl KeySet {
    /// Reads them as the server would, so that nothing is moved that it cannot read.
    pub(super) fn read(vars: &DevVars) -> Result<Self, Failure> {
        let mut keys = Vec::new();
        for (name, role) in RINGS {
            let text = vars.get(name).ok_or_else(|| Failure::new(format!("there is no {name}")))?;
            let ring =
                if role == Role::Client { Keyring::parse_lasting(text, "", None) } else { Keyring::parse(text, "") };
            ring.map_err(|error| Failure::new(format!("{name} {error}")))?;
            let list = object(text).and_then(|mut ring| ring.remove("keys"));
            for key in list.as_ref().and_then(Value::as_array).into_iter().flatten() {
                let members = key.as_object().cloned().unwrap_or_default();
                keys.push(Key { role, secret: name.to_owned(), members });
            }
        }
        for name in signing_names() {
            let Some(text) = vars.get(&name) else { continue };
            let key = SigningKey::parse(text).map_err(|error| Failure::new(format!("{name} {error}")))?;
            let members = object(text).unwrap_or_default();
            keys.push(Key { role: Role::Signing(key.algorithm()), secret: name, members });
        }
        Ok(Self(keys))
    }

    /// What each is for, once.
    pub(super) fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = Vec::new();
        for key in &self.0 {
            if !roles.contains(&key.role) {
                roles.push(key.role);
            }
        }
        roles
    }

    pub(super) fn find(&self, role: Role, state: KeyState) -> Option<usize> {
        self.0.iter().position(|key| key.role == role && key.state() == state)
    }

    /// Where a new key of this role goes: into its ring, or a secret that holds none yet.
    pub(super) fn room(&self, role: Role, taken: &[String]) -> Result<String, Failure> {
        if let Some((name, _)) = RINGS.iter().find(|(_, ring)| *ring == role) {
            return Ok((*name).to_owned());
        }
        let is_taken = |name: &String| taken.contains(name) || self.0.iter().any(|key| key.secret == *name);
        signing_names().find(|name| !is_taken(name)).ok_or_else(|| {
            Failure::new(format!("all {} signing keys are taken", Config::SIGNING_KEYS))
                .remedy("`sealwax keys list` shows them; `sealwax keys retire` makes room where their time has passed.")
        })
    }

    /// The secrets, those first that hold an active key: whatever breaks off in between, there is always one.
    pub(super) fn secrets(&self) -> Vec<(String, Secret<String>)> {
        let mut secrets: Vec<(String, bool, String)> = Vec::new();
        for (name, _) in RINGS {
            let ring: Vec<&Map<String, Value>> =
                self.0.iter().filter(|key| key.secret == name).map(|key| &key.members).collect();
            secrets.push((name.to_owned(), true, json!({ "keys": ring }).to_string()));
        }
        for key in self.0.iter().filter(|key| matches!(key.role, Role::Signing(_))) {
            secrets.push((key.secret.clone(), key.state() == KeyState::Active, key.text()));
        }
        secrets.sort_by_key(|(_, active, _)| !active);
        secrets.into_iter().map(|(name, _, text)| (name, Secret::new(text))).collect()
    }

    /// What has to be written to get from another set to this one; `None` removes a secret.
    pub(super) fn changes_from(&self, before: &Self) -> Vec<(String, Option<Secret<String>>)> {
        let (old, new) = (before.secrets(), self.secrets());
        let same = |name: &str, value: &Secret<String>| old.iter().any(|(other, text)| other == name && text == value);
        let gone: Vec<String> = old
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !new.iter().any(|(other, _)| other == *name))
            .cloned()
            .collect();
        let written = new.into_iter().filter(|(name, value)| !same(name, value));
        written.map(|(name, value)| (name, Some(value))).chain(gone.into_iter().map(|name| (name, None))).collect()
    }
}

/// `SIGNING_KEY_1` …
pub(crate) fn signing_names() -> impl Iterator<Item = String> {
    (1..=Config::SIGNING_KEYS).map(|number| format!("SIGNING_KEY_{number}"))
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}
