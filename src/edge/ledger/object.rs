//! The Durable Object class. What a call reads and writes lies between two awaits and is at most one changed row, so it
//! happens as a whole, or not at all.

use super::super::kv::Kv;
use super::super::{clock, log};
use super::alarm::Alarm;
use super::call::{Answer, Call};
use super::mirror::Mirror;
use super::rows::{Rows, device_over, family_over, spend_over};
use crate::oauth::{SubjectId, Timestamp, TryCounter, UserCodeDigest};
use crate::seal::DeviceRequest;
use crate::store::{
    Advance, Advanced, Ancestor, Begun, DecideDevice, DeviceRow, PollDevice, Revocation, Revocations, SignInRow,
    SignedIn, Spent, judge_advance, judge_begin, judge_decision, judge_look, judge_poll, judge_sign_in, judge_try,
};
use std::cell::Cell;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, Storage, durable_object, wasm_bindgen};

/// One shard of the ledger.
#[durable_object(alarm)]
pub struct Ledger {
    storage: Storage,
    rows: Rc<Rows>,
    mirror: Rc<Mirror>,
    alarm: Alarm,
    /// Whether the tables are known to exist.
    created: Cell<bool>,
}

/// Milliseconds until a mirror that failed is tried again.
const RETRY: u64 = 5_000;
/// Milliseconds between two sweeps: rows may stay longer than they must.
const SWEEPS_APART: u64 = 60_000;
/// How many mirrors one alarm tries.
const RETRIED_AT_ONCE: u32 = 32;

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        let storage = state.storage();
        let rows = Rc::new(Rows::new(storage.sql()));
        let mirror = Rc::new(Mirror::new(Rc::clone(&rows), Kv::new(&env)));
        Self { storage, rows, mirror, alarm: Alarm::default(), created: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let answer = match Call::parse(&request.inner().url()) {
            Some(call) => self.answer(call).await,
            None => Ok(Answer::NOT_UNDERSTOOD),
        };
        let answer = answer.unwrap_or_else(|error| {
            log::fault("ledger object", &error.to_string());
            Answer::FAILED
        });
        Ok(answer.into_response())
    }

    /// Never fails: the platform would give up after six repetitions.
    async fn alarm(&self) -> Result<Response> {
        if let Err(error) = self.ring().await {
            log::fault("ledger alarm", &error.to_string());
        }
        Response::empty()
    }
}

impl Ledger {
    async fn answer(&self, call: Call) -> Result<Answer> {
        self.prepare().await?;
        let now = clock::now();
        match call {
            Call::Spend { id, exp, attempt } => {
                let spent = self.rows.spend(&id, exp, &attempt, now)?;
                if spent == Spent::First {
                    self.alarm.ring_by(spend_over(exp), now, &self.storage).await?;
                }
                Ok(spent.into())
            }
            Call::Advance(advance) => self.advance(&advance, now).await,
            Call::Revoke { subject, revocation } => {
                Ok(self.revoke(subject, revocation, now).await?.map_or(Answer::FAILED, Answer::from))
            }
            Call::Mark { subject, mark } => {
                let mirrored = self.change(subject, now, |revocations| revocations.mark(mark)).await?;
                Ok(if mirrored { Answer::DONE } else { Answer::FAILED })
            }
            Call::Revocations { subject } => Answer::json(&self.rows.revocations(subject)?),
            Call::SignIn { subject, row } => self.sign_in(subject, row, now).await,
            Call::SignIns { subject } => Answer::json(&self.rows.sign_ins(subject, now)?),
            Call::Try { counter } => self.count_try(counter, now).await,
            Call::Clear { counter } => {
                self.rows.clear_tries(counter)?;
                Ok(Answer::DONE)
            }
            Call::BeginDevice { user_code, request } => self.begin_device(user_code, &request, now).await,
            Call::LookAtDevice { user_code } => Ok(judge_look(self.rows.device(user_code)?, now).into()),
            Call::DecideDevice(decide) => self.decide_device(&decide, now),
            Call::PollDevice(poll) => self.poll_device(&poll, now),
            Call::Ping => Ok(Answer::DONE),
            #[cfg(feature = "test_clock")]
            Call::Alarm => self.ring().await.map(|()| Answer::DONE),
        }
    }

    async fn advance(&self, advance: &Advance, now: Timestamp) -> Result<Answer> {
        let lineage = &advance.lineage;
        if self.rows.revocations(lineage.subject)?.reach(lineage).is_some() {
            return Ok(Advanced::Revoked.into());
        }
        let kept = self.rows.family(lineage.family)?;
        let before = kept.as_ref().map(|(row, _)| row.clone());
        let (advanced, row) = judge_advance(before, advance.generation, advance.grace, now);
        match advanced {
            Advanced::Issue(_) => {
                let until = kept.as_ref().map_or(advance.until, |(_, until)| advance.until.max(*until));
                let after = Some((row, until));
                // Within the grace period nothing changes, and nothing is written.
                if let Some((row, until)) = after.as_ref().filter(|_| after != kept) {
                    self.rows.put_family(lineage.family, row, *until)?;
                    self.alarm.ring_by(family_over(*until), now, &self.storage).await?;
                }
            }
            Advanced::Replay => {
                let family = Revocation { ancestor: Ancestor::Family(lineage.family), at: lineage.born };
                if self.revoke(lineage.subject, family, now).await?.is_none() {
                    return Ok(Answer::FAILED);
                }
            }
            Advanced::Revoked => {}
        }
        Ok(advanced.into())
    }

