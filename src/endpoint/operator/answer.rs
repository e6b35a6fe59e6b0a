//! What the endpoint answers, beside the records themselves.

use crate::client::Client;
use crate::oauth::{ClientId, InitialTokenId, Region, SigningAlgorithm, SubjectId, Timestamp};
use crate::seal::KeyState;
use crate::store::{SignInRow, User};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A client as the operator sees it: without the hashes of its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientView {
    /// The record.
    #[serde(flatten)]
    pub client: Client,
    /// How many secrets it has that are still good.
    pub secret_count: usize,
    /// Scopes that it may ask for and this server does not define, so that they are never granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_scopes: Vec<String>,
    /// Resources that it alone may ask tokens for and this server does not define, so that it gets none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_resources: Vec<String>,
}

/// A client that registered itself, or that a document describes, as the operator sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegistrationView {
    /// Its id, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// A hash of it; calls may name the client so too.
    pub digest: String,
    /// What it is registered with (RFC 7591 §2), where that is known without asking its document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The initial access token that it registered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_token: Option<InitialTokenId>,
    /// Raised when all that it holds is revoked.
    pub epoch: u32,
    /// Whether it may do nothing for now.
    pub disabled: bool,
    /// Whether it is gone for ever.
    pub removed: bool,
    /// Whether it has changed its registration.
    pub updated: bool,
    /// Why it can do nothing, where it is neither disabled nor removed: a host or a token that is denied, a key that is
    /// revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// When something was decided about it last, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
}

/// Either kind of client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnyClient {
    /// One that the operator registered.
    Recorded(Box<ClientView>),
    /// One of its own.
    Registered(Box<RegistrationView>),
}

/// A part of the list of clients.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientList {
    /// At most 50 that the operator registered.
    pub clients: Vec<ClientView>,
    /// Likewise those that registered themselves, or that a document describes, and about which something was decided
    /// since. The others are stored nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registrations: Vec<RegistrationView>,
    /// Where the next part begins, when there is one.
    pub cursor: Option<String>,
}

/// Which client is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientRemoved {
    /// Its id.
    pub client_id: String,
}

/// A token with which clients may register themselves (RFC 7591 §3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InitialToken {
    /// The token: whoever has it may register.
    pub token: String,
    /// Its id: what `DENIED_INITIAL_TOKENS` takes.
    pub id: InitialTokenId,
    /// When it ends.
    pub until: Timestamp,
    /// What the operator calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A part of the list of users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserList {
    /// At most 50.
    pub users: Vec<User>,
    /// Where the next part begins, when there is one.
    pub cursor: Option<String>,
}

/// Whom a change concerned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserChanged {
    /// The folded user name.
    pub username: String,
    /// The subject.
    pub sub: SubjectId,
}

/// A link by which a user sets a password. Whoever has it can, once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserLink {
    /// The folded user name.
    pub username: String,
    /// The subject.
    pub sub: SubjectId,
    /// Where the user's ledger object lives.
    pub home: Region,
    /// Where the user goes.
    pub link: String,
    /// When it ends by itself, Unix milliseconds.
    pub until: Timestamp,
}

/// Where a user is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserSessions {
    /// The folded user name.
    pub username: String,
    /// The subject.
    pub sub: SubjectId,
    /// The newest first, at most 50.
    pub sessions: Vec<SignInRow>,
}

/// How the server is. Never a key, only what is known about each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HealthReport {
    /// The server's clock, Unix milliseconds.
    pub now: Timestamp,
    /// The server's version.
    pub version: String,
    /// Who it says it is.
    pub issuer: String,
    /// `ok` or `failing`
    pub store: String,
    /// `ok`, `failing` or `off`
    pub ledger: String,
    /// `kv` or `ledger`
    pub revocation: String,
    /// `SIGNING_KEY_1` to `8`
    pub signing_keys: Vec<KeyReport>,
    /// `SEALING_KEYS`
    pub sealing_keys: Vec<KeyReport>,
    /// `CLIENT_KEYS`
    pub client_keys: Vec<KeyReport>,
    /// By the names of [`crate::config::Lifetimes`], in seconds.
    pub lifetimes: Map<String, Value>,
}

/// What is known about a key. Its times are Unix seconds, as in the key itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyReport {
    /// Its name.
    pub kid: String,
    /// What it may do.
    pub state: KeyState,
    /// What it signs with, where it signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<SigningAlgorithm>,
    /// When it was made, where that is known.
    pub created: Option<u64>,
    /// Up to when it opens, where it has an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_until: Option<u64>,
}
