// What ends a token, and when that is seen, on the real ledger and KV.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, userinfo } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { client, getCode, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

const SECOND = 1000;
const OFFLINE = { scope: "openid offline_access" };
const CLIENTS = ["web", "spa", "careful", "api"];

let server;
before(async () => {
  server = await startSeeded({ clients: CLIENTS });
});
after(() => server?.stop());

const times = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));
const introspect = (one, token, by = client("web")) => call(one.url, "/introspect", by, { token });
const revoke = (one, token, by = client("web")) => call(one.url, "/revoke", by, { token });

/** A sign-in that goes on: { got, tokens }. */
async function family(one, id = "web") {
  const got = await getCode(one, { client: id, params: OFFLINE });
  const { body: tokens } = await redeem(one, got);
  return { got, tokens };
}

/** Runs `action` while bindings of `one` fail. */
async function during(one, faults, action) {
  await one.fault(faults);
  try {
    return await action();
  } finally {
    await one.fault({});
  }
}

for (const id of ["spa", "careful", "web"]) {
  test(`of twenty refreshes at once with one token all succeed, and the client goes on (${id})`, async () => {
    const { got, tokens } = await family(server, id);
    const answers = await times(20, () => refresh(server, got, tokens.refresh_token));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    // The newest it holds, and whichever of the others came last.
    for (const { body } of answers) {
      assert.equal((await refresh(server, got, body.refresh_token ?? tokens.refresh_token)).status, 200);
    }
  });
}

test("an answer that was lost on the way to the client costs nothing within the grace period", async () => {
  const { got, tokens } = await family(server, "spa");
  await refresh(server, got, tokens.refresh_token);
  await server.advance(20 * SECOND);
  const { status, body } = await refresh(server, got, tokens.refresh_token);
  assert.equal(status, 200);
  assert.equal((await refresh(server, got, body.refresh_token)).status, 200);
});

test("the replay of an older generation after the grace period ends the family everywhere, and the log says why", async () => {
  const { got, tokens } = await family(server, "careful");
  const { body: renewed } = await refresh(server, got, tokens.refresh_token);
  await server.advance(31 * SECOND);
  assertRefused(await refresh(server, got, tokens.refresh_token), 400, "invalid_grant");
  assertRefused(await refresh(server, got, renewed.refresh_token), 400, "invalid_grant");
  assertRefused(await userinfo(server.url, renewed.access_token), 401, "invalid_token");
  for (const token of [renewed.access_token, renewed.refresh_token, tokens.refresh_token]) {
    assert.deepEqual((await introspect(server, token, client("careful"))).body, { active: false });
  }
  await server.flushed();
  const lines = server.events();
  const refused = lines.find(({ cause }) => cause === "refresh_token_replayed");
  const revoked = lines.find(({ event, request }) => event === "revoked" && request === refused?.request);
  assert.equal(refused.client, "careful");
  assert.match(revoked.family, /^[\w-]{22}$/);
  assert.ok(lines.some(({ event, family: named }) => event === "code_redeemed" && named === revoked.family), "the log names the family");
});

test("what one family loses, another of the same user and client keeps", async () => {
  const [one, two] = [await family(server), await family(server)];
  assert.equal((await revoke(server, one.tokens.refresh_token)).status, 200);
  assertRefused(await refresh(server, one.got, one.tokens.refresh_token), 400, "invalid_grant");
  assert.equal((await refresh(server, two.got, two.tokens.refresh_token)).status, 200);
});

test("a hundred single tokens are listed; the next takes its family with it, and no other", async () => {
  const { got, tokens } = await family(server);
  const other = await family(server);
  // Together: KV takes one write a second, and what comes meanwhile goes with the next.
  const revoked = await times(100, async () => revoke(server, (await refresh(server, got, tokens.refresh_token)).body.access_token));
  assert.deepEqual(new Set(revoked.map(({ status }) => status)), new Set([200]));
  assert.equal((await refresh(server, got, tokens.refresh_token)).status, 200, "the family lives");
  assert.equal((await revoke(server, tokens.access_token)).status, 200);
  assertRefused(await refresh(server, got, tokens.refresh_token), 400, "invalid_grant");
  assert.equal((await refresh(server, other.got, other.tokens.refresh_token)).status, 200);
  // Tokens that have ended by themselves leave the list.
  await server.advance(15 * 60 * SECOND);
  const { status, body } = await refresh(server, other.got, other.tokens.refresh_token);
  assert.equal(status, 200);
  assert.equal((await revoke(server, body.access_token)).status, 200);
  const [{ name }] = await server.kv.list("revoked/");
  assert.equal(Object.keys(JSON.parse(await server.kv.get(name)).tokens).length, 1);
  assert.equal((await refresh(server, other.got, other.tokens.refresh_token)).status, 200);
});

test("a revocation that KV does not take is 503, and holds in the ledger at once", async () => {
  const { got, tokens } = await family(server, "spa");
  const answer = await during(server, { kv: { put: "429" } }, () => revoke(server, tokens.refresh_token, got.client));
  assertRefused(answer, 503, "temporarily_unavailable");
  assert.ok(answer.headers.get("retry-after"));
  assertRefused(await refresh(server, got, tokens.refresh_token), 400, "invalid_grant");
  assert.equal((await revoke(server, tokens.refresh_token, got.client)).status, 200);
});

