// When the ledger fails: nobody is told that a token is bad, nothing is used up, and it mends by itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, userinfo } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { client, getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

let server, strict;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa"] });
  strict = await startSeeded({ clients: ["web"], vars: { REVOCATION: "ledger" } });
});
after(() => Promise.all([server?.stop(), strict?.stop()]));

async function family(server, id) {
  const got = await getCode(server, { client: id, params: { scope: "openid offline_access" } });
  const { status, body } = await redeem(server, got);
  assert.equal(status, 200);
  return { got, ...body };
}

function assertUnavailable(answer, what) {
  assertRefused(answer, 503, "temporarily_unavailable");
  assert.ok(Number(answer.headers.get("retry-after")) > 0, what);
}

for (const kind of ["throw", "500", "busy", "garbage"]) {
  test(`${kind}: code, rotating token and sign-in wait, and are good afterwards`, async () => {
    const got = await getCode(server);
    const rotating = await family(server, "spa");
    const resting = await family(server, "web");
    const agent = new UserAgent();
    const page = await agent.get(`${server.url}/account`);
    await server.fault({ ledger: kind });
    assertUnavailable(await redeem(server, got), "redemption");
    assertUnavailable(await refresh(server, rotating.got, rotating.refresh_token), "rotation");
    const refused = await agent.submit(page, { fields: user("ada") });
    assert.equal(refused.status, 503, refused.text());
    assert.equal((await refresh(server, resting.got, resting.refresh_token)).status, 200, "no ledger is asked");
    assert.equal((await userinfo(server.url, resting.access_token)).status, 200);
    for (const path of ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/account"]) assert.equal((await server.fetch(path)).status, 200, path);
    await server.fault({});
    assert.equal((await redeem(server, got)).status, 200);
    assert.equal((await refresh(server, rotating.got, rotating.refresh_token)).status, 200);
    assert.equal((await agent.submit(page, { fields: user("ada") })).status, 303);
  });

  test(`${kind}: where the ledger is asked what was revoked, nobody is told that a token is bad`, async () => {
    const { got, access_token, refresh_token } = await family(strict, "web");
    const introspect = (token) => call(strict.url, "/introspect", client("web"), { token });
    await strict.fault({ ledger: kind });
    assertUnavailable(await refresh(strict, got, refresh_token), "refresh");
    assertUnavailable(await introspect(access_token), "introspection");
    assertUnavailable(await introspect(refresh_token), "introspection of a refresh token");
    assertUnavailable(await userinfo(strict.url, access_token), "userinfo");
    await strict.fault({});
    assert.equal((await refresh(strict, got, refresh_token)).status, 200);
    assert.equal((await introspect(access_token)).body.active, true);
    assert.equal((await userinfo(strict.url, access_token)).status, 200);
  });
}

test("an answer that was lost is asked for once more, and the family goes on", async () => {
  const { got, refresh_token } = await family(server, "spa");
  await server.fault({ ledger: { kind: "lost", times: 1 } });
  const { status, body } = await refresh(server, got, refresh_token);
  assert.equal(status, 200);
  await server.fault({});
  const again = await refresh(server, got, body.refresh_token);
  assert.equal(again.status, 200, JSON.stringify(again.body));
});

test("records that are garbage are 503 everywhere, and no token is called bad", async () => {
  const { got, access_token, refresh_token } = await family(server, "web");
  await server.fault({ kv: "garbage" });
  assertUnavailable(await refresh(server, got, refresh_token), "refresh");
  assertUnavailable(await userinfo(server.url, access_token), "userinfo");
  assertUnavailable(await call(server.url, "/introspect", client("web"), { token: access_token }), "introspection");
  const page = await got.agent.get(got.request.url);
  assert.deepEqual([page.status, page.location], [503, null]);
  await server.fault({});
  assert.equal((await refresh(server, got, refresh_token)).status, 200);
});
