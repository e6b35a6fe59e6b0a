//! What can be asked for. The comments are the help that people read.
#![expect(clippy::doc_markdown, reason = "backticks would show in the help")]

mod client;
mod cost;
mod keys;
mod user;

pub(crate) use client::{ClientAdd, ClientCommand, ClientUpdate, MetadataFlags, RotateSecret};
pub(crate) use cost::CostArguments;
pub(crate) use keys::{KeysAdd, KeysCommand, KeysInit, KeysList, KeysRetire, KeysRevoke, KeysRotate, Place};
pub(crate) use user::{PasswordSource, UserCommand};

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};
use sealwax::oauth::Issuer;
use std::path::PathBuf;

/// Operates a Sealwax server: makes its keys, manages its clients and users.
#[derive(Debug, Parser)]
#[command(name = "sealwax", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The server, by its issuer
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "URL", env = "SEALWAX_ISSUER")]
    #[arg(default_value = "http://localhost:8787", value_parser = Issuer::parse)]
    pub(crate) issuer: Issuer,

    /// The operator's private key
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE", env = "SEALWAX_OPERATOR_KEY")]
    #[arg(default_value = ".sealwax/operator.jwk")]
    pub(crate) key: PathBuf,

    /// The authority that the server's certificate comes from (PEM), instead of the public ones
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE", env = "SEALWAX_CACERT")]
    pub(crate) cacert: Option<PathBuf>,

    /// Print JSON, for programs
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the server's keys and the operator's, and let new ones take their place
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Manage registered clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// Manage local accounts
    #[command(subcommand)]
    User(UserCommand),
    /// End what is alive: all of a user, all of a client, one sign-in, or what descends from one code
    #[command(subcommand)]
    Revoke(RevokeCommand),
    /// Examine a server, and say what to do about each fault
    ///
    /// Reaches it as a client does: name, certificate, metadata, keys, clock. With the operator's key it also asks the
    /// server itself. The exit code is 1 where there is a fault.
    Doctor,
    /// Work out what a month costs on Cloudflare
    ///
    /// From what each flow is counted to use in the tests, and Cloudflare's published prices. Asks nobody.
    Cost(CostArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RevokeCommand {
    /// All that a user began; the password stays good
    User {
        /// What the user signs in with
        name: String,
    },
    /// All that a client holds; it may begin anew at once
    Client {
        /// Its client_id
        id: String,
    },
    /// One sign-in of a user, with all that descends from it
    Session {
        /// What the user signs in with
        user: String,
        /// As `sealwax user sessions` lists it
        #[arg(allow_hyphen_values = true)]
        session: String,
    },
    /// All tokens that descend from one authorization code of a user
    Family {
        /// What the user signs in with
        user: String,
        /// As the server's log names it
        #[arg(allow_hyphen_values = true)]
        family: String,
    },
}

/// Only these words.
fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> PossibleValuesParser {
    all.iter().map(|value| word(*value)).collect::<Vec<_>>().into()
}

const GLOBAL: &str = "Global options";
