//! The manual: what a reader of the code cannot see in one file.
//!
//! * [`threat_model`]: who may attack, what stops them, and what does not
//! * [`storage`]: every record, ledger row, cookie and sealed blob
//! * [`decisions`]: what was decided, why, and what follows from it
//! * [`limits`]: caps, clocks, delays, and what happens when something fails
//!
//! These pages tell what this version does. Where page and code differ, the page is at fault.

pub mod decisions;
pub mod limits;
pub mod storage;
pub mod threat_model;
