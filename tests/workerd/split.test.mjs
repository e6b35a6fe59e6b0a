// Three Workers of one issuer, each with its own secrets and bindings, as wrangler.toml's environments describe them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { shares } from "../harness/keys.mjs";
import { authorization, call, token, userinfo } from "../harness/oauth.mjs";
import { builds, commandLine, partBuild, parts } from "../harness/paths.mjs";
import { assertRefused } from "../harness/refusal.mjs";
import { run } from "../harness/sealwax.mjs";
import { addClient, addUser, fixtures, getCode, push, redeem, refresh, user } from "../harness/seeded.mjs";
import { startSplit } from "../harness/split.mjs";
import { until } from "../harness/until.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const KB = 1000;
const { RESOURCES, ...variables } = fixtures.variables;

async function startSeededSplit(options = {}) {
  const split = await startSplit({ vars: variables, ...options });
  for (const id of ["web", "spa", "machine", "api", "tv"]) await addClient(split, fixtures.clients.find(({ client_id }) => client_id === id));
  await addUser(split, user("ada"));
  return split;
}

let split;
before(async () => {
  split = await startSeededSplit();
});
after(() => split?.stop());

const keys = () => createRemoteJWKSet(new URL(`${split.url}/.well-known/jwks.json`));

test("a person signs in at one, the client gets tokens at another, and the third proves who signed", async () => {
  const got = await getCode(split, { params: { scope: "openid profile offline_access" } });
  const { status, body } = await redeem(split, got);
  assert.equal(status, 200, JSON.stringify(body));
  const { payload } = await jwtVerify(body.id_token, keys(), { issuer: split.url, audience: "web" });
  assert.equal(payload.nonce, got.request.nonce);
  const told = await userinfo(split.url, body.access_token);
  assert.deepEqual([told.status, told.body.sub], [200, payload.sub]);
  assertRefused(await redeem(split, got), 400, "invalid_grant");
});

test("a public client's refresh token rotates, and one revoked at the token Worker is known to userinfo at the other", async () => {
  const got = await getCode(split, { client: "spa", params: { scope: "openid offline_access" } });
  const first = (await redeem(split, got)).body;
  const second = (await refresh(split, got, first.refresh_token)).body;
  assert.ok(second.refresh_token && second.refresh_token !== first.refresh_token, JSON.stringify(second));
  assert.equal((await call(split.url, "/revoke", got.client, { token: second.refresh_token })).status, 200);
  assertRefused(await refresh(split, got, second.refresh_token), 400, "invalid_grant");
  const dead = await userinfo(split.url, second.access_token);
  assert.deepEqual([dead.status, dead.body.error], [401, "invalid_token"]);
});

test("pushed requests, client_credentials, introspection and devices work across the parts", async () => {
  const pushed = await push(split);
  assert.equal(pushed.answer.status, 201, JSON.stringify(pushed.answer.body));
  const { params } = await new UserAgent().authorize(pushed.url, { username: "ada", password: user("ada").password, redirectUri: "https://app.example/cb" });
  assert.equal((await redeem(split, { code: params.get("code"), request: pushed.request, client: { id: "web", secret: fixture("web").client_secret, redirectUri: "https://app.example/cb" } })).status, 200);
  const machine = { id: "machine", secret: fixture("machine").client_secret };
  const own = await token(split.url, machine, { grant_type: "client_credentials" });
  assert.equal(own.status, 200, JSON.stringify(own.body));
  assert.equal((await jwtVerify(own.body.access_token, keys(), { issuer: split.url })).payload.sub, "machine");
  const api = { id: "api", secret: fixture("api").client_secret };
  assert.equal((await call(split.url, "/introspect", api, { token: own.body.access_token })).body.active, true);
  const device = await call(split.url, "/device_authorization", { id: "tv" }, { scope: "openid" });
  assert.equal(device.status, 200, JSON.stringify(device.body));
  const poll = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: device.body.device_code };
  assertRefused(await token(split.url, { id: "tv" }, poll), 400, "authorization_pending");
  assert.match(await (await split.fetch(`/device?user_code=${device.body.user_code}`)).text(), /name="ticket"/);
});

