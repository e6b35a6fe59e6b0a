// Every grant with every way to authenticate, by libraries that applications use. README.md beside this file has the table.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeJwt } from "jose";
import { ACCESS_TOKEN, FULL, LIBRARIES, refusal } from "../harness/library/index.mjs";
import { makeMembers } from "../harness/library/members.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const NOTES = "https://notes.example";
const FILES = "https://files.example";
const SCOPE = "notes:read files:read offline_access";
const RESOURCES = {
  [NOTES]: { name: "Notes", scopes: { "notes:read": { description: "Read your notes" } } },
  [FILES]: { name: "Files", scopes: { "files:read": { description: "See your files" } } },
};

const members = await makeMembers({ scope: SCOPE });
const confidential = members.filter(({ method }) => method !== "none");
const agent = new UserAgent();
let server;
before(async () => {
  server = await startSeeded({
    vars: { SCOPES: null, RESOURCES: JSON.stringify(RESOURCES), DEFAULT_RESOURCE: NOTES },
    clients: members.map(({ registration }) => registration),
  });
});
after(() => server?.stop());

/** A person follows the link and allows what is asked; → the URL that the client is answered at. */
async function walk(url, { redirectUri }) {
  const { url: answer } = await agent.authorize(url, { ...user("ada"), redirectUri });
  return answer;
}

/** What a resource server reads. */
const claims = ({ access_token }) => decodeJwt(access_token);

for (const [name, library] of Object.entries(LIBRARIES)) {
  describe(name, () => {
    for (const member of members) {
      test(`${member.name}: authorization_code for a resource, refresh_token`, async (t) => {
        const party = await library(server.issuer, member, t);
        const answer = await walk(await party.authorization({ scope: "notes:read offline_access", resource: NOTES }), member);
        const tokens = await party.redeem(answer, { resource: NOTES });
        assert.equal(claims(tokens).aud, NOTES);
        assert.equal(claims(tokens).client_id, member.id);
        const renewed = await party.refresh(tokens.refresh_token, { resource: NOTES });
        assert.equal(claims(renewed).sub, claims(tokens).sub);
        assert.notEqual(renewed.access_token, tokens.access_token);
        await assert.rejects(party.redeem(answer, { resource: NOTES }), refusal("invalid_grant"));
      });
    }

    for (const member of confidential) {
      test(`${member.name}: client_credentials for a resource; refused for another, and for what is the users'`, async (t) => {
        const party = await library(server.issuer, member, t);
        const tokens = await party.clientCredentials({ scope: "files:read", resource: FILES });
        assert.equal(tokens.refresh_token, undefined);
        const { aud, sub, client_id, scope } = claims(tokens);
        assert.deepEqual({ aud, sub, client_id, scope }, { aud: FILES, sub: member.id, client_id: member.id, scope: "files:read" });
        await assert.rejects(party.clientCredentials({ scope: "files:read", resource: "https://unknown.example" }), refusal("invalid_target"));
        await assert.rejects(party.clientCredentials({ scope: "openid", resource: FILES }), refusal("invalid_scope"));
      });
    }

    for (const by of FULL[name] ? ["query", "pushed", "signed"] : []) {
      test(`by ${by}: two resources in one grant, each with tokens of its own (RFC 8707 §2.2)`, async (t) => {
        const member = members.find(({ alg }) => alg === "ES256");
        const party = await library(server.issuer, member, t);
        const url = await party.authorization({ scope: SCOPE, resource: [NOTES, FILES] }, by);
        const tokens = await party.redeem(await walk(url, member), { resource: NOTES });
        assert.deepEqual([claims(tokens).aud, claims(tokens).scope], [NOTES, "notes:read offline_access"]);
        const other = await party.refresh(tokens.refresh_token, { resource: FILES });
        assert.deepEqual([claims(other).aud, claims(other).scope], [FILES, "files:read offline_access"]);
        assert.deepEqual(claims(await party.refresh(tokens.refresh_token)).aud.sort(), [FILES, NOTES]);
        await assert.rejects(party.refresh(tokens.refresh_token, { resource: "https://unknown.example" }), refusal("invalid_target"));
      });
    }

    for (const member of FULL[name] ? members : []) {
      for (const by of member.key ? ["pushed", "signed"] : ["pushed"]) {
        test(`${member.name}: authorization_code by a ${by} request, of which the browser carries nothing in the clear`, async (t) => {
          const party = await library(server.issuer, member, t);
          const url = await party.authorization({ scope: "notes:read", resource: NOTES, nonce: "of-this-request" }, by);
          assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", by === "pushed" ? "request_uri" : "request"]);
          const tokens = await party.redeem(await walk(url, member), { resource: NOTES });
          assert.deepEqual([claims(tokens).aud, claims(tokens).scope], [NOTES, "notes:read"]);
        });
      }
    }
  });
}
