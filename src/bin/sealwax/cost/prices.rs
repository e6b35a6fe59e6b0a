//! What Cloudflare asks for on its paid plan, and gives on the free one, as it documented them in November 2026. In
//! thousandths of a cent, so that nothing is rounded on the way.

use super::flows::Usage;
use serde::Serialize;

/// A thousandth of a cent.
const CENT: u64 = 1_000;
const MILLION: u64 = 1_000_000;
/// The subscription, a month.
pub(crate) const SUBSCRIPTION: u64 = 500 * CENT;

/// How long a call keeps an object of the ledger busy, milliseconds, and with how much memory, thousandths of a GB.
const LEDGER_BUSY_MS: u64 = 10;
const LEDGER_MEMORY: u64 = 128;

/// A line of the bill.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) used: u64,
    pub(crate) included: u64,
    /// Thousandths of a cent.
    pub(crate) price: u64,
    /// How much of it the free plan gives a day, if it limits that.
    pub(crate) free_a_day: Option<u64>,
}

/// What this usage costs a month.
pub(crate) fn bill(usage: &Usage) -> Vec<Line> {
    let gb_seconds = usage.ledger.saturating_mul(LEDGER_BUSY_MS * LEDGER_MEMORY) / MILLION;
    let line = |name, used: u64, included: u64, per_million: u64, free_a_day| {
        let beyond = u128::from(used.saturating_sub(included)) * u128::from(per_million) / u128::from(MILLION);
        Line { name, used, included, price: u64::try_from(beyond).unwrap_or(u64::MAX), free_a_day }
    };
    vec![
        line("Worker requests", usage.requests, 10 * MILLION, 30 * CENT, Some(100_000)),
        line("Worker CPU, ms", usage.cpu_us / 1000, 30 * MILLION, 2 * CENT, None),
        line("KV reads", usage.kv_reads, 10 * MILLION, 50 * CENT, Some(100_000)),
        line("KV writes", usage.kv_writes, MILLION, 500 * CENT, Some(1_000)),
        line("Durable Object requests", usage.ledger, MILLION, 15 * CENT, Some(100_000)),
        line("Durable Object GB-s", gb_seconds, 400_000, 1250 * CENT, Some(13_000)),
        line("Durable Object rows written", usage.rows, 50 * MILLION, 100 * CENT, Some(100_000)),
    ]
}

/// How many of these months the free plan carries in one: the scarcest decides. `None` when nothing is limited by a day.
pub(crate) fn free_share(bill: &[Line]) -> Option<(&'static str, f64)> {
    const DAYS: f64 = 30.0;
    #[expect(clippy::cast_precision_loss, reason = "a share, for people to read")]
    let share = |line: &Line| Some((line.name, line.free_a_day? as f64 * DAYS / line.used as f64));
    bill.iter().filter(|line| line.used > 0).filter_map(share).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// `$12.34`, rounded to the cent.
pub(crate) fn dollars(price: u64) -> String {
    let cents = price.saturating_add(CENT / 2) / CENT;
    format!("${}.{:02}", cents / 100, cents % 100)
}
