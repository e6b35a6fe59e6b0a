//! What a user allowed a client: one record per user and client, with an entry for each redirect origin and resource,
//! so that a new place to be answered at asks anew.

use crate::oauth::{ClientId, Lifetime, Resources, Scope, SessionId, Timestamp, digest16};
use crate::seal::{HeldConsent, Session};
use crate::store::Revocations;
use minicbor::bytes::ByteArray;
use serde::{Deserialize, Serialize};

/// `consent/<subject>/<hash of client>`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecord {
    /// Whom it is for, so that whoever lists the records can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// Newest first.
    pub entries: Vec<ConsentEntry>,
}

/// What was allowed at one redirect origin for one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEntry {
    /// [`ConsentSubject::origin`]
    pub origin: String,
    /// RFC 8707; several are joined by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What was allowed.
    pub scope: Scope,
    /// When, Unix milliseconds.
    pub granted: Timestamp,
    /// Until when, Unix milliseconds; absent: until withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When the password was set that the user had signed in with: what a thief of it allowed ends with it.
    pub cred: Timestamp,
    /// The sign-in that allowed it: what a thief of the session allowed ends with it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<GivenBy>,
}

/// A sign-in that allowed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBy {
    /// The session.
    pub sid: SessionId,
    /// When it signed in.
    pub auth: Timestamp,
}

impl ConsentEntry {
    /// In place of an origin, where a device was connected by its code (RFC 8628). No origin is called so.
    pub const DEVICE: &'static str = "device";

    /// Whether it neither ended nor was revoked, for a client that was registered then.
    #[must_use]
    pub fn stands(&self, client: &ClientId, registered: Timestamp, revocations: &Revocations, now: Timestamp) -> bool {
        self.granted >= registered
            && lasts(self.granted, self.until, now)
            && self.is_honest(revocations)
            && revocations.spares_consent(client, self.granted)
    }

    /// Whether it was given by a password and a session that were not dead by then.
    fn is_honest(&self, revocations: &Revocations) -> bool {
        let laundered = |by: GivenBy| revocations.launders(by.sid, by.auth, self.granted);
        !revocations.reach_credential(self.cred) && !self.by.is_some_and(laundered)
    }
}

/// How long a user allows access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentDuration {
    /// Until the session ends; nothing is stored.
    Visit,
    /// Thirty days.
    Days30,
    /// Until the user withdraws it.
    UntilWithdrawn,
}

/// What a consent is about: who asks, where it is answered, for which resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentSubject<'a> {
    /// Who asks.
    pub client: &'a ClientId,
    /// When the client was registered: what was allowed to an earlier one of that id is not its own.
    pub registered: Timestamp,
    /// Where it is answered: [`crate::oauth::RedirectUri::origin`], or [`ConsentEntry::DEVICE`].
    pub origin: String,
    /// RFC 8707
    pub resources: &'a Resources,
}

impl ConsentRecord {
    /// One user seldom meets one client at more places.
    const MAX_ENTRIES: usize = 16;

    /// The entry for this subject.
    #[must_use]
    pub fn entry(&self, about: &ConsentSubject<'_>) -> Option<&ConsentEntry> {
        let resource = about.resources.joined();
        self.entries.iter().find(|entry| entry.origin == about.origin && entry.resource == resource)
    }

    /// Puts an entry in the place of the one for the same subject.
    pub fn put(&mut self, entry: ConsentEntry) {
        self.entries.retain(|other| other.origin != entry.origin || other.resource != entry.resource);
        self.entries.insert(0, entry);
        self.entries.truncate(Self::MAX_ENTRIES);
    }
}

/// Whether a consent has not ended. None outlives the longest grant, because revocations are forgotten then.
fn lasts(granted: Timestamp, until: Option<Timestamp>, now: Timestamp) -> bool {
    granted.after(Revocations::LONGEST_GRANT) > now && until.is_none_or(|until| until > now)
}

impl ConsentDuration {
    /// Every choice, the shortest first.
    pub const ALL: &[Self] = &[Self::Visit, Self::Days30, Self::UntilWithdrawn];
    const THIRTY_DAYS: Lifetime = Lifetime::days(30);

    /// The value of the form field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Days30 => "days30",
            Self::UntilWithdrawn => "until_withdrawn",
        }
    }

    /// Reads the form field.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|duration| duration.as_str() == text)
    }

    /// When a consent granted now ends; a visit ends with the session.
    #[must_use]
    pub const fn until(self, now: Timestamp, session_until: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Visit => Some(session_until),
            Self::Days30 => Some(now.after(Self::THIRTY_DAYS)),
            Self::UntilWithdrawn => None,
        }
    }
}

