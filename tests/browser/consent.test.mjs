// The consent page in Chromium: what it says, and that it does what was chosen.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { addClient } from "../harness/seeded.mjs";
import { allow, deny, setScene, signIn } from "../harness/scene.mjs";

let scene;
before(async () => {
  scene = await setScene();
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const asking = (page) => page.getByRole("heading", { name: "Allow Notebook to use your account?" }).waitFor();

/** Signs in and stops at the consent page. */
async function atConsent(t, { username = "ada", params = {}, ...options } = {}) {
  const page = await scene.tab(t, options);
  const request = scene.request({ prompt: "consent", ...params });
  await page.goto(request.url);
  await signIn(page, username);
  await asking(page);
  return { page, request };
}

test("it names the app, who is signed in, each permission in words, and where one returns", async (t) => {
  const { page } = await atConsent(t);
  const text = await page.locator("main").innerText();
  for (const words of ["Notebook", "Signed in as ada", "Know that it’s you", "Read your notes", "Change and delete your notes", "Keep its access while you are away", "127.0.0.1", "Client ID", "app"]) {
    assert.ok(text.includes(words), `${words} is not in:\n${text}`);
  }
  for (const name of ["openid", "notes:read", "offline_access"]) assert.ok(!text.includes(name), `${name} is no word that a person understands`);
});

test("denying leads back to the app with access_denied, and is not remembered", async (t) => {
  const { page, request } = await atConsent(t);
  await deny(page);
  const params = await scene.arrival(page);
  assert.equal(params.get("error"), "access_denied");
  assert.equal(params.get("state"), request.state);
  assert.equal(params.get("iss"), scene.server.issuer);
  await page.goto(scene.request({ prompt: "consent" }).url);
  await asking(page);
});

for (const [ticked, scope] of [[false, "openid notes:read offline_access"], [true, "openid notes:read notes:write offline_access"]]) {
  test(`an optional permission that is ${ticked ? "ticked is granted" : "unticked is not granted"}, and the next page has it as it was left`, async (t) => {
    const { page, request } = await atConsent(t);
    const box = page.getByRole("checkbox", { name: "Change and delete your notes" });
    assert.equal(await box.isChecked(), true);
    await box.setChecked(ticked);
    await allow(page);
    const { body } = await scene.redeem((await scene.arrival(page)).get("code"), request);
    assert.deepEqual(body.scope.split(" ").sort(), scope.split(" ").sort());
    await page.goto(scene.request({ prompt: "consent" }).url);
    assert.equal(await box.isChecked(), ticked);
  });
}

test("what was allowed is remembered: the next request passes without a page, a wider one is asked", async (t) => {
  const { page } = await atConsent(t, { username: "bob", params: { scope: "openid" } });
  await allow(page);
  await scene.arrival(page);
  const before = scene.site.arrivals.length;
  await page.goto(scene.request({ scope: "openid" }).url);
  await scene.arrival(page);
  assert.equal(scene.site.arrivals.length, before + 1);
  await page.goto(scene.request({ scope: "openid notes:read" }).url);
  await asking(page);
  assert.match(await page.locator("main").innerText(), /Allowed before/);
});

test("a consent for this visit holds in this browser, and in another one is asked again", async (t) => {
  const scope = "openid notes:read";
  const { page } = await atConsent(t, { params: { scope, resource: "https://api.example" } });
  await page.getByRole("radio", { name: "This visit only" }).check();
  await allow(page);
  await scene.arrival(page);
  await page.goto(scene.request({ scope, prompt: "none" }).url);
  assert.ok((await scene.arrival(page)).has("code"));
  const other = await scene.tab(t);
  await other.goto(scene.request({ scope }).url);
  await signIn(other);
  await asking(other);
});

test("another account: signing in as somebody else asks that one", async (t) => {
  const { page, request } = await atConsent(t);
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByLabel("Password").waitFor();
  await signIn(page, "bob");
  await page.getByText("Signed in as bob").waitFor();
  await allow(page);
  const ada = await atConsent(t);
  await allow(ada.page);
  const subjects = [];
  for (const [tab, asked] of [[page, request], [ada.page, ada.request]]) {
    const code = new URL(tab.url()).searchParams.get("code");
    const { body } = await scene.redeem(code, asked);
    subjects.push(JSON.parse(Buffer.from(body.id_token.split(".")[1], "base64url")).sub);
  }
  assert.notEqual(subjects[0], subjects[1]);
});

test("form_post: the answer and errors arrive by POST, without anybody pressing a button", async (t) => {
  const { page, request } = await atConsent(t, { params: { response_mode: "form_post" } });
  await allow(page);
  const params = await scene.arrival(page);
  assert.equal(scene.site.arrivals.at(-1).method, "POST");
  assert.equal(params.get("state"), request.state);
  assert.equal((await scene.redeem(params.get("code"), request)).status, 200);
  await page.goto(scene.request({ response_mode: "form_post", prompt: "none login" }).url);
  const refused = await scene.arrival(page);
  assert.equal(refused.get("error"), "invalid_request");
  assert.equal(refused.get("iss"), scene.server.issuer);
});

test("a lasting consent that is taken back for this visit is asked again in another browser", async (t) => {
  const { page } = await atConsent(t);
  await allow(page);
  await scene.arrival(page);
  await page.goto(scene.request({ prompt: "consent" }).url);
  await page.getByRole("radio", { name: "This visit only" }).check();
  await allow(page);
  await scene.arrival(page);
  const other = await scene.tab(t);
  await other.goto(scene.request().url);
  await signIn(other);
  await asking(other);
});

test("a native app on a port of its own choice is warned about and confirmed every time (RFC 8252 §7.3, §8.6)", async (t) => {
  await addClient(scene.server, { client_id: "native", client_name: "Notebook", application_type: "native", token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/cb"], scope: "openid" });
  const page = await scene.tab(t);
  await page.goto(scene.request({ client_id: "native", scope: "openid" }).url);
  await signIn(page);
  for (let n = 0; n < 2; n += 1) {
    await asking(page);
    await page.getByText("This app runs on your own device.").waitFor();
    await allow(page);
    assert.ok((await scene.arrival(page)).has("code"));
    await page.goto(scene.request({ client_id: "native", scope: "openid" }).url);
  }
  await asking(page);
});

test("an app with a scheme of its own: the browser is sent there, and the page's policy lets it go", async (t) => {
  await addClient(scene.server, { client_id: "scheme", client_name: "Notebook", application_type: "native", token_endpoint_auth_method: "none", redirect_uris: ["com.example.app:/cb"], scope: "openid" });
  const page = await scene.tab(t); // which fails when its console tells of a policy
  await page.goto(scene.request({ client_id: "scheme", scope: "openid", redirect_uri: "com.example.app:/cb" }).url);
  await signIn(page);
  await asking(page);
  // This Chromium has no program for the scheme, and stays where it is. A policy that forbids the way keeps it from asking.
  const asked = page.waitForRequest((request) => request.url().startsWith("com.example.app:/cb?code="));
  await allow(page);
  await asked;
});
