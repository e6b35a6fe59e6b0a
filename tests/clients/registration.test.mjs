// Dynamic registration (RFC 7591) by libraries that applications use, with every way to authenticate; its management (RFC 7592),
// for which they have no code. Registering stores nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeJwt, importJWK } from "jose";
import { privateJwk } from "../harness/keys.mjs";
import { FULL, refusal } from "../harness/library/index.mjs";
import { publicPart } from "../harness/library/members.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const REDIRECT_URI = "https://app.company.com/cb";
const NOTES = "https://notes.example";
const VARS = {
  SCOPES: null,
  DEFAULT_RESOURCE: NOTES,
  RESOURCES: JSON.stringify({ [NOTES]: { name: "Notes", scopes: { "notes:read": { description: "Read your notes" } } } }),
  REGISTRATION: "open",
};
const METADATA = { client_name: "App", redirect_uris: [REDIRECT_URI], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };

const jwk = await privateJwk("ES256");
const key = { key: await importJWK(jwk, "ES256", { extractable: true }), kid: jwk.kid };
const METHODS = {
  none: {},
  client_secret_basic: {},
  client_secret_post: {},
  private_key_jwt: { jwks: { keys: [publicPart(jwk)] } },
};

let server;
before(async () => {
  server = await startSeeded({ vars: VARS, clients: [] });
});
after(() => server?.stop());

const agent = new UserAgent();
async function grant(party, by) {
  const { url } = await agent.authorize(await party.authorization({ scope: "notes:read offline_access" }, by), { ...user("ada"), redirectUri: REDIRECT_URI });
  return party.redeem(url);
}

/** A call of RFC 7592 → { status, body } */
async function manage({ registration_client_uri: uri, registration_access_token: token }, method, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const answer = await fetch(uri, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text) };
}

for (const [name, library] of Object.entries(FULL)) {
  describe(name, () => {
    for (const [method, more] of Object.entries(METHODS)) {
      test(`${method}: registered without a KV write, and at work at once`, async () => {
        const registering = () => library.register(server.issuer, { ...METADATA, token_endpoint_auth_method: method, ...more }, { key: method === "private_key_jwt" ? key : undefined });
        const [{ registered, party }, { kv }] = await server.counting(registering);
        assert.equal(kv.put + kv.delete, 0);
        assert.equal(registered.client_secret !== undefined, method.startsWith("client_secret"));
        assert.ok(registered.client_id.length <= 512 || method === "private_key_jwt", registered.client_id.length);
        for (const by of method === "private_key_jwt" ? ["query", "pushed", "signed"] : ["query", "pushed"]) {
          const tokens = await grant(party, by);
          assert.equal(decodeJwt(tokens.access_token).client_id, registered.client_id);
          const renewed = await party.refresh(tokens.refresh_token);
          assert.notEqual(renewed.access_token, tokens.access_token);
        }
      });
    }

    test("what cannot be registered arrives as what it is", async () => {
      const refused = [
        [{ redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
        [{ redirect_uris: ["https://app.company.com/cb#fragment"] }, "invalid_redirect_uri"],
        [{ redirect_uris: ["https://*.company.com/cb"] }, "invalid_redirect_uri"],
        [{ redirect_uris: ["https://user@app.company.com/cb"] }, "invalid_redirect_uri"],
        [{ redirect_uris: ["http://app.company.com/cb"] }, "invalid_redirect_uri"],
        [{ redirect_uris: [] }, "invalid_redirect_uri"],
        [{ token_endpoint_auth_method: "client_secret_jwt" }, "invalid_client_metadata"],
        [{ software_statement: "e30.e30." }, "unapproved_software_statement"],
        [{ token_endpoint_auth_method: "private_key_jwt" }, "invalid_client_metadata"],
      ];
      for (const [members, error] of refused) await assert.rejects(library.register(server.issuer, { ...METADATA, ...members }), refusal(error), JSON.stringify(members));
    });

    test("read, changed and deleted (RFC 7592): what is deleted stays dead", async () => {
      const { registered, party } = await library.register(server.issuer, { ...METADATA, token_endpoint_auth_method: "client_secret_basic" });
      const { refresh_token } = await grant(party);
      const read = await manage(registered, "GET");
      assert.equal(read.status, 200);
      assert.deepEqual([read.body.client_id, read.body.client_secret, read.body.redirect_uris], [registered.client_id, registered.client_secret, [REDIRECT_URI]]);
      const changed = await manage(registered, "PUT", { ...METADATA, client_id: registered.client_id, token_endpoint_auth_method: "client_secret_basic", client_name: "The app" });
      assert.deepEqual([changed.status, changed.body.client_name], [200, "The app"]);
      await party.refresh(refresh_token);
      assert.equal((await manage({ ...registered, registration_access_token: "x".repeat(43) }, "DELETE")).status, 401);
      assert.equal((await manage(registered, "DELETE")).status, 204);
      await assert.rejects(party.refresh(refresh_token), refusal("invalid_client"));
      assert.equal((await manage(registered, "GET")).status, 401);
    });
  });
}

test("with an initial access token of the operator's, and not without", async (t) => {
  const guarded = await startSeeded({ t, vars: { ...VARS, REGISTRATION: "initial_access_token" }, clients: [], users: [] });
  const { token: initialAccessToken } = await guarded.sealwax("client", "initial-token");
  for (const library of Object.values(FULL)) {
    const { registered } = await library.register(guarded.issuer, { ...METADATA, token_endpoint_auth_method: "none" }, { initialAccessToken });
    assert.ok(registered.client_id);
    for (const wrong of [undefined, "x".repeat(80)]) {
      await assert.rejects(library.register(guarded.issuer, METADATA, { initialAccessToken: wrong }), (error) => error.status === 401);
    }
  }
});

test("switched off it is neither there nor in the metadata", async (t) => {
  const closed = await startSeeded({ t, vars: { ...VARS, REGISTRATION: "off" }, clients: [], users: [] });
  for (const library of Object.values(FULL)) await assert.rejects(library.register(closed.issuer, METADATA));
  assert.equal((await closed.fetch("/register", { method: "POST" })).status, 404);
});
