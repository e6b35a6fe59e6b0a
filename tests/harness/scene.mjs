// What a browser test plays in: Chromium, a server, and the web site of a client.
import assert from "node:assert/strict";
import { launchBrowser, newPage } from "./browser.mjs";
import { startClientSite } from "./client-site.mjs";
import { authorization, token } from "./oauth.mjs";
import { startSeeded, user } from "./seeded.mjs";

export const APP = { id: "app", secret: "app-secret-that-only-the-tests-know-0123456789" };
export const SCOPE = "openid notes:read notes:write offline_access";

// What Chromium says of a page that came with an error status, which some here do on purpose.
const STATUS = /^Failed to load resource: the server responded with a status of [45]\d\d/;

export async function setScene(options = {}) {
  const [browser, site] = await Promise.all([launchBrowser(), startClientSite(options)]);
  const client = { client_id: APP.id, client_secret: APP.secret, client_name: "Notebook", redirect_uris: [site.redirectUri], scope: SCOPE, ...options.client };
  const server = await startSeeded({ clients: [client], users: ["ada", "bob"], ...options.server });
  return new Scene({ browser, site, server });
}

export class Scene {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async close() {
    await this.browser.close();
    await Promise.all([this.site.stop(), this.server.stop(), this.tls?.stop()]);
  }

  /** An authorization request of the app → { url, verifier, state, nonce }. */
  request(params) {
    return authorization(this.server.issuer, { client_id: APP.id, redirect_uri: this.site.redirectUri, scope: SCOPE, ...params });
  }

  /** A tab of a browser without cookies. Whatever its console complains of fails the test in the end. */
  async tab(t, options) {
    const page = await newPage(this.browser, { ignoreHTTPSErrors: this.tls !== undefined, ...options });
    const complaints = [];
    watch(page, complaints);
    page.context().on("page", (other) => watch(other, complaints));
    t.after(async () => {
      await page.context().close();
      assert.deepEqual(complaints, []);
    });
    return page;
  }

  /** So that no test sees what was allowed in another. */
  async forgetConsents() {
    await this.server.control("DELETE", "keys?prefix=consent/");
  }

  redeem(code, { verifier }) {
    return token(this.server.url, APP, { grant_type: "authorization_code", code, redirect_uri: this.site.redirectUri, code_verifier: verifier });
  }

  /** Waits until the tab is back at the app; → the parameters it arrived with. */
  async arrival(page) {
    await page.getByRole("heading", { name: "Back at the app" }).waitFor();
    return this.site.arrivals.at(-1).params;
  }
}

function watch(page, complaints) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !STATUS.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
}

/** Fills in the sign-in form and sends it. */
export async function signIn(page, username = "ada", password = user(username).password) {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export const allow = (page) => page.getByRole("button", { name: "Allow", exact: true }).click();
export const deny = (page) => page.getByRole("button", { name: "Don’t allow" }).click();
