// The metadata are true: each member has a proof, which uses every value that is advertised and sees refused what the
// registries of IANA know beside. A member without a proof fails, and so does a proof of what is no longer told.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { SignJWT, base64url, decodeJwt, exportJWK, generateKeyPair } from "jose";
import { pkce } from "../harness/oauth.mjs";
import { CALLBACK, EVE, json, startProvider } from "../harness/provider.mjs";
import { client, fixtures, user } from "../harness/seeded.mjs";
import { UserAgent } from "../harness/user-agent.mjs";

// What is registered with IANA ("OAuth Parameters", "JSON Object Signing and Encryption"), advertised here or not.
const REGISTRY = {
  response_types: ["code", "token", "id_token", "none", "code token", "code id_token", "id_token token", "code id_token token"],
  response_modes: ["query", "fragment", "form_post", "web_message", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"],
  grant_types: ["authorization_code", "implicit", "password", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:uma-ticket", "urn:openid:params:grant-type:ciba", "urn:ietf:params:oauth:grant-type:pre-authorized_code"],
  auth_methods: ["none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "attest_jwt_client_auth"],
  algorithms: ["none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed448"],
  challenges: ["plain", "S256"],
  prompts: ["none", "login", "consent", "select_account", "create"],
  subject_types: ["public", "pairwise"],
};
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const DOCUMENT = "https://client.company.com/document";
const LETTERS = "notes:read";

// Clients of the operator's: one for each algorithm of assertions and request objects, and the fixtures that have the grants.
const FIXTURES = ["web", "machine", "console", "proxy"];
const keys = {};
const signer = (alg) => `by-${alg}`;

let provider, party, metadata, site;
const answers = {};
before(async () => {
  const clients = FIXTURES.map((id) => fixtures.clients.find(({ client_id }) => client_id === id));
  for (const alg of ["ES256", "RS256", "PS256", "EdDSA"]) {
    keys[alg] = await generateKeyPair(alg, { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(keys[alg].publicKey)), kid: "k" }] };
    clients.push({ client_id: signer(alg), token_endpoint_auth_method: "private_key_jwt", jwks, redirect_uris: [CALLBACK], grant_types: ["authorization_code", "client_credentials"], scope: "openid notes:read", require_pkce: false, request_uris: [`https://client.company.com/${alg}`] });
  }
  provider = await startProvider({ clients, users: ["ada", "bob", EVE], vars: { CLIENT_ID_METADATA_DOCUMENTS: "on" } });
  ({ metadata } = provider);
  site = createServer((request, response) => {
    const [type, body] = answers[request.url] ?? ["text/plain"];
    response.writeHead(body ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  await provider.server.lead({ "client.company.com": `http://127.0.0.1:${site.address().port}` });
  party = await provider.register();
});
after(async () => {
  await provider?.stop();
  site?.closeAllConnections();
  await new Promise((done) => site.close(done));
});

const others = (registry, advertised) => REGISTRY[registry].filter((value) => !advertised.includes(value));
const fixture = (id) => provider.party({ redirect_uris: [CALLBACK], ...fixtures.clients.find(({ client_id }) => client_id === id) });
const keyed = (alg) => provider.party({ client_id: signer(alg), redirect_uris: [CALLBACK] });

/** A JWT with any algorithm's name on it: where there is no key for that one, the signature is another's. */
async function signed(alg, claims, id) {
  const usual = { iss: id, aud: provider.issuer, iat: provider.now, exp: provider.now + 60, jti: randomUUID(), ...claims };
  if (keys[alg]) return new SignJWT(usual).setProtectedHeader({ alg, kid: "k" }).sign(keys[alg].privateKey);
  const parts = [{ alg, kid: "k" }, usual].map((part) => base64url.encode(JSON.stringify(part)));
  return `${parts.join(".")}.${alg === "none" ? "" : base64url.encode("x".repeat(64))}`;
}

/** What an endpoint answers to a client that proves itself by an assertion of this algorithm. */
async function asserted(url, alg, params) {
  const of = keys[alg] ? alg : "ES256";
  const own = keyed(of);
  const assertion = await signed(alg, { sub: own.id }, own.id);
  return own.call(url, { ...params, client_assertion_type: ASSERTION, client_assertion: assertion }, { by: "private_key_jwt" });
}

async function assertAlgorithms(url, params, advertised) {
  for (const alg of advertised) assert.equal((await asserted(url, alg, params)).status, 200, alg);
  for (const alg of others("algorithms", advertised)) {
    const { status, body } = await asserted(url, alg, params);
    assert.deepEqual([status, body.error], [401, "invalid_client"], alg);
  }
}

/** What an endpoint answers to a client that authenticates by this method. */
async function authenticated(url, method, params) {
  if (method === "private_key_jwt") return asserted(url, "ES256", params);
  const own = fixture("web");
  if (method === "none") return json(url, { method: "POST", body: new URLSearchParams({ ...params, client_id: (await open()).id }) });
  return own.call(url, params, { by: method });
}

const open = () => provider.register({ token_endpoint_auth_method: "none" });

async function assertMethods(url, params, advertised) {
  for (const method of advertised) assert.equal((await authenticated(url, method, params)).status, 200, method);
  if (!advertised.includes("none")) assert.equal((await authenticated(url, "none", params)).status, 401);
  const own = fixture("web");
  // RFC 7523 §2.2 with a shared secret, and a certificate that no connection has shown.
  const hmac = await new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: "HS256" }).setIssuer(own.id).setSubject(own.id).setAudience(provider.issuer).setExpirationTime(provider.now + 60).sign(new TextEncoder().encode(client("web").secret));
  const refused = [await own.call(url, { ...params, client_assertion_type: ASSERTION, client_assertion: hmac }, { by: "private_key_jwt" }), await own.call(url, params, { by: "tls_client_auth" })];
  for (const { status, body } of refused) assert.deepEqual([status, body.error], [401, "invalid_client"]);
}

const answersOver = (path) => async (url, methods, refused) => {
  assert.equal(url, `${provider.issuer}${path}`);
  for (const method of methods) assert.notEqual((await json(url, { method })).status, 404, method);
  for (const method of refused) assert.equal((await json(url, { method })).status, 405, method);
};
const endpoint = (path, methods, refused) => (url) => answersOver(path)(url, methods, refused);
const isTrue = (value) => assert.equal(value, true);

/** Signs ada in for a scope, with a browser that is signed in already. */
const agent = new UserAgent();
const sso = (params, own = party) => own.signIn(params, { agent });

const GRANTS = {
  authorization_code: async () => (await sso({})).body,
  refresh_token: async () => (await party.refresh((await sso({ scope: "openid offline_access" })).body.refresh_token)).body,
  client_credentials: async () => (await fixture("machine").token({ grant_type: "client_credentials", resource: "https://files.example" }, { by: "client_secret_basic" })).body,
  "urn:ietf:params:oauth:grant-type:device_code": async (grant_type) => {
    const own = fixture("console");
    const { status, body } = await own.call(metadata.device_authorization_endpoint, { scope: LETTERS });
    assert.equal(status, 200, JSON.stringify(body));
    const asked = await agent.submit(await agent.get(body.verification_uri_complete), {});
    assert.equal((await agent.submit(asked, { button: "allow" })).status, 200);
    return (await own.token({ grant_type, device_code: body.device_code })).body;
  },
  "urn:ietf:params:oauth:grant-type:token-exchange": async (grant_type) => {
    const { body } = await fixture("web").signIn({ scope: LETTERS, ...challenge() }, { agent, params: { code_verifier: VERIFIER } });
    return (await fixture("proxy").token({ grant_type, subject_token: body.access_token, subject_token_type: ACCESS_TOKEN, scope: LETTERS })).body;
  },
};

// RFC 7636 appendix B
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challenge = (method = "S256") => ({ code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: method });

const PROOFS = {
  issuer: (issuer) => assert.equal(issuer, provider.issuer),
  authorization_endpoint: endpoint("/authorize", ["GET", "POST"], ["PUT", "DELETE"]),
  token_endpoint: endpoint("/token", ["POST"], ["GET", "PUT"]),
  userinfo_endpoint: endpoint("/userinfo", ["GET", "POST"], ["PUT"]),
  end_session_endpoint: endpoint("/end_session", ["GET", "POST"], ["PUT"]),
  pushed_authorization_request_endpoint: endpoint("/par", ["POST"], ["GET"]),
  device_authorization_endpoint: endpoint("/device_authorization", ["POST"], ["GET"]),
  revocation_endpoint: endpoint("/revoke", ["POST"], ["GET"]),
  introspection_endpoint: endpoint("/introspect", ["POST"], ["GET"]),
  registration_endpoint: endpoint("/register", ["POST", "GET", "PUT", "DELETE"], ["PATCH"]),
  jwks_uri: async (url) => {
    const { status, body } = await json(url);
    assert.equal(status, 200);
    assert.deepEqual([...new Set(body.keys.map(({ alg }) => alg))].sort(), [...metadata.id_token_signing_alg_values_supported].sort());
  },
  service_documentation: async (url) => assert.equal((await json(url)).status, 200),

  response_types_supported: async (types) => {
    for (const response_type of types) assert.ok((await party.walk({ response_type }, { agent })).params.get("code"));
    for (const response_type of others("response_types", types)) assert.equal((await party.refusal({ response_type })).error, "unsupported_response_type", response_type);
  },
  response_modes_supported: async (modes) => {
    for (const response_mode of modes) {
      const page = await party.ask({ response_mode, prompt: "none" }, { agent });
      const told = response_mode === "form_post" ? page.form("code").filled() : page.location.searchParams;
      assert.ok(told.get("code"), response_mode);
    }
    for (const response_mode of others("response_modes", modes)) assert.equal((await party.refusal({ response_mode })).error, "invalid_request", response_mode);
  },
  grant_types_supported: async (grants) => {
    assert.deepEqual([...grants].sort(), Object.keys(GRANTS).sort());
    for (const grant of grants) {
      const tokens = await GRANTS[grant](grant);
      assert.ok(tokens.access_token, `${grant}: ${JSON.stringify(tokens)}`);
    }
    for (const grant_type of others("grant_types", grants)) {
      const { status, body } = await party.token({ grant_type, username: "ada", password: user("ada").password, assertion: "x", code: "x" });
      assert.deepEqual([status, body.error], [400, "unsupported_grant_type"], grant_type);
    }
  },
  token_endpoint_auth_methods_supported: async (methods) => {
    for (const method of methods) {
      const jwks = method === "private_key_jwt" ? { jwks: { keys: [{ ...(await exportJWK(keys.ES256.publicKey)), kid: "k" }] } } : {};
      assert.equal((await provider.registration({ redirect_uris: [CALLBACK], token_endpoint_auth_method: method, ...jwks })).status, 201, method);
    }
    for (const method of others("auth_methods", methods)) {
      const { status, body } = await provider.registration({ redirect_uris: [CALLBACK], token_endpoint_auth_method: method });
      assert.deepEqual([status, body.error], [400, "invalid_client_metadata"], method);
    }
    // An unknown token is revoked by whoever is known, so the same answer at the endpoint that needs nothing else.
    await assertMethods(metadata.revocation_endpoint, { token: "x" }, methods);
  },
  revocation_endpoint_auth_methods_supported: (methods) => assertMethods(metadata.revocation_endpoint, { token: "x" }, methods),
  introspection_endpoint_auth_methods_supported: (methods) => assertMethods(metadata.introspection_endpoint, { token: "x" }, methods),
  token_endpoint_auth_signing_alg_values_supported: (algs) => assertAlgorithms(metadata.token_endpoint, { grant_type: "client_credentials", scope: LETTERS }, algs),
  revocation_endpoint_auth_signing_alg_values_supported: (algs) => assertAlgorithms(metadata.revocation_endpoint, { token: "x" }, algs),
  introspection_endpoint_auth_signing_alg_values_supported: (algs) => assertAlgorithms(metadata.introspection_endpoint, { token: "x" }, algs),
  code_challenge_methods_supported: async (methods) => {
    for (const method of methods) {
      const walked = await party.walk(challenge(method), { agent });
      assert.equal((await party.redeem(walked, { params: { code_verifier: pkce().verifier } })).status, 400);
      assert.equal((await party.redeem(walked, { params: { code_verifier: VERIFIER } })).status, 200, method);
    }
    for (const method of others("challenges", methods)) assert.equal((await party.refusal(challenge(method))).error, "invalid_request", method);
  },
  prompt_values_supported: async (prompts) => {
    await sso({});
    const shown = { none: (page) => page.location?.searchParams.get("code"), login: (page) => page.form("password"), consent: (page) => page.form("decision"), select_account: (page) => page.status === 200 && page.forms.length > 0 };
    for (const prompt of prompts) assert.ok(shown[prompt](await party.ask({ prompt }, { agent })), prompt);
    for (const prompt of others("prompts", prompts)) assert.equal((await party.refusal({ prompt })).error, "invalid_request", prompt);
  },
  scopes_supported: async (scopes) => {
    const asked = [...scopes, ...["email", "address", "phone", "unheard:of"].filter((scope) => !scopes.includes(scope))];
    const wide = await provider.register({ scope: scopes.join(" ") });
    const granted = new Set();
    // A token is for one resource, and each has scopes of its own.
    for (const resource of [undefined, ...metadata.protected_resources]) {
      const all = { scope: asked.join(" "), ...(resource && { resource }) };
      const walked = await wide.walk(all, { agent, fields: { scope: scopes } });
      const { body } = await wide.redeem(walked, { params: resource ? { resource } : {} });
      assert.ok(body.access_token, JSON.stringify(body));
      for (const scope of (body.scope ?? all.scope).split(" ")) granted.add(scope);
    }
    assert.deepEqual([...granted].sort(), [...scopes].sort());
  },
  claims_supported: async (claims) => {
    const asEve = { username: EVE.username, password: EVE.password };
    const { body, claims: told } = await party.signIn({ scope: "openid profile email address phone", nonce: "n", max_age: "9999" }, asEve);
    const userinfo = await provider.userinfo(body.access_token);
    // All of them and nothing else, of somebody of whom everything is known.
    assert.deepEqual([...new Set([...Object.keys(told), ...Object.keys(userinfo.body)])].sort(), [...claims].sort());
  },
  ui_locales_supported: async (locales) => {
    const language = async (ui_locales) => /<html lang="([^"]*)"/.exec((await party.ask({ ui_locales })).body)[1];
    for (const locale of locales) assert.equal(await language(`xx ${locale}`), locale);
    const unheard = ["se", "xx", "tlh"].filter((locale) => !locales.includes(locale));
    for (const locale of unheard) assert.equal(await language(locale), "en", locale);
  },
  acr_values_supported: async (values) => {
    for (const acr_values of [...values, "urn:unheard"]) assert.ok(values.includes((await sso({ acr_values })).claims.acr));
  },
  subject_types_supported: async (types) => {
    for (const subject_type of types) assert.equal((await provider.registration({ redirect_uris: [CALLBACK], subject_type })).status, 201, subject_type);
    for (const subject_type of others("subject_types", types)) {
      const { status, body } = await provider.registration({ redirect_uris: [CALLBACK], subject_type });
      assert.deepEqual([status, body.error], [400, "invalid_client_metadata"], subject_type);
    }
    const sub = async (metadata) => (await sso({}, await provider.register(metadata))).claims.sub;
    const everybodys = (await sso({})).claims.sub;
    assert.equal(await sub({ subject_type: "public" }), everybodys);
    if (!types.includes("pairwise")) return;
    const own = await sub({ subject_type: "pairwise" });
    assert.notEqual(own, everybodys);
    assert.equal(await sub({ subject_type: "pairwise" }), own, "of one sector");
  },
  id_token_signing_alg_values_supported: async (algs) => {
    for (const alg of algs) assert.equal((await sso({}, await provider.register({ id_token_signed_response_alg: alg }))).header.alg, alg);
    for (const alg of others("algorithms", algs)) {
      const { status, body } = await provider.registration({ redirect_uris: [CALLBACK], id_token_signed_response_alg: alg });
      assert.deepEqual([status, body.error], [400, "invalid_client_metadata"], alg);
    }
  },
  userinfo_signing_alg_values_supported: async (algs) => {
    for (const alg of algs) {
      const { body } = await sso({}, await provider.register({ userinfo_signed_response_alg: alg }));
      assert.equal((await provider.verify((await provider.userinfo(body.access_token)).body)).protectedHeader.alg, alg);
    }
    for (const alg of others("algorithms", algs)) assert.equal((await provider.registration({ redirect_uris: [CALLBACK], userinfo_signed_response_alg: alg })).status, 400, alg);
  },
  claim_types_supported: (types) => assert.deepEqual(types, ["normal"]),
  request_object_signing_alg_values_supported: async (algs) => {
    const object = async (alg) => {
      const own = keyed(keys[alg] ? alg : "ES256");
      return { own, request: await signed(alg, { client_id: own.id, response_type: "code", redirect_uri: CALLBACK, scope: "openid", state: "signed" }, own.id) };
    };
    for (const alg of algs) {
      const { own, request } = await object(alg);
      assert.equal((await own.walk({ request }, { agent })).params.get("state"), "signed", alg);
    }
    for (const alg of others("algorithms", algs)) {
      const { own, request } = await object(alg);
      assert.equal((await own.refusal({ request })).error, "invalid_request_object", alg);
    }
  },
  request_parameter_supported: async (supported) => {
    isTrue(supported);
    assert.equal((await party.refusal({ request: "x.y.z" })).error, "invalid_request_object");
  },
  request_uri_parameter_supported: async (supported) => {
    isTrue(supported);
    const own = keyed("ES256");
    answers["/ES256"] = ["application/oauth-authz-req+jwt", await signed("ES256", { client_id: own.id, response_type: "code", redirect_uri: CALLBACK, scope: "openid", state: "fetched" }, own.id)];
    assert.equal((await own.walk({ request_uri: "https://client.company.com/ES256" }, { agent })).params.get("state"), "fetched");
  },
  require_request_uri_registration: async (required) => {
    isTrue(required);
    assert.equal((await keyed("ES256").refusal({ request_uri: "https://client.company.com/unregistered" })).error, "invalid_request_uri");
  },
  require_signed_request_object: async (required) => {
    assert.equal(required, false);
    assert.ok((await party.walk({}, { agent })).params.get("code"));
  },
  require_pushed_authorization_requests: async (required) => {
    assert.equal(required, false);
    const pushed = await party.call(metadata.pushed_authorization_request_endpoint, Object.fromEntries(new URL(party.request()).searchParams));
    assert.equal(pushed.status, 201);
    const page = await agent.follow(await agent.get(`${metadata.authorization_endpoint}?${new URLSearchParams({ client_id: party.id, request_uri: pushed.body.request_uri })}`), (to) => to.href.startsWith(CALLBACK));
    assert.ok(page.location?.searchParams.get("code"), page.text());
  },
  authorization_response_iss_parameter_supported: async (supported) => {
    isTrue(supported);
    assert.equal((await party.walk({}, { agent })).params.get("iss"), provider.issuer);
    assert.equal((await party.refusal({ prompt: "none" })).iss, provider.issuer);
  },
  backchannel_logout_supported: async (supported) => {
    isTrue(supported);
    assert.equal((await provider.registration({ redirect_uris: [CALLBACK], backchannel_logout_uri: "https://client.company.com/b" })).status, 201);
  },
  backchannel_logout_session_supported: async (supported) => {
    isTrue(supported);
    assert.equal(typeof (await sso({})).claims.sid, "string");
  },
  frontchannel_logout_supported: async (supported) => {
    isTrue(supported);
    const own = await provider.register({ frontchannel_logout_uri: "https://client.company.com/f", frontchannel_logout_session_required: true });
    const signedIn = await own.signIn({});
    const page = await own.signOut({ id_token_hint: signedIn.body.id_token }, signedIn);
    assert.match(page.body, /<iframe[^>]*client\.company\.com\/f\?/);
  },
  frontchannel_logout_session_supported: async (supported) => {
    isTrue(supported);
    const own = await provider.register({ frontchannel_logout_uri: "https://client.company.com/f", frontchannel_logout_session_required: true });
    const signedIn = await own.signIn({});
    const page = await own.signOut({ id_token_hint: signedIn.body.id_token }, signedIn);
    assert.ok(page.body.includes(`sid=${signedIn.claims.sid}`), page.body);
  },
  claims_parameter_supported: async (supported) => {
    const { claims } = await sso({ claims: JSON.stringify({ id_token: { preferred_username: { essential: true } } }) });
    assert.equal("preferred_username" in claims, supported);
  },
  protected_resources: async (resources) => {
    for (const resource of resources) assert.ok((await fixture("machine").token({ grant_type: "client_credentials", resource })).body.access_token, resource);
    assert.equal((await fixture("machine").token({ grant_type: "client_credentials", resource: "https://unheard.example" })).body.error, "invalid_target");
  },
  client_id_metadata_document_supported: async (supported) => {
    isTrue(supported);
    answers["/document"] = ["application/json", JSON.stringify({ client_id: DOCUMENT, client_name: "Described", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" })];
    const own = provider.party({ client_id: DOCUMENT, redirect_uris: [CALLBACK] });
    assert.ok((await own.walk(challenge(), { agent })).params.get("code"));
  },
};

test("every member of the metadata has a proof, and there is no proof without a member", () => {
  assert.deepEqual(Object.keys(metadata).sort(), Object.keys(PROOFS).sort());
});

test("both documents are one", async () => {
  assert.deepEqual((await json(`${provider.issuer}/.well-known/oauth-authorization-server`)).body, metadata);
});

for (const [name, proof] of Object.entries(PROOFS)) test(`${name} is true`, () => proof(metadata[name]));
