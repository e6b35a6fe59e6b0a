// What each flow costs at the bindings, counted by the same means as in the tests.
import { authorization, call, userinfo } from "../harness/oauth.mjs";
import { client, getCode, redeem, refresh, startSeeded } from "../harness/seeded.mjs";

/** What the benchmark measures as "authorize with a session". */
export const OWN = "authorize with a session, a client of the operator's own";

export async function flows(say) {
  say("counting calls of KV and ledger ...");
  const server = await startSeeded({ clients: ["web", "spa", "first", "machine"] });
  try {
    const found = [];
    const count = async (label, action) => {
      const [value, { kv, ledger, objectKv }] = await server.counting(action);
      found.push({ label, reads: kv.get + objectKv.get, writes: kv.put + kv.delete + objectKv.put, ledger });
      return value;
    };
    const scope = "openid notes:read offline_access";
    const got = await getCode(server, { params: { scope } });
    const { id, redirectUri } = client("web");
    await count("authorize with a session and a remembered consent", () => got.agent.get(authorization(server.url, { client_id: id, redirect_uri: redirectUri, scope }).url));
    const own = () => got.agent.get(authorization(server.url, { client_id: client("first").id, redirect_uri: client("first").redirectUri, scope: "openid notes:read" }).url);
    await own(); // its record is held from now on
    await count(OWN, own);
    const { body } = await count("authorization_code", () => redeem(server, got));
    await count("refresh_token, not rotating", () => refresh(server, got, body.refresh_token));
    await count("introspection", () => call(server.url, "/introspect", got.client, { token: body.access_token }));
    await count("userinfo", () => userinfo(server.url, body.access_token));
    const publicGot = await getCode(server, { client: "spa", agent: got.agent, params: { scope } });
    const { body: tokens } = await redeem(server, publicGot);
    await count("refresh_token, rotating", () => refresh(server, publicGot, tokens.refresh_token));
    const machine = client("machine");
    const asked = { grant_type: "client_credentials", scope: "notes:read" };
    await call(server.url, "/token", machine, asked);
    await count("client_credentials", () => call(server.url, "/token", machine, asked));
    return found;
  } finally {
    await server.stop();
  }
}
