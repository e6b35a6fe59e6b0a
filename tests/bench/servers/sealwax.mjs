// Sealwax as it is released, and everything that it is asked.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeKeys } from "../../harness/keys.mjs";
import { authorization, basic, call, token } from "../../harness/oauth.mjs";
import { builds, commandLine, scratch } from "../../harness/paths.mjs";
import { run } from "../../harness/sealwax.mjs";
import { addClient, addUser, fixtures } from "../../harness/seeded.mjs";
import { UserAgent } from "../../harness/user-agent.mjs";
import { form, wire } from "../load.mjs";
import { built, freePort, start } from "../runtime.mjs";

const SCOPE = "notes:read";
const OFFLINE = `openid ${SCOPE} offline_access`;
const REDIRECT_URI = "https://app.example/cb";
const SECRET = "a-secret-that-only-the-benchmark-knows-0123456789";
const PASSWORD = "correct horse battery staple";
const CLIENTS = [
  { client_id: "web", client_secret: SECRET, redirect_uris: [REDIRECT_URI], grant_types: ["authorization_code", "refresh_token"], scope: OFFLINE, first_party: true },
  { client_id: "spa", token_endpoint_auth_method: "none", redirect_uris: [REDIRECT_URI], grant_types: ["authorization_code", "refresh_token"], scope: OFFLINE, first_party: true },
  { client_id: "machine", client_secret: SECRET, grant_types: ["client_credentials"], scope: SCOPE },
];
const web = { id: "web", secret: SECRET };
const machine = { id: "machine", secret: SECRET };
const spa = { id: "spa" };

const repeat = (request) => (n) => Array.from({ length: n }, () => request);
const is = (status) => (answer) => answer.status === status;
const hasToken = ({ status, body }) => status === 200 && body.includes('"access_token"');

/** `ledger: false` runs it with LEDGER = "off"; `log: "all"`, the default of a deployment, with a line for every decision. */
export async function sealwax({ ledger = true, log = "refusals", modules = built(builds.release), inspectorPort } = {}) {
  const keys = await makeKeys();
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const server = await start("sealwax", {
    port,
    inspectorPort,
    modules,
    compatibilityFlags: ["global_fetch_strictly_public"],
    kvNamespaces: ["STORE"],
    ...(ledger && { durableObjects: { LEDGERS: { className: "Ledger", useSQLite: true } } }),
    bindings: { ...keys.secrets, SCOPES: fixtures.variables.SCOPES, DEFAULT_RESOURCE: "https://api.example", ISSUER: issuer, LEDGER: ledger ? "on" : "off", LOG: log },
  });
  const operator = await commandLineOf(issuer, keys.operator);
  try {
    for (const client of CLIENTS) await addClient(operator, client);
    await addUser(operator, { username: "ada", password: PASSWORD });
  } finally {
    await operator.end();
  }
  const agent = new UserAgent();
  await agent.authorize(request(issuer, "web").url, { username: "ada", password: PASSWORD });
  const cookie = agent.cookieHeader(new URL(issuer));
  const name = ["Sealwax", ledger || "LEDGER = off", log === "refusals" || "LOG = all"].filter((part) => part !== true).join(", ");
  const operations = ledger && log === "refusals" ? await all(server, cookie) : [codes(server, cookie, "authorization_code"), clientCredentials(server, "client_credentials")];
  return { name, ...server, operations };
}

const request = (issuer, id) => authorization(issuer, { client_id: id, redirect_uri: REDIRECT_URI, scope: OFFLINE });

async function all(server, cookie) {
  const { port, url } = server;
  const login = new URL(request(url, "web").url);
  const silent = new URL(request(url, "web").url);
  const { body: issued } = await redeemed(server, cookie, web);
  const authorized = { headers: { authorization: `Bearer ${issued.access_token}` } };
  return [
    { label: "JWKS", prepare: repeat(wire("GET", "/.well-known/jwks.json", port)), ok: is(200) },
    { label: "discovery", prepare: repeat(wire("GET", "/.well-known/openid-configuration", port)), ok: is(200) },
    clientCredentials(server, "client_credentials"),
    codes(server, cookie, "authorization_code"),
    { label: "refresh_token, not rotating", prepare: repeat(form("/token", port, { grant_type: "refresh_token", refresh_token: issued.refresh_token }, { authorization: basic(web.id, web.secret) })), ok: hasToken },
    { label: "refresh_token, rotating", prepare: (n) => renewals(server, cookie, n), ok: hasToken },
    { label: "introspection", prepare: repeat(form("/introspect", port, { token: issued.access_token }, { authorization: basic(web.id, web.secret) })), ok: ({ status, body }) => status === 200 && body.includes('"active":true') },
    { label: "userinfo", prepare: repeat(wire("GET", "/userinfo", port, authorized)), ok: is(200) },
    { label: "authorize with a session", prepare: repeat(wire("GET", silent.pathname + silent.search, port, { headers: { cookie } })), ok: ({ status, head }) => status === 303 && head.includes("code=") },
    { label: "sign-in page", prepare: repeat(wire("GET", login.pathname + login.search, port)), ok: is(200) },
  ];
}

const clientCredentials = ({ port }, label) => ({
  label,
  prepare: repeat(form("/token", port, { grant_type: "client_credentials", scope: SCOPE }, { authorization: basic(machine.id, machine.secret) })),
  ok: hasToken,
  token: ({ body }) => JSON.parse(body).access_token,
});

/** A code is good once and for 60 s, so each is minted right before. */
function codes(server, cookie, label) {
  return {
    label,
    prepare: async (n) => (await minted(server, cookie, web, n)).map(({ code, verifier }) => form("/token", server.port, redemption(code, verifier), { authorization: basic(web.id, web.secret) })),
    ok: hasToken,
    token: ({ body }) => JSON.parse(body).access_token,
  };
}

const redemption = (code, verifier) => ({ grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier });

/** Families that begin, each to be renewed once: what a client on a timer does, over and over. */
async function renewals(server, cookie, n) {
  const found = [];
  for (const { code, verifier } of await minted(server, cookie, spa, n)) {
    const { body } = await token(server.url, spa, redemption(code, verifier));
    found.push(form("/token", server.port, { grant_type: "refresh_token", client_id: spa.id, refresh_token: body.refresh_token }));
  }
  return found;
}

async function minted({ url }, cookie, client, n) {
  const found = [];
  while (found.length < n) {
    const batch = Array.from({ length: Math.min(16, n - found.length) }, async () => {
      const asked = request(url, client.id);
      const answer = await fetch(asked.url, { headers: { cookie }, redirect: "manual" });
      await answer.arrayBuffer();
      const code = new URL(answer.headers.get("location") ?? url).searchParams.get("code");
      if (!code) throw new Error(`no code: ${answer.status} ${answer.headers.get("location")}`);
      return { code, verifier: asked.verifier };
    });
    found.push(...(await Promise.all(batch)));
  }
  return found;
}

async function redeemed(server, cookie, client) {
  const [{ code, verifier }] = await minted(server, cookie, client, 1);
  return call(server.url, "/token", client, redemption(code, verifier));
}

/** The operator's command line, as the helpers that add clients and users want it. */
async function commandLineOf(issuer, operator) {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "bench-"));
  const key = join(folder, "operator.jwk");
  await writeFile(key, JSON.stringify(operator), { mode: 0o600 });
  return {
    sealwaxWithInput: (input, ...args) => run(commandLine, ["--issuer", issuer, "--key", key, "--json", ...args], input),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}
