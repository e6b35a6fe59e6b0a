// oidc-client-ts in Chromium, on a page of another origin: a whole sign-in by a script that reads metadata, keys and tokens
// across origins. The authorization endpoint is for navigation only.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { allow, setScene, signIn } from "../harness/scene.mjs";
import { addClient } from "../harness/seeded.mjs";
import { outcome, singlePageApp } from "../harness/spa.mjs";

const SPA = "spa-in-chromium";
const SCOPE = "openid notes:read offline_access";

let scene;
before(async () => {
  scene = await setScene();
  const { site, server } = scene;
  await addClient(server, { client_id: SPA, client_name: "Notebook in the browser", token_endpoint_auth_method: "none", redirect_uris: [`${site.url}/app`], scope: SCOPE });
  Object.assign(site.files, singlePageApp({ path: "/app", issuer: server.issuer, clientId: SPA, scope: SCOPE }));
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

test("signin redirect, callback, verified tokens, renewal and rotation", async (t) => {
  const page = await scene.tab(t);
  await page.goto(`${scene.site.url}/app`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page);
  await allow(page);
  await page.waitForURL(`${scene.site.url}/app?*`);
  const user = await outcome(page);
  assert.ok(user.id_token, JSON.stringify(user));
  assert.equal(user.profile.aud, SPA);
  assert.equal(user.scope, SCOPE);
  const keys = createRemoteJWKSet(new URL(`${scene.server.url}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(user.id_token, keys, { issuer: scene.server.issuer, audience: SPA });
  assert.equal(payload.nonce, "nonce-of-the-app");
  await jwtVerify(user.access_token, keys, { issuer: scene.server.issuer, typ: "at+jwt" });
  const renewed = await page.evaluate(() => manager.signinSilent());
  assert.notEqual(renewed.access_token, user.access_token);
  assert.notEqual(renewed.refresh_token, user.refresh_token);
});

test("cancelling arrives at the application as access_denied", async (t) => {
  const page = await scene.tab(t);
  await page.goto(`${scene.site.url}/app`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(`${scene.site.url}/app?*`);
  assert.deepEqual(await outcome(page), { name: "ErrorResponse", error: "access_denied" });
});

test("a script reads metadata, keys, token answers and userinfo across origins, refusals too; nothing else, and never with cookies", async (t) => {
  const context = await scene.browser.newContext(); // not scene.tab: the console complains on purpose
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${scene.site.url}/app`);
  const fetched = (path, init) => page.evaluate(([url, options]) => fetch(url, options).then((answer) => answer.status, () => "refused"), [`${scene.server.url}${path}`, init]);
  for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"]) {
    assert.equal(await fetched(path), 200, path);
    assert.equal(await fetched(path, { credentials: "include" }), "refused", path);
  }
  const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: `client_id=${SPA}&grant_type=authorization_code&code=x` };
  assert.equal(await fetched("/token", form), 400);
  assert.equal(await fetched("/token", { ...form, headers: { ...form.headers, authorization: "Basic eDp4" }, body: "grant_type=authorization_code&code=x" }), 401);
  assert.equal(await fetched("/token", { ...form, headers: { ...form.headers, "x-other": "1" } }), "refused");
  // RFC 6750 §3, RFC 7009 §2: what a script does with the tokens it got.
  assert.equal(await fetched("/userinfo", { headers: { authorization: "Bearer x" } }), 401);
  assert.equal(await fetched("/revoke", { ...form, body: `client_id=${SPA}&token=x` }), 200);
  assert.equal(await fetched("/introspect", { ...form, body: "token=x" }), "refused");
  for (const path of ["/", "/authorize?client_id=app", "/end_session", "/operator", "/nothing"]) assert.equal(await fetched(path), "refused", path);
  for (const path of ["/login", "/consent", "/operator"]) assert.equal(await fetched(path, form), "refused", path);
});
