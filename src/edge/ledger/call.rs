//! Calls and answers. Bytes are base64url, times are Unix milliseconds.
//!
//! | call | answers |
//! |---|---|
//! | `/spend/<id>/<exp>/<attempt>` | 201 first · 200 `<time>` again · 410 late |
//! | `/advance/<CBOR: lineage, generation, grace, until>` | 200 `<generation>` issue · 409 replay · 410 revoked |
//! | `/revoke/<subject>/<JSON>` | 200 `<time>` |
//! | `/mark/<subject>/<mark>` | 201 |
//! | `/revocations/<subject>` | 200 `<JSON>` |
//! | `/sign_in/<subject>/<JSON: the row>` | 200 `<time>` · 410 refused |
//! | `/sign_ins/<subject>` | 200 `<JSON: rows>` |
//! | `/try/<counter>` | 200 `<tries before>` · 429 with `<seconds>` |
//! | `/clear/<counter>` | 201 |
//! | `/begin_device/<user code>/<CBOR: the request>` | 201 first · 409 taken · 507 full |
//! | `/look_at_device/<user code>` | 200 `<CBOR: the request>` · 410 none |
//! | `/decide_device/<CBOR: user code, device, decision>` | 201 done · 410 gone |
//! | `/poll_device/<user code>/<device>/<attempt>` | 202 pending · 429 slow down · 403 denied · 200 `<CBOR: the grant>` · 410 gone |
//! | `/ping` | 201 |
//!
//! Anything else, 400 and 503 among it, is a failure. No success is a plain 200, which anybody may answer.

