// openid-client, the OpenID-certified client, as an application would use it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oidc from "openid-client";
import { client, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const SCOPE = "openid notes:read offline_access";

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa", "pinned"], users: ["ada"] });
});
after(() => server?.stop());

const AUTHENTICATION = {
  basic: (secret) => oidc.ClientSecretBasic(secret),
  post: (secret) => oidc.ClientSecretPost(secret),
  none: () => oidc.None(),
};

async function configuration(id, method, { algorithm = "oidc", secret = client(id).secret } = {}) {
  const config = await oidc.discovery(new URL(server.issuer), id, {}, AUTHENTICATION[method](secret), { algorithm, execute: [oidc.allowInsecureRequests] });
  // Signatures are checked although the tokens came over the back channel.
  oidc.enableNonRepudiationChecks(config);
  return config;
}

/** Walks the forms; → { url: the callback, checks }. */
async function walk(config, { id = config.clientMetadata().client_id, agent = new UserAgent(), scope = SCOPE, decision = "allow", params = {} } = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: client(id).redirectUri,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    ...params,
  });
  const { url } = await agent.authorize(to, { ...user("ada"), decision });
  return { url, agent, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

for (const [id, method] of [["web", "basic"], ["web", "post"], ["spa", "none"]]) {
  for (const algorithm of ["oidc", "oauth2"]) {
    test(`${id} by ${method}, discovery by ${algorithm}: the flow, a validated ID token, a renewal`, async () => {
      const config = await configuration(id, method, { algorithm });
      assert.ok(config.serverMetadata().supportsPKCE());
      const { url, checks } = await walk(config);
      const tokens = await oidc.authorizationCodeGrant(config, url, { ...checks, maxAge: 600 });
      const claims = tokens.claims();
      assert.equal(claims.iss, server.issuer);
      assert.equal(claims.aud, id);
      assert.equal(tokens.expiresIn() > 590, true);
      const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
      assert.equal(renewed.claims().sub, claims.sub);
      assert.notEqual(renewed.access_token, tokens.access_token);
    });
  }
}

test("the issuer in the answer is checked by the client (RFC 9207)", async () => {
  const config = await configuration("web", "basic");
  const { url, checks } = await walk(config);
  const [missing, other] = [new URL(url), new URL(url)];
  missing.searchParams.delete("iss");
  other.searchParams.set("iss", "https://evil.example");
  // Metadata promise it, so a client insists.
  await assert.rejects(oidc.authorizationCodeGrant(config, missing, checks), because(/"iss"/));
  await assert.rejects(oidc.authorizationCodeGrant(config, other, checks), because(/"iss"/));
  assert.ok(await oidc.authorizationCodeGrant(config, url, checks));
});

test("the client refuses another state and another nonce: its checks are real ones", async () => {
  const config = await configuration("web", "basic");
  const { url, checks } = await walk(config);
  await assert.rejects(oidc.authorizationCodeGrant(config, url, { ...checks, expectedState: "another" }), because(/"state"/));
  await assert.rejects(oidc.authorizationCodeGrant(config, url, { ...checks, expectedNonce: "another" }), because(/"nonce"/));
});

test("what the user denies, and prompt=none without a session, arrive as errors with state and iss", async () => {
  const config = await configuration("web", "basic");
  const denied = await walk(config, { decision: "deny", params: { prompt: "consent" } });
  await assert.rejects(oidc.authorizationCodeGrant(config, denied.url, denied.checks), (error) => error instanceof oidc.AuthorizationResponseError && error.error === "access_denied");
  const silent = await walk(config, { params: { prompt: "none" } });
  await assert.rejects(oidc.authorizationCodeGrant(config, silent.url, silent.checks), (error) => error instanceof oidc.AuthorizationResponseError && error.error === "login_required");
});

test("a used code, a wrong verifier and a wrong secret arrive as the errors they are", async () => {
  const config = await configuration("web", "basic");
  const { url, checks } = await walk(config);
  const wrongVerifier = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await assert.rejects(oidc.authorizationCodeGrant(config, url, wrongVerifier), refusal("invalid_grant", 400));
  assert.ok(await oidc.authorizationCodeGrant(config, url, checks));
  await assert.rejects(oidc.authorizationCodeGrant(config, url, checks), refusal("invalid_grant", 400));
  const wrong = await configuration("web", "basic", { secret: "x".repeat(43) });
  await assert.rejects(oidc.authorizationCodeGrant(wrong, url, checks), (error) => error instanceof oidc.WWWAuthenticateChallengeError && error.status === 401 && error.cause[0].scheme === "basic");
  const pinned = await configuration("pinned", "post");
  const answer = await walk(pinned, { scope: "openid" });
  await assert.rejects(oidc.authorizationCodeGrant(pinned, answer.url, answer.checks));
});

test("a replayed rotating token ends the family for the client too", async () => {
  const config = await configuration("spa", "none");
  const { url, checks } = await walk(config);
  const first = await oidc.authorizationCodeGrant(config, url, checks);
  const second = await oidc.refreshTokenGrant(config, first.refresh_token);
  await server.advance(31 * SECOND);
  await assert.rejects(oidc.refreshTokenGrant(config, first.refresh_token), refusal("invalid_grant", 400));
  await assert.rejects(oidc.refreshTokenGrant(config, second.refresh_token), refusal("invalid_grant", 400));
});

// openid-client wraps what oauth4webapi found.
function because(reason) {
  return (error) => reason.test(error.cause?.message ?? "");
}

function refusal(code, status) {
  return (error) => error instanceof oidc.ResponseBodyError && error.error === code && error.status === status;
}
