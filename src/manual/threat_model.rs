//! Who may attack this server, what each can and cannot do, and which check stops them.
//!
//! The frame is RFC 9700 (Best Current Practice for OAuth 2.0 Security), whose attackers A1 to A5 are among those
//! below. The last part names what remains.
//!
//! # What is protected
//!
//! | asset | where it is | what its loss means |
//! |---|---|---|
//! | passwords | nowhere; Argon2id hashes in KV | guessing offline, at the hash's cost a guess |
//! | session | sealed, in the browser's cookie | the thief is the user, at every client that the user allowed |
//! | code | sealed, in the redirect | nothing by itself: verifier or client secret is needed too |
//! | refresh token | sealed, at the client | access until it ends, is revoked, or is noticed |
//! | access token | signed, at the client | access until `exp` |
//! | client secret | at the client; its SHA-256 in KV | the thief is the client |
//! | a client's private key | at the client; its public half in KV or at its `jwks_uri` | the thief is the client |
//! | sealing ring | secret `SEALING_KEYS` | anybody's session, code or refresh token can be made |
//! | signing keys | secrets `SIGNING_KEY_1` to `8` | any token can be made |
//! | operator's key | a file at the operator's | clients and users can be changed at will |
//! | consents, client and user lists | KV | who uses what is known |
//!
//! # What is trusted
//!
//! The Cloudflare account and platform: isolates, TLS, secrets, KV and Durable Objects as they are documented. The
//! operator. The user's browser. Nobody else; a registered client is trusted with what users gave it, and with nothing
//! more.
//!
//! # The attackers
//!
//! ## On the network
//!
//! Reads and changes what travels unprotected.
//!
//! * An issuer is `https`; plain `http` is accepted for this machine alone: [`crate::oauth::Issuer`]. Redirect URIs
//!   likewise: [`crate::oauth::RedirectUri`].
//! * Cookies are `Secure`, `HttpOnly`, `SameSite=Lax`, and have the `__Host-` prefix, so that neither a plain
//!   connection nor a neighbouring sub-domain can set them: [`crate::http::SetCookie`].
//! * The issuer comes from the configuration, never from a request's host: a forged `Host` changes no token and no
//!   link.
//! * Pages, tokens and redirects are `no-store`; redirects and pages let no code out by `Referer`:
//!   [`crate::http::Reply`].
//!
//! With an https issuer every answer carries `Strict-Transport-Security` for two years (RFC 6797).
//!
//! ## A malicious client
//!
//! Is registered, and answers at hosts of its own.
//!
//! * It gets what it was registered for and the user allowed, at most: [`crate::config::Config::grantable`], and
//!   [`crate::consent`]. A consent counts for one redirect origin and one resource, so that a new place to be answered
//!   at is asked for anew.
//! * A token for one resource is nothing at another: it carries the audience of its own, and the scopes that go with it.
//!   A client may be limited to some resources, and then gets no token for any other, the default one neither:
//!   [`crate::config::ResourceRegistry`], [`crate::client::Client::allowed_resources`].
//! * A token in its own name is about no user: userinfo refuses it, it cannot carry `openid`, and its `jti` is a seal of
//!   another purpose than a user's: [`crate::seal::ClientTokenId`].
//! * It cannot redeem the code of another client, and cannot use another's refresh token: both carry the client and are
//!   compared after it authenticated: [`crate::client::AuthenticatedClient`].
//! * It cannot pass off its code or token as another server's, nor the reverse: every authorization response carries
//!   `iss` (RFC 9207), errors too: [`crate::client::ReturnTo::parameters`].
//! * The consent page shows the host that is answered beside the client's name, and names have no characters that hide
//!   or reorder text. Only the operator registers clients,
//!   unless `REGISTRATION` or `CLIENT_ID_METADATA_DOCUMENTS` let them speak for themselves: then the consent page says that
//!   nobody has checked who they are, and names the host of the document, or of the redirect.
//! * It cannot join its users with another client's by `sid`, which is an HMAC for each client:
//!   [`crate::jwt::session_id_for`]. It can by a public `sub`.
//! * With pairwise subjects it cannot by `sub` either, an HMAC of its sector and the user, nor by what stands in
//!   access tokens: [`crate::seal::TokenId`] is sealed. A sector is believed where its document lists every redirect URI. What
//!   the user lets it see (an address, a telephone number) joins them all the same.
//! * It learns of a user what its scopes and the `claims` parameter ask for, as far as the user has allowed the scope that
//!   covers it, and what the operator maps into its tokens.
//! * It can wear no other app's logo: one that registered itself shows a picture only from the host that all its redirect URIs
//!   or its document have. Its name it chooses freely; the consent page says where its users are sent.
//! * What it sends is capped and parsed into types before anything else: [`crate::http::Params`],
//!   [`mod@super::limits`].
//!
//! ## A malicious site
//!
//! Is open in the user's browser, links to this server, posts to it, frames it.
//!
//! * **Open redirect.** Only a [`crate::client::ReturnTo`] turns an error into a redirect, and its one constructor
//!   matches the registered URIs to the letter. Everything before that is told on a page.
//! * **Cross-site request forgery.** The sign-in and consent forms carry a ticket that is sealed for a random cookie of
//!   this browser and, on the consent page, for the sign-in that it was shown to: [`crate::seal::Ticket`]. A form from
//!   another origin is refused by `Sec-Fetch-Site` or `Origin` besides.
//! * **Login CSRF.** The same ticket: a form that was made for the attacker's browser does nothing in the victim's.
//! * **Clickjacking.** `frame-ancestors 'none'` and `X-Frame-Options: DENY` on every page.
//! * **Script injection.** Templates escape, and the policy allows no script at all, save the one whose hash it names
//!   on the two pages that submit themselves: [`crate::pages`].
//! * **Reading answers.** Metadata, keys, and the endpoints for tokens, pushed requests, registration, revocation and userinfo
//!   may be called by scripts of any origin; they read no cookie. All else may not: [`crate::endpoint::ROUTES`].
//!
//! It can send the browser to `/authorize` with a client that the user already allowed, and this client then gets a
//! code. That is single sign-on; what binds the code to the user's own doing is the client's `state`, PKCE and `nonce`.
//!
//! ## A program on the user's device
//!
//! Registers the private-use scheme of a native client, or listens on its loopback port.
//!
//! * It gets the code and cannot redeem it: public clients always use PKCE with S256 (RFC 8252 §6):
//!   [`crate::client::Client::needs_pkce`].
//! * It can start a request of its own in the native client's name. That is never granted in silence: every request of
//!   such a client is confirmed by a click, and `prompt=none` is refused (RFC 8252 §8.6):
//!   [`crate::client::Client::is_impersonable`].
//! * The free port of a loopback URI is for clients registered as native; for others the port is part of the URI:
//!   [`crate::client::Client::registered`].
//!
//! ## Somebody who has a device connected
//!
//! * **Remote phishing** (RFC 8628 §5.4). Begins on a device of their own and sends the link, or the code, to a victim. The
//!   victim signs in, sees the app's name, what it asks for and the code that the device shows, and is told to go on only with
//!   a device at hand; nothing is granted without this click, to no app. What is granted stands on the account page and can be
//!   taken back there. The rest is up to the victim: no server can see whose device it is.
//! * **Guessing codes.** Whoever finds a waiting device's code lets it into an account of their own. It takes an account; ten
//!   guesses a day and then waits, right ones counted; unknown, used and expired codes look alike; 34 bits, ten minutes.
//! * **Reading the code over a shoulder**: the same, with one guess. The app shows who is signed in.
//! * **A stolen device code** is good for its own client, for ten minutes, once. Used a second time after more than 10 s it
//!   ends what came of the first: [`crate::store::DeviceRow`], [`crate::seal::DeviceCode`].
//! * **Filling the ledger** with devices that nobody connects: rows of at most 6 KB end after ten minutes, 4,096 an object.
//!   Beyond, honest devices wait as well.
//!
//! ## A service that exchanges tokens
//!
//! * Turns a token only into less: within its scope, within its own registration, for no longer. Other resources than the
//!   token's are those that the operator named for it; others are `invalid_target`.
//! * Cannot use a token that it came by: one that is neither its own nor for a resource that it serves is refused, like one
//!   that was revoked: [`crate::client::Client::exchange_resources`].
//! * Cannot hide that it acts for somebody, unless the operator lets it stand in for users: `act` names it, and those before
//!   it. Where the first client's tokens say who may act (`may_act`), nobody else does.
//! * Cannot keep access alive: the new token descends from the same grant and names what it was exchanged for, so that ending
//!   any of it ends all that was made of it: [`crate::seal::Exchange`]. Disabling the service ends what it made.
//!
//! ## A thief of a `request_uri`
//!
//! Reads it in a browser's history or a log, or is another client.
//!
//! * Sees nothing of the request, and cannot change it: it is sealed. What a URL says beside it is ignored.
//! * As another client, gets a page: it names its client by hash or id ([`crate::seal::PushedRequest`]), and its redirect URI
//!   is matched anew against that client's registration.
//! * As somebody else's browser, can bring it within its 90 s and sign in with an account of its own: the client's `state`
//!   and PKCE are against that, as with any request. After a code was issued for it, by whatever browser, no other attempt
//!   gets one: the ledger spends it. Whoever completes it first shuts the other out, who is sent back to the client.
//! * A request that is pushed was made by the client that authenticated; a plain one by whoever wrote the link. Clients can
//!   be registered, or all be obliged, to push.
//!
//! ## A forger of request objects
//!
//! * Needs a key of the client's: `none`, HMAC with a public key and keys of others are refused, and a JWT that says it is
//!   something else is no request object. `aud` and `client_id` keep it with this server and this client.
//! * Who has seen one can send it again within its hour: it is a request, which anybody might send, and grants nothing.
//!   Nothing can be added to it from outside.
//! * Cannot make this server fetch what they like: only URLs that the client registered are fetched, over the same rule as
//!   all others ([`crate::http::Target`]), without redirects, 64 KB and 5 s at most. Whoever knows one can have it fetched
//!   with every request to `/authorize`.
//!
//! ## A forger of assertions
//!
//! Wants to pass for a client that proves itself by a key.
//!
//! * Needs the client's private key. The algorithm comes from the key that was registered: `none`, and HMAC with the public
//!   key as a secret, are none of those that there are: [`crate::jwt::ClientKeys::candidates`].
//! * Who has caught one can use it no second time (with the ledger), nor at another server, whose `aud` it lacks. A token
//!   that the client signed for something else says so by its `typ`, `aud` or `sub`: [`crate::client::ClientAssertion`].
//! * Cannot use up an assertion of somebody else's: it is spent when all else held.
//! * Whoever can answer at the client's `jwks_uri` is the client. `https` alone is fetched.
//!
//! ## A client that names URLs
//!
//! Wants this server to call what it cannot reach itself, or to be a burden to a third party.
//!
//! * The shape of the URL is checked whenever it is called, not only when it is registered; redirects are not followed:
//!   [`crate::http::Target`]. That a public name leads to a private address is the platform's to refuse.
//! * Answers of 64 KB and 5 s at most, thirty a minute from one host and isolate, sixty with keys and metadata
//!   documents. Whoever asks for more gets 503 meanwhile, and so do others whose documents are at this host.
//! * What was fetched is shown to nobody: an error says that it could not be used, not what it was.
//!
//! ## A thief of a code
//!
//! * Needs the verifier; of a confidential client the secret too; and the redirect URI. Order in redemption:
//!   authenticate → open → client, redirect URI, verifier → sign → spend → reply. What fails before the spending
//!   changes nothing, so a thief who lacks one of them neither burns the user's login nor revokes anything.
//! * A code is good for 60 s and is spent once, everywhere, by the ledger's own clock: [`crate::store::judge_spend`].
//! * A second use more than 10 s after the first also revokes what came of the first (RFC 6749 §4.1.2). Within 10 s it
//!   is refused only: browsers fire callbacks twice.
//! * Where PKCE was waived for a confidential client, a verifier without a challenge is refused (RFC 9700 §4.8.2).
//!
//! ## A thief of the session cookie
//!
//! * Is the user in that browser's place, until the session ends: 1 day without use and 7 days at most, by default. The
//!   cookie is not bound to a device.
//! * Gets codes, which go to registered redirect URIs, not to the thief; with a client of the thief's own choice a
//!   consent page comes first, which the thief can answer.
//! * Loses it when the user signs out (there, or from the account page), changes the password, or when the operator
//!   revokes, disables or removes. All reach every descendant of the session, also those born where the record had not
//!   arrived: [`crate::seal::Lineage`], [`crate::store::Revocations`].
//! * Cannot change the password, withdraw consents or sign others out without the password, once the sign-in, or the last
//!   confirmation that the copied cookie carries, is ten minutes old. Sees which apps are connected, and where the user is signed in.
//!
//! ## A guesser of passwords
//!
//! * Has ten tries for an account, then waits that double up to 15 minutes: about a hundred tries a day. They are counted
//!   in the ledger before the password is hashed, so that parallel guesses do not slip through, and names that nobody has
//!   are counted alike: [`crate::store::judge_try`]. Who tries many accounts from one address is slowed down by the
//!   platform's rate limit, approximately and per location.
//! * Does not lock the owner out: a browser that has signed in to the account before, by the present password, or that has
//!   used a link, has tries of its own: [`crate::seal::Device`]. The owner's new browsers can be kept waiting; a reset link
//!   is the way out.
//! * Learns nothing from an old password: it opens nothing from the moment of the change, also where KV shows the old
//!   record.
//!
//! ## A thief of a refresh token
//!
//! * Of a confidential client: needs the client's secret.
//! * Of a public client: tokens rotate (RFC 9700 §4.14.2). Whoever comes second with a generation, later than 30 s
//!   after its first use, ends the family for both: [`crate::store::judge_advance`]. The ledger asks the user's own
//!   object, which knows every revocation: no delay there.
//! * It ends unused after 14 days, used after 30, and with the consent it descends from.
//! * It is opened as nothing else: purpose, realm, version and key id are associated data: [`crate::seal`].
//!
//! ## A reader of KV
//!
//! * Makes no token and opens no blob: no key is stored there.
//! * Finds client records with SHA-256 hashes of secrets (256 random bits, or at least 43 characters chosen elsewhere),
//!   user names, Argon2id hashes, consents by subject and hashed client id, revocations by subject:
//!   [`mod@super::storage`].
//!
//! **A writer of KV is an operator.** Records are neither sealed nor signed: who can write there can register clients,
//! set passwords and forget revocations. Keep API tokens that reach the namespace as the operator's key.
//!
//! ## A reader of the ledger
//!
//! * Finds what devices ask for that wait now, and what their users answered: who, for which app, with which scope. The
//!   hash of a user code can be tried out; the device code, which redeems the answer, is not there.
//! * Finds ids of codes that were spent, counts and times of refresh tokens, and revocations by subject. None of it
//!   opens or makes anything. A writer could make a code or an old refresh token usable again, for one who holds it and
//!   the verifier.
//!
//! ## A thief of the operator's key
//!
//! * Adds, replaces and removes clients and users and sets passwords, and so can become any user. It reads no secret,
//!   no sealing or signing key, and no password: [`crate::endpoint::operator`].
//! * Each call is one line in the log. The remedy is another `OPERATOR_KEYS`; then look through clients and users.
//! * A recorded call is worth nothing: its token is bound to issuer and body, lives 60 s and is spent (with the ledger
//!   on).
//!
//! ## A thief of keys
//!
//! * A stolen ring key makes sessions, codes and refresh tokens until its state in `SEALING_KEYS` is `revoked`, which
//!   signs everybody out. A retired one opens nothing after its `opens_until`: [`crate::seal::KeyState`]. One that waits
//!   (`next`) opens already, and is as good to a thief.
//! * A split deployment bounds what one Worker's secrets are worth ([`crate::config::Role`]), as follows. Those of the
//!   authorize Worker make codes, sessions, links and the ids of access tokens, and so anybody's sign-in, which the token
//!   Worker then turns into tokens. They make and open no refresh token, and sign nothing. What a thief did with them while
//!   they were good stays where it was stored: a password set by a forged link, a consent, a changed registration. Those of
//!   the token Worker sign any token: also one with which userinfo, at the other Worker, tells all of an account whose
//!   subject is known, one request each, each in the log. It has no list of accounts and no password hash. Those of the JWKS
//!   Worker are public.
//! * A stolen signing key makes tokens until resource servers no longer find it in the key set, which they may cache
//!   for 5 minutes and longer. Of a retired one only the public half is kept.
//! * `sealwax keys revoke` does both, and puts another key in its place. Whoever reads the operator's `worker.vars` has all
//!   of them.
//! * One key for each purpose is derived from a ring key, so that a leaked derived key forges blobs of one kind.
//!
//! ## A reader of the log
//!
//! * Finds times, paths, subjects, client ids and causes. No secret, no token, no user name, no text of the caller's,
//!   save client ids: [`crate::http::Note`].
//!
//! # What remains
//!
//! 1. **Shadowing.** A thief who uses a public client's refresh token within 30 s of the victim's own use, again and
//!    again, is answered with the newest generation and is not noticed. Only sender-constrained tokens end that; they
//!    are not there yet.
//! 2. **The delay of revocation.** KV is eventually consistent: a record is seen elsewhere usually within 60 s, with no
//!    upper bound; 120 s are assumed here. Until then a session still gets codes, and a confidential client still
//!    renews, where the record has not arrived. What they get carries its ancestors and is refused when the record has
//!    arrived. Where nobody introspects, access tokens stay good until `exp`. With the defaults that is 120 s, 60 s for a
//!    last code, and 600 s for its access token; with what a place keeps of an older read (60 s) and clocks that differ, 14
//!    minutes 20 s at the very worst. Rotating refresh tokens are refused at once; `REVOCATION = "ledger"` makes refresh, introspection and userinfo strict everywhere. "The bound" in
//!    [`mod@super::limits`] has the table, and what was simulated.
//! 3. **Resource servers that verify offline** see a revoked access token as good until its `exp`. They have to
//!    introspect, or the lifetime has to be short. One of several that a token is for can show it to the others: a client
//!    that does not trust them equally names one resource for each token.
//! 4. **Guessing goes on slowly**: about a hundred tries a day and account. A guess costs 39 ms of CPU, yours too. With
//!    `LEDGER = "off"` nothing counts tries but the platform's address limit.
//! 5. **A removed client** works for up to 60 s more where an isolate holds its record, after KV's own delay.
//! 6. **A code used twice within 10 s** by one who holds everything that redemption needs: the second is refused, the
//!    first keeps its tokens, whoever was first.
//! 7. **A device is connected by whoever is persuaded to.** The pages warn; the rest is the victim's judgement.
//! 8. **`LEDGER = "off"`**: codes work any number of times in their 60 s for one who has verifier or secret; a pushed
//!    request leads to any number of codes in its 90 s; refresh
//!    tokens of public clients do not rotate; two revocations of one user at the same moment may lose one of them; a
//!    recorded operator call works again for its minute, and an assertion for its ten.
