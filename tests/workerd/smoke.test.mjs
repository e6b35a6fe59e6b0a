// Sealwax starts on the real runtime.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startSealwax } from "../harness/sealwax.mjs";

test("the front page answers", async (t) => {
  const server = await startSealwax({ t });
  const answer = await server.fetch("/");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/html/);
});

test("two servers run side by side with storage of their own", async (t) => {
  const a = await startSealwax({ t, name: "a" });
  const b = await startSealwax({ t, name: "b", secrets: a.secrets, operator: a.operator, vars: { ISSUER: a.issuer } });
  await a.kv.put("probe/1", "from a", { metadata: { n: 1 } });
  assert.equal(await b.kv.get("probe/1"), null);
  await a.kv.copyTo(b, "probe/");
  assert.deepEqual(await b.kv.getWithMetadata("probe/1"), { value: "from a", metadata: { n: 1 } });
});
