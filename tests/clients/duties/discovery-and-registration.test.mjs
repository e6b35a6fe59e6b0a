// The duties of OPENID.md about discovery, keys and registration, over https.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { CALLBACK, json, startProvider } from "../../harness/provider.mjs";
import { assertErrorPage } from "../../harness/refusal.mjs";
import { startSealwax } from "../../harness/sealwax.mjs";
import { privateJwk } from "../../harness/keys.mjs";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
// OpenID Connect Discovery §3, RFC 8414 §2, and the specifications that registered the others with IANA.
const REGISTERED = /^(issuer|(authorization|token|userinfo|registration|end_session|revocation|introspection|device_authorization|pushed_authorization_request)_endpoint|jwks_uri|(scopes|response_types|response_modes|grant_types|acr_values|subject_types|display_values|claim_types|claims|claims_locales|ui_locales|prompt_values|code_challenge_methods)_supported|(token|revocation|introspection)_endpoint_auth_(methods|signing_alg_values)_supported|(id_token|userinfo|request_object)_signing_alg_values_supported|service_documentation|op_policy_uri|op_tos_uri|claims_parameter_supported|request_parameter_supported|request_uri_parameter_supported|require_request_uri_registration|require_signed_request_object|require_pushed_authorization_requests|authorization_response_iss_parameter_supported|(backchannel|frontchannel)_logout(_session)?_supported|protected_resources|client_id_metadata_document_supported)$/;

let provider, site;
const answers = {};
const asked = [];
before(async () => {
  provider = await startProvider();
  site = createServer((request, response) => {
    asked.push(request.url);
    const body = answers[request.url];
    const type = typeof body === "string" ? "application/oauth-authz-req+jwt" : "application/json";
    response.writeHead(body ? 200 : 404, { "content-type": type }).end(typeof body === "string" ? body : body && JSON.stringify(body));
  });
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  await provider.server.lead({ "client.company.com": `http://127.0.0.1:${site.address().port}` });
});
after(async () => {
  await provider?.stop();
  site?.closeAllConnections();
  await new Promise((done) => site.close(done));
});

test("https URLs throughout; issuer is the discovery URL less its suffix", async () => {
  const url = `${provider.issuer}/.well-known/openid-configuration`;
  const { status, headers, body } = await json(url);
  assert.equal(status, 200);
  assert.match(headers.get("content-type"), /^application\/json/);
  assert.equal(`${body.issuer}/.well-known/openid-configuration`, url);
  const urls = Object.entries(body).filter(([name]) => /_(endpoint|uri)$|^(issuer|service_documentation)$/.test(name));
  assert.ok(urls.length >= 12);
  for (const [name, value] of urls) assert.ok(value.startsWith(`${provider.issuer}`), `${name} ${value}`);
});

test("only names that are registered stand in the metadata", () => {
  assert.deepEqual(Object.keys(provider.metadata).filter((name) => !REGISTERED.test(name)), []);
});

test("a client's jwks_uri is fetched again for a new kid within 60 seconds", async () => {
  const [old, fresh] = [await generateKeyPair("RS256", { extractable: true }), await generateKeyPair("RS256", { extractable: true })];
  const publish = async (pair, kid) => (answers["/jwks"] = { keys: [{ ...(await exportJWK(pair.publicKey)), kid, use: "sig", alg: "RS256" }] });
  await publish(old, "old");
  const own = await provider.register({ token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://client.company.com/jwks" });
  const redeem = async (pair, kid) => {
    const jwt = new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: "RS256", kid }).setIssuer(own.id).setSubject(own.id).setAudience(provider.issuer).setIssuedAt(provider.now).setExpirationTime(provider.now + 60);
    return own.redeem(await own.walk(), { by: "private_key_jwt", more: { client_assertion_type: ASSERTION, client_assertion: await jwt.sign(pair.privateKey) } });
  };
  assert.equal((await redeem(old, "old")).status, 200);
  await publish(fresh, "new");
  await provider.advance(60);
  assert.equal((await redeem(fresh, "new")).status, 200);
  assert.equal((await redeem(old, "old")).status, 401);
});

test("key rotation: the old key stays published while anything that it signed is alive, and what it signed stays good", async (t) => {
  const [old, fresh] = [await privateJwk("RS256"), await privateJwk("RS256")];
  const { secrets, operator } = provider.server;
  const key = (jwk, state) => JSON.stringify({ ...jwk, ...state });
  const before = await startSealwax({ t, name: "before", secrets: { ...secrets, SIGNING_KEY_2: key(old, { state: "active" }) }, operator });
  const after = await startSealwax({ t, name: "after", secrets: { ...secrets, SIGNING_KEY_2: key(old, { state: "retired" }), SIGNING_KEY_3: key(fresh, { state: "active" }) }, operator });
  const kids = async (server) => (await (await server.fetch("/.well-known/jwks.json")).json()).keys.map(({ kid }) => kid);
  assert.ok((await kids(before)).includes(old.kid));
  const published = await kids(after);
  assert.ok(published.includes(old.kid) && published.includes(fresh.kid), published.join());
});

