//! Caps, clocks, delays, and what happens when something fails.
//!
//! # Requests
//!
//! | what | cap | beyond it | where |
//! |---|---|---|---|
//! | body | 64 KB, counted as it comes | `invalid_request` | [`crate::http::MAX_BODY`] |
//! | query | 16 KB | `invalid_request` | [`crate::http::Params`] |
//! | one parameter, name or value | 8 KB, decoded | `invalid_request` | [`crate::http::Params`] |
//! | parameters | 64 | `invalid_request` | [`crate::http::Params`] |
//! | a parameter twice | refused, unknown ones too; `resource` excepted | `invalid_request` | [`crate::http::Params`] |
//! | text that is not UTF-8, or has U+FFFD | refused | `invalid_request` | [`crate::http::Params`] |
//! | `Cookie` header | 16 KB | counts as absent | [`crate::http::Cookies`] |
//! | cookies of one name | the first 4 | others are not looked at | [`crate::http::Cookies`] |
//! | a sealed blob | 8 KB | does not open | [`crate::seal::MAX`] |
//! | bearer token of an operator call | 4,096 characters | `invalid_token` | [`crate::endpoint::operator`] |
//! | a token that is introspected, revoked, shown at userinfo, or sent as `id_token_hint` | 8 KB | inactive; no effect; `invalid_token`; a page | [`crate::jwt::verify`] |
//! | tries of a password for one account | 10, then a wait of 15 s that doubles up to 15 min | page, 429, `Retry-After` | [`crate::store::judge_try`] |
//!
//! Errors of what clients call (token, introspection, revocation, userinfo, operator) are JSON; of the others pages. A
//! method that a path does not take is 405 with `Allow`.
//!
//! # Authorization requests
//!
//! | parameter | accepted | else |
//! |---|---|---|
//! | `client_id` | 1 to 256 visible ASCII characters | page |
//! | `redirect_uri` | a registered one, to the letter; 1,024 characters | page |
//! | `state` | 2,048 bytes | `invalid_request`, without `state` |
//! | `nonce`, `login_hint` | 256 bytes | `invalid_request` |
//! | `scope` | 1,024 bytes, 64 names of 128 characters | `invalid_request`; malformed `invalid_scope` |
//! | `resource` | 512 bytes; the value of `DEFAULT_RESOURCE`, nothing where that is not set | `invalid_target` |
//! | `code_challenge` | 32 bytes in base64url, method `S256` | `invalid_request` |
//! | `max_age` | seconds, 32 bits | `invalid_request` |
//! | `response_mode` | `query`, `form_post` | `invalid_request` |
//! | `request`, `request_uri`, `registration` | none | refused by name |
//!
//! `display`, `ui_locales`, `claims_locales`, `acr_values`, `claims` and `id_token_hint` are ignored in this version.
//!
//! A `code_verifier` has 43 to 128 unreserved characters, a client secret that is sent at most 512 bytes. The sign-in
//! form takes a password of at most 1,024 bytes, hashed whole. A form waits 2 h for the user.
//!
//! # Registration
//!
//! | what | range |
//! |---|---|
//! | redirect URIs of a client | 1 to 32, each printable ASCII, without fragment, user name or wildcard |
//! | client name | 1 to 128 characters, none that hides or reorders text |
//! | secrets at once | 1 to 4; chosen elsewhere: 43 to 512 printable ASCII characters |
//! | refresh token lifetime, and idle time | 60 s to 400 days |
//! | resources that a client serves | 16 |
//! | post-logout redirect URIs | 32, by the rules of redirect URIs |
//! | user name | 1 to 128 bytes, before and after folding |
//! | password | 8 to 1,024 bytes, no control characters |
//! | Argon2id hash | 19 MiB and 2 passes at least, 64 MiB and 4 passes at most, 1 lane |
//! | consents of one user and client | 16 redirect origins and resources; the oldest goes |
//! | a part of a list | 50 records |
//! | signing keys | 8, RSA of 2,048 bits and more |
//!
//! # Time
//!
//! The time of a request is read once, after the last byte of its body: the platform's clock stands still between I/O,
//! and a slow body must not outlive a code. Stamps are milliseconds; what tokens show is seconds, floored.
//!
//! | what | how long | set by |
//! |---|---|---|
//! | code | 60 s | fixed |
//! | access token, ID token | 10 min | `ACCESS_TOKEN_LIFETIME` |
//! | refresh token | 30 days | `REFRESH_TOKEN_LIFETIME`, the client's own, the consent |
//! | refresh token that rotates, unused | 14 days | `REFRESH_TOKEN_IDLE` |
//! | old refresh token after its first use | 30 s | `REFRESH_TOKEN_GRACE` |
//! | one-time link | invitation 7 days, reset 1 h | fixed |
//! | list of sign-ins | 50 of one user; the oldest go | fixed |
//! | session | 7 days, unused 1 day | `SESSION_LIFETIME`, `SESSION_IDLE` |
//! | the longest of these that can be set | 400 days | fixed: revocations are dropped then |
//! | operator call | 60 s | fixed |
//!
//! Clocks may differ: the ledger calls a code late 5 s after its `exp` by its own clock, and an operator's token is
//! taken 5 s before its `iat` and after its `exp`. A seal's expiry has no leeway. A revocation lies above every earlier
//! one of its subject, and new sign-ins, consents and passwords above every revocation, so that clocks which differ do
//! not let a revoked credential live.
//!
//! # Delays
//!
//! KV shows a write elsewhere usually within 60 s, with no upper bound, and remembers absence as long. What follows
//! from it:
//!
//! * A new client or user may be unknown in places for a minute after it was asked for there in vain.
//! * A changed or removed client works as before where KV or an isolate (60 s) still holds the old record.
//! * After a change the new password may be refused in places for a minute, where KV shows the old record. The old one
//!   opens nothing from the moment of the change: sign-ins are stamped by the ledger, which knows.
//! * A revoked session still gets codes, and a client whose tokens do not rotate still renews, until the revocation
//!   arrives. What they get is dead when it has arrived: see "The bound".
//! * A consent that was just given may be missing from the account page for a minute, and a withdrawn one still be
//!   listed; whether it counts is decided by the revocation, not by the list.
//! * Two `client add` of one new id, or two `user add` of one new name, at the same moment may both succeed; the later
//!   record stays.
//!
//! The ledger is strongly consistent: codes, operator calls and rotating refresh tokens are decided at once,
//! everywhere. Metadata and key set may be cached for 5 minutes; a configuration holds from the deployment on.
//!
//! # The bound: how long something revoked may still work
//!
//! A revocation names an ancestor (all of a user, a password, a sign-in, a consent, a family, a token) and a time. All
//! that carries this ancestor with an earlier stamp is dead, wherever and whenever it was born, so that nothing born in
//! a place that did not know yet outlives the record's arrival there. The answer to whoever revokes comes when KV has
//! taken the record.
//!
//! | where it is shown | `REVOCATION = "kv"` (default) | `"ledger"` |
//! |---|---|---|
//! | refresh where tokens rotate | at once | at once |
//! | sign-in with a changed password, or of a disabled user | at once | at once |
//! | refresh where they do not, introspection, userinfo | when KV shows the record there: assumed 120 s, no upper bound by the platform | at once |
//! | authorize, consent with a revoked session | as above; what comes of it is dead with it | as above |
//! | a client that was revoked, disabled or removed | KV, and up to 60 s more where an isolate holds the old record | the same |
//! | an access token at a resource server that asks nobody | its `exp`: 10 minutes by default, and never longer than what it came from | the same |
//!
//! With the defaults the worst case is a session used where the record has not arrived (120 s), its code redeemed at the
//! last moment (60 s), and the access token then used at an API that does not introspect (600 s): 13 minutes. Where
//! introspection or userinfo is asked, it ends with the record's arrival.
//!
//! # When something fails
//!
//! | what fails | who notices |
//! |---|---|
//! | KV fails, refuses or takes more than 5 s | authorize and forms: a page with 503, never a redirect. Token, introspection, userinfo: 503 JSON, `temporarily_unavailable`, `Retry-After: 5`; no client is called unknown for it, no refresh token revoked, no access token inactive. Metadata and keys go on. |
//! | a record is not what this program writes | as above, cause `store_garbage` |
//! | the ledger fails or takes more than 2 s, twice | sign-in by password: 503 before anything is hashed. Redemption and rotation: 503. Whether a code is spent is then unknown; one that is not stays good. A rotating token may be tried again within its grace period. |
//! | the ledger's answer is lost | nobody: the call is repeated with the same random attempt, and is told that it was the first |
//! | a revocation cannot be mirrored to KV | 503 for the one who revoked; the ledger keeps it, goes by it at once, and tries again every 5 s |
//! | a client does not take its logout notice | the user notices nothing: it is sent after the answer, three times at most within a few seconds, then given up with a log line |
//! | the address limit (binding `SIGN_INS`) fails or is not bound | nobody; the strict limit per account does not rest on it |
//! | the signer cannot use a key | 500, `server_error`; the code is not spent, because signing comes first |
//! | no randomness | 500 |
//! | variables, secrets or bindings are missing or malformed | every request: 503 with a page that names each fault, and a log line for each |
//! | the client goes away while it sends | 400 without a body |
//!
//! The front page asks KV and ledger and is 503 when one of them fails. With `LEDGER = "off"` it says what is switched
//! off.
//!
//! A panic would end every request of its isolate: none may be reachable. Lints forbid `unwrap` and `panic!`, and
//! indexing is justified line by line.
//!
//! # The platform's own limits
//!
//! As Cloudflare documents them; look there for today's.
//!
//! | | free plan | paid plan |
//! |---|---|---|
//! | CPU time of a request | 10 ms | 5 min at most |
//! | requests a day | 100,000 | no limit |
//! | KV reads, writes, lists a day | 100,000 / 1,000 / 1,000 | billed |
//! | Durable Object requests a day | 100,000 | billed |
//! | a secret | 5 KB | 5 KB |
//!
//! **A sign-in by password does not fit into the free plan**: Argon2id takes 39 ms of CPU. Issuing tokens does: a
//! signature by WebCrypto takes 0.04 ms with ES256 and 0.7 ms with RS256.
//!
//! KV takes one write a second for each key. An object of the ledger serves about 1,000 requests a second; codes are
//! spread over `LEDGER_SHARDS` objects in each region, subjects over 64.
//!
//! # Changing your mind
//!
//! * `LEDGER` from `off` to `on`: what was revoked while it was off stands in KV alone. The ledger's objects do not know
//!   it, and the first revocation of a subject afterwards writes over it. Decide before users come; otherwise change the
//!   sealing keys with it (`revoked`), which ends everything issued before.
//! * A sign-in made for a request satisfies its `prompt=login` and `max_age` until the request's form goes stale, two
//!   hours later.
//! * Pages answer a post with a page, so the browser's back button may ask whether to send the form again. Doing so is
//!   harmless: each accepted post mints a fresh code.
