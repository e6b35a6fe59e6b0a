//! What each flow costs at the bindings. `tests/workerd/cost.test.mjs` counts the same on the real runtime, and compares.

use crate::arguments::CostArguments;
use serde::Serialize;

/// What is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Usage {
    /// Requests to the Worker.
    pub(crate) requests: u64,
    /// Reads of KV.
    pub(crate) kv_reads: u64,
    /// Writes and deletions of KV.
    pub(crate) kv_writes: u64,
    /// Requests to the ledger's objects.
    pub(crate) ledger: u64,
    /// Rows that these write, and those that the sweep deletes afterwards.
    pub(crate) rows: u64,
    /// CPU time of the Worker in microseconds, rounded up from `scripts/bench`; a password costs its hash.
    pub(crate) cpu_us: u64,
}

/// A flow, how often it happens a month, and what one costs.
#[derive(Debug, Serialize)]
pub(crate) struct Flow {
    pub(crate) name: &'static str,
    pub(crate) count: u64,
    pub(crate) each: Usage,
}

const fn each(requests: u64, kv_reads: u64, kv_writes: u64, (ledger, rows): (u64, u64), cpu_us: u64) -> Usage {
    Usage { requests, kv_reads, kv_writes, ledger, rows, cpu_us }
}

/// The sign-in page, and the password: a try that is booked and cleared, a sign-in that is noted and forgotten.
const PASSWORD: Usage = each(2, 3, 0, (2, 4), 45_000);
const SINGLE_SIGN_ON: Usage = each(1, 2, 0, (0, 0), 1_000);
const CONSENT: Usage = each(1, 2, 1, (0, 0), 1_000);
/// The mark of the code, and its end.
const REDEMPTION: Usage = each(1, 0, 0, (1, 2), 1_000);
const ROTATION: Usage = each(1, 0, 0, (1, 1), 1_000);
const REFRESH: Usage = each(1, 1, 0, (0, 0), 1_000);
const USERINFO: Usage = each(1, 2, 0, (0, 0), 1_000);
const INTROSPECTION: Usage = each(1, 1, 0, (0, 0), 1_000);
const MACHINE: Usage = each(1, 0, 0, (0, 0), 500);
/// Its question and its answer.
const SIGN_OUT: Usage = each(2, 2, 1, (1, 3), 2_000);
const DOCUMENT: Usage = each(1, 0, 0, (0, 0), 200);

/// The month.
pub(crate) fn flows(month: &CostArguments) -> Vec<Flow> {
    let silent = month.logins.saturating_mul(month.single_sign_on.into()) / 100;
    let flow = |name, count, each| Flow { name, count, each };
    vec![
        flow("login by password", month.logins.saturating_sub(silent), PASSWORD),
        flow("login by single sign-on", silent, SINGLE_SIGN_ON),
        flow("consent", month.consents, CONSENT),
        flow("redemption of a code", month.logins, REDEMPTION),
        flow("refresh, rotating", month.rotations, ROTATION),
        flow("refresh, not rotating", month.refreshes, REFRESH),
        flow("userinfo", month.userinfo, USERINFO),
        flow("introspection", month.introspections, INTROSPECTION),
        flow("token of a machine", month.machines, MACHINE),
        flow("sign-out", month.sign_outs, SIGN_OUT),
        flow("metadata, keys", month.documents, DOCUMENT),
    ]
}

/// All of them together.
pub(crate) fn total(flows: &[Flow]) -> Usage {
    flows.iter().fold(Usage::default(), |sum, Flow { count, each, .. }| Usage {
        requests: sum.requests.saturating_add(count.saturating_mul(each.requests)),
        kv_reads: sum.kv_reads.saturating_add(count.saturating_mul(each.kv_reads)),
        kv_writes: sum.kv_writes.saturating_add(count.saturating_mul(each.kv_writes)),
        ledger: sum.ledger.saturating_add(count.saturating_mul(each.ledger)),
        rows: sum.rows.saturating_add(count.saturating_mul(each.rows)),
        cpu_us: sum.cpu_us.saturating_add(count.saturating_mul(each.cpu_us)),
    })
}
