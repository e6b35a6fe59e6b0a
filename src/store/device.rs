//! Devices that wait for their user's answer (RFC 8628): the one place where a device and a browser meet. A row lives for
//! the ten minutes of its device code, under a hash of the user code.

use crate::oauth::{Lifetime, Scope, Timestamp, UserCodeDigest};
use crate::seal::{DeviceRequest, Lineage};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// What is kept of a device. Deleted at [`DeviceRow::KEPT`] after its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DeviceRow {
    /// What it asks for.
    #[n(0)]
    pub request: DeviceRequest,
    /// How far apart it has to poll by now, in seconds (RFC 8628 §3.5).
    #[n(1)]
    pub interval: u32,
    /// When it polled last.
    #[n(2)]
    pub poll: Option<LastPoll>,
    /// What its user answered.
    #[n(3)]
    pub decision: Option<DeviceDecision>,
}

/// A poll, and how it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct LastPoll {
    /// When.
    #[n(0)]
    pub at: Timestamp,
    /// By which call: a repeated one is answered alike.
    #[n(1)]
    pub attempt: ByteArray<16>,
    /// Whether it came too soon.
    #[n(2)]
    pub too_soon: bool,
}

/// A user's answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DeviceDecision {
    /// By which form: one that is sent twice is one answer.
    #[n(0)]
    pub attempt: ByteArray<16>,
    /// What is granted; nothing where the user refused.
    #[n(1)]
    pub grant: Option<DeviceGrant>,
}

/// What a user granted a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DeviceGrant {
    /// Whom the tokens will descend from.
    #[n(0)]
    pub lineage: Lineage,
    /// What was granted.
    #[n(1)]
    pub scope: Scope,
    /// When the consent ends, if it does.
    #[n(2)]
    pub until: Option<Timestamp>,
}

/// A user's answer on its way to the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DecideDevice {
    /// Under which user code.
    #[n(0)]
    pub user_code: UserCodeDigest,
    /// For which of the devices that ever had it.
    #[n(1)]
    pub device: ByteArray<16>,
    /// The answer.
    #[n(2)]
    pub decision: DeviceDecision,
}

/// A device that asks whether its user has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollDevice {
    /// Under which user code.
    pub user_code: UserCodeDigest,
    /// Which device.
    pub device: [u8; 16],
    /// Random and new for each request of a client: a retry by this server repeats it.
    pub attempt: [u8; 16],
}

/// The answer to a device that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It waits under its user code from now on.
    First,
    /// Another device has that user code: draw one more.
    Taken,
    /// Too many wait in that place.
    Full,
}

/// The answer to a user's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds.
    Done,
    /// There is no such device, or not any more, or it has an answer.
    Gone,
}

/// The answer to a device that polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Its user has not answered.
    Pending,
    /// Not yet, and it asks too often.
    SlowDown,
    /// Its user refused.
    Denied,
    /// Its user granted this. Whether it was redeemed is another question.
    Granted(Box<DeviceGrant>),
    /// There is no such device, or not any more.
    Gone,
}

impl DeviceRow {
    /// How many devices wait in one object at most.
    pub const MAX: usize = 4096;
    /// How long after its end a row is kept: nobody has to find it gone who was told that it had ended.
    pub const KEPT: Lifetime = Lifetime::seconds(120);
    /// How far apart polls have to be (RFC 8628 §3.2), and what is added each time that one comes too soon (§3.5).
    pub const INTERVAL: Lifetime = Lifetime::seconds(5);
    /// The longest that a device has to wait, however often it asked too soon.
    const LONGEST_INTERVAL: u32 = 60;
    /// How much too soon is not told: a request may overtake the one before it.
    const SLACK: Lifetime = Lifetime::seconds(1);
    /// How far clocks may differ.
    const LEEWAY: Lifetime = Lifetime::seconds(5);

    /// A device that begins.
    #[must_use]
    pub const fn new(request: DeviceRequest) -> Self {
        Self { request, interval: Self::INTERVAL.as_seconds(), poll: None, decision: None }
    }

    /// Whether it is that device, and its time has not passed by this clock.
    fn is_alive(&self, device: &[u8; 16], now: Timestamp) -> bool {
        *self.request.device == *device && now < self.request.until
    }
}

/// The rule of beginning, by the row that the user code has, and the row to put in its place; `None` where nothing changes.
#[must_use]
pub fn judge_begin(row: Option<&DeviceRow>, request: &DeviceRequest, now: Timestamp) -> (Begun, Option<DeviceRow>) {
    match row {
        Some(row) if row.request.device == request.device => (Begun::First, None),
        Some(row) if now < row.request.until => (Begun::Taken, None),
        _ => (Begun::First, Some(DeviceRow::new(request.clone()))),
    }
}

