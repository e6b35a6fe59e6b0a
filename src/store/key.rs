//! Names of records. `src/manual/storage.rs` has the table of all of them.

use crate::oauth::{ClientDigest, ClientId, SubjectId, base64url};
use sha2::{Digest as _, Sha256};

/// The name of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// All clients.
    pub const CLIENTS: &'static str = "client/";
    /// All changed registrations of clients that registered themselves.
    pub const REGISTRATIONS: &'static str = "registration/";
    /// All users.
    pub const USERS: &'static str = "user/";

    /// A registered client.
    #[must_use]
    pub fn client(id: &ClientId) -> Self {
        Self(format!("{}{id}", Self::CLIENTS))
    }

    /// What took the place of a registration that its client carries itself.
    #[must_use]
    pub fn registration(client: ClientDigest) -> Self {
        Self(format!("{}{client}", Self::REGISTRATIONS))
    }

    /// A user's profile.
    #[must_use]
    pub fn user(subject: SubjectId) -> Self {
        Self(format!("{}{subject}", Self::USERS))
    }

    /// A user's password, by the folded user name. Names may be long, keys may not: hashed.
    #[must_use]
    pub fn login(folded_name: &str) -> Self {
        Self(format!("login/{}", base64url(Sha256::digest(folded_name))))
    }

    /// What a user allowed a client.
    #[must_use]
    pub fn consent(subject: SubjectId, client: &ClientId) -> Self {
        Self(format!("{}{}", Self::consents(subject), base64url(Sha256::digest(client.as_str()))))
    }

    /// How the keys of all that a user allowed begin.
    #[must_use]
    pub fn consents(subject: SubjectId) -> String {
        format!("consent/{subject}/")
    }

    /// What was revoked of a user.
    #[must_use]
    pub fn revoked(subject: SubjectId) -> Self {
        Self(format!("revoked/{subject}"))
    }

    /// That an access token without a user was revoked.
    #[must_use]
    pub fn revoked_token(id: &[u8; 16]) -> Self {
        Self(format!("revoked/token/{}", base64url(id)))
    }

    /// A name that a listing returned.
    #[must_use]
    pub const fn listed(name: String) -> Self {
        Self(name)
    }

    /// A name that is never written: reading it shows whether the store answers.
    #[must_use]
    pub fn probe() -> Self {
        Self("probe".to_owned())
    }

    /// Whether a name, or the beginning of one, is of an account, a sign-in name or a consent: what is kept apart where a
    /// deployment is split.
    #[must_use]
    pub fn is_of_users(name: &str) -> bool {
        [Self::USERS, "login/", "consent/"].iter().any(|prefix| name.starts_with(prefix))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
