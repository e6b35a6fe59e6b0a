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

test("below a path: every link and form of every page leads below it, and what a client is sent to as well", async (t) => {
  const server = await startSeeded({ t, path: TENANT, clients: ["web", "tv"], vars: { REGISTRATION: "open" } });
  const { agent, request } = await getCode(server, { at: server.issuer });
  const metadata = await (await server.fetch("/tenant/.well-known/openid-configuration")).json();
  const asked = await (await fetch(metadata.device_authorization_endpoint, { method: "POST", body: new URLSearchParams({ client_id: "tv", scope: "openid" }) })).json();
  const registered = await (await fetch(metadata.registration_endpoint, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ redirect_uris: ["https://app.example/cb"] }) })).json();
  for (const url of [asked.verification_uri, asked.verification_uri_complete, registered.registration_client_uri, ...Object.entries(metadata).flatMap(([name, url]) => (/_endpoint$|_uri$/.test(name) ? [url] : []))]) assert.ok(url.startsWith(`${server.issuer}/`), url);
  assert.equal((await fetch(registered.registration_client_uri, { headers: { authorization: `Bearer ${registered.registration_access_token}` } })).status, 200);

  const silent = new URL(request.url);
  silent.searchParams.set("prompt", "consent");
  const pages = [
    await agent.get(server.issuer),
    await agent.get(silent.href), // consent
    await new UserAgent().get(request.url), // sign-in
    await agent.get(asked.verification_uri_complete),
    await agent.get(`${server.issuer}/account`),
    await agent.get(`${server.issuer}/end_session`),
    await agent.get(`${server.issuer}/password`),
    await agent.get(`${server.issuer}/authorize`), // an error
  ];
  for (const page of pages) {
    const links = [...page.body.matchAll(/\b(?:href|action|src)="([^"]*)"/g)].map(([, to]) => new URL(to.replaceAll("&amp;", "&"), page.url));
    for (const link of links.filter(({ origin }) => origin === server.url)) assert.match(link.pathname, /^\/(tenant($|\/)|\.well-known\/[\w-]+\/tenant$)/, `${page.url.pathname} leads to ${link}`);
  }
  const allowed = await agent.submit(await agent.submit(pages[3], { form: pages[3].form("user_code") }), { button: "allow" });
  assert.match(allowed.body, /id="device_allowed"/);
  const question = pages[5];
  assert.match((await agent.submit(question, { form: question.form("decision"), button: "sign_out" })).body, /id="signed_out"/);
  assert.ok((await server.sealwax("client", "list")).length > 0, "the operator's calls");
});

test("two issuers on one host, one jar of cookies: signing in, out and in again at one leaves the other as it is", async (t) => {
  const a = await startSeeded({ t, name: "a", path: "/a" });
  const b = await startSeeded({ t, name: "b", path: "/b", users: ["bob"] });
  const agent = new UserAgent();
  const silently = async (server) => (await agent.get(authorization(server.issuer, { client_id: "web", redirect_uri: client("web").redirectUri, prompt: "none" }).url)).location.searchParams;
  await getCode(a, { at: a.issuer, agent, params: { scope: "openid" } });
  assert.equal((await silently(b)).get("error"), "login_required");
  await getCode(b, { at: b.issuer, agent, username: "bob", params: { scope: "openid" } });
  assert.ok((await silently(a)).get("code"));
  const question = await agent.get(`${a.issuer}/end_session`);
  await agent.submit(question, { form: question.form("decision"), button: "sign_out" });
  assert.equal((await silently(a)).get("error"), "login_required");
  assert.ok((await silently(b)).get("code"));
  // Each reads its own alone, although the browser sends both.
  assert.match((await agent.get(`${b.issuer}/account`)).text(), /bob/);
  const alone = (server, { headers } = {}) => server.fetch(`${server.issuer}/account`, { headers, redirect: "manual" });
  const theirs = agent.cookieHeader(new URL(b.issuer));
  assert.doesNotMatch(await (await alone(a, { headers: { cookie: theirs } })).text(), /bob/);
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
