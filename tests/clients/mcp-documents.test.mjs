// Client ID metadata documents, as MCP (revision 2026-07-28) demands and recommends them of an authorization server, over real
// HTTP: what a document has to be like, how long it is kept, what is fetched at all, and documents as applications publish them.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { decodeJwt } from "jose";
import { startClientSite } from "../harness/client-site.mjs";
import { authorization, token } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
// One for each document: a host is not asked more than so often.
const host = (n) => `app-${n}.company.com`;
const all = (to) => Object.fromEntries(Array.from({ length: 40 }, (_, n) => [host(n), to]));
const NOTES = "https://notes.example/mcp";
const VARS = {
  SCOPES: null,
  DEFAULT_RESOURCE: null,
  RESOURCES: JSON.stringify({ [NOTES]: { name: "Notes", scopes: { "notes:read": { description: "Read your notes" } } } }),
  CLIENT_ID_METADATA_DOCUMENTS: "on",
};

let server, site;
before(async () => {
  [server, site] = await Promise.all([startSeeded({ vars: VARS, clients: [] }), startClientSite()]);
  await server.lead(all(site.url));
});
after(() => Promise.all([server?.stop(), site?.stop()]));
beforeEach(() => server.control("DELETE", "fetched"));

let count = 0;

/** Publishes a document under a URL of its own, which stands in it; → that URL. */
function publish(members, { type = "application/json", text } = {}) {
  count += 1;
  const id = `https://${host(count)}/${count}/client.json`;
  const document = { client_id: id, client_name: "App", redirect_uris: ["https://app.company.com/cb"], grant_types: ["authorization_code", "refresh_token"], token_endpoint_auth_method: "none", ...members };
  site.files[`/${count}/client.json`] = [type, text ?? JSON.stringify(document)];
  return id;
}

const ask = (client_id, redirect_uri = "https://app.company.com/cb") => authorization(server.url, { client_id, redirect_uri, scope: "notes:read", resource: NOTES, nonce: null });
const look = (...of) => new UserAgent().get(ask(...of).url);
const urls = async () => (await server.fetched()).map(({ url }) => url);

/** Sign-in, consent, code and renewal; → { consent: the page, tokens } */
async function goThrough(client_id, redirect_uri) {
  const agent = new UserAgent();
  const request = ask(client_id, redirect_uri);
  const consent = await agent.submit(await agent.get(request.url), { fields: user("ada") });
  const { location } = await agent.submit(consent, { button: { name: "decision", value: "allow" } });
  const code = location.searchParams.get("code");
  const { status, body } = await token(server.url, { id: client_id }, { grant_type: "authorization_code", code, redirect_uri, code_verifier: request.verifier, resource: NOTES });
  assert.equal(status, 200, JSON.stringify(body));
  const renewed = await token(server.url, { id: client_id }, { grant_type: "refresh_token", refresh_token: body.refresh_token, resource: NOTES });
  assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
  return { consent, tokens: body };
}

test("metadata say that such clients are taken where they are, and only there", async (t) => {
  const without = await startSeeded({ t, vars: { ...VARS, CLIENT_ID_METADATA_DOCUMENTS: null }, clients: [], users: [] });
  const told = async (of) => (await (await of.fetch("/.well-known/oauth-authorization-server")).json()).client_id_metadata_document_supported;
  assert.equal(await told(server), true);
  assert.notEqual(await told(without), true);
  await without.lead(all(site.url));
  const { url } = authorization(without.url, { client_id: publish(), redirect_uri: "https://app.company.com/cb" });
  assertErrorPage(await new UserAgent().get(url), 400, "invalid_request");
  assert.deepEqual(await without.fetched(), []);
});

test("MUST: the document names the URL that it is at, is JSON, and is there", async () => {
  const id = publish();
  const refused = {
    "another URL": publish({ client_id: id }),
    "the URL with another letter": publish({ client_id: `https://${host(count + 2)}/${count + 2}/Client.json` }),
    "no URL": publish({ client_id: undefined }),
    "no JSON": publish({}, { text: "client_id: me" }),
    "a list": publish({}, { text: "[]" }),
    "a secret": publish({ client_secret: "known to everybody" }),
    "a method with a secret": publish({ token_endpoint_auth_method: "client_secret_basic" }),
    "no redirect URIs": publish({ redirect_uris: [] }),
    "a script as redirect URI": publish({ redirect_uris: ["javascript:alert(1)"] }),
    "nothing there": `https://${host(0)}/nothing.json`,
  };
  for (const [what, url] of Object.entries(refused)) assertErrorPage(await look(url), 400, "invalid_request", what);
  assert.equal((await look(id)).status, 200);
});

test("MUST: redirect URIs are those of the document, to the letter", async () => {
  const id = publish();
  for (const uri of ["https://app.company.com/cb/", "https://app.company.com/other", "https://evil.company.com/cb", new URL("/cb", id).href]) assertErrorPage(await look(id, uri), 400, "invalid_request");
});

test("while the document cannot be had nobody is called unknown: 503, and it mends by itself", async () => {
  const id = publish();
  await server.lead({});
  assertErrorPage(await look(id), 503, "temporarily_unavailable");
  const answer = await token(server.url, { id }, { grant_type: "refresh_token", refresh_token: "x" });
  assertRefused(answer, 503, "temporarily_unavailable");
  await server.lead(all(site.url));
  assert.equal((await look(id)).status, 200);
});

