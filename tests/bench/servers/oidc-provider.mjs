// oidc-provider on Node, in a process of its own, with its own storage in memory.
import { fork } from "node:child_process";
import { join } from "node:path";
import { authorization, basic } from "../../harness/oauth.mjs";
import { UserAgent } from "../../harness/user-agent.mjs";
import { form } from "../load.mjs";
import { here } from "../paths.mjs";
import { freePort } from "../runtime.mjs";
import { several } from "./provider.mjs";

const REDIRECT_URI = "https://app.example/cb";
const SECRET = "a-secret-that-only-the-benchmark-knows-0123456789";
const RESOURCE = "https://api.example";
const hasToken = ({ status, body }) => status === 200 && body.includes('"access_token"');
const accessToken = ({ body }) => JSON.parse(body).access_token;

export async function oidcProvider() {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = fork(join(here, "workers/oidc-provider.mjs"), [String(port), SECRET, REDIRECT_URI, RESOURCE], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await new Promise((done, failed) => {
    child.once("message", done);
    child.once("exit", (code) => failed(new Error(`oidc-provider ended with ${code}`)));
  });
  const headers = { authorization: basic("web", SECRET) };
  const agent = new UserAgent();
  const request = () => authorization(`${url}`, { client_id: "web", redirect_uri: REDIRECT_URI, scope: "openid notes:read offline_access", prompt: "consent", resource: RESOURCE });
  const silent = () => authorization(`${url}`, { client_id: "web", redirect_uri: REDIRECT_URI, scope: "openid notes:read", resource: RESOURCE });
  await signIn(agent, request().url.replace("/authorize?", "/auth?"), url);

  async function minted() {
    const asked = silent();
    const page = await agent.follow(await agent.get(asked.url.replace("/authorize?", "/auth?")), (location) => location.origin !== url);
    const code = page.location?.searchParams.get("code");
    if (!code) throw new Error(`no code: ${page.status} ${page.url} ${page.text().slice(0, 300)}`);
    return { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: asked.verifier, resource: RESOURCE };
  }
  const operation = (label, make) => ({ label, prepare: (n) => several(n, async () => form("/token", port, await make(), headers)), ok: hasToken, token: accessToken });
  const machine = { grant_type: "client_credentials", scope: "notes:read", resource: RESOURCE };
  return {
    name: "oidc-provider 9.13.3 (Node, in memory)",
    port,
    url,
    pid: child.pid,
    stop: async () => child.kill(),
    operations: [
      { ...operation("client_credentials", async () => machine), prepare: (n) => several(n, async () => form("/token", port, machine, { authorization: basic("machine", SECRET) })) },
      operation("authorization_code", minted),
    ],
    lacks: [],
  };
}

/** Its development pages take any name and password. */
async function signIn(agent, request, url) {
  const own = (location) => location.origin !== url;
  let page = await agent.follow(await agent.get(request), own);
  for (let n = 0; !page.location && n < 4; n += 1) page = await agent.follow(await agent.submit(page, { form: page.forms[0], fields: { login: "ada", password: "x" } }), own);
  if (!page.location?.searchParams.has("code")) throw new Error(`no sign-in at oidc-provider: ${page.text()}`);
}
