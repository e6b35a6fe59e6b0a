// oidc-provider with the least around it: its own pages for development, its own storage in memory, ES256 JWTs for a
// resource. Arguments: port, secret, redirect URI, resource.
import { generateKeyPair, exportJWK } from "jose";
import Provider from "oidc-provider";

const [port, secret, redirectUri, resource] = process.argv.slice(2);
const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const client = { client_secret: secret, token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "ES256", scope: "openid offline_access notes:read" };
const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" }] },
  clients: [
    { ...client, client_id: "web", redirect_uris: [redirectUri], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] },
    { ...client, client_id: "machine", redirect_uris: [], grant_types: ["client_credentials"], response_types: [], scope: "notes:read" },
  ],
  cookies: { keys: ["bench"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  scopes: ["openid", "offline_access", "notes:read"],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "notes:read", audience: resource, accessTokenTTL: 3600, accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } }),
    },
  },
});
provider.listen(Number(port), "127.0.0.1", () => process.send("listening"));
process.on("disconnect", () => process.exit());
