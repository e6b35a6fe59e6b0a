// Whatever a client sends: the right status, never a 500, and the server goes on.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { after, before, test } from "node:test";
import { basic } from "../harness/oauth.mjs";
import { assertErrorPage, assertRefused } from "../harness/refusal.mjs";
import { client, getCode, redeem, startSeeded, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

const FORM = "application/x-www-form-urlencoded";
const KB = 1024;

let server;
before(async () => {
  server = await startSeeded();
});
// Nothing in this file made the server fail or fall silent.
after(async () => {
  const healthy = server && (await server.fetch("/")).status;
  await server?.flushed();
  const fivehundreds = server?.events().filter(({ status }) => status >= 500);
  await server?.stop();
  assert.equal(healthy, 200);
  assert.deepEqual(fivehundreds, []);
});

const TAKEN = {
  "/": ["GET", "HEAD"],
  "/authorize": ["GET", "POST", "HEAD"],
  "/login": ["POST"],
  "/consent": ["POST"],
  "/end_session": ["GET", "POST", "HEAD"],
  "/account": ["GET", "POST", "HEAD"],
  "/password": ["GET", "POST", "HEAD"],
  "/register": ["POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS"],
  "/token": ["POST", "OPTIONS"],
  "/introspect": ["POST"],
  "/revoke": ["POST", "OPTIONS"],
  "/userinfo": ["GET", "POST", "HEAD", "OPTIONS"],
  "/operator": ["POST"],
  "/.well-known/jwks.json": ["GET", "HEAD", "OPTIONS"],
  "/.well-known/openid-configuration": ["GET", "HEAD", "OPTIONS"],
  "/.well-known/oauth-authorization-server": ["GET", "HEAD", "OPTIONS"],
};
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

for (const [path, taken] of Object.entries(TAKEN)) {
  test(`${path} takes ${taken.join(", ")}; every other method is 405 with Allow`, async () => {
    for (const method of METHODS) {
      const answer = await server.fetch(path, { method });
      const text = await answer.text();
      if (taken.includes(method)) {
        assert.notEqual(answer.status, 405, method);
      } else {
        assert.equal(answer.status, 405, `${method}: ${text}`);
        assert.deepEqual(answer.headers.get("allow").split(", ").sort(), [...taken].sort(), method);
      }
      if (method === "HEAD") assert.equal(text, "");
    }
  });
}

test("HEAD answers with the headers of GET and no body", async () => {
  for (const path of ["/", "/.well-known/jwks.json", "/.well-known/openid-configuration", "/authorize?client_id=nobody", "/nothing"]) {
    const [get, head] = [await server.fetch(path), await server.fetch(path, { method: "HEAD" })];
    assert.equal(head.status, get.status, path);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"), path);
    assert.equal(head.headers.get("content-security-policy"), get.headers.get("content-security-policy"), path);
    assert.equal(await head.text(), "");
    assert.ok((await get.text()).length > 0);
  }
});

test("scripts of other origins may call token, keys and metadata, without cookies, and nothing else", async () => {
  const headers = { origin: "https://spa.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
  for (const [path, taken] of Object.entries(TAKEN)) {
    const open = taken.includes("OPTIONS");
    const preflight = await server.fetch(path, { method: "OPTIONS", headers });
    assert.equal(preflight.status, open ? 204 : 405, path);
    for (const answer of [preflight, await server.fetch(path, { headers })]) {
      assert.equal(answer.headers.get("access-control-allow-origin"), open ? "*" : null, path);
      assert.equal(answer.headers.get("access-control-allow-credentials"), null, path);
    }
  }
});

test("a body of 64 KB is read, one byte more is refused; so is one that comes in chunks without a length", async () => {
  const { id, secret } = client("web");
  const authorization = basic(id, secret);
  const body = (bytes) => {
    const start = "grant_type=authorization_code&code=x&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";
    // Parameters of at most 8 KB that are unknown and so of no interest.
    let text = start;
    for (let n = 0; text.length < bytes; n += 1) text += `&p${n}=`.padEnd(Math.min(8 * KB, bytes - text.length), "x");
    return text.slice(0, bytes);
  };
  const headers = { authorization, "content-type": FORM };
  for (const chunked of [false, true]) {
    const fits = await post("/token", headers, [body(64 * KB)], chunked);
    assertRefused(fits, 400, "invalid_grant");
    const tooLong = await post("/token", headers, [body(64 * KB), "x"], chunked);
    assertRefused(tooLong, 400, "invalid_request");
    assert.match(tooLong.body.error_description, /64 KB/);
    assertRefused(await post("/token", headers, Array(64).fill("x".repeat(16 * KB)), chunked), 400, "invalid_request");
  }
});

test("pages refuse such a body too", async () => {
  const agent = new UserAgent();
  for (const path of ["/authorize", "/login", "/consent", "/end_session"]) {
    const page = await agent.request(`${server.url}${path}`, { method: "POST", headers: { "content-type": FORM }, body: "x".repeat(65 * KB) });
    assertErrorPage(page, 400, "invalid_request");
  }
  const operator = await server.fetch("/operator", { method: "POST", headers: { "content-type": "application/json" }, body: "x".repeat(65 * KB) });
  assert.equal(operator.status, 400);
});

test("uploads that break off end their own connections alone", async () => {
  const got = await getCode(server);
  const head = `POST /token HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\ncontent-type: ${FORM}\r\n`;
  const broken = [`${head}content-length: 100\r\n\r\ngrant_type=authorization_code`, `${head}transfer-encoding: chunked\r\n\r\n5\r\ngrant`];
  const uploads = [...broken, ...broken].map((text) => raw(text, { hangUp: true }));
  assert.equal((await redeem(server, got)).status, 200);
  for (const answer of await Promise.all(uploads)) assert.doesNotMatch(answer, /^HTTP\/1\.1 200/);
});

test("bytes that are no UTF-8, nulls and broken escapes are refused", async () => {
  const { id, secret } = client("web");
  const headers = { authorization: basic(id, secret), "content-type": FORM };
  const cases = [Buffer.from([0x78, 0x3d, 0xff, 0xfe]), Buffer.from([0x78, 0x3d, 0xed, 0xa0, 0x80]), "x=%ff", "x=%c3%28", "%ff=x", "x=%f8%88%80%80%80"];
  for (const bad of cases) {
    assertRefused(await post("/token", headers, [Buffer.concat([Buffer.from("grant_type=authorization_code&code=x&"), Buffer.from(bad)])]), 400, "invalid_request");
  }
  for (const odd of ["code=%", "code=%zz", "code=%00", "code=\u0000", "=x&code=x", "&&&code=x&&&"]) {
    const answer = await post("/token", headers, [`grant_type=authorization_code&${odd}`]);
    assertRefused(answer, 400, answer.body.error === "invalid_request" ? "invalid_request" : "invalid_grant");
  }
});

// Short forms are read as a text, in which the platform leaves such a mark out.
test("a mark of the encoding is a part of the first name, in a short form and in a long one", async () => {
  const { id, secret } = client("web");
  const headers = { authorization: basic(id, secret), "content-type": FORM };
  for (const rest of ["", `&x=${"y".repeat(8 * KB)}`]) {
    const fields = `grant_type=authorization_code&code=x${rest}`;
    const marked = await post("/token", headers, [`\ufeff${fields}`]);
    assertRefused(marked, 400, "invalid_request");
    assert.match(marked.body.error_description, /grant_type is missing/);
    assertRefused(await post("/token", headers, [`${fields}&\ufeffx=é`]), 400, "invalid_grant");
  }
});

test("other content types are refused, also where there is none", async () => {
  const { id, secret } = client("web");
  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded2", "", ";"]) {
    const answer = await post("/token", { authorization: basic(id, secret), ...(type && { "content-type": type }) }, ["grant_type=authorization_code&code=x"]);
    assertRefused(answer, 400, "invalid_request");
  }
  const spelled = await post("/token", { authorization: basic(id, secret), "content-type": "APPLICATION/x-www-form-urlencoded ; charset=UTF-8" }, ["grant_type=authorization_code&code=x"]);
  assertRefused(spelled, 400, "invalid_grant");
});

test("client authentication that is damaged is 401, never 500", async () => {
  const encode = (text) => Buffer.from(text).toString("base64");
  const damaged = ["Basic", "Basic ", "Basic %%%", `Basic ${encode("web")}`, `Basic ${encode(":")}`, `Basic ${encode("web:")}`, `Basic ${encode("%zz:%zz")}`, `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString("base64")}`, "Bearer x", "Digest username=web", `basic${"x".repeat(9000)}`];
  for (const authorization of damaged) {
    const answer = await post("/token", { authorization, "content-type": FORM }, ["grant_type=authorization_code&code=x"]);
    assertRefused(answer, 401, "invalid_client");
  }
});

test("cookies that are none of ours, broken or too many are ignored", async () => {
  const { url } = (await getCode(server)).request;
  for (const cookie of ["x", "=", ";;;", `sealwax-session=${"A".repeat(4000)}`, `${"a=b; ".repeat(2000)}`, "sealwax-session-AAAAAAAA=%00%ff"]) {
    const answer = await fetch(url, { headers: { cookie }, redirect: "manual" });
    assert.equal(answer.status, 200, cookie.slice(0, 40));
    assert.match(await answer.text(), /name="password"/);
  }
});

test("a cookie whose name begins with white space that browsers do not strip is another cookie", async () => {
  const agent = new UserAgent();
  await agent.submit(await agent.get(`${server.url}/account`), { fields: user("ada") });
  const { name, value } = agent.cookie("sealwax-session");
  const session = `${name}=${value}`;
  const ask = (cookie) => raw(`GET /account HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\ncookie: ${cookie}\r\nconnection: close\r\n\r\n`);
  assert.match(await ask(`a=b; ${session}`), /sign_out_everywhere/);
  for (const space of ["\u2000", "\u00a0", "\u3000"]) assert.match(await ask(`a=b; ${space}${session}`), /name="password"/);
});

test("strange paths are 404 or 400", async () => {
  const strange = ["//", "//authorize", "/authorize/", "/AUTHORIZE", "/authorize%00", "/authorize;x", "/%61uthorize", "/token%2f", "/.well-known", "/.well-known/", "/.well-known/openid-configuration/", "/.well-known/jwks.json/x", "/..%2ftoken", "/%", "/%zz", "/%ff", `/${"a".repeat(8000)}`, "/\\token", "/token\u00e9".normalize("NFD"), "/?", "/#", "/__test_clock", "/__harness"];
  for (const path of strange) {
    const answer = await raw(`GET ${encodeURI(path).replaceAll("%25", "%")} HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\nconnection: close\r\n\r\n`);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
    assert.ok([400, 404].includes(status) || (["/?", "/#"].includes(path) && status === 200), `${path}: ${answer.slice(0, 200)}`);
  }
});

test("queries at and over the caps", async () => {
  const agent = new UserAgent();
  const at = (query) => agent.get(`${server.url}/authorize?${query}`);
  assertErrorPage(await at("x".repeat(16 * KB + 1)), 400, "invalid_request");
  assertErrorPage(await at(`x=${"y".repeat(8 * KB + 1)}`), 400, "invalid_request");
  assertErrorPage(await at(Array.from({ length: 65 }, (_, n) => `p${n}=1`).join("&")), 400, "invalid_request");
  assertErrorPage(await at("client_id=web&client_id=web"), 400, "invalid_request");
  assertErrorPage(await at("client_id=%ff"), 400, "invalid_request");
  assertErrorPage(await at("client_id=web&redirect_uri=javascript:alert(1)"), 400, "invalid_request");
  assertErrorPage(await at(`client_id=${encodeURIComponent("<script>alert(1)</script>")}`), 400, "invalid_request");
});

test("a redemption in the midst of it all", async () => {
  assert.equal((await redeem(server, await getCode(server))).status, 200);
});

/** POST with node's own client, which can send chunks without a length. */
function post(path, headers, parts, chunked = false) {
  return new Promise((done, failed) => {
    const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    const framing = chunked ? { "transfer-encoding": "chunked" } : { "content-length": length };
    const request = httpRequest(`${server.url}${path}`, { method: "POST", headers: { ...headers, ...framing } }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      const fields = new Headers(Object.entries(response.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
      done({ status: response.statusCode, headers: fields, body: JSON.parse(text) });
    });
    request.on("error", failed);
    for (const part of parts) request.write(part);
    request.end();
  });
}

/** Bytes as they stand on a socket; → what came back. */
function raw(text, { hangUp = false } = {}) {
  return new Promise((done, failed) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), "localhost", () => {
      socket.write(text);
      if (hangUp) socket.end();
    });
    let answer = "";
    socket.on("data", (part) => (answer += part));
    socket.on("close", () => done(answer));
    // A server that refuses what breaks off may reset the connection.
    socket.on("error", (error) => (hangUp ? done(answer) : failed(error)));
  });
}
