// Each server in a workerd of its own, which listens on a socket of its own: nothing stands between it and the client.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { children } from "./usage.mjs";

export const COMPATIBILITY_DATE = "2026-11-01";

/** A port on loopback that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The modules of a Worker that worker-build has built. */
export function built(folder) {
  const source = readFileSync(join(folder, "index.js"), "utf8");
  const wasm = [...source.matchAll(/from\s*"(\.\/[^"]+\.wasm)"/g)].map(([, name]) => name);
  return [
    { type: "ESModule", path: "index.js", contents: source },
    ...wasm.map((name) => ({ type: "CompiledWasm", path: basename(name), contents: readFileSync(join(folder, basename(name))) })),
  ];
}

/** Starts a workerd with one Worker. → { port, url, pid, stop() } */
export async function start(name, worker) {
  const port = worker.port ?? (await freePort());
  const before = new Set(children("workerd"));
  const { port: _, inspectorPort, ...options } = worker;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      inspectorPort,
      // What Workers write to the console is read, as the platform does, and goes nowhere.
      handleStructuredLogs: () => {},
      workers: [{ name, compatibilityDate: COMPATIBILITY_DATE, unsafeDirectSockets: [{ host: "127.0.0.1", port }], ...options }],
    }),
  );
  await miniflare.ready;
  const [pid] = children("workerd").filter((one) => !before.has(one));
  return { port, url: `http://localhost:${port}`, pid, stop: () => miniflare.dispose() };
}
