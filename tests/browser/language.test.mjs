// The language of the pages in Chromium: every one that the metadata name, to the end of an interaction, on a phone.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { VIEWPORTS, shoot } from "../harness/browser.mjs";
import { setScene } from "../harness/scene.mjs";
import { user } from "../harness/seeded.mjs";

// What the first button of the sign-in page says, and the one that allows.
const WORDS = {
  en: ["Sign in", "Allow"],
  de: ["Anmelden", "Erlauben"],
  fr: ["Se connecter", "Autoriser"],
  es: ["Iniciar sesión", "Permitir"],
  ja: ["サインイン", "許可する"],
};

let scene;
before(async () => {
  scene = await setScene();
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

/** Fails when the page speaks another language, or is wider than the screen. */
async function speaks(page, language) {
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
}

async function signIn(page, password = user("ada").password) {
  await page.locator("#username").fill("ada");
  await page.locator("#password").fill(password);
  await page.locator("#sign_in").click();
}

test("the metadata name each language and no other", async () => {
  const response = await fetch(`${scene.server.url}/.well-known/openid-configuration`);
  assert.deepEqual((await response.json()).ui_locales_supported, Object.keys(WORDS));
});

for (const [language, [submit, allow]] of Object.entries(WORDS)) {
  test(`${language}: asked for by ui_locales, it holds through a wrong password and consent, whatever the browser says`, async (t) => {
    const page = await scene.tab(t, { viewport: VIEWPORTS.phone, locale: language === "en" ? "de-DE" : "en-GB" });
    await page.goto(scene.request({ ui_locales: `nl ${language}-XX` }).url);
    await speaks(page, language);
    assert.equal(await page.locator("#sign_in").textContent(), submit);
    await signIn(page, "wrong password");
    await page.getByRole("alert").waitFor();
    await speaks(page, language);
    await shoot(page, `sign-in-${language}`);
    await signIn(page);
    await page.locator("#allow").waitFor();
    await speaks(page, language);
    assert.equal(await page.locator("#allow").textContent(), allow);
    await shoot(page, `consent-${language}`);
    await page.locator("#allow").click();
    assert.ok((await scene.arrival(page)).get("code"));
  });

  test(`${language}: the browser's own language, on the account page and on an error`, async (t) => {
    const page = await scene.tab(t, { viewport: VIEWPORTS.phone, locale: language });
    await page.goto(`${scene.server.url}/account`);
    await speaks(page, language);
    await signIn(page);
    await page.locator("#current_password").waitFor();
    await speaks(page, language);
    await shoot(page, `account-${language}`);
    await page.goto(scene.request({ redirect_uri: "https://elsewhere.example/" }).url);
    await speaks(page, language);
    // For the developer, in the developer's language.
    await page.locator("summary").click();
    assert.equal(await page.locator("#error_code").textContent(), "invalid_request");
    assert.equal(await page.locator("#error_description").getAttribute("lang"), "en");
    assert.match(await page.locator("#error_description").textContent(), /^[\x20-\x7e]+$/);
  });
}
