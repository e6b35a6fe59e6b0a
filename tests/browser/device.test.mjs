// Connecting a device (RFC 8628) in Chromium: from the link on its screen to its tokens, by mouse, by keyboard, without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, shoot } from "../harness/browser.mjs";
import { call, token } from "../harness/oauth.mjs";
import { allow, deny, setScene, signIn } from "../harness/scene.mjs";
import { addClient, client, fixtures } from "../harness/seeded.mjs";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const tv = client("tv");

let scene;
before(async () => {
  scene = await setScene();
  await addClient(scene.server, fixtures.clients.find(({ client_id }) => client_id === "tv"));
});
after(() => scene?.close());

async function begin(scope = "openid notes:read notes:write offline_access") {
  const { status, body } = await call(scene.server.url, "/device_authorization", tv, { scope });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
const poll = ({ device_code }) => token(scene.server.url, tv, { grant_type: GRANT, device_code });
const codeField = (page) => page.getByLabel("Code", { exact: true });
const goOn = (page) => page.getByRole("button", { name: "Continue" }).click();
const asked = (page) => page.getByRole("heading", { name: "Allow Living room to use your account?" }).waitFor();
const told = (page, name) => page.getByRole("heading", { name }).waitFor();

for (const [how, options] of [["with", {}], ["without", { javaScriptEnabled: false }]]) {
  test(`the link brings the code along; ${how} scripts nothing happens before it is confirmed and allowed`, async (t) => {
    const page = await scene.tab(t, options);
    const codes = await begin();
    await page.goto(codes.verification_uri_complete);
    assert.match(await page.locator("main").innerText(), /Sign in\s+to connect a device/);
    await signIn(page);
    await told(page, "Connect a device");
    assert.equal(await codeField(page).inputValue(), codes.user_code);
    assert.equal((await poll(codes)).body.error, "authorization_pending");
    if (how === "with") await shoot(page, "device-code");
    await goOn(page);
    await asked(page);
    const text = await page.locator("main").innerText();
    for (const words of ["Signed in as ada", "Read your notes", "Change and delete your notes", codes.user_code, "don’t allow it", "Until I take it back"]) {
      assert.ok(text.includes(words), `${words} is not in:\n${text}`);
    }
    assert.ok(!text.includes("You will return"), text);
    if (how === "with") await shoot(page, "device-question");
    await page.getByRole("checkbox", { name: "Change and delete your notes" }).uncheck();
    await allow(page);
    await told(page, "Your device is connected");
    if (how === "with") await shoot(page, "device-connected");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const { color, ground } = await page.getByRole("link", { name: "Your account" }).evaluate((link) => {
        const style = getComputedStyle(link);
        return { color: style.color, ground: style.backgroundColor };
      });
      assert.notEqual(color, ground, colorScheme);
    }
    const { status, body } = await poll(codes);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.scope, "openid notes:read offline_access");
    await page.getByRole("link", { name: "Your account" }).click();
    await told(page, "Your account");
    const app = page.getByRole("listitem").filter({ hasText: "Living room" });
    assert.match(await app.first().innerText(), /on a device/);
    await page.getByRole("button", { name: "Disconnect Living room" }).click();
    await page.getByText("The app is disconnected").waitFor();
    const renewed = await token(scene.server.url, tv, { grant_type: "refresh_token", refresh_token: body.refresh_token });
    assert.equal(renewed.status, 400);
  });
}

test("by keyboard alone: the field has the focus, and Enter goes on", async (t) => {
  const page = await scene.tab(t);
  const codes = await begin();
  await page.goto(codes.verification_uri);
  // The browser puts the focus there when it is done with the page.
  await page.locator("#username:focus").waitFor();
  await page.keyboard.type("bob");
  await page.keyboard.press("Tab");
  await page.keyboard.type(fixtures.users.find(({ username }) => username === "bob").password);
  await page.keyboard.press("Enter");
  await told(page, "Connect a device");
  await page.locator("#user_code:focus").waitFor();
  await page.keyboard.type(codes.user_code.toLowerCase().replace("-", " "));
  await page.keyboard.press("Enter");
  await asked(page);
  const reached = [];
  for (let n = 0; n < 12 && reached.at(-1) !== "allow"; n += 1) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement.id));
  }
  assert.equal(reached.at(-1), "allow", reached.join(" "));
  await page.keyboard.press("Enter");
  await told(page, "Your device is connected");
  assert.equal((await poll(codes)).status, 200);
});

test("a wrong code, a used one and an old one are told alike, with what was typed; then the right one goes on", async (t) => {
  const page = await scene.tab(t);
  const [used, old] = [await begin(), await begin()];
  await page.goto(used.verification_uri_complete);
  await signIn(page, "bob");
  await told(page, "Connect a device");
  await goOn(page);
  await asked(page);
  await deny(page);
  await told(page, "The device isn’t connected");
  await shoot(page, "device-denied");
  assert.equal((await poll(used)).body.error, "access_denied");
  await scene.server.advance(600_000);
  assert.equal((await poll(old)).body.error, "expired_token");
  const words = [];
  for (const wrong of ["BBBB-BBBB", "AEIOU", used.user_code, old.user_code]) {
    await page.goto(`${scene.server.url}/device`);
    await codeField(page).fill(wrong);
    await goOn(page);
    words.push(await page.getByRole("alert").innerText());
    assert.equal(await codeField(page).inputValue(), wrong);
    assert.equal(await codeField(page).getAttribute("aria-invalid"), "true");
    assert.match(await page.title(), /^Error: /);
  }
  assert.equal(new Set(words).size, 1, words.join("\n"));
  await shoot(page, "device-wrong-code");
  const codes = await begin();
  await codeField(page).fill(codes.user_code);
  await goOn(page);
  await asked(page);
});

test("whoever is signed in can be changed on the way, and the code stays", async (t) => {
  const page = await scene.tab(t);
  const codes = await begin("notes:read");
  await page.goto(codes.verification_uri_complete);
  await signIn(page);
  await goOn(page);
  await asked(page);
  await page.getByRole("button", { name: "Use another account" }).click();
  await signIn(page, "bob");
  await told(page, "Connect a device");
  assert.equal(await codeField(page).inputValue(), codes.user_code);
  await goOn(page);
  await asked(page);
  assert.match(await page.locator("main").innerText(), /Signed in as bob/);
});

test("sending the answer once more changes nothing", async (t) => {
  const page = await scene.tab(t);
  const codes = await begin("notes:read");
  await page.goto(codes.verification_uri_complete);
  await signIn(page);
  await goOn(page);
  await asked(page);
  await allow(page);
  await told(page, "Your device is connected");
  await page.reload();
  await told(page, "Your device is connected");
  assert.equal((await poll(codes)).status, 200);
});

test("no page is wider than a telephone", async (t) => {
  const page = await newPage(scene.browser, { viewport: { width: 320, height: 700 } });
  t.after(() => page.context().close());
  const codes = await begin();
  await page.goto(codes.verification_uri_complete);
  await signIn(page);
  for (const step of [() => goOn(page), () => allow(page), async () => {}]) {
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await step();
  }
});
