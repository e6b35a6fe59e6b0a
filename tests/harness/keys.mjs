// Fresh keys in the format of `sealwax keys init`.
import { hkdfSync, randomBytes } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

/**
 * → { secrets: { SEALING_KEYS, CLIENT_KEYS, SIGNING_KEY_1 [, SIGNING_KEY_2, SIGNING_KEY_3], PAIRWISE_SECRET, OPERATOR_KEYS }, operator: private JWK }
 * `rsa: true` adds an RS256 key, which takes a while to find; `eddsa: true` an EdDSA key.
 */
export async function makeKeys({ rsa = false, eddsa = false } = {}) {
  const operator = await privateJwk("ES256");
  const { d, ...operatorPublic } = operator;
  const secrets = {
    SEALING_KEYS: ring(),
    CLIENT_KEYS: ring(),
    SIGNING_KEY_1: JSON.stringify({ ...(await privateJwk("ES256")), state: "active" }),
    PAIRWISE_SECRET: randomBytes(32).toString("base64url"),
    OPERATOR_KEYS: JSON.stringify({ keys: [operatorPublic] }),
  };
  if (rsa) secrets.SIGNING_KEY_2 = JSON.stringify({ ...(await privateJwk("RS256")), state: "active" });
  if (eddsa) secrets.SIGNING_KEY_3 = JSON.stringify({ ...(await privateJwk("EdDSA")), state: "active" });
  return { secrets, operator };
}

function ring() {
  const key = { kid: randomBytes(4).toString("hex"), state: "active", key: randomBytes(32).toString("base64url") };
  return JSON.stringify({ keys: [key] });
}

/** A new private JWK with alg and kid (RFC 7638 thumbprint). */
export async function privateJwk(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, kid: await calculateJwkThumbprint(jwk, "sha256") };
}

/** What the keys of each part of a split deployment are for. */
export const PURPOSES = {
  authorize: {
    SEALING_KEYS: ["code", "session", "ticket", "token_id", "device", "link", "pushed_request", "logout_notice"],
    CLIENT_KEYS: ["client_id", "client_secret", "registration_access_token", "initial_access_token"],
  },
  token: {
    SEALING_KEYS: ["code", "refresh_token", "token_id", "client_token_id", "device_code", "logout_notice"],
    CLIENT_KEYS: ["client_id", "client_secret"],
  },
};

/** The secrets of one part, out of those of a whole server: written out here once more, so that it is compared with what `sealwax keys` makes. */
export function shares(secrets, part) {
  const verifying = { VERIFYING_KEYS: JSON.stringify({ keys: signing(secrets).map(([, jwk]) => publicHalf(jwk)) }) };
  if (part === "jwks") return verifying;
  const rings = Object.entries(PURPOSES[part]).map(([name, purposes]) => [name, share(secrets[name], purposes)]);
  const own = { ...Object.fromEntries(rings), PAIRWISE_SECRET: secrets.PAIRWISE_SECRET };
  if (part === "token") return { ...own, ...Object.fromEntries(signing(secrets).map(([name]) => [name, secrets[name]])) };
  return { ...own, ...verifying, OPERATOR_KEYS: secrets.OPERATOR_KEYS };
}

/** What the keys of a ring derive for these purposes (RFC 5869, HKDF-SHA256). */
function share(ring, purposes) {
  const derived = (key) => Object.fromEntries(purposes.map((purpose) => [purpose, Buffer.from(hkdfSync("sha256", Buffer.from(key, "base64url"), "", `sealwax/1/${purpose}`, 32)).toString("base64url")]));
  return JSON.stringify({ keys: JSON.parse(ring).keys.map(({ key, ...rest }) => ({ ...rest, derived: derived(key) })) });
}

function signing(secrets) {
  return Object.entries(secrets)
    .filter(([name]) => name.startsWith("SIGNING_KEY_"))
    .map(([name, value]) => [name, JSON.parse(value)]);
}

function publicHalf({ d, p, q, dp, dq, qi, ...jwk }) {
  return { ...jwk, use: "sig" };
}
