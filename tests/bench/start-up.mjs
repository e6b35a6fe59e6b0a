// From the start of the runtime to the first answer: the Worker alone, without a proxy and without storage.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { makeKeys } from "../harness/keys.mjs";
import { builds } from "../harness/paths.mjs";
import { constantRust, results } from "./paths.mjs";
import { COMPATIBILITY_DATE, built, freePort } from "./runtime.mjs";
import { median, spread } from "./statistics.mjs";

const RUNS = 11;
const require = createRequire(import.meta.url);
const workerd = require.resolve(`@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/workerd`);

export async function startUp(say) {
  say("starting each Worker anew ...");
  const { secrets } = await makeKeys();
  const port = await freePort();
  const vars = { ...secrets, ISSUER: `http://localhost:${port}`, LEDGER: "off" };
  const workers = [
    { name: "constant Rust", config: configuration("constant", built(constantRust), {}, port), path: "/" },
    { name: "Sealwax", config: configuration("sealwax", built(builds.release), vars, port), path: "/.well-known/jwks.json" },
  ];
  for (const worker of workers) worker.times = [];
  for (let run = 0; run < RUNS; run += 1) for (const worker of workers) worker.times.push(await timed(worker.config, port, worker.path));
  return workers.map(({ name, times }) => ({ name, milliseconds: median(times), spread: spread(times) }));
}

/** Milliseconds from the start of the process to the end of the first answer. */
async function timed(config, port, path) {
  const began = performance.now();
  const child = spawn(workerd, ["serve", config], { stdio: "ignore" });
  try {
    for (;;) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new Error(`start-up: ${answer.status}`);
        return performance.now() - began;
      } catch (error) {
        // It does not listen yet.
        if (!(error instanceof TypeError) || performance.now() - began > 10_000) throw error;
        await new Promise((wake) => setTimeout(wake, 1));
      }
    }
  } finally {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }
}

/** Writes a configuration of workerd → its path. */
function configuration(name, modules, vars, port) {
  const folder = join(results, `start-up-${name}`);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of modules) writeFileSync(join(folder, path), contents);
  const text = JSON.stringify;
  const lines = modules.map(({ type, path }) => `(name = ${text(path)}, ${type === "ESModule" ? "esModule" : "wasm"} = embed ${text(path)})`);
  const bindings = Object.entries(vars).map(([key, value]) => `(name = ${text(key)}, text = ${text(value)})`);
  const path = join(folder, "config.capnp");
  writeFileSync(
    path,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${lines.join(", ")}],
  bindings = [${[...bindings, '(name = "STORE", kvNamespace = "main")'].join(", ")}],
  compatibilityDate = ${text(COMPATIBILITY_DATE)},
);
`,
  );
  return path;
}
