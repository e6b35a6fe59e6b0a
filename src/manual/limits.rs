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
//! | a parameter twice | refused, unknown ones too; `resource` and `audience` excepted | `invalid_request` | [`crate::http::Params`] |
//! | text that is not UTF-8, or has U+FFFD | refused | `invalid_request` | [`crate::http::Params`] |
//! | `Cookie` header | 16 KB | counts as absent | [`crate::http::Cookies`] |
//! | cookies of one name | the first 4 | others are not looked at | [`crate::http::Cookies`] |
//! | a sealed blob | 8 KB | does not open | [`crate::seal::MAX`] |
//! | a `request_uri` that this server makes | 2,048 characters: some 1,200 bytes of `state`, `nonce` and `scope` together | `invalid_request` at `/par`, saying so | [`crate::seal::PushedRequest`] |
//! | bearer token of an operator call | 4,096 characters | `invalid_token` | [`crate::endpoint::operator`] |
//! | a token that is introspected, revoked, shown at userinfo, or sent as `id_token_hint` | 8 KB | inactive; no effect; `invalid_token`; a page | [`crate::jwt::verify`] |
//! | tries of passwords from one address | 30 a minute, about, and per location (`SIGN_INS`) | page, 429, `Retry-After` |
//! | a call to a client's server | 5 s, no redirects | a logout notice is tried again; see below |
//! | codes of devices that one user types | 10, then waits as for passwords; right ones count, and nothing but a day clears them; the address limit as above | page, 429, `Retry-After` | [`crate::store::judge_try`] |
//! | tries of a password for one account | 10, then a wait of 15 s that doubles up to 15 min | page, 429, `Retry-After` | [`crate::store::judge_try`] |
//!
//! Errors of what clients call (token, pushed requests, introspection, revocation, userinfo, operator) are JSON; of the others pages. A
//! method that a path does not take is 405 with `Allow`.
//!
//! # Authorization requests
//!
//! | parameter | accepted | else |
//! |---|---|---|
//! | `client_id` | 1 to 256 visible ASCII characters | page |
//! | `redirect_uri` | a registered one, to the letter; 1,024 characters | page |
//! | `state` | 2,048 bytes | `invalid_request`, without `state` |
//! | `nonce` | 256 bytes | `invalid_request` |
//! | `login_hint` | 256 bytes | it is ignored |
//! | `display`, `claims_locales`, `acr_values` | anything | they change nothing |
//! | `id_token_hint` | an ID token of this server, of the same client, signed with a key that is still published; it may have expired | `invalid_request` |
//! | `scope` | 1,024 bytes, 64 names of 128 characters | `invalid_request`; malformed `invalid_scope` |
//! | `resource` | 8 different ones; each of `RESOURCES` or the `DEFAULT_RESOURCE`, give or take a slash at the end, and open to the client | `invalid_target` |
//! | `code_challenge` | 32 bytes in base64url, method `S256` | `invalid_request` |
//! | `max_age` | a number of seconds; beyond 32 bits it is no limit | `invalid_request` |
//! | `response_mode` | `query`, `form_post` | `invalid_request` |
//! | `ui_locales` | 1,024 bytes; languages that there are no pages in are passed over | `invalid_request` |
//! | `request_uri` | one that this server made, within 90 s, of the same client | `invalid_request_uri`: by redirect where it tells where to, else on a page |
//! | `request` | a signed request object (RFC 9101), 8 KB; what it has to say is below | `invalid_request_object` |
//! | another `request_uri` | one of the client's `request_uris`, with a request object in it; not at `/par` | `invalid_request_uri`; `temporarily_unavailable` when it does not answer |
//! | `request` and `request_uri` | one of them | `invalid_request` |
//! | `claims` | 4,096 bytes of the JSON of OpenID Connect Core §5.5; unknown claims are passed over | `invalid_request` |
//! | `registration` | none | refused by name |
//!
//! An `Accept-Language` of more than 1,024 bytes counts as absent.
//!
//! A `code_verifier` has 43 to 128 unreserved characters, a client secret that is sent at most 512 bytes. The sign-in
//! form takes a password of at most 1,024 bytes, hashed whole. A form waits 2 h for the user.
//!
//! A user has claims of 8 KB altogether, each of 2,048 bytes at most as JSON: texts of 256 characters, URLs of 1,024, mail addresses of
//! 254, 64 roles, groups or entitlements of 128 characters, names of the operator's own of 128. 16 of them can be mapped for a resource
//! or a client; in one token those of the user take 2,048 bytes at most, and what does not fit is left out. `PAIRWISE_SECRET` has
//! 32 to 64 bytes.
//!
//! A request object is signed with ES256, RS256, PS256 or `EdDSA` (`Ed25519`) by a key of the client's, with its
//! `request_object_signing_alg` where it registered one; unsigned, encrypted and HMAC ones are refused. `typ` is absent,
//! `JWT` or `oauth-authz-req+jwt`. `iss` and `client_id` are the client, `aud` names the issuer, `exp` is there and at most an
//! hour ahead of now and of `nbf`, `nbf` and `iat` are at most 5 s ahead. One that is fetched may do without `exp`: it is
//! what the client says now, or said 20 s ago at most, where its cache headers allow a copy. It holds the whole request:
//! parameters beside it are ignored, save that `redirect_uri` and `state` say where errors go as long as the signature has
//! not been seen to hold; where they are left out, to a page. It can be used again within its time. `max_age` may be a number
//! and `resource` a list; other numbers, lists and objects count as their JSON.
//!
//! A request that was pushed (RFC 9126) is checked by the same code when it is pushed, and the answers are JSON. It works
//! until a code was issued for it, once: another attempt is told `invalid_request_uri` by redirect. Errors that are sent to
//! the client do not use it up. The browser has to bring it within 90 s; forms about it wait 2 h each, and all of them
//! together until 2 h after the 90 s. Sending one form twice, reloading its answer and going back to it are one use; opening
//! the URL again after the code was issued is another. With `LEDGER = "off"` it works any number of times in its 90 s.
//!
//! # Token requests
//!
//! | parameter | accepted | else |
//! |---|---|---|
//! | `resource`, of a code or refresh token | of those that were granted; without it all of them | `invalid_target` |
//! | `resource`, of `client_credentials` | as in authorization requests | `invalid_target` |
//! | resources whose tokens different algorithms sign | one at a time | `invalid_target`, which says so |
//! | a resource that nothing was granted for | none | `invalid_target` |
//! | `scope`, of a refresh token | within what was granted, and something that goes with the resources | `invalid_scope` |
//! | `scope`, of `client_credentials` | all of it registered, none of OpenID Connect's, each with a resource that it goes with | `invalid_scope`, and no token for the rest |
//!
//! | `device_code` | one that this server made, within 10 min, of the same client | `invalid_grant`; `expired_token` |
//! | polls of a device | 5 s apart; one that comes sooner than 4 s adds 5 s, up to 60 s | `slow_down`, while its user has not answered |
//! | `subject_token`, `actor_token` | access tokens of this server, as such or as `jwt`, 20 KB, meant for the exchanger | `invalid_request` |
//! | `audience`, `resource`, of an exchange | 8 together, each known, and open to the exchanger | `invalid_target` |
//! | `scope`, of an exchange | within the token's and the exchanger's, none of OpenID Connect's | `invalid_scope` |
//! | exchanges of one token after another | 4, and as many actors | `invalid_request` |
//!
//! # Devices
//!
//! | what | range | else |
//! |---|---|---|
//! | `scope`, `resource` | as in authorization requests | as there, as JSON |
//! | the request as it is kept | 6 KB: a `client_id` of 4,000 characters leaves room for the rest of a usual one | `invalid_request` |
//! | user code | 8 of 20 letters, in any case, with any signs between, 64 bytes | told as any unknown one |
//! | devices that wait at once | 4,096 in each of 64 objects | `temporarily_unavailable` |
//! | devices begun from one address, registrations changed or deleted from one | 30 a minute in all, about, and per location (`SIGN_INS`, counted apart from passwords) | `temporarily_unavailable` |
//!
//! A device has no user yet, and a registration none at all: the address is all there is to count by. Confidential clients
//! of the operator's, and what registered with an initial access token, are not counted. Who has very many addresses can
//! still fill the 262,144 places; where that matters, give `/device_authorization` a rate limit of the platform's as well.
//!
//! # Proof by a key
//!
//! `private_key_jwt` (RFC 7523, OpenID Connect Core §9) at the token, introspection, revocation and pushed request endpoints.
//!
//! | what | accepted | else |
//! |---|---|---|
//! | `client_assertion_type` | `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with `client_assertion` | `invalid_client`; one without the other `invalid_request` |
//! | `client_assertion` | 4 KB | `invalid_client` |
//! | a secret or an `Authorization` header beside it | none | `invalid_request` |
//! | `client_id` beside it | the same, or none | `invalid_client` |
//! | `alg` | ES256, RS256, PS256, `EdDSA` (`Ed25519`); the registered one alone, where there is one | `invalid_client` |
//! | `typ` | `JWT`, `client-authentication+jwt`, or none | `invalid_client` |
//! | `crit` | none | `invalid_client` |
//! | `kid` | of a key of the client's, or none: 16 keys are tried at most | `invalid_client` |
//! | `iss`, `sub` | the client | `invalid_client` |
//! | `aud` | or one of it: the issuer, the token endpoint, the endpoint that is called | `invalid_client` |
//! | `exp` | an hour ahead at most; 10 min with `LEDGER = "off"` | `invalid_client` |
//! | `nbf`, `iat` | 5 s ahead at most | `invalid_client` |
//! | `jti` | 1 to 256 bytes, once for each client | `invalid_client` |
//!
//! # Fetching what a client names
//!
//! `jwks_uri`, request objects, client metadata documents; and where logout notices are posted.
//!
//! | what | how |
//! |---|---|
//! | URL | https on port 443 of a public name in ASCII: no IP address in any notation, no user name, two labels at least, none empty, no suffix that is reserved or usual inside networks, not this server's own. For clients of the operator an issuer that is `http` on this machine may call this machine ([`crate::http::Target`]) |
//! | redirects | not followed; the answer counts as any other that is not 200 |
//! | time | 5 s with the body |
//! | length | 64 KB, UTF-8 |
//! | how often | from one host and to one isolate 30 times a minute; keys and metadata documents until it is 60. Who makes up URLs of documents can use these up for a host |
//! | how long a copy is kept | by `Cache-Control` and `Age`, five minutes where they say nothing, a day at most; keys and metadata documents a minute at least |
//! | for an unknown key, or a signature that no known key made | again, unless the copy is younger than a minute |
//! | copies | 64 in an isolate, and the location's cache, which gets a second to answer; never KV |
//!
//! The platform itself reaches public addresses only (`global_fetch_strictly_public`); a name that is public and leads to a
//! private address is its to refuse.
//!
//! # Registration
//!
//! | what | range |
//! |---|---|
//! | redirect URIs of a client | 1 to 32, each printable ASCII, without fragment, user name or wildcard |
//! | client name | 1 to 128 characters, none that hides or reorders text |
//! | a client that registers itself | a `client_id` of 4,000 characters, whatever its members; body 64 KB. Usual ones have 160 to 400: 164 with one redirect URI and a name, 238 with a scope beside, 396 with two redirect URIs and one after sign-out |
//! | what comes of a `client_id` of 4,000 characters | code 383 and refresh token 311 characters (they name it by a hash), access token 6.2 KB, ID token 5.8 KB, `Authorization: Basic` 5.4 KB, the longest ticket 17.2 KB, in a form alone. A URL takes it up to 16 KB; a POST to `/authorize` from another site comes round as a form |
//! | URL of a client metadata document | 1,024 characters, https on port 443 of a public name, with a path, no fragment, user name or dot segment, in its shortest form |
//! | client metadata document | 64 KB, 200, JSON, within 5 s; kept as above |
//! | initial access token | 60 s to 400 days, label of 64 characters |
//! | secrets at once | 1 to 4; chosen elsewhere: 43 to 512 printable ASCII characters |
//! | refresh token lifetime, and idle time | 60 s to 400 days |
//! | resources that a client serves; that it is limited to; that it may exchange tokens for | 16 each |
//! | resources of the deployment | 64, each a URI of 512 bytes, an audience of 512, a name of 128 characters |
//! | `jwks` | public keys, 16 and 8 KB at most; RSA of 2,048 to 8,192 bits. Those of other kinds and uses, and malformed ones, are left out; a private or symmetric one is refused |
//! | `jwks_uri` | one, instead of `jwks` |
//! | `request_uris` | 8, each by the rules of redirect URIs, https or this machine; a fragment is ignored |
//! | post-logout redirect URIs | 32, by the rules of redirect URIs |
//! | user name | 1 to 128 bytes, before and after folding |
//! | password | 8 to 1,024 bytes, no control characters |
//! | Argon2id hash | 19 MiB and 2 passes at least, 64 MiB and 4 passes at most, 1 lane |
//! | consents of one user and client | 16 redirect origins and resources; the oldest goes |
//! | a part of a list | 50 records; apps on the account page likewise |
//! | an old secret beside a new one | 1 day unless said otherwise, 30 days at most |
//! | signing keys | 8, RSA of 2,048 to 8,192 bits. With all four algorithms a rotation takes them all: the next one waits until `sealwax keys retire` has made room |
//!
//! # Time
//!
//! The time of a request is read once, after the last byte of its body: the platform's clock stands still between I/O,
//! and a slow body must not outlive a code. Stamps are milliseconds; what tokens show is seconds, floored.
//!
//! | what | how long | set by |
//! |---|---|---|
//! | code | 60 s | fixed |
//! | `request_uri` | 90 s until the browser brings it, then as long as its forms, 2 h at most | fixed |
//! | device code and user code | 10 min; what is granted has to be fetched within them | fixed |
//! | an exchanged token | as its resource's, and no longer than the token that was given for it, or the actor's | – |
//! | access token, ID token | 10 min | `ACCESS_TOKEN_LIFETIME` |
//! | access token for a resource | 60 s to a day; the shortest where it is for several | `RESOURCES` |
//! | the record of a revoked client token | the token's end and 60 s | fixed |
//! | refresh token | 30 days | `REFRESH_TOKEN_LIFETIME`, the client's own, the consent |
//! | refresh token that rotates, unused | 14 days | `REFRESH_TOKEN_IDLE` |
//! | old refresh token after its first use | 30 s | `REFRESH_TOKEN_GRACE` |
//! | one-time link | invitation 7 days, reset 1 h, until the password changes or all of the user is revoked or disabled | fixed |
//! | list of sign-ins | 50 of one user; the oldest leave the list and live on, until "everywhere" or their end | fixed |
//! | a consent until withdrawn | 400 days | fixed |
//! | session | 7 days, unused 1 day | `SESSION_LIFETIME`, `SESSION_IDLE` |
//! | the longest of these that can be set | 400 days | fixed: revocations are dropped then |
//! | operator call | 60 s | fixed |
//! | logout notice between the parts of a split deployment | 60 s; one of more than 90 s is refused | fixed |
//! | logout token | 120 s | fixed |
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
//! * A key that was taken out of a `jwks_uri` is good until the copies of the set end, by its headers, a day at most.
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
//! | refresh where they do not, introspection, userinfo | 180 s: when KV shows the record there | at once |
//! | authorize, consent with a revoked session | 180 s; what comes of it is dead with it | 180 s |
//! | letting a device in with a revoked session | at once | at once |
//! | a device that fetches what such a session had granted before | 180 s: when KV shows the record there | at once |
//! | exchange of a revoked token | as introspection | at once |
//! | an exchanged token whose actor's own was revoked | its `exp`, which is no later than the actor's | the same |
//! | a code that such a session gets at the last moment, redeemed | 250 s; its refresh token, and its access token at userinfo and introspection, are dead by the lines above | the same |
//! | a token of a client in its own name, introspected | 180 s: when KV shows the record there | the same: no ledger object knows it |
//! | a client that was revoked, disabled or removed | KV, and up to 60 s more where an isolate holds the old record | the same |
//! | an access token at a resource server that asks nobody | its `exp`: 10 minutes by default, and never longer than what it came from | the same |
//!
//! 180 s are 120 s until KV shows a record elsewhere and 60 s for which a place keeps what it read just before, absence
//! too. **The platform promises neither**: it says "60 seconds or more". 250 s are these, the code's 60 s and twice 5 s by
//! which clocks may differ. An API that asks nobody takes an access token until its `exp`, 600 s by default after it was
//! issued: at the very worst **860 s, or 14 minutes 20 s**, after the revocation was answered. Where introspection or
//! userinfo is asked, it ends with the record's arrival.
//!
//! ## Simulated
//!
//! `tests/simulation` drives this server's own `handle` at four places, over a KV that lags up to 120 s, keeps what it read
//! for 60 s, and loses writes, and over ledger objects whose calls are lost, late, or unanswered; with clocks 5 s
//! apart, rollouts of sealing keys, honest clients that race and retry, and thieves of codes, cookies, passwords and refresh
//! tokens. In 1,000 seeds (189,385 requests, 56,390 renewals, 500 revocations, 10,083 families begun by stolen cookies) the
//! invariants held: no honest client that retries within the grace period was logged out, a stolen refresh token of a
//! rotating family ended the family, no stolen code gave tokens twice, and nothing born of a revoked ancestor outlived the
//! bound. Seconds from the answer to whoever revoked to the last time that it was still taken:
//!
//! | what | cases | p50 | p99 | max | bound |
//! |---|---|---|---|---|---|
//! | refresh token, rotating | 843 | 0 | 0 | 0 | 0 |
//! | refresh token, not rotating | 3,674 | 0 | 119.8 | 154.8 | 180 |
//! | session cookie | 513 | 50.2 | 140.8 | 164.2 | 180 |
//! | code | 3,430 | 25.5 | 131.5 | 186.9 | 250 |
//! | access token, shown to the server | 4,263 | 0 | 116.7 | 149.4 | 180 |
//! | access token, nobody asks | 6,904 | 614.4 | 729.9 | 790.3 | 860 |
//!
#![doc = "<div style=\"max-width: 48em\">"]
#![doc = include_str!("time_to_revoked.svg")]
#![doc = "</div>"]
//!
//! Taking out the replay rule, the grace period, the lineage's stamps, the revocation read, the spending of codes or the
//! hour of a `next` key each breaks an invariant; the suite does so. More seeds:
//! `SIMULATION_SEEDS=1000000 cargo test --release --test simulation seeds_hold -- --nocapture`; so many have not been run.
//! Writes that arrive late, and sign-ins by clocks ahead, are trials of their own with 100 seeds each. Revocations are called at
//! the ledger, with the stamps that the account page knows; its forms are tested in process and on workerd.
//! Not simulated: `LEDGER = "off"`, `REVOCATION = "ledger"`, disabled and removed users and clients, single tokens,
//! `end_session` (all tested otherwise), KV slower than assumed.
//!
//! ## What the bound does not cover
//!
//! * **Consents within 10 s of a revocation.** A consent, and where no page is shown the code, is stamped by the clock of
//!   its place. An app that is connected anew within 10 s after it was disconnected may have to be connected once more; one
//!   connected within 10 s before may survive. An ignored test of the simulation shows it.
//! * **Clients.** `revoke client` and `client disable` change the client's record: KV's delay, and up to 60 s more where an
//!   isolate holds the old one. Operator's changes of one client from two places within a minute may undo each other, an
//!   update also a revocation that it has not seen: look at `client show` a minute later.
//! * **Two changes of one password at the same moment.** The later write counts, and may be of the earlier change; then
//!   neither opens anything, and a reset link is the way out.
//! * **Tabs that do not share their tokens.** Each is served within the grace period; one that comes later with an old
//!   refresh token ends the family. Share the token between tabs (`oidc-client-ts` does, by its store) and renew when due.
//! * **Clients that registered themselves.** What they change or delete, and what the operator decides about them, stands in
//!   a record, with KV's delay, and up to 60 s more where an isolate holds the old one; until it is seen, the seal speaks. Its
//!   absence, too, is remembered by KV for a minute: a client that is deleted right after it was used works there so long.
//!   It cannot undo any of it by changing its registration: the ledger knows. When the record cannot be read the answer is
//!   503. An access token names such a client by its hash alone: that the operator has denied its host or its initial token
//!   since shows when the client comes itself, not at userinfo and introspection. A change of its metadata document
//!   counts when the copy that was kept has ended, a day later at most.
//! * **Very many revocations of one user.** The record is read with every authorization request, so of each kind 500 are
//!   listed at most (some 80 KB in all). Beyond, the older half becomes one time up to which all sign-ins, consents or
//!   families of the user are dead: an app may then have to ask anew that nobody disconnected.
//! * **A thief who keeps pace.** Who refreshes with a stolen token within the grace period of the victim, again and again, is
//!   not noticed: both get the newest generation. Only sender-constrained tokens end that. With `LEDGER = "off"` nothing
//!   rotates, and a stolen refresh token works until its family is revoked or ends.
//! * **Front-channel logout** happens at `/end_session` alone: signing out on the account page, and what the operator ends,
//!   is told by back-channel.
//! * **First-party clients and consents for one visit** have no record of what was allowed. When a session ends elsewhere
//!   (account page, new password, operator), they are told only if the browser that ends it has signed in to them.
//!
//! # When something fails
//!
//! | what fails | who notices |
//! |---|---|
//! | KV fails, refuses or takes more than 5 s | authorize and forms: a page with 503, never a redirect. Token, introspection, userinfo: 503 JSON, `temporarily_unavailable`, `Retry-After: 5`; no client is called unknown for it, no refresh token revoked, no access token inactive. Metadata and keys go on. |
//! | a record is not what this program writes | as above, cause `store_garbage` |
//! | the ledger fails or takes more than 2 s, twice | sign-in by password: 503 before anything is hashed. Redemption and rotation: 503. A pushed request: no code, a page with 503; the form can be sent again. Whether a code is spent is then unknown; one that is not stays good. A rotating token may be tried again within its grace period. |
//! | the ledger's answer is lost | nobody: the call is repeated with the same random attempt, and is told that it was the first |
//! | a revocation cannot be mirrored to KV | 503 for the one who revoked; the ledger keeps it, goes by it at once, and tries again every 5 s |
//! | a client's `jwks_uri` does not answer with 200 and a key set, or not in 5 s | the client alone: 503, `temporarily_unavailable`, at every call; nothing is spent. A copy that still lives is used |
//! | the location's cache fails or hangs | nobody: the document is fetched, a second later at most |
//! | a client's `request_uri` does not answer, or not in 5 s | the client: `temporarily_unavailable`, by redirect where a registered `redirect_uri` stands beside it, else a page with 503 |
//! | a client does not take its logout notice | the user notices nothing: it is sent after the answer, three times at most within a few seconds, then given up with a log line |
//! | the address limit (binding `SIGN_INS`) fails or is not bound | nobody; the strict limit per account does not rest on it, but devices and changed registrations are counted by nothing else |
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
//! # Single sign-on in frames, and logout notices
//!
//! * `prompt=none` in an iframe works from the issuer's own site only (same scheme and registrable domain), with a living
//!   session and a remembered consent for all that is asked. Elsewhere the answer is `login_required`, because the cookie
//!   is `SameSite=Lax`: use refresh tokens, or `prompt=none` in the window itself. Public clients with a loopback or
//!   private-use redirect URI always need a click.
//! * A back-channel notice is tried three times within about 20 s after the answer, then given up with a log line; the
//!   platform ends what runs longer than 30 s, so of many clients that hang the last may not be told. A client that insists
//!   on `sid` is not told where only the user is known ("everywhere").
//! * A session names the last 12 clients it signed in to, as far as their ids have 1,500 characters together; only these are
//!   told of its end. One that a document describes, or whose id has more than 256 characters, is named if it asks to be
//!   told. From the account page at most 20.
//! * Front-channel logout loads the clients' pages in frames, and fails where the browser keeps third-party cookies from
//!   them. Clients have to go by `sid`.
//! * A code that is under way while its user signs out can still be redeemed; its refresh token is dead at first use.
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
//! # What a month costs
//!
//! `sealwax cost` reckons with the calls of each flow, which `tests/workerd/cost.test.mjs` counts, the CPU times of
//! `scripts/bench`, rounded up, and Cloudflare's prices of November 2026. For 4.5 million logins by password, each with its
//! redemption and a request to userinfo, which are 18 million requests:
//!
//! ```text
//! WHAT CLOUDFLARE BILLS        A MONTH      INCLUDED    BEYOND
//! Worker requests              18,000,000   10,000,000  $2.40
//! Worker CPU, ms               211,500,000  30,000,000  $3.63
//! KV reads                     22,500,000   10,000,000  $6.25
//! KV writes                    0            1,000,000   $0.00
//! Durable Object requests      13,500,000   1,000,000   $1.88
//! Durable Object GB-s          17,280       400,000     $0.00
//! Durable Object rows written  27,000,000   50,000,000  $0.00
//! ```
//!
//! With the subscription of $5.00 that is $19.16. authrim publishes $79.78 for as many requests, with 78 million KV reads and
//! 64 million Durable Object requests. `@cloudflare/workers-oauth-provider` writes three KV records a login: 13.5 million
//! writes, $62.50, before anything else. Rows, the time that an object is busy (10 ms a call) and what is stored are
//! reckoned, not counted; records of clients that an isolate does not hold (one read a minute) are left out.
//!
//! # Changing your mind
//!
//! * `SIGN_INS` in `wrangler.toml` has a `namespace_id` that must differ from those of other limits in the account.
//! * `LEDGER` from `off` to `on`: what was revoked while it was off stands in KV alone. The ledger's objects do not know
//!   it, and the first revocation of a subject afterwards writes over it. Decide before users come; otherwise change the
//!   sealing keys with it (`revoked`), which ends everything issued before.
//! * A sign-in made for a request satisfies its `prompt=login` and `max_age` until the request's form goes stale, two
//!   hours later.
//! * Pages answer a post with a page, so the browser's back button may ask whether to send the form again. Doing so is
//!   harmless: each accepted post mints a fresh code.
