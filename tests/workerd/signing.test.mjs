// Tokens as others verify them: signatures by WebCrypto on workerd, checked with `jose` against the published keys.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { calculateJwkThumbprint, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { makeKeys, privateJwk } from "../harness/keys.mjs";
import { root } from "../harness/paths.mjs";
import { run, startSealwax } from "../harness/sealwax.mjs";
import { addClient, fixtures, getCode, redeem, refresh, startSeeded } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "state"];
const HASH = { ES256: "sha256", RS256: "sha256", PS256: "sha256", EdDSA: "sha512" };
const ACCESS_TOKEN_CLAIMS = ["acr", "amr", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"];
const ID_TOKEN_CLAIMS = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];

const seconds = () => Math.floor(Date.now() / 1000);
const json = async (server, path) => (await server.fetch(path)).json();

/** Secrets with these signing keys: [alg, state]. */
async function secretsWith(keys) {
  const { secrets, operator } = await makeKeys();
  const jwks = [];
  for (const [n, [alg, state]] of keys.entries()) {
    const jwk = { ...(await privateJwk(alg)), state };
    jwks.push(jwk);
    secrets[`SIGNING_KEY_${n + 1}`] = JSON.stringify(jwk);
  }
  return { secrets, operator, jwks };
}

/** Runs the native check of tests/protocol/tokens.rs on a token. */
function verifyNatively(jwt, jwk) {
  const env = { ...process.env, SEALWAX_TOKEN: jwt, SEALWAX_TOKEN_KEY: JSON.stringify(jwk) };
  const command = ["test", "--quiet", "--test", "protocol", "--", "--exact", "tokens::of_a_server", "--nocapture"];
  return run("cargo", command, "", { cwd: root, env, timeout: 170_000 });
}

for (const alg of ["ES256", "RS256", "PS256", "EdDSA"]) {
  test(`${alg}: access token and ID token verify against the key set, claim by claim`, async (t) => {
    const { secrets, operator, jwks } = await secretsWith([[alg, "active"]]);
    const server = await startSeeded({ t, secrets, operator });
    const began = seconds();
    const got = await getCode(server);
    const { body } = await redeem(server, got);
    const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));

    // RFC 9068 §2
    const access = await jwtVerify(body.access_token, keys, { issuer: server.issuer, audience: "https://api.example", typ: "at+jwt", algorithms: [alg] });
    assert.deepEqual(access.protectedHeader, { alg, typ: "at+jwt", kid: jwks[0].kid });
    assert.deepEqual(Object.keys(access.payload).sort(), ACCESS_TOKEN_CLAIMS);
    assert.deepEqual(access.payload.aud, ["https://api.example", server.issuer]);
    assert.equal(access.payload.client_id, "web");
    assert.equal(access.payload.scope, "openid notes:read");
    assert.equal(access.payload.exp - access.payload.iat, body.expires_in);
    assert.ok(access.payload.iat >= began && access.payload.iat <= seconds());
    assert.match(access.payload.jti, /^[\w-]{100,}$/);

    // OpenID Connect Core §2, §3.1.3.6
    const id = await jwtVerify(body.id_token, keys, { issuer: server.issuer, audience: "web", algorithms: [alg] });
    assert.deepEqual(id.protectedHeader, { alg, typ: "JWT", kid: jwks[0].kid });
    assert.deepEqual(Object.keys(id.payload).sort(), ID_TOKEN_CLAIMS);
    assert.equal(id.payload.nonce, got.request.nonce);
    const hash = createHash(HASH[alg]).update(body.access_token).digest();
    assert.equal(id.payload.at_hash, hash.subarray(0, hash.length / 2).toString("base64url"));
    assert.equal(id.payload.sub, access.payload.sub);
    assert.notEqual(id.payload.sub, "ada");
    assert.deepEqual(id.payload.amr, ["pwd"]);
    assert.equal(id.payload.acr, "urn:sealwax:acr:password");
    for (const { payload } of [access, id]) assert.ok(payload.auth_time >= began - 1 && payload.auth_time <= payload.iat);
    assert.match(id.payload.sid, /^[\w-]{22}$/);

    // A bent token does not verify: what passes above is not for want of checking.
    const bent = body.access_token.replace(/\.([^.]{10})/, (_, first) => `.${first.slice(0, -1)}${first.at(-1) === "A" ? "B" : "A"}`);
    await assert.rejects(jwtVerify(bent, keys));
    const metadata = await json(server, "/.well-known/openid-configuration");
    assert.deepEqual(metadata.id_token_signing_alg_values_supported, [alg]);
  });

  test(`${alg}: the published key has kid (RFC 7638), alg and use, and no private member`, async (t) => {
    const { secrets, operator, jwks } = await secretsWith([[alg, "active"]]);
    const server = await startSealwax({ t, secrets, operator });
    const text = await (await server.fetch("/.well-known/jwks.json")).text();
    const { keys } = JSON.parse(text);
    assert.equal(keys.length, 1);
    assert.equal(keys[0].kid, await calculateJwkThumbprint(keys[0], "sha256"));
    assert.equal(keys[0].kid, jwks[0].kid);
    assert.equal(keys[0].alg, alg);
    assert.equal(keys[0].use, "sig");
    for (const name of PRIVATE) assert.ok(!(name in keys[0]), name);
    for (const name of PRIVATE) if (jwks[0][name] && name !== "state") assert.ok(!text.includes(jwks[0][name]), name);
  });
}

