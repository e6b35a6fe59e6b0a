//! Calls and answers. Bytes are base64url, times are Unix milliseconds.
//!
//! | call | answers |
//! |---|---|
//! | `/spend/<id>/<exp>/<attempt>` | 201 first · 200 `<time>` again · 410 late |
//! | `/advance/<CBOR: lineage, generation, grace, until>` | 200 `<generation>` issue · 409 replay · 410 revoked |
//! | `/revoke/<subject>/<JSON>` | 200 `<time>` |
//! | `/remove/<subject>` | 201 |
//! | `/ping` | 201 |
//!
//! Anything else, 400 and 503 among it, is a failure. No success is a plain 200, which anybody may answer.

use crate::oauth::{Bytes16 as _, Lifetime, SubjectId, Timestamp, base64url, from_base64url};
use crate::seal::Lineage;
use crate::store::{Advance, Advanced, LedgerError, Revocation, Spent};
use worker::Response;

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
    Remove {
        subject: SubjectId,
    },
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
                // Writing to memory cannot fail; were it to, nobody would understand the call.
                let call = minicbor::to_vec((lineage, generation, grace, until)).unwrap_or_default();
                format!("{BASE}advance/{}", base64url(call))
            }
            Self::Revoke { subject, revocation } => {
                let revocation = serde_json::to_vec(revocation).unwrap_or_default();
                format!("{BASE}revoke/{subject}/{}", base64url(revocation))
            }
            Self::Remove { subject } => format!("{BASE}remove/{subject}"),
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
                    minicbor::decode(&from_base64url(parts.next()?)?).ok()?;
                Self::Advance(Advance { lineage, generation, grace, until })
            }
            "revoke" => Self::Revoke {
                subject: SubjectId::parse(parts.next()?)?,
                revocation: serde_json::from_str(&from_base64url_text(parts.next()?)?).ok()?,
            },
            "remove" => Self::Remove { subject: SubjectId::parse(parts.next()?)? },
            "ping" => Self::Ping,
            #[cfg(feature = "test_clock")]
            "alarm" => Self::Alarm,
            _ => return None,
        };
        parts.next().is_none().then_some(call)
    }
}

fn from_base64url_text(text: &str) -> Option<String> {
    String::from_utf8(from_base64url(text)?).ok()
}

fn parse_bytes(text: &str) -> Option<[u8; 16]> {
    from_base64url(text)?.try_into().ok()
}

/// What an object answers: a status, and a number where the status is 200.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    status: u16,
    number: Option<u64>,
}

impl Answer {
    pub(super) const DONE: Self = Self::status(201);
    pub(super) const NOT_UNDERSTOOD: Self = Self::status(400);
    pub(super) const FAILED: Self = Self::status(503);
    const REPLAY: Self = Self::status(409);
    const OVER: Self = Self::status(410);

    const fn status(status: u16) -> Self {
        Self { status, number: None }
    }

    const fn number(number: u64) -> Self {
        Self { status: 200, number: Some(number) }
    }

    /// Reads the object's response; its text only where there is one, which saves a turn.
    pub(super) async fn read(mut response: Response) -> worker::Result<Self> {
        let status = response.status_code();
        let number = if status == 200 { response.text().await?.parse().ok() } else { None };
        Ok(Self { status, number })
    }

    pub(super) fn into_response(self) -> Response {
        let response = Response::builder().with_status(self.status);
        match self.number {
            Some(number) => response.fixed(number.to_string().into_bytes()),
            None => response.empty(),
        }
    }

    pub(super) fn spent(self) -> Result<Spent, LedgerError> {
        match self {
            Self::DONE => Ok(Spent::First),
            Self::OVER => Ok(Spent::Late),
            Self { number: Some(first), .. } => Ok(Spent::Again { first: Timestamp::from_millis(first) }),
            _ => Err(LedgerError),
        }
    }

    pub(super) fn advanced(self) -> Result<Advanced, LedgerError> {
        match self {
            Self::REPLAY => Ok(Advanced::Replay),
            Self::OVER => Ok(Advanced::Revoked),
            Self { number: Some(generation), .. } => {
                u32::try_from(generation).map(Advanced::Issue).map_err(|_| LedgerError)
            }
            _ => Err(LedgerError),
        }
    }

    pub(super) fn revoked(self) -> Result<Timestamp, LedgerError> {
        self.number.map(Timestamp::from_millis).ok_or(LedgerError)
    }

    pub(super) fn done(self) -> Result<(), LedgerError> {
        if self == Self::DONE { Ok(()) } else { Err(LedgerError) }
    }
}

impl From<Spent> for Answer {
    fn from(spent: Spent) -> Self {
        match spent {
            Spent::First => Self::DONE,
            Spent::Again { first } => Self::number(first.millis()),
            Spent::Late => Self::OVER,
        }
    }
}

impl From<Advanced> for Answer {
    fn from(advanced: Advanced) -> Self {
        match advanced {
            Advanced::Issue(generation) => Self::number(generation.into()),
            Advanced::Replay => Self::REPLAY,
            Advanced::Revoked => Self::OVER,
        }
    }
}

impl From<Timestamp> for Answer {
    fn from(time: Timestamp) -> Self {
        Self::number(time.millis())
    }
}
