// What MCP (revision 2026-07-28, "Authorization") demands of an authorization server: a test for every MUST and SHOULD.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildDiscoveryUrls, discoverAuthorizationServerMetadata } from "@modelcontextprotocol/client";
import { decodeJwt } from "jose";
import { Application, SDKS } from "../harness/mcp-client.mjs";
import { startMcpServer } from "../harness/mcp-server.mjs";
import { authorization, token } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { addClient, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const NOTES = "https://notes.example/mcp";
const OTHER = "https://other.example/mcp";
const SCOPES = (name) => ({ [`${name}:read`]: { description: `Read your ${name}` } });
const RESOURCES = { [NOTES]: { name: "Notes", scopes: SCOPES("notes") }, [OTHER]: { name: "Another", scopes: SCOPES("other") } };
const VARS = { SCOPES: null, DEFAULT_RESOURCE: null, RESOURCES: JSON.stringify(RESOURCES), REGISTRATION: "open", CLIENT_ID_METADATA_DOCUMENTS: "on" };
const LOOPBACK = "http://127.0.0.1:33418/callback";
const PUBLIC = {
  client_id: "assistant",
  client_name: "Assistant",
  token_endpoint_auth_method: "none",
  application_type: "native",
  redirect_uris: [LOOPBACK],
  grant_types: ["authorization_code", "refresh_token"],
  scope: "notes:read other:read offline_access",
};
const CONFIDENTIAL = { ...PUBLIC, client_id: "office", client_secret: "office-secret-that-only-the-tests-know-012345", token_endpoint_auth_method: "client_secret_basic", application_type: "web", redirect_uris: ["https://office.company.com/cb", "https://office.company.com/other?fixed=1"] };

let server;
before(async () => {
  server = await startSeeded({ vars: VARS, clients: [PUBLIC, CONFIDENTIAL] });
});
after(() => server?.stop());

const metadataOf = async (of) => (await of.fetch("/.well-known/oauth-authorization-server")).json();
const ask = (params) => authorization(server.url, { client_id: PUBLIC.client_id, redirect_uri: LOOPBACK, scope: "notes:read offline_access", resource: NOTES, nonce: null, ...params });

/** → { request, params }: a person goes along with the request. */
async function walk(params, decision = "allow") {
  const request = ask(params);
  const { params: answered } = await new UserAgent().authorize(request.url, { ...user("ada"), decision });
  return { request, params: answered };
}

const redeem = ({ request, params }, more) =>
  token(server.url, { id: PUBLIC.client_id }, { grant_type: "authorization_code", code: params.get("code"), redirect_uri: LOOPBACK, code_verifier: request.verifier, resource: NOTES, ...more });
const refresh = (refresh_token, more) => token(server.url, { id: PUBLIC.client_id }, { grant_type: "refresh_token", refresh_token, resource: NOTES, ...more });

test("MUST: metadata at all places where a client looks, for issuers with and without a path; `issuer` is what the place was made from", async (t) => {
  const tenant = await startSeeded({ t, path: "/tenant", vars: VARS, clients: [] });
  for (const { issuer } of [server, tenant]) {
    const places = buildDiscoveryUrls(issuer);
    assert.equal(places.length, issuer === tenant.issuer ? 3 : 2);
    for (const { url } of places) {
      const answer = await fetch(url);
      assert.equal(answer.status, 200, url.href);
      assert.equal((await answer.json()).issuer, issuer, url.href);
    }
    assert.equal((await discoverAuthorizationServerMetadata(issuer)).issuer, issuer);
  }
});

test("MUST: below a path, a client gets to its token by the metadata alone", async (t) => {
  const mcp = await startMcpServer();
  t.after(() => mcp.stop());
  const resources = JSON.stringify({ [mcp.resource]: { name: "Notes", scopes: SCOPES("notes") } });
  const tenant = await startSeeded({ t, path: "/tenant", vars: { ...VARS, RESOURCES: resources }, clients: [{ ...PUBLIC, scope: "notes:read offline_access" }] });
  await mcp.trust(tenant.issuer);
  for (const sdk of Object.values(SDKS)) {
    const app = new Application(sdk, mcp.resource, { metadata: PUBLIC, information: { client_id: PUBLIC.client_id } });
    const { params } = await app.signIn();
    assert.equal(params.get("iss"), tenant.issuer);
    assert.equal(await app.call("list_notes"), "");
    assert.equal(decodeJwt(app.keeper.kept.access_token).iss, tenant.issuer);
  }
});

test("MUST: `code_challenge_methods_supported` says S256, and public clients cannot do without", async () => {
  assert.deepEqual((await metadataOf(server)).code_challenge_methods_supported, ["S256"]);
  const without = [{ code_challenge: null, code_challenge_method: null }, { code_challenge_method: "plain" }, { code_challenge_method: null }];
  for (const params of without) assert.equal((await walk(params)).params.get("error"), "invalid_request", JSON.stringify(params));
  const got = await walk();
  assertRefused(await redeem(got, { code_verifier: "x".repeat(43) }), 400, "invalid_grant");
  assert.equal((await redeem(got)).status, 200);
});

test("MUST: refresh tokens of public clients rotate; one that comes back late ends them all", async () => {
  const { body } = await redeem(await walk());
  const renewed = await refresh(body.refresh_token);
  assert.notEqual(renewed.body.refresh_token, body.refresh_token);
  await server.advance(31 * SECOND);
  assertRefused(await refresh(body.refresh_token), 400, "invalid_grant");
  assertRefused(await refresh(renewed.body.refresh_token), 400, "invalid_grant");
});

test("MUST: all endpoints of an https issuer are https", async (t) => {
  const secure = await startSeeded({ t, vars: { ...VARS, ISSUER: "https://id.company.com" }, clients: [], users: [] });
  const metadata = await metadataOf(secure);
  const urls = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
  assert.ok(urls.length > 5);
  for (const [name, url] of urls) assert.match(url, /^https:\/\/id\.company\.com\//, name);
});

test("MUST: redirect URIs are https or of this device", async () => {
  for (const uri of ["http://app.company.com/cb", "https://app.company.com/cb#fragment", "javascript:alert(1)", "https://*.company.com/cb", "https://user@app.company.com/cb"]) {
    await assert.rejects(addClient(server, { ...PUBLIC, client_id: "refused", redirect_uris: [uri] }), /redirect_uri/, uri);
  }
});

test("MUST: redirect URIs match to the letter, and what does not match is never gone to", async () => {
  const wrong = [
    "https://office.company.com/cb/",
    "https://office.company.com/cb?x=1",
    "https://office.company.com/CB",
    "https://office.company.com/cb/../cb",
    "https://office.company.com:8443/cb",
    "https://office.company.com.evil.com/cb",
    "https://office.company.com/other",
    "http://office.company.com/cb",
    "https://user@office.company.com/cb",
  ];
  for (const uri of wrong) assertErrorPage(await new UserAgent().get(ask({ client_id: "office", redirect_uri: uri }).url), 400, "invalid_request");
  // RFC 8252 §7.3: the port alone is free, on this device alone.
  const { url } = ask({ redirect_uri: "http://127.0.0.1:1234/callback" });
  assert.equal((await new UserAgent().get(url)).status, 200);
  for (const uri of ["http://127.0.0.1:33418/other", "http://127.0.0.2:33418/callback", "http://localhost:33418/callback"]) {
    assertErrorPage(await new UserAgent().get(ask({ redirect_uri: uri }).url), 400, "invalid_request");
  }
});

test("MUST: whoever consents is shown the host that they will return to", async () => {
  for (const [client, uri, shown] of [["assistant", LOOPBACK, /127\.0\.0\.1/], ["office", CONFIDENTIAL.redirect_uris[0], /office\.company\.com/]]) {
    const agent = new UserAgent();
    const page = await agent.submit(await agent.get(ask({ client_id: client, redirect_uri: uri }).url), { fields: user("ada") });
    assert.ok(page.form("decision"));
    assert.match(page.text(), shown);
  }
});

test("MUST: metadata promise `iss` in answers; SHOULD: it is there on success and on error", async () => {
  assert.equal((await metadataOf(server)).authorization_response_iss_parameter_supported, true);
  for (const { params } of [await walk(), await walk({}, "deny"), await walk({ prompt: "none" }), await walk({ scope: "admin" }), await walk({ resource: "https://unknown.example" }), await walk({ response_type: "token" })]) {
    assert.equal(params.get("iss"), server.issuer, String(params));
  }
});

test("clients name the resource in both requests, and the token is for that one alone", async () => {
  const { body } = await redeem(await walk());
  assert.equal(decodeJwt(body.access_token).aud, NOTES);
  const second = await redeem(await walk({ resource: OTHER, scope: "other:read offline_access" }), { resource: OTHER });
  assert.equal(decodeJwt(second.body.access_token).aud, OTHER);
  // One that was not granted, at the token endpoint; one that nobody knows, at both.
  assertRefused(await redeem(await walk(), { resource: OTHER }), 400, "invalid_target");
  assertRefused(await refresh(body.refresh_token, { resource: OTHER }), 400, "invalid_target");
  assert.equal((await walk({ resource: "https://unknown.example/mcp" })).params.get("error"), "invalid_target");
  assert.equal(decodeJwt((await refresh(body.refresh_token)).body.access_token).aud, NOTES);
});

test("SHOULD: access tokens are short-lived", async () => {
  const { body } = await redeem(await walk());
  assert.ok(body.expires_in <= 600, body.expires_in);
  const { iat, exp } = decodeJwt(body.access_token);
  assert.ok(exp - iat <= 600);
});

test("a client in a browser may send the headers that MCP clients send", async () => {
  for (const path of ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/token"]) {
    const headers = { origin: "https://inspector.company.com", "access-control-request-method": "GET", "access-control-request-headers": "mcp-protocol-version" };
    const preflight = await server.fetch(path, { method: "OPTIONS", headers });
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.match(preflight.headers.get("access-control-allow-headers"), /(^|, )mcp-protocol-version(,|$)/);
  }
});
