// The duties of OPENID.md about the authorization endpoint, by plain HTTP and plain HTML forms, over https.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { CALLBACK, EVE, startProvider } from "../../harness/provider.mjs";
import { assertErrorPage } from "../../harness/refusal.mjs";
import { user } from "../../harness/seeded.mjs";
import { UserAgent } from "../../harness/user-agent.mjs";

const QUERY = `${CALLBACK}?registered=yes`;
const INTERACTION = ["login_required", "interaction_required", "consent_required", "account_selection_required"];

const OF_SCOPE = {
  profile: ["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
};
const asEve = { username: EVE.username, password: EVE.password };

let provider, party;
before(async () => {
  provider = await startProvider({ users: ["ada", EVE] });
  party = await provider.register();
});
after(() => provider?.stop());

/** What every error that travels by redirect has, and nothing else. */
function assertErrorResponse(answer, code, state) {
  assert.equal(answer.error, code, JSON.stringify(answer));
  const known = ["error", "error_description", "error_uri", "state", "iss"];
  assert.deepEqual(Object.keys(answer).filter((name) => !known.includes(name)), []);
  assert.equal(answer.iss, provider.issuer);
  if (state !== undefined) assert.equal(answer.state, state);
  assert.doesNotMatch(answer.error_description ?? "", /["\\]/);
}

test("GET and POST both work", async () => {
  const agent = new UserAgent();
  const url = new URL(party.request());
  const got = await agent.get(url.href);
  assert.equal(got.status, 200);
  assert.ok(got.form("password"));
  const posted = await agent.request(url.origin + url.pathname, { method: "POST", body: url.searchParams, headers: { origin: "https://client.company.com" } });
  // From another site the browser is asked to come again; either way the sign-in form is next.
  const page = await agent.follow(posted);
  assert.ok(page.form("password"), page.text());
});

test("a redirect URI that is not registered, whose query was added to or changed, or that has a fragment: a page, never a redirect", async () => {
  for (const uri of ["https://client.company.com/other", "https://evil.example/callback", `${CALLBACK}/`, `${CALLBACK}?foo=bar`, `${CALLBACK}#fragment`, `${CALLBACK}#`, "http://client.company.com/callback", "https://client.company.com:444/callback", "not a URI", ""]) {
    const page = await party.ask({ redirect_uri: uri });
    // An empty one counts as left out, which is well where one is registered.
    if (uri === "") assert.equal(page.status, 200);
    else assertErrorPage(page, 400);
  }
  const registered = await provider.register({ redirect_uris: [QUERY] });
  for (const uri of [CALLBACK, `${QUERY}&more=1`, `${CALLBACK}?registered=no`, `${CALLBACK}?more=1&registered=yes`]) assertErrorPage(await registered.ask({ redirect_uri: uri }), 400);
});

test("a redirect URI that is missing while several are registered: a page", async () => {
  const several = await provider.register({ redirect_uris: [CALLBACK, `${CALLBACK}2`] });
  assertErrorPage(await several.ask({ redirect_uri: null }), 400);
});

test("the redirect URI is judged first, even when another parameter is wrong too", async () => {
  for (const wrong of [{ request: "no.object.atall" }, { request_uri: "https://evil.example/object" }, { response_type: "foo" }, { response_type: null }, { prompt: "none login" }, { scope: "" }, { response_mode: "fragment" }, { claims: "{" }, { max_age: "x" }, { state: "s".repeat(3000) }]) {
    assertErrorPage(await party.ask({ redirect_uri: "https://evil.example/callback", ...wrong }), 400);
  }
});

test("the query of a registered redirect URI is kept", async () => {
  const registered = await provider.register({ redirect_uris: [QUERY] });
  const { url, params } = await registered.walk({});
  assert.equal(params.get("registered"), "yes");
  assert.ok(params.get("code"));
  assert.equal(url.origin + url.pathname, CALLBACK);
  const refused = await registered.ask({ prompt: "none" });
  assert.equal(refused.location.searchParams.get("registered"), "yes");
  assert.equal(refused.location.searchParams.get("error"), "login_required");
});

test("a confidential client works without PKCE and without nonce, where the operator lets those that register themselves", async () => {
  const { claims, body } = await party.signIn({ nonce: null });
  assert.equal("nonce" in claims, false);
  assert.ok(body.access_token);
});

test("a public client always needs PKCE", async () => {
  const open = await provider.register({ token_endpoint_auth_method: "none" });
  assertErrorResponse(await open.refusal({ state: "s" }), "invalid_request", "s");
});

test("response_type missing or unknown: unsupported_response_type or invalid_request", async () => {
  for (const response_type of [null, ""]) assertErrorResponse(await party.refusal({ response_type, state: "s" }), "invalid_request", "s");
  for (const response_type of ["token", "id_token", "code id_token", "none", "foo"]) assertErrorResponse(await party.refusal({ response_type, state: "s" }), "unsupported_response_type", "s");
});

test("unknown parameters are ignored", async () => {
  assert.ok((await party.walk({ extra: "foobar", "": "x" })).params.get("code"));
});

test("prompt=none without a session: an interaction error by redirect", async () => {
  const answer = await party.refusal({ prompt: "none", state: "s" });
  assert.ok(INTERACTION.includes(answer.error));
  assertErrorResponse(answer, "login_required", "s");
});

test("prompt=none with a session: a code at once, and auth_time as it was", async () => {
  const first = await party.signIn({ max_age: "10000" });
  const page = await party.ask({ prompt: "none", max_age: "15000" }, first);
  assert.ok(page.location?.searchParams.get("code"), page.text());
  const second = await party.signIn({ prompt: "none", max_age: "15000" }, { agent: first.agent });
  assert.equal(second.claims.auth_time, first.claims.auth_time);
  assert.equal(second.claims.sub, first.claims.sub);
});

test("prompt=login asks for the password again, and auth_time moves", async () => {
  const first = await party.signIn({ max_age: "10000" });
  assert.equal(typeof first.claims.auth_time, "number");
  await provider.advance(2);
  const asked = await party.ask({ prompt: "login" }, first);
  assert.ok(asked.form("password"));
  const second = await party.signIn({ prompt: "login", max_age: "10000" }, { agent: first.agent });
  assert.ok(second.claims.auth_time > first.claims.auth_time);
  assert.equal(second.claims.sub, first.claims.sub);
});

test("max_age that has run out asks for the password again, and auth_time moves; one that has not does not ask", async () => {
  const first = await party.signIn({});
  await provider.advance(3);
  const fresh = await party.signIn({ max_age: "10000", prompt: "none" }, { agent: first.agent });
  assert.ok((await party.ask({ max_age: "1" }, first)).form("password"));
  const second = await party.signIn({ max_age: "1" }, { agent: first.agent });
  assert.ok(second.claims.auth_time > fresh.claims.auth_time);
});

test("auth_time is there whenever max_age was sent, and unchanged under single sign-on", async () => {
  const first = await party.signIn({ max_age: "15000" });
  await provider.advance(2);
  const another = await provider.register();
  const second = await another.signIn({ max_age: "15000" }, { agent: first.agent });
  assert.equal(typeof first.claims.auth_time, "number");
  assert.equal(second.claims.auth_time, first.claims.auth_time);
});

test("id_token_hint of the user who is signed in works with prompt=none; with another user's it is login_required", async () => {
  const first = await party.signIn({});
  const hinted = await party.ask({ prompt: "none", id_token_hint: first.body.id_token }, first);
  assert.ok(hinted.location?.searchParams.get("code"), hinted.location?.href ?? hinted.text());
  const other = await party.signIn({}, asEve);
  assertErrorResponse(await party.refusal({ prompt: "none", id_token_hint: first.body.id_token, state: "s" }, other), "login_required", "s");
});

test("all claims of a granted scope are in userinfo when the user has them, and none of another scope", async () => {
  for (const [scope, names] of Object.entries(OF_SCOPE)) {
    const { body, claims } = await party.signIn({ scope: `openid ${scope}` }, asEve);
    const told = (await provider.userinfo(body.access_token)).body;
    assert.deepEqual(Object.keys(told).sort(), ["sub", ...names].sort(), scope);
    for (const [name, value] of Object.entries(EVE.claims)) if (names.includes(name)) assert.deepEqual(told[name], value, name);
    assert.deepEqual(names.filter((name) => name in claims), [], `${scope}: in the ID token`);
  }
});

test("claims: what is asked for arrives, in userinfo and in the ID token, without its scope", async () => {
  const asked = { userinfo: { name: { essential: true }, email: null }, id_token: { nickname: null, email: { essential: true } } };
  const { body, claims } = await party.signIn({ claims: JSON.stringify(asked) }, asEve);
  const told = (await provider.userinfo(body.access_token)).body;
  assert.deepEqual([told.name, told.email, "nickname" in told], [EVE.claims.name, EVE.claims.email, false]);
  assert.deepEqual([claims.nickname, claims.email, "name" in claims], [EVE.claims.nickname, EVE.claims.email, false]);
});

test("logo_uri, policy_uri and tos_uri of the registration are on the pages that a user sees", async () => {
  const shown = { logo_uri: "https://client.company.com/logo.png", policy_uri: "https://client.company.com/policy", tos_uri: "https://client.company.com/terms" };
  const own = await provider.register(shown);
  const agent = new UserAgent();
  const signIn = await own.ask({}, { agent });
  const consent = await agent.follow(await agent.submit(signIn, { fields: user("ada") }));
  for (const page of [signIn, consent]) for (const url of Object.values(shown)) assert.ok(page.body.includes(url), `${page.url.pathname}: ${url}`);
});

test("display, login_hint, ui_locales, claims_locales and acr_values never cause errors, and acr is answered", async () => {
  for (const params of [{ display: "page" }, { display: "popup" }, { display: "touch" }, { display: "wap" }, { display: "unheard" }, { login_hint: "bob@example.com" }, { ui_locales: "se" }, { ui_locales: "xx-YY de" }, { claims_locales: "se" }, { claims_locales: "not a locale !" }, { acr_values: "1 2" }, { acr_values: "urn:unheard" }]) {
    const { claims } = await party.signIn(params);
    assert.equal(typeof claims.acr, "string", JSON.stringify(params));
  }
});

test("login_hint fills the name field", async () => {
  const page = await party.ask({ login_hint: "ada" });
  assert.equal(page.form("password").control("username").value, "ada");
});

test("claims: essential or not, unknown or null, is never an error, in userinfo and in the ID token", async () => {
  for (const claims of [{ userinfo: { name: { essential: true } } }, { userinfo: { name: null } }, { id_token: { auth_time: { essential: true } } }, { id_token: { unheard: null }, other: { x: null } }]) {
    const { claims: told } = await party.signIn({ claims: JSON.stringify(claims) });
    if (claims.id_token?.auth_time) assert.equal(typeof told.auth_time, "number");
  }
});

test("scopes and claims are listed", () => {
  const { metadata } = provider;
  for (const scope of ["openid", "profile", "offline_access"]) assert.ok(metadata.scopes_supported.includes(scope), scope);
  for (const claim of ["iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username"]) assert.ok(metadata.claims_supported.includes(claim), claim);
});

test("claims of a granted scope go to userinfo, not into the ID token", async () => {
  const { body, claims } = await party.signIn({ scope: "openid profile" });
  assert.equal("preferred_username" in claims, false);
  const told = await provider.userinfo(body.access_token);
  assert.deepEqual([told.status, told.body.preferred_username, told.body.sub], [200, "ada", claims.sub]);
});

test("a state of 128 characters is echoed exactly, with the code and with an error", async () => {
  const state = `${randomBytes(94).toString("base64").slice(0, 120)} &="'<>~`;
  assert.equal(state.length, 128);
  const { params } = await party.walk({ state });
  assert.equal(params.get("state"), state);
  assertErrorResponse(await party.refusal({ prompt: "none", state }), "login_required", state);
});

test("errors carry error, state and iss and nothing else; error_description has neither quote nor backslash", async () => {
  for (const [params, code] of [[{ response_type: "foo" }, "unsupported_response_type"], [{ prompt: "unheard" }, "invalid_request"], [{ max_age: '"\\' }, "invalid_request"], [{ scope: 'o"\\' }, "invalid_scope"], [{ registration: "{}" }, "registration_not_supported"], [{ prompt: "none" }, "login_required"]]) {
    assertErrorResponse(await party.refusal({ ...params, state: "s" }), code, "s");
  }
  const denied = await party.walk({ prompt: "consent", state: "s" }, { decision: "deny" });
  assertErrorResponse(Object.fromEntries(denied.params), "access_denied", "s");
});

test("request: an object signed with RS256 is the request, and an unsigned or forged one is refused", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "rs", use: "sig", alg: "RS256" }] };
  const signing = await provider.register({ jwks, request_object_signing_alg: "RS256" });
  const claims = { iss: signing.id, aud: provider.issuer, client_id: signing.id, response_type: "code", redirect_uri: CALLBACK, scope: "openid", state: "signed" };
  const signed = (key = privateKey) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "rs" }).setIssuedAt(provider.now).setExpirationTime(provider.now + 300).sign(key);
  const { params } = await signing.walk({ request: await signed(), state: "outside" });
  assert.equal(params.get("state"), "signed");
  assert.ok(params.get("code"));
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`;
  const stranger = (await generateKeyPair("RS256", { extractable: true })).privateKey;
  for (const request of [none, await signed(stranger)]) assertErrorResponse(await signing.refusal({ request, state: "s" }), "invalid_request_object");
});

test("response_mode=form_post: a form that a plain script sends by itself, and that works without", async () => {
  const walked = await party.walk({ response_mode: "form_post", state: "posted" });
  assert.equal(walked.page.form("code").method, "post");
  assert.equal(walked.page.form("code").action, CALLBACK);
  assert.equal(walked.params.get("state"), "posted");
  assert.ok(walked.page.form("code").controls.some(({ type }) => type === "submit"), "no button for a browser without scripts");
  assert.match(walked.page.body, /<script/);
  assert.equal(walked.page.headers.get("cache-control"), "no-store");
  assert.equal((await party.redeem(walked)).status, 200);
  const silent = await party.ask({ response_mode: "form_post", prompt: "none", state: "s" });
  assertErrorResponse(Object.fromEntries(silent.form("error").filled()), "login_required", "s");
});

test("the suite's browser: names and ids of the forms are stable, and no page needs a script", async () => {
  const agent = new UserAgent();
  const page = await party.ask({ prompt: "consent", scope: "openid profile" }, { agent });
  for (const id of ["username", "password", "sign_in"]) assert.match(page.body, new RegExp(`id="${id}"`), id);
  for (const name of ["ticket", "username", "password"]) assert.ok(page.form("password").control(name), name);
  assert.doesNotMatch(page.body, /<script/);
  const consent = await agent.follow(await agent.submit(page, { fields: { ...user("ada") } }), (to) => to.href.startsWith(CALLBACK));
  for (const id of ["allow", "deny"]) assert.match(consent.body, new RegExp(`id="${id}"`), id);
  assert.doesNotMatch(consent.body, /<script/);
  const back = await agent.submit(consent, { button: { name: "decision", value: "allow" } });
  assert.ok(back.location.searchParams.get("code"));
});
