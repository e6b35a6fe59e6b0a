// mod_auth_openidc as Debian ships it, in front of an application: a person signs in and out with Chromium.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { chooseApache, startApache } from "../harness/apache.mjs";
import { privateJwk } from "../harness/keys.mjs";
import { APP, allow, deny, setScene, signIn } from "../harness/scene.mjs";
import { addClient } from "../harness/seeded.mjs";
import { until } from "../harness/until.mjs";

const CLIENT = { id: "wiki", secret: "wiki-secret-that-only-the-tests-know-012345678" };
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const SIGNED_OUT = 302; // Apache sends the browser to sign in

let scene, places, apache;
before(async () => {
  places = await chooseApache();
  scene = await setScene({ server: { rsa: true } });
  await addClient(scene.server, {
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    client_name: "The wiki",
    redirect_uris: [places.callback],
    post_logout_redirect_uris: [places.signedOut],
    backchannel_logout_uri: places.backchannel,
    backchannel_logout_session_required: true,
    scope: "openid profile",
  });
  apache = await startApache({ places, issuer: scene.server.issuer, client: CLIENT });
});

/** Another Apache, of a client of its own, with further lines of configuration. */
async function startAnother(t, { id, alg, more, pairwise = false }) {
  const other = await chooseApache();
  const client = { id, secret: CLIENT.secret };
  const sector = pairwise ? await sectorOf(t, other.callback) : {};
  await addClient(scene.server, { client_id: id, client_secret: client.secret, client_name: id, redirect_uris: [other.callback], post_logout_redirect_uris: [other.signedOut], id_token_signed_response_alg: alg, scope: "openid profile", ...sector });
  const started = await startApache({ places: other, issuer: scene.server.issuer, client, more });
  t.after(() => started.stop());
  return { ...started, places: other };
}

/** A site that vouches for one redirect URI (OpenID Connect Registration §5), and what a client says of it. */
async function sectorOf(t, uri) {
  const site = createServer((_, response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([uri])));
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  t.after(() => site.close());
  await scene.server.lead({ "sector.company.com": `http://127.0.0.1:${site.address().port}` });
  return { subject_type: "pairwise", sector_identifier_uri: "https://sector.company.com/uris.json" };
}

after(async () => {
  await apache?.stop();
  await scene?.close();
});
beforeEach(() => scene.forgetConsents());

const told = (page, name) => page.locator(`#oidc_${name}`).textContent();
const atApplication = (page) => page.getByRole("heading", { name: "What Apache tells" }).waitFor();
const atSignIn = (page) => page.getByLabel("Password").waitFor();

/** What Apache answers this browser for the page behind it, where no redirect is followed. */
const status = async (page) => (await page.request.get(apache.app, { maxRedirects: 0 })).status();

/** A tab of somebody who is signed in at Apache. */
async function signedIn(t, { allowedBefore = false } = {}) {
  const page = await scene.tab(t);
  await page.goto(apache.app);
  await signIn(page);
  if (!allowedBefore) await allow(page);
  await atApplication(page);
  return page;
}

test("signing in: the page behind Apache shows the claims of ID token and userinfo, and a second visit asks nothing", async (t) => {
  const page = await signedIn(t);
  assert.equal(page.url(), apache.app);
  assert.equal(await told(page, "claim_preferred_username"), "ada");
  assert.equal(await told(page, "claim_iss"), scene.server.issuer);
  assert.equal(await told(page, "claim_aud"), CLIENT.id);
  const idToken = await told(page, "id_token");
  assert.equal(await told(page, "claim_sub"), decodeJwt(idToken).sub);
  assert.equal(decodeProtectedHeader(idToken).alg, "ES256");
  // The name comes from userinfo alone.
  assert.equal(decodeJwt(idToken).preferred_username, undefined);
  await scene.server.flushed();
  assert.equal(scene.server.events().filter(({ event, client }) => event === "userinfo" && client === CLIENT.id).length, 1);

  await scene.server.resetCounts();
  await page.reload();
  await atApplication(page);
  assert.deepEqual((await scene.server.counts()).log, []);
});

test("signing in: with a session and a remembered consent at Sealwax, a new Apache session asks nothing either", async (t) => {
  const page = await signedIn(t);
  const subject = await told(page, "claim_sub");
  await page.context().clearCookies({ domain: new URL(places.url).hostname });
  assert.equal(await status(page), SIGNED_OUT);
  await page.goto(apache.app);
  await atApplication(page);
  assert.equal(await told(page, "claim_sub"), subject);
});

