// Where the time of one operation goes: a CPU profile of V8, summed up by function.
//   node tests/bench/profile.mjs LABEL [BUILD]     BUILD: a folder of worker-build's; target/named has names
import { join } from "node:path";
import { root } from "../harness/paths.mjs";
import { load } from "./load.mjs";
import { built, freePort } from "./runtime.mjs";
import { sealwax } from "./servers/sealwax.mjs";

const [label, folder = join(root, "target/named")] = process.argv.slice(2);
const REQUESTS = 4000;

const inspectorPort = await freePort();
const server = await sealwax({ modules: built(folder), inspectorPort });
const operation = server.operations.find((one) => one.label === label);
if (!operation) throw new Error(`no operation ${label}: ${server.operations.map((one) => one.label).join(", ")}`);
const inspector = await connect(inspectorPort);
const run = async () => load(server.port, await operation.prepare(REQUESTS), 16, operation.ok);
await run();
await inspector.ask("Profiler.enable");
await inspector.ask("Profiler.setSamplingInterval", { interval: 100 });
await inspector.ask("Profiler.start");
await run();
const { profile } = await inspector.ask("Profiler.stop");
print(profile);
process.exit(0);

async function connect(port) {
  const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const target = targets.find(({ id }) => id.includes("sealwax")) ?? targets[0];
  const socket = new WebSocket(target.webSocketDebuggerUrl ?? `ws://127.0.0.1:${port}/${target.id}`);
  await new Promise((done, failed) => {
    socket.onopen = done;
    socket.onerror = failed;
  });
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
  };
  let last = 0;
  return {
    ask: (method, params) =>
      new Promise((done) => {
        last += 1;
        waiting.set(last, done);
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
  };
}

function print({ nodes, samples, timeDeltas }) {
  const own = new Map();
  samples.forEach((id, at) => own.set(id, (own.get(id) ?? 0) + timeDeltas[at]));
  const byName = new Map();
  for (const { id, callFrame } of nodes) {
    const name = `${callFrame.functionName || "(anonymous)"} ${callFrame.url.split("/").pop()}:${callFrame.lineNumber}`;
    byName.set(name, (byName.get(name) ?? 0) + (own.get(id) ?? 0));
  }
  for (const [name, time] of [...byName].sort((a, b) => b[1] - a[1]).slice(0, 60)) console.log(`${(time / REQUESTS).toFixed(2).padStart(8)} µs  ${name.slice(0, 150)}`);
}
