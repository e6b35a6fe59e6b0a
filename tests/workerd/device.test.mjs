// Devices without a browser (RFC 8628) on the real ledger: what each step costs, many at once, and what fails on the way.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { call, token } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, fixtures, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const tv = client("tv");

let server;
before(async () => {
  server = await startSeeded({ clients: ["tv", "console", "api"], users: ["ada", "dora", "dan"] });
});
after(() => server?.stop());

const begin = async (params = {}, at = server) => {
  const { status, body } = await call(at.url, "/device_authorization", tv, { scope: "notes:read", ...params });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const poll = ({ device_code }, at = server) => token(at.url, tv, { grant_type: GRANT, device_code });
const times = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));

/** A browser in which somebody has signed in, at the page that asks for the code. Codes are counted: a day later, anew. */
async function signedIn(username = "dora", { later = DAY } = {}) {
  if (later) await server.advance(later);
  const agent = new UserAgent();
  const asked = await agent.get(`${server.url}/device`);
  const page = await agent.follow(await agent.submit(asked, { fields: { username, password: user(username).password } }));
  assert.ok(page.form("user_code"), page.text());
  return { agent, page };
}

async function question({ user_code }, { agent, page }) {
  const asked = await agent.submit(page, { fields: { user_code } });
  assert.ok(asked.form("decision"), asked.text());
  return asked;
}

async function connect(codes, { agent, page }) {
  const answer = await agent.submit(await question(codes, { agent, page }), { button: "allow" });
  assert.match(answer.body, /id="device_allowed"/, answer.text());
}

/** { reads, writes, ledger } of one action; a listing or deletion counts as a write, so that nothing hides there. */
async function cost(action) {
  const [value, { kv, ledger, objectKv, log }] = await server.counting(action);
  const inObject = objectKv.get + objectKv.put + objectKv.delete + objectKv.list;
  return [value, { reads: kv.get, writes: kv.put + kv.delete + kv.list, ledger, inObject }, log];
}

/** The object that a user code's row is in, and the row's name (src/oauth/user_code.rs, src/store/ledger.rs). */
function rowOf({ user_code }) {
  const hash = createHash("sha256").update("user_code\0").update(user_code.replace("-", "")).update("\0").digest();
  return { object: `d/${hash.readUInt16BE(0) % 64}`, id: hash.subarray(0, 16) };
}

async function rows(codes) {
  const { object } = rowOf(codes);
  const [{ n }] = await server.ledgerRows(object, "SELECT COUNT(*) AS n FROM device");
  return n;
}

test("what each step costs", async () => {
  const visitor = await signedIn();
  const { agent, page } = visitor;
  await call(server.url, "/device_authorization", tv, { scope: "notes:read" }); // the client's record is held from now on
  const [codes, beginning, log] = await cost(() => begin({ scope: "notes:read offline_access" }));
  assert.deepEqual(beginning, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, log.join("\n"));
  const [pending, polling, pollLog] = await cost(() => poll(codes));
  assertRefused(pending, 400, "authorization_pending");
  assert.deepEqual(polling, beginning, pollLog.join("\n"));
  const [, looking, lookLog] = await cost(() => agent.get(`${server.url}/device?user_code=${codes.user_code}`));
  assert.deepEqual(looking, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, lookLog.join("\n"));
  const [asked, typing, typeLog] = await cost(() => question(codes, { agent, page }));
  assert.deepEqual(typing, { reads: 0, writes: 0, ledger: 3, inObject: 0 }, typeLog.join("\n"));
  const [allowed, deciding, decideLog] = await cost(() => agent.submit(asked, { button: "allow" }));
  assert.match(allowed.body, /id="device_allowed"/);
  assert.deepEqual(deciding, { reads: 1, writes: 1, ledger: 2, inObject: 0 }, decideLog.join("\n"));
  const [tokens, redeeming, redeemLog] = await cost(() => poll(codes));
  assert.equal(tokens.status, 200, JSON.stringify(tokens.body));
  assert.deepEqual(redeeming, { reads: 1, writes: 0, ledger: 2, inObject: 0 }, redeemLog.join("\n"));
  for (const code of ["AEIO-UAEI", "", "BBBB"]) {
    const [refused, typo, typoLog] = await cost(() => agent.submit(page, { fields: { user_code: code } }));
    assert.equal(refused.status, 400);
    assert.deepEqual(typo, looking, typoLog.join("\n"));
  }
});

