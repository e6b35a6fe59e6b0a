// Request objects that a client keeps at a URL: what is fetched, how often, and what happens when nothing comes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { pkce } from "../harness/oauth.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const KB = 1024;
const SECOND = 1000;
const ID = "keeper";
const REDIRECT_URI = "https://keeper.example/cb";
// One URL for what is well, one for each thing that is not.
const PATHS = ["/good", "/uncached", "/large", "/hangs", "/html"];

let server;
let site;
let key;
const asked = [];
const answers = {};
before(async () => {
  site = createServer((request, response) => {
    asked.push(request.url);
    answers[request.url]?.(response);
  });
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  key = await generateKeyPair("RS256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(key.publicKey)), kid: "k", use: "sig" }] };
  const keeper = { client_id: ID, token_endpoint_auth_method: "none", redirect_uris: [REDIRECT_URI], scope: "openid notes:read", jwks, request_object_signing_alg: "RS256", request_uris: PATHS.map((path) => url(path)) };
  server = await startSeeded({ clients: [keeper], users: ["ada"] });
});
after(async () => {
  await server?.stop();
  site?.closeAllConnections();
  await new Promise((done) => site.close(done));
});

const url = (path) => `http://127.0.0.1:${site.address().port}${path}`;

/** An object as OpenID's suite for dynamic registration signs it: without exp. */
function object(claims = {}) {
  const { challenge } = pkce();
  const all = { iss: ID, aud: server.issuer, client_id: ID, response_type: "code", redirect_uri: REDIRECT_URI, scope: "openid", state: "signed", code_challenge: challenge, code_challenge_method: "S256", ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key.privateKey);
}

function serve(path, body, { status = 200, type = "application/oauth-authz-req+jwt", ...headers } = {}) {
  answers[path] = (response) => response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

/** The answer to a request by reference → { page, asked: the paths that were fetched }. */
async function bring(path, { agent = new UserAgent(), fragment = "", params = { redirect_uri: REDIRECT_URI } } = {}) {
  asked.length = 0;
  const query = new URLSearchParams({ client_id: ID, request_uri: url(path) + fragment, ...params });
  const page = await agent.get(`${server.url}/authorize?${query}`);
  return { page, asked: [...asked] };
}

const refusal = ({ page }) => {
  assert.equal(page.location?.href.split("?")[0], REDIRECT_URI, page.text());
  return page.location.searchParams.get("error");
};

test("an object without exp is fetched, without its fragment, and is the whole request", async () => {
  serve("/good", await object());
  const agent = new UserAgent();
  const [{ page, asked: fetched }, counts] = await server.counting(() => bring("/good", { agent, fragment: "#hash", params: { state: "beside", redirect_uri: "https://evil.example/" } }));
  assert.deepEqual(fetched, ["/good"]);
  assert.ok(page.form("password"), page.text());
  assert.deepEqual([counts.kv.put, counts.ledger], [0, 0]);
  const consent = await agent.submit(page, { fields: user("ada") });
  const { location } = await agent.submit(consent, { button: "allow" });
  assert.equal(location.searchParams.get("state"), "signed");
  assert.ok(location.searchParams.has("code"));
});

test("a copy does for twenty seconds, unless its headers forbid it", async () => {
  serve("/good", await object(), { "cache-control": "max-age=3600" });
  await server.advance(20 * SECOND);
  assert.deepEqual((await bring("/good")).asked, ["/good"]);
  assert.deepEqual((await bring("/good")).asked, []);
  await server.advance(20 * SECOND);
  assert.deepEqual((await bring("/good")).asked, ["/good"]);
  serve("/uncached", await object(), { "cache-control": "no-store" });
  for (let n = 0; n < 2; n += 1) assert.deepEqual((await bring("/uncached")).asked, ["/uncached"]);
});

test("what is not registered is not fetched", async () => {
  for (const path of ["/elsewhere", "/good?x", "/good/", "/"]) {
    const answer = await bring(path);
    assert.equal(refusal(answer), "invalid_request_uri");
    assert.deepEqual(answer.asked, [], path);
  }
});

test("a page is no object", async () => {
  serve("/html", await object(), { type: "text/html; charset=utf-8" });
  assert.equal(refusal(await bring("/html")), "invalid_request_uri");
});

test("what is too large, or never comes, may come later", async () => {
  serve("/large", "x".repeat(65 * KB));
  assert.equal(refusal(await bring("/large")), "temporarily_unavailable");
  answers["/hangs"] = () => {};
  assert.equal(refusal(await bring("/hangs")), "temporarily_unavailable");
});
