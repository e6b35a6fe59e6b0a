// openid-client with pushed authorization requests (RFC 9126) and signed request objects (RFC 9101).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import * as oidc from "openid-client";
import { assertErrorPage } from "../harness/refusal.mjs";
import { client, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const ALGORITHMS = ["ES256", "RS256", "PS256", "Ed25519"];
const REDIRECT_URI = "https://signs.example/cb";

let server;
const keys = {};
before(async () => {
  for (const alg of ALGORITHMS) keys[alg] = await generateKeyPair(alg, { extractable: true });
  const jwks = { keys: await Promise.all(ALGORITHMS.map(async (alg) => ({ ...(await exportJWK(keys[alg].publicKey)), kid: alg }))) };
  const signs = { client_id: "signs", token_endpoint_auth_method: "none", redirect_uris: [REDIRECT_URI], scope: "openid notes:read", jwks };
  const both = { ...signs, client_id: "signs-and-pushes", require_signed_request_object: true, require_pushed_authorization_requests: true };
  server = await startSeeded({ clients: ["web", "spa", "pushy", signs, both], users: ["ada"] });
});
after(() => server?.stop());

async function configuration(id) {
  const secret = ["web", "pushy"].includes(id) ? client(id).secret : undefined;
  const authentication = secret ? oidc.ClientSecretBasic(secret) : oidc.None();
  const config = await oidc.discovery(new URL(server.issuer), id, {}, authentication, { execute: [oidc.allowInsecureRequests] });
  oidc.enableNonRepudiationChecks(config);
  return config;
}

/** Parameters of a request, and what its answer is checked against. */
async function request(redirectUri) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const challenge = await oidc.calculatePKCECodeChallenge(pkceCodeVerifier);
  const params = { redirect_uri: redirectUri, scope: "openid notes:read", state: expectedState, nonce: expectedNonce, code_challenge: challenge, code_challenge_method: "S256" };
  return { params, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function finish(config, to, checks, agent = new UserAgent()) {
  const { url } = await agent.authorize(to, user("ada"));
  return oidc.authorizationCodeGrant(config, url, checks);
}

const signingKey = (alg) => ({ key: keys[alg].privateKey, kid: alg });

for (const id of ["web", "spa", "pushy"]) {
  test(`${id} pushes its request, and the URL works once`, async () => {
    const config = await configuration(id);
    const { params, checks } = await request(client(id).redirectUri);
    const to = await oidc.buildAuthorizationUrlWithPAR(config, params);
    assert.deepEqual([...to.searchParams.keys()].sort(), ["client_id", "request_uri"]);
    const agent = new UserAgent();
    const tokens = await finish(config, to, checks, agent);
    assert.equal(tokens.claims().aud, id);
    const again = await agent.authorize(to, user("ada"));
    assert.equal(again.params.get("error"), "invalid_request_uri");
  });
}

test("a client that has to push finds that out", async () => {
  const config = await configuration("pushy");
  const { params, checks } = await request(client("pushy").redirectUri);
  const to = oidc.buildAuthorizationUrl(config, params);
  await assert.rejects(finish(config, to, checks), (error) => error instanceof oidc.AuthorizationResponseError && error.error === "invalid_request");
});

test("what is refused is told when it is pushed", async () => {
  const config = await configuration("web");
  const { params } = await request("https://evil.example/");
  const refused = (error) => error instanceof oidc.ResponseBodyError && error.error === "invalid_request" && error.status === 400;
  await assert.rejects(oidc.buildAuthorizationUrlWithPAR(config, params), refused);
});

for (const alg of ALGORITHMS) {
  test(`a request signed with ${alg}, brought and pushed`, async () => {
    const config = await configuration("signs");
    for (const push of [false, true]) {
      const { params, checks } = await request(REDIRECT_URI);
      let to = await oidc.buildAuthorizationUrlWithJAR(config, params, signingKey(alg));
      assert.ok(to.searchParams.has("request") && !to.searchParams.has("redirect_uri"));
      if (push) to = await oidc.buildAuthorizationUrlWithPAR(config, to.searchParams);
      const tokens = await finish(config, to, checks);
      assert.equal(tokens.claims().aud, "signs");
    }
  });
}

test("signed and pushed, where both are asked for, and not less", async () => {
  const config = await configuration("signs-and-pushes");
  const { params, checks } = await request(REDIRECT_URI);
  const signed = await oidc.buildAuthorizationUrlWithJAR(config, params, signingKey("ES256"));
  assertErrorPage(await new UserAgent().get(signed), 400, "invalid_request");
  await assert.rejects(oidc.buildAuthorizationUrlWithPAR(config, params), (error) => error.error === "invalid_request");
  const to = await oidc.buildAuthorizationUrlWithPAR(config, signed.searchParams);
  assert.ok(await finish(config, to, checks));
});

test("signed with a key that is not the client's", async () => {
  const config = await configuration("signs");
  const { params } = await request(REDIRECT_URI);
  const { privateKey } = await generateKeyPair("ES256");
  const to = await oidc.buildAuthorizationUrlWithJAR(config, params, { key: privateKey, kid: "ES256" });
  assertErrorPage(await new UserAgent().get(to), 400, "invalid_request_object");
});
