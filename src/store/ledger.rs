//! What may happen once. Strongly consistent; a row is a few bytes and lives for minutes (codes) or as long as a
//! family. The rules are pure functions here; the Durable Object and the memory ledger only keep the rows.

use crate::error::OAuthError;
use crate::oauth::{Bytes16 as _, Lifetime, Region, SubjectId, Timestamp, TryCounter, UserCodeDigest};
use crate::seal::{DeviceRequest, Lineage};
use crate::sorted::SortedMap;
use crate::store::{
    Begun, DecideDevice, Decided, Mark, PollDevice, Polled, Revocation, Revocations, SignIn, SignInRow, SignedIn, Tried,
};
use serde::{Deserialize, Serialize};

/// The ledger.
#[expect(async_fn_in_trait, reason = "an isolate has one thread: its futures are never `Send`")]
pub trait Ledger {
    /// Spends an id, by the ledger's own clock.
    async fn spend(&self, spend: &Spend) -> Result<Spent, LedgerError>;

    /// Renews a family in its subject's object, which sees every revocation of the subject.
    async fn advance(&self, advance: &Advance) -> Result<Advanced, LedgerError>;

    /// Revokes in the subject's object: up to its clock, raised to the revocation's own time. Returns that time when the
    /// mirror in the [`crate::store::Store`] holds the revocation.
    async fn revoke(&self, subject: SubjectId, home: Region, revocation: &Revocation)
    -> Result<Timestamp, LedgerError>;

    /// Marks a subject, likewise.
    async fn mark(&self, subject: SubjectId, home: Region, mark: Mark) -> Result<(), LedgerError>;

    /// What was revoked of a subject, as its object knows it.
    async fn revocations(&self, subject: SubjectId, home: Region) -> Result<Revocations, LedgerError>;

    /// Stamps and lists a sign-in. Repeating the call is safe: the session keeps its stamp.
    async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, LedgerError>;

    /// Where a subject is signed in, the newest first.
    async fn sign_ins(&self, subject: SubjectId, home: Region) -> Result<Vec<SignInRow>, LedgerError>;

    /// Counts a try of a password, before it is looked at.
    async fn try_sign_in(&self, counter: TryCounter) -> Result<Tried, LedgerError>;

    /// Forgets the tries of a counter.
    async fn clear_tries(&self, counter: TryCounter) -> Result<(), LedgerError>;

    /// Lets a device wait for its user under a user code. Repeating the call is safe.
    async fn begin_device(&self, user_code: UserCodeDigest, request: &DeviceRequest) -> Result<Begun, LedgerError>;

    /// What the device of a user code asks for, while it waits for an answer.
    async fn look_at_device(&self, user_code: UserCodeDigest) -> Result<Option<DeviceRequest>, LedgerError>;

    /// Answers a device, once.
    async fn decide_device(&self, decide: &DecideDevice) -> Result<Decided, LedgerError>;

    /// Asks for the answer. What was granted is redeemed by [`Ledger::spend`], in the same object.
    async fn poll_device(&self, poll: &PollDevice) -> Result<Polled, LedgerError>;

    /// Whether it answers.
    async fn ping(&self) -> Result<(), LedgerError>;
}

/// The ledger did not answer in time, or not sensibly; the call may have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerError;

impl From<LedgerError> for OAuthError {
    fn from(_: LedgerError) -> Self {
        Self::unavailable("ledger_unavailable")
    }
}

/// One object of the ledger and where it is created.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// The name; equal names are one object, everywhere.
    pub name: String,
    /// Near whom it is created; `None` near the first caller.
    pub region: Option<Region>,
}

impl ObjectName {
    const SUBJECT_SHARDS: u16 = 64;

    /// Codes: near the user who signed in. Region and number of shards stand in the seal, so that both may change.
    #[must_use]
    pub fn for_codes(region: Region, shards: u16, id: &[u8; 16]) -> Self {
        Self { name: format!("c/{}/{}", region.as_str(), shard(id, shards)), region: Some(region) }
    }

