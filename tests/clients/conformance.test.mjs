// The conformance suite of the MCP project (@modelcontextprotocol/conformance): all its scenarios for authorization servers,
// once for every way in which a client may come to its id, and for an issuer with a path. Its other scenarios are about MCP
// clients and MCP servers. Nothing of it needs a network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startClientSite } from "../harness/client-site.mjs";
import { conformance, scenarios } from "../harness/conformance.mjs";
import { startSeeded } from "../harness/seeded.mjs";
import { freePort } from "../harness/until.mjs";

const RESOURCE = "https://api.example";
const SCENARIOS = ["authorization-server-metadata-endpoint", "authorization-code-grant"];
const CLIENT = {
  client_id: "assistant",
  client_name: "Assistant",
  token_endpoint_auth_method: "none",
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/callback"],
  scope: "notes:read offline_access",
};

/** Every scenario ran, and every check in it succeeded. */
function assertConforms({ code, checks, output }) {
  assert.deepEqual(Object.keys(checks).sort(), [...SCENARIOS].sort(), output);
  const failed = Object.values(checks).flat().filter(({ status }) => status !== "SUCCESS");
  assert.deepEqual(failed.map(({ id, status, errorMessage }) => ({ id, status, errorMessage })), []);
  assert.equal(code, 0, output);
}

test("these are all the scenarios that the suite has for authorization servers", async () => {
  assert.deepEqual(await scenarios(), SCENARIOS);
});

const start = (t, more) => startSeeded({ t, clients: [], vars: { REGISTRATION: "open", CLIENT_ID_METADATA_DOCUMENTS: "on" }, ...more });

for (const path of ["", "/tenant"]) {
  test(`a client that the operator registered, at an issuer ${path ? "with" : "without"} a path`, async (t) => {
    const server = await start(t, { path, clients: [CLIENT] });
    assertConforms(await conformance({ url: server.issuer, "client-id": CLIENT.client_id, port: await freePort(), resource: RESOURCE }));
  });
}

test("a client that registered itself", async (t) => {
  const server = await start(t);
  const port = await freePort();
  const { client_id: _, ...metadata } = CLIENT;
  const body = JSON.stringify({ ...metadata, redirect_uris: [`http://127.0.0.1:${port}/callback`] });
  const registered = await (await server.fetch("/register", { method: "POST", body, headers: { "content-type": "application/json" } })).json();
  assertConforms(await conformance({ url: server.issuer, "client-id": registered.client_id, port, resource: RESOURCE }));
});

test("a client named by its metadata document", async (t) => {
  const server = await start(t);
  const id = "https://assistant.company.com/mcp.json";
  const site = await startClientSite({ files: { "/mcp.json": ["application/json", JSON.stringify({ ...CLIENT, client_id: id })] } });
  t.after(() => site.stop());
  await server.lead({ [new URL(id).hostname]: site.url });
  assertConforms(await conformance({ url: server.issuer, "client-id": id, port: await freePort(), resource: RESOURCE }));
});

test("the suite finds fault where there is some: with a client whose redirect URI is another, and with another issuer", async (t) => {
  const server = await start(t, { clients: [{ ...CLIENT, redirect_uris: ["http://127.0.0.1/elsewhere"] }] });
  await assert.rejects(conformance({ url: server.issuer, "client-id": CLIENT.client_id, port: await freePort() }));
  const { code, checks } = await conformance({ url: `${server.issuer}/`, port: await freePort() });
  assert.equal(code, 1);
  assert.equal(checks[SCENARIOS[0]][0].status, "FAILURE");
});
