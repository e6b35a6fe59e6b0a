// Back-channel logout on the real runtime: a client's server hears of it, and the user never waits for that.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { authorization, token } from "../harness/oauth.mjs";
import { assertErrorPage } from "../harness/refusal.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { until } from "../harness/until.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const SECONDS = { timeout: 20_000 };

let server;
before(async () => {
  server = await startSeeded({ clients: [] });
});
after(() => server?.stop());

/** A client's server. `answer(response, n)` answers its n-th request. → { url, heard: [{ method, type, token }] } */
async function startClient(t, answer = (response) => response.writeHead(200).end()) {
  const heard = [];
  const listener = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    heard.push({ method: request.method, path: request.url, type: request.headers["content-type"], names: [...form.keys()], token: form.get("logout_token") });
    answer(response, heard.length);
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  t.after(() => {
    listener.closeAllConnections();
    return new Promise((done) => listener.close(done));
  });
  return { url: `http://127.0.0.1:${listener.address().port}`, heard };
}

/** Registers the client by the command line's flags, and signs ada in to it. → { agent, idToken, bye } */
async function signedIn(id, client) {
  const [redirectUri, bye] = [`${client.url}/cb`, `${client.url}/bye`];
  const flags = ["--redirect-uri", redirectUri, "--post-logout-redirect-uri", bye, "--backchannel-logout-uri", `${client.url}/back?tenant=7`];
  const registered = await server.sealwax("client", "add", "--id", id, "--public", "--first-party", ...flags);
  assert.deepEqual([registered.post_logout_redirect_uris, registered.backchannel_logout_uri], [[bye], `${client.url}/back?tenant=7`]);
  const agent = new UserAgent();
  const request = authorization(server.url, { client_id: id, redirect_uri: redirectUri });
  const { params } = await agent.authorize(request.url, { username: "ada", password: user("ada").password });
  const answer = await token(server.url, { id }, { grant_type: "authorization_code", code: params.get("code"), redirect_uri: redirectUri, code_verifier: request.verifier });
  return { agent, idToken: answer.body.id_token, bye };
}

function signOut({ agent, idToken, bye }) {
  const url = new URL(`${server.url}/end_session`);
  url.search = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: bye, state: "af0ifjsldkj" });
  return agent.get(url);
}

const lines = (id) => server.events().filter(({ event, client }) => event.startsWith("logout_") && client === id);

test("a client is told by a token that jose verifies by the published keys (Back-Channel Logout §2.6)", async (t) => {
  const client = await startClient(t);
  const session = await signedIn("told", client);
  const page = await signOut(session);
  assert.equal(page.location.href, `${session.bye}?state=af0ifjsldkj`);
  await until("the client to be told", () => lines("told").length);

  assert.equal(client.heard.length, 1);
  const [{ method, path, type, names, token: logoutToken }] = client.heard;
  assert.deepEqual([method, path, names], ["POST", "/back?tenant=7", ["logout_token"]]);
  assert.match(type, /^application\/x-www-form-urlencoded/);
  const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(logoutToken, keys, { issuer: server.issuer, audience: "told", typ: "logout+jwt", maxTokenAge: 120 });
  const { sub, sid } = decodeJwt(session.idToken);
  assert.deepEqual([payload.sub, payload.sid], [sub, sid]);
  assert.deepEqual(payload.events, { [EVENT]: {} });
  assert.deepEqual(Object.keys(payload).sort(), ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"]);
  assert.ok(payload.exp - payload.iat <= 120);
  assert.equal(protectedHeader.alg, "ES256");

  const [line] = lines("told");
  assert.deepEqual([line.event, line.subject, line.path, line.status], ["logout_notified", sub, undefined, undefined]);
  assert.ok(!server.logs().some(({ message }) => message.includes(logoutToken) || message.includes(payload.jti)));
});

test("the user's answer does not wait for a client that does not answer", async (t) => {
  const held = [];
  const client = await startClient(t, (response) => held.push(response));
  const page = await signOut(await signedIn("slow", client));
  // The answer is here, and the client has given none.
  assert.equal(page.status, 303);
  assert.deepEqual(lines("slow"), []);
  await until("the client to be asked", () => held.length);
  assert.deepEqual(lines("slow"), []);
  held[0].writeHead(204).end();
  await until("the log to say so", () => lines("slow").some(({ event }) => event === "logout_notified"));
  assert.equal(client.heard.length, 1);
});

test("a client that fails hears the same token again; one that refuses it (400) does not", async (t) => {
  const failing = await startClient(t, (response, n) => response.writeHead(n === 1 ? 500 : 200).end());
  const refusing = await startClient(t, (response) => response.writeHead(400).end());
  await signOut(await signedIn("failing", failing));
  await signOut(await signedIn("refusing", refusing));
  await until("both to be told", () => lines("failing").length && lines("refusing").length, SECONDS);
  assert.deepEqual(lines("failing").map(({ event }) => event), ["logout_notified"]);
  assert.deepEqual(failing.heard.map(({ token: heard }) => heard), [failing.heard[0].token, failing.heard[0].token]);
  assert.deepEqual(lines("refusing").map(({ event, cause }) => [event, cause]), [["logout_not_notified", "client_refused"]]);
  assert.equal(refusing.heard.length, 1);
});

test("redirects are not followed: nobody has checked where they lead", async (t) => {
  const elsewhere = await startClient(t);
  const client = await startClient(t, (response, n) => (n === 1 ? response.writeHead(307, { location: elsewhere.url }).end() : response.writeHead(200).end()));
  await signOut(await signedIn("redirecting", client));
  await until("the client to be told", () => lines("redirecting").length, SECONDS);
  assert.equal(client.heard.length, 2);
  assert.equal(elsewhere.heard.length, 0);
});

test("when the ledger is out of order the user stays signed in, is told so, and may try again", async (t) => {
  const client = await startClient(t);
  const session = await signedIn("patient", client);
  await server.fault({ ledger: "throw" });
  const page = await signOut(session);
  await server.fault({});
  assertErrorPage(page, 503, "temporarily_unavailable");
  assert.deepEqual(page.headers.getSetCookie(), []);
  assert.equal(client.heard.length, 0);
  assert.equal((await signOut(session)).status, 303);
  await until("the client to be told", () => lines("patient").length);
});
