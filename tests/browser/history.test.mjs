// What people do to forms: two tabs, the back button, double clicks, reloads.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { allow, setScene, signIn } from "../harness/scene.mjs";

let scene;
before(async () => {
  scene = await setScene();
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const asking = (page) => page.getByRole("heading", { name: "Allow Notebook to use your account?" }).waitFor();

test("two tabs, both at sign-in: each goes its way and gets a code of its own", async (t) => {
  const first = await scene.tab(t);
  const second = await first.context().newPage();
  const requests = [scene.request({ prompt: "consent" }), scene.request({ prompt: "consent" })];
  await first.goto(requests[0].url);
  await second.goto(requests[1].url);
  for (const [n, page] of [first, second].entries()) {
    await signIn(page);
    await asking(page);
    await allow(page);
    const params = await scene.arrival(page);
    assert.equal(params.get("state"), requests[n].state);
    assert.equal((await scene.redeem(params.get("code"), requests[n])).status, 200);
  }
});

test("two tabs, two people: a consent page shown to one does not allow in the name of the other", async (t) => {
  const first = await scene.tab(t);
  const second = await first.context().newPage();
  const request = scene.request({ prompt: "consent" });
  await first.goto(request.url);
  await signIn(first, "ada");
  await first.getByText("Signed in as ada").waitFor();
  await second.goto(scene.request({ prompt: "login" }).url);
  await signIn(second, "bob");
  await asking(second);
  const arrivals = scene.site.arrivals.length;
  await allow(first);
  await first.getByText("Signed in as bob").waitFor();
  assert.equal(scene.site.arrivals.length, arrivals);
});

test("a double click on Allow leads back to the app once, with a code that is good", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request({ prompt: "consent" });
  await page.goto(request.url);
  await signIn(page);
  await asking(page);
  await page.getByRole("button", { name: "Allow", exact: true }).dblclick();
  const params = await scene.arrival(page);
  assert.equal((await scene.redeem(params.get("code"), request)).status, 200);
});

test("the request once more, as a bookmark has it: one is signed in and passes with a code of its own", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request();
  await page.goto(request.url);
  await signIn(page);
  await asking(page);
  await allow(page);
  const first = (await scene.arrival(page)).get("code");
  await page.goto(request.url);
  const second = (await scene.arrival(page)).get("code");
  assert.notEqual(second, first);
  for (const code of [first, second]) assert.equal((await scene.redeem(code, request)).status, 200);
});

test("the back button from the app leads, by way of the forms, to the app again with a fresh code", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request();
  await page.goto(request.url);
  await signIn(page);
  await asking(page);
  await allow(page);
  const first = (await scene.arrival(page)).get("code");
  await goBack(page);
  const second = (await scene.arrival(page)).get("code");
  assert.notEqual(second, first);
  for (const code of [first, second]) assert.equal((await scene.redeem(code, request)).status, 200);
});

test("the back button from a failed sign-in, and from the consent page, leads to a form that works", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request({ prompt: "consent" });
  await page.goto(request.url);
  await signIn(page, "ada", "wrong password");
  await page.getByRole("alert").waitFor();
  await page.goBack();
  await signIn(page);
  await asking(page);
  await goBack(page);
  if (await page.getByLabel("Password").isVisible()) await signIn(page);
  await asking(page);
  await allow(page);
  assert.equal((await scene.redeem((await scene.arrival(page)).get("code"), request)).status, 200);
});

test("reloading the consent page shows it again, and it works", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request({ prompt: "consent" });
  await page.goto(request.url);
  await signIn(page);
  await asking(page);
  await page.reload();
  await asking(page);
  await allow(page);
  assert.equal((await scene.redeem((await scene.arrival(page)).get("code"), request)).status, 200);
});

test("a page that waited for two hours says so and lets nothing through", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request({ prompt: "consent" }).url);
  await signIn(page);
  await asking(page);
  await scene.server.advance(2 * 60 * 60 * 1000);
  const arrivals = scene.site.arrivals.length;
  await allow(page);
  await page.getByRole("heading", { name: "This page is no longer valid" }).waitFor();
  assert.equal(scene.site.arrivals.length, arrivals);
});

test("a form that another site sends in this browser's name is refused", async (t) => {
  const page = await scene.tab(t);
  await page.goto(scene.request({ prompt: "consent" }).url);
  await signIn(page);
  await asking(page);
  const ticket = await page.locator("input[name=ticket]").inputValue();
  scene.site.files["/attack"] = ["text/html", `<!doctype html><link rel="icon" href="data:,"><form method="post" action="${scene.server.url}/consent"><input name="ticket" value="${ticket}"><button name="decision" value="allow">Win a prize</button></form>`];
  await page.goto(`${scene.site.url}/attack`);
  const arrivals = scene.site.arrivals.length;
  await page.getByRole("button").click();
  await page.getByText("invalid_request").waitFor({ state: "attached" });
  assert.equal(scene.site.arrivals.length, arrivals);
});

test("a request that another site posts is answered as if it had been a link: signed in, straight through", async (t) => {
  const page = await scene.tab(t);
  const request = scene.request();
  await page.goto(request.url);
  await signIn(page, "bob");
  await asking(page);
  await allow(page);
  await scene.arrival(page);
  for (const state of ["short", "s".repeat(2048)]) {
    const inputs = [...new URL(request.url).searchParams].map(([name, value]) => `<input name="${name}" value="${name === "state" ? state : value}">`);
    // Too long for a redirect: parameters that nobody knows.
    const ballast = state === "short" ? "" : `<input name="ballast" value="${"b".repeat(3000)}">`;
    scene.site.files["/post"] = ["text/html", `<!doctype html><link rel="icon" href="data:,"><form method="post" action="${scene.server.url}/authorize">${inputs.join("")}${ballast}<button>Sign in</button></form>`];
    await page.goto(`${scene.site.url}/post`);
    const arrivals = scene.site.arrivals.length;
    await page.getByRole("button").click();
    const params = await scene.arrival(page);
    assert.equal(scene.site.arrivals.length, arrivals + 1);
    assert.equal(params.get("state"), state);
    assert.ok(params.has("code"), params.toString());
  }
});

/** As the back button does; where Chromium asks whether to send a form again, the answer is yes. */
async function goBack(page) {
  try {
    await page.goBack();
  } catch (error) {
    assert.match(error.message, /ERR_CACHE_MISS/);
    await page.waitForURL(/^chrome-error:/);
    await page.reload();
  }
}
