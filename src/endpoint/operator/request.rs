//! What the command line and the endpoint say to each other, as JSON.
//!
//! ```text
//! {"op": "client.add", "client_id": "app", "metadata": {…RFC 7591…}, "secrets": ["<SHA-256, base64url>"]}
//! {"op": "user.add", "username": "ada", "password": "$argon2id$…"}
//! {"op": "revoke.session", "username": "ada", "session": "<as user.sessions lists it>"}
//! ```
//!
//! Neither a client secret nor a password ever travels: both are hashed where they are made.

use crate::client::ClientMetadata;
use crate::oauth::Region;
use crate::record;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Map, Value};

/// One call. A member that this server does not know is refused: it might have changed the meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "op", try_from = "Map<String, Value>")]
pub enum OperatorRequest {
    /// Registers a client; answered by a [`super::ClientView`], as are all calls that change one.
    #[serde(rename = "client.add")]
    ClientAdd(ClientAdd),
    /// A part of the list of clients; answered by a [`super::ClientList`].
    #[serde(rename = "client.list")]
    ClientList(ListFrom),
    /// One client; answered by a [`super::ClientView`].
    #[serde(rename = "client.show")]
    ClientShow(ClientName),
    /// Changes a client's metadata.
    #[serde(rename = "client.update")]
    ClientUpdate(ClientUpdate),
    /// Gives a client another secret.
    #[serde(rename = "client.rotate_secret")]
    ClientRotateSecret(ClientRotateSecret),
    /// Ends all that a client holds, and lets it do nothing until it is enabled.
    #[serde(rename = "client.disable")]
    ClientDisable(ClientName),
    /// Lets a client begin anew; what ended when it was disabled stays so.
    #[serde(rename = "client.enable")]
    ClientEnable(ClientName),
    /// Removes a client.
    #[serde(rename = "client.remove")]
    ClientRemove(ClientName),
    /// Makes a token with which clients may register themselves; answered by an [`super::InitialToken`].
    #[serde(rename = "client.initial_token")]
    ClientInitialToken(ClientInitialToken),
    /// Adds a user; answered by a [`crate::store::User`].
    #[serde(rename = "user.add")]
    UserAdd(UserAdd),
    /// Adds a user who sets the first password by a link, or makes another link for one who has not set it yet; answered
    /// by a [`super::UserLink`].
    #[serde(rename = "user.invite")]
    UserInvite(UserInvite),
    /// Makes a link by which a user sets another password; answered by a [`super::UserLink`].
    #[serde(rename = "user.reset")]
    UserReset(UserName),
    /// A part of the list of users; answered by a [`super::UserList`].
    #[serde(rename = "user.list")]
    UserList(ListFrom),
    /// One user with all that is known of them; answered by a [`crate::store::User`].
    #[serde(rename = "user.show")]
    UserShow(UserName),
    /// Changes what is known of a user; answered by a [`crate::store::User`].
    #[serde(rename = "user.update")]
    UserUpdate(UserUpdate),
    /// Where a user is signed in; answered by a [`super::UserSessions`].
    #[serde(rename = "user.sessions")]
    UserSessions(UserName),
    /// Sets a user's password and ends all that the old one began; answered by a [`super::UserChanged`].
    #[serde(rename = "user.passwd")]
    UserPasswd(UserPasswd),
    /// Ends all that a user began, and lets them not sign in until they are enabled; answered by a
    /// [`super::UserChanged`].
    #[serde(rename = "user.disable")]
    UserDisable(UserName),
    /// Lets a user sign in again; answered by a [`super::UserChanged`].
    #[serde(rename = "user.enable")]
    UserEnable(UserName),
    /// Removes a user for ever; answered by a [`super::UserChanged`].
    #[serde(rename = "user.remove")]
    UserRemove(UserName),
    /// Ends all that a user began; answered by a [`super::UserChanged`].
    #[serde(rename = "revoke.user")]
    RevokeUser(UserName),
    /// Ends all that a client holds.
    #[serde(rename = "revoke.client")]
    RevokeClient(ClientName),
    /// Ends one sign-in with all that descends from it; answered by a [`super::UserChanged`].
    #[serde(rename = "revoke.session")]
    RevokeSession {
        /// What the user signs in with.
        username: String,
        /// As [`Self::UserSessions`] lists it.
        session: String,
    },
    /// Ends all that descends from one code; answered by a [`super::UserChanged`].
    #[serde(rename = "revoke.family")]
    RevokeFamily {
        /// What the user signs in with.
        username: String,
        /// As the log names it.
        family: String,
    },
    /// How the server is: answered by a [`super::HealthReport`].
    #[serde(rename = "health")]
    Health {},
}

impl TryFrom<Map<String, Value>> for OperatorRequest {
    type Error = Error;

