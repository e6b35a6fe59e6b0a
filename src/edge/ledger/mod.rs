//! The ledger: Durable Objects, called by `fetch` with the operation in the URL and the answer in the status, which is
//! the cheapest of the ways to call one.
//!
//! * [`call`]: calls and answers, both sides
//! * `object`: the class, one object a shard; in a split deployment the token Worker has it
//! * `rows`: its SQL tables
//! * `mirror`: revocations on their way to KV
//! * `alarm`: its one alarm

#[cfg(feature = "token")]
mod alarm;
mod call;
#[cfg(feature = "token")]
mod mirror;
#[cfg(feature = "token")]
mod object;
#[cfg(feature = "token")]
mod rows;

use super::pending::Pending;
use super::{glue, log};
use crate::oauth::{Region, SubjectId, Timestamp, TryCounter, UserCodeDigest};
use crate::seal::DeviceRequest;
use crate::store::{
    Advance, Advanced, Begun, DecideDevice, Decided, Ledger, LedgerError, Mark, ObjectName, PollDevice, Polled,
    Revocation, Revocations, SignIn, SignInRow, SignedIn, Spend, Spent, Tried,
};
use call::{Answer, Call};
use worker::Env;
use worker::wasm_bindgen::JsValue;

/// The namespace that is bound as `LEDGERS`.
pub(super) struct Ledgers {
    env: Env,
}

/// For what a token waits for, milliseconds.
const DEADLINE: u32 = 2000;
/// For what returns when KV holds it, milliseconds: an object writes a key once a second, and a write under way may come first.
const MIRROR_DEADLINE: u32 = 8000;

impl Ledgers {
    pub(super) fn new(env: &Env) -> Self {
        Self { env: env.clone() }
    }

    /// Runs the alarm of an object.
    #[cfg(feature = "test_clock")]
    pub(super) async fn run_alarm(&self, object: &ObjectName) -> Result<(), LedgerError> {
        self.call(object, &Call::Alarm, MIRROR_DEADLINE).await?.done()
    }

    async fn call(&self, object: &ObjectName, call: &Call, limit: u32) -> Result<Answer, LedgerError> {
        let told = self.ask(object, call, limit).await.map_err(|error| unavailable(&format!("{error:?}")))?;
        told.as_deref().and_then(Answer::read).ok_or_else(|| unavailable("no answer"))
    }

    async fn ask(&self, object: &ObjectName, call: &Call, limit: u32) -> Result<Option<String>, JsValue> {
        let region = object.region.map(Region::as_str);
        let url = call.to_url();
        Pending::begin(|ticket, to| glue::ask(&self.env, &object.name, region, &url, limit, ticket, to))?.text().await
    }
}

impl Ledger for Ledgers {
    async fn spend(&self, spend: &Spend) -> Result<Spent, LedgerError> {
        let call = Call::Spend { id: spend.id, exp: spend.exp, attempt: spend.attempt };
        self.call(&spend.object, &call, DEADLINE).await?.spent()
    }

    async fn advance(&self, advance: &Advance) -> Result<Advanced, LedgerError> {
        let object = ObjectName::for_subject(advance.lineage.home, advance.lineage.subject);
        self.call(&object, &Call::Advance(advance.clone()), DEADLINE).await?.advanced()
    }

    async fn revoke(
        &self,
        subject: SubjectId,
        home: Region,
        revocation: &Revocation,
    ) -> Result<Timestamp, LedgerError> {
        let object = ObjectName::for_subject(home, subject);
        let call = Call::Revoke { subject, revocation: revocation.clone() };
        self.call(&object, &call, MIRROR_DEADLINE).await?.revoked()
    }

    async fn mark(&self, subject: SubjectId, home: Region, mark: Mark) -> Result<(), LedgerError> {
        let object = ObjectName::for_subject(home, subject);
        self.call(&object, &Call::Mark { subject, mark }, MIRROR_DEADLINE).await?.done()
    }

    async fn revocations(&self, subject: SubjectId, home: Region) -> Result<Revocations, LedgerError> {
        let object = ObjectName::for_subject(home, subject);
        self.call(&object, &Call::Revocations { subject }, DEADLINE).await?.value()
    }

    async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, LedgerError> {
        let object = ObjectName::for_subject(sign_in.home, sign_in.subject);
        let call = Call::SignIn { subject: sign_in.subject, row: sign_in.row.clone() };
        self.call(&object, &call, DEADLINE).await?.signed_in()
    }

    async fn sign_ins(&self, subject: SubjectId, home: Region) -> Result<Vec<SignInRow>, LedgerError> {
        let object = ObjectName::for_subject(home, subject);
        self.call(&object, &Call::SignIns { subject }, DEADLINE).await?.value()
    }

    async fn try_sign_in(&self, counter: TryCounter) -> Result<Tried, LedgerError> {
        self.call(&ObjectName::for_tries(counter), &Call::Try { counter }, DEADLINE).await?.tried()
    }

    async fn clear_tries(&self, counter: TryCounter) -> Result<(), LedgerError> {
        self.call(&ObjectName::for_tries(counter), &Call::Clear { counter }, DEADLINE).await?.done()
    }

    async fn begin_device(&self, user_code: UserCodeDigest, request: &DeviceRequest) -> Result<Begun, LedgerError> {
        let call = Call::BeginDevice { user_code, request: request.clone() };
        self.call(&ObjectName::for_devices(user_code), &call, DEADLINE).await?.begun()
    }

    async fn look_at_device(&self, user_code: UserCodeDigest) -> Result<Option<DeviceRequest>, LedgerError> {
        let call = Call::LookAtDevice { user_code };
        self.call(&ObjectName::for_devices(user_code), &call, DEADLINE).await?.looked_at()
    }

    async fn decide_device(&self, decide: &DecideDevice) -> Result<Decided, LedgerError> {
        let object = ObjectName::for_devices(decide.user_code);
        self.call(&object, &Call::DecideDevice(decide.clone()), DEADLINE).await?.decided()
    }

    async fn poll_device(&self, poll: &PollDevice) -> Result<Polled, LedgerError> {
        self.call(&ObjectName::for_devices(poll.user_code), &Call::PollDevice(*poll), DEADLINE).await?.polled()
    }

    async fn ping(&self) -> Result<(), LedgerError> {
        self.call(&ObjectName::for_operator(&[0; 16]), &Call::Ping, DEADLINE).await?.done()
    }
}

fn unavailable(error: &str) -> LedgerError {
    log::fault("ledger", error);
    LedgerError
}
