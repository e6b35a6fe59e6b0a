// How often the wasm calls JavaScript for one answer, by name: where the time of a token goes that is no signature. Counted on
// the release, when the isolate is warm; of a flow that asks the ledger, with what its object does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorization, call, token, userinfo } from "../harness/oauth.mjs";
import { client, getCode, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

const SCOPE = "openid notes:read offline_access";
// Fetched for several requests at once, so that not every one has it.
const SOMETIMES = ["getRandomValues"];

let server;
before(async () => {
  server = await startSeeded({ build: "release", crossings: true, clients: ["web", "spa", "machine"], vars: { LOG: "refusals" } });
});
after(() => server?.stop());

/** What the second and the third of three times cost. */
async function counted(prepare, action) {
  const found = [];
  for (let n = 0; n < 3; n += 1) {
    const prepared = await prepare?.();
    const [answer, crossings] = await server.crossing(() => action(prepared));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    for (const name of SOMETIMES) delete crossings[name];
    found.push(crossings);
  }
  return found.slice(1);
}

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

const got = (id) => getCode(server, { client: id, params: { scope: SCOPE } });
const redeemed = async (id) => {
  const flow = await got(id);
  return { flow, tokens: (await redeem(server, flow)).body };
};
const asked = { grant_type: "client_credentials", scope: "notes:read" };

const FLOWS = {
  JWKS: [undefined, () => server.fetch("/.well-known/jwks.json")],
  discovery: [undefined, () => server.fetch("/.well-known/openid-configuration")],
  client_credentials: [undefined, () => token(server.url, client("machine"), asked)],
  authorization_code: [() => got("web"), (flow) => redeem(server, flow)],
  "refresh_token, not rotating": [() => redeemed("web"), ({ flow, tokens }) => refresh(server, flow, tokens.refresh_token)],
  "refresh_token, rotating": [() => redeemed("spa"), ({ flow, tokens }) => refresh(server, flow, tokens.refresh_token)],
  introspection: [() => redeemed("web"), ({ tokens }) => call(server.url, "/introspect", client("web"), { token: tokens.access_token })],
  userinfo: [() => redeemed("web"), ({ tokens }) => userinfo(server.url, tokens.access_token)],
};

const BUDGET = {
  JWKS: 3,
  discovery: 3,
  client_credentials: 9,
  authorization_code: 71,
  "refresh_token, not rotating": 11,
  "refresh_token, rotating": 58,
  introspection: 11,
  userinfo: 12,
};
// Whether an object has its alarm already is not the same each time.
const WITH_LEDGER = ["authorization_code", "refresh_token, rotating"];

for (const [flow, [prepare, action]] of Object.entries(FLOWS)) {
  const most = WITH_LEDGER.includes(flow);
  test(`${flow}: ${BUDGET[flow]} calls${most ? " at most" : ""}`, async () => {
    for (const counts of await counted(prepare, action)) {
      const told = JSON.stringify(counts, null, 1);
      if (most) assert.ok(sum(counts) <= BUDGET[flow], told);
      else assert.equal(sum(counts), BUDGET[flow], told);
    }
  });
}