const fixture = (id) => fixtures.clients.find(({ client_id }) => client_id === id);

test("each endpoint is at its part alone", async () => {
  for (const [path, part] of [["/token", "token"], ["/introspect", "token"], ["/revoke", "token"], ["/logout_notice", "token"], ["/.well-known/jwks.json", "jwks"], ["/authorize", "authorize"], ["/userinfo", "authorize"], ["/operator", "authorize"], ["/.well-known/openid-configuration", "authorize"], ["/", "authorize"]]) {
    for (const at of ["authorize", "token", "jwks"]) {
      const { status } = await split.at(at, path);
      assert.equal(status !== 404, at === part, `${path} at ${at}: ${status}`);
    }
  }
  // The part that shows no pages says so in JSON.
  const nowhere = await split.at("token", "/nowhere");
  assert.deepEqual([nowhere.status, nowhere.headers.get("content-type")], [404, "application/json"]);
});

test("accounts, sign-in names and consents are in a namespace that the token Worker does not have", async () => {
  await getCode(split, { params: { prompt: "consent" } });
  const names = async (binding) => (await (await split.kv(binding)).list()).keys.map(({ name }) => name.split("/")[0]);
  assert.deepEqual([...new Set(await names("USERS"))].sort(), ["consent", "login", "user"]);
  const store = new Set(await names("STORE"));
  assert.ok(store.has("client"), [...store].join());
  for (const own of ["consent", "login", "user"]) assert.ok(!store.has(own), own);
});

