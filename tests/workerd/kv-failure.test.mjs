// While KV fails, nothing is decided wrongly: what needs it is put off, what does not goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorization, token } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { client, getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const CLIENT_HELD = 60 * SECOND;

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa", "two"], users: ["ada", "bob"] });
});
after(() => server?.stop());

/** Runs `action` while KV fails. */
async function during(fault, action) {
  await server.fault({ kv: fault });
  try {
    return await action();
  } finally {
    await server.fault({});
  }
}

/** So that the isolate holds no client record. */
const forgetClients = () => server.advance(CLIENT_HELD);

const asked = (id, params = {}) => {
  const { redirectUri } = client(id);
  return authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read", ...params }).url;
};

const signInPage = (agent = new UserAgent()) => agent.get(asked("web")).then((page) => ({ agent, page }));

for (const fault of ["throw", "hang"]) {
  test(`keys and metadata need no KV (${fault})`, async () => {
    await during(fault, async () => {
      for (const path of ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]) {
        assert.equal((await server.fetch(path)).status, 200);
      }
    });
  });
}

test("the front page says so, with a status that a monitor sees", async () => {
  const answer = await during("throw", () => server.fetch("/"));
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /Not working properly/);
  assert.equal((await server.fetch("/")).status, 200);
});

for (const fault of ["throw", "429", "hang"]) {
  test(`authorize cannot tell who asks: a page, never a redirect (${fault})`, async () => {
    await forgetClients();
    for (const params of [{}, { redirect_uri: "https://evil.example/" }]) {
      const page = await during(fault, () => new UserAgent().get(asked("web", params)));
      assertErrorPage(page, 503, "temporarily_unavailable");
    }
  });
}

test("a client that cannot be looked up is 503 at the token endpoint, and never invalid_client", async () => {
  await forgetClients();
  const unknown = { id: "nobody", secret: "x".repeat(43) };
  const wrong = { ...client("web"), secret: "x".repeat(43) };
  for (const one of [unknown, wrong, client("web"), client("spa"), { id: "nobody" }]) {
    const answer = await during("throw", () => token(server.url, one, { grant_type: "authorization_code", code: "x" }));
    assertRefused(answer, 503, "temporarily_unavailable");
  }
  // And once KV answers, what it says counts.
  assertRefused(await token(server.url, unknown, { grant_type: "authorization_code", code: "x" }), 401, "invalid_client");
});

test("what is malformed is refused without asking", async () => {
  await forgetClients();
  const answer = await during("throw", () => token(server.url, { id: "no such\u0001id" }, { grant_type: "authorization_code" }));
  assertRefused(answer, 401, "invalid_client");
});

test("a code of a client that the isolate holds is redeemed although KV is down", async () => {
  const got = await getCode(server);
  const answer = await during("throw", () => redeem(server, got));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assertRefused(await during("throw", () => redeem(server, got)), 400, "invalid_grant");
});

test("a code of a client that it does not hold is put off and stays good", async () => {
  await forgetClients();
  const { agent } = await getCode(server);
  await server.advance(40 * SECOND);
  const got = await getCode(server, { agent });
  await server.advance(30 * SECOND);
  assertRefused(await during("throw", () => redeem(server, got)), 503, "temporarily_unavailable");
  assert.equal((await redeem(server, got)).status, 200);
});

test("a refresh token of a confidential client is put off, because it may be revoked; it stays good", async () => {
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  assertRefused(await during("throw", () => refresh(server, got, body.refresh_token)), 503, "temporarily_unavailable");
  assert.equal((await refresh(server, got, body.refresh_token)).status, 200);
});

test("a refresh token that rotates is decided by the ledger alone", async () => {
  const got = await getCode(server, { client: "spa", params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  assert.equal((await during("throw", () => refresh(server, got, body.refresh_token))).status, 200);
});

test("a sign-in is put off; the same form works afterwards", async () => {
  const { agent, page } = await signInPage();
  for (const fields of [user("ada"), { username: "nobody", password: "wrong password" }]) {
    const put_off = await during("throw", () => agent.submit(page, { fields }));
    assertErrorPage(put_off, 503, "temporarily_unavailable");
    assert.deepEqual(put_off.headers.getSetCookie(), []);
  }
  assert.equal((await agent.submit(page, { fields: user("ada") })).status < 400, true);
});

test("a signed-in user whose revocations cannot be read gets no code", async () => {
  const got = await getCode(server);
  const page = await during("throw", () => got.agent.get(asked("web")));
  assertErrorPage(page, 503, "temporarily_unavailable");
  assert.ok((await got.agent.get(asked("web"))).location.searchParams.has("code"));
});

for (const fault of ["throw", "429"]) {
  test(`a consent that cannot be stored gives no code; the same form works afterwards (${fault})`, async () => {
    const { agent, page } = await signInPage();
    const got = await agent.submit(page, { fields: user("bob") });
    const consent = got.location ? await agent.get(asked("two", { prompt: "consent" })) : got;
    const put_off = await during({ put: fault }, () => agent.submit(consent, { button: "allow" }));
    assertErrorPage(put_off, 503, "temporarily_unavailable");
    const allowed = await agent.submit(consent, { button: "allow" });
    assert.ok(allowed.location.searchParams.has("code"));
  });
}

test("the absence that KV remembers for a minute does not undo the consent just given: the cookie has it", async () => {
  const got = await getCode(server, { username: "bob", params: { prompt: "consent" } });
  const page = await during({ get: "absent" }, () => got.agent.get(asked("web", { prompt: "none" })));
  assert.ok(page.location.searchParams.has("code"), page.location.href);
});

test("a record that is not what this program writes is a fault of the server", async () => {
  await server.kv.put("client/garbled", "{");
  const page = await new UserAgent().get(asked("web", { client_id: "garbled" }));
  assertErrorPage(page, 503, "temporarily_unavailable");
  const answer = await token(server.url, { id: "garbled" }, { grant_type: "authorization_code", code: "x" });
  assertRefused(answer, 503, "temporarily_unavailable");
});