test("what the person denies lets nobody in, though the module does not say why", async (t) => {
  const page = await scene.tab(t);
  await page.goto(apache.app);
  await signIn(page);
  await deny(page);
  await page.waitForURL(`${places.callback}?*`);
  assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
  assert.equal(await page.title(), "Error");
  // RFC 9207 §2 wants `iss` in errors too, which this module takes for a login that a third party begins.
  assert.match(await page.locator("body").innerText(), /target_link_uri|access_denied/);
  assert.equal(await status(page), SIGNED_OUT);
});

test("an answer that this browser did not ask for lets nobody in", async (t) => {
  const page = await signedIn(t);
  const stranger = await scene.tab(t);
  let answer;
  page.on("request", (request) => {
    if (request.url().startsWith(`${places.callback}?`)) answer = request.url();
  });
  await page.context().clearCookies({ domain: new URL(places.url).hostname });
  await page.goto(apache.app);
  await atApplication(page);
  assert.match(answer, /[?&]code=/);
  await stranger.goto(answer);
  assert.equal(await stranger.getByRole("heading", { name: "What Apache tells" }).count(), 0);
  assert.equal(await status(stranger), SIGNED_OUT);
});

test("signing out at Apache ends the session at Sealwax too, leads back, and the next visit asks for the password", async (t) => {
  const page = await signedIn(t);
  await page.goto(apache.signOut);
  await page.getByRole("heading", { name: "Signed out" }).waitFor();
  assert.equal(page.url(), places.signedOut);
  await page.goto(apache.app);
  await atSignIn(page);
  assert.equal(new URL(page.url()).origin, scene.server.issuer);
});

test("signing out elsewhere ends the Apache session by back-channel logout: of this browser, not of another one", async (t) => {
  const page = await signedIn(t);
  const elsewhere = await signedIn(t, { allowedBefore: true });
  // Another application of the same sign-in.
  await page.goto(scene.request().url);
  await allow(page);
  await scene.arrival(page);
  assert.equal(await status(page), 200);

  await page.goto(`${scene.server.url}/end_session?client_id=${APP.id}`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await until("Apache to be told", async () => (await status(page)) === SIGNED_OUT, { timeout: 20_000 });
  await page.goto(apache.app);
  await atSignIn(page);
  assert.equal(await status(elsewhere), 200);
});

test("a logout token that Sealwax did not sign ends nothing", async (t) => {
  const page = await signedIn(t);
  const { sub, sid } = decodeJwt(await told(page, "id_token"));
  const key = await privateJwk("ES256");
  const forged = await new SignJWT({ sub, sid, events: { [EVENT]: {} }, jti: "a-forged-one" })
    .setProtectedHeader({ alg: "ES256", kid: key.kid, typ: "logout+jwt" })
    .setIssuer(scene.server.issuer).setAudience(CLIENT.id).setIssuedAt().setExpirationTime("2m")
    .sign(await importJWK(key, "ES256"));
  const answer = await fetch(places.backchannel, { method: "POST", body: new URLSearchParams({ logout_token: forged }) });
  assert.equal(answer.status, 400);
  assert.equal(await status(page), 200);
});

for (const alg of ["RS256", "ES256"]) {
  test(`${alg}, form_post: in, and out again`, async (t) => {
    const pairwise = alg === "ES256";
    const other = await startAnother(t, { id: `posted-${alg}`, alg, pairwise, more: ["OIDCResponseMode form_post", `OIDCIDTokenSignedResponseAlg ${alg}`] });
    const page = await scene.tab(t);
    await page.goto(other.app);
    await signIn(page);
    await allow(page);
    await atApplication(page);
    assert.equal(decodeProtectedHeader(await told(page, "id_token")).alg, alg);
    // A subject of 16 bytes, or an HMAC of it.
    assert.match(await told(page, "claim_sub"), pairwise ? /^[\w-]{43}$/ : /^[\w-]{22}$/);
    await page.goto(other.signOut);
    await page.getByRole("heading", { name: "Signed out" }).waitFor();
    await page.goto(other.app);
    await atSignIn(page);
  });
}

test("prompt=none: in without a question where there is a session, and an error where there is none", async (t) => {
  const silent = await startAnother(t, { id: "silent", alg: "RS256", more: ["OIDCAuthRequestParams prompt=none"] });
  const stranger = await scene.tab(t);
  await stranger.goto(silent.app);
  assert.equal(new URL(stranger.url()).searchParams.get("error"), "login_required");

  const page = await signedIn(t);
  // Nobody has been asked yet whether this client may know who it is.
  await page.goto(scene.request({ client_id: "silent", redirect_uri: silent.places.callback, scope: "openid profile" }).url);
  await allow(page);
  await page.waitForURL(`${silent.places.callback}?*`);
  await page.goto(silent.app);
  await atApplication(page);
  assert.equal(await told(page, "claim_preferred_username"), "ada");
});
