// Connecting a device, in Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shoot } from "../harness/browser.mjs";
import { call, token } from "../harness/oauth.mjs";
import { setScene, signIn } from "../harness/scene.mjs";
import { addClient, client, fixtures, user } from "../harness/seeded.mjs";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const tv = client("tv");

let scene;
before(async () => {
  scene = await setScene();
  await addClient(scene.server, fixtures.clients.find(({ client_id: id }) => id === "tv"));
});
after(() => scene?.close());

const focused = (page) => page.evaluate(() => document.activeElement?.id);

async function asked(scope = "openid notes:read notes:write offline_access") {
  const { status, body } = await call(scene.server.url, "/device_authorization", tv, { scope });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const poll = ({ device_code: code }) => token(scene.server.url, tv, { grant_type: GRANT, device_code: code });

for (const javaScriptEnabled of [true, false]) {
  test(`the whole way by keyboard alone, ${javaScriptEnabled ? "with" : "without"} scripts`, async (t) => {
    const device = await asked();
    const page = await scene.tab(t, { javaScriptEnabled });
    await page.goto(`${scene.server.url}/device`);
    if (javaScriptEnabled) await shoot(page, "device-sign-in");
    await page.keyboard.type("ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type(user("ada").password);
    await page.keyboard.press("Enter");
    await page.getByLabel("Code").waitFor();
    if (javaScriptEnabled) assert.equal(await focused(page), "user_code");
    if (javaScriptEnabled) await shoot(page, "device-code");
    await page.keyboard.type(device.user_code.toLowerCase().replace("-", " "));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Allow Living room to use your account?" }).waitFor();
    if (javaScriptEnabled) await shoot(page, "device-consent");
    const text = await page.locator("main").innerText();
    for (const words of ["Signed in as ada", device.user_code, "Read your notes", "only if you started this yourself and your device shows", "Client ID"]) {
      assert.ok(text.includes(words), `${words} is not in:\n${text}`);
    }
    await page.getByRole("checkbox", { name: "Change and delete your notes" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your device is connected" }).waitFor();
    if (javaScriptEnabled) await shoot(page, "device-done");
    const { status, body } = await poll(device);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.scope, "openid notes:read offline_access");
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("heading", { name: "Living room" }).waitFor();
  });
}

test("a wrong code is told at the field, which keeps it", async (t) => {
  const page = await scene.tab(t);
  await page.goto(`${scene.server.url}/device`);
  await signIn(page, "bob");
  await page.getByLabel("Code").fill("BBBB-BBBB");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.title(), /^Error: Connect a device/);
  assert.equal(await page.getByLabel("Code").inputValue(), "BBBB-BBBB");
  assert.equal(await page.getByLabel("Code").getAttribute("aria-invalid"), "true");
  assert.equal(await focused(page), "user_code");
  await shoot(page, "device-wrong-code");
});

test("a link that has the code fills it in, after signing in too, and somebody else can take over", async (t) => {
  const device = await asked("notes:read");
  const page = await scene.tab(t);
  await page.goto(device.verification_uri_complete.replace(scene.server.issuer, scene.server.url));
  await signIn(page);
  assert.equal(await page.getByLabel("Code").inputValue(), device.user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByLabel("Password").waitFor();
  await signIn(page, "bob");
  await page.getByText("Signed in as bob").waitFor();
  assert.equal(await page.getByLabel("Code").inputValue(), device.user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Don’t allow" }).click();
  await page.getByRole("heading", { name: "The device isn’t connected" }).waitFor();
  assert.equal((await poll(device)).body.error, "access_denied");
});
