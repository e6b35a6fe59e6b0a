// Nothing is stored to issue a token: what one runtime issues another redeems, and they share nothing but secrets and client records.
import assert from "node:assert/strict";
import { before, after, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { makeKeys } from "../harness/keys.mjs";
import { authorization, call, userinfo } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, fixtures, getCode, push, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

const SECOND = 1000;

let a;
before(async () => {
  a = await startSeeded({ name: "a", clients: ["web", "spa"] });
});
after(() => a?.stop());

// A fresh one a test: a runtime whose storage holds A's client records and nothing else.
async function another(t, { secrets = a.secrets, vars = {} } = {}) {
  const b = await startSealwax({ t, name: "b", secrets, operator: a.operator, vars: { ...fixtures.variables, ISSUER: a.issuer, ...vars } });
  await a.kv.copyTo(b, "client/");
  assert.deepEqual((await b.kv.list()).map(({ name }) => name), ["client/spa", "client/web"]);
  return b;
}

test("B redeems the code that A issued, and refuses it the second time", async (t) => {
  const b = await another(t);
  const got = await getCode(a, { params: { scope: "openid offline_access" } });
  const first = await redeem(b, got, { at: b.url });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const keys = createRemoteJWKSet(new URL(`${a.url}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(first.body.id_token, keys, { issuer: a.issuer, audience: "web" });
  assert.equal(payload.nonce, got.request.nonce);
  assertRefused(await redeem(b, got, { at: b.url }), 400, "invalid_grant");
  // B stored nothing in KV for it.
  assert.equal((await b.kv.list()).length, 2);
});

test("B refuses it after sixty seconds, spent or not", async (t) => {
  const b = await another(t);
  const [spent, unspent] = [await getCode(a), await getCode(a)];
  assert.equal((await redeem(b, spent, { at: b.url })).status, 200);
  await b.advance(60 * SECOND);
  assertRefused(await redeem(b, spent, { at: b.url }), 400, "invalid_grant");
  assertRefused(await redeem(b, unspent, { at: b.url }), 400, "invalid_grant");
});

test("a replay at B after ten seconds ends what B issued", async (t) => {
  const b = await another(t);
  const got = await getCode(a, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(b, got, { at: b.url });
  assert.equal((await refresh(b, got, body.refresh_token, { at: b.url })).status, 200);
  await b.advance(11 * SECOND);
  assertRefused(await redeem(b, got, { at: b.url }), 400, "invalid_grant");
  assertRefused(await refresh(b, got, body.refresh_token, { at: b.url }), 400, "invalid_grant");
});

test("B renews what A's code was redeemed for at A", async (t) => {
  const b = await another(t);
  for (const client of ["web", "spa"]) {
    const got = await getCode(a, { client, params: { scope: "openid offline_access" } });
    const { body } = await redeem(a, got);
    const renewed = await refresh(b, got, body.refresh_token, { at: b.url });
    assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
  }
});

test("the session cookie of A carries a consent just given to B, which has never heard of the user", async (t) => {
  const b = await another(t);
  const { agent, client } = await getCode(a, { params: { prompt: "consent" } });
  const silent = authorization(b.url, { client_id: client.id, redirect_uri: client.redirectUri, scope: "openid notes:read", prompt: "none" });
  const page = await agent.get(silent.url);
  assert.ok(page.location?.searchParams.has("code"), page.location?.href);
});

test("B takes the request that was pushed at A, once, and has stored nothing for it", async (t) => {
  const b = await another(t);
  const { agent } = await getCode(a, { params: { prompt: "consent" } });
  const pushed = await push(a, { at: b.url });
  assert.equal(pushed.answer.status, 201, JSON.stringify(pushed.answer.body));
  const { location } = await agent.get(pushed.url);
  const got = { code: location.searchParams.get("code"), request: pushed.request, client: client("web") };
  assert.equal(location.searchParams.get("state"), pushed.request.state);
  assert.equal((await redeem(a, got)).status, 200);
  const again = await agent.get(pushed.url);
  assert.equal(again.location.searchParams.get("error"), "invalid_request_uri");
  assert.equal((await b.kv.list()).length, 2);
});

test("a pushed request of a runtime with other keys, or of another realm, is told on a page", async (t) => {
  const { secrets } = await makeKeys();
  const other = await another(t, { secrets: { ...a.secrets, SEALING_KEYS: secrets.SEALING_KEYS } });
  const foreign = await another(t, { vars: { REALM: "elsewhere" } });
  const { agent } = await getCode(a);
  for (const b of [other, foreign]) assertErrorPage(await agent.get((await push(a, { at: b.url })).url), 400, "invalid_request_uri");
});

test("what refuses at A refuses at B and leaves the code good", async (t) => {
  const b = await another(t);
  const got = await getCode(a);
  assertRefused(await redeem(b, got, { at: b.url, params: { code_verifier: "w".repeat(43) } }), 400, "invalid_grant");
  assertRefused(await redeem(b, got, { at: b.url, params: { redirect_uri: "https://app.example/" } }), 400, "invalid_grant");
  assertRefused(await redeem(b, got, { at: b.url, client: { ...got.client, secret: "x".repeat(43) } }), 401, "invalid_client");
  assert.equal((await redeem(b, got, { at: b.url })).status, 200);
});

test("a runtime with other sealing keys, or of another realm, cannot open the code", async (t) => {
  const got = await getCode(a);
  const { secrets } = await makeKeys();
  const other = await another(t, { secrets: { ...a.secrets, SEALING_KEYS: secrets.SEALING_KEYS } });
  assertRefused(await redeem(other, got, { at: other.url }), 400, "invalid_grant");
  const foreign = await another(t, { vars: { REALM: "elsewhere" } });
  assertRefused(await redeem(foreign, got, { at: foreign.url }), 400, "invalid_grant");
});

for (const [what, command] of [
  ["the user is signed out everywhere", ["revoke", "user", "ada"]],
  ["the user gets a new password", ["user", "passwd", "ada", "--password-stdin"]],
]) {
  test(`stolen cookie: ${what} at A; a family that the cookie starts at B before the record arrives is dead once it has`, async (t) => {
    const one = await startSeeded({ t, name: "one", clients: ["web", "spa"] });
    const b = await startSealwax({ t, name: "b", secrets: one.secrets, operator: one.operator, vars: { ...fixtures.variables, ISSUER: one.issuer } });
    await one.kv.copyTo(b, "client/");
    const { agent: thief } = await getCode(one);
    await one.sealwaxWithInput("another password", ...command);
    // The record has not arrived at B: the stolen session still starts a family there.
    const got = await getCode(b, { agent: thief, at: b.url });
    const { body } = await redeem(b, got, { at: b.url });
    const going = await call(b.url, "/introspect", got.client, { token: body.access_token });
    assert.equal(going.body.active, true);
    await one.kv.copyTo(b, "revoked/");
    assert.deepEqual((await call(b.url, "/introspect", got.client, { token: body.access_token })).body, { active: false });
    assertRefused(await userinfo(b.url, body.access_token), 401, "invalid_token");
    const page = await thief.get(got.request.url);
    assert.ok(page.form("password"), "the session is dead: the sign-in page is shown");
  });
}
