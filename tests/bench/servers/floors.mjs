// What no server on this runtime can be below.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { form, wire } from "../load.mjs";
import { constantRust, here } from "../paths.mjs";
import { built, start } from "../runtime.mjs";

const module = (path) => [{ type: "ESModule", path: basename(path), contents: readFileSync(path, "utf8") }];
const repeat = (request) => (n) => Array.from({ length: n }, () => request);
const isOk = ({ status }) => status === 200;

export async function floors() {
  const servers = [
    ["constant JavaScript", { modules: module(join(here, "workers/constant.mjs")) }, (port) => wire("GET", "/", port)],
    ["constant Rust", { modules: built(constantRust) }, (port) => wire("GET", "/", port)],
    ["JavaScript: a form, one ES256 signature, JSON", { modules: module(join(here, "workers/sign.mjs")) }, (port) => form("/", port, { grant_type: "client_credentials", client_id: "machine", client_secret: "s".repeat(43), scope: "notes:read" })],
    ["constant JavaScript after two KV reads", { modules: module(join(here, "workers/reads.mjs")), kvNamespaces: ["STORE"] }, (port) => wire("GET", "/", port)],
  ];
  const started = [];
  for (const [label, worker, request] of servers) {
    const server = await start("floor", worker);
    // Something to read.
    if (worker.kvNamespaces) await (await fetch(server.url, { method: "PUT" })).arrayBuffer();
    started.push({ name: "floor", ...server, operations: [{ label, prepare: repeat(request(server.port)), ok: isOk }] });
  }
  return started;
}
