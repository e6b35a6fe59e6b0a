// Names the functions of a wasm file so that those that look alike follow each other by name:
//   node scripts/reorder.mjs FILE
// wasm-opt --reorder-functions-by-name then puts them there. gzip finds a repetition only in the 32 KB before it, and a
// compiler writes much the same code for each type, each field, each page: where it stands decides what it costs.
import { readFileSync, writeFileSync } from "node:fs";
import { CODE, CUSTOM, number, readNumber, section, sections, sized } from "./wasm.mjs";

// Functions are alike by the runs of so many bytes that they share.
const RUN = 6;
// What gzip sees: less than its 32 KB, because a near repetition costs less than a far one.
const WINDOW = 20_000;
// A run in more functions than this is everywhere anyway.
const COMMON = 800;
// Keeps tiny functions, which are alike by chance, from coming first.
const DAMPING = 6;

function functionBodies(code) {
  let [count, at] = readNumber(code, 0);
  const bodies = [];
  for (; count > 0; count--) {
    const [size, start] = readNumber(code, at);
    at = start + size;
    bodies.push(code.subarray(start, at));
  }
  return bodies;
}

function runsOf(body) {
  const runs = new Set();
  for (let at = 0; at + RUN <= body.length; at++) runs.add(body.readUIntBE(at, RUN));
  return runs;
}

// The runs of each function that others have too, as small numbers; and the functions of each run.
function likenesses(bodies) {
  const users = new Map();
  const runs = bodies.map(runsOf);
  runs.forEach((some, index) => {
    for (const run of some) {
      if (users.has(run)) users.get(run).push(index);
      else users.set(run, [index]);
    }
  });
  const kept = [...users].filter(([, some]) => some.length > 1 && some.length <= COMMON);
  const numbers = new Map(kept.map(([run], index) => [run, index]));
  return {
    runs: runs.map((some) => [...some].map((run) => numbers.get(run)).filter((run) => run !== undefined)),
    users: kept.map(([, some]) => some),
  };
}

// One after another, always the one of which most stands in the window already.
function order(bodies) {
  const { runs, users } = likenesses(bodies);
  const inWindow = new Uint16Array(users.length);
  const shared = new Int32Array(bodies.length);
  const left = new Set(bodies.keys());
  const placed = [];
  let [oldest, size] = [0, 0];

  const enter = (index) => {
    for (const run of runs[index]) {
      if (inWindow[run]++ === 0) for (const user of users[run]) shared[user]++;
    }
    size += bodies[index].length;
  };
  const leave = (index) => {
    for (const run of runs[index]) {
      if (--inWindow[run] === 0) for (const user of users[run]) shared[user]--;
    }
    size -= bodies[index].length;
  };

  while (left.size > 0) {
    let [next, most] = [-1, -1];
    for (const index of left) {
      const part = shared[index] / (runs[index].length + DAMPING);
      if (part > most) [next, most] = [index, part];
    }
    left.delete(next);
    placed.push(next);
    enter(next);
    while (size > WINDOW && oldest < placed.length - 1) leave(placed[oldest++]);
  }
  return placed;
}

// The custom section "name" with its subsection 1: the functions' names.
function nameSection(placed, imported) {
  const names = new Array(placed.length);
  placed.forEach((index, rank) => {
    names[index] = Buffer.concat([number(imported + index), sized(Buffer.from(String(rank).padStart(6, "0")))]);
  });
  const functions = sized(Buffer.concat([number(names.length), ...names]));
  const content = Buffer.concat([sized(Buffer.from("name")), Buffer.from([1]), functions]);
  return section(CUSTOM, content);
}

const [file] = process.argv.slice(2);
const wasm = readFileSync(file);
const all = [...sections(wasm)];
const code = all.find(({ id }) => id === CODE);
const imported = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === "function");
const placed = order(functionBodies(code.content));
const rest = all.filter(({ id }) => id !== CUSTOM).map(({ whole }) => whole);
writeFileSync(file, Buffer.concat([wasm.subarray(0, 8), ...rest, nameSection(placed, imported.length)]));
