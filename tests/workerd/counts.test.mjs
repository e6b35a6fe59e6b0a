// What each decision costs, counted at the bindings.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { authorization, call, token, userinfo } from "../harness/oauth.mjs";
import { client, getCode, push, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const CLIENT_HELD = 60 * SECOND;

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa", "first", "machine", "desk", "staff", "people"], users: ["ada", "bob", "carol"] });
});
after(() => server?.stop());
// No test sees what was allowed in another.
beforeEach(() => server.control("DELETE", "keys?prefix=consent/"));

/** { reads, writes, ledger } of one action; a listing or deletion counts as a write, so that nothing hides there. */
async function cost(action) {
  const [value, { kv, ledger, objectKv, log }] = await server.counting(action);
  const inObject = objectKv.get + objectKv.put + objectKv.delete + objectKv.list;
  return [value, { reads: kv.get, writes: kv.put + kv.delete + kv.list, ledger, inObject }, log];
}

const silent = (got, params = {}) => {
  const { id, redirectUri } = got.client;
  return authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read", ...params }).url;
};

test("authorize with a session and remembered consent writes nothing and reads twice", async () => {
  const got = await getCode(server);
  const [page, count, log] = await cost(() => got.agent.get(silent(got)));
  assert.ok(page.location.searchParams.has("code"));
  assert.equal(count.writes + count.ledger + count.inObject, 0, log.join("\n"));
  assert.equal(count.reads, 2, log.join("\n"));
});

test("a client record that the isolate does not hold any more is one read more", async () => {
  const got = await getCode(server);
  const [, held] = await cost(() => got.agent.get(silent(got)));
  await server.advance(CLIENT_HELD);
  const [page, fresh, log] = await cost(() => got.agent.get(silent(got)));
  assert.ok(page.location.searchParams.has("code"));
  assert.deepEqual(fresh, { ...held, reads: held.reads + 1 }, log.join("\n"));
  assert.equal(log.filter((line) => line === "worker kv get client/web").length, 1);
});

