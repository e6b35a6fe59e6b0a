// The duties of OPENID.md about algorithms, as a conformance suite looks at them: over https, with clients that registered
// themselves. tests/DUTIES.md is the list.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeProtectedHeader } from "jose";
import { json, startProvider } from "../../harness/provider.mjs";

let provider;
before(async () => {
  provider = await startProvider();
});
after(() => provider?.stop());

test("RS256 is among the algorithms of ID tokens, none is not, and no list names an algorithm with a shared secret", () => {
  const { metadata } = provider;
  assert.ok(metadata.id_token_signing_alg_values_supported.includes("RS256"));
  const lists = Object.entries(metadata).filter(([name]) => name.endsWith("signing_alg_values_supported"));
  assert.ok(lists.length >= 5);
  for (const [name, algorithms] of lists) assert.deepEqual(algorithms.filter((alg) => /^(none|HS)/.test(alg)), [], name);
});

test("a client that registers itself gets RS256 ID tokens with a kid unless it asks for something else", async () => {
  const usual = await (await provider.register()).signIn();
  assert.equal(usual.header.alg, "RS256");
  const { body } = await json(provider.metadata.jwks_uri);
  assert.ok(body.keys.some(({ kid, alg }) => kid === usual.header.kid && alg === "RS256"));
  const chosen = await (await provider.register({ id_token_signed_response_alg: "ES256" })).signIn();
  assert.equal(chosen.header.alg, "ES256");
});

test("a client that asks for unsigned ID tokens, or an algorithm that no key is for, is not registered", async () => {
  for (const alg of ["none", "HS256", "ES384", "RS512"]) {
    const { status, body } = await provider.registration({ redirect_uris: ["https://client.company.com/cb"], id_token_signed_response_alg: alg });
    assert.deepEqual([status, body.error], [400, "invalid_client_metadata"], alg);
  }
});

test("each published key has kid, alg and use, no private member, and an RSA key 2,048 bits at least", async () => {
  const { body } = await json(provider.metadata.jwks_uri);
  assert.deepEqual(new Set(body.keys.map(({ alg }) => alg)), new Set(provider.metadata.id_token_signing_alg_values_supported));
  for (const key of body.keys) {
    assert.ok(key.kid && key.alg && key.use === "sig", JSON.stringify(key));
    for (const name of ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]) assert.equal(name in key, false, name);
    if (key.kty === "RSA") assert.ok(Buffer.from(key.n, "base64url").length * 8 >= 2048);
  }
  assert.equal(new Set(body.keys.map(({ kid }) => kid)).size, body.keys.length);
});

test("access tokens are signed with the same keys, and never unsigned", async () => {
  const { body } = await (await provider.register()).signIn();
  const { protectedHeader } = await provider.verify(body.access_token);
  assert.equal(protectedHeader.typ, "at+jwt");
  assert.notEqual(decodeProtectedHeader(body.access_token).alg, "none");
});
