// Clients with keys of their own: what WebCrypto makes of their signatures, and how their keys are fetched.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { token } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { startSeeded } from "../harness/seeded.mjs";

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const KB = 1024;
const SECOND = 1000;

let server;
let moved = 0;
before(async () => {
  server = await startSeeded({ clients: [], users: [] });
  // The operator's calls go by the real time: whatever is registered is registered before the clock is moved.
  for (const [id, alg] of Object.entries(ALGORITHMS)) await add(id, alg);
  for (const id of Object.keys(PUBLISHED)) await publish(id);
});
after(async () => {
  await server?.stop();
  for (const { stop } of Object.values(PUBLISHED)) await stop?.();
});

const ALGORITHMS = { "by-es256": "ES256", "by-rs256": "RS256", "by-ps256": "PS256", "by-eddsa": "EdDSA" };
const PUBLISHED = { rolls: {}, large: {}, moves: {}, missing: {}, odd: {}, hangs: {} };
const keys = {};

async function add(id, alg) {
  keys[id] = await generateKeyPair(alg, { extractable: true });
  const file = join(server.folder, `${id}.json`);
  await writeFile(file, JSON.stringify({ ...(await exportJWK(keys[id].publicKey)), kid: id }));
  const registered = await server.sealwax("client", "add", "--id", id, "--grant", "client_credentials", "--scope", "notes:read", "--jwks", file);
  assert.deepEqual([registered.token_endpoint_auth_method, registered.secret_count], ["private_key_jwt", 0]);
}

/** A client that publishes its keys on this machine, which a local issuer may call for the operator's clients. */
async function publish(id) {
  const site = PUBLISHED[id];
  keys[id] = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(keys[id].publicKey)), kid: "first" };
  Object.assign(site, { asked: 0, answer: (response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: [jwk] })) });
  const listener = createServer((_, response) => {
    site.asked += 1;
    site.answer(response);
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  site.stop = () => {
    listener.closeAllConnections();
    return new Promise((done) => listener.close(done));
  };
  const uri = `http://127.0.0.1:${listener.address().port}/jwks.json`;
  await server.sealwax("client", "add", "--id", id, "--grant", "client_credentials", "--scope", "notes:read", "--jwks-uri", uri);
}

function assertion(id, { alg = "ES256", kid = "first", key = keys[id].privateKey, ...claims } = {}) {
  const now = Math.floor((Date.now() + moved) / 1000);
  const all = { iss: id, sub: id, aud: server.issuer, jti: randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(key);
}

async function ask(jwt) {
  const params = { grant_type: "client_credentials", client_assertion_type: TYPE, client_assertion: await jwt };
  const form = new URLSearchParams(params);
  const answer = await fetch(`${server.url}/token`, { method: "POST", body: form });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

for (const [id, alg] of Object.entries(ALGORITHMS)) {
  test(`${alg}: an assertion of jose is taken, once, for one ledger call`, async () => {
    const jwt = await assertion(id, { alg, kid: id });
    const [first, { ledger, kv, log }] = await server.counting(() => ask(jwt));
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.deepEqual([ledger, kv.put + kv.delete + kv.list], [1, 0], log.join("\n"));
    assert.ok(kv.get <= 1, log.join("\n"));
    assertRefused(await ask(jwt), 401, "invalid_client");
  });

  test(`${alg}: under another key it is refused, and no ledger is asked`, async () => {
    const { privateKey } = await generateKeyPair(alg);
    const [answer, { ledger }] = await server.counting(async () => ask(assertion(id, { alg, kid: id, key: privateKey })));
    assertRefused(answer, 401, "invalid_client");
    assert.equal(ledger, 0);
  });
}

test("of twenty racing uses of one assertion one succeeds", async () => {
  const jwt = await assertion("by-es256", { kid: "by-es256" });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(jwt)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 200)) assertRefused(answer, 401, "invalid_client");
});

test("a client with a key has no other way", async () => {
  assertRefused(await token(server.url, { id: "by-es256" }, { grant_type: "client_credentials" }), 401, "invalid_client");
  assertRefused(await token(server.url, { id: "by-es256", secret: "x".repeat(43) }, { grant_type: "client_credentials" }), 401, "invalid_client");
});

test("published keys are fetched once; a key of a new name makes it twice, at most once a minute", async () => {
  const site = PUBLISHED.rolls;
  for (let n = 0; n < 3; n += 1) assert.equal((await ask(assertion("rolls"))).status, 200);
  assert.equal(site.asked, 1);
  const next = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(next.publicKey)), kid: "second" };
  site.answer = (response) => response.writeHead(200, { "cache-control": "max-age=3600" }).end(JSON.stringify({ keys: [jwk] }));
  const renewed = () => ask(assertion("rolls", { kid: "second", key: next.privateKey }));
  assertRefused(await renewed(), 401, "invalid_client");
  assert.equal(site.asked, 1, "the keys were fetched less than a minute ago");
  await server.advance(61 * SECOND);
  moved += 61 * SECOND;
  assert.equal((await renewed()).status, 200);
  assert.equal(site.asked, 2);
  assertRefused(await ask(assertion("rolls")), 401, "invalid_client");
  assert.equal(site.asked, 2);
});

const broken = {
  large: (response) => response.writeHead(200).end(JSON.stringify({ keys: [], more: "x".repeat(64 * KB) })),
  moves: (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  missing: (response) => response.writeHead(404).end("{}"),
  odd: (response) => response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0x7d])),
  hangs: () => {},
};
for (const [id, answer] of Object.entries(broken)) {
  test(`keys that cannot be had (${id}) are 503, never invalid_client, and mend by themselves`, async () => {
    const site = PUBLISHED[id];
    const good = site.answer;
    site.answer = answer;
    const refused = await ask(assertion(id));
    assertRefused(refused, 503, "temporarily_unavailable");
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    site.answer = good;
    assert.equal((await ask(assertion(id))).status, 200);
    assert.equal(site.asked, 2);
  });
}

test("what is not public is not even registered, and nothing listens in vain", async () => {
  let heard = 0;
  const listener = createServer((_, response) => {
    heard += 1;
    response.end();
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  const { port } = listener.address();
  const refused = [`https://127.0.0.1:${port}/`, `https://localhost:${port}/`, `https://[::1]:${port}/`, `https://2130706433:${port}/`, `https://127.1/`, "https://intranet/", "https://keys.internal/", "https://keys.company.com:8443/", `http://10.0.0.1:${port}/`, `${server.issuer}/`.replace("http", "https")];
  for (const uri of refused) {
    await assert.rejects(server.sealwax("client", "add", "--id", "never", "--grant", "client_credentials", "--scope", "notes:read", "--jwks-uri", uri), /jwks_uri/, uri);
  }
  await new Promise((done) => listener.close(done));
  assert.equal(heard, 0);
});
