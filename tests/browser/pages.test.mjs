// How pages look and behave: pictures to be looked at, narrow screens, error pages, the policy that guards them.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { shoot } from "../harness/browser.mjs";
import { setScene, signIn } from "../harness/scene.mjs";
import { until } from "../harness/until.mjs";

const NARROW = { width: 320, height: 640 };
const LONG = "Notebook for people whose applications have remarkably long names, as some applications do";

let scene;
before(async () => {
  scene = await setScene({ client: { client_name: "Notebook" } });
});
after(() => scene?.close());
beforeEach(() => scene.forgetConsents());

const asking = (page) => page.getByRole("button", { name: "Don’t allow" }).waitFor();

// name → how to get there
const PAGES = {
  "sign-in": (page) => page.goto(scene.request().url),
  "sign-in-error": async (page) => {
    await page.goto(scene.request().url);
    await signIn(page, "ada", "wrong password");
    await page.getByRole("alert").waitFor();
  },
  consent: async (page) => {
    await page.goto(scene.request({ prompt: "consent" }).url);
    await signIn(page);
    await asking(page);
  },
  "consent-resources": async (page) => {
    await page.goto(`${scene.request({ prompt: "consent" }).url}&resource=https%3A%2F%2Ffiles.example&resource=https%3A%2F%2Fmail.example%2Fv2`);
    await signIn(page);
    await asking(page);
    assert.equal(await page.locator("#resources").innerText(), "It asks for access to Files, https://mail.example/v2/");
  },
  "select-account": async (page) => {
    await page.goto(scene.request({ prompt: "consent" }).url);
    await signIn(page);
    await asking(page);
    await page.goto(scene.request({ prompt: "select_account" }).url);
    await page.getByRole("heading", { name: "Choose an account" }).waitFor();
  },
  error: (page) => page.goto(scene.request({ redirect_uri: "https://evil.example/cb" }).url),
  "error-details": async (page) => {
    await page.goto(scene.request({ client_id: "nobody" }).url);
    await page.locator("summary").click();
  },
  "not-found": (page) => page.goto(`${scene.server.url}/nothing`),
  front: (page) => page.goto(`${scene.server.url}/`),
};

for (const [name, go] of Object.entries(PAGES)) {
  test(`${name}: pictures at 390 and 1280 pixels, light and dark; nothing scrolls sideways at 320`, async (t) => {
    const page = await scene.tab(t);
    await go(page);
    await shoot(page, name);
    await page.setViewportSize(NARROW);
    assert.ok((await width(page)) <= NARROW.width, `${await width(page)} pixels wide`);
  });

  test(`${name}: has a language, a title, one heading of the first order, a main part, and a label for every control`, async (t) => {
    const page = await scene.tab(t);
    await go(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.ok((await page.title()).length > 5);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    assert.equal(await page.getByRole("main").count(), 1);
    const unnamed = await page.evaluate(() => [...document.querySelectorAll("input:not([type=hidden])")].filter((input) => input.labels.length === 0).map((input) => input.id));
    assert.deepEqual(unnamed, []);
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("[src], link[href], script[src]")].map((e) => e.src || e.href).filter((url) => !url.startsWith("data:"))), []);
  });

  test(`${name}: text stands out from its ground by 4.5 to 1, light and dark`, async (t) => {
    const page = await scene.tab(t);
    await go(page);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
      const faint = (await contrasts(page)).filter(({ ratio, large }) => ratio < (large ? 3 : 4.5));
      assert.deepEqual(faint, [], colorScheme);
    }
  });
}

test("long names, zoomed text and a long user name still fit into 320 pixels", async (t) => {
  const long = await setScene({ client: { client_name: LONG } });
  t.after(() => long.close());
  const page = await long.tab(t, { viewport: NARROW });
  await page.goto(long.request({ login_hint: "a".repeat(120) }).url);
  assert.ok((await width(page)) <= NARROW.width);
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  assert.ok((await width(page)) <= NARROW.width, "at twice the text size");
  await page.reload();
  await page.getByLabel("User name").fill("");
  await signIn(page);
  await asking(page);
  assert.ok((await width(page)) <= NARROW.width);
});

test("who wants less motion gets none", async (t) => {
  const page = await scene.tab(t, { reducedMotion: "reduce" });
  await page.goto(scene.request().url);
  const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => {
    const { transitionDuration, animationDuration } = getComputedStyle(element);
    return parseFloat(transitionDuration) > 0 || parseFloat(animationDuration) > 0;
  }).map((element) => element.id || element.tagName));
  assert.deepEqual(moving, []);
});

test("an error page shows the request id, tells no client and leads nowhere", async (t) => {
  const page = await scene.tab(t);
  for (const params of [{ client_id: "nobody" }, { redirect_uri: "https://evil.example/cb" }]) {
    const arrivals = scene.site.arrivals.length;
    const answer = await page.goto(scene.request(params).url);
    assert.equal(answer.status(), 400);
    const id = await page.locator("#request_id").textContent();
    await scene.server.flushed();
    assert.equal(scene.server.events().filter(({ request }) => request === id).length, 1);
    assert.equal(await page.locator("#error_code").textContent(), "invalid_request");
    assert.ok(!(await page.content()).includes("evil.example"));
    assert.equal(await page.getByRole("link").count(), 0);
    assert.equal(scene.site.arrivals.length, arrivals);
  }
});

test("the policy holds in a real browser: a script, a style and a picture that were injected do nothing, and no page can be framed", async (t) => {
  const context = await scene.browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const blocked = [];
  page.on("console", (message) => blocked.push(message.text()));
  await page.goto(scene.request().url);
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<img src="https://evil.example/x.png"><p style="color:red">x</p><style>p{color:red}</style>`);
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.injected = true" }));
  });
  assert.equal(await page.evaluate(() => window.injected), undefined);
  const said = (pattern) => until(`${pattern}`, () => pattern.test(blocked.join("\n")));
  for (const directive of [/script-src/, /style-src/, /img-src/]) await said(directive);

  scene.site.files["/frame"] = ["text/html", `<!doctype html><link rel="icon" href="data:,"><iframe src="${scene.request().url.replaceAll("&", "&amp;")}"></iframe>`];
  await page.goto(`${scene.site.url}/frame`);
  const frame = page.frames().find((one) => one !== page.mainFrame());
  assert.equal(await frame.locator("input").count(), 0);
  await said(/frame-ancestors|X-Frame-Options|refused to connect/i);
});

const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);

/** WCAG 2.2 §1.4.3: the contrast of every piece of text with what lies behind it. */
function contrasts(page) {
  return page.evaluate(() => {
    const parse = (color) => {
      const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
      return color.startsWith("color(srgb") ? { rgb: [r * 255, g * 255, b * 255], a } : { rgb: [r, g, b], a };
    };
    const over = (top, under) => top.rgb.map((c, i) => c * top.a + under[i] * (1 - top.a));
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
      const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
      return layers.reverse().reduce((under, layer) => over(layer, under), canvas);
    };
    const texts = [...document.querySelectorAll("main *")].filter((element) => {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      return (own || element.matches("input:not([type=hidden])")) && element.checkVisibility() && !element.closest("svg");
    });
    return texts.map((element) => {
      const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
      const back = ground(element);
      const front = parse(color);
      const [light, dark] = [luminance(over({ ...front, a: front.a * Number(opacity) }, back)), luminance(back)].sort((a, b) => b - a);
      const size = parseFloat(fontSize);
      return { text: element.textContent.trim().slice(0, 30), ratio: Math.round(((light + 0.05) / (dark + 0.05)) * 100) / 100, large: size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) };
    });
  });
}