for (const fault of ["throw", "429", "hang"]) {
  test(`while nobody knows what was revoked, nothing is called revoked (KV: ${fault})`, async () => {
    const { got, tokens } = await family(server);
    const answers = await during(server, { kv: { get: fault } }, () =>
      Promise.all([refresh(server, got, tokens.refresh_token), introspect(server, tokens.access_token), introspect(server, tokens.refresh_token), userinfo(server.url, tokens.access_token)]),
    );
    for (const answer of answers) assertRefused(answer, 503, "temporarily_unavailable");
    assert.equal((await refresh(server, got, tokens.refresh_token)).status, 200);
    assert.equal((await introspect(server, tokens.access_token)).body.active, true);
  });
}

test("a record of revocations that is garbage is 503, never a good token and never a dead one", async () => {
  const { got, tokens } = await family(server);
  const { sub } = (await introspect(server, tokens.access_token)).body;
  const before_ = await server.kv.get(`revoked/${sub}`);
  await server.kv.put(`revoked/${sub}`, "{");
  assertRefused(await refresh(server, got, tokens.refresh_token), 503, "temporarily_unavailable");
  assertRefused(await userinfo(server.url, tokens.access_token), 503, "temporarily_unavailable");
  assertRefused(await introspect(server, tokens.access_token), 503, "temporarily_unavailable");
  if (before_ === null) await server.kv.delete(`revoked/${sub}`);
  else await server.kv.put(`revoked/${sub}`, before_);
  assert.equal((await refresh(server, got, tokens.refresh_token)).status, 200);
});

test("a rotating token needs no KV, and is put off while the ledger is down", async () => {
  const { got, tokens } = await family(server, "spa");
  assert.equal((await during(server, { kv: { get: "throw" } }, () => refresh(server, got, tokens.refresh_token))).status, 200);
  for (const fault of ["throw", "500"]) {
    assertRefused(await during(server, { ledger: fault }, () => refresh(server, got, tokens.refresh_token)), 503, "temporarily_unavailable");
    assertRefused(await during(server, { ledger: fault }, () => revoke(server, tokens.refresh_token, got.client)), 503, "temporarily_unavailable");
  }
  assert.equal((await refresh(server, got, tokens.refresh_token)).status, 200);
});

test("an answer of the ledger that is lost revokes all the same", async () => {
  const { got, tokens } = await family(server);
  const answer = await during(server, { ledger: { kind: "lost", times: 1 } }, () => revoke(server, tokens.refresh_token));
  assertRefused(answer, 503, "temporarily_unavailable");
  assertRefused(await refresh(server, got, tokens.refresh_token), 400, "invalid_grant");
});

test("with REVOCATION ledger, refresh, introspection and userinfo know at once what KV does not show yet", async (t) => {
  const strict = await startSeeded({ t, clients: CLIENTS, vars: { REVOCATION: "ledger" } });
  const { got, tokens } = await family(strict);
  const { sub } = (await introspect(strict, tokens.access_token)).body;
  const [, { kv, ledger }] = await strict.counting(() => refresh(strict, got, tokens.refresh_token));
  assert.deepEqual([kv.get, ledger], [0, 1]);
  assert.equal((await revoke(strict, tokens.refresh_token)).status, 200);
  // As if the write had not arrived here.
  await strict.kv.delete(`revoked/${sub}`);
  assertRefused(await refresh(strict, got, tokens.refresh_token), 400, "invalid_grant");
  assertRefused(await userinfo(strict.url, tokens.access_token), 401, "invalid_token");
  assert.deepEqual((await introspect(strict, tokens.access_token)).body, { active: false });
  assertRefused(await during(strict, { ledger: "throw" }, () => userinfo(strict.url, tokens.access_token)), 503, "temporarily_unavailable");
});

test("with KV alone the same is not seen until the write arrives", async (t) => {
  const loose = await startSeeded({ t, clients: CLIENTS });
  const { got, tokens } = await family(loose);
  const { sub } = (await introspect(loose, tokens.access_token)).body;
  assert.equal((await revoke(loose, tokens.refresh_token)).status, 200);
  const arrives = await loose.kv.get(`revoked/${sub}`);
  await loose.kv.delete(`revoked/${sub}`);
  assert.equal((await refresh(loose, got, tokens.refresh_token)).status, 200);
  await loose.kv.put(`revoked/${sub}`, arrives);
  assertRefused(await refresh(loose, got, tokens.refresh_token), 400, "invalid_grant");
});

test("with the ledger off a revocation goes straight to KV", async (t) => {
  const off = await startSeeded({ t, clients: CLIENTS, ledger: false, vars: { LEDGER: "off" } });
  for (const id of ["web", "spa"]) {
    const { got, tokens } = await family(off, id);
    assert.equal((await refresh(off, got, tokens.refresh_token)).status, 200);
    assert.equal((await revoke(off, tokens.refresh_token, got.client)).status, 200);
    assertRefused(await refresh(off, got, tokens.refresh_token), 400, "invalid_grant");
    assertRefused(await userinfo(off.url, tokens.access_token), 401, "invalid_token");
  }
});

test("userinfo is for users who still exist", async (t) => {
  const one = await startSeeded({ t });
  const { got, tokens } = await family(one);
  assert.equal((await userinfo(one.url, tokens.access_token)).status, 200);
  await one.sealwax("user", "remove", "ada");
  assertRefused(await userinfo(one.url, tokens.access_token), 401, "invalid_token");
  assertRefused(await refresh(one, got, tokens.refresh_token), 400, "invalid_grant");
});
