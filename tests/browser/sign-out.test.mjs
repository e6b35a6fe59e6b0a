// Signing out with Chromium: the question, by mouse and keyboard, the frames of front-channel logout, and where it leads.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { shoot } from "../harness/browser.mjs";
import { APP, allow, setScene, signIn } from "../harness/scene.mjs";
import { addClient } from "../harness/seeded.mjs";

const FRAMED = { id: "framed", secret: "framed-secret-that-only-the-tests-know-0123456" };
const FRONT = `<!doctype html><title>Signed out</title><script>fetch("/ran");</script>`;
const BYE = `<!doctype html><html lang="en"><head><title>Bye</title><link rel="icon" href="data:,"></head><body><h1>Signed out at the app</h1></body></html>`;

let scene;
before(async () => {
  scene = await setScene({ files: { "/front": ["text/html", FRONT], "/ran": ["text/plain", "ran"], "/bye": ["text/html", BYE] } });
  const { url, redirectUri } = scene.site;
  const common = { redirect_uris: [redirectUri], post_logout_redirect_uris: [`${url}/bye`], scope: "openid notes:read" };
  await addClient(scene.server, { ...common, client_id: "plain", client_secret: APP.secret, client_name: "Calendar", first_party: true });
  await addClient(scene.server, { ...common, client_id: FRAMED.id, client_secret: FRAMED.secret, client_name: "Portal", first_party: true, frontchannel_logout_uri: `${url}/front?tenant=7`, frontchannel_logout_session_required: true });
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const focused = (page) => page.evaluate(() => document.activeElement?.id);
const question = (page) => page.getByRole("heading", { name: "Do you want to sign out?" }).waitFor();
const signedOut = (page) => page.getByRole("heading", { name: "You are signed out" }).waitFor();
const endSession = (params = {}) => `${scene.server.url}/end_session?${new URLSearchParams(params)}`;

/** Signs in to a client in a tab of its own. */
async function signedIn(t, { client = "plain", ...options } = {}) {
  const page = await scene.tab(t, options);
  await page.goto(scene.request({ client_id: client, scope: "openid" }).url);
  await signIn(page);
  if (client === APP.id) await allow(page);
  await scene.arrival(page);
  return page;
}

/** Whether this browser is still signed in: a silent request says so. */
async function isSignedIn(page) {
  await page.goto(scene.request({ client_id: "plain", scope: "openid", prompt: "none" }).url);
  const params = await scene.arrival(page);
  assert.ok(params.has("code") || params.get("error") === "login_required", String(params));
  return params.has("code");
}

test("the question names the app and who is signed in; the keyboard alone signs out and goes back to the app", async (t) => {
  const page = await signedIn(t);
  await page.goto(endSession({ client_id: "plain", post_logout_redirect_uri: `${scene.site.url}/bye`, state: "a&b" }));
  await question(page);
  const text = await page.locator("main").innerText();
  for (const words of ["Calendar", "ada", "Sign out", "Stay signed in"]) assert.ok(text.includes(words), `${words} is not in:\n${text}`);
  await shoot(page, "sign-out");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "sign_out");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "stay");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Signed out at the app" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("state"), "a&b");
  assert.equal(await isSignedIn(page), false);
});

test("staying signed in leads to a page of this server, and nothing was ended", async (t) => {
  const page = await signedIn(t);
  await page.goto(endSession({ client_id: "plain", post_logout_redirect_uri: `${scene.site.url}/bye` }));
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await page.waitForURL(`${scene.server.url}/`);
  assert.equal(await isSignedIn(page), true);
});

test("with nowhere to go, a page says that one is signed out; going back asks nothing any more", async (t) => {
  const page = await signedIn(t, { client: APP.id });
  await page.goto(endSession());
  await question(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await signedOut(page);
  await shoot(page, "signed-out");
  assert.equal(await page.locator("iframe").count(), 0);
  await page.goBack();
  await signedOut(page);
  assert.equal(await page.getByRole("button").count(), 0);
  assert.equal(await isSignedIn(page), false);
});

for (const javaScriptEnabled of [true, false]) {
  test(`front-channel logout ${javaScriptEnabled ? "with" : "without"} scripts: the app's page is loaded in a frame with iss and sid, then the browser goes on by itself`, async (t) => {
    const page = await signedIn(t, { client: FRAMED.id, javaScriptEnabled });
    // Judged when it comes: the page goes on by itself, and the frame is gone with it.
    const framed = (response) => response.frame().parentFrame() === page.mainFrame();
    const answered = page.waitForResponse((response) => response.url().startsWith(`${scene.site.url}/front`) && framed(response));
    // Told by the site: the frame may be gone before a look into it.
    const ran = javaScriptEnabled && page.waitForRequest(`${scene.site.url}/ran`);
    await page.goto(endSession({ client_id: FRAMED.id, post_logout_redirect_uri: `${scene.site.url}/bye`, state: "s" }));
    await page.getByRole("button", { name: "Sign out" }).click();
    await signedOut(page);
    const response = await answered;
    assert.equal(response.status(), 200);
    const asked = new URL(response.url()).searchParams;
    assert.deepEqual([asked.get("tenant"), asked.get("iss")], ["7", scene.server.issuer]);
    assert.match(asked.get("sid"), /^[\w-]{22}$/);
    await ran;
    await page.getByRole("heading", { name: "Signed out at the app" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("state"), "s");
    assert.equal(await isSignedIn(page), false);
  });
}

test("front-channel logout with nowhere to go: the frame is loaded and nobody sees it", async (t) => {
  const page = await signedIn(t, { client: FRAMED.id });
  await page.goto(endSession());
  const answered = page.waitForResponse((response) => response.url().startsWith(`${scene.site.url}/front`));
  await page.getByRole("button", { name: "Sign out" }).click();
  await signedOut(page);
  assert.equal((await answered).status(), 200);
  await shoot(page, "signed-out-frames");
  const box = await page.locator("iframe").boundingBox();
  assert.ok(box === null || box.width * box.height <= 1, JSON.stringify(box));
});

test("another site that posts the request: the browser comes once more from here, and the question is asked", async (t) => {
  const page = await signedIn(t);
  await page.goto(`${scene.site.url}/bye`); // 127.0.0.1 and localhost are two sites
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    document.body.append(form);
    form.submit();
  }, `${scene.server.url}/end_session`);
  await question(page);
  assert.equal(await isSignedIn(page), true);
});
