//! `sealwax client …`

use super::words;
use clap::{Args, Subcommand};
use sealwax::oauth::{ExchangeMode, GrantType, SigningAlgorithm, TokenEndpointAuthMethod};
use std::path::PathBuf;

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
    /// Change a client's metadata; what is not given stays, and what it holds goes on
    Update(Box<ClientUpdate>),
    /// Give a client another secret, which is shown once; the one before stays good for a while
    RotateSecret(RotateSecret),
    /// End all that a client holds, and let it do nothing until it is enabled
    Disable {
        /// Its client_id
        id: String,
    },
    /// Let a disabled client begin anew
    Enable {
        /// Its client_id
        id: String,
    },
    /// Make a token with which clients may register themselves
    ///
    /// It works any number of times until it ends. DENIED_INITIAL_TOKENS takes its id, and ends it and all that registered
    /// with it.
    InitialToken {
        /// How long it is good: seconds, or with m, h or d; 400d is the longest
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = seconds)]
        expires: u32,
        /// What you call it
        #[arg(long)]
        label: Option<String>,
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
    #[command(flatten)]
    pub(crate) metadata: MetadataFlags,
    #[command(flatten)]
    pub(crate) secret: SecretSource,
    #[command(flatten)]
    pub(crate) existing: Existing,
}

#[derive(Debug, Args)]
pub(crate) struct ClientUpdate {
    /// Its client_id
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) metadata: MetadataFlags,
}

#[derive(Debug, Args)]
pub(crate) struct RotateSecret {
    /// Its client_id
    pub(crate) id: String,
    /// How long the secret before stays good: seconds, or with m, h or d; 0 ends it at once, 30d is the longest
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = seconds)]
    pub(crate) overlap: u32,
    /// Take the new secret from standard input: at least 43 printable ASCII characters
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

