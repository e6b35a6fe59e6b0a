//! What can be asked for of keys.

use super::client::seconds;
use super::words;
use clap::{Args, Subcommand};
use sealwax::oauth::SigningAlgorithm;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the keys that are missing, and put them where a server finds them
    ///
    /// No key that is there is ever changed. With --json alone, a fresh set is printed and nothing is stored.
    Init(KeysInit),
    /// List the keys: what each is for, its state, and when its next step is due
    List(KeysList),
    /// Let new keys take the place of the active ones, in two steps an hour apart
    ///
    /// The first time it makes a new key beside each active one, which opens and is published. The second time, an hour
    /// later, it makes the new keys active, and those before retired: these go on opening and verifying what they made.
    Rotate(KeysRotate),
    /// Remove retired keys when nothing that they made is alive any more
    Retire(KeysRetire),
    /// End all that a key made, because somebody else may hold it; another takes its place at once
    Revoke(KeysRevoke),
    /// Make a signing key for one more algorithm; `sealwax keys rotate` makes it active an hour later
    Add(KeysAdd),
}

/// Where the keys are.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag; `rotation::Place` makes one choice of them")]
pub(crate) struct Place {
    /// For `wrangler dev`: in .dev.vars in this folder
    #[arg(long, conflicts_with_all = ["wrangler", "split"])]
    pub(crate) local: bool,
    /// For a deployment: in a file beside the operator's key, and in `wrangler secret put`, through standard input
    #[arg(long, group = "deployment")]
    pub(crate) wrangler: bool,
    /// For a deployment in three Workers: whole in a file beside the operator's key; to each Worker, by its environment in
    /// wrangler.toml (authorize, token, jwks), what it needs of them
    #[arg(long, group = "deployment")]
    pub(crate) split: bool,
    /// Write what each Worker needs into files, as split.token.vars, and hand nothing to wrangler
    #[arg(long, requires = "split", conflicts_with_all = ["local", "wrangler"])]
    pub(crate) files: bool,
    /// The environment in wrangler.toml
    #[arg(long, requires = "wrangler", conflicts_with = "split")]
    pub(crate) env: Option<String>,
    /// The Worker's name, where it is not the one in wrangler.toml
    #[arg(long, requires = "wrangler", conflicts_with = "split")]
    pub(crate) name: Option<String>,
    /// The file that keeps the secrets of a deployment, which wrangler never shows again [default: worker.vars, split.vars]
    #[arg(long = "secrets", value_name = "FILE", requires = "deployment")]
    pub(crate) file: Option<PathBuf>,
}

impl Place {
    pub(crate) const fn is_said(&self) -> bool {
        self.local || self.wrangler || self.split
    }
}

#[derive(Debug, Args)]
pub(crate) struct KeysInit {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct KeysList {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct KeysRotate {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Make new keys active although the hour is not over
    #[arg(long)]
    pub(crate) now: bool,
    /// How long the keys before are needed: seconds, or with m, h or d [default: the longest that anything they made can live]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) keep: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct KeysRetire {
    /// Only this key, by its kid or the beginning of it
    #[arg(allow_hyphen_values = true)]
    pub(crate) kid: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Although what it made is alive, and dies then
    #[arg(long, requires = "kid")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeysRevoke {
    /// Its kid, or the beginning of it
    #[arg(allow_hyphen_values = true)]
    pub(crate) kid: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Without this it only tells what would die
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeysAdd {
    /// What it signs with
    #[arg(value_name = "ALG", value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub(crate) algorithm: String,
    #[command(flatten)]
    pub(crate) place: Place,
}
