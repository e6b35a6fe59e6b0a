// The device grant on the real ledger: what it costs, that it is redeemed once, and what holds while the ledger fails.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, token } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { client, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

let server;
before(async () => {
  server = await startSeeded({ clients: ["tv"], users: ["ada", "bob"] });
});
after(() => server?.stop());

const tv = client("tv");
const ask = (params = { scope: "openid notes:read offline_access" }, by = tv) => call(server.url, "/device_authorization", by, params);
const poll = ({ device_code: code }, by = tv, at = server) => token(at.url, by, { grant_type: GRANT, device_code: code });
const times = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));

async function asked(params, by) {
  const { status, body } = await ask(params, by);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Signs in where the device's code leads and stops at what the device asks for. */
async function shown(device, { username = "ada", agent = new UserAgent() } = {}) {
  let page = await agent.get(`${server.url}/device?user_code=${device.user_code}`);
  if (page.form("password")) page = await agent.follow(await agent.submit(page, { form: page.form("password"), fields: user(username) }));
  return { agent, page: await agent.submit(page, { form: page.form("user_code") }) };
}

async function allowed(device, options) {
  const { agent, page } = await shown(device, options);
  const done = await agent.submit(page, { button: "allow" });
  assert.equal(done.status, 200, done.text());
  return agent;
}

async function cost(action) {
  const [value, { kv, ledger, objectKv, log }] = await server.counting(action);
  const inObject = objectKv.get + objectKv.put + objectKv.delete + objectKv.list;
  return [value, { reads: kv.get, writes: kv.put + kv.delete + kv.list, ledger, inObject }, log];
}

test("what each step costs", async () => {
  await asked(); // the client's record is held from now on
  const [{ body: device }, begun, begunLog] = await cost(() => ask());
  assert.deepEqual(begun, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, begunLog.join("\n"));
  const [pending, polled, polledLog] = await cost(() => poll(device));
  assertRefused(pending, 400, "authorization_pending");
  assert.deepEqual(polled, { reads: 0, writes: 0, ledger: 1, inObject: 0 }, polledLog.join("\n"));
  const agent = await allowed(await asked()); // signed in, with a consent noted
  const entry = await agent.get(`${server.url}/device?user_code=${device.user_code}`);
  const [page, looked, lookedLog] = await cost(() => agent.submit(entry, { form: entry.form("user_code") }));
  assert.deepEqual(looked, { reads: 0, writes: 0, ledger: 3, inObject: 0 }, lookedLog.join("\n")); // alive? may try? what?
  const [done, decided, decidedLog] = await cost(() => agent.submit(page, { button: "allow" }));
  assert.equal(done.status, 200);
  assert.deepEqual(decided, { reads: 1, writes: 1, ledger: 2, inObject: 0 }, decidedLog.join("\n"));
  const [tokens, redeemed, redeemedLog] = await cost(() => poll(device));
  assert.equal(tokens.status, 200, JSON.stringify(tokens.body));
  assert.deepEqual(redeemed, { reads: 1, writes: 0, ledger: 2, inObject: 0 }, redeemedLog.join("\n"));
  const [wrong, refused, refusedLog] = await cost(() => poll({ device_code: "x" }));
  assertRefused(wrong, 400, "invalid_grant");
  assert.deepEqual(refused, { reads: 0, writes: 0, ledger: 0, inObject: 0 }, refusedLog.join("\n"));
});

test("of twenty polls at once exactly one has tokens, and what it got stays good", async () => {
  const device = await asked();
  await allowed(device);
  const answers = await times(20, () => poll(device));
  const winners = answers.filter(({ status }) => status === 200);
  assert.equal(winners.length, 1);
  for (const answer of answers) if (answer !== winners[0]) assertRefused(answer, 400, "invalid_grant");
  assert.equal((await token(server.url, tv, { grant_type: "refresh_token", refresh_token: winners[0].body.refresh_token })).status, 200);
});

test("of two users who answer at once one counts", async () => {
  const device = await asked();
  const [ada, bob] = [await shown(device), await shown(device, { username: "bob" })];
  const answers = await Promise.all([ada, bob].map(({ agent, page }) => agent.submit(page, { button: "allow" })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  assert.equal((await poll(device)).status, 200);
});

test("a lost answer of the ledger is asked for again", async () => {
  const lost = () => server.fault({ ledger: { kind: "lost", times: 1 } });
  await lost();
  const device = await asked();
  await lost();
  assertRefused(await poll(device), 400, "authorization_pending");
  const { agent, page } = await shown(device);
  await lost();
  assert.equal((await agent.submit(page, { button: "allow" })).status, 200);
  await lost();
  assert.equal((await poll(device)).status, 200);
  await server.fault({});
  assertRefused(await poll(device), 400, "invalid_grant");
});

for (const fault of ["throw", "500", "hang"]) {
  test(`while the ledger is down (${fault}) nothing is answered, and nothing is lost`, async () => {
    const device = await asked();
    await allowed(device);
    await server.fault({ ledger: fault });
    assertRefused(await ask(), 503, "temporarily_unavailable");
    assertRefused(await poll(device), 503, "temporarily_unavailable");
    await server.fault({});
    assert.equal((await poll(device)).status, 200);
  });
}