test("MUST: whoever consents sees where the app is described and where they return to; SHOULD: a warning for what runs on the device", async () => {
  const id = publish();
  const web = (await goThrough(id, "https://app.company.com/cb")).consent;
  assert.match(web.text(), new RegExp(`described by ${new URL(id).hostname}`));
  assert.match(web.text(), /return to app\.company\.com/);
  assert.doesNotMatch(web.body, /id="loopback"/);
  const local = (await goThrough(publish({ redirect_uris: ["http://127.0.0.1/callback"] }), "http://127.0.0.1:52163/callback")).consent;
  assert.match(local.text(), /return to 127\.0\.0\.1/);
  assert.match(local.body, /id="loopback"/);
});

test("SHOULD: a document is kept as long as its headers say, for a minute at least and a day at most", async (t) => {
  const started = await startSeeded({ t, vars: VARS, clients: [] });
  const served = await startClientSite();
  t.after(() => served.stop());
  await started.lead(all(served.url));
  const id = `https://${host(0)}/kept.json`;
  served.files["/kept.json"] = ["application/json", JSON.stringify({ client_id: id, redirect_uris: ["https://app.company.com/cb"] }), { "cache-control": "max-age=120" }];
  const times = async () => {
    await new UserAgent().get(authorization(started.url, { client_id: id, redirect_uri: "https://app.company.com/cb" }).url);
    return (await started.fetched()).length;
  };
  assert.deepEqual([await times(), await times()], [1, 1]);
  await started.advance(119 * SECOND);
  assert.equal(await times(), 1);
  await started.advance(2 * SECOND);
  served.files["/kept.json"][2] = { "cache-control": "no-store" };
  assert.equal(await times(), 2);
  // Kept for the minute that a sign-in takes, whatever its headers say.
  served.files["/kept.json"][2] = { "cache-control": "max-age=31536000" };
  assert.equal(await times(), 2);
  await started.advance(61 * SECOND);
  assert.equal(await times(), 3);
  await started.advance(86_390 * SECOND);
  assert.equal(await times(), 3);
  await started.advance(11 * SECOND);
  assert.equal(await times(), 4);
});

test("SHOULD: nothing is fetched that is not a document on the public Internet", async () => {
  const port = new URL(site.url).port;
  const shapes = [
    "http://app-1.company.com/1/client.json",
    `https://app-1.company.com:${port}/1/client.json`,
    `https://127.0.0.1:${port}/1/client.json`,
    "https://127.0.0.1/1/client.json",
    "https://2130706433/client.json",
    "https://0x7f.1/client.json",
    "https://[::1]/client.json",
    "https://[::ffff:169.254.169.254]/client.json",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/client.json",
    "https://intranet/client.json",
    "https://db.internal/client.json",
    "https://printer.local/client.json",
    "https://app-1.company.com./1/client.json",
    "https://user@app-1.company.com/1/client.json",
    "https://app-1.company.com/1/client.json#x",
    "https://app-1.company.com",
    "https://app-1.company.com/",
    "https://app-1.company.com/1/../1/client.json",
    "https://app-1.company.com/%2e%2e/client.json",
    "https://app-1.company.com/a\\b",
    `${server.issuer}/client.json`,
  ];
  const before = site.visits;
  for (const shape of shapes) {
    const page = await look(shape);
    assert.equal(page.status, 400, shape);
    assert.equal(page.location, null);
    assert.match((await token(server.url, { id: shape }, { grant_type: "refresh_token", refresh_token: "x" })).body.error, /^invalid_(client|request)$/, shape);
  }
  assert.deepEqual(await urls(), []);
  assert.equal(site.visits, before);
});

test("redirects are not followed: nobody has checked where they lead", async () => {
  const id = publish();
  site.redirects = { [new URL(id).pathname]: `${site.url}/elsewhere` };
  assertErrorPage(await look(id), 400, "invalid_request");
  assert.deepEqual(await urls(), [id]);
  site.redirects = {};
});

/** As applications publish them: the shapes are theirs, the names are not. */
const KNOWN = {
  "a program that says nothing of its kind, answered at any port, by name or by number": [
    { application_type: undefined, redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"] },
    ["http://127.0.0.1:52163/callback", "http://localhost:33418/callback"],
  ],
  "a web application that leaves out how it authenticates": [{ token_endpoint_auth_method: undefined }, ["https://app.company.com/cb"]],
  "a public client that lists a grant for confidential ones": [
    { grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"] },
    ["https://app.company.com/cb"],
  ],
  "members of later standards, and pictures": [
    { logo_uri: "https://app.company.com/logo.png", client_uri: "https://app.company.com", token_endpoint_auth_methods_supported: ["none"], "https://app.company.com/x": { y: 1 } },
    ["https://app.company.com/cb"],
  ],
  "an editor with a scheme of its own beside https and the device": [
    { redirect_uris: ["editor://anysphere/callback", "https://app.company.com/cb", "http://localhost:8787/callback"] },
    ["https://app.company.com/cb", "http://localhost:8787/callback"],
  ],
};

for (const [what, [members, uris]] of Object.entries(KNOWN)) {
  test(`documents as they are: ${what}`, async () => {
    const id = publish(members);
    for (const uri of uris) {
      const { tokens } = await goThrough(id, uri);
      const { aud, client_id } = decodeJwt(tokens.access_token);
      assert.deepEqual([aud, client_id], [NOTES, id]);
    }
  });
}

test("a slash at the end of the resource, which some clients add, is forgiven; the token is for the resource as it is registered", async () => {
  const id = publish();
  const request = authorization(server.url, { client_id: id, redirect_uri: "https://app.company.com/cb", scope: "notes:read", resource: `${NOTES}/` });
  const { params } = await new UserAgent().authorize(request.url, user("ada"));
  const { body } = await token(server.url, { id }, { grant_type: "authorization_code", code: params.get("code"), redirect_uri: "https://app.company.com/cb", code_verifier: request.verifier, resource: `${NOTES}/` });
  assert.equal(decodeJwt(body.access_token).aud, NOTES);
});
