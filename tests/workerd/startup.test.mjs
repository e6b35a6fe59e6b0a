// With a configuration that is missing or malformed, every request is answered by one page that names each fault.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeKeys, privateJwk } from "../harness/keys.mjs";
import { startSealwax } from "../harness/sealwax.mjs";
import { until } from "../harness/until.mjs";

const REQUESTS = [
  ["GET", "/"],
  ["GET", "/authorize?client_id=web"],
  ["POST", "/token"],
  ["POST", "/login"],
  ["POST", "/operator"],
  ["GET", "/.well-known/jwks.json"],
  ["GET", "/.well-known/openid-configuration"],
  ["OPTIONS", "/token"],
  ["DELETE", "/nothing"],
];
const ALL_SECRETS = ["SEALING_KEYS", "CLIENT_KEYS", "SIGNING_KEY_1", "OPERATOR_KEYS"];

const ring = (change) => (secrets) => {
  const { keys } = JSON.parse(secrets.SEALING_KEYS);
  return { SEALING_KEYS: JSON.stringify({ keys: change(keys[0]) }) };
};
const key = (change) => (secrets) => ({ SIGNING_KEY_1: JSON.stringify(change(JSON.parse(secrets.SIGNING_KEY_1))) });
const without = (name) => ({ [name]: null });

// name, what is changed (variables; null leaves one out), what the page must say
const CASES = [
  ["no secrets at all", () => Object.fromEntries(ALL_SECRETS.map((name) => [name, null])), [/SEALING_KEYS is missing/, /CLIENT_KEYS is missing/, /SIGNING_KEY_1 is missing/]],
  ["no sealing keys", () => without("SEALING_KEYS"), [/SEALING_KEYS is missing/]],
  ["a ring that is cut off", (secrets) => ({ SEALING_KEYS: secrets.SEALING_KEYS.slice(0, -3) }), [/SEALING_KEYS /]],
  ["a ring without an active key", ring((one) => [{ ...one, state: "retired", opens_until: 1 }]), [/SEALING_KEYS .*active/]],
  ["a ring with two active keys", ring((one) => [one, { ...one, kid: "00000000" }]), [/SEALING_KEYS .*active/]],
  ["a ring with a key that is too short", ring((one) => [{ ...one, key: one.key.slice(0, 20) }]), [/SEALING_KEYS .*32 bytes/]],
  ["a ring with one id twice", ring((one) => [one, { ...one, state: "next" }]), [/SEALING_KEYS /]],
  ["a ring with a malformed key id", ring((one) => [{ ...one, kid: "XYZ" }]), [/SEALING_KEYS /]],
  ["a signing key that is no JSON", (secrets) => ({ SIGNING_KEY_1: secrets.SIGNING_KEY_1.slice(1) }), [/SIGNING_KEY_1 is not a JWK/]],
  ["a signing key with another alg", key((jwk) => ({ ...jwk, alg: "RS256" })), [/SIGNING_KEY_1 .*alg/]],
  ["a signing key with an unknown alg", key((jwk) => ({ ...jwk, alg: "HS256" })), [/SIGNING_KEY_1 /]],
  ["a signing key with a wrong kid", key((jwk) => ({ ...jwk, kid: "mine" })), [/SIGNING_KEY_1 .*thumbprint/]],
  ["a signing key that is public", key(({ d, ...jwk }) => jwk), [/SIGNING_KEY_1 .*private/]],
  ["no active signing key", key((jwk) => ({ ...jwk, state: "next" })), [/SIGNING_KEY_1.*no active key/]],
  ["the same signing key twice", (secrets) => ({ SIGNING_KEY_2: secrets.SIGNING_KEY_1 }), [/SIGNING_KEY_1.*twice/]],
  ["an operator's key that is private", async () => ({ OPERATOR_KEYS: JSON.stringify({ keys: [await privateJwk("ES256")] }) }), [/OPERATOR_KEYS .*private/]],
  ["no issuer", () => without("ISSUER"), [/ISSUER is missing/]],
  ["an issuer over plain http", () => ({ ISSUER: "http://id.example" }), [/ISSUER .*https/]],
  ["an issuer with a slash at its end", () => ({ ISSUER: "https://id.example/" }), [/ISSUER .*slash/]],
  ["a ledger that is neither on nor off", () => ({ LEDGER: "sometimes" }), [/LEDGER is neither on nor off/]],
  ["shards out of range", () => ({ LEDGER_SHARDS: "0" }), [/LEDGER_SHARDS /]],
  ["a lifetime that is no number", () => ({ ACCESS_TOKEN_LIFETIME: "soon" }), [/ACCESS_TOKEN_LIFETIME /]],
  ["scopes that are no JSON", () => ({ SCOPES: "notes:read" }), [/SCOPES /]],
  ["resources that are no JSON", () => ({ RESOURCES: "https://api.example" }), [/RESOURCES is not an object/]],
  ["resources with several faults", () => ({ RESOURCES: '{"https://a.example": {"signing_alg": "EdDSA", "lifetime": 5}}' }), [/RESOURCES: https:\/\/a\.example .*lifetime/, /EdDSA, without an active signing key/]],
  ["a resource with a fragment", () => ({ DEFAULT_RESOURCE: "https://api.example/#x" }), [/DEFAULT_RESOURCE /]],
  ["an accent that is no colour", () => ({ THEME_ACCENT: "blueish" }), [/THEME_/]],
  ["several faults", () => ({ LEDGER: "maybe", ISSUER: "x", SIGNING_KEY_1: "{}" }), [/LEDGER /, /ISSUER /, /SIGNING_KEY_1 /]],
];

