//! `sealwax`: the operator's command line. It makes keys, manages the clients and users of a running server, revokes what
//! is alive there, and examines it.
//!
//! It shares the server's types, so that both mean the same by a client, a password hash or a key. Off the platform only:
//! for wasm32 this crate is empty.
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]

mod arguments;
mod call;
mod claims;
mod client;
mod client_changes;
mod cost;
mod dev_vars;
mod doctor;
mod failure;
mod fresh;
mod keys;
mod operator_key;
mod output;
mod outside;
mod registration;
mod registrations;
mod revoke;
mod rotation;
mod split;
mod user;
mod wrangler;

use arguments::{Arguments, Command};
use call::Server;
use clap::Parser as _;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { issuer, key, cacert, json, command } = arguments;
    let server = Server::new(issuer, key, cacert.as_deref())?;
    match command {
        Command::Keys(command) => keys::run(command, key, *json),
        Command::Client(command) => client::run(command, &server, *json),
        Command::User(command) => user::run(command, &server, *json),
        Command::Revoke(command) => revoke::run(command, &server, *json),
        Command::Cost(month) => cost::run(month, *json),
        Command::Doctor => doctor::run(&server, *json),
    }
}