    /// All of one subject in one place. 64 for ever: another number would lose sight of what was revoked.
    #[must_use]
    pub fn for_subject(home: Region, subject: SubjectId) -> Self {
        let shard = shard(subject.as_bytes(), Self::SUBJECT_SHARDS);
        Self { name: format!("s/{}/{shard}", home.as_str()), region: Some(home) }
    }

    /// Tries of an account name: nobody knows where its user lives before it is known whether there is one.
    #[must_use]
    pub fn for_tries(counter: TryCounter) -> Self {
        Self { name: format!("t/{}", shard(counter.as_bytes(), Self::SUBJECT_SHARDS)), region: None }
    }

    /// One-time links of users.
    #[must_use]
    pub fn for_links(id: &[u8; 16]) -> Self {
        Self { name: format!("l/{}", shard(id, Self::SUBJECT_SHARDS)), region: None }
    }

    /// Assertions of clients.
    #[must_use]
    pub fn for_assertions(id: &[u8; 16]) -> Self {
        Self { name: format!("a/{}", shard(id, Self::SUBJECT_SHARDS)), region: None }
    }

    /// Devices that wait for their user: nobody knows yet who that is.
    #[must_use]
    pub fn for_devices(user_code: UserCodeDigest) -> Self {
        Self { name: format!("d/{}", shard(user_code.as_bytes(), Self::SUBJECT_SHARDS)), region: None }
    }

    /// Operator requests.
    #[must_use]
    pub fn for_operator(id: &[u8; 16]) -> Self {
        Self { name: format!("o/{}", shard(id, Self::SUBJECT_SHARDS)), region: None }
    }
}

/// Which of `shards` objects an id belongs to. Ids are random or hashes: two bytes of them are spread evenly.
#[must_use]
pub const fn shard(id: &[u8; 16], shards: u16) -> u16 {
    let [first, second, ..] = *id;
    u16::from_be_bytes([first, second]) % if shards == 0 { 1 } else { shards }
}

/// A request to spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Where.
    pub object: ObjectName,
    /// What.
    pub id: [u8; 16],
    /// When it stops being good.
    pub exp: Timestamp,
    /// Random and new for each request of a client: a retry by this server repeats it.
    pub attempt: [u8; 16],
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Nobody spent it before.
    First,
    /// It was spent at that time.
    Again {
        /// By the ledger's clock.
        first: Timestamp,
    },
    /// Its time has passed, whether it was spent or not.
    Late,
}

/// A row of what was spent. Deleted at [`SpendRow::KEPT`] after `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendRow {
    /// Who spent it.
    pub attempt: [u8; 16],
    /// When.
    pub first: Timestamp,
}

impl SpendRow {
    /// How far clocks may differ.
    const LEEWAY: Lifetime = Lifetime::seconds(5);
    /// How long after `exp` a row is kept; long after everything is `Late`, so a swept row cannot become `First`.
    pub const KEPT: Lifetime = Lifetime::seconds(120);
}

/// The rule of spending. On `First` without a row, the caller inserts one.
#[must_use]
pub fn judge_spend(row: Option<&SpendRow>, attempt: &[u8; 16], exp: Timestamp, now: Timestamp) -> Spent {
    if now >= exp.after(SpendRow::LEEWAY) {
        return Spent::Late;
    }
    match row {
        None => Spent::First,
        Some(row) if row.attempt == *attempt => Spent::First,
        Some(row) => Spent::Again { first: row.first },
    }
}

/// Spends, and repeats the call once with the same attempt when its answer was lost.
///
/// # Errors
/// When the ledger fails twice: whether the id is spent is then unknown.
pub async fn spend(ledger: &impl Ledger, spend: &Spend) -> Result<Spent, LedgerError> {
    twice(async || ledger.spend(spend).await).await
}

/// Makes a call that may be repeated, and repeats it once when its answer was lost.
///
/// # Errors
/// When the ledger fails twice.
pub async fn twice<T>(call: impl AsyncFn() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
    match call().await {
        Err(LedgerError) => call().await,
        answer => answer,
    }
}

