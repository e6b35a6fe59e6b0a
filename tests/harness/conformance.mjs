// Runs the MCP project's conformance suite (@modelcontextprotocol/conformance) against an authorization server, and is the
// person whom it asks to sign in.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root, scratch } from "./paths.mjs";
import { run } from "./sealwax.mjs";
import { user } from "./seeded.mjs";
import { UserAgent } from "./user-agent.mjs";

const PROGRAM = join(root, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const DEADLINE_MS = 60_000;

/** → the names of the scenarios for authorization servers. */
export async function scenarios() {
  const listed = await run(process.execPath, [PROGRAM, "list", "--authorization"]);
  return [...listed.matchAll(/^ +- (\S+)/gm)].map(([, name]) => name);
}

/**
 * Runs all of them in one go, for the second one needs what the first one found.
 * → { code, checks: { scenario: [{ id, status, errorMessage }] }, output }
 * `options` are the program's, without their dashes; `port` is where it waits for the answer, at /callback.
 */
export async function conformance({ username = "ada", ...options }) {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "conformance-"));
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [PROGRAM, "authorization", "--output-dir", folder, ...flags], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const late = setTimeout(() => child.kill(), DEADLINE_MS);
  const ended = new Promise((done) => child.once("close", done));
  const output = [];
  createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      output.push(line);
      if (line.includes("?response_type=code&")) await signIn(line.trim(), username);
    }
    return { code: await ended, checks: await results(folder), output: output.join("\n") };
  } finally {
    clearTimeout(late);
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function signIn(url, username) {
  const agent = new UserAgent();
  const answer = await agent.authorize(url, user(username));
  await agent.get(answer.url);
}

// One folder a scenario: its name, then the time.
async function results(folder) {
  const all = {};
  for (const name of await readdir(folder)) {
    const [, scenario] = /^authorization-server-(.*?)-\d{4}-\d\d-/.exec(name);
    all[scenario] = JSON.parse(await readFile(join(folder, name, "checks.json"), "utf8"));
  }
  return all;
}