for (const [name, change, faults] of CASES) {
  test(`${name}: one page for every request, and a line in the log`, async (t) => {
    const { secrets, operator } = await makeKeys();
    const server = await startSealwax({ t, secrets, operator, vars: await change(secrets) });
    await assertMisconfigured(server, faults, secrets);
  });
}

test("no KV namespace", async (t) => {
  const server = await startSealwax({ t, store: false });
  await assertMisconfigured(server, [/STORE is missing/], server.secrets);
});

test("no Durable Object namespace", async (t) => {
  const server = await startSealwax({ t, ledger: false });
  await assertMisconfigured(server, [/LEDGERS is missing/], server.secrets);
});

test("no bindings and no secrets: all of it is named at once", async (t) => {
  const vars = Object.fromEntries(ALL_SECRETS.map((name) => [name, null]));
  const server = await startSealwax({ t, ledger: false, store: false, vars });
  await assertMisconfigured(server, [/STORE is missing/, /LEDGERS is missing/, /SEALING_KEYS is missing/, /CLIENT_KEYS is missing/, /SIGNING_KEY_1 is missing/], server.secrets);
});

test("LEDGER off needs no Durable Objects: front page and log say what that costs", async (t) => {
  const server = await startSealwax({ t, ledger: false, vars: { LEDGER: "off" } });
  const front = await server.fetch("/");
  assert.equal(front.status, 200);
  assert.match(await front.text(), /Switched off: codes rest on their 60 seconds and PKCE/);
  await server.flushed();
  assert.equal(server.events().filter(({ event, ledger }) => event === "configured" && /^off/.test(ledger)).length, 1);
});

test("without the operator's keys the server runs and /operator does not exist", async (t) => {
  const server = await startSealwax({ t, vars: without("OPERATOR_KEYS") });
  assert.equal((await server.fetch("/")).status, 200);
  assert.equal((await server.fetch("/operator", { method: "POST", body: "{}" })).status, 404);
});

async function assertMisconfigured(server, faults, secrets) {
  const ids = [];
  for (const [method, path] of REQUESTS) {
    const answer = await server.fetch(path, { method });
    const page = await answer.text();
    assert.equal(answer.status, 503, `${method} ${path}: ${page}`);
    assert.match(answer.headers.get("content-type"), /^text\/html/);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.match(answer.headers.get("retry-after"), /^[1-9]\d*$/);
    const listed = [...page.matchAll(/<li dir="auto">([^<]*)<\/li>/g)].map(([, fault]) => fault);
    assert.equal(listed.length, faults.length, listed.join("\n"));
    for (const fault of faults) assert.ok(listed.some((line) => fault.test(line)), `${fault} is not among:\n${listed.join("\n")}`);
    assertNoSecret(page, secrets);
    ids.push(/<code id="request_id">([\w-]{12})<\/code>/.exec(page)?.[1]);
  }
  assert.equal(new Set(ids).size, REQUESTS.length, `request ids: ${ids}`);
  // The id on the page leads an operator to the log.
  const logged = () => server.logs().map(({ message }) => message);
  await until("each request's line", () => ids.every((id) => logged().some((line) => line.includes(id))));
  const lines = logged();
  for (const fault of faults) assert.ok(lines.some((line) => fault.test(line)), `${fault} is not in the log:\n${lines.join("\n")}`);
  for (const line of lines) assertNoSecret(line, secrets);
}

function assertNoSecret(text, { SEALING_KEYS, CLIENT_KEYS, SIGNING_KEY_1 }) {
  const material = [...JSON.parse(SEALING_KEYS).keys, ...JSON.parse(CLIENT_KEYS).keys].map(({ key: bytes }) => bytes);
  for (const secret of [...material, JSON.parse(SIGNING_KEY_1).d]) {
    // Not a part of it either.
    for (let at = 0; at + 12 <= secret.length; at += 4) assert.ok(!text.includes(secret.slice(at, at + 12)), text);
  }
}
