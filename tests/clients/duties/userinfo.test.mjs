// The duties of OPENID.md about userinfo, over https.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { json, startProvider } from "../../harness/provider.mjs";

let provider, party, signed;
before(async () => {
  provider = await startProvider();
  party = await provider.register();
  signed = await party.signIn({ scope: "openid profile" });
});
after(() => provider?.stop());

test("GET, POST with the token in the header, POST with the token in the body", async () => {
  const { access_token } = signed.body;
  const form = (fields) => ({ method: "POST", body: new URLSearchParams(fields) });
  for (const answer of [await provider.userinfo(access_token), await provider.userinfo(access_token, { method: "POST" }), await json(provider.metadata.userinfo_endpoint, form({ access_token }))]) {
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
    assert.equal(answer.body.sub, signed.claims.sub);
  }
});

test("a token in the query is refused", async () => {
  const { status } = await json(`${provider.metadata.userinfo_endpoint}?access_token=${signed.body.access_token}`);
  assert.equal(status, 400);
});

test("signed userinfo: RS256, application/jwt, iss and aud", async () => {
  const own = await provider.register({ userinfo_signed_response_alg: "RS256" });
  const { body, claims } = await own.signIn({ scope: "openid profile" });
  const answer = await provider.userinfo(body.access_token);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^application\/jwt/);
  const { payload, protectedHeader } = await provider.verify(answer.body, { audience: own.id });
  assert.equal(protectedHeader.alg, "RS256");
  assert.deepEqual([payload.sub, payload.preferred_username], [claims.sub, "ada"]);
});

test("a revoked, an expired and a made-up token: 401 with a challenge", async () => {
  const revoked = await party.signIn({});
  const answer = await party.call(provider.metadata.revocation_endpoint, { token: revoked.body.access_token });
  assert.equal(answer.status, 200);
  const expired = await party.signIn({});
  const tokens = [revoked.body.access_token, "made-up", `${expired.body.access_token.slice(0, -4)}AAAA`];
  for (const token of tokens) {
    const { status, headers } = await provider.userinfo(token);
    assert.equal(status, 401);
    assert.match(headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
  }
  assert.equal((await provider.userinfo(expired.body.access_token)).status, 200);
  await provider.advance(expired.body.expires_in + 60);
  assert.equal((await provider.userinfo(expired.body.access_token)).status, 401);
});

test("sub is the one of the ID token", async () => {
  const { body, claims } = await party.signIn({});
  assert.equal((await provider.userinfo(body.access_token)).body.sub, claims.sub);
});
