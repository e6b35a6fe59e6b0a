//! Reading variables one by one while collecting what is wrong with them.

use super::Fault;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// The variables, and the faults found so far.
pub(super) struct Settings<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<Fault>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variable, faults: Vec::new() }
    }

    /// A variable; empty means absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.variable)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn optional<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name)?;
        parse(&text).map_err(|error| self.fault(format!("{name} {error}"))).ok()
    }

    pub(super) fn required<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.text(name).is_none() {
            self.fault(format!("{name} is missing"));
        }
        self.optional(name, parse)
    }

    pub(super) fn number(&mut self, name: &str, default: u32, range: RangeInclusive<u32>) -> u32 {
        let parse = |text: &str| match text.parse() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => Err(format!("is not a whole number from {} to {}", range.start(), range.end())),
        };
        self.optional(name, parse).unwrap_or(default)
    }

    pub(super) fn switch(&mut self, name: &str, default: bool) -> bool {
        let parse = |text: &str| match text {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("is neither on nor off"),
        };
        self.optional(name, parse).unwrap_or(default)
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}
