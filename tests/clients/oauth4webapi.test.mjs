// oauth4webapi: each message taken apart by a client that checks every one of them, the access token by a resource server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import { client as fixture, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const HTTP = { [oauth.allowInsecureRequests]: true };
const SCOPE = "openid notes:read offline_access";
const RESOURCE = "https://api.example";

let server;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa"], users: ["ada"] });
});
after(() => server?.stop());

const AUTHENTICATION = {
  basic: ({ secret }) => oauth.ClientSecretBasic(secret),
  post: ({ secret }) => oauth.ClientSecretPost(secret),
  none: () => oauth.None(),
};

async function discover(algorithm = "oidc") {
  const issuer = new URL(server.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...HTTP }));
}

/** Walks the forms as this client; → what it needs to go on. */
async function begin(as, id, { agent = new UserAgent(), decision, params = {} } = {}) {
  const client = { client_id: id };
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(as.authorization_endpoint);
  const all = { client_id: id, redirect_uri: fixture(id).redirectUri, response_type: "code", scope: SCOPE, state, nonce, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256", ...params };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  const answer = await agent.authorize(url, { ...user("ada"), decision });
  return { as, client, verifier, state, nonce, url: answer.url, params: answer.params, redirectUri: fixture(id).redirectUri };
}

async function redeem(begun, authentication, more = {}) {
  const { as, client, state, nonce, redirectUri } = begun;
  const params = oauth.validateAuthResponse(as, client, begun.url, state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, params, more.redirectUri ?? redirectUri, more.verifier ?? begun.verifier, HTTP);
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: more.nonce ?? nonce, requireIdToken: true, maxAge: 600 });
  await oauth.validateApplicationLevelSignature(as, response, HTTP);
  return tokens;
}

for (const [id, method] of [["web", "basic"], ["web", "post"], ["spa", "none"]]) {
  for (const algorithm of ["oidc", "oauth2"]) {
    test(`${id} by ${method}, discovery by ${algorithm}: the flow, ID token and signature, renewal`, async () => {
      const as = await discover(algorithm);
      const authentication = AUTHENTICATION[method](fixture(id));
      const begun = await begin(as, id);
      const tokens = await redeem(begun, authentication);
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      assert.equal(claims.aud, id);
      assert.equal(tokens.scope, SCOPE);
      const response = await oauth.refreshTokenGrantRequest(as, begun.client, authentication, tokens.refresh_token, HTTP);
      const renewed = await oauth.processRefreshTokenResponse(as, begun.client, response);
      assert.equal(oauth.getValidatedIdTokenClaims(renewed).sub, claims.sub);
      // RFC 9700 §4.14: a public client gets a new one, a confidential one keeps its own.
      assert.equal(renewed.refresh_token !== undefined, method === "none");
    });
  }
}

test("a resource server takes the access token (RFC 9068) for its own audience, and for no other", async () => {
  const as = await discover();
  const tokens = await redeem(await begin(as, "web"), AUTHENTICATION.basic(fixture("web")));
  const call = (token) => new Request(`${RESOURCE}/notes`, { headers: { authorization: `Bearer ${token}` } });
  for (const audience of [RESOURCE, server.issuer]) {
    const claims = await oauth.validateJwtAccessToken(as, call(tokens.access_token), audience, HTTP);
    assert.equal(claims.client_id, "web");
    assert.equal(claims.scope, SCOPE);
  }
  await assert.rejects(oauth.validateJwtAccessToken(as, call(tokens.access_token), "https://other.example", HTTP));
  // An ID token is no access token.
  await assert.rejects(oauth.validateJwtAccessToken(as, call(tokens.id_token), "web", HTTP));
});

test("form_post is an answer that the client validates as well", async () => {
  const as = await discover();
  const begun = await begin(as, "web", { params: { response_mode: "form_post" } });
  assert.equal(begun.url.search, "");
  const client = { client_id: "web" };
  const params = oauth.validateAuthResponse(as, client, begun.params, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, AUTHENTICATION.basic(fixture("web")), params, begun.redirectUri, begun.verifier, HTTP);
  await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: begun.nonce, requireIdToken: true });
});

test("refusals arrive as what they are, and a refused redemption costs nothing", async () => {
  const as = await discover();
  const right = AUTHENTICATION.basic(fixture("web"));
  const begun = await begin(as, "web");
  await assert.rejects(redeem(begun, right, { verifier: oauth.generateRandomCodeVerifier() }), refusal("invalid_grant", 400));
  await assert.rejects(redeem(begun, right, { redirectUri: "https://app.example/other" }), refusal("invalid_grant", 400));
  await assert.rejects(redeem(begun, oauth.ClientSecretPost("x".repeat(43))), challenge(401));
  await assert.rejects(redeem(begun, oauth.ClientSecretBasic("x".repeat(43))), challenge(401));
  await assert.rejects(redeem(begun, oauth.None()), challenge(401));
  await redeem(begun, right);
  await assert.rejects(redeem(begun, right), refusal("invalid_grant", 400));
  const response = await oauth.refreshTokenGrantRequest(as, begun.client, right, "no-such-token", HTTP);
  await assert.rejects(oauth.processRefreshTokenResponse(as, begun.client, response), refusal("invalid_grant", 400));
});

test("another nonce is refused by the client: its validation is a real one", async () => {
  const as = await discover();
  await assert.rejects(redeem(await begin(as, "web"), AUTHENTICATION.basic(fixture("web")), { nonce: "another" }), /nonce/);
});

test("errors of the authorization endpoint arrive with state and iss", async () => {
  const as = await discover();
  const cases = [
    [{ decision: "deny", params: { prompt: "consent" } }, "access_denied"],
    [{ params: { prompt: "none" } }, "login_required"],
    [{ params: { response_type: "token" } }, "unsupported_response_type"],
    [{ params: { scope: "admin" } }, "invalid_scope"],
    [{ params: { code_challenge_method: "plain" } }, "invalid_request"],
    [{ params: { request: "x" } }, "invalid_request_object"],
    [{ params: { resource: "https://other.example" } }, "invalid_target"],
  ];
  for (const [options, error] of cases) {
    const { client, url, state } = await begin(as, "web", options);
    assert.throws(() => oauth.validateAuthResponse(as, client, url, state), (thrown) => thrown instanceof oauth.AuthorizationResponseError && thrown.error === error, error);
  }
});

function refusal(code, status) {
  return (error) => error instanceof oauth.ResponseBodyError && error.error === code && error.status === status;
}

function challenge(status) {
  return (error) => error instanceof oauth.WWWAuthenticateChallengeError && error.status === status && error.cause[0].scheme === "basic";
}
