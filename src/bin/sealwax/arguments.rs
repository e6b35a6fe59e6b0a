//! What can be asked for. The comments are the help that people read.
#![expect(clippy::doc_markdown, reason = "backticks would show in the help")]

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use sealwax::oauth::{GrantType, Issuer, Region, TokenEndpointAuthMethod};
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

    /// Print JSON, for programs
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the server's keys and the operator's
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Manage registered clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// Manage local accounts
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the keys that are missing, and put them where a server finds them
    ///
    /// No key that is there is ever changed. With --json alone, a fresh set is printed and nothing is stored.
    Init(KeysInit),
}

#[derive(Debug, Args)]
pub(crate) struct KeysInit {
    /// For `wrangler dev`: into .dev.vars in this folder
    #[arg(long, conflicts_with = "wrangler")]
    pub(crate) local: bool,
    /// For a deployment: to `wrangler secret put`, through standard input
    #[arg(long)]
    pub(crate) wrangler: bool,
    /// The environment in wrangler.toml
    #[arg(long, requires = "wrangler")]
    pub(crate) env: Option<String>,
    /// The Worker's name, where it is not the one in wrangler.toml
    #[arg(long, requires = "wrangler")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Register a client; its secret is shown once
    ///
    /// What is not given follows RFC 7591: authorization code grant, secret sent by HTTP Basic, scope openid.
    Add(Box<ClientAdd>),
    /// List all clients
    List,
    /// Show one client
    Show {
        /// Its client_id
        id: String,
    },
    /// Remove a client; its tokens are worth nothing from then on
    Remove {
        /// Its client_id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ClientAdd {
    /// Its client_id [default: random]
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// What people are shown
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Where it may be answered; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub(crate) redirect_uris: Vec<String>,
    /// Which scopes it may ask for, separated by spaces; offline_access brings the refresh_token grant
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// Which grants it may use; may be repeated
    #[arg(long = "grant", value_name = "GRANT", value_parser = words(GrantType::ALL, GrantType::as_str))]
    pub(crate) grants: Vec<String>,
    /// How it sends its secret; the other way does as well, unless pinned
    #[arg(long, value_name = "METHOD", conflicts_with = "public")]
    #[arg(value_parser = words(TokenEndpointAuthMethod::ALL, TokenEndpointAuthMethod::as_str))]
    pub(crate) auth_method: Option<String>,
    /// Accept that method only
    #[arg(long)]
    pub(crate) pin_auth_method: bool,
    /// How long its refresh tokens last
    #[arg(long, value_name = "SECONDS")]
    pub(crate) refresh_lifetime: Option<u32>,
    #[command(flatten)]
    pub(crate) sign_out: SignOut,
    #[command(flatten)]
    pub(crate) kind: Kind,
    #[command(flatten)]
    pub(crate) treatment: Treatment,
    /// RFC 7591 metadata as JSON, `-` for standard input; a client_id and client_secret in it are used. Other flags win
    #[arg(long, value_name = "FILE")]
    pub(crate) metadata: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) secret: SecretSource,
    #[command(flatten)]
    pub(crate) existing: Existing,
}

#[derive(Debug, Args)]
pub(crate) struct SignOut {
    /// Where a browser may be sent after signing out; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// Where the server tells it that a session ended
    #[arg(long, value_name = "URL")]
    pub(crate) backchannel_logout_uri: Option<String>,
    /// What the browser loads when a session ended; at the host of a redirect URI
    #[arg(long, value_name = "URL")]
    pub(crate) frontchannel_logout_uri: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Kind {
    /// It cannot keep a secret: it runs in a browser or on the user's device
    #[arg(long, conflicts_with = "confidential")]
    pub(crate) public: bool,
    /// It keeps a secret (default)
    #[arg(long)]
    pub(crate) confidential: bool,
    /// It runs on the user's device: private-use schemes are allowed
    #[arg(long)]
    pub(crate) native: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Treatment {
    /// It is the operator's own: users are not asked for consent
    #[arg(long)]
    pub(crate) first_party: bool,
    /// It gets refresh tokens without offline_access
    #[arg(long)]
    pub(crate) always_refresh: bool,
    /// It may leave out PKCE; never for public clients
    #[arg(long, conflicts_with = "public")]
    pub(crate) no_pkce: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SecretSource {
    /// Take the secret from standard input: at least 43 printable ASCII characters
    #[arg(long, conflicts_with = "public")]
    pub(crate) secret_stdin: bool,
    /// With --replace: make a new secret instead of keeping those it has
    #[arg(long, requires = "replace", conflicts_with_all = ["public", "secret_stdin"])]
    pub(crate) new_secret: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Existing {
    /// Replace a client of that id; it keeps its secrets
    #[arg(long)]
    pub(crate) replace: bool,
    /// Leave a client of that id as it is
    #[arg(long, conflicts_with = "replace")]
    pub(crate) if_missing: bool,
}

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
        /// Leave a user of that name as they are
        #[arg(long)]
        if_missing: bool,
    },
    /// List all users
    List,
    /// Set a password; everything the old one began ends
    Passwd {
        /// What the user signs in with
        name: String,
        #[command(flatten)]
        password: PasswordSource,
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

fn home() -> impl TypedValueParser<Value = Region> {
    words(Region::ALL, Region::as_str).map(|word| Region::parse(&word).unwrap_or_default())
}

/// Only these words.
fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> PossibleValuesParser {
    all.iter().map(|value| word(*value)).collect::<Vec<_>>().into()
}

const GLOBAL: &str = "Global options";
