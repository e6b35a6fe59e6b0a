// oidc-client-ts renews without asking: by refresh token, and by prompt=none in an iframe, which works for applications
// on the issuer's own site only. Over https, with the cookies and the names of a real deployment.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setHttpsScene } from "../harness/https-scene.mjs";
import { token } from "../harness/oauth.mjs";
import { allow, signIn } from "../harness/scene.mjs";
import { outcome, singlePageApp } from "../harness/spa.mjs";

const SECOND = 1000;
// One application without refresh tokens, and one with.
const FRAMING = { id: "framing", path: "/framing", scope: "openid profile notes:read notes:write" };
const REFRESHING = { id: "refreshing", path: "/refreshing", scope: "openid profile notes:read offline_access" };

let scene;
before(async () => {
  scene = await setHttpsScene({
    clients: ({ sameSite, crossSite }) => [FRAMING, REFRESHING].map(({ id, path, scope }) => ({
      client_id: id,
      client_name: "Notebook in the browser",
      token_endpoint_auth_method: "none",
      redirect_uris: [sameSite, crossSite].flatMap((site) => [`${site}${path}`, `${site}${path}/silent`]),
      post_logout_redirect_uris: [`${sameSite}${path}`],
      scope,
    })),
  });
  Object.assign(
    scene.site.files,
    singlePageApp({ path: FRAMING.path, issuer: scene.issuer, clientId: FRAMING.id, scope: "openid profile notes:read" }),
    singlePageApp({ path: REFRESHING.path, issuer: scene.issuer, clientId: REFRESHING.id, scope: REFRESHING.scope, settings: { loadUserInfo: true } }),
  );
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

/** A tab of a person who has signed in to the application and allowed it; → { page, user }. */
async function signedIn(t, url) {
  const page = await scene.tab(t);
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page);
  await allow(page);
  return { page, user: await outcome(page) };
}

/** Renews in an iframe; → the new User, or the library's error. */
const renewInFrame = (page, options = {}) =>
  page.evaluate((more) => manager.signinSilent({ forceIframeAuth: true, ...more }).catch(({ name, error }) => ({ name, error })), options);

const refused = (error) => ({ name: "ErrorResponse", error });

test("in an iframe of the same site: another token of the same sign-in, and nobody is asked", async (t) => {
  const { page, user } = await signedIn(t, `${scene.sameSite}${FRAMING.path}`);
  assert.equal(user.refresh_token, undefined);
  const before = page.url();
  const renewed = await renewInFrame(page);
  assert.ok(renewed.access_token, JSON.stringify(renewed));
  assert.notEqual(renewed.access_token, user.access_token);
  for (const claim of ["sub", "sid", "auth_time"]) assert.equal(renewed.profile[claim], user.profile[claim], claim);
  assert.equal(renewed.scope, user.scope);
  // The page stands where it stood, and the iframe is gone.
  assert.equal(page.url(), before);
  assert.equal(page.frames().length, 1);
  // Without `forceIframeAuth` too, for there is no refresh token.
  const again = await page.evaluate(() => manager.signinSilent());
  assert.notEqual(again.access_token, renewed.access_token);
});

test("in an iframe: who is not signed in, or no more, gets login_required", async (t) => {
  const stranger = await scene.tab(t);
  await stranger.goto(`${scene.sameSite}${FRAMING.path}`);
  assert.deepEqual(await renewInFrame(stranger), refused("login_required"));

  const { page } = await signedIn(t, `${scene.sameSite}${FRAMING.path}`);
  assert.ok((await renewInFrame(page)).access_token);
  await page.evaluate(() => {
    manager.signoutRedirect();
  });
  await page.waitForURL((url) => url.href.startsWith(scene.sameSite) && !url.searchParams.has("code"));
  assert.equal(await page.evaluate(() => manager.getUser()), null);
  assert.deepEqual(await renewInFrame(page), refused("login_required"));
});

test("in an iframe: what was never allowed is consent_required, and too old a sign-in is login_required", async (t) => {
  const { page, user } = await signedIn(t, `${scene.sameSite}${FRAMING.path}`);
  assert.deepEqual(await renewInFrame(page, { scope: FRAMING.scope }), refused("consent_required"));
  await scene.server.advance(61 * SECOND);
  assert.deepEqual(await renewInFrame(page, { max_age: 60 }), refused("login_required"));
  // Neither refusal has cost the session.
  const renewed = await renewInFrame(page);
  assert.equal(renewed.profile?.sid, user.profile.sid, JSON.stringify(renewed));
});

test("in an iframe of another site: login_required, because no cookie arrives; as a whole page it works there as well", async (t) => {
  const { page, user } = await signedIn(t, `${scene.crossSite}${FRAMING.path}`);
  assert.deepEqual(await renewInFrame(page), refused("login_required"));
  const before = page.url();
  await page.evaluate(() => {
    manager.signinRedirect({ prompt: "none" });
  });
  await page.waitForURL((url) => url.searchParams.has("code") && url.href !== before);
  assert.equal((await outcome(page)).profile.sid, user.profile.sid);
});

test("by refresh token, from any site: it rotates, userinfo is read each time, and no cookie is needed", async (t) => {
  const { page, user } = await signedIn(t, `${scene.crossSite}${REFRESHING.path}`);
  assert.equal(user.profile.preferred_username, "ada");
  await page.context().clearCookies({ domain: new URL(scene.issuer).hostname });
  const seen = [user.refresh_token];
  for (let round = 0; round < 2; round += 1) {
    const renewed = await page.evaluate(() => manager.signinSilent());
    assert.equal(renewed.profile.preferred_username, "ada");
    assert.equal(renewed.profile.sub, user.profile.sub);
    assert.ok(!seen.includes(renewed.refresh_token));
    seen.push(renewed.refresh_token);
  }
});

test("revokeTokens ends the refresh token and what it could still fetch; renewing again falls back to the iframe", async (t) => {
  const { page, user } = await signedIn(t, `${scene.sameSite}${REFRESHING.path}`);
  const refresh = () => token(scene.server.url, { id: REFRESHING.id, method: "none" }, { grant_type: "refresh_token", refresh_token: user.refresh_token });
  const userinfo = () => scene.server.fetch("/userinfo", { headers: { authorization: `Bearer ${user.access_token}` } });
  assert.equal((await userinfo()).status, 200);
  await page.evaluate(() => manager.revokeTokens(["refresh_token"]));
  assert.equal((await refresh()).body.error, "invalid_grant");
  assert.equal((await userinfo()).status, 401);
  assert.equal(await page.evaluate(async () => (await manager.getUser()).refresh_token), null);
  // The person is still signed in, and what was allowed still is.
  const renewed = await page.evaluate(() => manager.signinSilent());
  assert.equal(renewed.profile.sub, user.profile.sub);
  assert.ok(renewed.refresh_token);
});

test("revokeTokens of the access token leaves the refresh token alone; removeUser forgets and revokes nothing", async (t) => {
  const { page, user } = await signedIn(t, `${scene.sameSite}${REFRESHING.path}`);
  const userinfo = (access) => scene.server.fetch("/userinfo", { headers: { authorization: `Bearer ${access}` } });
  await page.evaluate(() => manager.revokeTokens(["access_token"]));
  assert.equal((await userinfo(user.access_token)).status, 401);
  const renewed = await page.evaluate(() => manager.signinSilent());
  assert.equal((await userinfo(renewed.access_token)).status, 200);
  await page.evaluate(() => manager.removeUser());
  assert.equal(await page.evaluate(() => manager.getUser()), null);
  assert.equal((await userinfo(renewed.access_token)).status, 200);
});
