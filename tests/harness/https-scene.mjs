// A scene over https, under names whose sites a browser tells apart as it does on the Internet: ports of localhost are one
// site, and http and https of one name are two.
import { launchBrowser } from "./browser.mjs";
import { startClientSite } from "./client-site.mjs";
import { Scene } from "./scene.mjs";
import { startSeededTwin } from "./seeded.mjs";
import { startTls } from "./tls.mjs";

const ISSUER = "id.sealwax.test";
const SAME_SITE = "app.sealwax.test";
const CROSS_SITE = "app.other.test";
const NAMES = [ISSUER, SAME_SITE, CROSS_SITE];

/**
 * → a Scene whose `issuer`, `sameSite` and `crossSite` are https URLs; its client site answers at the last two.
 * `clients`: a function from these three to whole records; `users`: names of fixtures.
 */
export async function setHttpsScene({ clients, users = ["ada"] }) {
  const tls = await startTls(NAMES);
  const urls = { issuer: tls.url(ISSUER), sameSite: tls.url(SAME_SITE), crossSite: tls.url(CROSS_SITE) };
  const [browser, site, server] = await Promise.all([
    launchBrowser({ hosts: NAMES }),
    startClientSite(),
    startSeededTwin({ issuer: urls.issuer, clients: clients(urls), users }),
  ]);
  tls.lead(ISSUER, server.url);
  for (const name of [SAME_SITE, CROSS_SITE]) tls.lead(name, site.url);
  return new Scene({ browser, site, server, tls, ...urls });
}
