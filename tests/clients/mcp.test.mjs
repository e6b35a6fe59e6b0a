// MCP clients as they come, both generations of the official SDK, with nothing but the URL of an MCP server: they find the
// issuer, register, ask the user, call a tool, renew.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { startClientSite } from "../harness/client-site.mjs";
import { Application, SDKS } from "../harness/mcp-client.mjs";
import { startMcpServer } from "../harness/mcp-server.mjs";
import { authorization, call, token } from "../harness/oauth.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const LOOPBACK = "http://127.0.0.1:33418/callback";
const WEB = "https://assistant.company.com/callback";
const OTHER = "https://other-api.example";
const NOTES = { "notes:read": { description: "Read your notes" }, "notes:write": { description: "Change and delete your notes" } };
const GRANTS = ["authorization_code", "refresh_token"];

// Where applications publish what they are: to the server it is https://assistant.company.com.
const PUBLISHER = "assistant.company.com";
const publish = (name) => `https://${PUBLISHER}/${name}.json`;

let mcp, server, site;
before(async () => {
  [mcp, site] = await Promise.all([startMcpServer(), startClientSite()]);
  const resources = { [mcp.resource]: { name: "Notes", scopes: NOTES }, [OTHER]: { name: "Another", scopes: { "other:read": { description: "Read other things" } } } };
  server = await startSeeded({
    vars: { SCOPES: null, DEFAULT_RESOURCE: null, RESOURCES: JSON.stringify(resources), REGISTRATION: "open", CLIENT_ID_METADATA_DOCUMENTS: "on" },
    clients: [
      { client_id: "assistant", client_name: "Assistant", token_endpoint_auth_method: "none", application_type: "native", redirect_uris: [LOOPBACK], grant_types: GRANTS, always_refresh: true, scope: "notes:read notes:write other:read offline_access" },
      { client_id: "office", client_secret: "office-secret-that-only-the-tests-know-012345", client_name: "Office", redirect_uris: [WEB], grant_types: GRANTS, always_refresh: true, scope: "notes:read notes:write offline_access" },
    ],
  });
  await Promise.all([mcp.trust(server.issuer), server.lead({ [PUBLISHER]: site.url })]);
  const documents = { desktop: about(), web: about({ redirect_uris: [WEB] }) };
  for (const [name, document] of Object.entries(documents)) {
    site.files[`/${name}.json`] = ["application/json", JSON.stringify({ client_id: publish(name), ...document })];
  }
});
after(() => Promise.all([mcp?.stop(), server?.stop(), site?.stop()]));

const about = (more) => ({ client_name: "Assistant", redirect_uris: [LOOPBACK], grant_types: GRANTS, response_types: ["code"], token_endpoint_auth_method: "none", ...more });

/** How an application can come to its client id. */
const WAYS = {
  "a client ID metadata document, of a program on the user's device": () => ({ metadata: about(), metadataUrl: publish("desktop"), expectedId: publish("desktop") }),
  "a client ID metadata document, of a web application": () => ({ metadata: about({ redirect_uris: [WEB] }), metadataUrl: publish("web"), expectedId: publish("web") }),
  "dynamic registration": () => ({ metadata: about() }),
  "dynamic registration as a confidential client": () => ({ metadata: about({ redirect_uris: [WEB], token_endpoint_auth_method: "client_secret_basic" }), isConfidential: true }),
  "dynamic registration as a confidential client, with its secret in the body": () => ({ metadata: about({ redirect_uris: [WEB], token_endpoint_auth_method: "client_secret_post" }), isConfidential: true }),
  "a client that the operator registered": () => ({ metadata: about(), information: { client_id: "assistant" } }),
  "a confidential client that the operator registered": () => ({ metadata: about({ redirect_uris: [WEB] }), information: { client_id: "office", client_secret: "office-secret-that-only-the-tests-know-012345" }, isConfidential: true }),
};

/** What the application keeps, as if its access token had expired long ago. */
async function expired({ access_token: access, ...more }) {
  const key = JSON.parse(server.secrets.SIGNING_KEY_1);
  const claims = { ...decodeJwt(access), iat: 1, exp: 601 };
  return { ...more, access_token: await new SignJWT(claims).setProtectedHeader(decodeProtectedHeader(access)).sign(await importJWK(key, key.alg)) };
}

