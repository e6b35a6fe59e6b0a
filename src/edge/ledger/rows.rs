//! The SQL tables of an object. Tables without row ids and indexes: each change of a row is billed as one.

use crate::oauth::{Bytes16 as _, FamilyId, Lifetime, SubjectId, Timestamp, TryCounter, UserCodeDigest};
use crate::record;
use crate::store::{DeviceRow, FamilyRow, Revocations, SignInRow, SpendRow, Spent, TryRow, judge_spend};
use serde::de::DeserializeOwned;
use std::cell::Cell;
use worker::{Error, Result, SqlStorage, SqlStorageValue as Value};

/// The tables.
pub(super) struct Rows {
    sql: SqlStorage,
    /// When the rows that live for weeks are to be looked at next: they have no index, and are many.
    lasting_due: Cell<Timestamp>,
}

/// What is to be mirrored of a subject.
pub(super) struct Unmirrored {
    /// The JSON of its [`Revocations`].
    pub(super) json: String,
    /// When it was last tried to write it.
    pub(super) tried: Timestamp,
}

/// How long the row of a family is kept after the last token it issued.
const FAMILY_KEPT: Lifetime = Lifetime::seconds(120);
/// How often the rows that live for weeks are swept.
const LASTING_SWEPT: Lifetime = Lifetime::days(1);
/// How late a write may arrive that was given up.
const LATE_WRITE: Lifetime = Lifetime::seconds(60);
/// How many sign-ins of a subject are kept; see [`SignInRow::MAX`].
const KEPT: i64 = 50;

impl Rows {
    pub(super) const fn new(sql: SqlStorage) -> Self {
        Self { sql, lasting_due: Cell::new(Timestamp::from_millis(0)) }
    }

