// Chromium for the browser tests.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium as driver } from "playwright-core";
import { chromium as executablePath, screenshots } from "./paths.mjs";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export const VIEWPORTS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

/**
 * launchBrowser({ t, hosts }) → playwright's Browser with a profile of its own.
 * `hosts` are names that lead to this machine, such as ["client.test"]: ports of localhost are one site for SameSite,
 * so what must be cross-site needs names. Ports are kept.
 */
export async function launchBrowser({ t, hosts = [] } = {}) {
  const rules = hosts.length ? [`--host-resolver-rules=${hosts.map((host) => `MAP ${host} 127.0.0.1`).join(",")}`] : [];
  const browser = await driver.launch({ executablePath, headless: true, args: [...ARGUMENTS, ...rules] });
  t?.after(() => browser.close());
  return browser;
}

/** A page in a fresh context (no cookies). `options` are playwright's: javaScriptEnabled, colorScheme, viewport … */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: VIEWPORTS.desktop, locale: "en-GB", ...options });
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/** target/screenshots/<name>-{390,1280}-{light,dark}.png of the page as it stands. */
export async function shoot(page, name) {
  await mkdir(screenshots, { recursive: true });
  const before = page.viewportSize();
  for (const viewport of Object.values(VIEWPORTS)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(screenshots, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true, animations: "disabled" });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