/// A request to renew a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Whose and which; the subject's object checks it against the revocations it knows.
    pub lineage: Lineage,
    /// The generation of the token presented.
    pub generation: u32,
    /// For how long after its first use a generation may be used again.
    pub grace: Lifetime,
    /// When the family ends.
    pub until: Timestamp,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// A token of this generation may be issued.
    Issue(u32),
    /// An old token came back: the family is revoked now.
    Replay,
    /// It was revoked before.
    Revoked,
}

/// A row of a family that rotates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyRow {
    /// The generation issued last.
    pub newest: u32,
    /// When a generation was first used, for the newest 64.
    pub used: SortedMap<u32, Timestamp>,
}

impl FamilyRow {
    const MAX_USES: usize = 64;
}

/// The rule of rotation (RFC 9700 §4.14.2), and the row as it is afterwards. A family without a row, or a generation
/// above the row's, is adopted: the row was lost, the token was not.
#[must_use]
pub fn judge_advance(
    row: Option<FamilyRow>,
    generation: u32,
    grace: Lifetime,
    now: Timestamp,
) -> (Advanced, FamilyRow) {
    let mut row = row.unwrap_or(FamilyRow { newest: generation, used: SortedMap::new() });
    if generation >= row.newest {
        row.used.insert(generation, now);
        row.newest = generation.saturating_add(1);
        while row.used.len() > FamilyRow::MAX_USES {
            row.used.pop_first();
        }
        return (Advanced::Issue(row.newest), row);
    }
    // Tabs that race, retries and lost answers: within the grace period of *its own* first use an old generation
    // converges on the newest.
    let forgiven = row.used.get(&generation).is_some_and(|first| now.millis_since(*first) <= grace.millis());
    (if forgiven { Advanced::Issue(row.newest) } else { Advanced::Replay }, row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn an_id_is_spent_once_by_one_attempt() {
        let row = SpendRow { attempt: [1; 16], first: at(10) };
        assert_eq!(judge_spend(None, &[1; 16], at(60), at(10)), Spent::First);
        assert_eq!(judge_spend(Some(&row), &[1; 16], at(60), at(11)), Spent::First);
        assert_eq!(judge_spend(Some(&row), &[2; 16], at(60), at(11)), Spent::Again { first: at(10) });
    }

    #[test]
    fn late_with_and_without_a_row() {
        let row = SpendRow { attempt: [1; 16], first: at(10) };
        assert_eq!(judge_spend(None, &[1; 16], at(60), at(64)), Spent::First);
        assert_eq!(judge_spend(None, &[1; 16], at(60), at(65)), Spent::Late);
        assert_eq!(judge_spend(Some(&row), &[1; 16], at(60), at(65)), Spent::Late);
    }

    #[test]
    fn rotation_forgives_within_the_grace_of_the_first_use_only() {
        let grace = Lifetime::seconds(30);
        let (answer, row) = judge_advance(None, 0, grace, at(100));
        assert_eq!(answer, Advanced::Issue(1));
        let (answer, row) = judge_advance(Some(row), 0, grace, at(130));
        assert_eq!(answer, Advanced::Issue(1), "a lost answer converges on the newest");
        let (answer, row) = judge_advance(Some(row), 1, grace, at(140));
        assert_eq!(answer, Advanced::Issue(2));
        let (answer, row) = judge_advance(Some(row), 1, grace, at(141));
        assert_eq!(answer, Advanced::Issue(2));
        let (answer, _) = judge_advance(Some(row), 0, grace, at(141));
        assert_eq!(answer, Advanced::Replay);
    }

    #[test]
    fn a_lost_row_is_adopted() {
        let (answer, row) = judge_advance(None, 7, Lifetime::seconds(30), at(1));
        assert_eq!((answer, row.newest), (Advanced::Issue(8), 8));
        let (answer, _) = judge_advance(Some(row), 3, Lifetime::seconds(30), at(2));
        assert_eq!(answer, Advanced::Replay, "first use unknown");
    }

    #[test]
    fn a_row_keeps_64_uses() {
        let mut row = None;
        for generation in 0..100 {
            row = Some(judge_advance(row, generation, Lifetime::seconds(30), at(1)).1);
        }
        assert_eq!(row.unwrap().used.len(), 64);
    }
}
