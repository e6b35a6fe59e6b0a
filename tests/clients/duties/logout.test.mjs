// The duties of OPENID.md about signing out: RP-initiated, back-channel and front-channel, by plain HTTP and forms, over https.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { BYE, startProvider } from "../../harness/provider.mjs";
import { assertErrorPage } from "../../harness/refusal.mjs";
import { until } from "../../harness/until.mjs";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const SECONDS = { timeout: 20_000 };

let provider, party, site;
const heard = [];
before(async () => {
  provider = await startProvider();
  party = await provider.register();
  site = createServer(async (request, response) => {
    heard.push({ url: request.url, method: request.method, type: request.headers["content-type"], form: new URLSearchParams(await text(request)) });
    response.writeHead(200).end();
  });
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  await provider.server.lead({ "client.company.com": `http://127.0.0.1:${site.address().port}` });
});
after(async () => {
  await provider?.stop();
  site?.closeAllConnections();
  await new Promise((done) => site.close(done));
});

/** Whether the browser is signed in still, as the suite asks. */
async function assertSignedOut(agent, own = party) {
  assert.equal((await own.refusal({ prompt: "none" }, { agent })).error, "login_required");
}
async function assertSignedIn(agent, own = party) {
  assert.ok((await own.ask({ prompt: "none" }, { agent })).location?.searchParams.get("code"));
}

test("with id_token_hint, post_logout_redirect_uri and state: signed out, and back with the state; prompt=none fails afterwards", async () => {
  const { agent, body } = await party.signIn();
  await assertSignedIn(agent);
  const page = await party.signOut({ id_token_hint: body.id_token, post_logout_redirect_uri: BYE, state: "a state & more" }, { agent });
  assert.equal(page.location.href.split("?")[0], BYE);
  assert.deepEqual(Object.fromEntries(page.location.searchParams), { state: "a state & more" });
  await assertSignedOut(agent);
});

test("with client_id in place of the hint the user is asked, and then sent back", async () => {
  const { agent } = await party.signIn();
  const question = await party.signOut({ client_id: party.id, post_logout_redirect_uri: BYE, state: "s" }, { agent });
  assert.equal(question.location, null);
  const page = await agent.submit(question, { form: question.form("decision"), button: "sign_out" });
  assert.equal(page.location.href, `${BYE}?state=s`);
  await assertSignedOut(agent);
});

test("without any parameter: a question, then “signed out”", async () => {
  const { agent } = await party.signIn();
  const question = await party.signOut({}, { agent });
  await assertSignedIn(agent);
  const page = await agent.submit(question, { form: question.form("decision"), button: "sign_out" });
  assert.equal(page.status, 200);
  assert.match(page.body, /id="signed_out"/);
  await assertSignedOut(agent);
});

test("with state alone, or with the hint alone: “signed out”, and the state goes nowhere", async () => {
  const first = await party.signIn();
  const hinted = await party.signOut({ id_token_hint: first.body.id_token, state: "s" }, first);
  assert.match(hinted.body, /id="signed_out"/);
  await assertSignedOut(first.agent);
});

test("post_logout_redirect_uri with a query added, or not registered at all: an error page, and the user stays signed in", async () => {
  const { agent, body } = await party.signIn();
  for (const uri of [`${BYE}?foo=bar`, "https://client.company.com/other", "https://evil.example/", `${BYE}/`]) {
    assertErrorPage(await party.signOut({ id_token_hint: body.id_token, post_logout_redirect_uri: uri, state: "s" }, { agent }), 400);
  }
  await assertSignedIn(agent);
});

test("post_logout_redirect_uri of another client than the hint's: an error page", async () => {
  const other = await provider.register({ post_logout_redirect_uris: ["https://client.company.com/other-bye"] });
  const { agent, body } = await party.signIn();
  assertErrorPage(await party.signOut({ id_token_hint: body.id_token, post_logout_redirect_uri: "https://client.company.com/other-bye" }, { agent }), 400);
  assertErrorPage(await party.signOut({ id_token_hint: body.id_token, client_id: other.id }, { agent }), 400);
  await assertSignedIn(agent);
});

