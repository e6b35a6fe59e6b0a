// OpenAuth on the same runtime.
import { authorization } from "../../harness/oauth.mjs";
import { UserAgent } from "../../harness/user-agent.mjs";
import { bundled } from "../bundle.mjs";
import { form } from "../load.mjs";
import { start } from "../runtime.mjs";
import { several } from "./provider.mjs";

const REDIRECT_URI = "https://app.example/cb";
const CLIENT = "app";
const hasToken = ({ status, body }) => status === 200 && body.includes('"access_token"');
const accessToken = ({ body }) => JSON.parse(body).access_token;

export async function openauth() {
  // It writes one line a request to the console.
  const server = await start("openauth", { modules: await bundled("openauth"), kvNamespaces: ["STORE"], compatibilityFlags: ["nodejs_compat"] });
  const { port, url } = server;

  async function minted() {
    const asked = authorization(url, { client_id: CLIENT, redirect_uri: REDIRECT_URI, provider: "anyone", scope: null, nonce: null });
    const agent = new UserAgent();
    const page = await agent.follow(await agent.get(asked.url), (location) => location.origin !== url);
    const code = page.location?.searchParams.get("code");
    if (!code) throw new Error(`no code: ${page.status} ${page.location} ${page.text()}`);
    return { grant_type: "authorization_code", client_id: CLIENT, code, redirect_uri: REDIRECT_URI, code_verifier: asked.verifier };
  }
  async function renewal() {
    const answer = await fetch(`${url}/token`, { method: "POST", body: new URLSearchParams(await minted()) });
    const { refresh_token } = await answer.json();
    return { grant_type: "refresh_token", client_id: CLIENT, refresh_token };
  }
  const machine = { grant_type: "client_credentials", provider: "anyone", client_id: CLIENT, client_secret: "s".repeat(43) };
  const operation = (label, make) => ({ label, prepare: (n) => several(n, async () => form("/token", port, await make())), ok: hasToken, token: accessToken });
  return { name: "OpenAuth 0.4.3", ...server, operations: [operation("client_credentials", async () => machine), operation("authorization_code", minted), operation("refresh_token", renewal)] };
}
