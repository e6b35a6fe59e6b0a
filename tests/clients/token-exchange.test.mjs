// Token exchange (RFC 8693) by libraries that applications use: a service got a user's token, and needs one for the next.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeJwt } from "jose";
import { ACCESS_TOKEN, LIBRARIES, TOKEN_EXCHANGE, refusal } from "../harness/library/index.mjs";
import { makeMembers } from "../harness/library/members.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const NOTES = "https://notes.example";
const FILES = "https://files.example";
const MAIL = "https://mail.example";
const RESOURCES = {
  [NOTES]: { name: "Notes", scopes: { "notes:read": { description: "Read your notes" }, "both:read": { description: "Read" } } },
  [FILES]: { name: "Files", scopes: { "both:read": { description: "Read" } } },
  [MAIL]: { name: "Mail", scopes: { "both:read": { description: "Read" } } },
};
const SCOPE = "notes:read both:read offline_access";
const POLICY = { resources: [NOTES], exchange_resources: [FILES], exchange_modes: ["delegation", "impersonation"] };

// Who exchanges has to prove who it is.
const members = (await makeMembers({ scope: SCOPE })).filter(({ method }) => method !== "none");
const agent = new UserAgent();
let server;
before(async () => {
  const clients = members.map(({ registration }) => ({ ...registration, ...POLICY, grant_types: [...registration.grant_types, TOKEN_EXCHANGE] }));
  server = await startSeeded({ vars: { SCOPES: null, RESOURCES: JSON.stringify(RESOURCES), DEFAULT_RESOURCE: NOTES }, clients });
});
after(() => server?.stop());

async function tokenOf(party, { redirectUri }) {
  const request = await party.authorization({ scope: "notes:read both:read offline_access", resource: NOTES });
  const { url } = await agent.authorize(request, { ...user("ada"), redirectUri });
  return party.redeem(url, { resource: NOTES });
}

const given = ({ access_token: subject_token }) => ({ subject_token, subject_token_type: ACCESS_TOKEN });

for (const [name, library] of Object.entries(LIBRARIES)) {
  describe(name, () => {
    for (const member of members) {
      test(`${member.name}: narrower, for another resource, and telling who acts; refused for what is not open to it`, async (t) => {
        const party = await library(server.issuer, member, t);
        const tokens = await tokenOf(party, member);
        const from = decodeJwt(tokens.access_token);

        const other = await party.exchange({ ...given(tokens), resource: FILES, scope: "both:read" });
        assert.equal(other.issued_token_type, ACCESS_TOKEN);
        assert.equal(other.refresh_token, undefined);
        const { sub, aud, scope, exp, act } = decodeJwt(other.access_token);
        assert.deepEqual([sub, aud, scope, act], [from.sub, FILES, "both:read", undefined]);
        assert.ok(exp <= from.exp);

        const own = await party.clientCredentials({ scope: "notes:read", resource: NOTES });
        const delegated = await party.exchange({ ...given(tokens), actor_token: own.access_token, actor_token_type: ACCESS_TOKEN, resource: FILES });
        assert.deepEqual([decodeJwt(delegated.access_token).sub, decodeJwt(delegated.access_token).act.sub], [from.sub, member.id]);

        await assert.rejects(party.exchange({ ...given(tokens), resource: MAIL }), refusal("invalid_target"));
        await assert.rejects(party.exchange({ ...given(tokens), scope: "mail:send" }), refusal("invalid_scope"));
        await assert.rejects(party.exchange({ ...given(other), resource: NOTES }), refusal("invalid_target"));
        await assert.rejects(party.exchange({ subject_token: "none of ours", subject_token_type: ACCESS_TOKEN }), refusal("invalid_request"));
      });
    }
  });
}
