//! Everything that is kept, where, for how long, and who writes and reads it.
//!
//! Nothing is written to issue: an authorization request with a session and a remembered consent writes nothing, and
//! the redemption of a code writes one mark to the ledger and nothing to KV, and reads nothing back.
//!
//! # KV
//!
//! Binding `STORE`; where `USERS` is bound beside it, as in a split deployment, the records `user/`, `login/` and `consent/` are
//! there. Values are JSON; times are Unix milliseconds. One kind of value has an expiration of KV's own. Names come
//! from [`crate::store::Key`] and stay below KV's 512 bytes; what may be long is hashed (SHA-256, base64url, 43
//! characters). A subject is 16 random bytes in base64url, 22 characters.
//!
//! | key | value | lives | written by | read by |
//! |---|---|---|---|---|
//! | `client/<client_id>` | [`crate::client::Client`] | until removed | operator: all `client.…`, `revoke.client` | authorize, pushed requests, login, consent, token, introspection, revocation, userinfo, `end_session`, account; operator |
//! | `registration/<digest of client_id>` | [`crate::client::RegistrationRecord`] | for ever | registration: an update, a deletion; operator: `client.disable`, `client.enable`, `client.remove`, `revoke.client` of a client that registered itself or is described by a document. Never when one registers | whoever reads a client of these kinds, held for 60 s like a client's record; where there is none, a read each time, which the location's cache answers; operator: `client.list` |
//! | `user/<subject>` | [`crate::store::User`] | until removed | operator: `user.add`, `user.invite`, `user.update`, `user.remove` | userinfo; token, where it tells claims of the user; operator: `user.list`, `user.show`, `user.update` |
//! | `login/<hash of folded user name>` | [`crate::store::Login`] | until removed | operator: `user.add`, `user.invite`, `user.passwd`, `user.remove`; account and links: a new password | login, account, links; operator |
//! | `consent/<subject>/<hash of client_id>` | [`crate::consent::ConsentRecord`] | until withdrawn, or the user is removed | consent, device; account deletes; operator: `user.remove` deletes | authorize, login, consent, account; links and operator, to tell clients of ended sessions |
//! | `revoked/<subject>` | [`crate::store::Revocations`] | for ever | the subject's ledger object; with the ledger off whoever revokes. Clients of their own are such subjects too, by the digest of their id: what was decided about them, read only where one changes its registration | authorize, login, consent, token (refresh, not rotating), introspection, userinfo, `end_session`, account, operator |
//! | `revoked/token/<id>` | `true`: a token of a client in its own name was revoked | until a minute after the token's end, then KV forgets it | revocation | introspection |
//! | `probe` | never written | – | – | front page and `health`: whether KV answers |
//!
//! ## Fields
//!
//! * **client**: `client_id`, `client_name`, `redirect_uris`, `grant_types`, `scope`, `token_endpoint_auth_method`,
//!   `token_endpoint_auth_method_pinned`, `application_type`, `secrets` (each `sha256`, `created`, `expires`),
//!   `require_pkce`, `require_pushed_authorization_requests`, `require_signed_request_object`,
//!   `request_object_signing_alg`, `request_uris`, `first_party`, `always_refresh`, `refresh_token_lifetime`,
//!   `refresh_token_idle` (seconds), `rotate_refresh_tokens`, `resources`, `allowed_resources`, `exchange_modes`, `exchange_resources`, `may_act`, `subject_type`, `sector_identifier_uri`, `access_token_claims`, `userinfo_claims`, `jwks`, `jwks_uri`,
//!   `token_endpoint_auth_signing_alg`, `post_logout_redirect_uris`, `backchannel_logout_uri`,
//!   `frontchannel_logout_uri` and their `…_session_required`, `id_token_signed_response_alg`, `epoch`, `disabled`,
//!   `created`. `epoch` and `created` are kept when a client is replaced or updated. What was born before `created`, or
//!   under a lower `epoch`, is refused, so a new client of an old id inherits nothing. `epoch` rises by `revoke.client`
//!   and `client.disable` alone.
//! * **user**: `sub`, `home` (where the ledger object lives), `username` (folded), `created`, `updated` (when the claims
//!   were changed), `claims` (by name, perhaps with `#` and a language).
//! * **login**: `sub`, `home`, `username`, `password` (PHC string of Argon2id), `cred` (when the password was set).
//! * **consent**: `client` (so that a list of them can be told apart), `entries`, newest first, at most 16, one for each redirect origin and resource: `origin` (`device` where a device was connected by its code), `resource`,
//!   `scope`, `granted`, `until`, `cred` (when the password was set that the user had signed in with), `by` (which session allowed it, and when it signed in). An entry that has ended stays until it is replaced. A consent for this visit is not
//!   stored: the session cookie carries it.
//! * **revoked**: `subject` and `credential` (times); `sessions`, `sign_outs` (sparing `offline_access`), `consents` (by
//!   hash of client), `families`: maps to times, each of at most 500; `all_sessions`, `all_consents`, `all_families`: times
//!   that stand for the older half of a map that became too long; `tokens`: up to 100 access tokens, by hash of `jti`, each
//!   with its end and family; `disabled`, `removed`. Times older than 400 days, and tokens a minute after their end, are dropped at the next
//!   change; `removed` never is.
//!
//! ## How often
//!
//! Reads and writes of KV and calls of the ledger for one request. A client record that the isolate has read within 60
//! s costs nothing; otherwise it is one read more than shown. A ledger call whose answer is lost is repeated once.
//!
//! | request | KV reads | KV writes | ledger |
//! |---|---|---|---|
//! | pushing a request | 0 | 0 | 0 |
//! | authorize, nobody signed in | 0 | 0 | 0 |
//! | authorize, signed in | 2: `revoked`, `consent` | 0 | 0 |
//! | sign-in, wrong name or password | 1: `login` | 0 | 1: the try |
//! | sign-in while guessing is slowed down | 0 | 0 | 1: the try |
//! | sign-in | 3: `login`, `revoked`, `consent` | 0 | 2: the try, the sign-in; a third after the answer clears the tries where several came before |
//! | consent allowed | 2: `revoked`, `consent` | 1; for this visit 0 | 0 |
//! | the code for a pushed request, beside what led to it | 0 | 0 | 1 |
//! | redemption of a code | 0 | 0 | 1 |
//! | a device begins | 0 | 0 | 1 |
//! | a device polls | 0 | 0 | 1 |
//! | redemption of a device code | 1: `revoked` | 0 | 2: the poll, the spending |
//! | the page that asks for a device's code | 0 | 0 | 1: what was revoked of the user |
//! | a device's code is typed | 0 | 0 | 3: what was revoked, the try, the device |
//! | a device is allowed | 1: `consent` | 1; for this visit 0 | 2: what was revoked, the answer |
//! | exchange of a token | 1: `revoked`; 2 with an actor's | 0 | 0 |
//! | token for a client itself | 0 | 0 | 0 |
//! | proof by an assertion, beside what is asked with it | 0 | 0 | 1 |
//! | refresh where tokens rotate | 0 | 0 | 1 |
//! | refresh where they do not | 1: `revoked` | 0 | 0 |
//! | introspection | 1: `revoked`, or `revoked/token` where there is no user | 0 | 0 |
//! | userinfo | 2: `revoked`, `user` | 0 | 0 |
//! | revocation of a token without a user | 0 | 1 | 0 |
//! | revocation of a token | 0 | 1, by the object | 1 |
//! | logout (`end_session`), confirmed | 1: `revoked` | 1, by the object | 1 |
//! | replay of a code or refresh token | 0 | 1, by the object | 2 for a code, 1 for a refresh token |
//! | metadata, key set | 0 | 0 | 0 |
//!
//! With `REVOCATION = "ledger"` the read of `revoked` at refresh, introspection, userinfo, exchange and the redemption of a
//! device code is one ledger call instead.
//!
//! | request | KV reads | KV writes | ledger |
//! |---|---|---|---|
//! | front page | 1 | 0 | 1 |
//!
//! # Ledger
//!
//! Binding `LEDGERS`, Durable Object class `Ledger`, SQL storage, sharded. An object is created at its name's first
//! use, with its region as location hint. Tables have no row ids and, but for the subjects that wait to be mirrored, no
//! indexes: a change of a row is billed as one.
//!
//! | object | holds | number of objects |
//! |---|---|---|
//! | `c/<region>/<n>` | codes and pushed requests that were spent | `LEDGER_SHARDS` for each region (8); region and number stand in the code, and in the `request_uri` |
//! | `s/<home>/<n>` | of subjects: revocations, sign-ins, families that rotate | 64 for each region, for ever |
//! | `t/<n>` | tries of passwords, by hash of the account name | 64 |
//! | `l/<n>` | one-time links that were used | 64 |
//! | `a/<n>` | assertions by which clients proved who they are | 64 |
//! | `d/<n>` | devices that wait for their user, by hash of the user code; what was redeemed of them | 64 |
//! | `o/<n>` | operator calls that were made; `o/0` answers the front page and `health` | 64 |
//!
//! `<n>` is the first two bytes of the id, modulo the number. A region is one of `wnam`, `enam`, `sam`, `weur`, `eeur`,
//! `apac`, `oc`, `afr`, `me`.
//!
//! | table | row | key | lives |
//! |---|---|---|---|
//! | `spent` | `attempt` (16 random bytes of the request), `first`, `exp` | 16 bytes: the code's or pushed request's id, or a hash of issuer (for an assertion the client) and `jti` | until `exp` + 120 s |
//! | `family` | `uses`: the newest generation and the first use of up to 64, as JSON; `until` | the family, 16 bytes | until the family's end + 120 s |
//! | `sign_in` | `auth`, `row`: the [`crate::store::SignInRow`] as JSON (session, times, browser); `until` | subject and session, 16 bytes each | until the session ends or is revoked |
//! | `tries` | `row`: the [`crate::store::TryRow`] as JSON (count, time of the last); `until` | a hash of the account name, or of browser and name, 16 bytes | a day after the last try, or until a sign-in clears it |
//! | `device` | `row`: the [`crate::store::DeviceRow`] as CBOR (what is asked, the interval, the last poll, the answer with its lineage); `until` | a hash of the user code, 16 bytes | until `until` + 120 s; 4,096 of them at most |
//! | `subject` | `revoked`: the [`crate::store::Revocations`] as JSON; `dirty`: 0 mirrored, 1 to be mirrored, 2 the same after a write that failed, 3 mirrored and to be written once more; `tried`: when | the subject, 16 bytes | for ever |
//!
//! `exp` is the code's (60 s after it was minted), the operator token's (60 s at most), the link's (7 days at most), an
//! assertion's (an hour at most), or for a pushed request 2 h after its own 90 s, because a form about it may wait so long;
//! its attempt is that of the forms ([`crate::seal::Ticket::id`]). After `exp` + 5 s the answer
//! is `Late` with a row or without, so that a swept row cannot be spent again: [`crate::store::judge_spend`].
//!
//! One alarm an object sweeps and mirrors. It is set when a row will be over, and sweeps are at least 60 s apart, so
//! that a row may stay a minute longer; families and sign-ins, which are many and have no index, are swept once a day. A subject's row is copied to `revoked/<subject>` as a whole: one write under
//! way, at least 1 s after the last, what comes meanwhile goes with the next. A write that failed leaves the row dirty;
//! the caller gets 503, and the alarm tries again every 5 s. Because it may still arrive, the value is written once more
//! a minute after it was written at last.
//!
//! # Copies of what clients publish
//!
//! Key sets, request objects and metadata documents that were fetched: 64 in an isolate, 64 KB each, and in the location's
//! cache (`caches.default`) under `<host of the request>/.sealwax/document/<SHA-256 of the URL>`, for as long as their HTTP
//! headers say and a day at most. They can go at any time. Nothing of them is written to KV or the ledger.
//!
//! # Cookies
//!
//! `<i>` is a hash of the issuer, 8 characters, so that issuers which share a host do not share cookies. All are
//! `HttpOnly`, `SameSite=Lax`, `Path=/`, and on `https` `Secure` with the prefix `__Host-`, which a local `http` issuer
//! leaves out.
//!
//! | cookie | value | lives | size |
//! |---|---|---|---|
//! | `__Host-sealwax-browser-<i>` | 16 random bytes; names the browser, and nobody | until the browser closes | 22 characters |
//! | `__Host-sealwax-device-<i>` | sealed [`crate::seal::Device`]: the accounts that have signed in there, as hashes, so that strangers who guess elsewhere do not lock their owners out | 400 days after the last sign-in | 134 characters with one account, 8 accounts at most |
//! | `__Host-sealwax-session-<i>` | sealed [`crate::seal::Session`] | `SESSION_IDLE`, renewed when a tenth of it was used; `SESSION_LIFETIME` at most | 3,800 characters at most |
//!
//! The session carries up to 4 of the newest consents, and names up to 12 clients that it signed in to, so that they can
//! be told of its end; the oldest go first when it grows too long.
//!
//! # Sealed blobs
//!
//! Kept by others, opened here: format in [`crate::seal`], a key for each purpose from `SEALING_KEYS`. Sizes are those
//! of the golden vectors in `tests/vectors/seals.txt`, in characters.
//!
//! | purpose | payload | who carries it | lives | size |
//! |---|---|---|---|---|
//! | `code` | [`crate::seal::Code`] | the redirect, the client | 60 s | 387 with four scopes, nonce and challenge |
//! | `refresh_token` | [`crate::seal::RefreshToken`] | the client | `REFRESH_TOKEN_LIFETIME`, the client's own lifetime or the consent, whichever ends first; where tokens rotate also `REFRESH_TOKEN_IDLE` | 275 |
//! | `session` | [`crate::seal::Session`] | the browser's cookie | see above | 239 with one consent and one client |
//! | `ticket` | [`crate::seal::Ticket`] | a hidden field of the sign-in, consent, account, device and sign-out forms | 2 h | 223, for a pushed request 328, for a device about 220 |
//! | `token_id` | [`crate::seal::TokenId`] | the access token, as its `jti` | as the access token | 219, and about 48 for each exchange |
//! | `client_token_id` | [`crate::seal::ClientTokenId`] | the access token of a client in its own name, as its `jti` | as the access token | 132 |
//! | `device` | [`crate::seal::Device`] | the browser's cookie | see above | 134 |
//! | `link` | [`crate::seal::Link`] | a link to `/password` | an invitation 7 days, a reset 1 h, and until it is used or another password is set | 139 |
//! | `device_code` | [`crate::seal::DeviceCode`] | the device | 10 min | 180 |
//! | `logout_notice` | [`crate::seal::LogoutNotice`] | a request from the authorize Worker to the token Worker of a split deployment | 60 s | 142 |
//! | `pushed_request` | [`crate::seal::PushedRequest`] | the `request_uri`, by way of client and browser | 90 s | 367 with four scopes, state, nonce and challenge |
//! | `client_id` | [`crate::seal::RegisteredClient`] | its own name: requests, tokens, cookies | until it is deleted, or its key of `CLIENT_KEYS` is revoked | 300 with two redirect URIs, name, scope and logout URIs; 512 at most for a usual client, 4,000 for any |
//! | `initial_access_token` | [`crate::seal::InitialAccessToken`] | whoever the operator lets register clients | 7 days unless said otherwise, 400 days at most | 100 |
//!
//! `client_id` and `initial_access_token` are sealed with `CLIENT_KEYS`, whose keys no clock retires. A client's secret and its
//! registration access token are HMACs of its `client_id` under keys of their own from the ring key that sealed it
//! (`client_secret`, `registration_access_token`): derived each time, and stored nowhere. Codes, tokens and revocations name
//! a client by its id up to 256 characters, and by 16 bytes of its hash beyond, so that they stay as small as for others; an
//! access token has the id once, in `client_id`.
//!
//! # Memory
//!
//! An isolate keeps the parsed configuration with its keys, up to 512 client records for 60 s each (64 of them also as what
//! their text was read into), up to 256 imported keys, 512 bytes of randomness that nobody has had yet, and response headers
//! that are the same each time. Absence is never kept. Nothing of a request outlives it.
//!
//! # On the operator's machine
//!
//! `.sealwax/operator.jwk`, the private key (mode 0600), and for local runs `.dev.vars` with the six secrets (mode
//! 0600). Both are ignored by git. `.wrangler/` holds KV and Durable Objects of local runs.
