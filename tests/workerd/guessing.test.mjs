// Guessing limits on the real runtime: many at once, lost answers, and the platform's limit of each address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const FREE = 10;

/** A browser and its sign-in page; `attempt(username, password, headers)` posts it. */
async function atSignIn(server) {
  const agent = new UserAgent();
  const page = await agent.get(`${server.url}/account`);
  const form = page.form();
  const attempt = (username, password, headers = {}) =>
    agent.request(form.action, { method: "POST", body: form.filled({ username, password }), headers: { origin: page.url.origin, ...headers } });
  return { agent, attempt };
}

test("of twenty guesses at once ten are looked at, and the others have to wait", async (t) => {
  const server = await startSeeded({ t, clients: [] });
  for (const username of ["ada", "nobody"]) {
    const { attempt } = await atSignIn(server);
    const [answers, { kv, ledger }] = await server.counting(() => Promise.all(Array.from({ length: 20 }, () => attempt(username, "wrong password"))));
    const waiting = answers.filter(({ status }) => status === 429);
    assert.equal(answers.filter(({ status }) => status === 400).length, FREE);
    assert.equal(waiting.length, 20 - FREE);
    for (const { headers } of waiting) assert.match(headers.get("retry-after"), /^1[0-5]$/);
    assert.deepEqual([kv.get, ledger], [FREE, 20]);
  }
});

test("a lost answer of the ledger is asked for once more; without any answer nobody is let in and nothing is read", async (t) => {
  const server = await startSeeded({ t, clients: [] });
  const { agent, attempt } = await atSignIn(server);
  const { username, password } = user("ada");
  for (const kind of ["throw", "lost", "500"]) {
    await server.fault({ ledger: { kind, times: 1 } });
    assert.equal((await attempt(username, password)).status, 303, kind);
  }
  await server.fault({ ledger: "throw" });
  const [refused, { kv }] = await server.counting(() => attempt(username, password));
  assert.equal(refused.status, 503, refused.text());
  assert.equal(kv.get, 0);
  await server.fault({});
  assert.match((await agent.get(`${server.url}/account`)).text(), /This browser/);
});

test("an address that tries many names has to wait, another one not", async (t) => {
  const server = await startSeeded({ t, clients: [], addresses: true });
  const { attempt } = await atSignIn(server);
  const from = (address) => ({ "cf-connecting-ip": address });
  const limit = 30; // of wrangler.toml
  // The platform counts by periods of its own, and one may begin meanwhile.
  let refused;
  for (let n = 0; n <= 2 * limit && refused === undefined; n += 1) {
    const answer = await attempt(`nobody-${n}`, "wrong password", from("203.0.113.7"));
    if (answer.status !== 400) refused = answer;
  }
  assert.equal(refused?.status, 429);
  assert.equal(refused.headers.get("retry-after"), "60");
  assert.match(refused.text(), /Too many attempts/);
  assert.equal((await attempt("nobody", "wrong password", from("203.0.113.8"))).status, 400);
});
