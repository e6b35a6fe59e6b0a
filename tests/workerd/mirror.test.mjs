// What the ledger keeps of a user, and its copy in KV, when things go wrong on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;

let server;
before(async () => {
  server = await startSeeded({ clients: ["web"] });
});
after(() => server?.stop());

const revoke = ({ client, refresh_token: token }) => call(server.url, "/revoke", client, { token });

async function family() {
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  return { got, ...body, client: got.client };
}

/** The object that was called last. */
const object = (log) => /^ledger (\S+) /.exec(log.findLast((line) => line.startsWith("ledger s/")))[1];

test("a write to KV that was given up and arrives late is written over", async () => {
  const [first, second] = [await family(), await family()];
  await server.fault({ kv: { put: { kind: "hang", times: 1 } } });
  assertRefused(await revoke(first), 503, "temporarily_unavailable");
  await server.fault({});
  const [answer, { log }] = await server.counting(() => revoke(second));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const [{ name }] = await server.kv.list("revoked/");
  const holds = await server.kv.get(name);
  assert.equal(Object.keys(JSON.parse(holds).families).length, 2);
  // The first write arrives now.
  await server.kv.put(name, "{}");
  assert.equal((await refresh(server, second.got, second.refresh_token)).status, 200);
  await server.advance(61 * SECOND);
  await server.runAlarm(object(log));
  assert.deepEqual(JSON.parse(await server.kv.get(name)), JSON.parse(holds));
  assertRefused(await refresh(server, first.got, first.refresh_token), 400, "invalid_grant");
  assertRefused(await refresh(server, second.got, second.refresh_token), 400, "invalid_grant");
  // Once: the next alarm writes nothing.
  await server.advance(61 * SECOND);
  const [, { objectKv }] = await server.counting(() => server.runAlarm(object(log)));
  assert.equal(objectKv.put, 0);
});

test("of a user's sign-ins the newest fifty are kept, and everywhere ends them all", async (t) => {
  const one = await startSeeded({ t }); // the operator's calls go by a clock that was not moved
  const agent = new UserAgent();
  const page = await agent.get(`${one.url}/account`);
  let log;
  for (let i = 0; i < 53; i++) {
    const [signedIn, counted] = await one.counting(() => agent.submit(page, { fields: user("ada") }));
    assert.equal(signedIn.status, 303, signedIn.text?.());
    log = counted.log;
  }
  const rows = async () => (await one.ledgerRows(object(log), "SELECT count(*) AS n FROM sign_in"))[0].n;
  assert.equal(await rows(), 50);
  await one.sealwax("revoke", "user", "ada");
  assert.equal(await rows(), 0);
});
