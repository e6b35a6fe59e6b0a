// A small web application that signs its users in with Sealwax: what a relying party has to do, with `openid-client`.
// Authorization code and PKCE, tokens verified against the issuer's keys, then shown. Started by scripts/dev.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as oidc from "openid-client";

const SIGN_IN_MS = 600_000;

const { values: options } = parseArgs({
  options: {
    issuer: { type: "string", default: "http://localhost:8787" },
    client: { type: "string", default: "demo" },
    port: { type: "string", default: "8788" },
    scope: { type: "string", default: "openid offline_access" },
  },
});
const here = `http://localhost:${options.port}`;
const redirectUri = `${here}/callback`;

// Sign-ins under way, by the value of this browser's cookie.
const pending = new Map();
let discovered;

const server = createServer(async (request, response) => {
  const url = new URL(request.url, here);
  try {
    if (request.method !== "GET") return send(response, 405, page("Not here", "<p>This page only answers GET.</p>"));
    if (url.pathname === "/") return send(response, 200, page("Demo app", WELCOME));
    if (url.pathname === "/sign-in") return await signIn(response);
    if (url.pathname === "/callback") return await callback(request, response, url);
    return send(response, 404, page("Not found", `<p>There is no such page.</p>${AGAIN}`));
  } catch (error) {
    return send(response, 502, page("Sign-in failed", `<p class="bad">${escape(reason(error))}</p>${AGAIN}`));
  }
});
server.listen(Number(options.port), "localhost");
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

// Once; a failure is not kept, so that the demo recovers when the issuer comes up later.
async function configuration() {
  discovered ??= await oidc.discovery(new URL(options.issuer), options.client, undefined, oidc.None(), {
    execute: options.issuer.startsWith("http://") ? [oidc.allowInsecureRequests] : [],
  });
  return discovered;
}

async function signIn(response) {
  const config = await configuration();
  const verifier = oidc.randomPKCECodeVerifier();
  const signing = { verifier, state: oidc.randomState(), nonce: oidc.randomNonce(), since: Date.now() };
  const id = randomBytes(16).toString("base64url");
  for (const [key, { since }] of pending) if (since < Date.now() - SIGN_IN_MS) pending.delete(key);
  pending.set(id, signing);
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: options.scope,
    state: signing.state,
    nonce: signing.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  response.writeHead(303, { location: to.href, "set-cookie": `demo_sign_in=${id}; Path=/; HttpOnly; SameSite=Lax`, "cache-control": "no-store" }).end();
}

async function callback(request, response, url) {
  const id = /(?:^|;\s*)demo_sign_in=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const signing = pending.get(id);
  if (!signing) return send(response, 400, page("Sign-in expired", `<p>This sign-in is not under way in this browser.</p>${AGAIN}`));
  pending.delete(id);
  const config = await configuration();
  // Checks state, iss, the ID token's signature, issuer, audience, expiry and nonce.
  const tokens = await oidc.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: signing.verifier,
    expectedState: signing.state,
    expectedNonce: signing.nonce,
    idTokenExpected: true,
  });
  // What an API does with the access token (RFC 9068 §4), and the ID token's signature once more.
  const { issuer, jwks_uri: jwksUri } = config.serverMetadata();
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const access = await jwtVerify(tokens.access_token, keys, { issuer, audience: issuer, typ: "at+jwt" });
  const identity = await jwtVerify(tokens.id_token, keys, { issuer, audience: options.client });
  send(response, 200, page("You are signed in", signedIn(tokens, access.payload, identity.payload)));
}

function signedIn(tokens, access, identity) {
  const refresh = tokens.refresh_token ? `<p>There is a refresh token too, of ${tokens.refresh_token.length} characters.</p>` : "";
  return `<p class="good">Both tokens were verified against the keys of <a href="${escape(options.issuer)}">${escape(options.issuer)}</a>.</p>
<p>Granted: <code>${escape(tokens.scope ?? access.scope ?? "what was asked")}</code></p>${refresh}
${token("ID token", "says who signed in", tokens.id_token, identity)}
${token("Access token", `opens APIs for ${tokens.expires_in} seconds`, tokens.access_token, access)}
${AGAIN}`;
}

function token(title, what, jwt, claims) {
  const header = decodeProtectedHeader(jwt);
  return `<section><h2>${title} <small>${what}</small></h2>
<pre tabindex="0" aria-label="${title}: claims">${escape(JSON.stringify(claims, null, 2))}</pre>
<details><summary>Header and signed form</summary><pre tabindex="0">${escape(JSON.stringify(header))}</pre><pre class="raw" tabindex="0">${escape(jwt)}</pre></details></section>`;
}

function reason(error) {
  return [error.error, error.error_description, error.message, error.cause?.message].filter(Boolean).join(" · ");
}

function send(response, status, html) {
  response
    .writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'" })
    .end(html);
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const AGAIN = `<p><a class="button" href="/sign-in">Sign in again</a></p>`;
const WELCOME = `<p>An application of somebody else's, on an origin of its own. It knows nothing about you until you sign in.</p>
<p><a class="button" href="/sign-in">Sign in with Sealwax</a></p>
<p class="quiet">Issuer: <a href="${escape(options.issuer)}">${escape(options.issuer)}</a></p>`;

function page(title, body) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title} · Demo app</title>
<style>
:root { --ink: #1c2733; --paper: #f4f6f8; --card: #fff; --line: #d5dce3; --accent: #14507a; --on-accent: #fff; --good: #176639; --bad: #a3231d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf0; --paper: #12181f; --card: #1b232c; --line: #37434f; --accent: #8cc4ee; --on-accent: #0c1a26; --good: #7fd8a2; --bad: #ff9d96; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; } h2 { font-size: 1.1rem; margin: 0 0 .75rem; } small, .quiet { opacity: .78; font-weight: 400; font-size: .9rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1.25rem 0; }
pre { margin: 0; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; } details { margin-top: .9rem; } details pre { margin-top: .6rem; } .raw { opacity: .78; }
a { color: var(--accent); } .button { display: inline-block; background: var(--accent); color: var(--on-accent); padding: .65rem 1.2rem; border-radius: .5rem; text-decoration: none; font-weight: 600; }
.button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; } .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); }
</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
}
