//! How a case is written.

use crate::browser::Fields;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct Transcript {
    pub(super) case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Step {
    /// Opens an authorization request of this client and goes through with it.
    pub(super) authorize: Option<String>,
    /// The same, but stops at the first answer.
    pub(super) open: Option<String>,
    /// With `authorize` and `open`: the request is the one pushed last, and nothing but `set` stands beside it.
    pub(super) pushed: bool,
    /// Pushes an authorization request, as this client.
    pub(super) push: Option<String>,
    /// With `authorize`, `open` and `push`: the usual parameters are in a request object, and nothing but `set` beside it.
    pub(super) object: Option<Object>,
    /// Redeems the code kept last.
    pub(super) redeem: Option<String>,
    /// Uses the refresh token kept last.
    pub(super) refresh: Option<String>,
    /// Asks for a token in this client's own name.
    pub(super) client_credentials: Option<String>,
    /// Asks for codes for a device, as this client.
    pub(super) device: Option<String>,
    /// Signs in, types the user code kept last and allows, as this user.
    pub(super) connect: Option<String>,
    /// Asks for tokens with the device code kept last.
    pub(super) poll: Option<String>,
    /// Exchanges the token kept last, as this client.
    pub(super) exchange: Option<String>,
    /// Asks about a token, as this client.
    pub(super) introspect: Option<String>,
    /// Revokes a token, as this client.
    pub(super) revoke: Option<String>,
    /// Asks for claims with a token in the header, by this method.
    pub(super) userinfo: Option<String>,
    /// The token in place of the access token kept last.
    pub(super) token: Option<String>,
    /// Registers a client with these metadata, and keeps what it gets.
    pub(super) register: Option<serde_json::Value>,
    /// Manages the client registered last, by this method.
    pub(super) manage: Option<String>,
    /// What it sends to be changed, its `client_id` beside.
    pub(super) body: Option<serde_json::Map<String, serde_json::Value>>,
    /// Any GET.
    pub(super) get: Option<String>,
    /// Any form POST.
    pub(super) post: Option<String>,
    /// `METHOD /path`
    pub(super) request: Option<String>,
    /// Seconds.
    pub(super) advance: Option<u64>,
    /// Another browser from here on.
    pub(super) new_browser: bool,
    /// The browser of this name from here on.
    pub(super) browser: Option<String>,
    /// So many times; each must be answered so.
    pub(super) times: Option<usize>,
    /// Who signs in.
    pub(super) user: Option<String>,
    /// Parameters in place of the usual ones.
    pub(super) set: Fields,
    /// Parameters left out.
    pub(super) unset: Vec<String>,
    /// Appended to the encoded parameters as it stands.
    pub(super) raw: Option<String>,
    /// Authenticate so: `basic`, `post`, `none`.
    pub(super) method: Option<String>,
    /// The secret in place of the right one.
    pub(super) secret: Option<String>,
    /// Request headers: `accept-language`, `authorization`, `content-type`, `if-none-match`, `origin`, `sec-fetch-site`,
    /// `user-agent`.
    pub(super) send: Fields,
    /// What the consent form says.
    pub(super) consent: Fields,

    pub(super) status: Option<u16>,
    /// In the JSON body, or in the redirect.
    pub(super) error: Option<String>,
    /// The error must be on a page, and there must be no redirect.
    pub(super) page: Option<String>,
    /// Headers of the answer; a value that begins with `~` must be contained.
    pub(super) headers: Fields,
    /// Members of the JSON body.
    pub(super) json: BTreeMap<String, serde_json::Value>,
    /// Members that must not be in the JSON body.
    pub(super) without: Vec<String>,
    /// Claims of the access token in the JSON body.
    pub(super) claims: BTreeMap<String, serde_json::Value>,
    /// Claims that must not be in it.
    pub(super) claims_without: Vec<String>,
    /// The same of the ID token.
    pub(super) id_claims: BTreeMap<String, serde_json::Value>,
    pub(super) id_claims_without: Vec<String>,
    /// The page must contain these.
    pub(super) contains: Vec<String>,
    /// The page must not contain these.
    pub(super) lacks: Vec<String>,
    /// Keep members of the JSON body or headers beside it, or hidden fields of the page, under these names, for `${name}` later.
    pub(super) keep: Fields,
}

/// A request object, signed by the keys of `client_key.rs`; kept as `${object}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Object {
    /// Header parameters in place of the usual ones; the key goes with `alg`.
    pub(super) header: BTreeMap<String, serde_json::Value>,
    /// Claims in place of the usual ones.
    pub(super) claims: BTreeMap<String, serde_json::Value>,
    /// Header parameters and claims left out.
    pub(super) without: Vec<String>,
    /// Seconds from now.
    pub(super) exp: Option<i64>,
    pub(super) nbf: Option<i64>,
    pub(super) iat: Option<i64>,
    /// With the signature of another one.
    pub(super) forged: bool,
    /// This, and no object.
    pub(super) text: Option<String>,
}
