// Nothing in the Worker panics; the compiler's own checks could. Then the module ends at once (src/manual/decisions.rs,
// 125): the caller must get a plain error, and the next one a new instance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { token } from "../harness/oauth.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { client, getCode, redeem, startSeeded } from "../harness/seeded.mjs";

const panic = (server) => server.fetch("/__test_clock?panic=1", { method: "POST" });

test("a panic is a plain error for its caller, and the Worker serves on", async (t) => {
  const server = await startSealwax({ t });
  for (let round = 0; round < 3; round += 1) {
    const failed = await panic(server);
    assert.equal(failed.status, 500);
    assert.doesNotMatch(await failed.text(), /test clock|\.rs|wasm/);
    const documents = await Promise.all(["/.well-known/jwks.json", "/.well-known/openid-configuration"].map((path) => server.fetch(path)));
    assert.deepEqual(documents.map(({ status }) => status), [200, 200]);
  }
});

test("a code made before a panic is redeemed once after it", async (t) => {
  const server = await startSeeded({ t });
  const got = await getCode(server);
  assert.equal((await panic(server)).status, 500);
  assert.equal((await redeem(server, got)).status, 200);
  assert.equal((await redeem(server, got)).status, 400);
});

// The class that the platform makes of each request looks whether there was a panic: scripts/entry.mjs.
for (const build of ["release", "test"]) {
  test(`after a panic the Worker begins anew (${build})`, async (t) => {
    const server = await startSeeded({ t, build, clients: ["machine"] });
    const ask = () => token(server.url, client("machine"), { grant_type: "client_credentials", scope: "notes:read" });
    const anew = () => server.logs().filter(({ message }) => message === "Reinitializing Wasm application").length;
    assert.equal((await ask()).status, 200);
    await server.flushed();
    assert.equal(anew(), 0);
    for (const times of [1, 2]) {
      await server.control("PUT", "panic");
      const answers = await Promise.all([ask(), ask(), server.fetch("/.well-known/jwks.json")]);
      assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
      await server.flushed();
      assert.equal(anew(), times);
    }
  });
}
