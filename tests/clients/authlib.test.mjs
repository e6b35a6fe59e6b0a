// Authlib (Python) as the client: its own discovery, PKCE, client authentication and ID token validation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { relyingParty as start } from "../harness/library/authlib.mjs";
import { client, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa", "pinned"], users: ["ada"] });
});
after(() => server?.stop());

function relyingParty(t, id, more = {}) {
  const { secret, redirectUri } = client(id);
  return start(t, { issuer: server.issuer, client_id: id, client_secret: secret, redirect_uri: redirectUri, scope: "openid notes:read offline_access", ...more });
}

/** Walks the forms; → the parameters of the answer. */
async function walk(call, { agent = new UserAgent(), decision = "allow", ...more } = {}) {
  const { url } = await call({ do: "authorize", ...more });
  const answer = await agent.authorize(url, { ...user("ada"), decision });
  return Object.fromEntries(answer.params);
}

for (const [id, auth_method] of [["web", "client_secret_basic"], ["web", "client_secret_post"], ["spa", "none"]]) {
  test(`${auth_method}: the flow, a validated ID token, and a renewal`, async (t) => {
    const call = relyingParty(t, id, { auth_method });
    const { tokens, claims, ...error } = await call({ do: "callback", params: await walk(call) });
    assert.ok(claims, JSON.stringify(error));
    assert.equal(claims.iss, server.issuer);
    assert.equal(claims.aud, id);
    assert.equal(tokens.token_type, "Bearer");
    assert.equal(tokens.scope, "openid notes:read offline_access");
    const renewed = await call({ do: "refresh" });
    assert.ok(renewed.tokens, JSON.stringify(renewed));
    assert.notEqual(renewed.tokens.access_token, tokens.access_token);
  });
}

test("an ID token with another nonce is refused by Authlib: the validation above is a real one", async (t) => {
  const call = relyingParty(t, "web", { auth_method: "client_secret_basic" });
  const answer = await call({ do: "callback", params: await walk(call), nonce: "another" });
  assert.equal(answer.error, "invalid_claim", JSON.stringify(answer));
});

test("what the user denies arrives as access_denied", async (t) => {
  const call = relyingParty(t, "web", { auth_method: "client_secret_basic" });
  const answer = await call({ do: "callback", params: await walk(call, { decision: "deny", prompt: "consent" }) });
  assert.equal(answer.error, "access_denied");
});

test("a wrong secret arrives as invalid_client, a pinned method refuses the other", async (t) => {
  const wrong = relyingParty(t, "web", { auth_method: "client_secret_basic", client_secret: "x".repeat(43) });
  assert.equal((await wrong({ do: "callback", params: await walk(wrong) })).error, "invalid_client");
  const pinned = relyingParty(t, "pinned", { auth_method: "client_secret_post", scope: "openid" });
  assert.equal((await pinned({ do: "callback", params: await walk(pinned) })).error, "invalid_client");
});

test("a code used twice and a refresh token that was replayed arrive as invalid_grant", async (t) => {
  const call = relyingParty(t, "spa", { auth_method: "none" });
  const params = await walk(call);
  assert.ok((await call({ do: "callback", params })).tokens);
  assert.equal((await call({ do: "callback", params })).error, "invalid_grant");
  await server.advance(11 * SECOND);
  assert.equal((await call({ do: "callback", params })).error, "invalid_grant");
  assert.equal((await call({ do: "refresh" })).error, "invalid_grant");
});
