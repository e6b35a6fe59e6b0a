// @cloudflare/workers-oauth-provider with the least around it: whoever asks is user 1, and has allowed it.
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

const defaultHandler = {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/authorize") return new Response(null, { status: 404 });
    const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request);
    // Many at a time: by default each login ends the user's earlier ones.
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({ request: asked, userId: "1", metadata: {}, scope: asked.scope, props: { userId: "1" }, revokeExistingGrants: false });
    return Response.redirect(redirectTo, 302);
  },
};

const apiHandler = { fetch: (_, __, context) => Response.json({ user: context.props.userId }) };

export default new OAuthProvider({
  apiRoute: "/api",
  apiHandler,
  defaultHandler,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  clientRegistrationEndpoint: "/register",
  resourceMetadata: { resource: "https://api.example/" },
  scopesSupported: ["notes:read", "offline_access"],
});