impl ConsentSubject<'_> {
    /// The entry of a consent granted now.
    #[must_use]
    pub fn granted(
        &self,
        scope: Scope,
        granted: Timestamp,
        until: Option<Timestamp>,
        session: &Session,
    ) -> ConsentEntry {
        let by = Some(GivenBy { sid: session.sid, auth: session.auth });
        let (origin, resource) = (self.origin.clone(), self.resources.joined());
        ConsentEntry { origin, resource, scope, granted, until, cred: session.cred, by }
    }

    /// The consent in the form in which the session cookie carries it.
    #[must_use]
    pub fn held(&self, entry: &ConsentEntry) -> HeldConsent {
        HeldConsent {
            key: self.key(),
            scope: entry.scope.clone(),
            granted: entry.granted,
            until: entry.until,
            client: Some(self.client.digest()),
        }
    }

    /// The consent that counts: the newest of record and cookie that has neither ended nor been revoked.
    #[must_use]
    pub fn standing(
        &self,
        record: &ConsentRecord,
        held: &[HeldConsent],
        revocations: &Revocations,
        now: Timestamp,
    ) -> Option<HeldConsent> {
        let key = self.key();
        let recorded = record.entry(self).filter(|entry| entry.is_honest(revocations));
        let recorded = recorded.map(|entry| self.held(entry));
        // Of equal stamps the browser's own counts: an answer for this visit narrows the record, not itself.
        let all = recorded.into_iter().chain(held.iter().filter(|held| held.key == key).cloned());
        let newest = all.filter(|consent| consent.granted >= self.registered).max_by_key(|consent| consent.granted)?;
        (lasts(newest.granted, newest.until, now) && revocations.spares_consent(self.client, newest.granted))
            .then_some(newest)
    }

    /// What the session cookie names it by.
    #[must_use]
    pub fn key(&self) -> ByteArray<16> {
        let resource = self.resources.joined().unwrap_or_default();
        ByteArray::from(digest16(&[self.client.as_str(), &self.origin, &resource].map(str::as_bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{Bytes16 as _, Region, Resource, SubjectId};
    use crate::store::{Ancestor, Revocation};

    const ORIGIN: &str = "https://app.example";

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn session() -> Session {
        Session {
            subject: SubjectId::from_bytes([1; 16]),
            home: Region::Weur,
            sid: SessionId::from_bytes([1; 16]),
            auth: at(5),
            cred: at(1),
            username: "ada".to_owned(),
            idle_until: at(1000),
            until: at(1000),
            consents: Vec::new(),
            clients: Vec::new(),
            confirmed: None,
        }
    }

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn the_newest_of_record_and_cookie_counts_unless_ended_or_revoked() {
        let client = ClientId::parse("app").unwrap();
        let about = ConsentSubject {
            client: &client,
            registered: at(0),
            origin: ORIGIN.to_owned(),
            resources: &Resources::default(),
        };
        let mut record = ConsentRecord::default();
        record.put(about.granted(scope("openid"), at(10), None, &session()));
        let held = [about.held(&about.granted(scope("openid notes"), at(20), Some(at(100)), &session()))];
        let mut revocations = Revocations::default();
        let standing = |revocations: &Revocations, now| {
            about.standing(&record, &held, revocations, at(now)).map(|c| c.scope.to_string())
        };
        assert_eq!(standing(&revocations, 50).as_deref(), Some("openid notes"));
        assert_eq!(standing(&revocations, 100), None, "the newest has ended; an older, wider one does not come back");
        revocations.add(&Revocation { ancestor: Ancestor::Consent(client.digest()), at: at(20) });
        assert_eq!(standing(&revocations, 50), None);
    }

    #[test]
    fn what_a_dead_session_allowed_does_not_stand() {
        let client = ClientId::parse("app").unwrap();
        let about = ConsentSubject {
            client: &client,
            registered: at(0),
            origin: ORIGIN.to_owned(),
            resources: &Resources::default(),
        };
        let mut record = ConsentRecord::default();
        record.put(about.granted(scope("openid"), at(20), None, &session()));
        let mut revocations = Revocations::default();
        assert!(about.standing(&record, &[], &revocations, at(50)).is_some());
        revocations.add(&Revocation { ancestor: Ancestor::SignOut(session().sid), at: at(19) });
        assert!(about.standing(&record, &[], &revocations, at(50)).is_none());
        revocations.add(&Revocation { ancestor: Ancestor::SignOut(session().sid), at: at(20) });
        assert!(about.standing(&record, &[], &revocations, at(50)).is_none(), "nor once somebody signs out again");
        let mut revocations = Revocations::default();
        revocations.add(&Revocation { ancestor: Ancestor::SignOut(session().sid), at: at(20) });
        assert!(about.standing(&record, &[], &revocations, at(50)).is_some(), "signing out takes no consent away");
    }

    #[test]
    fn another_origin_or_resource_is_another_consent() {
        let client = ClientId::parse("app").unwrap();
        let about = ConsentSubject {
            client: &client,
            registered: at(0),
            origin: ORIGIN.to_owned(),
            resources: &Resources::default(),
        };
        let mut record = ConsentRecord::default();
        record.put(about.granted(scope("openid"), at(10), None, &session()));
        for other in ["https://other.example", ConsentEntry::DEVICE] {
            assert!(record.entry(&ConsentSubject { origin: other.to_owned(), ..about.clone() }).is_none());
        }
        let resources = Resources::of(Resource::parse("https://api")).unwrap();
        assert!(record.entry(&ConsentSubject { resources: &resources, ..about.clone() }).is_none());
        record.put(about.granted(scope("notes"), at(20), None, &session()));
        assert_eq!(record.entries.len(), 1);
    }
}
