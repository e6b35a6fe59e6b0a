// A code works once, whatever goes wrong on the way to the ledger.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused } from "../harness/refusal.mjs";
import { getCode, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

const SECOND = 1000;
const OFFLINE = { scope: "openid offline_access" };

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa"] });
});
after(() => server?.stop());

const times = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));

test("of twenty redemptions at once exactly one succeeds, and what it got stays good", async () => {
  const got = await getCode(server, { params: OFFLINE });
  const answers = await times(20, () => redeem(server, got));
  const [winner, ...more] = answers.filter(({ status }) => status === 200);
  assert.ok(winner, "nobody got tokens");
  assert.equal(more.length, 0);
  for (const answer of answers) if (answer !== winner) assertRefused(answer, 400, "invalid_grant");
  assert.equal((await refresh(server, got, winner.body.refresh_token)).status, 200);
});

test("of right and wrong verifiers at once only a right one wins, and only once", async () => {
  const got = await getCode(server, { params: OFFLINE });
  const answers = await times(20, (i) => redeem(server, got, { params: i % 2 ? {} : { code_verifier: "w".repeat(43) } }));
  assert.deepEqual(answers.flatMap(({ status }, i) => (status === 200 ? [i % 2] : [])), [1]);
});

test("an answer of the ledger that is lost burns nothing: the retry is told it was the first", async () => {
  const got = await getCode(server, { params: OFFLINE });
  await server.fault({ ledger: { kind: "lost", times: 1 } });
  const [answer, { ledger }] = await server.counting(() => redeem(server, got));
  await server.fault({});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(ledger, 2);
  assertRefused(await redeem(server, got), 400, "invalid_grant");
  assert.equal((await refresh(server, got, answer.body.refresh_token)).status, 200);
});

for (const fault of ["throw", "500", "hang"]) {
  test(`while the ledger is down (${fault}) a redemption is put off, and the code stays good`, async () => {
    const got = await getCode(server);
    await server.fault({ ledger: fault });
    const answer = await redeem(server, got);
    await server.fault({});
    assertRefused(answer, 503, "temporarily_unavailable");
    assert.equal((await redeem(server, got)).status, 200);
  });
}

test("while the ledger is down a wrong request is refused as ever", async () => {
  const got = await getCode(server);
  await server.fault({ ledger: "throw" });
  const wrong = [
    [await redeem(server, got, { params: { code_verifier: "w".repeat(43) } }), 400, "invalid_grant"],
    [await redeem(server, got, { params: { redirect_uri: "https://evil.example/" } }), 400, "invalid_grant"],
    [await redeem(server, got, { client: { ...got.client, secret: "x".repeat(43) } }), 401, "invalid_client"],
  ];
  await server.fault({});
  for (const refusal of wrong) assertRefused(...refusal);
});

test("while the ledger is down a rotating token is put off and stays good", async () => {
  const got = await getCode(server, { client: "spa", params: OFFLINE });
  const { body } = await redeem(server, got);
  await server.fault({ ledger: "throw" });
  const answer = await refresh(server, got, body.refresh_token);
  await server.fault({});
  assertRefused(answer, 503, "temporarily_unavailable");
  assert.equal((await refresh(server, got, body.refresh_token)).status, 200);
});

test("a rotating token used ten times at once renews each time, and the family lives on", async () => {
  const got = await getCode(server, { client: "spa", params: OFFLINE });
  const { body } = await redeem(server, got);
  const answers = await times(10, () => refresh(server, got, body.refresh_token));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  for (const { body: renewed } of answers) assert.equal((await refresh(server, got, renewed.refresh_token)).status, 200);
});

test("a replay whose revocation cannot be stored is 503, and once it can be, the tokens are dead", async () => {
  const got = await getCode(server, { params: OFFLINE });
  const { body } = await redeem(server, got);
  await server.advance(11 * SECOND);
  await server.fault({ kv: { put: "429" } });
  const answer = await redeem(server, got);
  await server.fault({});
  assertRefused(answer, 503, "temporarily_unavailable");
  assertRefused(await redeem(server, got), 400, "invalid_grant");
  assertRefused(await refresh(server, got, body.refresh_token), 400, "invalid_grant");
});

test("the ledger forgets a code two minutes after its end, and the code is refused all the same", async () => {
  const got = await getCode(server);
  const [answer, { log }] = await server.counting(() => redeem(server, got));
  assert.equal(answer.status, 200);
  const [, object] = /^ledger (\S+) \/spend\//.exec(log.find((line) => line.startsWith("ledger"))) ?? [];
  const rows = async () => (await server.ledgerRows(object, "SELECT count(*) AS n FROM spent"))[0].n;
  assert.ok((await rows()) >= 1);
  await server.advance(181 * SECOND);
  await server.runAlarm(object);
  assert.equal(await rows(), 0);
  assertRefused(await redeem(server, got), 400, "invalid_grant");
});
