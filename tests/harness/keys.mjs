// Fresh keys in the format of `sealwax keys init`.
import { randomBytes } from "node:crypto";
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
