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
mod address;
mod algorithms;
mod assertion;
mod attack;
mod authentication;
mod browser;
mod claims;
mod client_key;
mod client_tokens;
mod command_line;
mod device;
mod fixture;
mod forgery;
mod laundering;
mod layers;
mod lifetimes;
mod links;
mod logout;
mod metadata_document;
mod odd;
mod operator;
mod pairwise;
mod pushed;
mod registration;
mod request_object;
mod resources;
mod rotation;
mod seal_lengths;
mod seals;
mod self_registered;
mod sign_in;
mod split;
mod target;
mod token_exchange;
mod tokens;
mod transcripts;
mod world;
