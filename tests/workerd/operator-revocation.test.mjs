// What the operator ends with the command line is over, and nothing else is; what he lets back in begins anew.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { authorization } from "../harness/oauth.mjs";
import { commandLine } from "../harness/paths.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const OFFLINE = { scope: "openid notes:read offline_access" };

const everybody = { clients: ["web", "spa"], users: ["ada", "bob"] };

/** A sign-in with a refresh token: `web` keeps a secret, `spa` is public and rotates. */
async function granted(server, id, username, agent) {
  const got = await getCode(server, { client: id, username, agent, params: OFFLINE });
  const { status, body } = await redeem(server, got);
  assert.equal(status, 200, JSON.stringify(body));
  return { got, token: body.refresh_token, name: `${username} at ${id}` };
}

/** One of each: both clients, both users, each in a browser of its own. */
function all(server) {
  const pairs = ["web", "spa"].flatMap((id) => ["ada", "bob"].map((username) => [id, username]));
  return Promise.all(pairs.map(([id, username]) => granted(server, id, username)));
}

async function assertAlive(server, grant) {
  const { status, body } = await refresh(server, grant.got, grant.token);
  assert.equal(status, 200, `${grant.name}: ${JSON.stringify(body)}`);
  grant.token = body.refresh_token ?? grant.token;
}

const assertDead = async (server, grant) => assertRefused(await refresh(server, grant.got, grant.token), 400, "invalid_grant");

/** The family of the newest token that was issued, as an operator finds it in the log. */
async function newestFamily(server) {
  await server.flushed();
  const { family } = server.events().findLast(({ event }) => event === "code_redeemed");
  assert.match(family, /^[\w-]{22}$/);
  return family;
}

const asked = (server, id) => authorization(server.url, { client_id: id, redirect_uri: client(id).redirectUri, scope: "openid" }).url;

test("revoke user: both clients lose what ada gave them, bob's go on, and ada can come back", async (t) => {
  const server = await startSeeded({ t, ...everybody });
  const grants = await all(server);
  const browser = new UserAgent();
  await getCode(server, { agent: browser });
  assert.equal((await server.sealwax("revoke", "user", "Ada")).username, "ada");
  for (const grant of grants) await (grant.name.startsWith("ada") ? assertDead(server, grant) : assertAlive(server, grant));
  assert.ok((await browser.get(asked(server, "web"))).form("password"), "ada's browser is signed out");
  await assertAlive(server, await granted(server, "spa", "ada", browser));
});

test("revoke client: all that it holds ends, the other client's goes on, and it begins anew", async (t) => {
  const server = await startSeeded({ t, ...everybody });
  const grants = await all(server);
  const code = await getCode(server);
  assert.equal((await server.sealwax("revoke", "client", "web")).epoch, 1);
  for (const grant of grants) await (grant.name.endsWith("web") ? assertDead(server, grant) : assertAlive(server, grant));
  assertRefused(await redeem(server, code), 400, "invalid_grant");
  await assertAlive(server, await granted(server, "web", "ada"));
});

for (const id of ["web", "spa"]) {
  test(`revoke session: that browser of ${id} is out, another of the same user goes on`, async (t) => {
    const server = await startSeeded({ t, ...everybody });
    const [here, there] = [new UserAgent(), new UserAgent()];
    const [gone, stays, others] = [await granted(server, id, "ada", here), await granted(server, id, "ada", there), await granted(server, id, "bob")];
    const { sessions } = await server.sealwax("user", "sessions", "ada");
    assert.equal(sessions.length, 2);
    const [, first] = sessions; // the newest is listed first
    await assert.rejects(server.sealwax("revoke", "session", "bob", first.sid), /no such sign-in/);
    await server.sealwax("revoke", "session", "ada", first.sid);
    await assertDead(server, gone);
    await assertAlive(server, stays);
    await assertAlive(server, others);
    assert.ok((await here.get(asked(server, id))).form("password"));
    assert.deepEqual((await server.sealwax("user", "sessions", "ada")).sessions, [sessions[0]]);
  });

  test(`revoke family: one code's tokens of ${id} end, those of the next code of the same session go on`, async (t) => {
    const server = await startSeeded({ t, ...everybody });
    const agent = new UserAgent();
    const gone = await granted(server, id, "ada", agent);
    const family = await newestFamily(server);
    const stays = await granted(server, id, "ada", agent);
    assert.notEqual(await newestFamily(server), family);
    await server.sealwax("revoke", "family", "bob", family);
    await assertAlive(server, gone); // bob has no such family: nothing is reached
    await server.sealwax("revoke", "family", "ada", family);
    await assertDead(server, gone);
    await assertAlive(server, stays);
  });
}