test("a bad or modified id_token_hint: an error or a question, never a redirect, and the user stays signed in", async () => {
  const { agent, body } = await party.signIn();
  const [header, payload, signature] = body.id_token.split(".");
  const changed = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, "base64url")), sub: "another" })).toString("base64url");
  for (const hint of ["bad", `${header}.${changed}.${signature}`, `${header}.${payload}.${"A".repeat(signature.length)}`]) {
    const page = await party.signOut({ id_token_hint: hint, post_logout_redirect_uri: BYE, state: "s" }, { agent });
    assert.equal(page.location, null, hint);
  }
  await assertSignedIn(agent);
});

test("post_logout_redirect_uri without hint and client: never a redirect", async () => {
  const { agent } = await party.signIn();
  const page = await party.signOut({ post_logout_redirect_uri: BYE, state: "s" }, { agent });
  assert.equal(page.location, null);
});

test("back-channel: sid in ID token and logout token, the event, no nonce, a signature that the published keys verify", async () => {
  const told = await provider.register({ backchannel_logout_uri: "https://client.company.com/backchannel", backchannel_logout_session_required: true });
  const { agent, body, claims } = await told.signIn({ nonce: "n" });
  assert.equal(typeof claims.sid, "string");
  heard.length = 0;
  await told.signOut({ id_token_hint: body.id_token, post_logout_redirect_uri: BYE }, { agent });
  await until("the client to be told", () => heard.length > 0, SECONDS);
  const [{ method, type, form }] = heard;
  assert.equal(method, "POST");
  assert.match(type, /^application\/x-www-form-urlencoded/);
  const { payload, protectedHeader } = await provider.verify(form.get("logout_token"), { audience: told.id });
  assert.equal(protectedHeader.typ, "logout+jwt");
  assert.deepEqual(payload.events, { [EVENT]: {} });
  assert.deepEqual([payload.sid, payload.sub], [claims.sid, claims.sub]);
  assert.ok(payload.jti && payload.iat && payload.exp);
  assert.equal("nonce" in payload, false);
  await assertSignedOut(agent, told);
});

test("back-channel: the logout token is signed as the client's ID tokens are", async () => {
  const told = await provider.register({ backchannel_logout_uri: "https://client.company.com/backchannel", id_token_signed_response_alg: "ES256" });
  const { agent, body } = await told.signIn();
  heard.length = 0;
  await told.signOut({ id_token_hint: body.id_token }, { agent });
  await until("the client to be told", () => heard.length > 0, SECONDS);
  const { protectedHeader } = await provider.verify(heard[0].form.get("logout_token"), { audience: told.id });
  assert.equal(protectedHeader.alg, "ES256");
});

test("front-channel: an iframe with iss and sid of the session", async () => {
  const framed = await provider.register({ frontchannel_logout_uri: "https://client.company.com/frontchannel?own=1", frontchannel_logout_session_required: true });
  const { agent, body, claims } = await framed.signIn();
  const page = await framed.signOut({ id_token_hint: body.id_token, post_logout_redirect_uri: BYE, state: "s" }, { agent });
  const [, source] = /<iframe[^>]*\bsrc="([^"]*)"/.exec(page.body) ?? assert.fail(page.text());
  const url = new URL(source.replaceAll("&amp;", "&").replaceAll("&#38;", "&"));
  assert.equal(url.origin + url.pathname, "https://client.company.com/frontchannel");
  assert.deepEqual(Object.fromEntries(url.searchParams), { own: "1", iss: provider.issuer, sid: claims.sid });
  assert.match(page.headers.get("content-security-policy"), /frame-src https:\/\/client\.company\.com/);
  assert.match(page.body, new RegExp(`${BYE}\\?state=s`));
  await assertSignedOut(agent, framed);
});

test("back- and front-channel logout are advertised, with sessions", () => {
  for (const channel of ["backchannel", "frontchannel"]) for (const what of ["logout_supported", "logout_session_supported"]) assert.equal(provider.metadata[`${channel}_${what}`], true);
  assert.ok(provider.metadata.end_session_endpoint.startsWith("https://"));
});
