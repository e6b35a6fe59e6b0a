// Budgets: the size of the release, the length of a code. And the release has no clock that could be moved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { authorization } from "../harness/oauth.mjs";
import { builds, root } from "../harness/paths.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { getCode, redeem, startSeeded } from "../harness/seeded.mjs";

const KB = 1000;
const MARKER = /const MARKER: &str = "([^"]+)"/.exec(readFileSync(join(root, "src/edge/test_clock.rs"), "utf8"))[1];

const wasm = (build) => readFileSync(join(builds[build], "index_bg.wasm"));

// src/manual/decisions.rs, 57: 350 KB is what it is to come back to.
test("the release is at most 485 KB gzip", () => {
  const size = gzipSync(wasm("release"), { level: 9 }).length;
  assert.ok(size <= 485 * KB, `${size} bytes`);
});

test("the release has no test clock; the test build has one", async (t) => {
  assert.ok(MARKER.length > 20);
  assert.ok(!wasm("release").includes(MARKER), "the marker is in the release");
  assert.ok(wasm("test").includes(MARKER), "the marker is not where it must be: it proves nothing");
  const release = await startSealwax({ t, build: "release" });
  assert.equal((await release.fetch("/__test_clock?advance=1000", { method: "POST" })).status, 404);
  await assert.rejects(release.advance(1000), /404/);
});

test("the release goes through the flow", async (t) => {
  const server = await startSeeded({ t, build: "release" });
  const got = await getCode(server);
  assert.equal((await redeem(server, got)).status, 200);
  assert.equal((await redeem(server, got)).status, 400);
});

test("a code has fewer than 400 characters for a plain request, and no more for a long redirect URI, state or challenge", async (t) => {
  const long = `https://app.example/${"a".repeat(900)}`;
  const metadata = { client_id: "long", client_secret: "long-secret-that-only-the-tests-know-0123456789", redirect_uris: [long] };
  const server = await startSeeded({ t, clients: ["web", metadata] });
  const plain = await getCode(server);
  assert.ok(plain.code.length < 400, `${plain.code.length} characters`);
  assert.match(plain.code, /^[\w-]+$/);
  const { url } = authorization(server.url, { client_id: "long", redirect_uri: long, state: "s".repeat(2048) });
  const { params } = await plain.agent.authorize(url);
  assert.ok(params.get("code").length < 400, `${params.get("code").length} characters`);
  assert.ok(params.get("code").length > 200, "too short to hold what a code must");
});

test("front page and metadata report the version of Cargo.toml", async (t) => {
  const [, version] = /^version = "([^"]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  const server = await startSealwax({ t });
  const front = await (await server.fetch("/")).text();
  assert.match(front, new RegExp(`<code id="version"[^>]*>${version.replaceAll(".", "\\.")}</code>`));
  const metadata = await (await server.fetch("/.well-known/openid-configuration")).text();
  assert.ok(metadata.includes(version), metadata);
});