test("pushing a request touches nothing; its code is one ledger call, and what comes after is the one call again", async () => {
  const got = await getCode(server);
  const [pushed, pushing, pushLog] = await cost(() => push(server));
  assert.equal(pushed.answer.status, 201, JSON.stringify(pushed.answer.body));
  assert.deepEqual(pushing, { reads: 0, writes: 0, ledger: 0, inObject: 0 }, pushLog.join("\n"));
  const [page, completing, log] = await cost(() => got.agent.get(pushed.url));
  assert.ok(page.location.searchParams.has("code"));
  assert.deepEqual(completing, { reads: 2, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
  const [again, repeated, repeatedLog] = await cost(() => got.agent.get(pushed.url));
  assert.equal(again.location.searchParams.get("error"), "invalid_request_uri");
  assert.deepEqual(repeated, completing, repeatedLog.join("\n"));
});

test("a pushed request costs what any other does until there is a code", async () => {
  const agent = new UserAgent();
  const pushed = await push(server);
  const [asked, shown, log] = await cost(() => agent.get(pushed.url));
  assert.deepEqual(shown, { reads: 0, writes: 0, ledger: 0, inObject: 0 }, log.join("\n"));
  const [consent, signedIn, signInLog] = await cost(() => agent.submit(asked, { fields: user("bob") }));
  assert.deepEqual(signedIn, { reads: 3, writes: 0, ledger: 2, inObject: 0 }, signInLog.join("\n"));
  const [denied, denying, denyLog] = await cost(() => agent.submit(consent, { button: "deny" }));
  assert.equal(denied.location.searchParams.get("error"), "access_denied");
  assert.equal(denying.writes + denying.ledger + denying.inObject, 0, denyLog.join("\n"));
  const [answer, allowing, allowLog] = await cost(() => agent.submit(consent, { button: "allow" }));
  assert.ok(answer.location.searchParams.has("code"), answer.text());
  assert.deepEqual(allowing, { reads: 2, writes: 1, ledger: 1, inObject: 0 }, allowLog.join("\n"));
});

test("redeeming a code is one ledger call and nothing at KV", async () => {
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const [answer, count, log] = await cost(() => redeem(server, got));
  assert.equal(answer.status, 200);
  assert.deepEqual(count, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
});

test("a token that tells claims of the user costs one read more, at redemption and at refresh; others none", async () => {
  const asking = { scope: "openid email", claims: '{"id_token":{"email":null}}' };
  const atUserinfo = { scope: "openid", claims: '{"userinfo":{"email":null}}' };
  for (const [id, params, reads] of [
    ["staff", { scope: "openid notes:read" }, 1],
    ["people", asking, 1],
    ["people", { scope: "openid", resource: "https://team.example" }, 1],
    ["people", { scope: "openid profile email address phone" }, 0],
    ["people", atUserinfo, 0],
  ]) {
    const got = await getCode(server, { client: id, params });
    const [answer, count, log] = await cost(() => redeem(server, got));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(count, { reads, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
    const [told, asked, askedLog] = await cost(() => userinfo(server.url, answer.body.access_token));
    assert.equal(told.status, 200);
    assert.deepEqual(asked, { reads: 2, writes: 0, ledger: 0, inObject: 0 }, askedLog.join("\n"));
  }
  const got = await getCode(server, { client: "staff", params: { scope: "openid notes:read offline_access" } });
  const { body } = await redeem(server, got);
  const [answer, count, log] = await cost(() => refresh(server, got, body.refresh_token));
  assert.equal(answer.status, 200);
  assert.deepEqual(count, { reads: 2, writes: 0, ledger: 0, inObject: 0 }, log.join("\n"));
});

test("redeeming a code of a client that the isolate does not hold any more is one read more", async () => {
  await server.advance(CLIENT_HELD); // whatever was held before
  const { agent } = await getCode(server); // read, and held from now on
  await server.advance(40 * SECOND);
  const got = await getCode(server, { agent });
  await server.advance(30 * SECOND);
  const [answer, count, log] = await cost(() => redeem(server, got));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(count, { reads: 1, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
});

test("a refused redemption makes no call at all; a repeated one is the one call", async () => {
  const got = await getCode(server);
  const nothing = { reads: 0, writes: 0, ledger: 0, inObject: 0 };
  for (const params of [{ code_verifier: "w".repeat(43) }, { redirect_uri: "https://app.example/" }, { code: "x" }, { grant_type: "password" }]) {
    const [answer, count, log] = await cost(() => redeem(server, got, { params }));
    assert.equal(answer.status, 400);
    assert.deepEqual(count, nothing, log.join("\n"));
  }
  const [wrong, count] = await cost(() => redeem(server, got, { client: { ...got.client, secret: "x".repeat(43) } }));
  assert.equal(wrong.status, 401);
  assert.deepEqual(count, nothing);
  await redeem(server, got);
  const [again, repeated, log] = await cost(() => redeem(server, got));
  assert.equal(again.status, 400);
  assert.deepEqual(repeated, { ...nothing, ledger: 1 }, log.join("\n"));
});

test("the first consent is exactly one write", async () => {
  const agent = new UserAgent();
  const { id, redirectUri } = client("web");
  const asked = await agent.get(authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read" }).url);
  const [consent, signedIn, signInLog] = await cost(() => agent.submit(asked, { fields: user("bob") }));
  assert.ok(consent.form("decision"));
  assert.equal(signedIn.writes, 0, signInLog.join("\n"));
  const [answer, allowed, log] = await cost(() => agent.submit(consent, { button: "allow" }));
  assert.ok(answer.location.searchParams.has("code"), answer.text());
  assert.equal(allowed.writes, 1, log.join("\n"));
  assert.equal(allowed.ledger + allowed.inObject, 0, log.join("\n"));
  assert.ok(allowed.reads <= 2, log.join("\n"));
  assert.match(log.find((line) => line.includes(" put ")), /^worker kv put consent\//);
});

for (const [what, answer] of [
  ["for this visit only", { fields: { duration: "visit" }, button: "allow" }],
  ["that is denied", { button: "deny" }],
]) {
  test(`a consent ${what} writes nothing`, async () => {
    const agent = new UserAgent();
    const { id, redirectUri } = client("web");
    const url = authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read", prompt: "consent" }).url;
    const consent = await agent.submit(await agent.get(url), { fields: user("ada") });
    const [page, count, log] = await cost(() => agent.submit(consent, answer));
    assert.equal(page.location.origin, "https://app.example");
    assert.equal(count.writes, 0, log.join("\n"));
  });
}

test("a consent for this visit that takes back a lasting one is one write", async () => {
  const got = await getCode(server);
  const consent = await got.agent.get(silent(got, { prompt: "consent" }));
  const [page, count, log] = await cost(() => got.agent.submit(consent, { fields: { duration: "visit" }, button: "allow" }));
  assert.ok(page.location.searchParams.has("code"));
  assert.equal(count.writes, 1, log.join("\n"));
});

test("signing in by password is two ledger calls and three reads, and no write", async () => {
  const agent = new UserAgent();
  const { id, redirectUri } = client("web");
  const page = await agent.get(authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read" }).url);
  const [consent, count, log] = await cost(() => agent.submit(page, { fields: user("carol") }));
  assert.ok(consent.form("decision"), consent.text());
  assert.deepEqual(count, { reads: 3, writes: 0, ledger: 2, inObject: 0 }, log.join("\n"));
});

test("signing in to the account is two ledger calls and one read; looking at it two calls, one listing and the consents", async () => {
  const agent = new UserAgent();
  const page = await agent.get(`${server.url}/account`);
  const [answer, count, log] = await cost(() => agent.submit(page, { fields: user("carol") }));
  assert.equal(answer.location.pathname, "/account");
  assert.deepEqual(count, { reads: 1, writes: 0, ledger: 2, inObject: 0 }, log.join("\n"));
  const [account, looking, lookingLog] = await cost(() => agent.get(answer.location));
  assert.equal(account.status, 200);
  assert.deepEqual(looking, { reads: 0, writes: 1, ledger: 2, inObject: 0 }, lookingLog.join("\n"));
  assert.equal(lookingLog.filter((line) => line.startsWith("worker kv list ")).length, 1);
});

test("who has to wait costs one ledger call and no read", async () => {
  const got = await getCode(server);
  const page = await got.agent.get(silent(got, { prompt: "login" }));
  const attempt = () => got.agent.submit(page, { fields: { username: "nobody-waits", password: "wrong password" } });
  for (let n = 0; n < 10; n += 1) assert.equal((await attempt()).status, 400);
  const [waiting, count, log] = await cost(attempt);
  assert.equal(waiting.status, 429);
  assert.deepEqual(count, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
});

test("a failed sign-in is one ledger call and one read for a known and an unknown name alike, and no write", async () => {
  const got = await getCode(server);
  const page = await got.agent.get(silent(got, { prompt: "login" }));
  for (const username of ["ada", "nobody"]) {
    const [failed, count, log] = await cost(() => got.agent.submit(page, { fields: { username, password: "wrong password" } }));
    assert.equal(failed.status, 400);
    assert.deepEqual(count, { reads: 1, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
  }
});

test("renewing is one read for a confidential client and one ledger call for a public one, and no write", async () => {
  const expected = { web: { reads: 1, writes: 0, ledger: 0, inObject: 0 }, spa: { reads: 0, writes: 0, ledger: 1, inObject: 0 } };
  for (const [id, count] of Object.entries(expected)) {
    const got = await getCode(server, { client: id, params: { scope: "openid offline_access" } });
    const { body } = await redeem(server, got);
    const [answer, counted, log] = await cost(() => refresh(server, got, body.refresh_token));
    assert.equal(answer.status, 200);
    assert.deepEqual(counted, count, log.join("\n"));
  }
});

test("introspection is one read, userinfo two, and neither writes", async () => {
  const got = await getCode(server);
  const { body } = await redeem(server, got);
  const asked = { introspect: [1, () => call(server.url, "/introspect", got.client, { token: body.access_token })], userinfo: [2, () => userinfo(server.url, body.access_token)] };
  for (const [what, [reads, ask]] of Object.entries(asked)) {
    const [answer, count, log] = await cost(ask);
    assert.equal(answer.status, 200, what);
    assert.deepEqual(count, { reads, writes: 0, ledger: 0, inObject: 0 }, `${what}: ${log.join("\n")}`);
  }
});

test("revoking is one ledger call, and one write by the object; a token that is not ours costs nothing", async () => {
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  for (const token of [body.access_token, body.refresh_token]) {
    const [answer, count, log] = await cost(() => call(server.url, "/revoke", got.client, { token }));
    assert.equal(answer.status, 200);
    assert.deepEqual(count, { reads: 0, writes: 0, ledger: 1, inObject: 1 }, log.join("\n"));
  }
  const [, count] = await cost(() => call(server.url, "/revoke", got.client, { token: "x" }));
  assert.deepEqual(count, { reads: 0, writes: 0, ledger: 0, inObject: 0 });
});

test("a token for a client itself costs nothing; one that is introspected a read, one that is revoked a write", async () => {
  const nothing = { reads: 0, writes: 0, ledger: 0, inObject: 0 };
  const machine = client("machine");
  const ask = (params) => token(server.url, machine, { grant_type: "client_credentials", ...params });
  await ask(); // its record is held from now on
  const [answer, count, log] = await cost(() => ask({ resource: "https://files.example" }));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(count, nothing, log.join("\n"));
  const [refused, refusal] = await cost(() => ask({ resource: "https://elsewhere.example" }));
  assert.equal(refused.body.error, "invalid_target");
  assert.deepEqual(refusal, nothing);
  const { access_token } = answer.body;
  const [told, asking, askingLog] = await cost(() => call(server.url, "/introspect", machine, { token: access_token }));
  assert.equal(told.body.active, true);
  assert.deepEqual(asking, { ...nothing, reads: 1 }, askingLog.join("\n"));
  const [gone, revoking, revokingLog] = await cost(() => call(server.url, "/revoke", machine, { token: access_token }));
  assert.equal(gone.status, 200);
  assert.deepEqual(revoking, { ...nothing, writes: 1 }, revokingLog.join("\n"));
});

test("several resources, and a token for one of them, cost what one costs", async () => {
  const resources = new URLSearchParams([["resource", "https://files.example"], ["resource", "https://mail.example/v2/"]]);
  const { redirectUri } = client("desk");
  const asked = authorization(server.url, { client_id: "desk", redirect_uri: redirectUri, scope: "files:read mail:send offline_access" });
  const agent = new UserAgent();
  const { params } = await agent.authorize(`${asked.url}&${resources}`, { username: "ada", password: user("ada").password });
  const got = { code: params.get("code"), request: asked, client: client("desk"), agent };
  const [answer, count, log] = await cost(() => redeem(server, got, { params: { resource: "https://files.example" } }));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(count, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
  const [renewed, renewal] = await cost(() => refresh(server, got, answer.body.refresh_token, { params: { resource: "https://mail.example/v2" } }));
  assert.equal(renewed.body.scope, "mail:send offline_access");
  assert.deepEqual(renewal, { reads: 1, writes: 0, ledger: 0, inObject: 0 });
});

test("keys, metadata, preflights and unknown paths touch no binding", async () => {
  const asked = [
    ["/.well-known/jwks.json"],
    ["/.well-known/openid-configuration"],
    ["/.well-known/oauth-authorization-server"],
    ["/nothing"],
    ["/token"],
    ["/token", { method: "OPTIONS", headers: { origin: "https://spa.example" } }],
  ];
  for (const [path, init] of asked) {
    const [, count, log] = await cost(() => server.fetch(path, init));
    assert.deepEqual(count, { reads: 0, writes: 0, ledger: 0, inObject: 0 }, `${path}: ${log.join("\n")}`);
  }
});
