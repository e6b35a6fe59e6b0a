// Middleware that applications sign their users in with: express-openid-connect and Auth.js, with each algorithm of ID
// tokens, by query and form_post, silently, and out again; and openid-client over https in the same ways.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import * as oidc from "openid-client";
import * as authCore from "../harness/framework/auth-core.mjs";
import * as expressOpenidConnect from "../harness/framework/express-openid-connect.mjs";
import { CALLBACK, startFront, startProvider } from "../harness/provider.mjs";
import { user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const FRAMEWORKS = { "express-openid-connect": expressOpenidConnect, "@auth/core": authCore };
const ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const MODES = ["query", "form_post"];
const SECRET = "framework-secret-that-only-the-tests-know-0123";

// Some are told the subject that all know, a text of 16 bytes; others one of their own, an HMAC.
const subjects = (alg) => (alg === "ES256" ? "pairwise" : "public");
const subject = (alg) => (subjects(alg) === "pairwise" ? /^[\w-]{43}$/ : /^[\w-]{22}$/);

const apps = [];
let provider;
before(async () => {
  for (const name of Object.keys(FRAMEWORKS)) {
    for (const alg of ALGORITHMS) for (const mode of MODES) apps.push({ name, alg, mode, id: `${name.replace(/\W/g, "")}-${alg}-${mode}`, front: await startFront() });
  }
  const clients = apps.map(({ name, alg, mode, id, front }) => ({
    client_id: id,
    client_secret: SECRET,
    client_name: name,
    ...FRAMEWORKS[name].places(front.base),
    id_token_signed_response_alg: alg,
    subject_type: subjects(alg),
    require_pkce: name !== "@auth/core" || mode === "query", // see harness/framework/auth-core.mjs
    scope: "openid profile",
  }));
  for (const alg of ALGORITHMS) clients.push({ client_id: `direct-${alg}`, client_secret: SECRET, redirect_uris: [CALLBACK], post_logout_redirect_uris: [`${CALLBACK}/bye`], id_token_signed_response_alg: alg, subject_type: subjects(alg), scope: "openid profile" });
  provider = await startProvider({ clients, keys: { eddsa: true } });
  for (const app of apps) {
    app.server = createServer(FRAMEWORKS[app.name].application({ base: app.front.base, issuer: provider.issuer, client: { id: app.id, secret: SECRET }, alg: app.alg, mode: app.mode }));
    await new Promise((ready) => app.server.listen(0, "127.0.0.1", ready));
    app.front.leadTo(`http://127.0.0.1:${app.server.address().port}`);
  }
});
after(async () => {
  await provider?.stop();
  for (const { server, front } of apps) {
    server?.closeAllConnections();
    await Promise.all([front.stop(), server && new Promise((done) => server.close(done))]);
  }
});

/** Goes on as a browser would, through sign-in, consent and posted answers, until a page has none of them. */
async function goOn(agent, page) {
  for (let n = 0; n < 12; n += 1) {
    page = await agent.follow(page);
    const [form] = page.forms;
    if (form?.control("password")) page = await agent.submit(page, { fields: user("ada") });
    else if (form?.control("decision")) page = await agent.submit(page, { button: { name: "decision", value: "allow" } });
    else if (form?.control("code") || form?.control("error")) page = await agent.submit(page);
    else return page;
  }
  throw new Error(`no end: ${page.url}`);
}

for (const name of Object.keys(FRAMEWORKS)) {
  describe(name, () => {
    for (const alg of ALGORITHMS) {
      for (const mode of MODES) {
        test(`${alg}, ${mode}: in, silently, and out`, async () => {
          const { id, front: { base } } = apps.find((app) => app.name === name && app.alg === alg && app.mode === mode);
          const agent = new UserAgent();
          // prompt=none without a session: an error, and nobody is signed in.
          await goOn(agent, await agent.get(`${base}/silent`));
          assert.equal((await agent.get(`${base}/me`)).status, 401);

          const me = await goOn(agent, await agent.get(`${base}/login`));
          assert.equal(me.url.href, `${base}/me`, me.text());
          const { claims, idToken } = me.json();
          assert.equal(claims.preferred_username, "ada");
          assert.equal(decodeProtectedHeader(idToken).alg, alg);
          const told = decodeJwt(idToken);
          assert.deepEqual([told.iss, told.aud, told.sub], [provider.issuer, id, claims.sub]);
          assert.match(told.sub, subject(alg));

          // prompt=none with a session at the provider and none here: signed in without a question.
          const silent = await goOn(Object.assign(new UserAgent(), { cookies: agent.cookies.filter(({ name: cookie }) => cookie.includes("sealwax-")) }), { location: new URL(`${base}/silent`) });
          assert.equal(silent.url.href, `${base}/me`, silent.text());
          assert.notEqual(silent.json().idToken, idToken);

          const bye = await goOn(agent, await agent.get(`${base}/logout`));
          assert.equal(bye.url.href.split("?")[0], `${base}/bye`, bye.text());
          assert.equal((await agent.get(`${base}/me`)).status, 401);
          await goOn(agent, await agent.get(`${base}/silent`));
          assert.equal((await agent.get(`${base}/me`)).status, 401, "still signed in at the provider");
        });
      }
    }
  });
}

describe("openid-client", () => {
  for (const alg of ALGORITHMS) {
    test(`${alg}, form_post: in, silently, and out`, async () => {
      const id = `direct-${alg}`;
      const config = await oidc.discovery(new URL(provider.issuer), id, { id_token_signed_response_alg: alg }, oidc.ClientSecretBasic(SECRET));
      oidc.enableNonRepudiationChecks(config);
      const agent = new UserAgent();
      const walk = async (params = {}) => {
        const checks = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(), idTokenExpected: true };
        const to = oidc.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: "openid profile", response_mode: "form_post", state: checks.expectedState, nonce: checks.expectedNonce, code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier), code_challenge_method: "S256", ...params });
        const { params: body } = await agent.authorize(to, user("ada"));
        return oidc.authorizationCodeGrant(config, new Request(CALLBACK, { method: "POST", body }), checks);
      };
      const refused = (error) => error.error === "login_required";
      await assert.rejects(walk({ prompt: "none" }), refused);
      const tokens = await walk();
      assert.equal(decodeProtectedHeader(tokens.id_token).alg, alg);
      assert.match(tokens.claims().sub, subject(alg));
      assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).preferred_username, "ada");
      assert.equal((await walk({ prompt: "none", id_token_hint: tokens.id_token })).claims().sub, tokens.claims().sub);
      const out = await agent.get(oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: `${CALLBACK}/bye` }));
      assert.equal(out.location.href.split("?")[0], `${CALLBACK}/bye`);
      await assert.rejects(walk({ prompt: "none" }), refused);
    });
  }
});
