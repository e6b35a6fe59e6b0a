// Starts Sealwax on the real workerd: on a free loopback port, with an empty KV and empty Durable Objects of its own.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestHarness, unstable_readConfig as readConfig } from "wrangler";
import { countCrossings } from "./crossings.mjs";
import { makeKeys } from "./keys.mjs";
import { builds, commandLine, root, scratch } from "./paths.mjs";
import { until } from "./until.mjs";

// wrangler reads these when it starts: nothing is looked up, nothing is reported.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_SEND_METRICS ??= "false";

/**
 * startSealwax(options) → a running server; end it with `await server.stop()`, or give the test's context.
 *
 *   t         the context of the test that needs it: the server is stopped after that test
 *   vars      over those of wrangler.toml; ISSUER is the server's own URL unless given here. null leaves a variable out
 *   secrets   instead of fresh ones: pass another server's `secrets` for two runtimes that share them
 *   operator  the private JWK that goes with these secrets
 *   build     "test" (default) or "release"
 *   crossings true: calls from wasm to JavaScript are counted, see crossing()
 *   bare      true: without the wrapped bindings: no counts, no faults, no kv
 *   path      "/tenant": the issuer is the server's URL with this path
 *   ledger    false: without the Durable Object binding
 *   store     false: without the KV binding
 *   addresses true: with the limit of tries per address; whoever sends CF-Connecting-IP is taken at their word
 */
export async function startSealwax(options = {}) {
  const { vars = {}, build = "test", bare = false, ledger = true, store = true, addresses = false, crossings = false, path = "", name = "sealwax" } = options;
  const built = join(builds[build], "index.js");
  if (!existsSync(built)) throw new Error(`no build at ${built}; run scripts/build${build === "test" ? " --test" : ""}`);
  const keys = options.secrets ? { secrets: options.secrets, operator: options.operator } : await makeKeys(options);

  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, `${name}-`));
  const main = crossings ? await countCrossings(builds[build], join(folder, "counted")) : built;
  const product = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const workers = (issuer) => ({
    root: folder, // without a .dev.vars
    workers: [
      {
        config: {
          name,
          main: bare ? main : join(import.meta.dirname, "worker.mjs"),
          alias: { "sealwax:build": main },
          compatibility_date: product.compatibility_date,
          compatibility_flags: product.compatibility_flags,
          kv_namespaces: store ? [{ binding: "STORE", id: name }] : [],
          durable_objects: { bindings: ledger ? [{ name: "LEDGERS", class_name: "Ledger" }] : [] },
          migrations: ledger ? product.migrations : [],
          ratelimits: addresses ? product.ratelimits : [],
          vars: present({ ...product.vars, ...keys.secrets, ...issuer, ...vars }),
        },
      },
    ],
  });

  const harness = createTestHarness(workers({}));
  try {
    const { url: heard } = await harness.listen();
    const url = `http://localhost:${heard.port}`;
    const server = new Sealwax({ url, issuer: vars.ISSUER ?? url + path, harness, folder, ...keys });
    // The port is known only now. The wrapping can still tell the Worker its issuer; without it, the Worker is loaded anew.
    if (vars.ISSUER === undefined) {
      if (bare) await harness.update(workers({ ISSUER: url + path }));
      else await server.control("PUT", "vars", { ISSUER: url + path });
    }
    options.t?.after(() => server.stop());
    return server;
  } catch (error) {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

// Wrangler hands what the Worker fetches to the fetch of this process, which would follow redirects, whatever the Worker said.
const fetchHere = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const ofWorker = String(init) === "[object Request]" && init.url === input;
  if (!ofWorker) return fetchHere(input, init);
  const { method, headers, body } = init;
  return fetchHere(input, { method, headers, body, duplex: "half", redirect: "manual" });
};

class Sealwax {
  constructor(parts) {
    Object.assign(this, parts);
    this.kv = new Kv(this);
  }