    fn try_from(call: Map<String, Value>) -> Result<Self, Error> {
        let mut members = Members(call);
        let op = members.text("op")?;
        let request = match op.split_once('.') {
            Some(("client", op)) => Self::about_clients(op, &mut members)?,
            Some(("user", op)) => Self::about_users(op, &mut members)?,
            Some(("revoke", op)) => Self::that_revokes(op, &mut members)?,
            None if op == "health" => Self::Health {},
            _ => return Err(unknown_call()),
        };
        members.nothing_left()?;
        Ok(request)
    }
}

impl OperatorRequest {
    fn about_clients(op: &str, members: &mut Members) -> Result<Self, Error> {
        Ok(match op {
            "add" => Self::ClientAdd(ClientAdd {
                client_id: members.text("client_id")?,
                metadata: Box::new(members.required("metadata")?),
                secrets: members.optional("secrets")?.unwrap_or_default(),
                replace: members.optional("replace")?.unwrap_or_default(),
            }),
            "list" => Self::ClientList(members.list_from()?),
            "show" => Self::ClientShow(members.client()?),
            "update" => Self::ClientUpdate(ClientUpdate {
                client_id: members.text("client_id")?,
                metadata: members.required("metadata")?,
            }),
            "rotate_secret" => Self::ClientRotateSecret(ClientRotateSecret {
                client_id: members.text("client_id")?,
                secret: members.text("secret")?,
                overlap: members.optional("overlap")?,
            }),
            "disable" => Self::ClientDisable(members.client()?),
            "enable" => Self::ClientEnable(members.client()?),
            "remove" => Self::ClientRemove(members.client()?),
            "initial_token" => Self::ClientInitialToken(ClientInitialToken {
                lifetime: members.optional("lifetime")?,
                label: members.optional("label")?,
            }),
            _ => return Err(unknown_call()),
        })
    }

    fn about_users(op: &str, members: &mut Members) -> Result<Self, Error> {
        Ok(match op {
            "add" => Self::UserAdd(UserAdd {
                username: members.text("username")?,
                password: members.text("password")?,
                home: members.optional("home")?,
                claims: members.optional("claims")?.unwrap_or_default(),
            }),
            "invite" => Self::UserInvite(UserInvite {
                username: members.text("username")?,
                home: members.optional("home")?,
                claims: members.optional("claims")?.unwrap_or_default(),
            }),
            "show" => Self::UserShow(members.user()?),
            "update" => Self::UserUpdate(UserUpdate {
                username: members.text("username")?,
                claims: members.required("claims")?,
            }),
            "reset" => Self::UserReset(members.user()?),
            "list" => Self::UserList(members.list_from()?),
            "sessions" => Self::UserSessions(members.user()?),
            "passwd" => Self::UserPasswd(UserPasswd {
                username: members.text("username")?,
                password: members.text("password")?,
            }),
            "disable" => Self::UserDisable(members.user()?),
            "enable" => Self::UserEnable(members.user()?),
            "remove" => Self::UserRemove(members.user()?),
            _ => return Err(unknown_call()),
        })
    }

    fn that_revokes(op: &str, members: &mut Members) -> Result<Self, Error> {
        Ok(match op {
            "user" => Self::RevokeUser(members.user()?),
            "client" => Self::RevokeClient(members.client()?),
            "session" => Self::RevokeSession { username: members.text("username")?, session: members.text("session")? },
            "family" => Self::RevokeFamily { username: members.text("username")?, family: members.text("family")? },
            _ => return Err(unknown_call()),
        })
    }
}

/// What a call consists of, taken out one by one. Derived readers of a dozen small structs would weigh more than all
/// that the calls do.
struct Members(Map<String, Value>);

impl Members {
    /// A member; `null` means absent.
    fn optional<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Option<T>, Error> {
        let value = self.0.remove(name).filter(|value| !value.is_null());
        let read = value.map(|value| record::interpret(&value)).transpose();
        read.map_err(|fault| Error::custom(format_args!("{name}: {fault}")))
    }

    fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, Error> {
        self.optional(name)?.ok_or_else(|| Error::missing_field(name))
    }

    fn text(&mut self, name: &'static str) -> Result<String, Error> {
        self.required(name)
    }

    fn client(&mut self) -> Result<ClientName, Error> {
        Ok(ClientName { client_id: self.text("client_id")? })
    }

    fn user(&mut self) -> Result<UserName, Error> {
        Ok(UserName { username: self.text("username")? })
    }

    fn list_from(&mut self) -> Result<ListFrom, Error> {
        Ok(ListFrom { cursor: self.optional("cursor")? })
    }

