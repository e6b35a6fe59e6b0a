// Algorithms of one client each: ID tokens and userinfo signed by WebCrypto, checked with `jose`; and a key set that is not
// sent again to who has it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { makeKeys, privateJwk } from "../harness/keys.mjs";
import { authorization, token, userinfo } from "../harness/oauth.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const REDIRECT_URI = "https://app.company.com/cb";
const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"];

let server;
let keys;
before(async () => {
  const { secrets, operator } = await makeKeys();
  for (const [n, alg] of ALGORITHMS.entries()) secrets[`SIGNING_KEY_${n + 1}`] = JSON.stringify({ ...(await privateJwk(alg)), state: "active" });
  server = await startSeeded({ secrets, operator, clients: [], vars: { REGISTRATION: "open" } });
  keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
});
after(() => server?.stop());

const json = async (path) => (await server.fetch(path)).json();

/** A client that registers itself with these members, and what it gets for ada. */
async function granted(members) {
  const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none", ...members };
  const answer = await server.fetch("/register", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(metadata) });
  const client = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(client));
  const { url, verifier } = authorization(server.url, { client_id: client.client_id, redirect_uri: REDIRECT_URI, scope: "openid profile" });
  const { params } = await new UserAgent().authorize(url, user("ada"));
  const { status, body } = await token(server.url, { id: client.client_id }, {
    grant_type: "authorization_code",
    code: params.get("code"),
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return { client, ...body };
}

for (const alg of ALGORITHMS) {
  test(`${alg} for a client that registered for it: ID token and userinfo`, async () => {
    const { client, ...got } = await granted({ id_token_signed_response_alg: alg, userinfo_signed_response_alg: alg });
    assert.deepEqual([client.id_token_signed_response_alg, client.userinfo_signed_response_alg], [alg, alg]);
    const expected = { issuer: server.issuer, audience: client.client_id, algorithms: [alg] };
    const id = await jwtVerify(got.id_token, keys, expected);
    const answers = [
      await userinfo(server.url, got.access_token),
      await read(await server.fetch("/userinfo", { method: "POST", headers: { authorization: `Bearer ${got.access_token}` } })),
      await read(await server.fetch("/userinfo", { method: "POST", body: new URLSearchParams({ access_token: got.access_token }) })),
    ];
    for (const answer of answers) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), "application/jwt");
      const { payload, protectedHeader } = await jwtVerify(answer.body, keys, expected);
      assert.equal(protectedHeader.kid, id.protectedHeader.kid);
      assert.deepEqual([payload.sub, payload.preferred_username], [id.payload.sub, "ada"]);
    }
  });
}

test("a client that registered itself and named nothing: RS256 with a kid, and userinfo as JSON", async () => {
  const { client, ...got } = await granted({});
  assert.equal(client.id_token_signed_response_alg, "RS256");
  const { kid } = (await json("/.well-known/jwks.json")).keys.find(({ alg }) => alg === "RS256");
  assert.deepEqual(decodeProtectedHeader(got.id_token), { alg: "RS256", typ: "JWT", kid });
  await jwtVerify(got.id_token, keys, { issuer: server.issuer, audience: client.client_id, algorithms: ["RS256"] });
  const told = await userinfo(server.url, got.access_token);
  assert.equal(told.headers.get("content-type"), "application/json");
  assert.equal(told.body.preferred_username, "ada");
  const metadata = await json("/.well-known/openid-configuration");
  for (const what of ["id_token", "userinfo"]) assert.deepEqual(metadata[`${what}_signing_alg_values_supported`], ALGORITHMS);
});

test("the key set: no private member, and 304 without a body for who has it", async () => {
  const first = await server.fetch("/.well-known/jwks.json");
  const etag = first.headers.get("etag");
  const set = await first.json();
  for (const key of set.keys) {
    assert.ok(key.kid && key.alg && key.use === "sig", JSON.stringify(key));
    for (const name of ["d", "p", "q", "dp", "dq", "qi", "state", "created", "since"]) assert.ok(!(name in key), name);
  }
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const again = await server.fetch("/.well-known/jwks.json", { headers: { "if-none-match": known } });
    assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag], known);
    assert.equal(again.headers.get("cache-control"), "public, max-age=300");
  }
  const other = await server.fetch("/.well-known/jwks.json", { headers: { "if-none-match": '"x"' } });
  assert.equal(other.status, 200);
  const head = await server.fetch("/.well-known/jwks.json", { method: "HEAD", headers: { "if-none-match": etag } });
  assert.equal(head.status, 304);
});

async function read(answer) {
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}