test("registration answers 201 and tells all that was registered; registration_access_token and registration_client_uri come together", async () => {
  const { status, headers, body } = await provider.registration({ redirect_uris: [CALLBACK], client_name: "Conformance", contacts: ["ops@company.com"], response_types: ["code"], grant_types: ["authorization_code"] });
  assert.equal(status, 201);
  assert.match(headers.get("cache-control"), /no-store/);
  assert.ok(body.client_id && body.client_secret && body.registration_access_token);
  assert.ok(body.registration_client_uri.startsWith("https://"));
  assert.equal(typeof body.client_secret_expires_at, "number");
  assert.deepEqual(body.redirect_uris, [CALLBACK]);
});

test("a client reads its own registration; a wrong token does not", async () => {
  const party = await provider.register();
  const read = await party.manage("GET");
  assert.deepEqual([read.status, read.body.client_id], [200, party.id]);
  party.registered.registration_access_token = "x".repeat(43);
  assert.equal((await party.manage("GET")).status, 401);
});

test("DELETE answers 204, and the client is dead", async () => {
  const party = await provider.register();
  const signed = await party.signIn({ scope: "openid offline_access" });
  const gone = await party.manage("DELETE");
  assert.deepEqual([gone.status, gone.body], [204, ""]);
  assertErrorPage(await party.ask({}), 400);
  assert.equal((await party.refresh(signed.body.refresh_token)).status, 401);
  assert.equal((await party.manage("GET")).status, 401);
});

test("pairwise subjects: one a sector, which is the host of the redirect URIs or that of sector_identifier_uri", async () => {
  answers["/sector"] = [CALLBACK, "https://other.company.com/callback"];
  const [first, second, elsewhere] = [await provider.register({ subject_type: "pairwise" }), await provider.register({ subject_type: "pairwise" }), await provider.register({ subject_type: "pairwise", redirect_uris: ["https://app.elsewhere.com/cb"] })];
  const sector = await provider.register({ subject_type: "pairwise", sector_identifier_uri: "https://client.company.com/sector", redirect_uris: answers["/sector"] });
  const subjects = [];
  for (const own of [first, second, sector, elsewhere, await provider.register()]) {
    const { body, claims } = await own.signIn({});
    assert.equal((await provider.userinfo(body.access_token)).body.sub, claims.sub);
    subjects.push(claims.sub);
  }
  assert.equal(subjects[0], subjects[1]);
  assert.equal(subjects[0], subjects[2]);
  assert.equal(new Set(subjects).size, 3);
});

test("sector_identifier_uri: what it lists has to hold the redirect URIs; several hosts need it", async () => {
  answers["/sector"] = ["https://other.company.com/callback"];
  const asked = { subject_type: "pairwise", sector_identifier_uri: "https://client.company.com/sector", redirect_uris: [CALLBACK] };
  const several = { subject_type: "pairwise", redirect_uris: [CALLBACK, "https://app.elsewhere.com/cb"] };
  for (const metadata of [asked, several]) {
    const { status, body } = await provider.registration(metadata);
    assert.deepEqual([status, body.error], [400, "invalid_client_metadata"]);
  }
});

test("redirect URIs with a fragment, no redirect URI, and http for a web client cannot be registered", async () => {
  for (const redirect_uris of [[`${CALLBACK}#fragment`], [], ["http://client.company.com/callback"]]) {
    const { status, body } = await provider.registration({ redirect_uris });
    assert.deepEqual([status, body.error], [400, "invalid_redirect_uri"], redirect_uris.join());
  }
});

test("request_uri: an object at a registered URL is fetched without its fragment; one that is not registered is refused", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "rs", use: "sig" }] };
  const at = "https://client.company.com/object";
  const own = await provider.register({ jwks, request_uris: [at], request_object_signing_alg: "RS256" });
  const claims = { iss: own.id, aud: provider.issuer, client_id: own.id, response_type: "code", redirect_uri: CALLBACK, scope: "openid", state: "signed" };
  answers["/object"] = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "rs" }).sign(privateKey);
  asked.length = 0;
  const { params } = await own.walk({ request_uri: `${at}#the-hash` });
  assert.equal(params.get("state"), "signed");
  assert.deepEqual(asked, ["/object"]);
  const refused = await own.refusal({ request_uri: `${at}2` });
  assert.equal(refused.error, "invalid_request_uri");
  assert.deepEqual(asked, ["/object"]);
});