for (const alg of ["ES256", "RS256", "PS256", "EdDSA"]) {
  test(`${alg}: it verifies natively what workerd signed, and not what was bent`, async (t) => {
    const { secrets, operator } = await secretsWith([[alg, "active"]]);
    const server = await startSeeded({ t, secrets, operator });
    const { body } = await redeem(server, await getCode(server));
    const { keys } = await json(server, "/.well-known/jwks.json");
    assert.match(await verifyNatively(body.access_token, keys[0]), /^the signature holds$/m);
    const [header, payload, signature] = body.access_token.split(".");
    const other = signature.startsWith("A") ? "B" : "A";
    await assert.rejects(verifyNatively([header, payload, other + signature.slice(1)].join("."), keys[0]), /the signature does not hold/);
  });
}

test("keys in every state: next and retired are published, revoked is not, only active signs", async (t) => {
  const { secrets, operator, jwks } = await secretsWith([["ES256", "next"], ["ES256", "active"], ["ES256", "retired"], ["ES256", "revoked"], ["RS256", "active"]]);
  // A retired key is its public part.
  const { d, ...retired } = jwks[2];
  secrets.SIGNING_KEY_3 = JSON.stringify(retired);
  const server = await startSeeded({ t, secrets, operator });
  const { keys } = await json(server, "/.well-known/jwks.json");
  assert.deepEqual(keys.map(({ kid }) => kid), [0, 1, 2, 4].map((n) => jwks[n].kid));
  for (const key of keys) for (const name of PRIVATE) assert.ok(!(name in key), name);
  const { body } = await redeem(server, await getCode(server));
  assert.equal(decodeProtectedHeader(body.access_token).kid, jwks[1].kid);
  assert.equal(decodeProtectedHeader(body.id_token).kid, jwks[1].kid);
  const metadata = await json(server, "/.well-known/openid-configuration");
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ["ES256", "RS256"]);
});

test("a client that asked for RS256 gets ID tokens so; where no key of it is left, an error and no other algorithm", async (t) => {
  const { secrets, operator, jwks } = await secretsWith([["ES256", "active"], ["RS256", "active"]]);
  const [web, two] = ["web", "two"].map((id) => fixtures.clients.find(({ client_id: name }) => name === id));
  const server = await startSeeded({ t, secrets, operator, clients: [{ ...web, id_token_signed_response_alg: "RS256" }] });
  const { body } = await redeem(server, await getCode(server));
  assert.deepEqual(decodeProtectedHeader(body.id_token), { alg: "RS256", typ: "JWT", kid: jwks[1].kid });
  assert.equal(decodeProtectedHeader(body.access_token).kid, jwks[0].kid);
  const hash = createHash("sha256").update(body.access_token).digest();
  assert.equal(decodeJwt(body.id_token).at_hash, hash.subarray(0, 16).toString("base64url"));
  await assert.rejects(addClient(server, { ...two, id_token_signed_response_alg: "EdDSA" }), /id_token_signed_response_alg/);

  const vars = { ...fixtures.variables, ISSUER: server.issuer, SIGNING_KEY_2: null };
  const without = await startSealwax({ t, name: "without-rsa", secrets, operator, vars });
  await server.kv.copyTo(without, "client/");
  const got = await getCode(server);
  const refused = await redeem(without, got, { at: without.url });
  assert.equal(refused.status, 500);
  assert.equal(refused.body.error, "server_error");
});

test("sid is one a session and client; sub is one a user; both tell clients nothing of each other's", async (t) => {
  const server = await startSeeded({ t, clients: ["web", "two"], users: ["ada", "bob"] });
  const agent = new UserAgent();
  const claims = async (options) => decodeJwt((await redeem(server, await getCode(server, options))).body.id_token);
  const first = await claims({ agent });
  const again = await claims({ agent });
  const other = await claims({ agent, client: "two" });
  const later = await claims({});
  const bob = await claims({ username: "bob" });
  assert.equal(again.sid, first.sid);
  assert.equal(again.auth_time, first.auth_time);
  assert.equal(other.sub, first.sub);
  assert.notEqual(other.sid, first.sid);
  assert.notEqual(later.sid, first.sid);
  assert.equal(later.sub, first.sub);
  assert.notEqual(bob.sub, first.sub);
});

test("without openid there is no ID token and the audience is the resource alone; a renewed ID token has no nonce", async (t) => {
  const server = await startSeeded({ t });
  const plain = await redeem(server, await getCode(server, { params: { scope: "notes:read" } }));
  assert.equal(plain.body.id_token, undefined);
  assert.equal(decodeJwt(plain.body.access_token).aud, "https://api.example");
  const got = await getCode(server, { params: { scope: "openid offline_access" } });
  const { body } = await redeem(server, got);
  const renewed = await refresh(server, got, body.refresh_token);
  const [before, after] = [decodeJwt(body.id_token), decodeJwt(renewed.body.id_token)];
  // OpenID Connect Core §12.2
  assert.equal(after.nonce, undefined);
  for (const name of ["iss", "sub", "aud", "auth_time", "sid"]) assert.equal(after[name], before[name], name);
  assert.notEqual(decodeJwt(renewed.body.access_token).jti, decodeJwt(body.access_token).jti);
});