  async stop() {
    await this.harness.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** fetch() that follows no redirect; `path` is relative to the server's URL. */
  fetch(path, init = {}) {
    return fetch(new URL(path, this.url), { redirect: "manual", ...init });
  }

  /** What went over the bindings since the start or the last resetCounts(): { kv, ledger, objectKv, log }. */
  async counts() {
    return (await this.control("GET", "counts")).json();
  }

  async resetCounts() {
    await this.control("DELETE", "counts");
  }

  /** Runs `action`; → [its value, the counts of it alone]. */
  async counting(action) {
    await this.resetCounts();
    const value = await action();
    return [value, await this.counts()];
  }

  /** Runs `action`; → [its value, how often the wasm called JavaScript meanwhile, by the name of what it called]. */
  async crossing(action) {
    await this.control("DELETE", "crossings");
    const value = await action();
    return [value, await (await this.control("GET", "crossings")).json()];
  }

  /**
   * Makes bindings fail until fault({}):
   *   { kv: "throw" | "429" | "hang" | "absent" | "lost" | "garbage", ledger: "throw" | "lost" | "hang" | "500" | "busy" | "garbage", cache: "throw" | "hang" }
   * A fault may be { kind, times } to pass after so many calls, and kv may be { get, put, delete, list } of them.
   */
  async fault(faults) {
    await this.control("PUT", "faults", faults);
  }

  /**
   * Which servers of the test stand for names of the public Internet: lead({ "app.company.com": "http://127.0.0.1:1234" }).
   * What is at other names cannot be reached.
   */
  async lead(hosts) {
    await this.control("PUT", "hosts", hosts);
  }

  /** What it fetched of the public Internet, whether somebody was there or not: [{ method, url }]. */
  async fetched() {
    return (await this.control("GET", "fetched")).json();
  }

  /** Moves the clock of Worker and ledger forward; only in the test build. */
  async advance(ms) {
    const answer = await this.fetch(`/__test_clock?advance=${ms}`, { method: "POST" });
    if (!answer.ok) throw new Error(`the clock did not move: ${answer.status} ${await answer.text()}`);
  }

  /** Runs the alarm of a ledger object now: alarms go by the real time. Only in the test build. */
  async runAlarm(object) {
    const answer = await this.fetch(`/__test_clock?alarm=${encodeURIComponent(object)}`, { method: "POST" });
    if (!answer.ok) throw new Error(`the alarm of ${object} did not run: ${answer.status} ${await answer.text()}`);
  }

  /** What the Worker wrote to its log: [{ level, message, timestamp }]. */
  logs() {
    return this.harness.getLogs();
  }

  /** Waits until all that was logged so far has arrived: the lines come by another way than the answers. */
  async flushed() {
    const markers = () => this.events().filter(({ event }) => event === "not_found").length;
    const before = markers();
    await this.fetch("/nothing");
    await until("the log", () => markers() > before);
  }

  /** Its structured log lines, parsed. */
  events() {
    return this.logs().flatMap(({ message }) => {
      try {
        const line = JSON.parse(message);
        return line !== null && typeof line === "object" ? [line] : [];
      } catch {
        return [];
      }
    });
  }

  /** The operator's command line against this server: `await server.sealwax("client", "list")` → its JSON output. */
  async sealwax(...args) {
    return this.sealwaxWithInput("", ...args);
  }

  /** The same with something on standard input, such as a password. */
  async sealwaxWithInput(input, ...args) {
    const key = join(this.folder, "operator.jwk");
    if (!existsSync(key)) await writeFile(key, JSON.stringify(this.operator), { mode: 0o600 });
    const output = await run(commandLine, ["--issuer", this.issuer, "--key", key, "--json", ...args], input);
    return output.trim() ? JSON.parse(output) : null;
  }

  /** The rows of one ledger object: `await server.ledgerRows("c/weur/3", "SELECT …")`. */
  async ledgerRows(object, sql, ...bindings) {
    const storage = await this.harness.getWorker().getDurableObjectStorage("LEDGERS", { name: object });
    return storage.exec(sql, ...bindings);
  }

  async control(method, path, body) {
    const answer = await this.fetch(`/__harness/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} /__harness/${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

// The KV namespace itself, uncounted and without faults.
class Kv {
  constructor(server) {
    this.server = server;
  }
  async getWithMetadata(key) {
    return (await this.server.control("GET", `kv/${encodeURIComponent(key)}`)).json();
  }
  async get(key) {
    return (await this.getWithMetadata(key)).value;
  }
  async put(key, value, options = {}) {
    await this.server.control("PUT", `kv/${encodeURIComponent(key)}`, { value, ...options });
  }
  async delete(key) {
    await this.server.control("DELETE", `kv/${encodeURIComponent(key)}`);
  }
  /** → [{ name, metadata, expiration }] */
  async list(prefix = "") {
    return (await (await this.server.control("GET", `keys?prefix=${encodeURIComponent(prefix)}`)).json()).keys;
  }
  /** Copies every record whose key starts with `prefix` into another server's KV. */
  async copyTo(other, prefix) {
    for (const { name } of await this.list(prefix)) {
      const { value, metadata } = await this.getWithMetadata(name);
      await other.kv.put(name, value, metadata ? { metadata } : {});
    }
  }
}

function present(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

/** Runs a program to its end; → its standard output. Its standard error is in the error when it fails, and its output beside it. */
export function run(program, args, input = "", options = {}) {
  return new Promise((done, failed) => {
    const child = execFile(program, args, { timeout: 60_000, maxBuffer: 16 << 20, ...options }, (error, output, complaint) => {
      if (error) failed(Object.assign(new Error(`${program} ${args.join(" ")}: ${complaint || error.message}`, { cause: error }), { output }));
      else done(output);
    });
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(input);
  });
}
