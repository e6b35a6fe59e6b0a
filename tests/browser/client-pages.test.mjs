// What an app shows of itself, in Chromium: logo and links on sign-in, choice of account and consent; where a sign-in begins.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { shoot } from "../harness/browser.mjs";
import { addClient } from "../harness/seeded.mjs";
import { allow, setScene, signIn } from "../harness/scene.mjs";

const SECRET = "shop-secret-that-only-the-tests-know-0123456789";
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect x="8" y="20" width="48" height="36" rx="4" fill="#146c5f"/><path d="M20 26v-8a12 12 0 0 1 24 0v8" fill="none" stroke="#0b3b34" stroke-width="4"/></svg>`;

let scene;
before(async () => {
  scene = await setScene();
  const { url, redirectUri, files } = scene.site;
  files["/logo.svg"] = ["image/svg+xml", LOGO];
  for (const path of ["/privacy", "/terms", "/home", "/start"]) files[path] = ["text/html", `<!doctype html><html lang="en"><title>The app</title><link rel="icon" href="data:,"><h1>The app's own page</h1>`];
  const shop = { client_secret: SECRET, client_name: "Shop", redirect_uris: [redirectUri], scope: "openid notes:read", client_uri: `${url}/home`, policy_uri: `${url}/privacy`, tos_uri: `${url}/terms`, initiate_login_uri: `${url}/start?from=sealwax` };
  await addClient(scene.server, { client_id: "shop", logo_uri: `${url}/logo.svg`, ...shop });
  await addClient(scene.server, { client_id: "broken", logo_uri: `${url}/no-such-logo.png`, ...shop });
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const request = (params) => scene.request({ client_id: "shop", scope: "openid notes:read", ...params });
const logo = (page) => page.locator("#app_logo");
const shown = (page) => logo(page).evaluate(async (image) => (await image.decode().catch(() => {}), image.naturalWidth > 0));

test("the logo is loaded from where it is, which is told nothing else; it stands on every page about the app", async (t) => {
  const page = await scene.tab(t);
  const asked = [];
  page.on("request", (one) => one.url().endsWith("/logo.svg") && asked.push(one.allHeaders()));
  await page.goto(request({ prompt: "consent" }).url);
  assert.ok(await shown(page));
  await shoot(page, "sign-in-app");
  await signIn(page);
  await page.getByRole("heading", { name: "Allow Shop to use your account?" }).waitFor();
  assert.ok(await shown(page));
  await shoot(page, "consent-app");
  await page.goto(request({ prompt: "select_account" }).url);
  await page.getByRole("heading", { name: "Choose an account" }).waitFor();
  assert.ok(await shown(page));
  await shoot(page, "select-account-app");
  const headers = await Promise.all(asked);
  assert.ok(headers.length > 0);
  for (const { referer, cookie } of headers) assert.deepEqual([referer, cookie], [undefined, undefined]);
  const box = await logo(page).boundingBox();
  assert.deepEqual([box.width, box.height], [48, 48]);
});

test("a logo that is not there leaves the page as it is", async (t) => {
  const page = await scene.tab(t);
  await page.goto(request({ client_id: "broken" }).url);
  assert.equal(await shown(page), false);
  await shoot(page, "sign-in-broken-logo");
  await signIn(page);
  await allow(page);
  assert.ok((await scene.arrival(page)).has("code"));
});

test("a picture of elsewhere is not loaded on a page that has a logo", async (t) => {
  const context = await scene.browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(request().url);
  const violated = await page.evaluate(() => new Promise((done) => {
    document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
    document.body.insertAdjacentHTML("beforeend", `<img src="https://evil.example/x.png">`);
  }));
  assert.equal(violated, "img-src");
});

test("home page, policy and terms open beside the form, and cannot reach it", async (t) => {
  const page = await scene.tab(t);
  await page.goto(request().url);
  await page.getByLabel("User name").fill("ada");
  for (const [name, path] of [["Website", "/home"], ["Privacy policy", "/privacy"], ["Terms of service", "/terms"]]) {
    const link = page.getByRole("link", { name });
    assert.ok((await link.innerText()).includes("127.0.0.1"), "it says whose host that is");
    const [other] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
    await other.getByRole("heading").waitFor();
    assert.equal(other.url(), `${scene.site.url}${path}`);
    assert.deepEqual(await other.evaluate(() => [window.opener, document.referrer]), [null, ""]);
    await other.close();
  }
  assert.equal(await page.getByLabel("User name").inputValue(), "ada");
});

test("choosing an account, without scripts: the one that is signed in, or another", async (t) => {
  const page = await scene.tab(t, { javaScriptEnabled: false });
  await page.goto(request({ prompt: "consent" }).url);
  await signIn(page);
  await allow(page);
  await scene.arrival(page);
  await page.goto(request({ prompt: "select_account" }).url);
  await page.getByRole("button", { name: "Continue as ada" }).click();
  assert.ok((await scene.arrival(page)).has("code"));
  await page.goto(request({ prompt: "select_account" }).url);
  await page.getByRole("button", { name: "Use another account" }).click();
  await signIn(page, "bob");
  await page.getByText("Signed in as bob").waitFor();
  await allow(page);
  assert.ok((await scene.arrival(page)).has("code"));
  await page.goto(request({ prompt: "select_account" }).url);
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await scene.arrival(page)).get("error"), "access_denied");
});

test("the account page leads to where the app begins a sign-in, and says which issuer", async (t) => {
  const page = await scene.tab(t);
  await page.goto(request({ prompt: "consent" }).url);
  await signIn(page);
  await allow(page);
  await scene.arrival(page);
  await page.goto(`${scene.server.url}/account`);
  await shoot(page, "account-open");
  await page.getByRole("link", { name: "Open Shop" }).click();
  await page.getByRole("heading", { name: "The app's own page" }).waitFor();
  const { pathname, searchParams } = new URL(page.url());
  assert.deepEqual([pathname, ...searchParams], ["/start", ["from", "sealwax"], ["iss", scene.server.issuer]]);
});