/// What the device asks for, while it waits for an answer.
#[must_use]
pub fn judge_look(row: Option<DeviceRow>, now: Timestamp) -> Option<DeviceRequest> {
    row.filter(|row| row.decision.is_none() && now < row.request.until).map(|row| row.request)
}

/// The rule of answering, and the row as it is afterwards; `None` where nothing changes. Of two answers the first counts.
#[must_use]
pub fn judge_decision(row: Option<DeviceRow>, decide: &DecideDevice, now: Timestamp) -> (Decided, Option<DeviceRow>) {
    let Some(row) = row.filter(|row| row.is_alive(&decide.device, now)) else { return (Decided::Gone, None) };
    let allows = |decision: &DeviceDecision| decision.grant.is_some();
    match &row.decision {
        None => (Decided::Done, Some(DeviceRow { decision: Some(decide.decision.clone()), ..row })),
        // The same form once more: what it said before holds.
        Some(before) if before.attempt == decide.decision.attempt && allows(before) == allows(&decide.decision) => {
            (Decided::Done, None)
        }
        Some(_) => (Decided::Gone, None),
    }
}

/// The rule of polling (RFC 8628 §3.5), and the row as it is afterwards; `None` where nothing changes.
#[must_use]
pub fn judge_poll(row: Option<DeviceRow>, poll: &PollDevice, now: Timestamp) -> (Polled, Option<DeviceRow>) {
    let late = |row: &DeviceRow| now >= row.request.until.after(DeviceRow::LEEWAY);
    let Some(row) = row.filter(|row| *row.request.device == poll.device && !late(row)) else {
        return (Polled::Gone, None);
    };
    match row.decision {
        Some(DeviceDecision { grant: Some(grant), .. }) => return (Polled::Granted(Box::new(grant)), None),
        Some(DeviceDecision { grant: None, .. }) => return (Polled::Denied, None),
        None => {}
    }
    let answer = |too_soon| if too_soon { Polled::SlowDown } else { Polled::Pending };
    let apart = Lifetime::seconds(row.interval).millis() - DeviceRow::SLACK.millis();
    let too_soon = match row.poll {
        Some(last) if *last.attempt == poll.attempt => return (answer(last.too_soon), None),
        Some(last) => now.millis_since(last.at) < apart,
        None => false,
    };
    let added = if too_soon { DeviceRow::INTERVAL.as_seconds() } else { 0 };
    let interval = (row.interval + added).min(DeviceRow::LONGEST_INTERVAL);
    let last = LastPoll { at: now, attempt: ByteArray::from(poll.attempt), too_soon };
    (answer(too_soon), Some(DeviceRow { interval, poll: Some(last), ..row }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{Bytes16 as _, ClientId, FamilyId, Region, Resources, SessionId, SubjectId};

    const DEVICE: [u8; 16] = [1; 16];

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn row() -> DeviceRow {
        DeviceRow::new(DeviceRequest {
            device: ByteArray::from(DEVICE),
            client: ClientId::parse("tv").unwrap(),
            epoch: 0,
            scope: Scope::parse("notes").unwrap(),
            resources: Resources::default(),
            born: at(0),
            until: at(600_000),
        })
    }

    fn grant() -> DeviceGrant {
        let lineage = Lineage {
            subject: SubjectId::from_bytes([2; 16]),
            home: Region::Weur,
            sid: SessionId::from_bytes([3; 16]),
            auth: at(1),
            cred: at(1),
            consent: at(1),
            client: ClientId::parse("tv").unwrap().tag(),
            epoch: 0,
            family: FamilyId::from_bytes([4; 16]),
            born: at(1),
            offline: false,
        };
        DeviceGrant { lineage, scope: Scope::parse("notes").unwrap(), until: None }
    }

    fn code() -> UserCodeDigest {
        UserCodeDigest::from_bytes([9; 16])
    }

    fn poll(row: DeviceRow, attempt: u8, now: u64) -> (Polled, DeviceRow) {
        let poll = PollDevice { user_code: code(), device: DEVICE, attempt: [attempt; 16] };
        let (answer, changed) = judge_poll(Some(row.clone()), &poll, at(now));
        (answer, changed.unwrap_or(row))
    }

    fn decide(attempt: u8, grant: Option<DeviceGrant>) -> DecideDevice {
        let decision = DeviceDecision { attempt: ByteArray::from([attempt; 16]), grant };
        DecideDevice { user_code: code(), device: ByteArray::from(DEVICE), decision }
    }

    #[test]
    fn a_user_code_is_taken_until_its_device_is_over() {
        let other = DeviceRequest { device: ByteArray::from([7; 16]), ..row().request };
        let begun = Some(DeviceRow::new(other.clone()));
        assert_eq!(judge_begin(None, &other, at(1)), (Begun::First, begun.clone()));
        assert_eq!(judge_begin(Some(&row()), &other, at(599_999)), (Begun::Taken, None));
        assert_eq!(judge_begin(Some(&row()), &other, at(600_000)), (Begun::First, begun));
        assert_eq!(judge_begin(Some(&row()), &row().request, at(1)), (Begun::First, None), "the same call once more");
    }

    #[test]
    fn who_polls_too_soon_is_told_to_slow_down_and_has_to() {
        let (answer, row) = poll(row(), 1, 10_000);
        assert_eq!(answer, Polled::Pending, "the first poll is never too soon");
        let (answer, row) = poll(row, 2, 14_000);
        assert_eq!((answer, row.interval), (Polled::Pending, 5), "a second less is forgiven");
        let (answer, row) = poll(row, 3, 17_999);
        assert_eq!((answer, row.interval), (Polled::SlowDown, 10));
        let (answer, row) = poll(row, 4, 26_998);
        assert_eq!((answer, row.interval), (Polled::SlowDown, 15));
        let (answer, mut row) = poll(row, 5, 41_998);
        assert_eq!((answer, row.interval), (Polled::Pending, 15));
        for attempt in 6..40 {
            row = poll(row, attempt, 41_999).1;
        }
        assert_eq!(row.interval, 60);
    }

    #[test]
    fn a_repeated_call_is_answered_alike() {
        let (answer, first) = poll(row(), 1, 10_000);
        assert_eq!(poll(first.clone(), 1, 10_001), (answer, first.clone()));
        let (answer, second) = poll(first, 2, 10_002);
        assert_eq!(answer, Polled::SlowDown);
        assert_eq!(poll(second.clone(), 2, 20_000), (Polled::SlowDown, second));
    }

    #[test]
    fn the_first_answer_counts_and_the_same_form_twice_is_one() {
        assert_eq!(judge_look(Some(row()), at(1)), Some(row().request));
        let (answer, allowed) = judge_decision(Some(row()), &decide(1, Some(grant())), at(1));
        assert_eq!(answer, Decided::Done);
        let mut other = grant();
        other.lineage.family = FamilyId::from_bytes([5; 16]);
        assert_eq!(judge_decision(allowed.clone(), &decide(1, Some(other)), at(2)), (Decided::Done, None));
        for late in [decide(1, None), decide(2, Some(grant())), decide(2, None)] {
            assert_eq!(judge_decision(allowed.clone(), &late, at(2)), (Decided::Gone, None));
        }
        assert_eq!(judge_look(allowed.clone(), at(2)), None, "a code is used once");
        let allowed = allowed.unwrap();
        assert_eq!(poll(allowed.clone(), 1, 3), (Polled::Granted(Box::new(grant())), allowed.clone()));
        assert_eq!(poll(allowed.clone(), 2, 4), (Polled::Granted(Box::new(grant())), allowed), "spending decides");
        let denied = judge_decision(Some(row()), &decide(1, None), at(1)).1.unwrap();
        assert_eq!(poll(denied.clone(), 1, 3), (Polled::Denied, denied.clone()));
        assert_eq!(judge_decision(Some(denied), &decide(1, Some(grant())), at(2)), (Decided::Gone, None));
    }

    #[test]
    fn nothing_is_left_when_time_has_passed_or_another_has_the_code() {
        assert_eq!(judge_look(Some(row()), at(600_000)), None);
        assert_eq!(judge_decision(Some(row()), &decide(1, None), at(600_000)), (Decided::Gone, None));
        assert_eq!(poll(row(), 1, 604_999).0, Polled::Pending, "by a clock that is behind");
        assert_eq!(poll(row(), 1, 605_000).0, Polled::Gone);
        let mut other = row();
        other.request.device = ByteArray::from([7; 16]);
        assert_eq!(poll(other.clone(), 1, 1).0, Polled::Gone);
        assert_eq!(judge_decision(Some(other), &decide(1, None), at(1)), (Decided::Gone, None));
        assert_eq!(judge_look(None, at(1)), None);
    }

    #[test]
    fn rows_are_read_as_they_were_written() {
        let mut row = poll(row(), 1, 10_000).1;
        for decision in [None, Some(decide(1, None).decision), Some(decide(1, Some(grant())).decision)] {
            row.decision = decision;
            assert_eq!(minicbor::decode::<DeviceRow>(&minicbor::to_vec(&row).unwrap()).unwrap(), row);
        }
    }
}
