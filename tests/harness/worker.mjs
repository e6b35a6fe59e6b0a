// The Worker under test with its bindings wrapped: every call to KV and to the ledger is counted and can be made to fail.
// `sealwax:build` is the folder that the harness chose; see sealwax.mjs.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import Sealwax, { Ledger as SealwaxLedger } from "sealwax:build";

const KV_COUNTED = { get: "get", getWithMetadata: "get", put: "put", delete: "delete", list: "list" };
const LOG_LIMIT = 1000;
const NEVER_MS = 3_600_000;

const nothing = () => ({ kv: { get: 0, put: 0, delete: 0, list: 0 }, ledger: 0, objectKv: { get: 0, put: 0, delete: 0, list: 0 }, log: [] });

// One isolate runs Worker and object locally, so these are shared by both.
let counts = nothing();
let faults = {};
let vars = {};
// What the Worker fetched of the public Internet, and which servers of the tests stand for names there.
let fetched = [];
let hosts = {};

// Nothing leaves this machine. Plain http goes as it is: it is of this machine, or of nobody.
const fetchAsIs = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  if (url.protocol !== "https:") return fetchAsIs(request);
  fetched.push({ method: request.method, url: url.href });
  const to = hosts[url.hostname];
  if (!to) throw new TypeError(`harness: nobody is at ${url.hostname}`);
  return fetchAsIs(new Request(new URL(url.pathname + url.search, to), request));
};

// The location's cache.
const cacheAsIs = globalThis.caches.default;
const cache = new Proxy(cacheAsIs, {
  get(target, name) {
    if (name !== "match" && name !== "put") return passing(target, name);
    return async (...args) => {
      note(`cache ${name} ${args[0]}`);
      return faulty(take("cache", faults.cache), () => target[name](...args), name);
    };
  },
});
Object.defineProperty(globalThis, "caches", { value: { default: cache } });

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/__harness/")) return control(url.pathname.slice("/__harness/".length), request, this.env);
    return new Sealwax(this.ctx, wrapped(this.env, "worker")).fetch(request);
  }
}

export class Ledger extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.inner = new SealwaxLedger(state, wrapped(env, "object"));
  }
  fetch(request) {
    return this.inner.fetch(request);
  }
  alarm(info) {
    return this.inner.alarm(info);
  }
}

const environments = { worker: new WeakMap(), object: new WeakMap() };

function wrapped(env, side) {
  const known = environments[side];
  if (!known.has(env)) {
    const stand_ins = { STORE: wrapKv(env.STORE, side), LEDGERS: wrapNamespace(env.LEDGERS) };
    known.set(env, new Proxy(env, { get: (target, name) => stand_ins[name] ?? vars[name] ?? target[name] }));
  }
  return known.get(env);
}

// Calls methods on the original target, because workerd refuses them on a proxy; `constructor` passes through unbound,
// because the Rust side recognises a binding by it.
function passing(target, name) {
  const value = target[name];
  return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
}

function wrapKv(kv, side) {
  if (!kv) return undefined;
  const tally = side === "worker" ? "kv" : "objectKv";
  return new Proxy(kv, {
    get(target, name) {
      const operation = KV_COUNTED[name];
      if (!operation) return passing(target, name);
      return async (...args) => {
        const keys = Array.isArray(args[0]) ? args[0] : [args[0]];
        counts[tally][operation] += keys.length;
        for (const key of keys) note(`${side} kv ${operation} ${operation === "list" ? JSON.stringify(key ?? {}) : key}`);
        return faulty(kvFault(operation), () => target[name](...args), name);
      };
    },
  });
}

function wrapNamespace(namespace) {
  if (!namespace) return undefined;
  return new Proxy(namespace, {
    get(target, name) {
      if (name !== "get" && name !== "getByName") return passing(target, name);
      return (...args) => wrapStub(target[name](...args));
    },
  });
}

function wrapStub(stub) {
  return new Proxy(stub, {
    get(target, name) {
      if (name !== "fetch") return passing(target, name);
      return async (...args) => {
        counts.ledger += 1;
        const asked = args[0] instanceof Request ? args[0].url : String(args[0]);
        note(`ledger ${target.name ?? target.id} ${asked.replace(/^https?:\/\/[^/]*/, "")}`);
        return faulty(ledgerFault(), () => target.fetch(...args));
      };
    },
  });
}

