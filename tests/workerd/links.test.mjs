// Invitations and resets: links that the operator hands over, and that work once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const NEW = "a pass phrase of their own";
const chosen = { new_password: NEW, new_password_again: NEW };

const signIn = async (server, username, password) => {
  const agent = new UserAgent();
  return agent.submit(await agent.get(`${server.url}/account`), { fields: { username, password } });
};

test("an invited user sets a password by the link, once, and signs in with it", async (t) => {
  const server = await startSeeded({ t, users: [] });
  const { link } = await server.sealwax("user", "invite", "grace");
  assert.equal((await signIn(server, "grace", "")).status, 400, "nobody gets in before");
  const agent = new UserAgent();
  const [page, looked] = await server.counting(() => agent.get(link));
  assert.equal(page.status, 200);
  assert.equal(looked.ledger + looked.kv.put, 0, "looking spends nothing");
  const [set, { kv, log }] = await server.counting(() => agent.submit(page, { fields: chosen }));
  assert.equal(set.status, 200, set.text());
  assert.equal(kv.put, 1, log.join("\n"));
  assertErrorPage(await agent.submit(page, { fields: chosen }), 400, "invalid_request");
  assert.equal((await signIn(server, "grace", NEW)).status, 303);
  assert.ok(!server.logs().some(({ message }) => message.includes(new URL(link).searchParams.get("link"))), "the link is in the log");
});

test("of twenty uses of a link at once one counts", async (t) => {
  const server = await startSeeded({ t });
  const { link } = await server.sealwax("user", "reset", "ada");
  const agent = new UserAgent();
  const page = await agent.get(link);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => agent.submit(page, { fields: { new_password: `${NEW} ${i}`, new_password_again: `${NEW} ${i}` } })),
  );
  const won = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
  assert.equal(won.length, 1, answers.map(({ status }) => status).join(" "));
  assert.equal((await signIn(server, "ada", `${NEW} ${won[0]}`)).status, 303);
});

test("a reset ends what the old password began, and the link dies with the next change", async (t) => {
  const server = await startSeeded({ t });
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  const [first, second] = [await server.sealwax("user", "reset", "ada"), await server.sealwax("user", "reset", "ada")];
  assert.equal((await refresh(server, got, body.refresh_token)).status, 200, "until it is used nothing changes");
  const agent = new UserAgent();
  const [one, other] = [await agent.get(first.link), await agent.get(second.link)];
  assert.equal((await agent.submit(one, { fields: chosen })).status, 200);
  assertRefused(await refresh(server, got, body.refresh_token), 400, "invalid_grant");
  assert.equal((await signIn(server, "ada", user("ada").password)).status, 400);
  assertErrorPage(await agent.submit(other, { fields: { new_password: "the thief's phrase", new_password_again: "the thief's phrase" } }), 400, "invalid_request");
  assert.equal((await signIn(server, "ada", NEW)).status, 303);
});
