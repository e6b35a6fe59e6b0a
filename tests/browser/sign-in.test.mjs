// Signing in with Chromium: by mouse, by keyboard alone, without scripts.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { allow, setScene, signIn } from "../harness/scene.mjs";
import { user } from "../harness/seeded.mjs";

let scene;
before(async () => {
  scene = await setScene();
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const focused = (page) => page.evaluate(() => document.activeElement?.id);

test("signing in and allowing leads back to the app with a code that is good", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request();
  await page.goto(request.url);
  assert.match(await page.title(), /^Sign in · /);
  await signIn(page);
  await allow(page);
  const params = await scene.arrival(page);
  assert.equal(params.get("state"), request.state);
  assert.equal(params.get("iss"), scene.server.issuer);
  const { status, body } = await scene.redeem(params.get("code"), request);
  assert.equal(status, 200, JSON.stringify(body));
  // The code does not travel on in a Referer.
  assert.equal(scene.site.arrivals.at(-1).referer, undefined);
});

test("a wrong password and an unknown name are told alike; the name stays, the password goes; the next try works", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request({ prompt: "login consent" }).url);
  const said = [];
  for (const username of ["ada", "nobody"]) {
    await signIn(page, username, "wrong password");
    const alert = page.getByRole("alert");
    said.push(await alert.textContent());
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel("User name").inputValue(), username);
    assert.equal(await page.getByLabel("Password").inputValue(), "");
    assert.equal(await page.getByLabel("Password").getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByLabel("Password").getAttribute("aria-describedby"), await alert.getAttribute("id"));
    await page.locator("#password:focus").waitFor();
  }
  assert.equal(said[0], said[1]);
  await signIn(page, "ada");
  await page.getByRole("button", { name: "Allow", exact: true }).waitFor();
});

test("an empty form is not sent", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request().url);
  const before = page.url();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  assert.equal(await page.evaluate(() => document.querySelector("#username").matches(":invalid")), true);
  assert.equal(page.url(), before);
});

test("cancelling leads back to the app with access_denied", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request();
  await page.goto(request.url);
  await page.getByRole("button", { name: "Cancel" }).click();
  const params = await scene.arrival(page);
  assert.equal(params.get("error"), "access_denied");
  assert.equal(params.get("state"), request.state);
  assert.equal(params.has("code"), false);
});

test("login_hint fills in the name and puts the cursor into the password", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request({ login_hint: "bob" }).url);
  assert.equal(await page.getByLabel("User name").inputValue(), "bob");
  await page.locator("#password:focus").waitFor();
});

test("the keyboard alone: order of focus, Enter signs in and allows", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request({ prompt: "consent" });
  await page.goto(request.url);
  assert.deepEqual(await tabOrder(page), ["username", "password", "sign_in", "cancel"]);
  await page.locator("#username").focus();
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(user("ada").password);
  // Enter presses the first button of the form: it must not be the one that cancels.
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Allow Notebook to use your account?" }).waitFor();
  // Of the radio buttons the chosen one takes the focus.
  assert.deepEqual(await tabOrder(page), ["scope_0", "duration_days30", "allow", "deny", "switch"]);
  await page.locator("#scope_0").focus();
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#scope_0").isChecked(), false);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("#duration_until_withdrawn").isChecked(), true);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const params = await scene.arrival(page);
  const { body } = await scene.redeem(params.get("code"), request);
  assert.equal(body.scope, "openid notes:read offline_access");
});

test("what has the focus can be seen", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request().url);
  for (const id of ["username", "sign_in", "cancel"]) {
    const look = () => page.locator(`#${id}`).evaluate((element) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element);
      return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth, boxShadow, borderColor].join("|");
    });
    await page.locator("#password").focus();
    const without = await look();
    await page.keyboard.press("Tab");
    await page.locator(`#${id}`).focus();
    assert.notEqual(await look(), without, id);
  }
});

test("without scripts everything works, form_post by its button too", async (t) => {
  const page = await scene.tab(t, { javaScriptEnabled: false });
  const request = scene.request({ response_mode: "form_post", prompt: "consent" });
  await page.goto(request.url);
  await signIn(page);
  await allow(page);
  await page.getByRole("button", { name: "Continue" }).click();
  const params = await scene.arrival(page);
  assert.equal(scene.site.arrivals.at(-1).method, "POST");
  assert.equal((await scene.redeem(params.get("code"), request)).status, 200);
});

/** The ids that Tab visits, from the first to the last. */
async function tabOrder(page) {
  await page.evaluate(() => {
    // Where a page begins, wherever the focus was.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const ids = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const id = await focused(page);
    if (!id || ids.includes(id)) return ids;
    ids.push(id);
  }
}
