// mod_auth_openidc as Debian ships it, in front of an application: a person signs in and out with Chromium.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { decodeProtectedHeader } from "jose";
import { chooseApache, startApache } from "../harness/apache.mjs";
import { allow, deny, setScene, signIn } from "../harness/scene.mjs";
import { addClient } from "../harness/seeded.mjs";

const CLIENT = { id: "apache", secret: "apache-secret-that-only-the-tests-know-01234567" };

let scene, apache, places;
before(async () => {
  places = await chooseApache();
  scene = await setScene();
  await addClient(scene.server, {
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    client_name: "The wiki",
    redirect_uris: [places.callback],
    scope: "openid profile",
  });
  apache = await startApache({ places, issuer: scene.server.issuer, client: CLIENT });
});
after(async () => {
  await apache?.stop();
  await scene?.close();
});
beforeEach(() => scene.forgetConsents());

const told = async (page, name) => page.locator(`#oidc_${name}`).textContent();
const atApp = (page) => page.getByRole("heading", { name: "What Apache tells" }).waitFor();
const atSignIn = (page) => page.getByLabel("Password").waitFor();

async function enter(page) {
  await page.goto(apache.app);
  await signIn(page);
  await allow(page);
  await atApp(page);
}

test("signing in: the page behind Apache shows the claims of ID token and userinfo; a second visit asks nothing", async (t) => {
  const page = await scene.tab(t);
  await enter(page);
  assert.equal(await told(page, "claim_preferred_username"), "ada");
  assert.equal(await told(page, "claim_iss"), scene.server.issuer);
  assert.equal(await told(page, "claim_aud"), CLIENT.id);
  assert.match(await told(page, "claim_sub"), /^[\w-]{20,}$/);
  assert.equal(decodeProtectedHeader(await told(page, "id_token")).alg, "ES256");
  await scene.server.resetCounts();
  await page.reload();
  await atApp(page);
  assert.deepEqual((await scene.server.counts()).log, []);
});