test("refused calls make none of the ledger", async () => {
  const codes = await begin();
  const nothing = { reads: 0, writes: 0, ledger: 0, inObject: 0 };
  const console = client("console");
  await call(server.url, "/device_authorization", console, {});
  for (const action of [
    () => call(server.url, "/device_authorization", tv, { scope: "unknown" }),
    () => call(server.url, "/device_authorization", tv, { resource: "https://elsewhere.example" }),
    () => token(server.url, console, { grant_type: GRANT, device_code: codes.device_code }),
    () => poll({ device_code: "x" }),
  ]) {
    const [answer, count, log] = await cost(action);
    assert.equal(answer.status, 400);
    assert.deepEqual(count, nothing, log.join("\n"));
  }
});

test("of twenty polls at once exactly one gets tokens, and these stay good", async () => {
  const visitor = await signedIn();
  const codes = await begin({ scope: "notes:read offline_access" });
  await connect(codes, visitor);
  const answers = await times(20, () => poll(codes));
  const [winner, ...more] = answers.filter(({ status }) => status === 200);
  assert.ok(winner, "nobody got tokens");
  assert.equal(more.length, 0);
  for (const answer of answers) if (answer !== winner) assertRefused(answer, 400, "invalid_grant");
  const renewed = await token(server.url, tv, { grant_type: "refresh_token", refresh_token: winner.body.refresh_token });
  assert.equal(renewed.status, 200);
});

test("of polls at once one is in time and the others are told to slow down, each five seconds more", async () => {
  const codes = await begin();
  const answers = await times(5, () => poll(codes));
  assert.deepEqual(answers.map(({ body }) => body.error).sort(), ["authorization_pending", "slow_down", "slow_down", "slow_down", "slow_down"]);
  await server.advance(23 * SECOND);
  assertRefused(await poll(codes), 400, "slow_down");
  await server.advance(31 * SECOND);
  assertRefused(await poll(codes), 400, "authorization_pending");
});

test("of yes and no at once one counts, for both pages and for the device", async () => {
  // One's day must not pass while the other is about to send the password.
  await server.advance(DAY);
  const visitors = await times(2, (i) => signedIn(["dora", "dan"][i], { later: 0 }));
  const codes = await begin();
  const pages = await Promise.all(visitors.map((visitor) => question(codes, visitor)));
  const answers = await times(2, (i) => visitors[i].agent.submit(pages[i], { button: ["allow", "deny"][i] }));
  const done = answers.map(({ body }) => /id="device_(allowed|denied)"/.exec(body)?.[1]);
  assert.equal(done.filter(Boolean).length, 1, `${done}`);
  const polled = await poll(codes);
  if (done[0]) assert.equal(polled.status, 200);
  else assertRefused(polled, 400, "access_denied");
});

test("of twenty guesses at once ten are looked at, and the others have to wait, in every browser of the user", async () => {
  const { agent, page } = await signedIn("dan");
  const guess = () => agent.submit(page, { fields: { user_code: "BBBB-BBBB" } });
  const answers = await times(20, guess);
  assert.equal(answers.filter(({ status }) => status === 400).length, 10);
  const waiting = answers.filter(({ status }) => status === 429);
  assert.equal(waiting.length, 10);
  for (const { headers } of waiting) assert.match(headers.get("retry-after"), /^1[0-5]$/);
});

