// Nothing here panics; were something to, the next request finds a new instance. scripts/entry.mjs makes the entry that sees to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { token } from "../harness/oauth.mjs";
import { client, startSeeded } from "../harness/seeded.mjs";

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