    /// Creates what is missing. Not when the object is made: there a failure could only panic.
    pub(super) fn create(&self) -> Result<()> {
        self.write(
            "CREATE TABLE IF NOT EXISTS spent
               (id BLOB PRIMARY KEY, attempt BLOB NOT NULL, first INTEGER NOT NULL, exp INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS family
               (id BLOB PRIMARY KEY, uses TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
             -- dirty: 1 to be mirrored, 2 the same after a write that failed, 3 mirrored but to be written once more
             CREATE TABLE IF NOT EXISTS subject
               (id BLOB PRIMARY KEY, revoked TEXT NOT NULL, dirty INTEGER NOT NULL, tried INTEGER NOT NULL) WITHOUT ROWID;
             -- Most subjects are clean, and stay for ever: who looks for the others must not read them all.
             CREATE INDEX IF NOT EXISTS subject_dirty ON subject (dirty, tried) WHERE dirty > 0;
             CREATE TABLE IF NOT EXISTS sign_in
               (subject BLOB NOT NULL, sid BLOB NOT NULL, auth INTEGER NOT NULL, row TEXT NOT NULL, until INTEGER NOT NULL,
                PRIMARY KEY (subject, sid)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS tries
               (id BLOB PRIMARY KEY, row TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS device
               (id BLOB PRIMARY KEY, row BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        Ok(())
    }

    /// Spends an id. One statement where it is the first, two where it is not.
    pub(super) fn spend(&self, id: &[u8; 16], exp: Timestamp, attempt: &[u8; 16], now: Timestamp) -> Result<Spent> {
        // Without a row: late, or else first if the row can be inserted. A late one leaves no row behind.
        let fresh = judge_spend(None, attempt, exp, now);
        if fresh != Spent::First {
            return Ok(fresh);
        }
        let inserted = self.write(
            "INSERT INTO spent (id, attempt, first, exp) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            vec![blob(id), blob(attempt), time(now), time(exp)],
        )?;
        if inserted > 0 {
            return Ok(Spent::First);
        }
        let row =
            self.read("SELECT attempt, first FROM spent WHERE id = ?", vec![blob(id)])?.ok_or_else(|| odd("spent"))?;
        let [Value::Blob(by), Value::Integer(first)] = row.as_slice() else { return Err(odd("spent")) };
        let by = by.as_slice().try_into().map_err(|_| odd("spent"))?;
        let row = SpendRow { attempt: by, first: timestamp(*first) };
        Ok(judge_spend(Some(&row), attempt, exp, now))
    }

    pub(super) fn family(&self, id: FamilyId) -> Result<Option<(FamilyRow, Timestamp)>> {
        let row = self.read("SELECT uses, until FROM family WHERE id = ?", vec![blob(id.as_bytes())])?;
        row.map(|row| match row.as_slice() {
            [Value::String(uses), Value::Integer(until)] => Ok((record(uses, "family")?, timestamp(*until))),
            _ => Err(odd("family")),
        })
        .transpose()
    }

    pub(super) fn put_family(&self, id: FamilyId, row: &FamilyRow, until: Timestamp) -> Result<()> {
        self.write(
            "INSERT INTO family (id, uses, until) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET uses = excluded.uses, until = excluded.until",
            vec![blob(id.as_bytes()), Value::String(serde_json::to_string(row)?), time(until)],
        )?;
        Ok(())
    }

    /// What was revoked of a subject. A row that cannot be read is an error: nothing revoked may be forgotten.
    pub(super) fn revocations(&self, subject: SubjectId) -> Result<Revocations> {
        let row = self.read("SELECT revoked FROM subject WHERE id = ?", vec![blob(subject.as_bytes())])?;
        match row.as_deref() {
            None => Ok(Revocations::default()),
            Some([Value::String(json)]) => record(json, "subject"),
            Some(_) => Err(odd("subject")),
        }
    }

    /// Keeps what was revoked, to be mirrored.
    pub(super) fn put_revocations(&self, subject: SubjectId, revocations: &Revocations) -> Result<()> {
        self.write(
            "INSERT INTO subject (id, revoked, dirty, tried) VALUES (?, ?, 1, 0)
             ON CONFLICT (id) DO UPDATE SET revoked = excluded.revoked,
               dirty = CASE WHEN dirty IN (2, 3) THEN 2 ELSE 1 END",
            vec![blob(subject.as_bytes()), Value::String(serde_json::to_string(revocations)?)],
        )?;
        Ok(())
    }

    /// What is to be mirrored of a subject, if something is.
    pub(super) fn unmirrored(&self, subject: SubjectId) -> Result<Option<Unmirrored>> {
        let row = self.read(
            "SELECT revoked, tried FROM subject WHERE id = ? AND dirty IN (1, 2)",
            vec![blob(subject.as_bytes())],
        )?;
        row.map(|row| match row.as_slice() {
            [Value::String(json), Value::Integer(tried)] => {
                Ok(Unmirrored { json: json.clone(), tried: timestamp(*tried) })
            }
            _ => Err(odd("subject")),
        })
        .transpose()
    }

    /// Notes that the mirror holds this. What was revoked meanwhile is still to be mirrored; and where a write failed
    /// before, it is written once more later.
    pub(super) fn mirrored(&self, subject: SubjectId, json: String, now: Timestamp) -> Result<()> {
        self.write(
            "UPDATE subject SET tried = ?2,
               dirty = CASE WHEN revoked <> ?1 THEN dirty WHEN dirty = 2 THEN 3 ELSE 0 END WHERE id = ?3",
            vec![Value::String(json), time(now), blob(subject.as_bytes())],
        )?;
        Ok(())
    }

    /// Notes that the mirror could not be written, as far as is known: the write may still arrive, and undo a later one.
    pub(super) fn not_mirrored(&self, subject: SubjectId, now: Timestamp) -> Result<()> {
        self.write("UPDATE subject SET dirty = 2, tried = ? WHERE id = ?", vec![time(now), blob(subject.as_bytes())])?;
        Ok(())
    }

    // A partial index is used where its own condition stands in the query.

    /// Marks what is to be written once more, now that every write before has arrived or never will; returns when the
    /// next is due.
    pub(super) fn write_again(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let due = Timestamp::from_millis(now.millis().saturating_sub(LATE_WRITE.millis()));
        self.write("UPDATE subject SET dirty = 1 WHERE dirty > 0 AND dirty = 3 AND tried <= ?", vec![time(due)])?;
        Ok(self
            .earliest("SELECT MIN(tried) FROM subject WHERE dirty > 0 AND dirty = 3")?
            .map(|tried| tried.after(LATE_WRITE)))
    }

    /// Whether the mirror of a subject is to be written, now or later.
    pub(super) fn is_settled(&self) -> Result<bool> {
        Ok(self.read("SELECT 1 FROM subject WHERE dirty > 0 LIMIT 1", vec![])?.is_none())
    }

    /// Some of the subjects that are to be mirrored, those first that have waited longest.
    pub(super) fn dirty(&self, at_most: u32) -> Result<Vec<SubjectId>> {
        let rows = self.sql.exec(
            "SELECT id FROM subject WHERE dirty > 0 AND dirty IN (1, 2) ORDER BY tried LIMIT ?",
            vec![Value::Integer(at_most.into())],
        )?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [Value::Blob(id)] => id.as_slice().try_into().map(SubjectId::from_bytes).map_err(|_| odd("subject")),
                _ => Err(odd("subject")),
            })
            .collect()
    }

    /// Where a subject is signed in, the newest first: at most as many as are kept.
    pub(super) fn sign_ins(&self, subject: SubjectId, now: Timestamp) -> Result<Vec<SignInRow>> {
        let rows = self.sql.exec(
            "SELECT row FROM sign_in WHERE subject = ? AND until > ? ORDER BY auth DESC",
            vec![blob(subject.as_bytes()), time(now)],
        )?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [Value::String(json)] => record(json, "sign_in"),
                _ => Err(odd("sign_in")),
            })
            .collect()
    }

    pub(super) fn put_sign_in(&self, subject: SubjectId, row: &SignInRow) -> Result<()> {
        let json = Value::String(serde_json::to_string(row)?);
        self.write(
            "INSERT OR REPLACE INTO sign_in (subject, sid, auth, row, until) VALUES (?, ?, ?, ?, ?)",
            vec![blob(subject.as_bytes()), blob(row.sid.as_bytes()), time(row.auth), json, time(row.until)],
        )?;
        self.write(
            "DELETE FROM sign_in WHERE subject = ?1 AND sid NOT IN
               (SELECT sid FROM sign_in WHERE subject = ?1 ORDER BY auth DESC LIMIT ?2)",
            vec![blob(subject.as_bytes()), Value::Integer(KEPT)],
        )?;
        Ok(())
    }

    /// Takes off the list what a revocation reaches.
    pub(super) fn end_sign_ins(&self, subject: SubjectId, revocations: &Revocations) -> Result<()> {
        for row in self.sign_ins(subject, Timestamp::from_millis(0))? {
            if revocations.reach_session(row.sid, row.auth, row.cred).is_some() {
                self.write(
                    "DELETE FROM sign_in WHERE subject = ? AND sid = ?",
                    vec![blob(subject.as_bytes()), blob(row.sid.as_bytes())],
                )?;
            }
        }
        Ok(())
    }

    pub(super) fn tries(&self, counter: TryCounter) -> Result<Option<TryRow>> {
        match self.read("SELECT row FROM tries WHERE id = ?", vec![blob(counter.as_bytes())])?.as_deref() {
            None => Ok(None),
            Some([Value::String(json)]) => record(json, "tries").map(Some),
            Some(_) => Err(odd("tries")),
        }
    }

    pub(super) fn put_tries(&self, counter: TryCounter, row: &TryRow) -> Result<()> {
        self.write(
            "INSERT OR REPLACE INTO tries (id, row, until) VALUES (?, ?, ?)",
            vec![blob(counter.as_bytes()), Value::String(serde_json::to_string(row)?), time(row.over())],
        )?;
        Ok(())
    }

    pub(super) fn clear_tries(&self, counter: TryCounter) -> Result<()> {
        self.write("DELETE FROM tries WHERE id = ?", vec![blob(counter.as_bytes())])?;
        Ok(())
    }

    /// The device that has a user code.
    pub(super) fn device(&self, code: UserCodeDigest) -> Result<Option<DeviceRow>> {
        match self.read("SELECT row FROM device WHERE id = ?", vec![blob(code.as_bytes())])?.as_deref() {
            None => Ok(None),
            Some([Value::Blob(row)]) => minicbor::decode(row).map(Some).map_err(|_| odd("device")),
            Some(_) => Err(odd("device")),
        }
    }

    /// How many devices there are.
    pub(super) fn devices(&self) -> Result<usize> {
        match self.read("SELECT COUNT(*) FROM device", vec![])?.as_deref() {
            Some([Value::Integer(count)]) => usize::try_from(*count).map_err(|_| odd("device")),
            _ => Err(odd("device")),
        }
    }

    pub(super) fn put_device(&self, code: UserCodeDigest, row: &DeviceRow) -> Result<()> {
        let written = minicbor::to_vec(row).map_err(|_| odd("device"))?;
        self.write(
            "INSERT INTO device (id, row, until) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET row = excluded.row, until = excluded.until",
            vec![blob(code.as_bytes()), Value::Blob(written), time(row.request.until)],
        )?;
        Ok(())
    }

    /// Deletes what is over; returns when to do so again.
    pub(super) fn sweep(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.write("DELETE FROM spent WHERE exp <= ?", vec![before(now, SpendRow::KEPT)])?;
        self.write("DELETE FROM tries WHERE until <= ?", vec![time(now)])?;
        self.write("DELETE FROM device WHERE until <= ?", vec![before(now, DeviceRow::KEPT)])?;
        let spent = self.earliest("SELECT MIN(exp) FROM spent")?.map(spend_over);
        let tries = self.earliest("SELECT MIN(until) FROM tries")?;
        let device = self.earliest("SELECT MIN(until) FROM device")?.map(|until| until.after(DeviceRow::KEPT));
        Ok([spent, tries, device, self.sweep_lasting(now)?].into_iter().flatten().min())
    }

    /// The same for rows that live for weeks: each sweep reads them all, so it comes once a day.
    fn sweep_lasting(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        if self.lasting_due.get() <= now {
            self.write("DELETE FROM family WHERE until <= ?", vec![before(now, FAMILY_KEPT)])?;
            self.write("DELETE FROM sign_in WHERE until <= ?", vec![time(now)])?;
            self.lasting_due.set(now.after(LASTING_SWEPT));
        }
        let left =
            "SELECT 1 FROM (SELECT 1 FROM family LIMIT 1) UNION ALL SELECT 1 FROM (SELECT 1 FROM sign_in LIMIT 1)";
        Ok(self.read(left, vec![])?.map(|_| self.lasting_due.get()))
    }

    fn earliest(&self, query: &str) -> Result<Option<Timestamp>> {
        match self.read(query, vec![])?.as_deref() {
            Some([Value::Integer(at)]) => Ok(Some(timestamp(*at))),
            Some([Value::Null]) | None => Ok(None),
            Some(_) => Err(odd("earliest")),
        }
    }

    fn write(&self, query: &str, bindings: Vec<Value>) -> Result<usize> {
        Ok(self.sql.exec(query, bindings)?.rows_written())
    }

    /// The first row. By `raw`, because the cursor's other ways to read throw past Rust.
    fn read(&self, query: &str, bindings: Vec<Value>) -> Result<Option<Vec<Value>>> {
        self.sql.exec(query, bindings)?.raw().next().transpose()
    }
}

/// What is over when it has been kept so long.
fn before(now: Timestamp, kept: Lifetime) -> Value {
    time(Timestamp::from_millis(now.millis().saturating_sub(kept.millis())))
}

/// When the row of what was spent is over.
pub(super) const fn spend_over(exp: Timestamp) -> Timestamp {
    exp.after(SpendRow::KEPT)
}

/// When the row of a device is over.
pub(super) const fn device_over(row: &DeviceRow) -> Timestamp {
    row.request.until.after(DeviceRow::KEPT)
}

/// When the row of a family is over.
pub(super) const fn family_over(until: Timestamp) -> Timestamp {
    until.after(FAMILY_KEPT)
}

fn blob(bytes: &[u8; 16]) -> Value {
    Value::Blob(bytes.to_vec())
}

fn time(time: Timestamp) -> Value {
    Value::Integer(millis(time.millis()))
}

/// Numbers cross to JavaScript as doubles: beyond 2^53 they would be rounded, and come back as another type.
fn millis(millis: u64) -> i64 {
    const MAX: i64 = (1 << 53) - 1;
    i64::try_from(millis).unwrap_or(MAX).min(MAX)
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// The JSON of a row.
fn record<T: DeserializeOwned>(json: &str, table: &str) -> Result<T> {
    record::read(json).ok_or_else(|| odd(table))
}

fn odd(table: &str) -> Error {
    Error::RustError(format!("table {table}: a row is not what this program writes"))
}