    fn nothing_left(self) -> Result<(), Error> {
        match self.0.keys().next() {
            Some(name) => Err(Error::custom(format_args!("{name}: no member of this call"))),
            None => Ok(()),
        }
    }
}

fn unknown_call() -> Error {
    Error::custom("op: no call of that name")
}

/// `client.add`
#[derive(Clone, Debug, Serialize)]
pub struct ClientAdd {
    /// Chosen by the operator, or random.
    pub client_id: String,
    /// What it is registered with.
    pub metadata: Box<ClientMetadata>,
    /// SHA-256 of each secret, in base64url.
    pub secrets: Vec<String>,
    /// Whether a client of that id is replaced. It keeps its epoch, its time of registration, its secrets when none are
    /// sent, and stays disabled if it was.
    pub replace: bool,
}

/// `client.update`, after RFC 7592 §2.2; but what is left out stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct ClientUpdate {
    /// Its id.
    pub client_id: String,
    /// RFC 7591 metadata: members replace those registered, `null` takes back to the default.
    pub metadata: Map<String, Value>,
}

/// `client.rotate_secret`
#[derive(Clone, Debug, Serialize)]
pub struct ClientRotateSecret {
    /// Its id.
    pub client_id: String,
    /// SHA-256 of the new secret, in base64url. Sending the newest one again changes nothing, so that the call can be
    /// repeated.
    pub secret: String,
    /// For how many seconds the secret before stays good: a day where left out, 30 days at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<u32>,
}

/// `client.initial_token`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClientInitialToken {
    /// For how many seconds it is good: seven days where left out, 400 days at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u32>,
    /// What the operator calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// `user.add`
#[derive(Clone, Debug, Serialize)]
pub struct UserAdd {
    /// What the user signs in with.
    pub username: String,
    /// The Argon2id hash, as a PHC string.
    pub password: String,
    /// Near where the user lives; near the operator, where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Region>,
    /// What is known of the user.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

/// `user.invite`
#[derive(Clone, Debug, Serialize)]
pub struct UserInvite {
    /// What the user signs in with.
    pub username: String,
    /// Near where the user lives; near the operator, where left out. One who was invited before keeps theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Region>,
    /// What is known of the user. One who was invited before keeps what was said then.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

/// `user.update`
#[derive(Clone, Debug, Serialize)]
pub struct UserUpdate {
    /// What the user signs in with.
    pub username: String,
    /// Claims in place of those of their names; `null` takes one out.
    pub claims: Map<String, Value>,
}

/// `user.passwd`
#[derive(Clone, Debug, Serialize)]
pub struct UserPasswd {
    /// What the user signs in with.
    pub username: String,
    /// The Argon2id hash, as a PHC string.
    pub password: String,
}

/// Names a client.
#[derive(Clone, Debug, Serialize)]
pub struct ClientName {
    /// Its id.
    pub client_id: String,
}

/// Names a user.
#[derive(Clone, Debug, Serialize)]
pub struct UserName {
    /// What the user signs in with.
    pub username: String,
}

/// Where to go on in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListFrom {
    /// As the part before gave it; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_members_and_calls_are_refused() {
        let parse = serde_json::from_str::<OperatorRequest>;
        assert!(parse(r#"{"op": "client.show", "client_id": "app"}"#).is_ok());
        assert!(parse(r#"{"op": "client.list"}"#).is_ok());
        assert!(parse(r#"{"op": "health"}"#).is_ok());
        for wrong in [
            r#"{"op": "client.show"}"#,
            r#"{"op": "client.show", "client_id": null}"#,
            r#"{"op": "client.show", "client_id": ["app"]}"#,
            r#"{"op": "client.show", "client_id": "app", "dry_run": true}"#,
            r#"{"op": "client.steal", "client_id": "app"}"#,
            r#"{"op": "revoke.session", "username": "ada"}"#,
            r#"{"op": "health.more"}"#,
            r#"{"op": "client"}"#,
            r#"{"op": 1}"#,
            r#"{"client_id": "app"}"#,
            r"[]",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    /// What the command line writes, the server reads.
    #[test]
    fn calls_survive_the_journey() {
        let user = || UserName { username: "ada".to_owned() };
        let [username, session] = ["ada", "x"].map(str::to_owned);
        for call in [
            OperatorRequest::ClientList(ListFrom { cursor: Some("50:".to_owned()) }),
            OperatorRequest::UserDisable(user()),
            OperatorRequest::RevokeUser(user()),
            OperatorRequest::RevokeSession { username, session },
            OperatorRequest::Health {},
        ] {
            let sent = serde_json::to_value(&call).unwrap();
            let heard: OperatorRequest = serde_json::from_value(sent.clone()).unwrap();
            assert_eq!(serde_json::to_value(heard).unwrap(), sent);
        }
    }
}
