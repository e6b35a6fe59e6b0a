// What this server fetches and keeps, and what it never asks: documents that clients name, on the real runtime. Names of
// the public Internet are led to a server of the test.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { assertRefused } from "../harness/refusal.mjs";
import { startSeeded } from "../harness/seeded.mjs";

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SECOND = 1000;

let server;
let listener;
let port;
let record;
let moved = 0;
let key;
let jwks;
let headers = {};
/** The paths that were asked for at the test's own server. */
const asked = [];

before(async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  key = pair.privateKey;
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k" }] });
  listener = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(jwks);
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  port = listener.address().port;
  const uri = "https://keys.company.com/model.json";
  const model = { client_id: "model", grant_types: ["client_credentials"], scope: "notes:read", token_endpoint_auth_method: "private_key_jwt", jwks_uri: uri };
  server = await startSeeded({ clients: [model], users: [] });
  record = JSON.parse(await server.kv.get("client/model"));
});
after(async () => {
  await server?.stop();
  listener?.closeAllConnections();
  await new Promise((done) => listener.close(done));
});
beforeEach(async () => {
  asked.length = 0;
  headers = {};
  await server.fault({});
});

/** Writes the record of a client whose keys are there, as a registration that did not look would. */
async function plant(jwks_uri, more) {
  const id = randomUUID();
  await server.kv.put(`client/${id}`, JSON.stringify({ ...record, client_id: id, jwks_uri, ...more }));
  return id;
}

async function ask(id, { kid = "k" } = {}) {
  const now = Math.floor((Date.now() + moved) / SECOND);
  const claims = { iss: id, sub: id, aud: server.issuer, jti: randomUUID(), iat: now, exp: now + 60 };
  const assertion = await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).sign(key);
  const body = new URLSearchParams({ grant_type: "client_credentials", client_assertion_type: TYPE, client_assertion: assertion });
  const answer = await fetch(`${server.url}/token`, { method: "POST", body });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

