// The benchmark: every server on a direct socket of the same runtime, asked in rounds that take turns, so that whatever else
// the machine does falls on all of them alike. What a request costs is read from the operating system's accounts.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { chart } from "./chart.mjs";
import { load } from "./load.mjs";
import { flows } from "./flows.mjs";
import { results } from "./paths.mjs";
import { floors } from "./servers/floors.mjs";
import { oidcProvider } from "./servers/oidc-provider.mjs";
import { openauth } from "./servers/openauth.mjs";
import { provider } from "./servers/provider.mjs";
import { sealwax } from "./servers/sealwax.mjs";
import { sizes } from "./sizes.mjs";
import { startUp } from "./start-up.mjs";
import { table, verdicts } from "./report.mjs";
import { median, spread } from "./statistics.mjs";
import { busy, cpu, memory } from "./usage.mjs";

const CONCURRENCY = 16;
const OTHER_CONCURRENCIES = [1, 64];
/** How long one measurement is to take, seconds, and how many requests it has at least and at most. */
const SECONDS = 0.5;
const [LEAST, MOST] = [60, 3000];

const say = (line) => console.log(line);
const rounds = Number(process.argv[2] ?? 7);

async function main() {
  const began = Date.now();
  const idle = busy();
  if (idle > 0.5) say(`note: the machine is busy (load ${idle}); ratios hold better than absolute figures`);
  say("starting the servers ...");
  const servers = [];
  try {
    for (const make of [floors, sealwax, () => sealwax({ ledger: false }), () => sealwax({ log: "all" }), openauth, provider, oidcProvider]) servers.push(...[await make()].flat());
    const operations = servers.flatMap((server) => server.operations.map((operation) => ({ ...operation, server, samples: [], at: {} })));
    await measure(operations);
    const report = {
      date: new Date().toISOString(),
      machine: `${cpus().length} × ${cpus()[0].model.trim()}`,
      node: process.version,
      rounds,
      operations: operations.map(told),
      memory: servers.map(({ name, pid, operations }) => ({ name: operations.length === 1 ? `${name}: ${operations[0].label}` : name, bytes: memory(pid) })),
      lacks: servers.filter(({ lacks }) => lacks?.length).map(({ name, lacks }) => ({ name, lacks })),
      sizes: sizes(),
      flows: await flows(say),
      startUp: await startUp(say),
    };
    report.verdicts = verdicts(report);
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(join(results, "bench.svg"), chart(report));
    say("");
    say(table(report));
    say(`\ntook ${Math.round((Date.now() - began) / 1000)} s; written to ${join(results, "bench.json")} and bench.svg`);
  } finally {
    await Promise.allSettled(servers.map((server) => server.stop()));
  }
}

async function measure(operations) {
  say("warming up ...");
  for (const operation of operations) {
    await once(operation, LEAST, CONCURRENCY);
    const { seconds, requests } = await once(operation, LEAST, CONCURRENCY);
    operation.requests = Math.max(LEAST, Math.min(MOST, Math.round((requests / seconds) * SECONDS)));
    if (operation.token) operation.issued = await tokenOf(operation);
  }
  for (let round = 0; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds} (${operations.length} measurements, concurrency ${CONCURRENCY}${round ? "" : ", not counted: it warms up"}) ...`);
    // Every other round the other way round: nobody always comes after the same one.
    for (const operation of round % 2 ? operations : [...operations].reverse()) {
      const sample = await once(operation, operation.requests, CONCURRENCY);
      if (round) operation.samples.push(sample);
    }
  }
  for (const concurrency of OTHER_CONCURRENCIES) {
    say(`concurrency ${concurrency} ...`);
    for (const operation of operations) operation.at[concurrency] = await once(operation, Math.max(LEAST, Math.round(operation.requests / 2)), concurrency);
  }
}

async function once(operation, requests, concurrency) {
  const { server, ok, prepare, label } = operation;
  const prepared = await prepare(requests);
  const before = cpu(server.pid);
  const { seconds, latencies, bad } = await load(server.port, prepared, concurrency, ok);
  if (bad) throw new Error(`${server.name}, ${label}: ${bad.status} ${bad.body.toString().slice(0, 300)}`);
  const used = cpu(server.pid) - before;
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { requests, seconds, cpu: used / requests, perSecond: requests / seconds, p50: at(0.5), p99: at(0.99) };
}

/** What kind of token the answer holds: its algorithm and the names of its claims. */
async function tokenOf({ server, prepare, ok, token }) {
  let found;
  const [request] = await prepare(1);
  await load(server.port, [request], 1, (answer) => {
    found = token(answer);
    return ok(answer);
  });
  try {
    return { alg: decodeProtectedHeader(found).alg, claims: Object.keys(decodeJwt(found)) };
  } catch {
    return { alg: "none: an opaque token, looked up in KV", claims: [] };
  }
}

function told({ server, label, samples, at, requests, issued }) {
  const cpuTimes = samples.map((sample) => sample.cpu);
  const pick = (list, name) => median(list.map((sample) => sample[name]));
  const speed = (list) => ({ perSecond: pick(list, "perSecond"), p50: pick(list, "p50"), p99: pick(list, "p99") });
  const speeds = { [CONCURRENCY]: speed(samples) };
  for (const [concurrency, sample] of Object.entries(at)) speeds[concurrency] = speed([sample]);
  return { server: server.name, label, requests, cpu: median(cpuTimes), spread: spread(cpuTimes), rounds: cpuTimes, speeds, issued };
}

await main();
process.exit(0);
