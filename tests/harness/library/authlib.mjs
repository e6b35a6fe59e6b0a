// Authlib as a client of any kind: tests/clients/relying_party.py in a process of its own. index.mjs says what all libraries
// have in common here. Authlib has neither pushed nor signed requests nor registration, for clients.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { exportJWK } from "jose";
import { python, root } from "../paths.mjs";
import { DEVICE_CODE, TOKEN_EXCHANGE } from "./grants.mjs";

const PROGRAM = join(root, "tests/clients/relying_party.py");

/** relying_party.py → call({ do: … }), which answers as it does. It ends with the test. */
export function relyingParty(t, config) {
  const child = spawn(python, [PROGRAM, JSON.stringify(config)], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("relying_party.py ended");
    return JSON.parse(value);
  };
}

export async function authlib(issuer, { id, secret, method, key, alg, redirectUri }, t) {
  const jwk = key && { ...(await exportJWK(key.key)), kid: key.kid };
  const call = relyingParty(t, { issuer, client_id: id, client_secret: secret, auth_method: method, redirect_uri: redirectUri, jwk, alg });
  const answer = async (request) => {
    const answered = await call(request);
    if (answered.error) throw Object.assign(new Error(answered.description), { error: answered.error });
    return answered;
  };
  const grant = async (grant_type, params) => (await answer({ do: "grant", grant_type, ...params })).tokens;
  return {
    authorization: async (params) => new URL((await answer({ do: "authorize", ...params })).url),
    redeem: async (url, more) => (await answer({ do: "callback", params: Object.fromEntries(url.searchParams), more })).tokens,
    refresh: async (refresh_token, params) => (await answer({ do: "refresh", refresh_token, ...params })).tokens,
    clientCredentials: (params) => grant("client_credentials", params),
    async device(params) {
      const { began } = await answer({ do: "device", ...params });
      return { began, finish: () => grant(DEVICE_CODE, { device_code: began.device_code }) };
    },
    exchange: (params) => grant(TOKEN_EXCHANGE, params),
    ask: (device_code) => grant(DEVICE_CODE, { device_code }),
  };
}
