// The client's half of the authorization code grant, written out, so that a test can bend any part of it.
import { createHash, randomBytes } from "node:crypto";

/** → { verifier, challenge } (RFC 7636, S256). */
export function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/**
 * An authorization request → { url, verifier, state, nonce }. `params` go over the usual ones; null leaves one out.
 */
export function authorization(issuer, params) {
  const { verifier, challenge } = pkce();
  const state = randomBytes(12).toString("base64url");
  const nonce = randomBytes(12).toString("base64url");
  const all = { response_type: "code", scope: "openid", state, nonce, code_challenge: challenge, code_challenge_method: "S256", ...params };
  const url = new URL(`${issuer.replace(/\/$/, "")}/authorize`);
  for (const [name, value] of Object.entries(all)) if (value !== null && value !== undefined) url.searchParams.set(name, value);
  return { url: url.href, verifier, state, nonce };
}

/** POST /token → { status, headers, body }. `client` is { id, secret, method } with method none, basic or post. */
export function token(url, client, params) {
  return call(url, "/token", client, params);
}

/** POST a form to `path` as a client → { status, headers, body }. */
export async function call(url, path, client, params) {
  const form = new URLSearchParams(params);
  const headers = {};
  if (client.method === "basic" || (client.secret && client.method === undefined)) headers.authorization = basic(client.id, client.secret);
  else form.set("client_id", client.id);
  if (client.method === "post") form.set("client_secret", client.secret);
  return read(await fetch(`${url.replace(/\/$/, "")}${path}`, { method: "POST", body: form, headers, redirect: "manual" }));
}

/** GET /userinfo with the token in the header → { status, headers, body }. */
export async function userinfo(url, accessToken) {
  return read(await fetch(`${url.replace(/\/$/, "")}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` }, redirect: "manual" }));
}

async function read(answer) {
  const text = await answer.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  return { status: answer.status, headers: answer.headers, body };
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
export function basic(id, secret) {
  const encoded = (text) => new URLSearchParams({ v: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString("base64")}`;
}
