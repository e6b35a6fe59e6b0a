//! What the command line and the endpoint say to each other, as JSON.
//!
//! ```text
//! {"op": "client.add", "client_id": "app", "metadata": {…RFC 7591…}, "secrets": ["<SHA-256, base64url>"]}
//! {"op": "user.add", "username": "ada", "password": "$argon2id$…"}
//! ```
//!
//! Neither a client secret nor a password ever travels: both are hashed where they are made.

use crate::client::{Client, ClientMetadata};
use crate::oauth::{Region, SubjectId};
use crate::store::User;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Map, Value};

/// One call. A member that this server does not know is refused: it might have changed the meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "op", try_from = "Map<String, Value>")]
pub enum OperatorRequest {
    /// Registers a client.
    #[serde(rename = "client.add")]
    ClientAdd(ClientAdd),
    /// A part of the list of clients; answered by a [`ClientList`].
    #[serde(rename = "client.list")]
    ClientList(ListFrom),
    /// One client; answered by a [`ClientView`].
    #[serde(rename = "client.show")]
    ClientShow(ClientName),
    /// Removes a client.
    #[serde(rename = "client.remove")]
    ClientRemove(ClientName),
    /// Adds a user; answered by a [`User`].
    #[serde(rename = "user.add")]
    UserAdd(UserAdd),
    /// A part of the list of users; answered by a [`UserList`].
    #[serde(rename = "user.list")]
    UserList(ListFrom),
    /// Sets a user's password and ends all that the old one began; answered by a [`UserChanged`].
    #[serde(rename = "user.passwd")]
    UserPasswd(UserPasswd),
    /// Removes a user for ever; answered by a [`UserChanged`].
    #[serde(rename = "user.remove")]
    UserRemove(UserName),
}

impl TryFrom<Map<String, Value>> for OperatorRequest {
    type Error = Error;

    fn try_from(mut call: Map<String, Value>) -> Result<Self, Error> {
        let op = call.remove("op").ok_or_else(|| Error::missing_field("op"))?;
        match op.as_str() {
            Some("client.add") => body(call).map(Self::ClientAdd),
            Some("client.list") => body(call).map(Self::ClientList),
            Some("client.show") => body(call).map(Self::ClientShow),
            Some("client.remove") => body(call).map(Self::ClientRemove),
            Some("user.add") => body(call).map(Self::UserAdd),
            Some("user.list") => body(call).map(Self::UserList),
            Some("user.passwd") => body(call).map(Self::UserPasswd),
            Some("user.remove") => body(call).map(Self::UserRemove),
            _ => Err(Error::custom("op: no call of that name")),
        }
    }
}

fn body<T: DeserializeOwned>(call: Map<String, Value>) -> Result<T, Error> {
    serde_json::from_value(Value::Object(call))
}

/// `client.add`; answered by a [`ClientView`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAdd {
    /// Chosen by the operator, or random.
    pub client_id: String,
    /// What it is registered with.
    pub metadata: Box<ClientMetadata>,
    /// SHA-256 of each secret, in base64url.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Whether a client of that id is replaced. It keeps its epoch, its time of registration, and its secrets when none
    /// are sent.
    #[serde(default)]
    pub replace: bool,
}

/// `user.add`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserAdd {
    /// What the user signs in with.
    pub username: String,
    /// The Argon2id hash, as a PHC string.
    pub password: String,
    /// Near where the user lives; near the operator, where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Region>,
}

/// `user.passwd`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserPasswd {
    /// What the user signs in with.
    pub username: String,
    /// The Argon2id hash, as a PHC string.
    pub password: String,
}

/// Names a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientName {
    /// Its id.
    pub client_id: String,
}

/// Names a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserName {
    /// What the user signs in with.
    pub username: String,
}

/// Where to go on in a list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFrom {
    /// As the part before gave it; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A client as the operator sees it: without the hashes of its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientView {
    /// The record.
    #[serde(flatten)]
    pub client: Client,
    /// How many secrets it has.
    pub secret_count: usize,
    /// Scopes that it may ask for and this server does not define, so that they are never granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_scopes: Vec<String>,
}

/// A part of the list of clients.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientList {
    /// At most 50.
    pub clients: Vec<ClientView>,
    /// Where the next part begins, when there is one.
    pub cursor: Option<String>,
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

/// Which client is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientRemoved {
    /// Its id.
    pub client_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_members_and_calls_are_refused() {
        let parse = serde_json::from_str::<OperatorRequest>;
        assert!(parse(r#"{"op": "client.show", "client_id": "app"}"#).is_ok());
        assert!(parse(r#"{"op": "client.list"}"#).is_ok());
        for wrong in [
            r#"{"op": "client.show"}"#,
            r#"{"op": "client.show", "client_id": "app", "dry_run": true}"#,
            r#"{"op": "client.steal", "client_id": "app"}"#,
            r#"{"client_id": "app"}"#,
            r"[]",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
