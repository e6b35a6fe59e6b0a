// `sealwax cost` reckons with what is counted here.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorization, call, userinfo } from "../harness/oauth.mjs";
import { client, getCode, redeem, refresh, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

let server;
let each;
before(async () => {
  server = await startSeeded({ clients: ["web", "spa", "first", "machine"], users: ["ada", "bob"] });
  const { flows } = await server.sealwax("cost", "--logins", "1");
  each = Object.fromEntries(flows.map((flow) => [flow.name, flow.each]));
});
after(() => server?.stop());

/** Runs an action and holds what it cost against what a flow is said to cost. */
async function costs(name, action) {
  const [value, { kv, ledger, objectKv, log }] = await server.counting(action);
  const { kv_reads, kv_writes, ledger: calls } = each[name];
  const counted = { kv_reads: kv.get + objectKv.get, kv_writes: kv.put + kv.delete + objectKv.put + objectKv.delete, ledger };
  assert.deepEqual(counted, { kv_reads, kv_writes, ledger: calls }, `${name}\n${log.join("\n")}`);
  return value;
}

const scope = "openid notes:read offline_access";
const request = (id) => authorization(server.url, { client_id: id, redirect_uri: client(id).redirectUri, scope }).url;

test("a login by password, its consent, another by single sign-on", async () => {
  await getCode(server); // the client's record is held from now on
  const agent = new UserAgent();
  const consent = await costs("login by password", async () => agent.submit(await agent.get(request("web")), { fields: user("bob") }));
  assert.ok(consent.form("decision"));
  const answer = await costs("consent", () => agent.submit(consent, { button: "allow" }));
  assert.ok(answer.location.searchParams.has("code"));
  const again = await costs("login by single sign-on", () => agent.get(request("web")));
  assert.ok(again.location.searchParams.has("code"));
});

test("tokens and what is asked about them", async () => {
  const got = await getCode(server, { params: { scope } });
  const { body } = await costs("redemption of a code", () => redeem(server, got));
  assert.equal((await costs("refresh, not rotating", () => refresh(server, got, body.refresh_token))).status, 200);
  assert.equal((await costs("userinfo", () => userinfo(server.url, body.access_token))).status, 200);
  assert.equal((await costs("introspection", () => call(server.url, "/introspect", got.client, { token: body.access_token }))).body.active, true);
  const rotating = await getCode(server, { client: "spa", agent: got.agent, params: { scope } });
  const { body: tokens } = await redeem(server, rotating);
  assert.equal((await costs("refresh, rotating", () => refresh(server, rotating, tokens.refresh_token))).status, 200);
  const asked = { grant_type: "client_credentials", scope: "notes:read" };
  await call(server.url, "/token", client("machine"), asked);
  assert.equal((await costs("token of a machine", () => call(server.url, "/token", client("machine"), asked))).status, 200);
  await costs("metadata, keys", () => server.fetch("/.well-known/jwks.json"));
});

test("a sign-out", async () => {
  const { agent } = await getCode(server);
  const page = await costs("sign-out", async () => {
    const question = await agent.get(`${server.url}/end_session`);
    return agent.submit(question, { button: "sign_out" });
  });
  assert.equal(page.status, 200, page.text());
});

test("the bill is reckoned with what is beyond the plan", async () => {
  const { bill, total } = await server.sealwax("cost", "--logins", "4.5M", "--userinfo", "4.5M");
  const used = Object.fromEntries(bill.map((line) => [line.name, [line.used, line.price]]));
  assert.deepEqual(used["Worker requests"], [18_000_000, 240_000]);
  assert.deepEqual(used["KV writes"], [0, 0]);
  assert.deepEqual(used["KV reads"], [22_500_000, 625_000]);
  assert.match(total, /^\$1\d\.\d\d$/);
});
