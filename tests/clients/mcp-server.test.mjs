// The example MCP server (mcp/worker.mjs): what it tells those who come without a token, and which tokens it takes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { privateJwk } from "../harness/keys.mjs";
import { startMcpServer } from "../harness/mcp-server.mjs";
import { getCode, redeem, startSeeded } from "../harness/seeded.mjs";

const SECOND = 1000;
const OTHER = "https://other-api.example";
const NOTES = { "notes:read": { description: "Read your notes" }, "notes:write": { description: "Change and delete your notes" } };

let mcp, server, token;
before(async () => {
  mcp = await startMcpServer();
  server = await startSeeded({ rsa: true, vars: { SCOPES: null, RESOURCES: JSON.stringify({ [mcp.resource]: { name: "Notes", scopes: NOTES } }), DEFAULT_RESOURCE: mcp.resource } });
  await mcp.trust(server.issuer);
  const { body } = await redeem(server, await getCode(server, { params: { scope: "notes:read" } }));
  token = body.access_token;
});
after(() => Promise.all([mcp?.stop(), server?.stop()]));

/** Calls a tool; → { status, headers, said } */
async function call(authorization, tool = "list_notes") {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream", ...(authorization && { authorization }) };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: { text: "Milk" } } });
  const answer = await fetch(mcp.resource, { method: "POST", headers, body });
  return { status: answer.status, headers: answer.headers, said: await answer.text() };
}

/** The token with other claims and another header, signed by the issuer's own key, or by `key`. */
async function like({ claims = {}, header = {}, key = JSON.parse(server.secrets.SIGNING_KEY_1) } = {}) {
  const jwt = new SignJWT({ ...decodeJwt(token), ...claims }).setProtectedHeader({ ...decodeProtectedHeader(token), ...header });
  return jwt.sign(await importJWK(key, key.alg));
}

function assertChallenged({ status, headers }, expected, { error, scope = "notes:read" }) {
  assert.equal(status, expected);
  const challenge = headers.get("www-authenticate");
  assert.match(challenge, /^Bearer /);
  const told = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  assert.deepEqual({ error: told.error, scope: told.scope, metadata: told.resource_metadata }, { error, scope, metadata: mcp.metadataUrl });
}

test("RFC 9728 §5.1: who comes without a token is told where the metadata are, and they where tokens come from", async () => {
  assertChallenged(await call(), 401, { error: "invalid_token" });
  const answer = await fetch(mcp.metadataUrl);
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  const metadata = await answer.json();
  // RFC 9728 §3.3: the identifier from which the URL was made.
  assert.equal(metadata.resource, mcp.resource);
  assert.deepEqual(metadata.authorization_servers, [server.issuer]);
  assert.deepEqual(metadata.scopes_supported, ["notes:read", "notes:write"]);
  assert.deepEqual(metadata.bearer_methods_supported, ["header"]);
});

test("a token that Sealwax issued for it opens what its scope is for, and no more", async () => {
  assert.equal((await call(`Bearer ${token}`)).status, 200);
  assert.equal((await call(`bearer ${token}`)).status, 200);
  assertChallenged(await call(`Bearer ${token}`, "add_note"), 403, { error: "insufficient_scope", scope: "notes:read notes:write" });
  assert.equal((await call(`Bearer ${await like({ claims: { scope: "notes:read notes:write" } })}`, "add_note")).status, 200);
});

test("tokens are checked by the published keys, RS256 as well as ES256", async () => {
  const key = JSON.parse(server.secrets.SIGNING_KEY_2);
  assert.equal((await call(`Bearer ${await like({ key, header: { alg: "RS256", kid: key.kid } })}`)).status, 200);
  assert.equal((await call(`Bearer ${await like({ claims: { aud: [mcp.resource, server.issuer] } })}`)).status, 200);
});

test("RFC 9068 §4: everything else is refused", async () => {
  const now = Math.floor(Date.now() / SECOND);
  const stranger = await privateJwk("ES256");
  const { kid } = decodeProtectedHeader(token);
  const [head, payload, signature] = token.split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  const refused = {
    "another audience": await like({ claims: { aud: OTHER } }),
    "an audience that has this one at its start": await like({ claims: { aud: `${mcp.resource}/more` } }),
    "no audience": await like({ claims: { aud: undefined } }),
    "another issuer": await like({ claims: { iss: "https://evil.example" } }),
    expired: await like({ claims: { exp: now - 1 } }),
    "without an end": await like({ claims: { exp: undefined } }),
    "no subject": await like({ claims: { sub: undefined } }),
    "an ID token": await like({ header: { typ: "JWT" } }),
    "no type": await like({ header: { typ: undefined } }),
    "another key, of the same name": await like({ key: stranger, header: { kid } }),
    "an unknown key": await like({ key: stranger, header: { kid: stranger.kid } }),
    "a changed signature": [head, payload, `${signature.slice(0, -4)}AAAA`].join("."),
    unsigned: `${none}.${payload}.`,
    "no token at all": "letmein",
  };
  for (const [what, wrong] of Object.entries(refused)) {
    const answer = await call(`Bearer ${wrong}`);
    assert.equal(answer.status, 401, what);
    assertChallenged(answer, 401, { error: "invalid_token" });
    assert.ok(!answer.said.includes(wrong), what);
  }
  assertChallenged(await call(`Basic ${token}`), 401, { error: "invalid_token" });
  assertChallenged(await call(`Bearer ${await like({ claims: { scope: "notes:write" } })}`), 403, { error: "insufficient_scope" });
  assertChallenged(await call(`Bearer ${await like({ claims: { scope: undefined } })}`), 403, { error: "insufficient_scope" });
});

test("while the keys cannot be had no token is called wrong: a client would throw it away", async (t) => {
  const lonely = await startMcpServer();
  t.after(() => lonely.stop());
  await lonely.trust("http://localhost:1");
  const answer = await fetch(lonely.resource, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 500);
});

test("what is not the MCP endpoint is not there", async () => {
  for (const path of ["/", "/mcp/more", "/.well-known/oauth-protected-resource"]) assert.equal((await fetch(new URL(path, mcp.resource))).status, 404, path);
});
