// An application that runs in the browser and signs in with oidc-client-ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const LIBRARY = readFileSync(join(root, "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.js"), "utf8");

/**
 * → files for a client's site: the application at `path`, where it is answered too, and what an iframe of it is answered at.
 * In its page stand `manager`, the library's UserManager, and after an answer `user` or `failed`.
 * `settings` are the library's, over these here.
 */
export function singlePageApp({ path, issuer, clientId, scope, settings = {} }) {
  const usual = { authority: issuer, client_id: clientId, scope, automaticSilentRenew: false };
  const manager = `const here = location.origin + ${JSON.stringify(path)};
const manager = new oidc.UserManager({ redirect_uri: here, silent_redirect_uri: here + "/silent", post_logout_redirect_uri: here, ...${JSON.stringify({ ...usual, ...settings })} });`;
  const page = (body) => ["text/html; charset=utf-8", `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The app</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`];
  return {
    "/oidc-client-ts.js": ["text/javascript", LIBRARY],
    [path]: page(`<button id="start">Sign in</button><script src="/oidc-client-ts.js"></script><script>${manager}
document.querySelector("#start").onclick = () => manager.signinRedirect({ nonce: "nonce-of-the-app" });
if (/[?&](code|error)=/.test(location.search)) manager.signinCallback().then((user) => { window.user = user; }, (error) => { window.failed = { name: error.name, error: error.error }; });
</script>`),
    [`${path}/silent`]: page(`<script src="/oidc-client-ts.js"></script><script>${manager}
manager.signinSilentCallback();
</script>`),
  };
}

/** Waits for what an answer led to: the library's User, or { name, error }. */
export const outcome = (page) => page.waitForFunction(() => window.user ?? window.failed).then((handle) => handle.jsonValue());
