// The account page in Chromium: apps, sign-ins, the password.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { shoot } from "../harness/browser.mjs";
import { token } from "../harness/oauth.mjs";
import { allow, APP, setScene, signIn } from "../harness/scene.mjs";
import { user } from "../harness/seeded.mjs";

const MINUTE = 60_000;

let scene;
before(async () => {
  scene = await setScene({ server: { users: ["ada", "bob", "carol", "erin"] } });
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const focused = (page) => page.evaluate(() => document.activeElement?.id);
const account = (page) => page.goto(`${scene.server.url}/account`);
const here = (page) => page.getByRole("heading", { name: "Your account" }).waitFor();
const asked = (page) => page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
const renew = (refreshToken) => token(scene.server.url, APP, { grant_type: "refresh_token", refresh_token: refreshToken });

/** A tab that is signed in to the app; → it and the app's refresh token. */
async function connected(t, username, options) {
  const page = await scene.tab(t, options);
  const request = scene.request();
  await page.goto(request.url);
  await signIn(page, username);
  await Promise.race([allow(page), scene.arrival(page)]);
  const { body } = await scene.redeem((await scene.arrival(page)).get("code"), request);
  return { page, refreshToken: body.refresh_token };
}

/** A tab that is signed in to the account. */
async function signedIn(t, username, options) {
  const page = await scene.tab(t, options);
  await account(page);
  await signIn(page, username);
  await here(page);
  return page;
}

test("disconnecting an app ends its access at once, and the page says so", async (t) => {
  const { page, refreshToken } = await connected(t, "ada");
  await account(page);
  await here(page);
  await page.getByRole("heading", { name: "Notebook" }).waitFor();
  await shoot(page, "account");
  assert.equal((await renew(refreshToken)).status, 200);
  await page.getByRole("button", { name: "Disconnect Notebook" }).click();
  await page.getByRole("status").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Notebook" }).count(), 0);
  assert.equal((await renew(refreshToken)).body.error, "invalid_grant");
  await page.reload();
  await page.getByRole("status").waitFor();
});

test("signing out another browser ends its session and its tokens, and leaves this one alone", async (t) => {
  const { page: phone, refreshToken } = await connected(t, "bob", { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1" });
  const desk = await signedIn(t, "bob");
  const row = desk.getByRole("listitem").filter({ hasText: "Safari on iPhone" });
  await row.getByRole("button").click();
  await desk.getByRole("status").waitFor();
  assert.equal(await desk.getByText("Safari on iPhone").count(), 0);
  assert.equal((await renew(refreshToken)).body.error, "invalid_grant");
  await account(phone);
  await asked(phone);
  await phone.goto(scene.request({ prompt: "none" }).url);
  assert.equal((await scene.arrival(phone)).get("error"), "login_required");
  await account(desk);
  await here(desk);
});

test("everywhere is everywhere, this browser included", async (t) => {
  const other = await signedIn(t, "bob");
  const page = await signedIn(t, "bob");
  await page.getByRole("button", { name: "everywhere" }).click();
  await asked(page);
  await account(other);
  await asked(other);
});

test("another password, by the keyboard alone: the old one and the other session are over, this browser goes on", async (t) => {
  const other = await signedIn(t, "carol");
  const page = await signedIn(t, "carol");
  const change = async (current, chosen, again = chosen) => {
    await page.locator("#current_password").focus();
    await page.keyboard.type(current);
    await page.keyboard.press("Tab");
    await page.keyboard.type(chosen);
    await page.keyboard.press("Tab");
    await page.keyboard.type(again);
    await page.keyboard.press("Enter");
  };
  await change("wrong password", "another pass phrase");
  await page.getByRole("alert").waitFor();
  assert.match(await page.title(), /^Error: /);
  await page.locator("#current_password:focus").waitFor();
  await shoot(page, "account-wrong-password");
  await change(user("carol").password, "another pass phrase", "another pass phrasf");
  await page.getByText("not the same").waitFor();
  await change(user("carol").password, "another pass phrase");
  await page.getByRole("status").waitFor();
  await account(other);
  await signIn(other, "carol");
  await other.getByRole("alert").waitFor();
  await signIn(other, "carol", "another pass phrase");
  await here(other);
  await account(page);
  await here(page);
});

test("after ten minutes the password is asked for once more; the name stands", async (t) => {
  const page = await signedIn(t, "erin");
  await scene.server.advance(11 * MINUTE);
  await page.getByRole("button", { name: "everywhere" }).click();
  await page.getByLabel("Password").waitFor();
  assert.equal(await page.getByLabel("User name").inputValue(), "erin");
  assert.equal(await page.getByLabel("User name").getAttribute("readonly"), "");
  await page.locator("#password:focus").waitFor();
  await shoot(page, "account-confirm");
  await page.keyboard.type(user("erin").password);
  await page.keyboard.press("Enter");
  await here(page);
  await page.getByRole("button", { name: "everywhere" }).click();
  await asked(page);
});

test("the keyboard reaches every button in the order of the page", async (t) => {
  const { page } = await connected(t, "ada");
  await account(page);
  await here(page);
  const ids = await page.locator("main").locator("button, input:not([type=hidden], [hidden])").evaluateAll((all) => all.map(({ id }) => id));
  assert.deepEqual([ids[0], ...ids.slice(-5)], ["disconnect_0", "sign_out_everywhere", "current_password", "new_password", "new_password_again", "change_password"]);
  await page.locator(`#${ids[0]}`).focus();
  const visited = [ids[0]];
  for (let n = 1; n < ids.length; n += 1) {
    await page.keyboard.press("Tab");
    visited.push(await focused(page));
  }
  assert.deepEqual(visited, ids);
});

test("who guesses too often is told how long to wait; without scripts as well", async (t) => {
  const page = await scene.tab(t, { javaScriptEnabled: false });
  await account(page);
  for (let n = 0; n <= 10; n += 1) {
    await signIn(page, "nobody", "wrong password");
    await page.getByRole("alert").waitFor();
  }
  assert.match(await page.getByRole("alert").textContent(), /Too many attempts\. Wait 1[0-5] s/);
  await shoot(page, "sign-in-too-many");
});