function note(line) {
  if (counts.log.length < LOG_LIMIT) counts.log.push(line);
}

function kvFault(operation) {
  const fault = faults.kv;
  return take("kv", typeof fault === "object" && fault !== null && !fault.kind ? fault[operation] : fault, operation);
}

function ledgerFault() {
  return take("ledger", faults.ledger);
}

// A fault is a kind, or { kind, times } for one that passes.
function take(binding, fault, operation) {
  if (!fault) return undefined;
  if (typeof fault === "string") return fault;
  if (fault.times === undefined) return fault.kind;
  if (fault.times <= 0) return undefined;
  fault.times -= 1;
  note(`${binding} fault ${fault.kind}${operation ? ` ${operation}` : ""}`);
  return fault.kind;
}

async function faulty(kind, call, name) {
  switch (kind) {
    case undefined:
      return call();
    case "throw":
      throw new Error("harness: the binding is out of order");
    case "429":
      throw new Error("KV PUT failed: 429 Too Many Requests");
    case "lost": // it ran, then the connection was lost
      await call();
      throw new Error("Network connection lost.");
    case "hang":
      await new Promise((wake) => setTimeout(wake, NEVER_MS));
      throw new Error("harness: hung");
    case "absent": // KV caches the absence of a key
      return name === "getWithMetadata" ? { value: null, metadata: null, cacheStatus: null } : null;
    case "garbage": // something answers, but not what was asked
      return name ? "{" : new Response("<html>out of order</html>");
    case "busy":
      return new Response("harness: too many requests", { status: 429 });
    case "500":
      return new Response("harness: out of order", { status: 500 });
    default:
      throw new Error(`harness: no such fault: ${kind}`);
  }
}

// The harness's own door: counts, faults, and the KV namespace without the wrapping.
async function control(command, request, env) {
  const [head, ...rest] = command.split("/");
  const key = decodeURIComponent(rest.join("/"));
  switch (`${request.method} ${head}`) {
    case "GET counts":
      return Response.json(counts);
    case "DELETE counts":
      counts = nothing();
      return new Response(null, { status: 204 });
    case "GET crossings":
      return Response.json(globalThis.__crossings);
    case "DELETE crossings":
      for (const name of Object.keys(globalThis.__crossings)) delete globalThis.__crossings[name];
      return new Response(null, { status: 204 });
    case "PUT panic": // as worker-build's shim notes one
      globalThis.__worker_init_state.criticalError = true;
      return new Response(null, { status: 204 });
    case "PUT faults":
      faults = await request.json();
      return new Response(null, { status: 204 });
    case "PUT vars": // before the first request: Sealwax reads its configuration once
      vars = await request.json();
      return new Response(null, { status: 204 });
    case "PUT hosts": // { "app.company.com": "http://127.0.0.1:1234" }
      hosts = await request.json();
      return new Response(null, { status: 204 });
    case "GET fetched":
      return Response.json(fetched);
    case "DELETE fetched":
      fetched = [];
      return new Response(null, { status: 204 });
    case "GET kv": {
      const { value, metadata } = await env.STORE.getWithMetadata(key);
      return Response.json({ value, metadata });
    }
    case "PUT kv": {
      const { value, ...options } = await request.json();
      await env.STORE.put(key, value, options);
      return new Response(null, { status: 204 });
    }
    case "DELETE kv":
      await env.STORE.delete(key);
      return new Response(null, { status: 204 });
    case "GET keys":
      return Response.json(await env.STORE.list({ prefix: new URL(request.url).searchParams.get("prefix") ?? "" }));
    case "DELETE keys": {
      const { keys } = await env.STORE.list({ prefix: new URL(request.url).searchParams.get("prefix") ?? "" });
      for (const { name } of keys) await env.STORE.delete(name);
      return new Response(null, { status: 204 });
    }
    default:
      return new Response("harness: no such command", { status: 404 });
  }
}
