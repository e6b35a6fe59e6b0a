// A split deployment on the real runtime: the three Workers of wrangler.toml's environments in one workerd, behind a router
// that stands for the routes of a host. Each has the bindings that its environment names, and its own secrets.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import { makeKeys, shares } from "./keys.mjs";
import { commandLine, partBuild, parts, root, scratch } from "./paths.mjs";
import { run } from "./sealwax.mjs";

/** Where each part is reached, as the routes in wrangler.toml say; the rest is the authorize Worker's. */
const ROUTES = { "/.well-known/jwks.json": "jwks", "/token": "token", "/revoke": "token", "/introspect": "token", "/device_authorization": "token" };
const ROUTER = `
  const ROUTES = ${JSON.stringify(ROUTES)};
  export default {
    fetch(request, env) {
      const { pathname } = new URL(request.url);
      // The tests' own door: to a part whatever the path.
      const [, part, rest] = /^\\/__part\\/(\\w+)(\\/.*)/.exec(pathname) ?? [];
      if (part) {
        const headers = new Headers(request.headers);
        // Between Workers a length may be announced that is not the true one.
        if (headers.has("x-announce")) headers.set("content-length", headers.get("x-announce"));
        return env[part].fetch(new Request(new URL(rest, request.url), { method: request.method, headers, body: request.body, redirect: "manual" }));
      }
      return env[ROUTES[pathname] ?? "authorize"].fetch(request);
    },
  };`;

/**
 * startSplit(options) → a running deployment; end it with `await split.stop()`, or give the test's context as `t`.
 *
 *   vars      over those of every environment
 *   of        over those of one part: { token: { CLAIMS_IN_TOKENS: "on" } }; null leaves a variable or a secret out
 *   bindings  what a part has beside or, by null, has not: { token: { USERS: "kv" }, authorize: { TOKEN: null } }
 */
export async function startSplit({ t, vars = {}, of = {}, bindings = {} } = {}) {
  const { secrets, operator } = await makeKeys({});
  const port = await freePort();
  const url = `http://localhost:${port}`;
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "split-"));
  const own = (part) => ({ ...shares(secrets, part), ISSUER: url, ...vars, ...of[part] });
  const workers = parts.map((part) => worker(part, own(part), bindings[part] ?? {}));
  const router = { name: "router", modules: true, script: ROUTER, serviceBindings: Object.fromEntries(parts.map((part) => [part, `sealwax-${part}`])) };
  const log = [];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      port,
      host: "127.0.0.1",
      cf: false,
      handleStructuredLogs: ({ message }) => log.push(message),
      workers: [{ compatibilityDate: workers[0].compatibilityDate, ...router }, ...workers],
    }),
  );
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
  const key = join(folder, "operator.jwk");
  await writeFile(key, JSON.stringify(operator), { mode: 0o600 });
  const split = {
    url,
    issuer: url,
    secrets,
    log,
    /** fetch() of one part, whatever the routes say. */
    at: (part, path, init = {}) => fetch(`${url}/__part/${part}${path}`, { redirect: "manual", ...init }),
    fetch: (path, init = {}) => fetch(new URL(path, url), { redirect: "manual", ...init }),
    kv: (binding) => miniflare.getKVNamespace(binding, "sealwax-authorize"),
    sealwax: (...args) => split.sealwaxWithInput("", ...args),
    async sealwaxWithInput(input, ...args) {
      const output = await run(commandLine, ["--issuer", url, "--key", key, "--json", ...args], input);
      return output.trim() ? JSON.parse(output) : null;
    },
    async stop() {
      await miniflare.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
  t?.after(() => split.stop());
  return split;
}

/** One environment of wrangler.toml, as miniflare takes it. */
function worker(part, own, bindings) {
  const config = readConfig({ config: join(root, "wrangler.toml"), env: part }, { hideWarnings: true });
  const build = partBuild(part);
  const source = readFileSync(join(build, "index.js"), "utf8");
  const wasm = [...source.matchAll(/from\s*"(\.\/[^"]+\.wasm)"/g)].map(([, name]) => basename(name));
  const kept = (name) => bindings[name] !== null;
  const kv = config.kv_namespaces.map(({ binding, id }) => [binding, id]);
  if (bindings.USERS === "kv") kv.push(["USERS", "the id of USERS"]);
  const objects = config.durable_objects.bindings.map(({ name, class_name: className, script_name: scriptName }) => [name, { className, scriptName, useSQLite: true }]);
  const services = (config.services ?? []).map(({ binding, service }) => [binding, service]);
  const named = (list) => Object.fromEntries(list.filter(([name]) => kept(name)));
  return {
    name: `sealwax-${part}`,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    modules: [
      { type: "ESModule", path: "index.js", contents: source },
      ...wasm.map((name) => ({ type: "CompiledWasm", path: name, contents: readFileSync(join(build, name)) })),
    ],
    bindings: Object.fromEntries(Object.entries({ ...config.vars, ...own }).filter(([, value]) => value !== null && value !== undefined)),
    kvNamespaces: named(kv),
    durableObjects: named(objects),
    serviceBindings: named(services),
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