test("what the log says of it: who, what and why, and never a token", async (t) => {
  const server = await startSeeded({ t, ...everybody });
  const grant = await granted(server, "web", "ada");
  const { sub } = await server.sealwax("revoke", "user", "ada");
  await server.flushed();
  const lines = server.events().filter(({ event }) => event === "revoked" || event === "operator.revoke_user");
  assert.deepEqual(lines.map(({ event, cause, subject }) => [event, cause, subject]), [["revoked", "subject", sub], ["operator.revoke_user", undefined, sub]]);
  assert.equal(lines[0].request, lines[1].request);
  assert.ok(!JSON.stringify(server.logs()).includes(grant.token));
});

test("a disabled client may do nothing anywhere; enabled, it begins anew", async (t) => {
  const server = await startSeeded({ t, ...everybody });
  const grants = await all(server);
  const agent = new UserAgent();
  const form = await agent.get(asked(server, "web"));
  const code = await getCode(server);
  assert.equal((await server.sealwax("client", "disable", "web")).epoch, 1);
  assertErrorPage(await new UserAgent().get(asked(server, "web")), 400);
  assertErrorPage(await agent.submit(form, { fields: user("ada") }), 400);
  assertRefused(await redeem(server, code), 401, "invalid_client");
  for (const grant of grants) {
    if (grant.name.endsWith("web")) assertRefused(await refresh(server, grant.got, grant.token), 401, "invalid_client");
    else await assertAlive(server, grant);
  }
  assert.equal((await server.sealwax("client", "enable", "web")).epoch, 1);
  for (const grant of grants.filter(({ name }) => name.endsWith("web"))) await assertDead(server, grant);
  assertRefused(await redeem(server, code), 400, "invalid_grant");
  await assertAlive(server, await granted(server, "web", "ada"));
});

test("a disabled user is out and cannot come in; enabled, the same password opens again", async (t) => {
  const server = await startSeeded({ t, ...everybody });
  const grants = await all(server);
  await server.sealwax("user", "disable", "ada");
  for (const grant of grants) await (grant.name.startsWith("ada") ? assertDead(server, grant) : assertAlive(server, grant));
  await assert.rejects(getCode(server), /sign-in was refused/);
  await server.sealwax("user", "enable", "ada");
  for (const grant of grants.filter(({ name }) => name.startsWith("ada"))) await assertDead(server, grant);
  await assertAlive(server, await granted(server, "web", "ada"));
});

test("an invited user sets a password by the link, once; a reset ends what the old one began", async (t) => {
  const server = await startSeeded({ t, clients: ["web"], users: [] });
  const { link } = await server.sealwax("user", "invite", "ada");
  const { password } = user("ada");
  await assert.rejects(getCode(server), /sign-in was refused/);
  await setPassword(link, password);
  const before = await granted(server, "web", "ada");
  await assert.rejects(server.sealwax("user", "invite", "ada"), /user reset ada/);

  const reset = await server.sealwax("user", "reset", "ada");
  await assertAlive(server, before);
  await setPassword(reset.link, password);
  await assertDead(server, before);
  assertErrorPage(await new UserAgent().get(reset.link), 400);
  await assertAlive(server, await granted(server, "web", "ada"));
});

