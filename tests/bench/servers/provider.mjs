// @cloudflare/workers-oauth-provider on the same runtime.
import { authorization } from "../../harness/oauth.mjs";
import { bundled } from "../bundle.mjs";
import { form } from "../load.mjs";
import { start } from "../runtime.mjs";

const REDIRECT_URI = "https://app.example/cb";
const SCOPE = "notes:read offline_access";
const hasToken = ({ status, body }) => status === 200 && body.includes('"access_token"');
const accessToken = ({ body }) => JSON.parse(body).access_token;

export async function provider() {
  const server = await start("provider", { modules: await bundled("provider"), kvNamespaces: ["OAUTH_KV"] });
  const { port, url } = server;
  const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };
  const registered = await fetch(`${url}/register`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(metadata) });
  const { client_id, client_secret } = await registered.json();
  if (!client_secret) throw new Error(`workers-oauth-provider registered nothing: ${registered.status}`);
  const client = { client_id, client_secret };

  async function minted() {
    const asked = authorization(url, { client_id, redirect_uri: REDIRECT_URI, scope: SCOPE, nonce: null });
    const answer = await fetch(asked.url, { redirect: "manual" });
    const code = new URL(answer.headers.get("location") ?? url).searchParams.get("code");
    if (!code) throw new Error(`no code: ${answer.status} ${await answer.text()}`);
    return { ...client, grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: asked.verifier };
  }
  /** Its refresh tokens rotate, and the one before stays good: one token an answer, as many families as requests. */
  async function renewal() {
    const answer = await fetch(`${url}/token`, { method: "POST", body: new URLSearchParams(await minted()) });
    const { refresh_token } = await answer.json();
    return { ...client, grant_type: "refresh_token", refresh_token };
  }
  const operation = (label, make) => ({ label, prepare: (n) => several(n, async () => form("/token", port, await make())), ok: hasToken, token: accessToken });
  return { name: "workers-oauth-provider 1.2.3", ...server, operations: [operation("authorization_code", minted), operation("refresh_token", renewal)], lacks: ["client_credentials"] };
}

/** `n` of what `make` makes, sixteen at a time. */
export async function several(n, make) {
  const found = [];
  while (found.length < n) found.push(...(await Promise.all(Array.from({ length: Math.min(16, n - found.length) }, make))));
  return found;
}

