// The log: one structured line a decision, and never anything that would open a door.
import assert from "node:assert/strict";
import { test } from "node:test";
import { authorization, basic, call, token, userinfo } from "../harness/oauth.mjs";
import { assertErrorPage } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { until } from "../harness/until.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;

/** What must never be logged, gathered on the way. */
class Secrets extends Map {
  keep(name, ...values) {
    for (const value of values.flat()) if (value) this.set(value, name);
  }
  keepPage(page) {
    this.keep("cookie", page.headers.getSetCookie().map((line) => line.split(";")[0].split(/=(.*)/s)[1]));
    this.keep("ticket", page.forms.map((form) => form.control("ticket")?.value));
    if (page.location) this.keep("code", page.location.searchParams.get("code"));
    return page;
  }
}

test("one line a decision with a request id of its own, and no secret in any line of a whole flow", async (t) => {
  const server = await startSeeded({ t, clients: ["web", "spa"], users: ["ada"] });
  await server.flushed();
  const before = server.logs().length;
  const secrets = new Secrets();
  const expected = []; // [event, status, path]
  const { id, secret, redirectUri } = client("web");
  const { password } = user("ada");
  const agent = new UserAgent();
  const say = (event, status, path) => expected.push([event, status, path]);

  const request = authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read offline_access", state: "state-of-this-test", nonce: "nonce-of-this-test", login_hint: "hint-of-this-test" });
  secrets.keep("password", password, "a wrong password");
  secrets.keep("user name", "Ada Lovelace", "hint-of-this-test");
  secrets.keep("client secret", secret, basic(id, secret), "a wrong secret of a client that somebody guessed");
  secrets.keep("verifier, state, nonce", request.verifier, "state-of-this-test", "nonce-of-this-test");

  const signIn = secrets.keepPage(await agent.get(request.url));
  say("sign_in_shown", 200, "/authorize");
  secrets.keepPage(await agent.submit(signIn, { fields: { username: "Ada Lovelace", password: "a wrong password" } }));
  say("sign_in_failed", 400, "/login");
  const consent = secrets.keepPage(await agent.submit(signIn, { fields: { username: "ada", password } }));
  say("consent_shown", 200, "/login");
  const answer = secrets.keepPage(await agent.submit(consent, { button: "allow" }));
  say("code_issued", 303, "/consent");
  const got = { code: answer.location.searchParams.get("code"), request, client: client("web") };
  const denied = await agent.submit(consent, { button: "deny" });
  secrets.keepPage(denied);
  say("refused", 303, "/consent");
  secrets.keepPage(await agent.get(`${request.url}&prompt=none`));
  say("code_issued", 303, "/authorize");

  await redeem(server, got, { client: { ...client("web"), secret: "a wrong secret of a client that somebody guessed" } });
  say("token_refused", 401, "/token");
  const tokens = await redeem(server, got);
  say("code_redeemed", 200, "/token");
  const { access_token, refresh_token, id_token } = tokens.body;
  secrets.keep("token", access_token, refresh_token, id_token, access_token.split(".")[2], JSON.parse(Buffer.from(access_token.split(".")[1], "base64url")).jti);
  assert.equal((await refresh(server, got, refresh_token)).status, 200);
  say("refreshed", 200, "/token");
  await call(server.url, "/introspect", client("web"), { token: access_token });
  say("introspected_active", 200, "/introspect");
  await userinfo(server.url, access_token);
  say("userinfo", 200, "/userinfo");
  await userinfo(server.url, `${access_token}x`);
  say("userinfo_refused", 401, "/userinfo");
  await call(server.url, "/revoke", client("web"), { token: access_token });
  say("revoked"); // what is revoked is a line beside the decision's own
  say("token_revoked", 200, "/revoke");
  await call(server.url, "/introspect", client("web"), { token: access_token });
  say("introspected_inactive", 200, "/introspect");
  await server.advance(11 * SECOND);
  await redeem(server, got);
  say("revoked");
  say("token_refused", 400, "/token");
  await refresh(server, got, refresh_token);
  say("token_refused", 400, "/token");
  await token(server.url, { id: "secret-looking-id-that-nobody-registered" }, { grant_type: "authorization_code", code: got.code });
  say("token_refused", 401, "/token");
  await agent.get(authorization(server.url, { client_id: id, redirect_uri: "https://evil.example/secret-path" }).url);
  say("refused", 400, "/authorize");
  await server.fetch(`/nothing/${got.code}?code=${got.code}`);
  say("not_found", 404, "");
  await server.fetch("/token");
  say("refused", 405, "/token");
  // Nothing is decided about these.
  await server.fetch("/token", { method: "OPTIONS", headers: { origin: "https://spa.example" } });
  await server.fetch("/.well-known/jwks.json");
  await server.fetch("/.well-known/openid-configuration");
  await server.fetch("/");
  say("front", 200, "/");
  await server.fetch("/operator", { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
  say("refused", 401, "/operator");

  await until("the log", () => server.logs().length >= before + expected.length);
  const messages = server.logs().slice(before).map(({ message }) => message);
  const lines = messages.map((message) => JSON.parse(message)); // all of them: nothing else writes to the log
  assert.deepEqual(lines.map(({ event, status, path }) => [event, status, path]), expected);
  for (const line of lines) {
    assert.match(line.request, /^[\w-]{12}$/);
    assert.equal(typeof line.time, "number");
    const allowed = ["time", "request", "path", "status", "event", "client", "subject", "family", "code", "cause"];
    for (const name of Object.keys(line)) assert.ok(allowed.includes(name), `${name} in ${JSON.stringify(line)}`);
    if ((line.status >= 400 && line.event !== "not_found") || line.event === "revoked") assert.match(line.cause, /^[a-z_]+$/, JSON.stringify(line));
  }
  const decisions = lines.filter(({ event }) => event !== "revoked");
  assert.equal(new Set(decisions.map(({ request: name }) => name)).size, decisions.length);
  const redeemed = lines.find(({ event }) => event === "code_redeemed");
  assert.equal(redeemed.client, "web");
  assert.equal(redeemed.subject, JSON.parse(Buffer.from(id_token.split(".")[1], "base64url")).sub);

  assert.ok(secrets.size > 20);
  const log = server.logs().map(({ message }) => message).join("\n"); // what the command line did included
  for (const [value, name] of secrets) assert.ok(!log.includes(value), `a ${name} is in the log: ${value}`);
});

test("the id on an error page is the id of its line in the log", async (t) => {
  const server = await startSeeded({ t });
  const agent = new UserAgent();
  const { id, redirectUri } = client("web");
  const pages = [
    [await agent.get(authorization(server.url, { client_id: "nobody", redirect_uri: redirectUri }).url), 400, "invalid_request"],
    [await agent.get(authorization(server.url, { client_id: id, redirect_uri: "https://evil.example/" }).url), 400, "invalid_request"],
    [await agent.request(`${server.url}/login`, { method: "POST", body: new URLSearchParams({ ticket: "x" }) }), 400, "invalid_request"],
    [await agent.request(`${server.url}/consent`, { method: "PUT" }), 405, "invalid_request"],
    [await agent.get(`${server.url}/nothing`), 404],
  ];
  await server.flushed();
  for (const [page, status, code] of pages) {
    const shown = assertErrorPage(page, status, code);
    const lines = server.events().filter(({ request }) => request === shown);
    assert.equal(lines.length, 1);
    assert.equal(lines[0].status, status);
    assert.equal(lines[0].code, code);
  }
});

test("a fault of the platform is a line of its own, and the decision is still told", async (t) => {
  const server = await startSeeded({ t });
  const got = await getCode(server);
  await server.fault({ ledger: "throw", kv: "throw" });
  await redeem(server, got);
  await got.agent.get(got.request.url);
  await server.fault({});
  await server.flushed();
  const events = server.events();
  assert.ok(events.some(({ event, part }) => event === "fault" && part === "ledger"));
  assert.ok(events.some(({ event, part }) => event === "fault" && part === "kv"));
  assert.ok(events.some(({ event, status, cause }) => event === "token_refused" && status === 503 && cause === "ledger_unavailable"));
  assert.ok(events.some(({ event, status, cause }) => event === "refused" && status === 503 && cause === "store_unavailable"));
});

test("LOG = refusals leaves a line of what is refused alone", async (t) => {
  const server = await startSeeded({ t, clients: ["web"], vars: { LOG: "refusals" } });
  await server.flushed();
  const before = server.logs().length;
  const got = await getCode(server);
  assert.equal((await redeem(server, got)).status, 200);
  assert.equal((await redeem(server, got)).status, 400);
  await got.agent.get(authorization(server.url, { client_id: "web", redirect_uri: got.client.redirectUri, scope: "unheard-of" }).url);
  await server.flushed();
  const events = server.logs().slice(before).map(({ message }) => JSON.parse(message));
  assert.deepEqual(events.map(({ event, status }) => [event, status]), [["token_refused", 400], ["refused", 303], ["not_found", 404]]);
});

test("a LOG that nobody knows is a fault of the configuration", async (t) => {
  const server = await startSealwax({ t, vars: { LOG: "none" } });
  const answer = await server.fetch("/.well-known/jwks.json");
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /LOG is neither all nor refusals/);
});