async function setPassword(link, password) {
  const agent = new UserAgent();
  const page = await agent.get(link);
  const form = page.forms.find((one) => one.controls.some(({ type }) => type === "password"));
  const fields = Object.fromEntries(form.controls.filter(({ type }) => type === "password").map(({ name }) => [name, password]));
  const answer = await agent.submit(page, { form, fields });
  assert.ok(answer.status < 400, answer.text());
}

test("two secrets work while they overlap, then only the new one", async (t) => {
  const server = await startSeeded({ t });
  const { client_secret: secret } = await server.sealwax("client", "rotate-secret", "web", "--overlap", "1h");
  const rotated = { ...client("web"), secret };
  const redeemed = async (one) => redeem(server, await getCode(server), { client: one });
  assert.equal((await redeemed(client("web"))).status, 200);
  assert.equal((await redeemed(rotated)).status, 200);
  await server.advance(HOUR);
  assertRefused(await redeemed(client("web")), 401, "invalid_client");
  assert.equal((await redeemed(rotated)).status, 200);
});

test("an update narrows what a client may do at once, and ends nothing else", async (t) => {
  const server = await startSeeded({ t });
  const grant = await granted(server, "web", "ada");
  await server.sealwax("client", "update", "web", "--name", "Another name", "--rotate");
  const { body } = await refresh(server, grant.got, grant.token);
  assert.ok(body.refresh_token, "it rotates now");
  assert.match((await new UserAgent().get(asked(server, "web"))).text(), /Another name/);
});

for (const fault of [{ kv: { put: "throw" } }, { ledger: "throw" }]) {
  test(`a revocation that cannot be kept is refused, and works when it is repeated (${JSON.stringify(fault)})`, async (t) => {
    const server = await startSeeded({ t, ...everybody });
    const grant = await granted(server, "web", "ada");
    await server.fault(fault);
    await assert.rejects(server.sealwax("revoke", "user", "ada"), /cannot do this right now/);
    await server.fault({});
    await server.sealwax("revoke", "user", "ada");
    await assertDead(server, grant);
  });
}

/** → { code, findings: ["level check"], said } */
async function doctor(server) {
  const key = join(server.folder, "operator.jwk");
  const args = ["--issuer", server.issuer, "--key", existsSync(key) ? key : "/nowhere", "--json", "doctor"];
  const { code, said } = await new Promise((done) => {
    execFile(commandLine, args, (error, output) => done({ code: error?.code ?? 0, said: output }));
  });
  return { code, said, findings: JSON.parse(said).findings.map(({ level, check }) => `${level} ${check}`) };
}

const faults = ({ findings }) => findings.filter((one) => one.startsWith("fault"));

test("doctor: a healthy server has no fault; while KV or the ledger fails it says which", async (t) => {
  const server = await startSeeded({ t });
  const healthy = await doctor(server);
  assert.equal(healthy.code, 0, JSON.stringify(healthy));
  const expected = ["ok connection", "ok front page", "ok metadata", "ok token endpoint", "warning keys", "ok clock", "ok store", "ok ledger", "ok signing keys", "ok sealing keys", "ok client keys"];
  assert.deepEqual(healthy.findings, expected); // the harness makes no RS256 key
  await server.fault({ kv: "throw" });
  const kv = await doctor(server);
  await server.fault({ ledger: "throw" });
  const ledger = await doctor(server);
  await server.fault({});
  assert.deepEqual([kv.code, ...faults(kv)], [1, "fault front page", "fault store"]);
  assert.deepEqual([ledger.code, ...faults(ledger)], [1, "fault front page", "fault ledger"]);
});

test("doctor: every fault of a configuration is read from its page", async (t) => {
  const server = await startSealwax({ t, vars: { LEDGER: "sometimes", SIGNING_KEY_1: null } });
  const { code, findings: found, said } = await doctor(server);
  assert.equal(code, 1);
  assert.deepEqual(found, ["ok connection", "fault configuration", "fault configuration"]);
  assert.match(said, /LEDGER is neither on nor off/);
  assert.match(said, /SIGNING_KEY_1 is missing/);
});