/** An access token of the client that the operator registered, for another MCP server. */
async function tokenFor(resource, scope) {
  const request = authorization(server.url, { client_id: "assistant", redirect_uri: LOOPBACK, resource, scope });
  const { params } = await new UserAgent().authorize(request.url, user("ada"));
  const { body } = await token(server.url, { id: "assistant" }, { grant_type: "authorization_code", code: params.get("code"), redirect_uri: LOOPBACK, code_verifier: request.verifier });
  return body.access_token;
}

for (const [name, sdk] of Object.entries(SDKS)) {
  describe(name, () => {
    for (const [way, given] of Object.entries(WAYS)) {
      test(`${way}: discovery, sign-in, a call, a wider scope when it is needed, a renewal`, async () => {
        const { isConfidential, expectedId, ...options } = given();
        const app = new Application(sdk, mcp.resource, options);
        const agent = new UserAgent();
        await app.signIn({ agent });
        const { keeper } = app;
        assert.equal(keeper.asked.searchParams.get("resource"), mcp.resource);
        assert.equal(keeper.asked.searchParams.get("code_challenge_method"), "S256");
        const claims = decodeJwt(keeper.kept.access_token);
        assert.equal(claims.aud, mcp.resource);
        assert.equal(claims.client_id, keeper.information.client_id);
        if (expectedId) assert.equal(claims.client_id, expectedId);
        const note = `Milk ${randomUUID()}`;
        assert.ok(!(await app.call("list_notes")).includes(note));

        // 403 insufficient_scope sends the user to consent once more.
        await app.stepUp("add_note", { text: note }, { agent });
        assert.equal(await app.call("add_note", { text: note }), "Noted.");
        assert.ok((await app.call("list_notes")).includes(note));

        const before = keeper.kept;
        assert.ok(before.refresh_token, "no refresh token");
        keeper.asked = undefined;
        keeper.kept = await expired(before);
        assert.ok((await app.call("list_notes")).includes(note));
        assert.equal(keeper.asked, undefined);
        assert.equal(decodeJwt(keeper.kept.access_token).sub, claims.sub);
        assert.notEqual(keeper.kept.access_token, before.access_token);
        // Public clients rotate.
        assert.equal(keeper.kept.refresh_token !== before.refresh_token, !isConfidential);
        assert.deepEqual(keeper.discarded, []);
      });
    }

    test("a token for another MCP server is refused here, and the client asks anew", async () => {
      const app = new Application(sdk, mcp.resource, WAYS["a client that the operator registered"]());
      await app.signIn();
      const { refresh_token: _, ...mine } = app.keeper.kept;
      app.keeper.kept = { ...mine, access_token: await tokenFor(OTHER, "other:read") };
      assert.deepEqual(decodeJwt(app.keeper.kept.access_token).aud, OTHER);
      assert.ok(await app.ask());
      app.keeper.kept = mine;
      assert.equal(typeof (await app.call("list_notes")), "string");
    });

    test("what the user denies reaches the application, which has nothing then", async () => {
      const app = new Application(sdk, mcp.resource, WAYS["a client that the operator registered"]());
      const { params } = await new UserAgent().authorize(await app.ask(), { ...user("ada"), decision: "deny" });
      assert.equal(params.get("error"), "access_denied");
      assert.equal(params.get("iss"), server.issuer);
      await assert.rejects(app.sdk.finish(app.transport, params));
      assert.equal(app.keeper.kept, undefined);
    });

    test("a refresh token that was revoked sends the client back to the user, not in circles", async () => {
      const app = new Application(sdk, mcp.resource, WAYS["a client that the operator registered"]());
      await app.signIn();
      const kept = app.keeper.kept;
      assert.equal((await call(server.url, "/revoke", { id: "assistant" }, { token: kept.refresh_token })).status, 200);
      app.keeper.kept = await expired(kept);
      assert.ok(await app.ask());
      assert.deepEqual(app.keeper.discarded, ["tokens"]);
    });
  });
}