async function succeeds(id, options) {
  const answer = await ask(id, options);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

async function advance(ms) {
  await server.advance(ms);
  moved += ms;
}

/** A client whose keys stand at a host of its own, and the path that is asked for there. */
async function published(name) {
  const host = `${name}.company.com`;
  leads[host] = `http://127.0.0.1:${port}`;
  await server.lead(leads);
  return plant(`https://${host}/${name}`);
}
const leads = {};

test("a public name is asked, over https on its usual port", async () => {
  leads["keys.company.com"] = `http://127.0.0.1:${port}`;
  await server.lead(leads);
  await succeeds("model");
  assert.deepEqual(asked, ["/model.json"]);
  assert.deepEqual((await server.fetched()).map(({ method, url }) => `${method} ${url}`), ["GET https://keys.company.com/model.json"]);
});

test("nothing is sent to addresses, to names that are not public, to other ports, and to this server", async () => {
  const before = (await server.fetched()).length;
  const hosts = ["127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1.", "printer.local", "localhost.localdomain", "intranet", "db.internal", "keys.company.com.", "keys..company.com", "%6c%6f%63%61%6c%68%6f%73%74", "user@keys.company.com", "user:pass@127.0.0.1", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "xn--localhost-", "keys.company.com\\@127.0.0.1", "127.0.0.1\\@keys.company.com", "127.0.0.1\t", "127.0.\n0.1"];
  const uris = hosts.flatMap((host) => [`https://${host}/x`, `https://${host}:${port}/x`]);
  uris.push(`http://keys.company.com/x`, `http://keys.company.com:${port}/x`, `http://0.0.0.0:${port}/x`, `http://a.localhost:${port}/x`, `http://user@localhost:${port}/x`, `${server.issuer}/.well-known/jwks.json`, `${server.url}/.well-known/jwks.json`, `HTTP://LOCALHOST:${new URL(server.url).port}/.well-known/jwks.json`, `ftp://127.0.0.1:${port}/x`, `ws://127.0.0.1:${port}/x`, `//127.0.0.1:${port}/x`, "data:application/json,{}", "file:///etc/passwd", "javascript:alert(1)");
  for (const uri of uris) {
    const answer = await ask(await plant(uri));
    assertRefused(answer, 503, "temporarily_unavailable");
  }
  assert.deepEqual([asked, (await server.fetched()).slice(before)], [[], []]);
});

// Who listens on this machine is told by this one, which the exception for local issuers lets through: the test above
// would see what arrives.
test("for a local issuer this machine is asked in the name of the operator's clients", async () => {
  for (const host of ["127.0.0.1", "localhost"]) await succeeds(await plant(`http://${host}:${port}/${host}`));
  assert.deepEqual(asked, ["/127.0.0.1", "/localhost"]);
});

test("a redirect leads nowhere", async (t) => {
  let heard = 0;
  const elsewhere = createServer((_, response) => {
    heard += 1;
    response.end(jwks);
  });
  await new Promise((ready) => elsewhere.listen(0, "127.0.0.1", ready));
  const moves = createServer((request, response) => {
    const location = `http://127.0.0.1:${elsewhere.address().port}/`;
    response.writeHead(Number(request.url.slice(1)), { location }).end(jwks);
  });
  await new Promise((ready) => moves.listen(0, "127.0.0.1", ready));
  t.after(() => {
    for (const one of [elsewhere, moves]) {
      one.closeAllConnections();
      one.close();
    }
  });
  for (const status of [301, 302, 303, 307, 308]) {
    assertRefused(await ask(await plant(`http://127.0.0.1:${moves.address().port}/${status}`)), 503, "temporarily_unavailable");
  }
  assert.equal(heard, 0);
});

test("a document lives as its headers say: five minutes, or as long as it is told, less its age", async () => {
  const lives = [
    ["unsaid", {}, 300],
    ["told", { "cache-control": "public, max-age=120" }, 120],
    ["aged", { "cache-control": "max-age=3600", age: "3500" }, 100],
    ["long", { "cache-control": "max-age=31536000" }, 86_400],
    // Keys are held for a minute all the same, like a client's record.
    ["forbidden", { "cache-control": "no-store" }, 60],
  ];
  for (const [name, more] of lives) {
    headers = more;
    const id = await published(name);
    for (let n = 0; n < 3; n += 1) await succeeds(id);
    assert.deepEqual(asked.splice(0), [`/${name}`]);
    Object.assign(leads, { [name]: id });
  }
  let now = 0;
  for (const [name, more, seconds] of lives.toSorted((a, b) => a[2] - b[2])) {
    headers = more;
    await advance((seconds - now - 10) * SECOND);
    await succeeds(leads[name]);
    assert.deepEqual(asked.splice(0), [], `${name} after ${seconds - 10} s`);
    await advance(11 * SECOND);
    now = seconds + 1;
    await succeeds(leads[name]);
    assert.deepEqual(asked.splice(0), [`/${name}`], `${name} after ${now} s`);
  }
});

test("an unknown key is asked for once a minute, also where the keys forbid to be kept", async () => {
  headers = { "cache-control": "no-store" };
  const id = await published("unknown");
  for (let minute = 0; minute < 2; minute += 1) {
    for (let n = 0; n < 5; n += 1) assertRefused(await ask(id, { kid: `other-${n}` }), 401, "invalid_client");
    assert.equal(asked.splice(0).length, 1, `minute ${minute}`);
    await advance(61 * SECOND);
  }
});

test("what is kept is not garbage for longer than a minute", async () => {
  headers = { "cache-control": "max-age=86400" };
  const id = await published("mended");
  const good = jwks;
  jwks = "<html>";
  for (let n = 0; n < 2; n += 1) assertRefused(await ask(id), 503, "temporarily_unavailable");
  jwks = good;
  assertRefused(await ask(id), 503, "temporarily_unavailable");
  assert.equal(asked.length, 1);
  await advance(61 * SECOND);
  await succeeds(id);
});

test("one host is asked sixty times a minute at most, and others go on", async () => {
  const host = "busy.company.com";
  leads[host] = `http://127.0.0.1:${port}`;
  await server.lead(leads);
  const answers = [];
  for (let n = 0; n < 62; n += 1) answers.push((await ask(await plant(`https://${host}/${n}`))).status);
  assert.deepEqual(answers, [...Array(60).fill(200), 503, 503]);
  assert.equal(asked.length, 60);
  await succeeds(await published("quiet"));
  await advance(61 * SECOND);
  await succeeds(await plant(`https://${host}/later`));
});

test("request objects leave half of that to keys: whoever repeats a link does not shut a client out", async () => {
  const host = "objects.company.com";
  leads[host] = `http://127.0.0.1:${port}`;
  await server.lead(leads);
  const redirect_uri = "https://app.company.com/cb";
  for (let n = 0; n < 4; n += 1) {
    const request_uris = Array.from({ length: 8 }, (_, m) => `https://${host}/${n}/${m}`);
    const id = await plant(`https://${host}/keys`, { grant_types: ["authorization_code"], redirect_uris: [redirect_uri], request_uris });
    for (const request_uri of request_uris) {
      const answer = await server.fetch(`/authorize?${new URLSearchParams({ client_id: id, redirect_uri, request_uri })}`);
      // What is there is a key set, and no object.
      const error = asked.length < 30 || request_uri.endsWith("/3/5") ? "invalid_request_uri" : "temporarily_unavailable";
      assert.match(answer.headers.get("location") ?? "", new RegExp(`error=${error}`));
    }
  }
  assert.equal(asked.length, 30);
  await succeeds(await plant(`https://${host}/keys`));
});

test("the location's cache is asked when the isolate has forgotten, and holds nothing that forbids it", async () => {
  const kept = await published("kept");
  headers = { "cache-control": "max-age=3600" };
  const [, first] = await server.counting(() => succeeds(kept));
  assert.deepEqual(first.log.filter((line) => line.startsWith("cache")).map((line) => line.split(" ")[1]), ["match", "put"]);
  headers = { "cache-control": "no-store" };
  const forbidden = await published("not-kept");
  const [, second] = await server.counting(() => succeeds(forbidden));
  assert.deepEqual(second.log.filter((line) => line.startsWith("cache")).map((line) => line.split(" ")[1]), ["match"]);
  // The isolate holds 64 documents: as many others push these out.
  headers = {};
  for (let n = 0; n < 64; n += 1) await succeeds(await published(`crowd-${n}`));
  asked.length = 0;
  await succeeds(kept);
  assert.deepEqual(asked, []);
  await succeeds(forbidden);
  assert.deepEqual(asked, ["/not-kept"]);
});

for (const kind of ["throw", "hang"]) {
  test(`without the location's cache (${kind}) documents are fetched, and kept in the isolate`, async () => {
    const id = await published(`uncached-${kind}`);
    await server.fault({ cache: kind });
    for (let n = 0; n < 2; n += 1) await succeeds(id);
    assert.equal(asked.length, 1);
  });
}
