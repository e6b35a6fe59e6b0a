// Clients that register themselves, counted at the bindings and in two runtimes: registering stores nothing, what one runtime
// registered another knows, and what was deleted stays dead.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorization, call, token } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { fixtures, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const REDIRECT_URI = "https://app.company.com/cb";
const METADATA = {
  client_name: "App",
  redirect_uris: [REDIRECT_URI],
  grant_types: ["authorization_code", "refresh_token"],
  token_endpoint_auth_method: "client_secret_basic",
};
const VARS = { REGISTRATION: "open" };

let server;
before(async () => {
  server = await startSeeded({ clients: [], vars: VARS });
});
after(() => server?.stop());

async function register(metadata = METADATA) {
  const answer = await server.fetch("/register", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(metadata) });
  const body = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(body));
  return body;
}

/** A call of RFC 7592 at a server. */
function manage(registered, method, at = server) {
  const url = registered.registration_client_uri.replace(server.issuer, at.url);
  return fetch(url, { method, headers: { authorization: `Bearer ${registered.registration_access_token}` } });
}

const party = ({ client_id: id, client_secret: secret }) => ({ id, secret });
const request = (registered, at = server) => authorization(at.url, { client_id: registered.client_id, redirect_uri: REDIRECT_URI, scope: "openid offline_access" });

async function granted(registered, { at = server, agent = new UserAgent() } = {}) {
  const { url, verifier } = request(registered, at);
  const { params } = await agent.authorize(url, user("ada"));
  const { status, body } = await token(at.url, party(registered), {
    grant_type: "authorization_code",
    code: params.get("code"),
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return { agent, ...body };
}

const renew = (registered, { refresh_token }, at = server) => token(at.url, party(registered), { grant_type: "refresh_token", refresh_token });

/** Another runtime, which shares secrets and no storage. */
const another = (t) =>
  startSealwax({ t, name: "b", secrets: server.secrets, operator: server.operator, vars: { ...fixtures.variables, ISSUER: server.issuer, ...VARS } });

test("registering a thousand clients writes nothing, and reads nothing", async () => {
  const ids = new Set();
  const [, { kv, ledger, objectKv }] = await server.counting(async () => {
    for (let n = 0; n < 1000; n += 50) {
      const batch = await Promise.all(Array.from({ length: 50 }, () => register()));
      for (const { client_id: id } of batch) ids.add(id);
    }
  });
  assert.equal(ids.size, 1000);
  assert.deepEqual([kv.put, kv.delete, kv.list, kv.get, ledger, objectKv.put], [0, 0, 0, 0, 0, 0]);
});

test("using one costs one read at most, and no write", async () => {
  const registered = await register();
  for (let n = 0; n < 2; n += 1) {
    const [answer, { kv, ledger, log }] = await server.counting(() => call(server.url, "/token", party(registered), { grant_type: "authorization_code", code: "x" }));
    assertRefused(answer, 400, "invalid_grant");
    assert.ok(kv.get <= 1, log.join("\n"));
    assert.equal(kv.put + kv.delete + kv.list + ledger, 0, log.join("\n"));
  }
});

test("what A registered B knows, and its tokens are renewed there", async (t) => {
  const b = await another(t);
  const registered = await register();
  const got = await granted(registered);
  assert.equal((await renew(registered, got, b)).status, 200);
  const there = await manage(registered, "GET", b);
  assert.equal(there.status, 200);
  assert.equal((await there.json()).client_name, "App");
  assertRefused(await renew({ ...registered, client_secret: "x".repeat(43) }, got, b), 401, "invalid_client");
  assert.deepEqual(await b.kv.list(), [], "it stored nothing for it");
});

test("a deleted client stays dead, for as long as its record is there, and is not known while that cannot be read", async (t) => {
  const b = await another(t);
  const registered = await register();
  const got = await granted(registered);
  assert.equal((await manage(registered, "DELETE")).status, 204);
  assertRefused(await renew(registered, got), 401, "invalid_client");
  await server.kv.copyTo(b, "registration/");
  assertRefused(await renew(registered, got, b), 401, "invalid_client");
  assertErrorPage(await got.agent.get(request(registered).url), 400);
  assert.equal((await manage(registered, "GET")).status, 401);
  await server.advance(400 * 24 * 3600 * 1000);
  assertRefused(await renew(registered, got), 401, "invalid_client");

  await b.advance(61_000);
  await b.fault({ kv: "throw" });
  const unknown = await renew(registered, got, b);
  assertRefused(unknown, 503, "temporarily_unavailable");
  await b.fault({});
});
