// A provider as conformance suites want it, with an issuer over https, RS256 and ES256 keys and open registration; and the
// client that they play: it registers itself, sends what the test says and nothing of its own, and walks plain HTML forms.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { basic, pkce } from "./oauth.mjs";
import { addUser, fixtures, startSeeded, user } from "./seeded.mjs";
import { startSealwax } from "./sealwax.mjs";
import { startTls } from "./tls.mjs";
import { UserAgent } from "./user-agent.mjs";

// Somebody of whom everything is known (OpenID Connect Core §5.1).
export const EVE = {
  username: "eve",
  password: "a rose is a rose is a rose",
  claims: {
    name: "Eve Example", given_name: "Eve", family_name: "Example", middle_name: "M", nickname: "evie", profile: "https://eve.example/", picture: "https://eve.example/me.png",
    website: "https://eve.example/", gender: "female", birthdate: "1990-01-31", zoneinfo: "Europe/Vienna", locale: "de-AT",
    email: "eve@example.com", email_verified: true, address: { formatted: "1 Example Street", country: "AT" }, phone_number: "+43 1 234567", phone_number_verified: false,
  },
};
export const CALLBACK = "https://client.company.com/callback";
export const BYE = "https://client.company.com/bye";
export const SCOPE = "openid profile email address phone offline_access";

const NAME = "localhost";

/** → a Provider. `clients`: records for the operator to add; `users`: names of fixtures, or records; `prepare(twin)` adds more. */
export async function startProvider({ clients = [], users = ["ada"], vars = {}, path = "", keys = {}, prepare = async () => {} } = {}) {
  const tls = await startFront();
  const issuer = `${tls.url(NAME)}${path}`;
  const all = { REGISTRATION: "open", REGISTRATION_PKCE: "optional", ...vars };
  // The operator's command line trusts no such certificate: it speaks to a twin over http, whose records are copied.
  const twin = await startSeeded({ name: "twin", rsa: true, ...keys, clients, users: users.filter((one) => typeof one === "string"), vars: all });
  try {
    for (const one of users) if (typeof one !== "string") await addUser(twin, one);
    await prepare(twin);
    const server = await startSealwax({ secrets: twin.secrets, operator: twin.operator, vars: { ...fixtures.variables, ...all, ISSUER: issuer } });
    await twin.kv.copyTo(server, "");
    tls.lead(NAME, server.url);
    const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    return new Provider({ issuer, server, tls, metadata });
  } finally {
    await twin.stop();
  }
}

/** startTls() for localhost, whose certificate this process takes as a person takes one that the browser warns of. */
export async function startFront() {
  const tls = await startTls([NAME]);
  setDefaultCACertificates([...getCACertificates("default"), tls.certificate]);
  return Object.assign(tls, { base: tls.url(NAME), leadTo: (url) => tls.lead(NAME, url) });
}

class Provider {
  constructor(parts) {
    Object.assign(this, parts);
    this.moved = 0;
    this.keys = createRemoteJWKSet(new URL(this.metadata.jwks_uri), { cooldownDuration: 0 });
  }

  async stop() {
    await Promise.all([this.server.stop(), this.tls.stop()]);
  }

  /** Moves the server's clock; `now` moves along. */
  async advance(seconds) {
    await this.server.advance(seconds * 1000);
    this.moved += seconds;
  }

  /** Seconds since 1970, as the server has them. */
  get now() {
    return Math.floor(Date.now() / 1000) + this.moved;
  }

  /** Registers a client as it asks → RelyingParty; its `answer` is what the registration answered. */
  async register(metadata = {}) {
    const answer = await this.registration({ redirect_uris: [CALLBACK], post_logout_redirect_uris: [BYE], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], scope: SCOPE, client_name: "Conformance", ...metadata });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return new RelyingParty(this, answer.body);
  }

  registration(metadata) {
    return json(this.metadata.registration_endpoint, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(metadata) });
  }

  /** A client that the operator added. */
  party({ client_id, client_secret, redirect_uris }) {
    return new RelyingParty(this, { client_id, client_secret, redirect_uris });
  }

  /** Verifies a JWT of the server's; → { payload, protectedHeader }. */
  verify(jwt, options = {}) {
    return jwtVerify(jwt, this.keys, { issuer: this.issuer, currentDate: new Date(this.now * 1000), ...options });
  }

  /** What /userinfo answers to a token in the header, by GET unless `init` says otherwise. */
  userinfo(accessToken, init = {}) {
    return json(this.metadata.userinfo_endpoint, { ...init, headers: { authorization: `Bearer ${accessToken}`, ...init.headers } });
  }
}