use crate::oauth::{
    Bytes16 as _, Lifetime, SubjectId, Timestamp, TryCounter, UserCodeDigest, base64url, from_base64url,
};
use crate::record;
use crate::seal::{DeviceRequest, Lineage};
use crate::store::{
    Advance, Advanced, Begun, DecideDevice, Decided, LedgerError, Mark, PollDevice, Polled, Revocation, SignInRow,
    SignedIn, Spent, Tried,
};
use minicbor::{Decode, Encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use worker::Response;

const DONE: u16 = 201;
const PENDING: u16 = 202;
const DENIED: u16 = 403;
const REPLAY: u16 = 409;
const TAKEN: u16 = 409;
const OVER: u16 = 410;
const WAIT: u16 = 429;
const FULL: u16 = 507;

/// What an object is asked.
pub(super) enum Call {
    Spend {
        id: [u8; 16],
        exp: Timestamp,
        attempt: [u8; 16],
    },
    Advance(Advance),
    Revoke {
        subject: SubjectId,
        revocation: Revocation,
    },
    Mark {
        subject: SubjectId,
        mark: Mark,
    },
    Revocations {
        subject: SubjectId,
    },
    SignIn {
        subject: SubjectId,
        row: SignInRow,
    },
    SignIns {
        subject: SubjectId,
    },
    Try {
        counter: TryCounter,
    },
    Clear {
        counter: TryCounter,
    },
    BeginDevice {
        user_code: UserCodeDigest,
        request: DeviceRequest,
    },
    LookAtDevice {
        user_code: UserCodeDigest,
    },
    DecideDevice(DecideDevice),
    PollDevice(PollDevice),
    Ping,
    #[cfg(feature = "test_clock")]
    Alarm,
}

/// The platform wants a host, and looks no name up.
const BASE: &str = "https://ledger/";

impl Call {
    pub(super) fn to_url(&self) -> String {
        match self {
            Self::Spend { id, exp, attempt } => {
                format!("{BASE}spend/{}/{}/{}", base64url(id), exp.millis(), base64url(attempt))
            }
            Self::Advance(Advance { lineage, generation, grace, until }) => {
                format!("{BASE}advance/{}", to_cbor(&(lineage, generation, grace, until)))
            }
            Self::Revoke { subject, revocation } => {
                format!("{BASE}revoke/{subject}/{}", to_part(revocation))
            }
            Self::Mark { subject, mark } => format!("{BASE}mark/{subject}/{}", mark.as_str()),
            Self::Revocations { subject } => format!("{BASE}revocations/{subject}"),
            Self::SignIn { subject, row } => format!("{BASE}sign_in/{subject}/{}", to_part(row)),
            Self::SignIns { subject } => format!("{BASE}sign_ins/{subject}"),
            Self::Try { counter } => format!("{BASE}try/{counter}"),
            Self::Clear { counter } => format!("{BASE}clear/{counter}"),
            Self::BeginDevice { user_code, request } => format!("{BASE}begin_device/{user_code}/{}", to_cbor(request)),
            Self::LookAtDevice { user_code } => format!("{BASE}look_at_device/{user_code}"),
            Self::DecideDevice(decide) => format!("{BASE}decide_device/{}", to_cbor(decide)),
            Self::PollDevice(PollDevice { user_code, device, attempt }) => {
                format!("{BASE}poll_device/{user_code}/{}/{}", base64url(device), base64url(attempt))
            }
            Self::Ping => format!("{BASE}ping"),
            #[cfg(feature = "test_clock")]
            Self::Alarm => format!("{BASE}alarm"),
        }
    }

    pub(super) fn parse(url: &str) -> Option<Self> {
        let mut parts = url.strip_prefix(BASE)?.split('/');
        let call = match parts.next()? {
            "spend" => Self::Spend {
                id: parse_bytes(parts.next()?)?,
                exp: Timestamp::from_millis(parts.next()?.parse().ok()?),
                attempt: parse_bytes(parts.next()?)?,
            },
            "advance" => {
                let (lineage, generation, grace, until): (Lineage, u32, Lifetime, Timestamp) =
                    from_cbor(parts.next()?)?;
                Self::Advance(Advance { lineage, generation, grace, until })
            }
            "revoke" => {
                Self::Revoke { subject: SubjectId::parse(parts.next()?)?, revocation: from_part(parts.next()?)? }
            }
            "mark" => Self::Mark { subject: SubjectId::parse(parts.next()?)?, mark: Mark::parse(parts.next()?)? },
            "revocations" => Self::Revocations { subject: SubjectId::parse(parts.next()?)? },
            "sign_in" => Self::SignIn { subject: SubjectId::parse(parts.next()?)?, row: from_part(parts.next()?)? },
            "sign_ins" => Self::SignIns { subject: SubjectId::parse(parts.next()?)? },
            "try" => Self::Try { counter: TryCounter::parse(parts.next()?)? },
            "clear" => Self::Clear { counter: TryCounter::parse(parts.next()?)? },
            "begin_device" => Self::BeginDevice {
                user_code: UserCodeDigest::parse(parts.next()?)?,
                request: from_cbor(parts.next()?)?,
            },
            "look_at_device" => Self::LookAtDevice { user_code: UserCodeDigest::parse(parts.next()?)? },
            "decide_device" => Self::DecideDevice(from_cbor(parts.next()?)?),
            "poll_device" => Self::PollDevice(PollDevice {
                user_code: UserCodeDigest::parse(parts.next()?)?,
                device: parse_bytes(parts.next()?)?,
                attempt: parse_bytes(parts.next()?)?,
            }),
            "ping" => Self::Ping,
            #[cfg(feature = "test_clock")]
            "alarm" => Self::Alarm,
            _ => return None,
        };
        parts.next().is_none().then_some(call)
    }
}

/// JSON as a part of a path. Structs of ours: writing them cannot fail; were it to, nobody would understand the call.
fn to_part(value: &impl Serialize) -> String {
    base64url(serde_json::to_vec(value).unwrap_or_default())
}

fn from_part<T: DeserializeOwned>(text: &str) -> Option<T> {
    record::read(&String::from_utf8(from_base64url(text)?).ok()?)
}

/// CBOR as a part of a path, or as an answer. Writing to memory cannot fail; were it to, nobody would understand it.
fn to_cbor(value: &impl Encode<()>) -> String {
    base64url(minicbor::to_vec(value).unwrap_or_default())
}

fn from_cbor<T: for<'b> Decode<'b, ()>>(text: &str) -> Option<T> {
    minicbor::decode(&from_base64url(text)?).ok()
}

fn parse_bytes(text: &str) -> Option<[u8; 16]> {
    from_base64url(text)?.try_into().ok()
}

/// What an object answers: a status, and a text where the status is 200 or 429.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Answer {
    status: u16,
    text: String,
}

impl Answer {
    pub(super) const DONE: Self = Self::status(DONE);
    pub(super) const NOT_UNDERSTOOD: Self = Self::status(400);
    pub(super) const FAILED: Self = Self::status(503);

    const fn status(status: u16) -> Self {
        Self { status, text: String::new() }
    }

    fn number(number: u64) -> Self {
        Self { status: 200, text: number.to_string() }
    }

    /// # Errors
    /// When the value cannot be written as JSON.
    pub(super) fn json(value: &impl Serialize) -> worker::Result<Self> {
        Ok(Self { status: 200, text: serde_json::to_string(value)? })
    }

    fn cbor(value: &impl Encode<()>) -> Self {
        Self { status: 200, text: to_cbor(value) }
    }

    /// Reads what came of the object's response: its status in three digits, then its text.
    pub(super) fn read(told: &str) -> Option<Self> {
        let (status, text) = told.split_at_checked(3)?;
        Some(Self { status: status.parse().ok()?, text: text.to_owned() })
    }

    fn parsed<T: FromStr>(&self) -> Result<T, LedgerError> {
        if self.status == 200 { self.text.parse().map_err(|_| LedgerError) } else { Err(LedgerError) }
    }

    /// The JSON that was asked for.
    pub(super) fn value<T: DeserializeOwned>(&self) -> Result<T, LedgerError> {
        if self.status == 200 { record::read(&self.text).ok_or(LedgerError) } else { Err(LedgerError) }
    }