test("an answer of the ledger that is lost is asked for once more, at every step", async () => {
  const { agent, page } = await signedIn();
  const lost = async (action) => {
    await server.fault({ ledger: { kind: "lost", times: 1 } });
    const [value, { ledger }] = await server.counting(action);
    await server.fault({});
    return [value, ledger];
  };
  const [codes, beginning] = await lost(() => begin());
  assert.equal(beginning, 2);
  const [pending, polling] = await lost(() => poll(codes));
  assertRefused(pending, 400, "authorization_pending");
  assert.equal(polling, 2);
  const [asked] = await lost(() => question(codes, { agent, page }));
  const [allowed] = await lost(() => agent.submit(asked, { button: "allow" }));
  assert.match(allowed.body, /id="device_allowed"/);
  const [tokens, redeeming] = await lost(() => poll(codes));
  assert.equal(tokens.status, 200);
  assert.equal(redeeming, 3);
});

for (const fault of ["throw", "500", "hang", "garbage"]) {
  test(`while the ledger is down (${fault}) everything is put off, and nothing is lost`, async () => {
    const { agent, page } = await signedIn();
    const codes = await begin();
    const asked = await question(codes, { agent, page });
    await server.fault({ ledger: fault });
    const begun = await call(server.url, "/device_authorization", tv, { scope: "notes:read" });
    const polled = await poll(codes);
    const decided = await agent.submit(asked, { button: "allow" });
    await server.fault({});
    assertRefused(begun, 503, "temporarily_unavailable");
    assertRefused(polled, 503, "temporarily_unavailable");
    assert.equal(decided.status, 503);
    await server.advance(5 * SECOND);
    assertRefused(await poll(codes), 400, "authorization_pending");
    assert.match((await agent.submit(asked, { button: "allow" })).body, /id="device_allowed"/);
    await server.fault({ ledger: fault });
    assertRefused(await poll(codes), 503, "temporarily_unavailable");
    await server.fault({});
    assert.equal((await poll(codes)).status, 200);
  });
}

test("a row is kept two minutes after its code's end, and then swept", async () => {
  const codes = await begin();
  const { object, id } = rowOf(codes);
  const [row] = await server.ledgerRows(object, "SELECT LENGTH(row) AS length FROM device WHERE id = ?", new Uint8Array(id));
  assert.ok(row.length < 300, `${row.length} bytes`);
  await server.advance(11 * 60 * SECOND);
  assertRefused(await poll(codes), 400, "expired_token");
  await server.runAlarm(object);
  assert.ok((await rows(codes)) >= 1);
  await server.advance(61 * SECOND);
  await server.runAlarm(object);
  assert.equal(await rows(codes), 0);
});

test("codes stand in no log", async () => {
  const visitor = await signedIn();
  const codes = await begin();
  await connect(codes, visitor);
  await poll(codes);
  await server.flushed();
  const log = server.logs().map(({ message }) => message).join("\n");
  assert.ok(log.includes("device_allowed") && log.includes("device_code_redeemed"));
  for (const secret of [codes.device_code, codes.user_code]) assert.ok(!log.includes(secret));
});

test("a runtime without the ledger has no devices, and does not speak of them", async (t) => {
  const other = await startSealwax({ t, ledger: false, vars: { ...fixtures.variables, LEDGER: "off" } });
  for (const path of ["/device", "/device_authorization"]) assert.equal((await other.fetch(path)).status, 404, path);
  const metadata = await (await other.fetch("/.well-known/openid-configuration")).text();
  assert.ok(!metadata.includes("device"), metadata);
});

// RFC 8628 §3.1: scripts of other origins may begin, as on the token endpoint.
test("CORS", async () => {
  const headers = { origin: "https://elsewhere.example", "access-control-request-method": "POST" };
  const preflight = await server.fetch("/device_authorization", { method: "OPTIONS", headers });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  const page = await server.fetch("/device", { method: "OPTIONS", headers });
  assert.equal(page.status, 405);
  assert.equal(page.headers.get("access-control-allow-origin"), null);
});
