//! `sealwax doctor`: examines a server as a client sees it, and with the operator's key as the server sees itself.
//!
//! First all facts are collected, then they are judged: what judges reads nothing and asks nobody.

mod clock;
mod facts;
mod finding;
mod front;
mod keys;
mod metadata;
mod report;

use crate::call::Server;
use crate::failure::Failure;
use crate::output;
use facts::{Asked, Facts, Fetched};
use finding::{Finding, Level};
use serde_json::json;

pub(crate) fn run(server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let findings = judge(&facts::collect(server));
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (faults, warnings) = (count(Level::Fault), count(Level::Warning));
    if json {
        let issuer = server.issuer().as_str();
        output::json(&json!({"issuer": issuer, "faults": faults, "warnings": warnings, "findings": findings}))?;
    } else {
        findings.iter().try_for_each(Finding::print)?;
    }
    match (faults, warnings) {
        (0, _) if json => Ok(()),
        (0, 0) => output::line("\nNothing is wrong."),
        (0, _) => output::line(&format!("\nNo fault; {}.", counted(warnings, "warning"))),
        _ => Err(Failure::new(format!("{} and {}", counted(faults, "fault"), counted(warnings, "warning")))),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What the facts mean.
fn judge(facts: &Facts) -> Vec<Finding> {
    let front = match &facts.front {
        Ok(front) => front,
        Err(failure) => return vec![Finding::of_failure("connection", failure)],
    };
    let mut findings = vec![connection(facts)];
    findings.extend(front::judge(front, facts.issuer.as_str()));
    let Some(documents) = &facts.documents else { return findings };
    findings.extend(metadata::judge(documents, &facts.issuer));
    findings.extend(documents.token.as_ref().map(metadata::token_endpoint));
    findings.extend(keys::judge(documents));
    let reported = match &facts.asked {
        Asked::Answered(report, asked) => Some((report, *asked)),
        _ => None,
    };
    findings.extend(clock::judge(front, reported.map(|(report, asked)| (report.now, asked))));
    match &facts.asked {
        Asked::Answered(report, asked) => findings.extend(report::judge(report, asked.1)),
        Asked::Refused(failure) => findings.push(Finding::of_failure("operator", failure)),
        Asked::Nobody => findings.push(
            Finding::new(Level::Skipped, "operator", "store, ledger, ages of keys: only the operator's key can ask")
                .remedy("Say with --key where it is."),
        ),
    }
    findings
}

fn connection(facts: &Facts) -> Finding {
    if facts.issuer.is_secure() {
        return Finding::ok("connection", format!("{} answers, with a good certificate", facts.issuer));
    }
    Finding::ok("connection", format!("{} answers; without TLS, for this machine alone", facts.issuer))
}

/// A header by its name.
fn header<'a>(fetched: &'a Fetched, name: &str) -> Option<&'a str> {
    fetched.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
