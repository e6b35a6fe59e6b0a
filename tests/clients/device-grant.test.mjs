// The device grant (RFC 8628) by libraries that applications use: a device without a browser asks, a person allows it on
// something that has one.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeJwt } from "jose";
import { DEVICE_CODE, LIBRARIES, refusal } from "../harness/library/index.mjs";
import { makeMembers } from "../harness/library/members.mjs";
import { startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const NOTES = "https://api.example";
const SCOPE = "notes:read offline_access";

// A person has ten codes a day before waits begin, so each library has somebody of its own.
const PEOPLE = ["ada", "bob", "carol"];

const members = await makeMembers({ scope: SCOPE });
let server;
before(async () => {
  const clients = members.map(({ registration }) => ({ ...registration, grant_types: [...registration.grant_types, DEVICE_CODE] }));
  server = await startSeeded({ vars: { DEFAULT_RESOURCE: NOTES }, clients, users: PEOPLE });
});
after(() => server?.stop());

/** Follows the link that the device shows, signs in where that is asked, and presses `answer`. */
async function decide({ verification_uri_complete: link }, answer, [agent, username]) {
  let page = await agent.get(link);
  if (page.forms.some((form) => form.control("password"))) {
    page = await agent.follow(await agent.submit(page, { form: page.form("password"), fields: user(username) }));
  }
  const asked = await agent.submit(page, { form: page.form("user_code") });
  const done = await agent.submit(asked, { button: answer });
  assert.equal(done.status, 200, done.text());
}

Object.entries(LIBRARIES).forEach(([name, library], n) => {
  const person = [new UserAgent(), PEOPLE[n]];
  describe(name, () => {
    for (const member of members) {
      test(`${member.name}: a person allows it, the device has its tokens once, and renews them`, async (t) => {
        const party = await library(server.issuer, member, t);
        const { began, finish } = await party.device({ scope: SCOPE, resource: NOTES });
        assert.ok(began.verification_uri_complete.startsWith(began.verification_uri));
        await decide(began, "allow", person);
        const tokens = await finish();
        const { aud, client_id, sub } = decodeJwt(tokens.access_token);
        assert.deepEqual([aud, client_id], [NOTES, member.id]);
        await assert.rejects(party.ask(began.device_code), refusal("invalid_grant"));
        assert.equal(decodeJwt((await party.refresh(tokens.refresh_token)).access_token).sub, sub);
      });
    }

    test("while nobody has answered, it waits; who asks again at once is slowed down; what is denied is told as such", async (t) => {
      const [member] = members;
      const party = await library(server.issuer, member, t);
      const { began } = await party.device({ scope: SCOPE });
      await assert.rejects(party.ask(began.device_code), refusal("authorization_pending"));
      await assert.rejects(party.ask(began.device_code), refusal("slow_down"));
      const other = await party.device({ scope: SCOPE });
      await decide(other.began, "deny", person);
      await assert.rejects(other.finish(), refusal("access_denied"));
      await assert.rejects(party.ask("no-such-code"), refusal("invalid_grant"));
    });
  });
});
