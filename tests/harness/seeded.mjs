// A server that has clients and users, and the walk that most tests begin with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { authorization, call, token } from "./oauth.mjs";
import { root } from "./paths.mjs";
import { startSealwax } from "./sealwax.mjs";
import { UserAgent } from "./user-agent.mjs";

/** The clients and users of tests/fixtures.json, which the Rust transcripts have too. */
export const fixtures = JSON.parse(readFileSync(join(root, "tests/fixtures.json"), "utf8"));

/** A fixture as the tests use it: { id, secret, redirectUri }. */
export function client(id) {
  const { client_id, client_secret, redirect_uris } = find(fixtures.clients, "client_id", id);
  return { id: client_id, secret: client_secret, redirectUri: redirect_uris?.[0] };
}

export function user(username) {
  return find(fixtures.users, "username", username);
}

/**
 * startSealwax(options) with the fixtures' variables, then clients and users added by the command line.
 * `clients` and `users`: names of fixtures, or whole records in their format. The operator's requests live a minute, so
 * whatever the command line has to do is done before the clock is moved.
 */
export async function startSeeded({ clients = ["web"], users = ["ada"], vars = {}, ...options } = {}) {
  const server = await startSealwax({ ...options, vars: { ...fixtures.variables, ...vars } });
  for (const one of clients) await addClient(server, typeof one === "string" ? find(fixtures.clients, "client_id", one) : one);
  for (const one of users) await addUser(server, typeof one === "string" ? user(one) : one);
  return server;
}

/**
 * The same with an issuer over https. The command line trusts no certificate that a test has signed, so it speaks to a
 * twin over http, whose records are copied.
 */
export async function startSeededTwin({ issuer, vars = {}, ...options }) {
  const twin = await startSeeded({ ...options, name: "twin", vars });
  try {
    const server = await startSealwax({ secrets: twin.secrets, operator: twin.operator, vars: { ...fixtures.variables, ...vars, ISSUER: issuer } });
    await twin.kv.copyTo(server, "");
    return server;
  } finally {
    await twin.stop();
  }
}

/** Registers RFC 7591 metadata; a client_id and client_secret among them are used. */
export function addClient(server, metadata) {
  return server.sealwaxWithInput(JSON.stringify(metadata), "client", "add", "--metadata", "-");
}

export function addUser(server, { username, password, claims = {} }) {
  const flags = Object.entries(claims).map(([name, value]) => `--claim=${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return server.sealwaxWithInput(password, "user", "add", username, "--password-stdin", ...flags);
}

/**
 * Walks an authorization request of a fixture's client to its end.
 * → { code, request, params, agent }; throws when the answer is an error.
 */
export async function getCode(server, { client: id = "web", username = "ada", agent = new UserAgent(), params = {}, at = server.url, ...walk } = {}) {
  const { redirectUri } = client(id);
  const request = authorization(at, { client_id: id, redirect_uri: redirectUri, scope: "openid notes:read", ...params });
  const answer = await agent.authorize(request.url, { username, password: user(username).password, ...walk });
  const code = answer.params.get("code");
  if (!code) throw new Error(`no code: ${answer.params}`);
  return { code, request, params: answer.params, agent, client: client(id) };
}

/** Pushes an authorization request of a fixture's client (RFC 9126) → { answer, request, url }: the URL brings it to `at`. */
export async function push(server, { client: id = "web", params = {}, at = server.url } = {}) {
  const own = client(id);
  const request = authorization(server.url, { client_id: id, redirect_uri: own.redirectUri, scope: "openid notes:read", ...params });
  const answer = await call(server.url, "/par", own, new URL(request.url).searchParams);
  const url = `${at}/authorize?${new URLSearchParams({ client_id: id, request_uri: answer.body.request_uri })}`;
  return { answer, request, url };
}

/** Redeems what getCode returned: at `at`, with `params` over the usual ones. */
export function redeem(server, got, { at = server.url, params = {}, client: other = got.client } = {}) {
  const usual = { grant_type: "authorization_code", code: got.code, redirect_uri: got.client.redirectUri, code_verifier: got.request.verifier };
  return token(at, other, { ...usual, ...params });
}

export function refresh(server, got, refreshToken, { at = server.url, params = {} } = {}) {
  return token(at, got.client, { grant_type: "refresh_token", refresh_token: refreshToken, ...params });
}

function find(list, member, value) {
  const found = list.find((one) => one[member] === value);
  if (!found) throw new Error(`tests/fixtures.json has no ${value}`);
  return found;
}
