// An application with Auth0's middleware for Express.
import express from "express";
import oidc from "express-openid-connect";

/** How such an application registers. */
export const places = (base) => ({ redirect_uris: [`${base}/callback`], post_logout_redirect_uris: [`${base}/bye`] });

/** → a request listener: /login and /silent sign in, /logout signs out, /me tells who is signed in, /bye is where one ends. */
export function application({ base, issuer, client, alg, mode }) {
  const app = express();
  app.use(
    oidc.auth({
      issuerBaseURL: issuer,
      baseURL: base,
      clientID: client.id,
      clientSecret: client.secret,
      secret: "a-secret-that-only-the-tests-know-0123456789",
      idTokenSigningAlg: alg,
      idpLogout: true,
      authRequired: false,
      authorizationParams: { response_type: "code", response_mode: mode, scope: "openid profile" },
      routes: { login: false, postLogoutRedirect: "/bye" },
    }),
  );
  app.get("/login", (_, response) => response.oidc.login({ returnTo: "/me" }));
  app.get("/silent", (_, response) => response.oidc.login({ returnTo: "/me", authorizationParams: { prompt: "none" } }));
  app.get("/me", async (request, response) => {
    if (!request.oidc.isAuthenticated()) return response.status(401).json({});
    return response.json({ claims: await request.oidc.fetchUserInfo(), idToken: request.oidc.idToken });
  });
  app.get("/bye", (_, response) => response.send("bye"));
  app.use((error, _request, response, _next) => response.status(error.status ?? 500).json({ error: error.error ?? error.message }));
  return app;
}
