//! Everything that is tested in process: the import order, seals, transcripts, the operator's calls, the command line.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod account;
mod attack;
mod browser;
mod command_line;
mod fixture;
mod forgery;
mod laundering;
mod layers;
mod lifetimes;
mod links;
mod logout;
mod operator;
mod seals;
mod sign_in;
mod target;
mod tokens;
mod transcripts;
mod world;
