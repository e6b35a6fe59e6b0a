//! `sealwax user …`

use super::words;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use sealwax::oauth::Region;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user; the password is hashed here and never sent
    Add {
        /// What the user signs in with
        name: String,
        #[command(flatten)]
        password: PasswordSource,
        /// Near where the user lives; it cannot be changed later [default: near you]
        #[arg(long, value_name = "REGION", value_parser = home())]
        home: Option<Region>,
        #[command(flatten)]
        claims: ClaimFlags,
        /// Leave a user of that name as they are
        #[arg(long)]
        if_missing: bool,
    },
    /// Add a user who sets the password by a link, which is shown once; again for one who has not set it yet
    Invite {
        /// What the user is to sign in with
        name: String,
        /// Near where the user lives; it cannot be changed later [default: near you]
        #[arg(long, value_name = "REGION", value_parser = home())]
        home: Option<Region>,
        #[command(flatten)]
        claims: ClaimFlags,
    },
    /// Make a link by which a user sets another password; until it is used nothing changes
    Reset {
        /// What the user signs in with
        name: String,
    },
    /// List all users
    List,
    /// Show a user with all that is known of them
    Show {
        /// What the user signs in with
        name: String,
    },
    /// Change what is known of a user: name, mail address, roles, ...; what is not named stays as it is
    Update {
        /// What the user signs in with
        name: String,
        #[command(flatten)]
        claims: ClaimFlags,
        /// Forget this claim; may be repeated
        #[arg(long = "unset", value_name = "NAME")]
        unset: Vec<String>,
    },
    /// List where a user is signed in
    Sessions {
        /// What the user signs in with
        name: String,
    },
    /// Set a password; everything the old one began ends
    Passwd {
        /// What the user signs in with
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// End all that a user began, and let them not sign in until they are enabled
    Disable {
        /// What the user signs in with
        name: String,
    },
    /// Let a disabled user sign in again
    Enable {
        /// What the user signs in with
        name: String,
    },
    /// Remove a user for ever, with all they allowed
    Remove {
        /// What the user signs in with
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PasswordSource {
    /// Take the password from standard input [default: ask for it]
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ClaimFlags {
    /// What is known of the user: a claim of OpenID Connect, as in `name=Ada Lovelace` or `name#ja=...`, or one of yours, as
    /// in `roles=["editor"]`; JSON where the claim is no text; may be repeated
    #[arg(long = "claim", value_name = "NAME=VALUE")]
    pub(crate) claims: Vec<String>,
}

fn home() -> impl TypedValueParser<Value = Region> {
    words(Region::ALL, Region::as_str).map(|word| Region::parse(&word).unwrap_or_default())
}
