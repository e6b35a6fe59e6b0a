// The cases of tests/transcripts on the real runtime: the same files that run in process.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../harness/paths.mjs";
import { run } from "../harness/sealwax.mjs";
import { fixtures, startSeeded } from "../harness/seeded.mjs";

const folder = join(root, "tests/transcripts");

test("every transcript holds on workerd", async (t) => {
  const server = await startSeeded({ t, clients: fixtures.clients, users: fixtures.users });
  const env = { ...process.env, SEALWAX_TARGET: server.issuer };
  const command = ["test", "--quiet", "--test", "protocol", "--", "--exact", "transcripts::against_a_server", "--nocapture"];
  const output = await run("cargo", command, "", { cwd: root, env, timeout: 170_000 });
  // The runner returns at once when it is told of no server: that must not pass for success.
  assert.match(output, new RegExp(`^${countCases()} transcripts$`, "m"));
});

function countCases() {
  const files = readdirSync(folder).filter((name) => name.endsWith(".toml"));
  return files.flatMap((name) => readFileSync(join(folder, name), "utf8").match(/^\[\[case\]\]/gm)).length;
}
