// The duties of OPENID.md about the token endpoint, by plain HTTP, over https.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { SCOPE, startProvider } from "../../harness/provider.mjs";
import { assertRefused } from "../../harness/refusal.mjs";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

let provider, party;
before(async () => {
  provider = await startProvider();
  party = await provider.register();
});
after(() => provider?.stop());

for (const method of ["client_secret_basic", "client_secret_post"]) {
  test(`${method}: the secret is taken, a wrong one is not`, async () => {
    const own = await provider.register({ token_endpoint_auth_method: method });
    const walked = await own.walk();
    const right = own.registered.client_secret;
    own.registered.client_secret = `${right.slice(0, -1)}${right.endsWith("x") ? "y" : "x"}`;
    const refused = await own.redeem(walked);
    assert.deepEqual([refused.status, refused.body.error], [401, "invalid_client"]);
    own.registered.client_secret = right;
    assert.equal((await own.redeem(walked)).status, 200);
  });
}

test("private_key_jwt: aud may be the issuer or the token endpoint, and nothing else; RS256 as a dynamic client signs", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k", use: "sig", alg: "RS256" }] };
  const own = await provider.register({ token_endpoint_auth_method: "private_key_jwt", jwks });
  const assertion = (aud) => new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: "RS256", kid: "k" }).setIssuer(own.id).setSubject(own.id).setAudience(aud).setIssuedAt(provider.now).setExpirationTime(provider.now + 60).sign(privateKey);
  const by = async (aud) => ({ by: "private_key_jwt", more: { client_assertion_type: ASSERTION, client_assertion: await assertion(aud) } });
  for (const aud of [provider.issuer, provider.metadata.token_endpoint]) {
    const { status, body } = await own.redeem(await own.walk(), await by(aud));
    assert.equal(status, 200, JSON.stringify(body));
  }
  const walked = await own.walk();
  for (const aud of ["https://other.example", provider.metadata.authorization_endpoint]) assert.equal((await own.redeem(walked, await by(aud))).status, 401, aud);
});

test("a code used twice: 400 invalid_grant as JSON, at once", async () => {
  const walked = await party.walk();
  assert.equal((await party.redeem(walked)).status, 200);
  assertRefused(await party.redeem(walked), 400, "invalid_grant");
});

test("a code used twice: 400 invalid_grant after 30 seconds, and the first access token is dead at userinfo", async () => {
  const walked = await party.walk();
  const { body } = await party.redeem(walked);
  assert.equal((await provider.userinfo(body.access_token)).status, 200);
  await provider.advance(30);
  assertRefused(await party.redeem(walked), 400, "invalid_grant");
  assert.equal((await provider.userinfo(body.access_token)).status, 401);
});

test("a code lives sixty seconds at most", async () => {
  const walked = await party.walk();
  await provider.advance(61);
  assertRefused(await party.redeem(walked), 400, "invalid_grant");
});

test("a refresh token of another client: 400 invalid_grant, and it stays good for its own", async () => {
  const other = await provider.register();
  const { body } = await party.signIn({ scope: SCOPE });
  assert.ok(body.refresh_token);
  assertRefused(await other.refresh(body.refresh_token), 400, "invalid_grant");
  assert.equal((await party.refresh(body.refresh_token)).status, 200);
});

test("a code of another client: 400 invalid_grant, and it stays good for its own", async () => {
  const other = await provider.register();
  const walked = await party.walk();
  assertRefused(await other.redeem(walked), 400, "invalid_grant");
  assert.equal((await party.redeem(walked)).status, 200);
});

test("Cache-Control has no-store, with tokens and with errors", async () => {
  const walked = await party.walk();
  for (const answer of [await party.redeem(walked), await party.redeem(walked), await party.token({ grant_type: "unheard" })]) {
    assert.match(answer.headers.get("cache-control"), /\bno-store\b/);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
  }
});

test("a refreshed ID token keeps iss, sub, aud and auth_time, and has no nonce of another time", async () => {
  const first = await party.signIn({ scope: SCOPE, max_age: "10000", nonce: "n-1" });
  await provider.advance(2);
  const { status, body } = await party.refresh(first.body.refresh_token);
  assert.equal(status, 200);
  const { payload } = await provider.verify(body.id_token, { audience: party.id });
  for (const name of ["iss", "sub", "aud", "auth_time", "sid", "acr"]) assert.deepEqual(payload[name], first.claims[name], name);
  assert.ok(payload.iat > first.claims.iat);
});

test("a confidential client's refresh token does not rotate, and works again after 30 seconds and more", async () => {
  const { body } = await party.signIn({ scope: SCOPE });
  const first = await party.refresh(body.refresh_token);
  assert.equal("refresh_token" in first.body, false);
  await provider.advance(31);
  assert.equal((await party.refresh(body.refresh_token)).status, 200);
});

test("codes and tokens carry 128 bits of entropy at least: long, and no two alike", async () => {
  const { agent } = await party.signIn({ scope: SCOPE });
  const seen = { code: new Set(), access: new Set(), refresh: new Set() };
  for (let n = 0; n < 8; n += 1) {
    const { params, body } = await party.signIn({ scope: SCOPE }, { agent });
    seen.code.add(params.get("code"));
    seen.access.add(body.access_token);
    seen.refresh.add(body.refresh_token);
  }
  for (const [what, values] of Object.entries(seen)) {
    assert.equal(values.size, 8, what);
    // The nonce of a seal alone, 192 random bits, is 32 characters.
    for (const value of values) assert.ok(value.length >= 64, what);
  }
});