class RelyingParty {
  constructor(provider, registered) {
    this.provider = provider;
    this.registered = registered;
    this.id = registered.client_id;
    this.redirectUri = registered.redirect_uris[0];
  }

  /** The URL of an authorization request: neither PKCE nor nonce unless the test says so; null leaves a parameter out. */
  request(params = {}) {
    const url = new URL(this.provider.metadata.authorization_endpoint);
    const all = { client_id: this.id, redirect_uri: this.redirectUri, response_type: "code", scope: "openid", state: randomBytes(8).toString("hex"), ...params };
    for (const [name, value] of Object.entries(all)) if (value !== null) url.searchParams.append(name, value);
    return url.href;
  }

  /** The request's first answer, as it is. */
  ask(params, { agent = new UserAgent() } = {}) {
    return agent.get(this.request(params));
  }

  /** Walks the forms to the end → { url, params, page, agent }. */
  async walk(params = {}, { agent = new UserAgent(), username = "ada", password = user(username).password, ...more } = {}) {
    const to = this.request(params);
    return { agent, ...(await agent.authorize(to, { username, password, redirectUri: this.redirectUri, ...more })) };
  }

  /** The parameters of an error that came by redirect. */
  async refusal(params, options) {
    const page = await this.ask(params, options);
    assert.equal(page.location?.href.split("?")[0], this.redirectUri, `${page.status} ${page.text()}`);
    return Object.fromEntries(page.location.searchParams);
  }

  /** POST /token → { status, headers, body }; authenticated as registered unless `by` says otherwise. */
  token(params, { by = this.registered.token_endpoint_auth_method ?? "client_secret_basic", more = {} } = {}) {
    return this.call(this.provider.metadata.token_endpoint, params, { by, more });
  }

  call(url, params, { by = "client_secret_basic", more = {} } = {}) {
    const body = new URLSearchParams({ ...params, ...more });
    const headers = {};
    if (by === "client_secret_basic") headers.authorization = basic(this.id, this.registered.client_secret);
    else if (by !== "private_key_jwt") body.set("client_id", this.id);
    if (by === "client_secret_post") body.set("client_secret", this.registered.client_secret);
    return json(url, { method: "POST", headers, body });
  }

  redeem(walked, { params = {}, ...options } = {}) {
    return this.token({ grant_type: "authorization_code", code: walked.params.get("code"), redirect_uri: this.redirectUri, ...params }, options);
  }

  /** Walks and redeems → { agent, params, status, body, claims: of the ID token, header: its header }. */
  async signIn(params = {}, options = {}) {
    const walked = await this.walk(params, options);
    assert.ok(walked.params.get("code"), `no code: ${walked.params}`);
    const { status, headers, body } = await this.redeem(walked, options);
    assert.equal(status, 200, JSON.stringify(body));
    const { payload, protectedHeader } = body.id_token ? await this.provider.verify(body.id_token, { audience: this.id }) : {};
    return { agent: walked.agent, params: walked.params, headers, body, claims: payload, header: protectedHeader };
  }

  refresh(refreshToken, options) {
    return this.token({ grant_type: "refresh_token", refresh_token: refreshToken }, options);
  }

  /** Where the browser signs out; null leaves a parameter out. */
  signOut(params, { agent }) {
    const url = new URL(this.provider.metadata.end_session_endpoint);
    for (const [name, value] of Object.entries(params)) if (value !== null) url.searchParams.append(name, value);
    return agent.get(url.href);
  }

  /** A call of RFC 7592. */
  manage(method, body) {
    const headers = { authorization: `Bearer ${this.registered.registration_access_token}`, ...(body && { "content-type": "application/json" }) };
    return json(this.registered.registration_client_uri, { method, headers, body: body && JSON.stringify(body) });
  }
}

export { pkce };

/** fetch, with what a person is not shown → { status, headers, body }. */
export async function json(url, init = {}) {
  const answer = await fetch(url, { redirect: "manual", ...init });
  const text = await answer.text();
  let body = text;
  try {
    body = JSON.parse(text);
  } catch {} // not all is JSON: a signed response, a page
  return { status: answer.status, headers: answer.headers, body };
}
