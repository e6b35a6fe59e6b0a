// An MCP server that takes Sealwax's access tokens: notes, which one scope reads and another writes. It shares nothing with
// the issuer, and asks it for its public keys alone.
//
//   ISSUER    the issuer
//   RESOURCE  this server's own URL, as RESOURCES at the issuer names it
import { McpServer, OAuthError, OAuthErrorCode, createMcpHandler, fromJsonSchema, getOAuthProtectedResourceMetadataUrl, requireBearerAuth, requireScopes } from "@modelcontextprotocol/server";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const READ = "notes:read";
const WRITE = "notes:write";
const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"];
// Kept by the isolate: enough for an example.
const notes = new Map();

export default {
  fetch(request, { ISSUER, RESOURCE }) {
    const path = new URL(request.url).pathname;
    if (path === new URL(metadataUrl(RESOURCE)).pathname) return metadata(ISSUER, RESOURCE);
    if (path === new URL(RESOURCE).pathname) return guarded(request, ISSUER, RESOURCE);
    return new Response("There is nothing here.", { status: 404 });
  },
};

/** RFC 9728 §3.1: the well-known part stands between host and path. */
const metadataUrl = (resource) => getOAuthProtectedResourceMetadataUrl(new URL(resource));

/** RFC 9728 §2 */
function metadata(issuer, resource) {
  const document = {
    resource, // to the letter: what clients name as `resource` is this
    resource_name: "Notes",
    authorization_servers: [issuer],
    scopes_supported: [READ, WRITE],
    bearer_methods_supported: ["header"],
  };
  return Response.json(document, { headers: { "access-control-allow-origin": "*", "cache-control": "max-age=300" } });
}

/** Who has no token, or one that is not for here, is told where to get it (RFC 9728 §5.1). */
async function guarded(request, issuer, resource) {
  const gate = requireBearerAuth({ verifier: verifier(issuer, resource), requiredScopes: [READ], resourceMetadataUrl: metadataUrl(resource) });
  const authInfo = await gate(request);
  return authInfo instanceof Response ? authInfo : mcp.fetch(request, { authInfo });
}

// One isolate serves one issuer; the keys are fetched once, and again when a token names an unknown one.
let keys;

/** RFC 9068 §4: signature, issuer, audience, type and expiry. */
function verifier(issuer, resource) {
  keys ??= createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  return {
    async verifyAccessToken(token) {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: resource,
        typ: "at+jwt",
        algorithms: ALGORITHMS,
        requiredClaims: ["sub", "client_id", "exp"],
      }).catch(refuse);
      const scopes = (payload.scope ?? "").split(" ");
      return { token, clientId: payload.client_id, scopes, expiresAt: payload.exp, resource: new URL(resource), extra: { subject: payload.sub } };
    },
  };
}

// What is wrong with the token is the client's affair. That the keys cannot be had is not.
function refuse(error) {
  const ours = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === "ERR_JOSE_GENERIC";
  if (ours) throw error;
  throw new OAuthError(OAuthErrorCode.InvalidToken, "The token is not good here");
}

const mcp = createMcpHandler(() => {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  server.registerTool("list_notes", { description: "Lists your notes" }, ({ http }) => said(mine(http).join("\n")));
  server.registerTool(
    "add_note",
    {
      description: "Adds a note",
      inputSchema: fromJsonSchema({ type: "object", properties: { text: { type: "string", maxLength: 1000 } }, required: ["text"] }),
      scopeChallenge: requireScopes(READ, WRITE),
    },
    ({ text }, { http }) => {
      mine(http).push(text);
      return said("Noted.");
    },
  );
  return server;
});

/** The notes of whom the token is about. */
function mine({ authInfo }) {
  const { subject } = authInfo.extra;
  if (!notes.has(subject)) notes.set(subject, []);
  return notes.get(subject);
}

const said = (text) => ({ content: [{ type: "text", text }] });
