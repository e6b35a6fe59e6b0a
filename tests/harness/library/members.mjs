// One client for every way to authenticate, registered by the operator, with all grants that such a client may have.
import { importJWK } from "jose";
import { privateJwk } from "../keys.mjs";

const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"];
const METHODS = [
  { method: "none" },
  { method: "client_secret_basic" },
  { method: "client_secret_post" },
  ...ALGORITHMS.map((alg) => ({ method: "private_key_jwt", alg })),
];

/** → [{ name, id, method, alg, secret, key: { key, kid }, redirectUri, registration: RFC 7591 metadata for addClient }] */
export function makeMembers({ scope }) {
  return Promise.all(METHODS.map((one) => member(one, scope)));
}

async function member({ method, alg }, scope) {
  const id = [method, alg].filter(Boolean).join("-");
  const redirectUri = `https://${id.replaceAll("_", "-").toLowerCase()}.example/cb`;
  const isPublic = method === "none";
  const registration = {
    client_id: id,
    client_name: `By ${id}`,
    token_endpoint_auth_method: method,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token", ...(isPublic ? [] : ["client_credentials"])],
    scope,
  };
  const made = { name: [method, alg].filter(Boolean).join(" with "), id, method, alg, redirectUri, registration };
  if (method.startsWith("client_secret")) {
    made.secret = registration.client_secret = `${id}-secret-that-only-the-tests-know-0123456789`;
    registration.token_endpoint_auth_method_pinned = true;
  }
  if (alg) {
    const jwk = await privateJwk(alg);
    made.key = { key: await importJWK(jwk, alg, { extractable: true }), kid: jwk.kid };
    registration.jwks = { keys: [publicPart(jwk)] };
  }
  return made;
}

/** What of a private JWK may be shown. */
export function publicPart({ kty, crv, x, y, n, e, alg, kid }) {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, alg, kid, use: "sig" }));
}
