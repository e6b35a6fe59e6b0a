// A rotation in real runtimes: the command line moves the keys, A has those that wait, B has them active already. What either
// makes the other takes. tests/protocol/rotation.rs has two thousand such flows, of every kind of seal.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { call, userinfo } from "../harness/oauth.mjs";
import { root } from "../harness/paths.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { run, startSealwax } from "../harness/sealwax.mjs";
import { fixtures, getCode, push, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

const OFFLINE = { params: { scope: "openid notes:read offline_access" } };
const METADATA = { redirect_uris: ["https://app.company.com/cb"], token_endpoint_auth_method: "none" };

let folder;
let a;
let b;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sealwax-rotation-"));
  await keys("init");
  const old = await secrets();
  await keys("rotate");
  const waiting = await secrets();
  await keys("rotate", "--now");
  const active = await secrets();
  const operator = JSON.parse(await readFile(join(folder, ".sealwax/operator.jwk"), "utf8"));
  const vars = { REGISTRATION: "open" };
  a = await startSeeded({ name: "a", secrets: waiting, operator, clients: ["web", "spa"], vars });
  const beside = (name, secrets) => startSealwax({ name, secrets, operator, vars: { ...fixtures.variables, ...vars, ISSUER: a.issuer } });
  b = await beside("b", active);
  b.unaware = await beside("unaware", old);
  for (const other of [b, b.unaware]) await a.kv.copyTo(other, "");
});
after(async () => {
  await Promise.all([a, b, b?.unaware].map((server) => server?.stop()));
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function keys(...command) {
  await run(join(root, "target/debug/sealwax"), ["keys", ...command, "--local"], "", { cwd: folder });
}

/** What `.dev.vars` holds. */
async function secrets() {
  const lines = (await readFile(join(folder, ".dev.vars"), "utf8")).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 2, -1)]));
}

/** A code of this server. Users sign in and consent at A, whose address the issuer is; the cookie tells the others. */
async function codeOf(server, options = {}) {
  const got = await getCode(a, { ...options, params: { ...options.params, prompt: "consent" } });
  return server === a ? got : getCode(server, { ...options, agent: got.agent, at: server.url });
}

for (const [what, ends] of [["A, where the new keys wait → B, where they are active", () => [a, b]], ["B → A", () => [b, a]]]) {
  test(`${what}: code, session, refresh token, access token, pushed request, client id`, async () => {
    const [from, to] = ends();
    for (const client of ["web", "spa"]) {
      const got = await codeOf(from, { client, ...OFFLINE });
      const { status, body } = await redeem(to, got, { at: to.url });
      assert.equal(status, 200, JSON.stringify(body));
      const renewed = await refresh(from, got, body.refresh_token, { at: from.url });
      assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
      assert.equal((await userinfo(from.url, body.access_token)).status, 200);
      assert.equal((await userinfo(to.url, renewed.body.access_token)).status, 200);
      const again = await getCode(to, { client, agent: got.agent, at: to.url, params: { scope: "openid", prompt: "none" } });
      assert.equal((await redeem(from, again, { at: from.url })).status, 200);
      // Whoever has the key set of either verifies what the other signed.
      for (const [set, signed] of [[from, body], [to, renewed.body]]) {
        const published = createRemoteJWKSet(new URL(`${set.url}/.well-known/jwks.json`));
        await jwtVerify(signed.id_token, published, { issuer: a.issuer, audience: client });
      }
    }
    const { agent } = await codeOf(from);
    const pushed = await push(from, { at: to.url });
    assert.ok((await agent.get(pushed.url)).location?.searchParams.has("code"));

    const answer = await fetch(`${from.url}/register`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(METADATA) });
    const registered = await answer.json();
    const url = registered.registration_client_uri.replace(a.issuer, to.url);
    const there = await fetch(url, { headers: { authorization: `Bearer ${registered.registration_access_token}` } });
    assert.equal(there.status, 200);
  });
}

test("each signs with its own active key", async () => {
  const kids = [];
  for (const server of [a, b]) {
    const { body } = await redeem(server, await codeOf(server), { at: server.url });
    kids.push(decodeProtectedHeader(body.access_token).kid);
  }
  assert.notEqual(kids[0], kids[1]);
});

test("where the new keys never waited, what is made with them is lost: that is what the hour is for", async () => {
  const got = await codeOf(b);
  assertRefused(await redeem(b.unaware, got, { at: b.unaware.url }), 400, "invalid_grant");
  const { body } = await redeem(b, got, { at: b.url });
  assertRefused(await userinfo(b.unaware.url, body.access_token), 401, "invalid_token");
  const told = await call(b.unaware.url, "/introspect", got.client, { token: body.access_token });
  assert.equal(told.body.active, false);
});
