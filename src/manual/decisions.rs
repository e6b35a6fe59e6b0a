//! What was decided and why. Numbers are never reused; a decision that no longer holds is marked, not removed.
//!
//! Figures are measured on workerd, the open-source runtime of Workers, on two shared cores, in November 2026. Read
//! them as ratios.
//!
//! # 1. Payloads are CBOR arrays with numbered fields
//!
//! *Context.* Sealed blobs travel in URLs and cookies, and must open after an update.
//! *Decision.* `minicbor`, each field with a number that is never given anew; a field may be added, never changed.
//! *Why.* Identifiers and hashes stay bytes, where JSON would spell them in base64 and seal that in base64 again. A
//! plain code has 387 characters and must stay below 400.
//! *Consequence.* Golden vectors in `tests/vectors/seals.txt` open for ever; a payload that gains a field gains a line
//! there.
//!
//! # 2. XChaCha20-Poly1305 with random nonces
//!
//! *Context.* Isolates everywhere share keys and nothing else: no counter.
//! *Decision.* A nonce of 192 random bits for every blob, also for an equal payload.
//! *Why.* Random nonces of 96 bits (AES-GCM) are not safe for a fleet. In wasm it costs 1.6 µs for 300 bytes, and
//! WebCrypto's AES-GCM 9 µs, since each call crosses to JavaScript.
//! *Consequence.* Seals are made in wasm, signatures by WebCrypto.
//!
//! # 3. A code carries 128 bits of the redirect URI's hash
//!
//! *Context.* RFC 6749 §4.1.3 has the redirect URI compared at redemption; it may have 1,024 characters.
//! *Decision.* The first 16 bytes of its SHA-256, inside the seal.
//! *Why.* The URI was matched against the registered ones before, to the letter, and the seal keeps the hash from being
//! changed. Naming another URI at redemption takes a second preimage of 128 bits, and gains nothing: nobody is
//! redirected to it.
//! *Consequence.* A code's length does not depend on the URI.
//!
//! # 4. Redirects are 303
//!
//! *Context.* A redirect may follow a POST with a password.
//! *Decision.* 303, everywhere.
//! *Why.* It makes a GET of a POST, so that no client ever receives the form (RFC 9700 §4.12); 302 leaves that to the
//! browser and 307 sends it on.
//! *Consequence.* Clients see 303 where other servers send 302. Both are redirects to them.
//!
//! # 5. `form-action` allows a scheme, not a host
//!
//! *Context.* The sign-in and consent pages post here and are answered with a redirect to the client.
//! *Decision.* `'self'` and the scheme of the redirect URI (`https:`, for loopback also `http:`, or the private-use
//! scheme).
//! *Why.* Chromium applies `form-action` to every redirect after a post, and a client may send the browser on to
//! another of its hosts: with one host allowed the sign-in ends on a blank page.
//! *Consequence.* The policy does not stop a form that somebody injected; escaping does, and a policy without scripts.
//!
//! # 6. `Referrer-Policy: same-origin` on pages
//!
//! *Context.* Forms are checked by `Sec-Fetch-Site` and, where a browser does not send it, by `Origin`.
//! *Decision.* `same-origin` on pages, `no-referrer` on redirects.
//! *Why.* Under `no-referrer` Chromium posts our own forms with `Origin: null`.
//! *Consequence.* Other origins learn nothing by `Referer`, either way.
//!
//! # 7. The version is told through `service_documentation`
//!
//! *Context.* Metadata should say which version answers.
//! *Decision.* `service_documentation` is the front page's URL with `?version=`.
//! *Why.* Conformance suites warn of members that no standard has; this one is RFC 8414's.
//! *Consequence.* The front page ignores the query and tells the version itself.
//!
//! # 8. Refresh tokens rotate from the first version on
//!
//! *Context.* Rotation needs the ledger, families and a grace period; it could have come later.
//! *Decision.* Public clients rotate now; confidential ones do not.
//! *Why.* RFC 9700 §2.2.2 asks for rotation or sender constraint with public clients, and every token issued without a
//! family could never be revoked by one. A confidential client's token is bound to its secret, and rotating it would
//! only lose tokens to lost answers.
//! *Consequence.* One ledger call for a public client's refresh, one KV read for a confidential one's.
//!
//! # 9. An old refresh token is good for 30 s after its own first use
//!
//! *Context.* Tabs race, answers get lost, clients retry.
//! *Decision.* Within the grace period an old generation is answered with the newest; later it ends the family. A
//! family without a row, or a generation above the row's, is adopted.
//! *Why.* Falsely ended families are the complaint most often heard of servers that detect replay. The period counts
//! from the generation's own first use, so that a stolen old token does not become good again by somebody's newer use.
//! *Consequence.* Residual risk 1 of [`mod@super::threat_model`].
//!
//! # 10. A second redemption within 10 s does not revoke
//!
//! *Context.* RFC 6749 §4.1.2 has what came of a code revoked when it is used twice.
//! *Decision.* Within 10 s of the first use the answer is `invalid_grant` alone; later the family is revoked too.
//! *Why.* Double-fired callbacks come within seconds and would cost the user the sign-in.
//! *Consequence.* Of two redemptions at once exactly one succeeds and keeps its tokens.
//!
//! # 11. `wrangler.toml` does not list the secrets as required
//!
//! *Context.* `[secrets] required` makes a deploy without secrets fail at once.
//! *Decision.* The list is not there.
//! *Why.* Where it is, wrangler takes from `.dev.vars` only what it names, so that `SIGNING_KEY_3` would be missing
//! locally; and it stands in the way of `wrangler secret put` before the first deploy.
//! *Consequence.* A deploy without secrets succeeds, and every request is answered with 503 and a page that names what
//! is missing.
//!
//! # 12. `sealwax keys init --wrangler` hands secrets over by standard input
//!
//! *Context.* Arguments can be read by everybody on a machine, files stay behind.
//! *Decision.* The command line makes the six secrets and gives each to `npx wrangler secret put` on standard input.
//! It never touches one that is there. Only the operator's private key is written to a file.
//! *Why.* The ring and the signing keys are needed in one place. Keys are never made by the server: two locations would
//! make two.
//! *Consequence.* There is no copy of the secrets. Losing them signs everybody out and ends all refresh tokens; nothing
//! else.
//!
//! # 13. Clients and users are managed through the running server
//!
//! *Context.* Wrangler can write KV, but reaches neither Durable Objects nor sealing keys.
//! *Decision.* One endpoint, `POST /operator`, with a JWT that is bound to issuer and body, lives 60 s and is spent.
//! *Why.* The same call works locally and remotely, and uses the server's own types. Passwords and client secrets are
//! hashed by the command line and never travel.
//! *Consequence.* Without `OPERATOR_KEYS` the endpoint does not exist. The password's 39 ms are spent on the operator's
//! machine.
//!
//! # 14. Names are folded with the platform's NFKC, not by the full tables of RFC 8265
//!
//! *Context.* `Ada` and `ada` have to be one user, and look-alikes of a name that name.
//! *Decision.* NFKC, lower case, NFKC; spaces, controls and [ranges of code points](crate::oauth::precis) that show
//! nothing, or reorder text, are refused. Normalising is the platform's `String.prototype.normalize`; natively a
//! library.
//! *Why.* The tables of a library would be a fifth of the Worker. The forms of assigned characters never change, so
//! that both agree.
//! *Consequence.* Where the profile `UsernameCaseMapped` refuses compatibility characters they are folded here; rare
//! signs and code points without a character pass. Letters of different scripts that look alike stay different.
//!
//! # 15. URIs are ASCII
//!
//! *Context.* `url` brings tables for international host names, a fifth of the Worker.
//! *Decision.* `idna_adapter` 1.0.0, which knows ASCII names alone.
//! *Why.* RFC 3986 URIs are ASCII, and redirect URIs are compared to the letter.
//! *Consequence.* An international host name is registered and configured in its `xn--` form.
//!
//! # 16. Cookies are parsed by hand
//!
//! *Context.* Two cookies, whose values are base64url.
//! *Decision.* 30 lines after RFC 6265 §4.2.1: [`crate::http::Cookies`].
//! *Why.* The `cookie` crate brings a date library: 45 KB of the Worker, for an attribute that is not used.
//! *Consequence.* Quoted and encoded values are not understood; ours never are.
//!
//! # 17. An own run of wasm-opt, without names
//!
//! *Context.* worker-build runs wasm-opt and keeps the names of functions.
//! *Decision.* Its run is off; `scripts/build` runs wasm-opt with `-Oz`, without names and producers, and with the
//! features that rustc and wasm-bindgen use, one by one.
//! *Why.* Names are a sixth of the size. With all features on, wasm-opt writes imports in a form that workerd does not
//! read.
//! *Consequence.* Stack traces of the Worker have no names. Nothing may panic there, so there should be none.
//!
//! # 18. `opt-level = "z"`, and 3 for the cryptography of every request
//!
//! *Context.* Start-up grows with size, and the time of a request goes into few crates.
//! *Decision.* Size for all; speed for Argon2 with BLAKE2, XChaCha20-Poly1305, SHA-2, HKDF, HMAC, CBOR, base64 and forms.
//! *Why.* `z` for all cost up to 1.6 × the time in our operations; 3 for all bought nothing but size.
//! *Consequence.* A new crate on the path of every request may have to be named in `Cargo.toml`.
//!
//! # 19. A failed sign-in is 400
//!
//! *Context.* The form comes back with an alert. Many sites answer 200; 401 demands a `WWW-Authenticate` header.
//! *Decision.* 400.
//! *Why.* Logs, monitors and rate limiting rules see failures by their status, and no HTTP authentication scheme is
//! meant.
//! *Consequence.* One status for a wrong password, an unknown name and an incomplete form.
//!
//! # 20. WebCrypto signs
//!
//! *Context.* jwt-compact's signers are synchronous, and ES256 in wasm costs 774 µs of CPU; WebCrypto's 36 µs. RS256 in
//! wasm takes 9 ms.
//! *Decision.* Signing is an asynchronous trait: WebCrypto at the edge with keys imported once an isolate, jwt-compact
//! natively.
//! *Why.* A token should cost about one native signature more than an empty Worker.
//! *Consequence.* Each verifies what the other signed. RS256 cannot be signed natively: no library at hand does it in
//! constant time. The `rsa` crate makes keys in the command line and signs nothing.
//!
//! # 21. The platform's requests and responses are used as they are
//!
//! *Context.* Conversions at the boundary: a constant answer cost 62 µs with the platform's types and 209 with those of
//! the `http` crate.
//! *Decision.* `web_sys` types at the edge, plain structs inside ([`crate::http::Request`]), and each header is read
//! once.
//! *Consequence.* An endpoint that needs another header adds a field.
//!
//! # 22. The ledger is called by `fetch`, with the call in the URL and the answer in the status
//!
//! *Context.* Of the ways to call an object: a spend cost 357–389 µs so, 513–539 with a body.
//! *Decision.* No bodies. No success is a plain 200.
//! *Consequence.* URLs of calls appear in traces of the platform; they hold ids, and no code or token.
//!
//! # 23. Nothing in the object panics, and every call has a deadline
//!
//! *Context.* A panic in a Durable Object leaves its callers waiting for ever.
//! *Decision.* Tables are created at the first call and not in the constructor; rows that cannot be read are errors; a
//! call ends after 2 s, one that waits for KV after 8 s.
//! *Consequence.* A slow ledger is a 503, not a request that hangs.
//!
//! # 24. Codes have shards that may grow, subjects 64 for ever
//!
//! *Context.* One object serves about 1,000 requests a second. One object for each id would be slow to create and 12 KB
//! each.
//! *Decision.* A code carries the region and number of shards it was minted with. A subject's home and its 64 shards
//! never change.
//! *Why.* A code lives for 60 s; a revocation must be found years later.
//! *Consequence.* `LEDGER_SHARDS` may be changed at any time. A user who moves keeps the first home.
//!
//! # 25. Revocations live in the ledger and are mirrored to one KV value
//!
//! *Context.* A KV write is the dearest operation, may happen once a second for each key, and loses races.
//! *Decision.* The subject's object merges, and writes the whole value; a revocation has succeeded when a write that
//! holds it has.
//! *Consequence.* One read decides everywhere, after KV's delay.
//!
//! # 26. The session cookie carries the newest consents
//!
//! *Context.* KV remembers absence too: a consent just stored may not be seen for a minute.
//! *Decision.* Up to four consents ride in the session; of record and cookie the newer counts.
//! *Why.* A silent renewal right after the first sign-in would otherwise ask again.
//! *Consequence.* A consent for this visit needs no record at all.
//!
//! # 27. A consent is for one redirect origin and one resource
//!
//! *Context.* A client may have several redirect URIs, on several hosts.
//! *Decision.* Each origin and resource is asked for anew.
//! *Why.* The page shows the host; a consent must not cover one that it did not show.
//! *Consequence.* The port of a loopback URI is no part of the origin, because it changes with each start.
//!
//! # 28. Client records are held for 60 s, absence never
//!
//! *Context.* Every request of a client reads its record.
//! *Decision.* An isolate keeps up to 512 records for 60 s, and drops one that it writes.
//! *Why.* A client just registered must work as soon as KV shows it.
//! *Consequence.* A change or removal of a client takes effect up to 60 s later there, beyond KV's own delay.
//!
//! # 29. A POST from another site is sent round once more
//!
//! *Context.* `SameSite=Lax` cookies do not come with a POST from another site, so that a signed-in user would be asked
//! again.
//! *Decision.* Such a request to `/authorize` is answered with a redirect to itself as a GET, or where that is longer
//! than 4,096 characters with a form that submits itself.
//! *Consequence.* Clients may POST authorization requests (OpenID Connect Core §3.1.2.1) under single sign-on.
//!
//! # 30. Cookie names carry a hash of the issuer, and the prefix goes with https
//!
//! *Context.* Issuers with a path share a host, and `__Host-` cookies cannot have a path.
//! *Decision.* Eight characters of the issuer's hash in the name. On a local `http` issuer the prefix is left out.
//! *Why.* The prefix requires `Secure`, and some browsers and cookie jars drop such a cookie on `http://localhost`.
//!
//! # 31. What is not supported is refused by name
//!
//! *Context.* RFC 6749 §3.1 has unknown parameters ignored.
//! *Decision.* `registration` is refused with the code that OpenID Connect has for it. Client metadata that ask for a
//! protection that is not given (mutual TLS, `DPoP`, encryption) are refused.
//! *Why.* Whoever sends them relies on them.
//! *Consequence.* Documents of other servers with such members have to be edited before `sealwax client add
//! --metadata`.
//!
//! # 32. The clock of tests is a feature of the build
//!
//! *Context.* Tests on workerd have to move the clock.
//! *Decision.* The feature `test_clock` adds `POST /__test_clock`; a long marker stands in each of its answers.
//! *Why.* A release must not have it, and a test looks for the marker in both builds.
//! *Consequence.* Two builds for a full test run.
//!
//! # 33. Small maps are sorted vectors
//!
//! *Context.* Maps here have few entries, and callers choose some keys. On this platform the seed of a hash can be
//! foreseen.
//! *Decision.* One type, [`crate::sorted::SortedMap`], instead of a tree.
//! *Why.* Quicker for few entries, and each type of it costs a tenth of a tree's code.
//! *Consequence.* Whatever may grow has a cap of its own.
//!
//! # 34. Tokens and keys are taken apart by hand at the edge
//!
//! *Context.* jwt-compact's signers are synchronous and stay unlinked at the edge ([20](#20-webcrypto-signs)).
//! *Decision.* A compact JWS is split and decoded by [`crate::jwt::Unverified`]; type, key id, algorithm and `crit` are
//! checked against what this server expects before the signature, claims are read after it (RFC 8725 §3). jwt-compact
//! gives key types and thumbprints, and natively signs and verifies.
//! *Consequence.* What is checked stands in one place and not in a library's options.
//!
//! # 35. The port of a loopback URI is free for native clients alone
//!
//! *Context.* RFC 8252 §7.3 frees the port, because the system hands it out when a program starts.
//! *Decision.* Clients of `application_type` `native` only, for `127.0.0.0/8`, `[::1]` and `localhost`.
//! *Why.* A web client in development runs on a port that it knows, and RFC 9700 §2.1 compares to the letter.
//! *Consequence.* A native client has to be registered as one: `sealwax client add --native`.
//!
//! # 36. A registration begins with its record
//!
//! *Context.* A client may be removed and its id given away again, while codes and refresh tokens of the first are
//! alive.
//! *Decision.* What was minted before the record's `created` is refused: [`crate::client::Client::recognises`].
//! Replacing a client keeps `created`.
//! *Consequence.* The clocks of the isolate that registers and of those that mint must not differ by more than the user
//! needs to sign in.
//!
//! # 37. A consent ends with the password that the user had signed in with
//!
//! *Context.* A stolen session may allow a client of the thief before its revocation is visible. The consent would
//! outlive the session.
//! *Decision.* An entry carries `cred`, and a revoked credential takes it along. A dead session stores none.
//! *Consequence.* After a password change apps ask for consent anew. Signing out alone takes no consent away.
//!
//! # 38. A consent lasts no longer than was said when it was shown
//!
//! *Context.* Scopes that were allowed before and not asked for now stay allowed, and answers have different lengths.
//! *Decision.* They are kept only if they were allowed for at least as long as the new answer. An answer for this visit
//! takes what it showed out of the stored record. The latest answer is stamped above all before it.
//! *Consequence.* Some scopes are asked for again. None becomes lasting without having been shown so.
//!
//! # 39. Registrations and scopes narrow what is alive
//!
//! *Context.* Tickets, codes and refresh tokens carry scopes, and a client may lose one while they are alive.
//! *Decision.* Each use takes the intersection with the client's record and the configured scopes; an empty one is
//! `invalid_grant`.
//! *Consequence.* A withdrawn scope is gone with the isolates' caches (60 s) and the access tokens (10 minutes).
//!
//! # 40. No `Cross-Origin-Opener-Policy` on pages
//!
//! *Context.* Apps open the sign-in in a popup and wait for it.
//! *Decision.* The header is not sent.
//! *Why.* Any value but the default cuts the popup off from the window that waits for it.
//! *Consequence.* `frame-ancestors`, `X-Frame-Options` and the policy without scripts protect the pages.
//!
//! # 41. The ledger stamps sign-ins
//!
//! *Context.* A stamp taken from the isolate's clock and KV may lie below a revocation that KV does not show yet, or
//! that a clock ahead of ours has stamped. The user who signs in again would be thrown out when the record arrives. And
//! a changed password would still open sessions where KV shows the old record.
//! *Decision.* A sign-in is one call of the subject's object, which knows every revocation: it refuses what is dead, and
//! gives a stamp above all: [`crate::store::judge_sign_in`]. The list of sign-ins is a by-product.
//! *Consequence.* Two ledger calls a sign-in (the try, the sign-in). Without the ledger KV decides, with its delay.
//!
//! # 42. Invitations and resets are sealed, not stored
//!
//! *Context.* The design had random links, hashed and with an expiry in the user's record.
//! *Decision.* A link is a seal that names the password it replaces (`cred`); the ledger spends its id, by POST alone.
//! *Why.* Nothing is written to make one, and KV's delay can neither lose a new link nor revive a used one.
//! *Consequence.* Two links of one user may be open at once; the first that is used, or any other change of the
//! password, ends both.
//!
//! # 43. Tries are cleared after a success only where several came before
//!
//! *Context.* A try is booked before the password is hashed. Clearing it after each success would be a third ledger call
//! of each sign-in.
//! *Decision.* The counter is cleared, after the answer, when at least two tries came before; and forgotten after a day.
//! *Consequence.* Somebody who has just signed in once or twice has eight or nine free tries instead of ten.
//!
//! # 44. What is left to do after the answer is data
//!
//! *Context.* Logout notices and cleared counters must not make the user wait, and the core knows no platform.
//! *Decision.* A reply carries errands ([`crate::http::Errand`]); the edge runs each after the answer is on its way.
//! Nothing that was promised rests on one: revocations are awaited before the answer.
//!
//! # 45. Signing out and ending a session are two revocations
//!
//! *Context.* Back-Channel Logout §2.7: logging out need not end what `offline_access` was granted for. The account page
//! and the operator mean all of it.
//! *Decision.* `SignOut` spares what was born with `offline_access`, `Session` does not. The lineage carries which:
//! a scope that was narrowed later does not change it.
//!
//! # 46. A higher epoch than the record's is good
//!
//! *Context.* `revoke client` raises the epoch in a record that reaches locations at different times. New sign-ins carry
//! the new epoch into places with the old record.
//! *Decision.* [`crate::client::Client::recognises`] refuses lower epochs only. The epoch comes from a seal, so nobody
//! makes it up.
//!
//! # 47. Who may introspect stands in the client's registration
//!
//! *Context.* RFC 7662 §4 leaves it to the server which resource server may ask about which token.
//! *Decision.* A token is told about to its client and to clients whose `resources` (ours) name one of its audiences;
//! such a client may have no grant at all. Public clients may not ask.
//! *Consequence.* `sealwax client add --resource https://api.example`, without a redirect URI, is a resource server.
//!
//! # 48. Introspection of a refresh token does not ask for its generation
//!
//! *Context.* Whether a newer token of a rotating family has taken its place is known to the ledger alone.
//! *Decision.* A refresh token is told to be active to its own client as long as its family lives.
//! *Why.* One read as for every token; the client learns the rest when it uses the token.
//!
//! # 49. Revocations hold hashes of clients and tokens
//!
//! *Context.* The record of a user is read at every authorization request, and client ids may be long.
//! *Decision.* 16 bytes of SHA-256 in place of the id; single access tokens likewise, 100 at most, then the family.
//!
//! # 50. `profile` tells the user name
//!
//! *Context.* Userinfo without any claim but `sub` shows nothing that a person would recognise.
//! *Decision.* The scope `profile` always exists, and userinfo answers it with `preferred_username`, where the user has no
//! other, beside what else is known (93).
//!
//! # 51. A password is revoked first, then written
//!
//! *Context.* Setting a password is a revocation in the ledger and a record in KV. One of them may fail.
//! *Decision.* First all that the old one began is revoked. If the record then cannot be written, the user is answered
//! 503 with a page that carries a fresh link to choose it again; the operator repeats the call.
//! *Why.* The other order leaves a thief's sessions alive where it fails halfway, and the new password could not be
//! stamped above the revocation.
//!
//! # 52. Confirming the password is no new sign-in
//!
//! *Context.* The account page asks for the password again when the sign-in is older than ten minutes.
//! *Decision.* The session keeps its `sid` and is marked as confirmed. Nothing runs by itself afterwards.
//! *Why.* Clients know the session by its `sid`, and consents held in its cookie would be lost.
//!
//! # 53. Disconnecting an app sends it no logout notice
//!
//! *Decision.* Withdrawing a consent revokes it and its tokens; a notice is sent where a session ended.
//! *Why.* Back-Channel Logout §2 is about sessions, and this one goes on.
//!
//! # 54. What fails to reach KV is written once more
//!
//! *Context.* A write that was given up may arrive after the next one and undo it. The simulation found revocations
//! forgotten for good.
//! *Decision.* After a failed write, the value is written again a minute after it was written at last.
//!
//! # 55. Revocations lie above every listed sign-in
//!
//! *Context.* A sign-in is stamped above the clock of its place, which may be ahead of the ledger's.
//! *Decision.* The ledger raises a revocation above the newest sign-in that it lists, whoever asks.
//!
//! # 56. `health` spends no token
//!
//! *Context.* The operator's calls are spent in the ledger; `sealwax doctor` has to tell that the ledger is down.
//! *Decision.* This one call is not spent: it changes nothing, and a recorded one tells for a minute how the server is.
//!
//! # 57. The Worker's size is counted compressed
//!
//! *Context.* The account page, sign-out, introspection, revocation and the operator's calls brought the Worker from 331
//! to 427 KB gzip, beyond the 350 that it had kept to.
//! *Decision.* wasm-opt leaves functions with one caller apart and repetitions to gzip; functions that look alike stand
//! together (decision 115); records that this program wrote are read by a reader without error texts
//! ([`crate::record`]), and what others sent by the same with texts of its own (decision 116). Every kind of client
//! (decisions 59 to 84) had brought it to 486 KB; with decisions 115 to 118 it had 456, and 507 with five languages, claims,
//! pairwise subjects, apps' faces and signed userinfo (decisions 90 to 111). With decisions 125 to
//! 127 it has 481, parts and all; the test holds 485, which is no aim but a stop. A split deployment brings 81, 283 and 419
//! (decision 129).
//! *What it is made of.* Of the 486, by who wrote it: this program 238, the standard library's generic code 90, texts, style
//! sheet and tables 47, JSON 20, URLs and host names 15, Argon2 and its strings 11, the platform's crates 15, cryptography
//! and base64 10. By subject, over all of these: the endpoints' asynchronous functions 104 (41 in one that holds most of
//! them), readers of seals 25, reading JSON 18 and writing it 13, pages 11 beside their texts, iterators and vectors 24.
//! *Tried without gain.* An endpoint's future behind a pointer each (1 KB more); inlining less (-50: 32 KB more) or more
//! (15: 4 KB more, 30: 8 KB more); `opt-level = "z"` for minicbor, base64 and `form_urlencoded` too (0.7 KB); the most
//! called functions first (0.3 KB more); a smaller stack, for shorter addresses (0.1 KB).
//! *What it is made of now*, by subject: asynchronous functions 129 (the one that holds the endpoints 45, the operator's 10),
//! other code of this program 96, texts, style sheet and tables 55, libraries 52, closures 29, readers of seals 28, reading
//! JSON 19 and writing it 12, templates 18, vectors and iterators 14, drops 12.
//! *Left.* Password hashes (PHC strings) without their crate, 6 KB; an own parser of ASCII URLs instead of `url`, which
//! brings Punycode with two sorts of its own, 15 KB. Not taken: formats of others are left to libraries as long as there
//! is a choice. The repeated parts of templates, 3 KB. Numbers with a fraction, which serde's messages keep, 4 KB. All of it
//! together is a quarter of what lacks to 350: that takes fewer endpoints in one Worker, which is what its parts are.
//!
//! # 58. Consents name the session that gave them
//!
//! *Context.* Where KV lags, a thief of a session that has ended can still answer a consent page. The consent would lie
//! above the revocation, and outlive it.
//! *Decision.* An entry carries session and sign-in; one that was given after its own session's end does not stand. A
//! family with `offline_access` that was begun after the session's end is not spared either.
//!
//! # 59. A grant holds several resources, and a token is for some of them
//!
//! *Context.* RFC 8707 lets a request name several, and each token request fewer. Resources differ in audience, lifetime
//! and signing algorithm.
//! *Decision.* Codes and refresh tokens keep all that was granted; an access token has the audiences of those that are
//! named, the scopes that go with them, and the shortest lifetime. Where their algorithms differ, one has to be named. A
//! resource that is gone from the configuration, or is not open to the client any more, is gone from its grants too.
//! *Consequence.* Consents are asked for each set of resources anew. `openid` goes with any resource and puts the issuer
//! into `aud`, as before; an ID token goes by `ACCESS_TOKEN_LIFETIME`.
//!
//! # 60. A slash at the end of a resource is forgiven once
//!
//! *Context.* Clients derive `resource` from the address that a person typed; some add a slash, some parse and print the
//! URL, which does the same.
//! *Decision.* A URI that is registered to the letter is itself. Else one that differs by one slash at its end stands for
//! it, if that fits one resource only and there is no query. From there on the registered spelling counts, in seals,
//! consents and `aud`: [`crate::config::Config::resource`].
//! *Why.* RFC 8707 §2 leaves to the server how URIs map to resources; two resources that differ by a slash alone stay two.
//!
//! # 61. A scope belongs to its resource or to all, and has one meaning
//!
//! *Context.* The consent page tells of each scope once, and a user cannot be told that a name means one thing here and
//! another there.
//! *Decision.* `SCOPES` go with any resource, and with none; those of a resource exist for it alone. Where two places have
//! one name, words and option have to be the same, or the configuration is refused.
//!
//! # 62. A client's own token is revoked in KV, under an id of its own
//!
//! *Context.* Tokens without a user have no subject's object in the ledger to be revoked in.
//! *Decision.* The `jti` is a seal of a purpose of its own, with a random id, the client, its epoch and time of birth. A
//! revocation is one record, `revoked/token/<id>`, which KV forgets a minute after the token's end. Such a token never
//! carries OpenID Connect's scopes; what of a scope is not open to the client refuses the request as a whole, because a
//! program would notice a narrower token only where it is used. A client that is limited to resources without the default
//! one has to name one.
//! *Consequence.* Issuing costs nothing, introspection one read as for every token. `REVOCATION = "ledger"` makes no
//! difference for them.
//!
//! # 63. An assertion is spent by client and `jti`, and lives an hour at most
//!
//! *Context.* RFC 7523 §3 lets a server refuse what lives unreasonably long, and clients make assertions of a minute (most
//! libraries), of five and of sixty (Authlib).
//! *Decision.* An hour where the ledger spends them, ten minutes where it is off and one works again until it ends. `jti` is
//! required, and spent after the signature and all claims held. `aud` may be the issuer, the token endpoint or the endpoint
//! that is called; `iss` and `sub` are the client; a `typ` that says it is something else is refused.
//! *Why.* Nobody can use up the `jti` of another client, because the client is part of what is spent. An audience that is
//! this server alone is what later drafts ask for; the URL of an endpoint is this server too, and libraries send it.
//! *Consequence.* One ledger call, before that of the grant itself.
//!
//! # 64. A client with a key has no secret, and keys are tried again when they may be newer
//!
//! *Context.* `private_key_jwt` is worth most where nothing weaker is good for the same client.
//! *Decision.* A client is registered for keys or for secrets. With keys it has no other way, and a secret it had is
//! dropped; with a secret it has no assertions, even if it registered keys for other uses. An algorithm is the key's by its
//! type, narrowed by its `alg` and by the client's `token_endpoint_auth_signing_alg`. A signature that no known key made,
//! by name or at all, has the published set looked at again, once a minute at most; a set that cannot be had or read is
//! 503, because nobody knows then.
//! *Why.* Keys roll under new names, under the same one, and without any.
//! *Consequence.* A key that was taken from a `jwks_uri` is good until the copy ends by its headers, a day at most.
//!
//! # 65. Copies of documents are private, and of keys and metadata last a minute at least
//!
//! *Context.* RFC 9111 tells shared caches from private ones, and usual frameworks answer everything, keys too, with
//! `no-store`. A client under load would then be asked with each token, until its host has been asked too often; one
//! sign-in looks at a metadata document five times.
//! *Decision.* This server is the reader, not a relay: `private` does not matter and `s-maxage` is not for it. `max-age`
//! less `Age` counts, five minutes where nothing is said, a day at most; `no-cache` counts as `no-store`. Of keys and
//! metadata documents a copy of a minute will do whatever the headers say, in the isolate alone. Only answers with 200 are kept. The location's cache has
//! the copies under names of the Worker's own host, where nothing is served, and is given a second to answer.
//! *Why.* A client's record is held for a minute as well. Never KV: whoever can have something fetched could fill it.
//!
//! # 66. A name of another alphabet comes as `xn--`
//!
//! *Context.* What may be fetched is told from the shape of a URL, and the shape of a name from the tables of IDNA, a tenth of
//! a megabyte.
//! *Decision.* Names of URLs that clients give are ASCII. What browsers would map to ASCII (wide digits, other dots) is no
//! name here. This server's own origin is refused also where a local issuer may call this machine.
//! *Consequence.* A client writes `xn--bcher-kva.ch`; the platform refuses what does not decode.
//!
//! # 67. A client that registers itself is its own record
//!
//! *Context.* Open registration fills the stores of other servers, or expires under the clients.
//! *Decision.* The `client_id` is a seal of what was registered, under a ring of its own that no clock retires. Secret and
//! registration access token are derived from it. A record is written when such a client changes or goes, or when the
//! operator ends what it holds; if it cannot be read, the answer is 503 and never what the seal says.
//! *Consequence.* Registering writes nothing, using such a client reads one record, which is absent for most. There is no
//! list of them. Revoking a key of `CLIENT_KEYS` makes all whose ids it sealed register anew.
//!
//! # 68. The operator's terms hold at each use
//!
//! *Decision.* Scopes, grants, schemes and denied hosts ([`crate::client::Terms`]) are applied when a client registers and
//! whenever it is looked up. What asks for trust (first party, no PKCE, lifetimes, resources) is the operator's to give and
//! ignored; grants, response types and scopes that there are not are left out, and the answer says what was registered,
//! because clients send one document to all servers. What asks for protection that is not given is refused, as is a software
//! statement.
//!
//! # 69. A document is a client as long as it says so
//!
//! *Decision.* Off by default. The URL is judged by its shape before anything is fetched; `created` is 0, since nobody knows
//! when it registered. Authorize tells the user what is wrong with a document, on a page; for tokens it is `invalid_client`,
//! and 503 when the document cannot be had, whatever its site answers instead: a site that is moved about says nothing about
//! its client, which must not lose its tokens for it. Introspection and userinfo fetch nothing. Documents whose redirect URIs
//! are all on the user's device count as native. A document that is no good is fetched once more before anybody is told, so
//! that no copy of it is gone by (draft-ietf-oauth-client-id-metadata-document-02 §5.2). The host of the document can be
//! denied like one of a redirect URI.
//!
//! # 70. What is decided about such a client is decided in the ledger first
//!
//! *Context.* One record holds what the operator decided about a client and what the client changed of itself. KV lets the
//! last write win, and a place may show an older record for a while: by changing its registration there, again and again, a
//! client could write over its own removal.
//! *Decision.* Disabling, revoking and removing mark the client in a ledger object, where it is a subject of its own by the
//! digest of its id. An update asks there before it writes, and refuses where the client is gone, or where KV does not show
//! yet what was decided; it asks once more afterwards, and mends what it wrote if something was decided in between.
//! *Consequence.* An update costs two ledger calls and one write, a decision one or two calls and two writes; using a client
//! costs none of them. With the ledger off KV decides, with its delay.
//!
//! # 71. A session names few long ids
//!
//! *Context.* A session's cookie names the clients that are told of its end, and holds consents; it has 3,800 characters.
//! *Decision.* Ids of up to 256 characters are named, and those of clients that want to be told; 1,500 characters in all, the
//! newest first. URLs of documents are named only where the document asks to be told: nothing is fetched in vain when a
//! session ends.
//! *Consequence.* A client of a longer id, or too many, is not told. What was allowed it for one visit ends with the session,
//! and is not on the account page.
//!
//! # 72. A client without a name is called by its host
//!
//! *Decision.* Where a client that registered itself gives no name, pages show the host of its document or redirect URI, and
//! a hash in the place of its id, which the log and the operator's calls take too.
//! *Why.* Hundreds of letters tell nobody anything.
//!
//! # 73. A device and its user meet in one row of the ledger
//!
//! *Context.* RFC 8628 needs one place that a device and a browser both reach by a short code. All else can travel.
//! *Decision.* The device code is a seal. The row stands under a hash of the user code, in one of 64 objects, for the code's
//! ten minutes; it holds what is asked, when the device polled, and the answer. Whatever is granted is redeemed like a code:
//! poll, look at revocations, sign, spend, reply. The answer is told as often as it is asked for, and spent once.
//! *Why.* Marking it as redeemed with the poll itself would burn the login where the signing or the read after it fails.
//! *Consequence.* A poll is one call and one row, the last one two calls and one row. 4,096 devices wait in an object at
//! most, because whoever knows a public client's id can begin; then others are told 503. With the ledger off there is no
//! device grant.
//!
//! # 74. The yes to a device is a consent like any other, and always asked for
//!
//! *Context.* Who connects a device is asked what they allow; remote phishing (RFC 8628 §5.4) is a link sent by somebody else.
//! *Decision.* Everybody is asked each time, also for the operator's own apps. What was allowed is stored as for any client,
//! under a place of its own (`device`), so that the account page shows it and takes it back; it never answers a later
//! question. The record is written before the device is let in. The session is looked up in the user's ledger object, not in
//! KV, on every page and answer.
//! *Consequence.* An answer that turns out to be too late leaves a consent that stands for nothing.
//!
//! # 75. Every code that could be one is a guess
//!
//! *Context.* Somebody who finds a stranger's code lets that device into their own account. Codes have 34 bits.
//! *Decision.* Signing in comes first. Codes are counted per user, ten and then growing waits, before they are looked for and
//! also when they are right; nothing but a day clears the count. Text that no code can be is told alike, and not counted. A
//! link with the code fills it in; looking at it counts nothing and tells nothing.
//! *Why.* Whoever can begin a device has right codes at will, and would clear the count with them.
//! *Consequence.* The eleventh device of a day waits 15 seconds.
//!
//! # 76. What was exchanged ends with all that it came from
//!
//! *Context.* RFC 8693 leaves open how long the new token lives, and what revokes it.
//! *Decision.* It keeps the lineage, and its `jti` names each token that was given for the one after it, who exchanged it and
//! when: at most four. It is dead when its user's grant, one of these tokens or one of these clients is, and ends no later than
//! what was given for it, and than the actor's token. It belongs to the exchanger, who may introspect and revoke it; the first
//! client may not. There is no refresh token, no ID token, and none of OpenID Connect's scopes in it.
//! *Consequence.* Nothing is written. An actor's token that is revoked later ends no exchange that was made with it before.
//!
//! # 77. Who may exchange, for what, and as whom, stands in the registration
//!
//! *Context.* RFC 8693 §2.1 leaves policy to the server.
//! *Decision.* A confidential client with the grant may exchange a token that is its own, or for a resource that it serves, or
//! that names it in `aud`: for the resources that the token is for already, and for its `exchange_resources`. With an actor's
//! token as `delegation` (the default), as if it were the user only with `impersonation`; narrowing a token of its own needs
//! neither. `may_act` of the first client stands in its tokens, names the one client that may act, and stays in what is
//! exchanged. Tokens of clients in their own name are refused: they have no user to act for, and whoever serves them can ask
//! in its own name.
//!
//! # 78. A pushed request is used up by the code it leads to
//!
//! *Context.* RFC 9126 §4 wants a `request_uri` used once, and users reload, go back, and take their time.
//! *Decision.* It is complete when a code was issued; errors that are sent to the client leave it as it was. It is spent in
//! the ledger when the code is ready, and nothing that can fail comes after. The attempt is drawn with the first form and
//! carried by all that follow, so that a form sent twice is one use; where no form was needed each arrival is an attempt of
//! its own. Who comes second is told `invalid_request_uri` by redirect, and stays signed in.
//! *Why.* Its expiry is judged when the browser arrives; `exp` in the ledger is two hours later, so that a slow sign-in
//! does not dead-end. A denial gives nothing away that would have to be protected from a second one.
//! *Consequence.* A row of the ledger lives two hours. Nothing is written, and no ledger asked, before that.
//!
//! # 79. A `request_uri` names client and redirect URI by hash, and says where errors go
//!
//! *Context.* It travels in a URL, with a client id of up to 4,000 characters beside it, and must hold a whole request.
//! *Decision.* 2,048 characters at most. The client is named by its tag, a registered redirect URI by 128 bits of its hash;
//! at `/authorize` the record of the client is at hand. Only a loopback URI whose port is another stands there in full.
//! An authentic one of the same client tells where to return to, also when it has expired or was used; all else is told on
//! a page, whatever redirect URI stands beside it. A confidential client may leave out `client_id` in the body, since it
//! has named itself to authenticate.
//! *Consequence.* A registration that has lost the redirect URI meanwhile makes it a page.
//!
//! # 80. A request object is signed, and is the whole request
//!
//! *Context.* OpenID Connect Core §6 has objects without a signature, and parameters beside an object that fill its gaps;
//! RFC 9101 §6.3 has the object alone.
//! *Decision.* Only what a key of the client has signed is an object, `client_id` and `iss` in it are required, and nothing
//! beside it counts. `none` is not advertised. By value `exp` is required, an hour ahead at most, counted from `nbf`; FAPI 2.0
//! message signing asks for the same. It is not spent: a reload must not end nowhere, and a request grants nothing.
//! *Where errors go.* As long as the signature has not been seen to hold, the `redirect_uri` beside the object decides;
//! unregistered or left out it is told on a page, whatever is wrong with the object. Afterwards the signed one does, also
//! when the object has expired or is meant for somebody else.
//! *Consequence.* An unregistered `redirect_uri` beside a good object does no harm.
//!
//! # 81. Request objects are fetched from registered URLs, and soon forgotten
//!
//! *Context.* RFC 9101 §5.2 lets the server fetch what a link names.
//! *Decision.* Only URLs in the client's `request_uris`, compared without the fragment, which is a hash for caches. A copy up
//! to 20 s old will do where its cache headers allow that. What is fetched may lack `exp`. An answer that is no object is `invalid_request_uri`; no answer is
//! `temporarily_unavailable`, by redirect like any other error: it is the client's own server that is silent, and RFC 9101
//! §7 has no word for it. At `/par` there are none (RFC 9126 §2.1).
//! *Why.* OpenID's suite for dynamic registration signs such objects without `exp`, and a document that its owner serves now
//! is as fresh as a time in it could say. Without the 20 s any stranger could use up the 30 fetches a minute that one host is
//! asked for at most, and the client's keys may be at the same host.
//! *Consequence.* A request by reference waits for the client's server, 5 s at most. A client that puts another object at
//! the same URL says `no-store`, or waits.
//!
//! # 82. A client that registered itself may ask for more than it registered
//!
//! *Context.* MCP clients register the scope that a server wanted first, and come back with the same `client_id` when it
//! wants more (step-up authorization). Held to the first scope, they ask in circles.
//! *Decision.* What such a client may ask for are the scopes that are open to its kind (`REGISTRATION_SCOPES`); what it
//! registered is what it gets when it names none. `offline_access` goes with the grant `refresh_token`.
//! *Why.* Whoever may register can register again and say more. The user is asked each time.
//!
//! # 83. Naming the grant asks for refresh tokens, without `openid`
//!
//! *Context.* `offline_access` is OpenID's word, and its scope is how clients ask for refresh tokens here. MCP clients of
//! the revision 2025-11-25 do not know it; they name the grant when they register. Nobody sets `always_refresh` for them.
//! *Decision.* A client that registered itself with `refresh_token` gets one for each grant without `openid`. Such a
//! family ends when the user signs out, as one with `offline_access` does not. With `openid`, Core §11 holds.
//!
//! # 84. Bounds that fit the clients there are
//!
//! *Context.* Authlib makes assertions that live an hour. oauth4webapi calls `EdDSA` `Ed25519` (RFC
//! 9864). Many sites let nothing be kept of a document, and one sign-in looks at a client five times.
//! *Decision.* An assertion may live an hour where it is spent, ten minutes with the ledger off. Both names are taken.
//! Keys and metadata documents are held for a minute whatever their headers say.
//!
//! # 85. What can be revoked is bounded, and stays revoked
//!
//! *Context.* Revocations of one user stand in one record. Whoever holds a session could revoke families by the thousand,
//! until the record could not be written any more, and the user not be disabled either.
//! *Decision.* 500 of each kind; then the older half is folded into one time for all. Of single tokens the family that has
//! most on the list goes first: who revokes many does not decide about the tokens of others.
//! *Consequence.* Old grants of a user who revokes very much end. Nothing that was revoked comes back.
//!
//! # 86. Of two ends of one sign-in the first counts
//!
//! *Context.* A sign-out spares what was granted `offline_access` up to then. Where KV lags, a thief of the session could
//! begin something, sign out once more, and so have it spared.
//! *Decision.* A later end of the same session changes nothing.
//!
//! # 87. Rows that live for weeks are swept once a day
//!
//! *Context.* Tables have no index, which would be a second row to pay for with each write; a sweep reads them all.
//! *Decision.* Spent ids and tries, of which most live for minutes, are swept each minute, families and sign-ins each day. Only
//! the subjects that wait to be mirrored have an index.
//!
//! # 88. A body that is too long is read to its end, up to 1 MB
//!
//! *Context.* An answer that comes before the last byte of the request met a server in between that made a 500 of it.
//! *Decision.* What is beyond the 64 KB is read and thrown away, up to 1 MB; then the connection may break.
//!
//! # 90. Claims asked for one by one are asked of the user by their scope
//!
//! *Context.* The `claims` parameter (OpenID Connect Core §5.5) names single claims, with or without the scope that covers
//! them. The consent page and the consents that are stored know scopes.
//! *Decision.* A claim is told if its scope is open to the client, and the user has allowed that scope; the page asks for it
//! like any other. What is granted stays what `scope` said: `email` alone brings no `email_verified`. Names that this server
//! does not know, and those whose scope is not open, are passed over. `value` and `values` count for `sub` and `acr` only: of
//! other claims the truth is told, and `essential` changes nothing, since all that is there is told. In a seal stand the
//! names and the values of these two.
//! *Why.* Otherwise a client would learn by `claims` what the user was never asked for.
//! *Consequence.* A client that adds `claims` to a request may cause a question that was not asked before. With
//! `prompt=none` that is `consent_required`.
//!
//! # 91. Without `scope` nobody is told who the user is
//!
//! *Context.* A request without `scope` gets what the client registered (RFC 6749 §3.3), and a client that registers itself
//! and names none registers all that is open, now `email`, `address` and `phone` among it.
//! *Decision.* The scopes of OpenID Connect have to be asked for.
//! *Consequence.* A client that registered nothing else gets `invalid_scope` until it asks.
//!
//! # 92. A pairwise `sub` is that of the first client's sector, in access tokens too
//!
//! *Context.* RFC 9068 §2.2 has the user's `sub` in an access token, which is signed and not encrypted. It may be for a
//! resource of somebody else.
//! *Decision.* HMAC-SHA256 of (sector, subject) under `PAIRWISE_SECRET`, in all that a client gets: ID token, access token,
//! userinfo, introspection, logout token. An exchanged token (RFC 8693) keeps the `sub` of the one it came from.
//! The sector is the host of the `sector_identifier_uri`, which is fetched whenever such a client is registered or
//! changed and at no other time, or else the only host of the redirect URIs, all of them https.
//! *Why.* With the public subject in the access token a client would only have to look. A resource that has to join the
//! users of several pairwise clients is told by the operator what to join them by: a claim of its own.
//! *Consequence.* One resource sees one user under several names. `PAIRWISE_SECRET` is not rotated, and there is no copy of it:
//! without it pairwise clients get `server_error`, and a new one would make every user of theirs a new one. A client that
//! changes its sector, or from public to pairwise, meets new users too. A client metadata document may ask for pairwise
//! subjects, but has no `sector_identifier_uri`, which would be fetched at each use. A client that speaks for itself has pairwise
//! subjects or the device grant, not both: a device is answered nowhere, so nothing would show that the sector is its own.
//!
//! # 93. Roles and groups are claims like others, and told by configuration alone
//!
//! *Context.* What a token says about a user's roles is the operator's choice; OpenID Connect has no scope for them.
//! *Decision.* `roles`, `groups`, `entitlements` and attributes of any free name stand in the user's record beside the
//! standard claims. `access_token_claims` and `userinfo_claims`, of a resource in `RESOURCES` or of a client by the operator,
//! say which are told under which names: `["roles"]` or `{"https://example.com/team": "department"}`. They can name
//! standard claims too, and never a claim by which a token says what it is. Where there is nothing to tell the record is not
//! read; otherwise redeeming, refreshing or exchanging costs one KV read. It comes before the code is spent, so that a store that
//! fails costs no login. A record that is not there tells nothing. What exceeds 2 KB in one token is left out, each claim
//! whole, and logged.
//! *Why.* A missing role is refused more, never less.
//! *Consequence.* Whoever maps a claim need not ask the user: the operator answers for it. A change of roles shows with the
//! next token.
//!
//! # 94. Claims are this server's own
//!
//! *Context.* OpenID Connect Core §5.6 has claims that other providers vouch for, aggregated or distributed.
//! *Decision.* Neither: `claim_types_supported` is `["normal"]`, and `_claim_names` and `_claim_sources` cannot be set.
//!
//! # 95. A client that speaks for itself shows a logo of its own host, or none
//!
//! *Context.* OpenID Connect Registration §9.1 warns of clients that wear the face of another. A picture is believed more than
//! the sentence beside it, and its host learns that somebody is at the page: the browser loads it, for nothing is proxied.
//! *Decision.* The page's `img-src` names the origin of this one logo, and it is asked for without a referrer. Of a client that
//! registered itself, or has a document, it is shown where its host is public, and that of the document or of all redirect URIs
//! of a client that cannot use the grant of devices: one URI among several, or beside that grant, anybody can name. Else it is
//! registered, told, and not shown. The operator's clients show what the operator says. Links to home page, policy
//! and terms are shown of all, with the host in words.
//!
//! # 96. What cannot be shown is left out of a registration
//!
//! *Context.* Clients send empty texts and `http` URLs for their logo and policy, and were registered until now.
//! *Decision.* From clients themselves, a `logo_uri`, `client_uri`, `policy_uri` or `tos_uri` that is no https URL of at most
//! 512 characters is left out, and the answer says so by not having it (RFC 7591 §3.2.1). `initiate_login_uri` and the defaults
//! for requests are relied on: they are refused. From the operator everything wrong is refused.
//!
//! # 97. Whoever signs in instead of the hinted user is signed in, and the client gets `login_required`
//!
//! *Context.* OpenID Connect Core §3.1.2.1 wants an error where another user than that of the `id_token_hint` signs in.
//! *Decision.* The client is told by redirect; the sign-in counts, for the ledger has it and the user typed the password. A hint
//! that another client got is refused like a forged one: its `sub` is not for this client to use.
//!
//! # 98. The choice of an account is asked once a request, and is no sign-in
//!
//! *Context.* `prompt=select_account` used to ask for a password.
//! *Decision.* Whoever is signed in is asked whether to go on with that account, without a password; the answer is kept in the
//! form's ticket, among the prompts, and falls away when somebody else is signed in by then. `auth_time` stays; `login` and
//! `max_age` ask for the password all the same.
//!
//! # 99. `initiate_login_uri` is where the account page opens an app
//!
//! *Context.* OpenID Connect Core §4 lets anybody send a user there, with `iss`.
//! *Decision.* The list of connected apps links to it, with `iss` and nothing that tells who the user is: the app starts the
//! request, and single sign-on does the rest.
//!
//! # 100. A language is a file of Rust constants
//!
//! *Context.* Translations usually are data, parsed when the program starts or turned into code by a build script.
//! *Decision.* `src/pages/text/de.rs` and its likes hold one constant of one type, and nothing but texts.
//! *Why.* Nothing is parsed while a request waits, and a text that is missing does not compile. What the compiler cannot see
//! (a text that is empty, was left in English, or lost a gap) a test finds. Four languages cost 11 KB of the Worker, gzip.
//! *Consequence.* Whoever adds a text adds it five times, or it does not compile.
//!
//! # 101. What was asked for waits in the ticket; what the browser wishes is asked anew
//!
//! *Context.* `ui_locales` comes with the first request; wrong passwords, consent and errors follow. `Accept-Language` comes
//! with every request.
//! *Decision.* The language is decided before the endpoint is called, and is part of its context. A ticket carries the one
//! that `ui_locales` chose, one byte; where a form leads to another page of ours, `ui_locales` goes along in its URL. Beside
//! a request object or a pushed request `ui_locales` is ignored like all else (RFC 9101 §6.3); theirs counts once they are read.
//! *Consequence.* Every page takes `ui_locales`. An error in an object that could not be read is told in the browser's
//! language. No cookie remembers a language.
//!
//! # 102. The operator's words may be translated, a client's name may not
//!
//! *Context.* RFC 7591 §2.2 lets a client register `client_name#de` and more.
//! *Decision.* `description#de` of a scope and `name#de` of a resource are taken, in the five languages of the pages; others
//! are a fault of the configuration, since nobody would ever read them. `client_name#…` is ignored, as the RFC allows.
//! *Why.* The name is what people know an app by, on the consent page and on that of their account. One that changes with the
//! reader's language is one more way to look like another app, and would need as many checks as there are languages.
//!
//! # 103. The keys of a deployment are kept in a file of the operator's
//!
//! *Context.* wrangler never shows a secret again, and a key can only be moved to another state by who knows it.
//! *Decision.* `sealwax keys init --wrangler` writes all secrets to `.sealwax/worker.vars` (mode 600, the format of
//! `.dev.vars`) before it hands them over, and every later step changes that file first. The file names what the Worker has
//! not got yet, so the next command goes on with it, and what waits begins to wait anew. Where a signing key becomes active
//! and another retires, the active one is handed over first.
//! *Why not a secret for each key of a ring.* Keys could be added blindly, but none could be retired, and whoever lost all
//! copies of the keys could never move anything else.
//! *Consequence.* Whoever reads that file is the server. It lies beside the operator's key, which can do as much.
//!
//! # 104. A key waits an hour, and is kept as long as the longest that it may have made
//!
//! *Decision.* `rotate` adds a `next` key beside each active one; an hour later it makes it active, and the one before
//! retired. A retired sealing key opens for 400 days and an hour: refresh tokens may live so long by a client's own
//! lifetime, and locations that have not heard of its retirement go on using it for a while. `--keep` shortens that. Of a
//! retired signing key only the public half is left, for a session's lifetime, a day at least: ID tokens
//! come back as hints, access tokens live a day at most.
//! *Client ring.* Its retired keys have no end. They go by `retire KID --force` or `revoke`, and both say that the clients
//! have to register again.
//! *Consequence.* A key that waits opens, and is published: who has stolen one can use it.
//!
//! # 105. Clients that register themselves get RS256, documents and the operator's clients get ES256
//!
//! *Context.* OpenID Connect Registration §2 makes RS256 the default; ES256 is shorter and quicker.
//! *Decision.* RS256 for ID tokens of clients that registered themselves and named nothing, as long as an RS256 key is
//! active; the answer tells it. Clients that are a document did not register, and get what the operator's get.
//! An algorithm that no active key has is refused when a client is registered. Userinfo is JSON unless a client
//! registered for a signature.
//!
//! # 106. Userinfo is not signed for clients that are a document
//!
//! *Context.* Userinfo fetches nothing, and what such a client wants stands in its document.
//! *Decision.* A document with `userinfo_signed_response_alg` is refused.
//!
//! # 107. A signed userinfo response cannot be taken for an ID token
//!
//! *Decision.* It has `iss` and `aud` (Core §5.3.2) beside the claims, and neither `exp` nor `sid`: whoever checks an ID token
//! misses the one, a hint the other.
//!
//! # 109. Clients that register themselves may be let do without PKCE
//!
//! *Context.* OpenID Connect Core has no PKCE, and neither send it the plans of its conformance suite. RFC 9700 §2.1.1
//! recommends it to confidential clients too.
//! *Decision.* `REGISTRATION_PKCE = "required"` is the default; `"optional"` waives it for clients with a secret or a key,
//! at each use anew like the other terms. Public clients always need it.
//!
//! # 110. `scripts/dev --https` throws the key of its authority away
//!
//! *Context.* A browser that trusts an authority on a developer's disk trusts whoever reads that disk with every site.
//! *Decision.* One authority, one certificate for localhost, and the authority's key is gone before the certificate is used.
//! *Consequence.* When it ends, both are made anew and have to be trusted anew.
//!
//! # 111. The command line takes an authority of one's own
//!
//! *Decision.* `sealwax --cacert FILE` (`SEALWAX_CACERT`) trusts that authority and no other. Turning the check off cannot be
//! asked for: the call carries what changes users and clients.
//!
//! # 115. Functions that look alike stand together
//!
//! *Context.* gzip finds a repetition only in the 32 KB before it. Functions of generic code are much alike, and a
//! compiler's order, or one by name, puts them anywhere.
//! *Decision.* `scripts/reorder.mjs` puts next to each other, one by one, the functions that share the most runs of six
//! bytes with the 20 KB before. wasm-opt moves them, by names that the script gives.
//! *Why.* 486 KB gzip become 469, and nothing else changes. The search takes a second or two of the build.
//! *Consequence.* The order depends on nothing but the code: the same source makes the same file.
//!
//! # 116. What others sent is read in two steps
//!
//! *Context.* Each type that is read by `serde_json` itself brings its own code for all forms of JSON, and serde's texts of
//! what is wrong bring the formatting of floating-point numbers.
//! *Decision.* JSON becomes a `Value` first, and [`crate::record::interpret`] makes types of it, with texts that say "is a
//! number, not a string". Objects of whatever members are read by [`crate::record::object`], and where a repeated name
//! is a fault by [`crate::sorted::SortedMap::parse`].
//! *Consequence.* Faults of members have no line and column any more; the member is named, as before.
//!
//! # 117. Readers of seals know one kind of array
//!
//! *Context.* minicbor's derived readers have their whole code twice, once for arrays without a length, which this program
//! never writes.
//! *Decision.* [`crate::cbor`] stands in for minicbor in the derived code, and lets the compiler see that the second half
//! is never run.
//!
//! # 118. Small things of our own
//!
//! *Decision.* Several futures at once ([`crate::together`]) without the queues of `futures-util`; thumbprints of keys
//! (RFC 7638) from the library's JWK, without its writer; a power of 2.4 by Newton's method, for contrasts; maps of JSON
//! that are filled one by one, for one that is collected brings a sort.
//! *Why.* 4, 2, 1 and 3 KB gzip for ten lines each. Tests hold them against the library's.
//!
//! # 119. Documents and preflights leave no line in the log, and `LOG` can spare others theirs
//!
//! *Context.* A line costs 35 to 80 µs of CPU on workerd, as much as a constant answer; nothing is decided where a key set or
//! the metadata are read.
//! *Decision.* They are told only where they fail. `LOG = "refusals"` leaves out what went as it should, and keeps what was
//! refused, failed or revoked. The default stays a line for every decision.
//!
//! # 120. A body whose length is announced is read in one go
//!
//! *Why.* Reading part by part takes a reader and two promises more, about 30 µs. The platform ends a body where its
//! announced length ends (RFC 9112 §6.2), so the length can be trusted as a limit; without one the parts are counted as
//! before.
//!
//! # 121. The ways that are taken most cross into JavaScript by functions of our own
//!
//! *Context.* Of the 160 µs of a token for a client, 34 were its signature and 20 the reading of its body, which a Worker in
//! JavaScript spends as well. Much of the rest was the boundary: each header a call with two strings to be decoded, each promise
//! two closures that the garbage collector has to be told of, and two turns of two queues.
//! *Decision.* `src/edge/glue.js`: a request's line and headers come as one text, a response leaves with one, a body, a
//! signature, a value of KV and a ledger's answer come to a ticket, which is an ordinary future. Headers that are the same each
//! time are made once an isolate; none that a caller can choose are kept. Short forms are read as a text, which is cheaper
//! than bytes; a mark of the encoding, which the platform leaves out of texts, is put back, and what is no UTF-8 is refused as
//! before. Deadlines are timers there.
//! *Why JavaScript, in a program of Rust.* wasm cannot touch the platform but through JavaScript; wasm-bindgen writes such
//! functions for each call of `web-sys`, and these stand in the place of several of its. They decide nothing: what they are
//! given they pass on. It is the difference between 2.9 and about 2 times a constant answer.
//! *Consequence.* Crossings, counted on the release (`tests/workerd/crossings.test.mjs`, a budget): key set and metadata 20 → 3,
//! `client_credentials` 48 → 9, `authorization_code` with what its object does 150 → 71, `refresh_token` 82 → 11 (rotating:
//! 161 → 58), introspection 67 → 11, userinfo 72 → 12. In return workerd tells developer tools, of each short form, that its
//! content type does not look like text.
//!
//! # 122. What answers a request goes on at once, and ends with it
//!
//! *Decision.* An executor of fifty lines (`src/edge/task.rs`): it begins with the call and goes on the moment that something is
//! told, where the crate's own waits for the next turn each time. What waits for nothing, such as a key set, is answered without
//! a promise. A task is known by a number; when the platform drops what a request waits for, because its client went
//! away, the garbage collector tells the tickets of it and the task is taken down. The crate's own would stay for ever.
//! *Tried without gain.* `waitUntil` for each request instead, so that all come to an end: 4 to 8 µs each.
//!
//! # 123. The entry of the Worker is thinner than what worker-build makes
//!
//! *Context.* worker-build wraps the object that the platform makes of every request in a proxy with thirteen traps, and its method
//! in another, so that after a panic the next request begins with a new instance: 4 µs.
//! *Decision.* `scripts/entry.mjs` puts the same two looks (was there a panic? was this one?) around the method itself. The object
//! has no state that would have to be made anew. Classes of Durable Objects keep their proxies. A build whose entry looks
//! otherwise fails. The constant Worker in Rust that the benchmark compares with gets the same entry.
//!
//! # 124. What is done once an isolate, or once less; and what did not help
//!
//! *Decision.* A client's record is read from JSON once an isolate: the text that KV gave, or the isolate held, finds what it was
//! read into (9 µs). Randomness is fetched 512 bytes at a time and forgotten as it is handed out. Blobs are sealed and opened in
//! place, a JWT grows in one buffer, the token response is written without looking for what would have to be escaped: nothing in
//! it can.
//! *Tried without gain, or not for its price.* All at `opt-level = 3`: 14 µs of 110, for 200 KB gzip; this crate alone at `"s"`: 52 KB
//! gzip for nothing that could be measured once the engine is warm; `serde_json`, `wasm-bindgen` and the small crates of
//! cryptography at 3: nothing. Bodies by a BYOB reader: 20 µs dearer than in one go. Response bodies as text or as bytes: the
//! same.
//! # 125. The Worker brings a standard library of its own, compiled small
//!
//! *Context.* The standard library comes compiled for speed, with words for every panic; a Worker's panics are read by
//! nobody who is not told more by what the code says before.
//! *Decision.* `scripts/build` compiles it with the Worker (`-Zbuild-std`, its feature `optimize_for_size`), and a panic traps
//! at once (`-Cpanic=immediate-abort`), without a text or a place (`-Zlocation-detail=none`); rustc inlines small functions
//! before LLVM sees them (`-Zinline-mir`). These flags are unstable: the toolchain is the stable one that
//! `rust-toolchain.toml` pins, opened by `RUSTC_BOOTSTRAP` for this build alone, so that they mean the same everywhere.
//! *Why.* About 30 KB gzip less (512 become 482). Effects on CPU were not measured when this was decided.
//! *Trade-off.* An update of the toolchain may have to spell the flags anew; nothing in the source depends on them, and a
//! build without them is only larger. The component `rust-src` and eight crates more are fetched at set-up; the first build
//! compiles the standard library once. A panic leaves "unreachable" in the log instead of its words.
//! *Consequence.* `tests/workerd/panic.test.mjs`: a panic is still a plain error for its caller, and the next request has a new
//! instance; wasm-bindgen's code sees the trap, and needs no hook.
//!
//! # 126. What nothing can call is taken out of the module
//!
//! *Context.* The platform's crates export classes to JavaScript, with all that their methods need: a stream that Rust
//! feeds, options of containers and of R2. Nothing here makes one.
//! *Decision.* `scripts/trim.mjs` drops the exports of a class that neither side can make, and gives imports and exports, whose
//! names are mostly hashes, short ones, in the module and in its JavaScript alike. It fails where an import is not found there.
//! *Why.* 3 to 5 KB gzip. The classes stay in the JavaScript, which costs nothing at run time.
//!
//! # 127. wasm-opt does not simplify locals, and folds small offsets
//!
//! *Decision.* Without the pass `simplify-locals`, and with `--low-memory-unused`: the first KB of memory is the end of the
//! stack, so an address never lies there.
//! *Why.* 2 to 3 KB gzip, and the file is not much larger.
//! *Tried without gain*, on top of these. `--converge` by a second `-Oz` (0.03 KB), `--gufa-optimizing` (0.2), `--dae-optimizing` twice (0.2), `-Os`
//! (0.2), `-O2`, `-O4`, learning to coalesce locals, folding code, merging similar functions; without coalescing locals 25 KB
//! more. `--flatten --rereloop` takes 1.9 KB and rewrites every function's control flow: not taken.
//! `-Zfmt-debug=none` takes 2 KB and the words of faults from the log: not taken. `-Zmir-opt-level=3` is as inlining alone.
//! `--traps-never-happen` is out of question: it would take out the checks that a panic ends.
//!
//! # 128. After a change every part of a split deployment gets all of its share again
//!
//! *Context.* wrangler shows no value, so nobody can tell whether a part has an old one.
//! *Decision.* `sealwax keys … --split` hands over the whole share of each part, `jwks` first, and takes away every secret of
//! ours that is not in it. Without a change, `init` hands over only what is not there. What `--files` has written counts
//! as not handed over once wrangler is asked for: new keys begin to wait again then.
//! *Consequence.* About a dozen calls of wrangler a step. A signing key at a part that the operator's file does not know is
//! deleted: the file is the truth.
//!
//! # 129. A part of a split deployment is built as a part, and refuses what is not its own
//!
//! *Context.* Three Workers of one code base, each with the secrets that it needs. What is only not used can still be stolen.
//! *Decision.* A cargo feature a part (`authorize`, `token`, `jwks`; by default all). An endpoint belongs to one part
//! ([`crate::endpoint::Endpoint::role`]), and where it is not built in, nothing of it is in the program. `ROLE` says which part
//! runs; a program with all of them may be `authorize` or `token` as well, which is how every transcript runs against a split
//! deployment in process. Keys are derived for each purpose as before; a part gets those of its purposes
//! ([`crate::config::Role::sealing_purposes`]) in the place of the key they come from. A key too many is a fault at the
//! start, as one too few is: otherwise a deployment would seem split that is not.
//! *Why the shares are checked, and not only made.* Secrets are put by hand, by scripts and by other tools than ours.
//! A share that holds anything beside, a member twice or one that nobody reads, is refused whole.
//! *Consequence.* What opens also seals. The token Worker can make codes, the authorize Worker ids of access tokens; neither
//! is worth anything without what it lacks: a signature, or the key of refresh tokens. What each can still do is in the threat
//! model.
//!
//! # 130. Userinfo is with the accounts, and unsigned there
//!
//! *Context.* Userinfo needs the accounts, which the token Worker is not to have, and for some clients a signature, which the
//! authorize Worker is not to make.
//! *Decision.* It is at the authorize Worker. Signed userinfo does not exist in a split deployment: not in the metadata, refused
//! when a client registers, and a client that registered for it before gets an error and nothing unsigned. To have it signed
//! through the service binding, the authorize Worker would have to be able to have anything of that shape signed.
//! `CLAIMS_IN_TOKENS = "off"` says that tokens tell no claims of users: then the token Worker has no accounts. What was
//! promised to a client (`access_token_claims`) is refused, never left out in silence; what the `claims` parameter asks for in
//! the ID token is left out, as OpenID Connect Core §5.5.1 lets it be.
//!
//! # 131. Accounts and consents may have a namespace of their own
//!
//! *Decision.* Where `USERS` is bound, records of accounts, sign-in names and consents are there ([`crate::store::Key::is_of_users`]),
//! and `STORE` has the rest. The authorize Worker of a split deployment must have it: with one namespace for all, the token
//! Worker would have the accounts whatever its code does.
//!
//! # 132. A logout notice is sealed
//!
//! *Context.* The authorize Worker ends sessions and signs nothing. It asks the token Worker through a service binding; a
//! Worker cannot tell a request that came through a binding from one that came through a route.
//! *Decision.* The request carries a seal of a purpose of its own ([`crate::seal::LogoutNotice`], good for a minute), so that it
//! does not matter who reaches the URL. The token Worker answers at once and tells the client afterwards, with its own
//! further tries. A notice that is lost is in the log (`token_worker_unreachable`) and not tried again: the token Worker of
//! the same deployment either answers or is down as a whole.
