// Issuers: with a path (RFC 8414 §3.1), two on one host, and over https.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, fixtures, getCode, redeem, startSeeded, user } from "../harness/seeded.mjs";
import { authorization } from "../harness/oauth.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const TENANT = "/tenant";

test("below a path: metadata by both rules, endpoints where it says, the flow to its end", async (t) => {
  const server = await startSeeded({ t, path: TENANT });
  assert.equal(server.issuer, `${server.url}${TENANT}`);
  const places = [
    "/.well-known/oauth-authorization-server/tenant", // RFC 8414 §3.1: inserted
    "/.well-known/openid-configuration/tenant",
    "/tenant/.well-known/openid-configuration", // OpenID Connect Discovery §4.1: appended
    "/tenant/.well-known/oauth-authorization-server",
  ];
  const documents = await Promise.all(places.map(async (place) => (await server.fetch(place)).json()));
  for (const document of documents) assert.deepEqual(document, documents[0]);
  const [metadata] = documents;
  assert.equal(metadata.issuer, server.issuer);
  for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri"]) assert.ok(metadata[name].startsWith(`${server.issuer}/`), metadata[name]);

  const got = await getCode(server, { at: server.issuer });
  assert.equal(got.params.get("iss"), server.issuer);
  const { status, body } = await redeem(server, got, { at: server.issuer });
  assert.equal(status, 200, JSON.stringify(body));
  const { payload } = await jwtVerify(body.id_token, createRemoteJWKSet(new URL(metadata.jwks_uri)), { issuer: server.issuer, audience: "web" });
  assert.equal(payload.nonce, got.request.nonce);
  assertRefused(await redeem(server, got, { at: server.issuer }), 400, "invalid_grant");
});

test("below a path: nothing answers beside it", async (t) => {
  const server = await startSealwax({ t, path: TENANT });
  assert.equal((await server.fetch("/tenant")).status, 200);
  assert.equal((await server.fetch("/tenant/")).status, 200);
  const beside = [
    "/",
    "/authorize",
    "/token",
    "/operator",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/other",
    "/.well-known/openid-configuration/tenant/",
    "/.well-known/jwks.json/tenant",
    "/tenantauthorize",
    "/tenant2/authorize",
    "/Tenant/authorize",
    "/tenant/tenant/authorize",
    "/tenant//authorize",
  ];
  for (const path of beside) assert.equal((await server.fetch(path)).status, 404, path);
});

test("two issuers on one host have cookies of their own, and neither takes the other's forms or codes", async (t) => {
  const a = await startSeeded({ t, name: "a", path: "/a" });
  const b = await startSeeded({ t, name: "b", path: "/b" });
  const agent = new UserAgent();
  const [first, second] = [await getCode(a, { at: a.issuer, agent }), await getCode(b, { at: b.issuer, agent })];
  const names = agent.cookies.map(({ name }) => name);
  // The browser's own, the session's, and that of the accounts it knows.
  assert.equal(names.length, 6, names.join());
  assert.equal(new Set(names).size, 6);
  // Still signed in at A: B's cookies did not overwrite A's.
  const again = await agent.get(first.request.url);
  assert.ok(again.location?.searchParams.has("code"));
  assertRefused(await redeem(b, first, { at: b.issuer }), 400, "invalid_grant");
  assertRefused(await redeem(a, second, { at: a.issuer }), 400, "invalid_grant");

  const { id, redirectUri } = client("web");
  const form = await agent.get(authorization(a.issuer, { client_id: id, redirect_uri: redirectUri, prompt: "login" }).url);
  const ticket = form.form("password").control("ticket").value;
  const stray = await agent.request(`${b.issuer}/login`, { method: "POST", body: new URLSearchParams({ ticket, ...user("ada") }) });
  assertErrorPage(stray, 400, "invalid_request");
});

test("two issuers that share keys and realm still keep their cookies apart", async (t) => {
  const a = await startSeeded({ t, name: "a", path: "/a", vars: { REALM: "both" } });
  const b = await startSealwax({ t, name: "b", path: "/b", secrets: a.secrets, operator: a.operator, vars: { ...fixtures.variables, REALM: "both" } });
  await a.kv.copyTo(b, "client/");
  const { agent, client: web } = await getCode(a, { at: a.issuer });
  const page = await agent.get(authorization(b.issuer, { client_id: web.id, redirect_uri: web.redirectUri, prompt: "none" }).url);
  assert.equal(page.location.searchParams.get("error"), "login_required");
  assert.equal(page.location.searchParams.get("iss"), b.issuer);
});

test("over https cookies have the __Host- prefix and every protection; over http on loopback neither prefix nor Secure", async (t) => {
  const local = await startSeeded({ t, name: "local" });
  const secure = await startSealwax({ t, name: "secure", secrets: local.secrets, operator: local.operator, vars: { ...fixtures.variables, ISSUER: "https://id.example" } });
  await local.kv.copyTo(secure, "client/");
  const { id, redirectUri } = client("web");
  const cookieOf = async (server) => (await server.fetch(authorization(server.url, { client_id: id, redirect_uri: redirectUri }).url)).headers.getSetCookie();
  const [here] = await cookieOf(local);
  assert.match(here, /^sealwax-browser-[\w-]{8}=[\w-]{22}; HttpOnly; SameSite=Lax; Path=\/$/);
  const [there] = await cookieOf(secure);
  assert.match(there, /^__Host-sealwax-browser-[\w-]{8}=[\w-]{22}; HttpOnly; SameSite=Lax; Path=\/; Secure$/);
  // Who this server is comes from its configuration, whatever the request says.
  const metadata = await (await secure.fetch("/.well-known/openid-configuration", { headers: { host: "evil.example", "x-forwarded-host": "evil.example" } })).json();
  assert.equal(metadata.issuer, "https://id.example");
  assert.equal(metadata.token_endpoint, "https://id.example/token");
});