test("who signs out at the authorize Worker is told of by a token that the token Worker signs", async (t) => {
  const heard = [];
  const listener = createServer(async (request, response) => {
    heard.push(new URLSearchParams(await text(request)).get("logout_token"));
    response.writeHead(200).end();
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  t.after(() => (listener.closeAllConnections(), listener.close()));
  const url = `http://127.0.0.1:${listener.address().port}`;
  await split.sealwax("client", "add", "--id", "told", "--public", "--first-party", "--redirect-uri", `${url}/cb`, "--backchannel-logout-uri", `${url}/back`);
  const agent = new UserAgent();
  const request = authorization(split.url, { client_id: "told", redirect_uri: `${url}/cb` });
  const { params } = await agent.authorize(request.url, { username: "ada", password: user("ada").password });
  const { body } = await token(split.url, { id: "told" }, { grant_type: "authorization_code", code: params.get("code"), redirect_uri: `${url}/cb`, code_verifier: request.verifier });
  const question = await agent.get(`${split.url}/end_session`);
  await agent.submit(question, { button: { name: "decision", value: "sign_out" } });
  await until("the client is told", () => heard.length === 1, { timeout: 20_000 });
  const { payload, protectedHeader } = await jwtVerify(heard[0], keys(), { issuer: split.url, audience: "told" });
  assert.deepEqual([protectedHeader.typ, payload.sid, payload.sub], ["logout+jwt", decodeJwt(body.id_token).sid, decodeJwt(body.id_token).sub]);
});

test("with the authorize Worker's secrets nobody opens a refresh token, or makes one", async (t) => {
  const got = await getCode(split, { client: "spa", params: { scope: "openid offline_access" } });
  const { refresh_token: real } = (await redeem(split, got)).body;
  // A token Worker does not even start with them.
  const stolen = shares(split.secrets, "authorize").SEALING_KEYS;
  const refused = await startSplit({ t, vars: { ...variables, ISSUER: split.url }, of: { token: { SEALING_KEYS: stolen } } });
  const answer = await refused.at("token", "/token", { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token" }) });
  assert.equal(answer.status, 503);
  assert.match(JSON.stringify(await answer.json()), /SEALING_KEYS has a key .* which this role must not hold/);
  // Somebody who puts another key into the place of the one that is not there. Every one of them is tried in
  // tests/protocol/split/secrets.rs.
  const own = JSON.parse(shares(split.secrets, "token").SEALING_KEYS);
  own.keys[0].derived.refresh_token = JSON.parse(stolen).keys[0].derived.code;
  const thief = await startSplit({ t, vars: { ...variables, ISSUER: split.url }, of: { token: { SEALING_KEYS: JSON.stringify(own) } } });
  await copy(split, thief);
  const at = (params) => token(`${thief.url}/__part/token`, got.client, params);
  assertRefused(await at({ grant_type: "refresh_token", refresh_token: real }), 400, "invalid_grant");
  const fresh = await getCode(split, { client: "spa", params: { scope: "openid offline_access" } });
  const made = await at({ grant_type: "authorization_code", code: fresh.code, redirect_uri: fresh.client.redirectUri, code_verifier: fresh.request.verifier });
  assert.ok(made.body.refresh_token, JSON.stringify(made.body));
  assertRefused(await refresh(split, fresh, made.body.refresh_token), 400, "invalid_grant");
});

async function copy(from, to) {
  const [source, target] = [await from.kv("STORE"), await to.kv("STORE")];
  for (const { name } of (await source.list({ prefix: "client/" })).keys) await target.put(name, await source.get(name));
}

const said = async (part, options) => {
  const started = await startSplit({ vars: variables, ...options });
  try {
    const answer = await started.at(part, part === "token" ? "/token" : part === "jwks" ? "/.well-known/jwks.json" : "/");
    return [answer.status, (await answer.text()).replaceAll("&#34;", '"')];
  } finally {
    await started.stop();
  }
};

test("a part that lacks something, or has what is not its own, does not start", async () => {
  const secrets = split.secrets;
  for (const [part, options, fault] of [
    ["authorize", { bindings: { authorize: { TOKEN: null } } }, /TOKEN is missing/],
    ["authorize", { bindings: { authorize: { USERS: null } } }, /USERS is missing/],
    ["authorize", { of: { authorize: { SIGNING_KEY_1: secrets.SIGNING_KEY_1 } } }, /SIGNING_KEY_1 is here, where nothing is signed/],
    ["token", { of: { token: { CLAIMS_IN_TOKENS: "on" } } }, /USERS is missing: bind the KV namespace of accounts, or set CLAIMS_IN_TOKENS to off/],
    ["token", { vars: { ...variables, RESOURCES } }, /RESOURCES has access_token_claims, but CLAIMS_IN_TOKENS is off/],
    ["token", { bindings: { token: { USERS: "kv" } } }, /USERS is bound, but CLAIMS_IN_TOKENS is off/],
    // Wrangler takes a table for a variable; it is there all the same.
    ["authorize", { of: { authorize: { SIGNING_KEY_1: JSON.parse(secrets.SIGNING_KEY_1) } } }, /SIGNING_KEY_1 is here, where nothing is signed/],
    ["jwks", { of: { jwks: { SEALING_KEYS: JSON.parse(secrets.SEALING_KEYS) } } }, /SEALING_KEYS is here, where nothing is sealed/],
    ["jwks", { bindings: { jwks: { USERS: "kv" } } }, /USERS is bound, where nothing is stored/],
    ["token", { bindings: { token: { LEDGERS: null }, authorize: { LEDGERS: null } } }, /LEDGERS is missing/],
    ["token", { of: { token: { ROLE: "authorize" } } }, /ROLE is authorize, but this program was built as token/],
    ["jwks", { of: { jwks: { SEALING_KEYS: secrets.SEALING_KEYS } } }, /SEALING_KEYS is here, where nothing is sealed/],
    ["jwks", { of: { jwks: { VERIFYING_KEYS: null } } }, /VERIFYING_KEYS is missing/],
  ]) {
    const [status, body] = await said(part, options);
    assert.equal(status, 503, `${part}: ${body}`);
    assert.match(body, fault);
    assert.ok(!body.includes(JSON.parse(secrets.SIGNING_KEY_1).d), "a secret is told");
  }
});

test("what another Worker sends is not believed to be as short as it says", async () => {
  for (const kilobytes of [200, 2000]) {
    const body = `grant_type=client_credentials&scope=${"x".repeat(kilobytes * KB)}`;
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-announce": "10" };
    const answer = await split.at("token", "/token", { method: "POST", headers, body });
    assert.deepEqual([answer.status, (await answer.json()).error_description], [400, "The body is longer than 64 KB."]);
  }
});

test("`sealwax doctor` looks at every part", async (t) => {
  const endpoint = async (server) => {
    // With a fault it ends with 1, and its findings are on standard output.
    const output = await server.sealwax("doctor").catch((error) => JSON.parse(error.output));
    return output.findings.find(({ check }) => check === "token endpoint").level;
  };
  assert.equal(await endpoint(split), "ok");
  const broken = await startSplit({ t, vars: variables, of: { token: { SIGNING_KEY_1: null } } });
  assert.equal(await endpoint(broken), "fault");
});

test("with CLAIMS_IN_TOKENS the token Worker has the accounts and tells what a resource may know", async (t) => {
  const on = { CLAIMS_IN_TOKENS: "on" };
  const told = await startSeededSplit({ t, vars: { ...fixtures.variables, ...on }, bindings: { token: { USERS: "kv" } } });
  const got = await getCode(told, { params: { claims: JSON.stringify({ id_token: { name: null } }), scope: "openid profile" } });
  const { body } = await redeem(told, got);
  assert.equal(decodeJwt(body.id_token).name, user("ada").claims.name);
  // Where it is off, the claim is at userinfo alone.
  const less = await getCode(split, { params: { claims: JSON.stringify({ id_token: { name: null } }), scope: "openid profile" } });
  const tokens = (await redeem(split, less)).body;
  assert.equal(decodeJwt(tokens.id_token).name, undefined);
  assert.equal((await userinfo(split.url, tokens.access_token)).body.name, user("ada").claims.name);
});

test("`sealwax keys init --split` makes for each part what is derived here by node's own HKDF", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "sealwax-split-"));
  t.after(() => rm(folder, { recursive: true }));
  await run(commandLine, ["--key", "operator.jwk", "keys", "init", "--split", "--files", "--secrets", "own.vars"], "", { cwd: folder });
  const read = async (name) => Object.fromEntries([...(await readFile(join(folder, name), "utf8")).matchAll(/^(\w+)='(.*)'$/gm)].map(([, variable, value]) => [variable, meant(value)]));
  const whole = Object.fromEntries(Object.entries(await read("own.vars")).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
  for (const part of parts) {
    const derived = Object.fromEntries(Object.entries(shares(whole, part)).map(([name, value]) => [name, meant(value)]));
    const made = await read(`own.${part}.vars`);
    for (const key of made.VERIFYING_KEYS?.keys ?? []) assert.equal(key.d, undefined);
    assert.deepEqual(made, derived, part);
  }
});

const meant = (value) => (value.startsWith("{") ? JSON.parse(value) : value);

// The whole server is counted in size.test.mjs.
test("the JWKS Worker is at most 120 KB gzip, the token Worker smaller than the whole by a third", () => {
  const size = (folder) => gzipSync(readFileSync(join(folder, "index_bg.wasm")), { level: 9 }).length;
  assert.ok(size(partBuild("jwks")) <= 120 * KB, `${size(partBuild("jwks"))} bytes`);
  const [whole, part] = [size(builds.release), size(partBuild("token"))];
  assert.ok(part <= (whole * 2) / 3, `${part} of ${whole} bytes`);
  assert.ok(size(partBuild("authorize")) < whole);
});