    pub(super) fn into_response(self) -> Response {
        let response = Response::builder().with_status(self.status);
        if self.text.is_empty() { response.empty() } else { response.fixed(self.text.into_bytes()) }
    }

    pub(super) fn spent(self) -> Result<Spent, LedgerError> {
        match self.status {
            DONE => Ok(Spent::First),
            OVER => Ok(Spent::Late),
            _ => Ok(Spent::Again { first: Timestamp::from_millis(self.parsed()?) }),
        }
    }

    pub(super) fn advanced(self) -> Result<Advanced, LedgerError> {
        match self.status {
            REPLAY => Ok(Advanced::Replay),
            OVER => Ok(Advanced::Revoked),
            _ => Ok(Advanced::Issue(self.parsed()?)),
        }
    }

    pub(super) fn revoked(self) -> Result<Timestamp, LedgerError> {
        self.parsed().map(Timestamp::from_millis)
    }

    pub(super) fn signed_in(self) -> Result<SignedIn, LedgerError> {
        match self.status {
            OVER => Ok(SignedIn::Refused),
            _ => Ok(SignedIn::At(self.revoked()?)),
        }
    }

    pub(super) fn tried(self) -> Result<Tried, LedgerError> {
        match self.status {
            WAIT => Ok(Tried::Wait { seconds: self.text.parse().map_err(|_| LedgerError)? }),
            _ => Ok(Tried::Go { before: self.parsed()? }),
        }
    }

    pub(super) fn begun(self) -> Result<Begun, LedgerError> {
        match self.status {
            DONE => Ok(Begun::First),
            TAKEN => Ok(Begun::Taken),
            FULL => Ok(Begun::Full),
            _ => Err(LedgerError),
        }
    }

    pub(super) fn looked_at(self) -> Result<Option<DeviceRequest>, LedgerError> {
        match self.status {
            OVER => Ok(None),
            200 => from_cbor(&self.text).map(Some).ok_or(LedgerError),
            _ => Err(LedgerError),
        }
    }

    pub(super) fn decided(self) -> Result<Decided, LedgerError> {
        match self.status {
            DONE => Ok(Decided::Done),
            OVER => Ok(Decided::Gone),
            _ => Err(LedgerError),
        }
    }

    pub(super) fn polled(self) -> Result<Polled, LedgerError> {
        match self.status {
            PENDING => Ok(Polled::Pending),
            WAIT => Ok(Polled::SlowDown),
            DENIED => Ok(Polled::Denied),
            OVER => Ok(Polled::Gone),
            200 => from_cbor(&self.text).map(|grant| Polled::Granted(Box::new(grant))).ok_or(LedgerError),
            _ => Err(LedgerError),
        }
    }

    pub(super) fn done(self) -> Result<(), LedgerError> {
        if self.status == DONE { Ok(()) } else { Err(LedgerError) }
    }
}

impl From<Spent> for Answer {
    fn from(spent: Spent) -> Self {
        match spent {
            Spent::First => Self::DONE,
            Spent::Again { first } => Self::number(first.millis()),
            Spent::Late => Self::status(OVER),
        }
    }
}

impl From<Advanced> for Answer {
    fn from(advanced: Advanced) -> Self {
        match advanced {
            Advanced::Issue(generation) => Self::number(generation.into()),
            Advanced::Replay => Self::status(REPLAY),
            Advanced::Revoked => Self::status(OVER),
        }
    }
}

impl From<SignedIn> for Answer {
    fn from(signed_in: SignedIn) -> Self {
        match signed_in {
            SignedIn::At(time) => time.into(),
            SignedIn::Refused => Self::status(OVER),
        }
    }
}

impl From<Tried> for Answer {
    fn from(tried: Tried) -> Self {
        match tried {
            Tried::Go { before } => Self::number(before.into()),
            Tried::Wait { seconds } => Self { status: WAIT, text: seconds.to_string() },
        }
    }
}

impl From<Begun> for Answer {
    fn from(begun: Begun) -> Self {
        Self::status(match begun {
            Begun::First => DONE,
            Begun::Taken => TAKEN,
            Begun::Full => FULL,
        })
    }
}

impl From<Option<DeviceRequest>> for Answer {
    fn from(request: Option<DeviceRequest>) -> Self {
        request.map_or(Self::status(OVER), |request| Self::cbor(&request))
    }
}

impl From<Decided> for Answer {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Done => Self::DONE,
            Decided::Gone => Self::status(OVER),
        }
    }
}

impl From<Polled> for Answer {
    fn from(polled: Polled) -> Self {
        match polled {
            Polled::Pending => Self::status(PENDING),
            Polled::SlowDown => Self::status(WAIT),
            Polled::Denied => Self::status(DENIED),
            Polled::Granted(grant) => Self::cbor(&*grant),
            Polled::Gone => Self::status(OVER),
        }
    }
}

impl From<Timestamp> for Answer {
    fn from(time: Timestamp) -> Self {
        Self::number(time.millis())
    }
}
