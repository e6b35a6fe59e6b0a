// Clients that register themselves, on the real runtime: nothing is stored for it, another runtime that shares the secrets
// takes them as its own, what is deleted stays dead, and the longest id goes the whole way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorization, call, token, userinfo } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, fixtures, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const HELD = 60 * SECOND;
const CALLBACK = "https://app.example/cb";
const SCOPE = "openid notes:read offline_access";

let a;
before(async () => {
  a = await startSeeded({ name: "a", clients: ["web", "api"] });
});
after(() => a?.stop());

/** POST /register → { status, headers, body } */
async function send(server, metadata, headers = {}) {
  const answer = await server.fetch("/register", { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(metadata) });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

/** → a client as the other helpers take one, and what it was told. */
async function register(server, metadata = {}) {
  const { status, body } = await send(server, { client_name: "Notebook", redirect_uris: [CALLBACK], scope: SCOPE, ...metadata });
  assert.equal(status, 201, JSON.stringify(body));
  return { id: body.client_id, secret: body.client_secret, redirectUri: body.redirect_uris[0], told: body };
}

/** RFC 7592, at whichever server. */
async function manage(server, app, method, metadata) {
  const { search } = new URL(app.told.registration_client_uri);
  const headers = { authorization: `Bearer ${app.told.registration_access_token}`, ...(metadata && { "content-type": "application/json" }) };
  const answer = await server.fetch(`/register${search}`, { method, headers, body: metadata && JSON.stringify({ client_id: app.id, ...metadata }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

/** Signs ada in, or goes on as whoever is signed in, and redeems the code. */
async function tokens(server, app, { agent = new UserAgent(), scope = SCOPE } = {}) {
  const request = authorization(server.url, { client_id: app.id, redirect_uri: app.redirectUri, scope });
  const { params } = await agent.authorize(request.url, { username: "ada", password: user("ada").password });
  assert.ok(params.get("code"), `${params}`);
  return redeem(server, app, params.get("code"), request);
}

function redeem(server, app, code, request) {
  return token(server.url, app, { grant_type: "authorization_code", code, redirect_uri: app.redirectUri, code_verifier: request.verifier });
}

const refresh = (server, app, body) => token(server.url, app, { grant_type: "refresh_token", refresh_token: body.refresh_token });
const isActive = async (server, { access_token }) => (await call(server.url, "/introspect", client("api"), { token: access_token })).body.active;
const page = (server, app) => new UserAgent().get(authorization(server.url, { client_id: app.id, redirect_uri: app.redirectUri }).url);

async function another(t, vars = {}) {
  const b = await startSealwax({ t, name: "b", secrets: a.secrets, operator: a.operator, vars: { ...fixtures.variables, ISSUER: a.issuer, ...vars } });
  for (const prefix of ["user/", "login/", "client/"]) await a.kv.copyTo(b, prefix);
  return b;
}

test("using one is one read of KV more than its user's", async () => {
  const app = await register(a);
  const agent = new UserAgent();
  const { body } = await tokens(a, app, { agent });
  const reads = async (action) => {
    const [answer, { kv, objectKv, log }] = await a.counting(action);
    assert.equal(kv.put + objectKv.put, 0, log.join("\n"));
    return [answer, kv.get, log];
  };
  const request = authorization(a.url, { client_id: app.id, redirect_uri: app.redirectUri, scope: SCOPE });
  const [asked, authorizing, log] = await reads(() => agent.get(request.url));
  assert.ok(asked.location.searchParams.has("code"));
  assert.equal(authorizing, 3, log.join("\n"));
  const [redeemed, redeeming] = await reads(() => redeem(a, app, asked.location.searchParams.get("code"), request));
  assert.deepEqual([redeemed.status, redeeming], [200, 1]);
  const [renewed, renewing] = await reads(() => refresh(a, app, body));
  assert.deepEqual([renewed.status, renewing], [200, 2]);
  const [told, introspecting] = await reads(() => call(a.url, "/introspect", app, { token: body.access_token }));
  assert.deepEqual([told.body.active, introspecting], [true, 2]);
});

test("another runtime that shares nothing but secrets takes A's clients: it issues, redeems, manages, and deletes", async (t) => {
  const b = await another(t);
  const app = await register(a);
  const agent = new UserAgent();
  await tokens(a, app, { agent }); // signs in, and allows: its cookies are good at B
  const request = authorization(b.url, { client_id: app.id, redirect_uri: app.redirectUri, scope: SCOPE });
  const answer = await agent.get(request.url);
  const { status, body } = await redeem(b, app, answer.location.searchParams.get("code"), request);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await refresh(b, app, body)).status, 200);
  const read = await manage(b, app, "GET");
  assert.deepEqual([read.status, read.body], [200, app.told]);
  assert.equal((await b.kv.list("registration/")).length, 0);
  assert.equal((await manage(b, app, "PUT", { redirect_uris: [CALLBACK], client_name: "Renamed", scope: SCOPE })).body.client_name, "Renamed");
  assert.match((await page(b, app)).text(), /Renamed/);
  assert.match((await page(a, app)).text(), /Notebook/, "the record has not arrived at A");
  assert.equal((await b.kv.list("registration/")).length, 1);
  assert.equal((await manage(b, app, "DELETE")).status, 204);
  assertErrorPage(await page(b, app), 400, "invalid_request");
  const other = await another(t, { REALM: "elsewhere" });
  assertErrorPage(await page(other, app), 400, "invalid_request");
});

test("what is deleted at A is dead at B once its record is there, and what A has written over it cannot bring it back", async (t) => {
  const b = await another(t);
  const app = await register(a);
  const metadata = { redirect_uris: [CALLBACK], scope: SCOPE };
  assert.equal((await manage(a, app, "PUT", metadata)).status, 200);
  const { body } = await tokens(a, app);
  assert.equal(await isActive(a, body), true);
  const [key] = (await a.kv.list("registration/")).map(({ name }) => name).filter(Boolean).slice(-1);
  assert.equal((await manage(a, app, "DELETE")).status, 204);
  assert.equal(await isActive(a, body), false);
  assertRefused(await userinfo(a.url, body.access_token), 401, "invalid_token");
  assertRefused(await refresh(a, app, body), 401, "invalid_client");
  await a.kv.copyTo(b, "registration/");
  assertErrorPage(await page(b, app), 400, "invalid_request");
  assertRefused(await refresh(b, app, body), 401, "invalid_client");
  assert.equal((await manage(b, app, "GET")).status, 401);
  // KV shows nothing of it any more, as a place that has just remembered its absence would.
  await a.kv.delete(key);
  await a.fault({ kv: { get: "absent" } });
  const undone = await manage(a, app, "PUT", metadata);
  await a.fault({});
  assert.equal(undone.status, 401, JSON.stringify(undone.body));
  assert.equal(await a.kv.get(key), null, "nothing was written");
});

test("a client that the operator removes cannot come back by what an isolate has read before", async () => {
  const app = await register(a);
  const metadata = { redirect_uris: [CALLBACK], scope: SCOPE };
  assert.equal((await manage(a, app, "PUT", metadata)).status, 200);
  const { body } = await tokens(a, app); // the record is held from now on
  assert.equal((await a.sealwax("client", "disable", app.id)).disabled, true);
  assertRefused(await refresh(a, app, body), 401, "invalid_client");
  assert.equal((await manage(a, app, "PUT", metadata)).status, 401);
  assert.equal((await a.sealwax("client", "enable", app.id)).disabled, false);
  assertRefused(await refresh(a, app, body), 400, "invalid_grant");
  assert.equal((await a.sealwax("client", "remove", app.id)).client_id, app.id);
  assert.equal((await manage(a, app, "PUT", metadata)).status, 401);
  assertErrorPage(await page(a, app), 400, "invalid_request");
  const listed = (await a.sealwax("client", "list")).find(({ client_id }) => client_id === app.id);
  assert.equal(listed.removed, true);
});

test("while its record cannot be read a client is neither unknown nor taken at its word", async () => {
  const app = await register(a);
  const { body } = await tokens(a, app);
  await a.fault({ kv: { get: "throw" } });
  try {
    assertErrorPage(await page(a, app), 503);
    assertRefused(await refresh(a, app, body), 503, "temporarily_unavailable");
    assertRefused(await manage(a, app, "GET"), 503, "temporarily_unavailable");
  } finally {
    await a.fault({});
  }
  assert.equal((await refresh(a, app, body)).status, 200);
});

test("an id of 4,000 characters goes through all of it", async () => {
  const uri = (n, length) => `${CALLBACK}/${n}/${"u".repeat(length)}`;
  // The longest that is still taken.
  let app;
  for (let last = 500; !app && last > 400; last -= 1) {
    const { status, body } = await send(a, { client_name: "Longest", grant_types: ["authorization_code", "refresh_token"], redirect_uris: [uri(1, 780), uri(2, 780), uri(3, 780), uri(4, last)] });
    if (status === 201) app = { id: body.client_id, secret: body.client_secret, redirectUri: body.redirect_uris[0], told: body };
    else assert.equal(body.error, "invalid_client_metadata");
  }
  assert.ok(app.id.length > 3990 && app.id.length <= 4000, `${app.id.length}`);
  const agent = new UserAgent();
  const { status, body } = await tokens(a, app, { agent, scope: "openid profile notes:read notes:write offline_access" });
  assert.equal(status, 200, JSON.stringify(body));
  // As a form of another site, which comes round once more.
  const request = authorization(a.url, { client_id: app.id, redirect_uri: app.redirectUri, scope: "openid notes:read", state: "s".repeat(2048) });
  const { searchParams } = new URL(request.url);
  const foreign = await agent.request(`${a.url}/authorize`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site" }, body: String(searchParams) });
  assert.ok([200, 303].includes(foreign.status), foreign.text());
  assert.equal((await call(a.url, "/introspect", app, { token: body.access_token })).body.client_id, app.id);
  assert.equal((await call(a.url, "/introspect", { ...app, method: "post" }, { token: body.refresh_token })).body.active, true);
  assert.equal((await userinfo(a.url, body.access_token)).status, 200);
  const renewed = await refresh(a, app, body);
  assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
  const question = await agent.get(`${a.url}/end_session?${new URLSearchParams({ id_token_hint: body.id_token, client_id: app.id })}`);
  assert.ok([200, 303].includes(question.status), question.text());
  assert.equal((await call(a.url, "/revoke", app, { token: renewed.body.refresh_token ?? body.refresh_token })).status, 200);
  assert.equal(await isActive(a, renewed.body), false);
  const read = await manage(a, app, "GET");
  assert.deepEqual([read.status, read.body], [200, app.told]);
});

test("a body of 64 KB is read, more is refused; other methods have none", async () => {
  const fits = await send(a, { redirect_uris: [CALLBACK], filler: "x".repeat(60_000) });
  assert.equal(fits.status, 201);
  const app = await register(a);
  for (const method of ["POST", "PUT"]) {
    const answer = await a.fetch(`/register?client_id=${app.id}`, { method, headers: { "content-type": "application/json", authorization: `Bearer ${app.told.registration_access_token}` }, body: JSON.stringify({ filler: "x".repeat(70_000) }) });
    assert.equal(answer.status, method === "POST" ? 401 : 400, method);
    await answer.text();
  }
});

test("a record is held for a minute at most: what was decided elsewhere holds then", async () => {
  const app = await register(a);
  const { body } = await tokens(a, app);
  const before = (await a.kv.list("registration/")).map(({ name }) => name);
  assert.equal((await manage(a, app, "PUT", { redirect_uris: [CALLBACK], scope: SCOPE })).status, 200);
  const { name } = (await a.kv.list("registration/")).find(({ name }) => !before.includes(name));
  assert.equal((await refresh(a, app, body)).status, 200); // held from now on
  await a.kv.put(name, JSON.stringify({ ...JSON.parse(await a.kv.get(name)), disabled: true, epoch: 1 }));
  assert.equal((await refresh(a, app, body)).status, 200);
  await a.advance(HELD);
  assertRefused(await refresh(a, app, body), 401, "invalid_client");
});
