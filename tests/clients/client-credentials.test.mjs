// Tokens of a client in its own name, asked for by real clients, and taken by a resource server.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { python, root } from "../harness/paths.mjs";
import { client as fixture, startSeeded } from "../harness/seeded.mjs";

const HTTP = { [oauth.allowInsecureRequests]: true };
const FILES = "https://files.example";
const MAIL = "https://mail.example/v2";

let server;
before(async () => {
  server = await startSeeded({ clients: ["machine", "robot"], users: [] });
});
after(() => server?.stop());

const machine = fixture("machine");

for (const [name, authentication] of [["basic", oauth.ClientSecretBasic(machine.secret)], ["post", oauth.ClientSecretPost(machine.secret)]]) {
  test(`oauth4webapi by ${name}: the token, and a resource server that takes it for its own audience and no other`, async () => {
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, HTTP));
    assert.ok(as.grant_types_supported.includes("client_credentials"));
    const client = { client_id: "machine" };
    const ask = async (params) => oauth.processClientCredentialsResponse(as, client, await oauth.clientCredentialsGrantRequest(as, client, authentication, new URLSearchParams(params), HTTP));
    const tokens = await ask({ resource: FILES, scope: "files:read" });
    assert.equal(tokens.scope, "files:read");
    assert.equal(tokens.refresh_token, undefined);
    const call = new Request(`${FILES}/1`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(as, call, FILES, HTTP);
    assert.equal(claims.sub, "machine");
    await assert.rejects(oauth.validateJwtAccessToken(as, call, MAIL, HTTP));
    for (const [params, error] of [[{ scope: "openid" }, "invalid_scope"], [{ resource: "https://elsewhere.example" }, "invalid_target"]]) {
      await assert.rejects(ask(params), (thrown) => thrown instanceof oauth.ResponseBodyError && thrown.error === error && thrown.status === 400);
    }
  });
}

test("openid-client: the token, for one resource and for several", async () => {
  const config = await oidc.discovery(new URL(server.issuer), "machine", {}, oidc.ClientSecretBasic(machine.secret), { execute: [oidc.allowInsecureRequests] });
  const one = await oidc.clientCredentialsGrant(config, { resource: MAIL, scope: "mail:send" });
  assert.equal(one.scope, "mail:send");
  const several = await oidc.clientCredentialsGrant(config, new URLSearchParams([["resource", FILES], ["resource", MAIL]]));
  assert.equal(several.expiresIn() > 290, true);
  assert.deepEqual(JSON.parse(Buffer.from(several.access_token.split(".")[1], "base64url")).aud, [FILES, "mail"]);
});

test("Authlib: the token; what is refused arrives as what it is", () => {
  const ask = (id, request) => {
    const config = { issuer: server.issuer, client_id: id, client_secret: fixture(id).secret, redirect_uri: null, scope: null, auth_method: "client_secret_basic" };
    const child = spawnSync(python, [join(root, "tests/clients/relying_party.py"), JSON.stringify(config)], { input: `${JSON.stringify({ do: "client_credentials", ...request })}\n`, encoding: "utf8" });
    return JSON.parse(child.stdout);
  };
  const { tokens } = ask("robot", { resource: FILES });
  assert.equal(tokens.scope, "files:read");
  assert.equal(ask("robot", { resource: MAIL }).error, "invalid_target");
  assert.equal(ask("robot", { resource: FILES, scope: "files:write" }).error, "invalid_scope");
});