/// What a client is registered with.
#[derive(Debug, Args)]
pub(crate) struct MetadataFlags {
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
    #[arg(long = "grant", value_name = "GRANT", value_parser = words(GrantType::ALL, GrantType::short_name))]
    pub(crate) grants: Vec<String>,
    /// Which resource it serves, and may introspect tokens for; may be repeated
    #[arg(long = "resource", value_name = "URI")]
    pub(crate) resources: Vec<String>,
    /// Which resource alone it may ask tokens for; may be repeated [default: all]
    #[arg(long = "allow-resource", value_name = "URI")]
    pub(crate) allowed_resources: Vec<String>,
    /// How it proves who it is; of the two ways to send a secret the other does as well, unless pinned
    #[arg(long, value_name = "METHOD", conflicts_with = "public")]
    #[arg(value_parser = words(TokenEndpointAuthMethod::ALL, TokenEndpointAuthMethod::as_str))]
    pub(crate) auth_method: Option<String>,
    /// Accept that method only
    #[arg(long)]
    pub(crate) pin_auth_method: bool,
    #[command(flatten)]
    pub(crate) keys: Keys,
    #[command(flatten)]
    pub(crate) requests: Requests,
    #[command(flatten)]
    pub(crate) signed: Signed,
    #[command(flatten)]
    pub(crate) face: Face,
    #[command(flatten)]
    pub(crate) exchange: Exchange,
    #[command(flatten)]
    pub(crate) sign_out: SignOut,
    #[command(flatten)]
    pub(crate) refresh: Refresh,
    #[command(flatten)]
    pub(crate) kind: Kind,
    #[command(flatten)]
    pub(crate) treatment: Treatment,
    /// RFC 7591 metadata as JSON, `-` for standard input; other flags win. In `add` a client_id and client_secret in it
    /// are used, in `update` null takes a member back to its default
    #[arg(long = "metadata", value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// Its public keys, a JWK set or one JWK: it proves who it is by signing (private_key_jwt)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["jwks_uri", "public"])]
    pub(crate) jwks: Option<PathBuf>,
    /// Where it publishes its keys instead
    #[arg(long, value_name = "URL", conflicts_with = "public")]
    pub(crate) jwks_uri: Option<String>,
    /// The only algorithm that it signs with to prove who it is
    #[arg(long = "auth-signing-alg", value_name = "ALG")]
    #[arg(value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub(crate) signing_alg: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Requests {
    /// It has to push its authorization requests (RFC 9126)
    #[arg(long)]
    pub(crate) require_par: bool,
    /// It has to sign its authorization requests (RFC 9101); needs keys
    #[arg(long = "require-signed-request")]
    pub(crate) require_signed: bool,
    /// What it signs them with, and nothing else
    #[arg(long = "request-object-alg", value_name = "ALG")]
    #[arg(value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub(crate) object_alg: Option<String>,
    /// Where it keeps request objects; may be repeated
    #[arg(long = "request-uri", value_name = "URL")]
    pub(crate) uris: Vec<String>,
    /// How old a sign-in may be for it, where a request does not say
    #[arg(long, value_name = "SECONDS")]
    pub(crate) default_max_age: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Face {
    /// Its logo, which is loaded from there when people sign in
    #[arg(long = "logo-uri", value_name = "URL")]
    pub(crate) logo: Option<String>,
    /// Its home page
    #[arg(long = "client-uri", value_name = "URL")]
    pub(crate) home_page: Option<String>,
    /// Its privacy policy
    #[arg(long = "policy-uri", value_name = "URL")]
    pub(crate) policy: Option<String>,
    /// Its terms of service
    #[arg(long = "tos-uri", value_name = "URL")]
    pub(crate) terms: Option<String>,
    /// Where a sign-in to it begins: the account page leads there
    #[arg(long = "initiate-login-uri", value_name = "URL")]
    pub(crate) initiate_login: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Signed {
    /// What its ID tokens are signed with [default: ES256, where there is such a key]
    #[arg(long = "id-token-alg", value_name = "ALG")]
    #[arg(value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub(crate) id_token: Option<String>,
    /// Userinfo answers it with a JWT that is signed with this [default: with JSON]
    #[arg(long = "userinfo-alg", value_name = "ALG")]
    #[arg(value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub(crate) userinfo: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Exchange {
    /// How it may exchange tokens: for an actor's, who is told in the new one, or as if it were the user; may be repeated
    /// [default: delegation]
    #[arg(long = "exchange-mode", value_name = "MODE", value_parser = words(ExchangeMode::ALL, ExchangeMode::as_str))]
    pub(crate) modes: Vec<String>,
    /// For which resource it may exchange tokens that are for others; may be repeated
    #[arg(id = "exchange_resources", long = "exchange-resource", value_name = "URI")]
    pub(crate) resources: Vec<String>,
    /// Which client alone may act for the users of its tokens
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) may_act: Option<String>,
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
pub(crate) struct Refresh {
    /// How long its refresh tokens last
    #[arg(long = "refresh-lifetime", value_name = "SECONDS")]
    pub(crate) lifetime: Option<u32>,
    /// How long a refresh token that rotates lasts unless it is used
    #[arg(long = "refresh-idle", value_name = "SECONDS")]
    pub(crate) idle: Option<u32>,
    /// Its refresh tokens rotate although it keeps a secret; those of public clients always do
    #[arg(long)]
    pub(crate) rotate: bool,
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

/// `1*DIGIT [ "s" / "m" / "h" / "d" ]`
pub(super) fn seconds(text: &str) -> Result<u32, &'static str> {
    let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let unit = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)));
    let (count, seconds) = unit.unwrap_or((text, 1));
    let count = count.parse::<u32>().ok().filter(|_| !count.starts_with('+'));
    count.and_then(|count| count.checked_mul(seconds)).ok_or("is not a time such as 90, 30m, 24h or 7d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [("0", 0), ("90", 90), ("90s", 90), ("30m", 1_800), ("24h", 86_400), ("30d", 2_592_000)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for wrong in ["", "h", "-1", "+1h", "1.5h", "1w", "1 h", "4294967296", "99999d"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
