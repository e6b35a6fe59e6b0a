// Tokens of a client in its own name: who verifies them, and how they end, on the real KV.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { call, token } from "../harness/oauth.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, fixtures, startSeeded } from "../harness/seeded.mjs";

const SECOND = 1000;
const RESOURCES = JSON.stringify({
  "https://files.example": { signing_alg: "RS256", scopes: { "files:read": { description: "See your files" } } },
  "https://mail.example": { audience: "mail", scopes: { "mail:send": { description: "Send mail in your name" } } },
});

let server;
before(async () => {
  server = await startSeeded({ rsa: true, clients: ["machine", "files-api"], users: [], vars: { RESOURCES } });
});
after(() => server?.stop());

const machine = client("machine");
const ask = (params, at = server) => token(at.url, machine, { grant_type: "client_credentials", ...params });
const introspect = (jwt, by, at = server) => call(at.url, "/introspect", by, { token: jwt });

// RFC 9068 §2.2, §4
test("a resource server verifies it offline: the resource's own algorithm and audience, the client as subject", async () => {
  const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
  for (const [resource, alg, audience] of [["https://files.example", "RS256", "https://files.example"], ["https://mail.example", "ES256", "mail"]]) {
    const { status, body } = await ask({ resource });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(Object.keys(body).sort(), ["access_token", "expires_in", "scope", "token_type"]);
    const { payload } = await jwtVerify(body.access_token, keys, { issuer: server.issuer, audience, subject: "machine", typ: "at+jwt", algorithms: [alg] });
    assert.deepEqual(Object.keys(payload).sort(), ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]);
    await assert.rejects(jwtVerify(body.access_token, keys, { audience: "https://api.example" }), /aud/);
  }
  const both = await token(server.url, machine, [["grant_type", "client_credentials"], ["resource", "https://files.example"], ["resource", "https://mail.example"]]);
  assertRefused(both, 400, "invalid_target");
});

test("what was revoked stands in KV until a minute after the token's end, then KV forgets it", async () => {
  const { body } = await ask({ resource: "https://files.example" });
  const { exp } = JSON.parse(Buffer.from(body.access_token.split(".")[1], "base64url"));
  assert.equal((await call(server.url, "/revoke", machine, { token: body.access_token })).status, 200);
  const [record, ...others] = await server.kv.list("revoked/token/");
  assert.deepEqual(others, []);
  assert.match(record.name, /^revoked\/token\/[\w-]{22}$/);
  assert.ok(record.expiration >= exp + 60 && record.expiration <= exp + 63, `${record.expiration - exp} s after its end`);
  for (const by of [machine, client("files-api")]) assert.deepEqual((await introspect(body.access_token, by)).body, { active: false });
  await server.kv.delete(record.name);
});

test("a revocation that KV does not take is not answered as one; whether a token was revoked is unknown while KV fails", async () => {
  const { body } = await ask();
  await server.fault({ kv: { put: "throw" } });
  assertRefused(await call(server.url, "/revoke", machine, { token: body.access_token }), 503, "temporarily_unavailable");
  await server.fault({ kv: { get: "throw" } });
  assertRefused(await introspect(body.access_token, machine), 503, "temporarily_unavailable");
  await server.fault({});
  assert.equal((await introspect(body.access_token, machine)).body.active, true);
  assert.deepEqual(await server.kv.list("revoked/"), []);
});

test("another runtime that shares secrets and client records alone knows the token", async (t) => {
  const other = await startSealwax({ t, name: "other", secrets: server.secrets, operator: server.operator, vars: { ...fixtures.variables, RESOURCES, ISSUER: server.issuer } });
  await server.kv.copyTo(other, "client/");
  const { body } = await ask({ resource: "https://files.example" });
  const told = await introspect(body.access_token, client("files-api"), other);
  assert.equal(told.body.active, true);
  assert.equal(told.body.sub, "machine");
  await other.advance(600 * SECOND);
  assert.deepEqual((await introspect(body.access_token, client("files-api"), other)).body, { active: false });
});