    async fn sign_in(&self, subject: SubjectId, row: SignInRow, now: Timestamp) -> Result<Answer> {
        if let Some(known) = self.rows.sign_ins(subject, now)?.iter().find(|known| known.sid == row.sid) {
            // The call is repeated: its first answer was lost.
            return Ok(known.auth.into());
        }
        let answer = judge_sign_in(&self.rows.revocations(subject)?, &row, now);
        if let SignedIn::At(auth) = answer {
            let row = SignInRow { auth, ..row };
            self.rows.put_sign_in(subject, &row)?;
            self.alarm.ring_by(row.until, now, &self.storage).await?;
        }
        Ok(answer.into())
    }

    async fn count_try(&self, counter: TryCounter, now: Timestamp) -> Result<Answer> {
        let (answer, changed) = judge_try(self.rows.tries(counter)?, now);
        if let Some(row) = changed {
            self.rows.put_tries(counter, &row)?;
            self.alarm.ring_by(row.over(), now, &self.storage).await?;
        }
        Ok(answer.into())
    }

    async fn begin_device(&self, code: UserCodeDigest, request: &DeviceRequest, now: Timestamp) -> Result<Answer> {
        let (answer, row) = judge_begin(self.rows.device(code)?.as_ref(), request, now);
        if let Some(row) = row {
            if self.rows.devices()? >= DeviceRow::MAX {
                return Ok(Begun::Full.into());
            }
            self.rows.put_device(code, &row)?;
            self.alarm.ring_by(device_over(&row), now, &self.storage).await?;
        }
        Ok(answer.into())
    }

    fn decide_device(&self, decide: &DecideDevice, now: Timestamp) -> Result<Answer> {
        let (answer, row) = judge_decision(self.rows.device(decide.user_code)?, decide, now);
        row.map_or(Ok(()), |row| self.rows.put_device(decide.user_code, &row))?;
        Ok(answer.into())
    }

    fn poll_device(&self, poll: &PollDevice, now: Timestamp) -> Result<Answer> {
        let (answer, row) = judge_poll(self.rows.device(poll.user_code)?, poll, now);
        row.map_or(Ok(()), |row| self.rows.put_device(poll.user_code, &row))?;
        Ok(answer.into())
    }

    /// Revokes up to now, or to a stamp that lies ahead; returns up to when if the mirror holds it.
    async fn revoke(&self, subject: SubjectId, revocation: Revocation, now: Timestamp) -> Result<Option<Timestamp>> {
        let Revocation { ancestor, mut at } = revocation;
        // A sign-in that a clock ahead of this one has stamped is meant too.
        let newest = self.rows.sign_ins(subject, now)?.first().map(|row| row.auth);
        let now = newest.map_or(now, |newest| now.max(newest));
        let mirrored = self.change(subject, now, |revocations| {
            at = revocations.stamp(at.max(now));
            revocations.add(&Revocation { ancestor, at });
        });
        let mirrored = mirrored.await?;
        Ok(mirrored.then_some(at))
    }

    /// Changes what is revoked of a subject; whether the mirror holds it then. Where not, the alarm tries again.
    async fn change(&self, subject: SubjectId, now: Timestamp, change: impl FnOnce(&mut Revocations)) -> Result<bool> {
        let mut revocations = self.rows.revocations(subject)?;
        // First: what has ended counts towards no limit.
        revocations.sweep(now);
        change(&mut revocations);
        self.rows.put_revocations(subject, &revocations)?;
        self.alarm.ring_by(now.after_millis(RETRY), now, &self.storage).await?;
        self.rows.end_sign_ins(subject, &revocations)?;
        Ok(self.mirror.settle(subject).await)
    }

    /// What has to be there before the first call: tables, and an alarm where something waits for one.
    async fn prepare(&self) -> Result<()> {
        self.create()?;
        if self.alarm.is_found_unset(&self.storage).await? && !self.rows.is_settled()? {
            let now = clock::now();
            self.alarm.ring_by(now.after_millis(RETRY), now, &self.storage).await?;
        }
        Ok(())
    }

    fn create(&self) -> Result<()> {
        if !self.created.get() {
            self.rows.create()?;
            self.created.set(true);
        }
        Ok(())
    }

    async fn ring(&self) -> Result<()> {
        self.alarm.rang();
        let due = self.tend().await.unwrap_or_else(|error| {
            log::fault("ledger alarm", &error.to_string());
            Some(clock::now().after_millis(RETRY))
        });
        match due {
            Some(due) => self.alarm.ring_by(due, clock::now(), &self.storage).await,
            None => Ok(()),
        }
    }

    /// Sweeps, mirrors what is dirty, and says when to do so again.
    async fn tend(&self) -> Result<Option<Timestamp>> {
        self.create()?;
        let now = clock::now();
        let over = self.rows.sweep(now)?.map(|over| over.max(now.after_millis(SWEEPS_APART)));
        self.rows.write_again(now)?;
        for subject in self.rows.dirty(RETRIED_AT_ONCE)? {
            self.mirror.settle(subject).await;
        }
        let retry = (!self.rows.dirty(1)?.is_empty()).then(|| clock::now().after_millis(RETRY));
        Ok([over, retry, self.rows.write_again(now)?].into_iter().flatten().min())
    }
}
