//! `sealwax cost`: what a month costs on Cloudflare, from what each flow is counted to use.

mod flows;
mod prices;

use crate::arguments::CostArguments;
use crate::failure::Failure;
use crate::output;
use serde_json::json;

/// What is stored of a sign-in, in bytes, and of an object of the ledger when it is empty (as Cloudflare documents it).
const SIGN_IN_BYTES: u64 = 400;
const OBJECT_BYTES: u64 = 12_000;
/// Objects of the ledger that one region has at the most: 64 for each kind, 8 for codes.
const OBJECTS: u64 = 5 * 64 + 64 + 8;

pub(crate) fn run(month: &CostArguments, json: bool) -> Result<(), Failure> {
    let flows = flows::flows(month);
    let total = flows::total(&flows);
    let bill = prices::bill(&total);
    let price = bill.iter().fold(prices::SUBSCRIPTION, |sum, line| sum.saturating_add(line.price));
    let stored = month.logins.saturating_mul(SIGN_IN_BYTES).saturating_add(OBJECTS * OBJECT_BYTES);
    if json {
        let total = prices::dollars(price);
        return output::json(&json!({"flows": flows, "bill": bill, "total": total, "stored_bytes": stored}));
    }
    let rows: Vec<_> = flows
        .iter()
        .filter(|flow| flow.count > 0)
        .map(|flow| {
            let each = &flow.each;
            let [requests, reads, writes, ledger] =
                [each.requests, each.kv_reads, each.kv_writes, each.ledger].map(|n| n.to_string());
            [flow.name.to_owned(), grouped(flow.count), requests, reads, writes, ledger]
        })
        .collect();
    if rows.is_empty() {
        return Err(Failure::new("say what a month is made of, for example --logins 4.5M; --help lists it all"));
    }
    output::table(["FLOW", "A MONTH", "REQUESTS", "KV READS", "KV WRITES", "LEDGER CALLS"], &rows)?;
    output::line("")?;
    let lines: Vec<_> = bill
        .iter()
        .map(|line| [line.name.to_owned(), grouped(line.used), grouped(line.included), prices::dollars(line.price)])
        .collect();
    output::table(["WHAT CLOUDFLARE BILLS", "A MONTH", "INCLUDED", "BEYOND"], &lines)?;
    output::line("")?;
    output::line(&format!(
        "Subscription {}, together {} a month.",
        prices::dollars(prices::SUBSCRIPTION),
        prices::dollars(price)
    ))?;
    output::line(&format!(
        "Stored in the ledger: {} MB at the most (5,000 MB are included).",
        grouped(stored / 1_000_000)
    ))?;
    if let Some((name, share)) = prices::free_share(&bill) {
        let carries =
            if share >= 1.0 { "carries it".to_owned() } else { format!("carries {:.1} % of it", share * 100.0) };
        output::line(&format!("The free plan {carries}: its daily limit of {name} is the first."))?;
        if month.logins > 0 && month.single_sign_on < 100 {
            output::line("It does not carry sign-ins by password, which take more than its 10 ms of CPU.")?;
        }
    }
    Ok(())
}

/// Thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (78_000_000, "78,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }
}
