// An application with Auth.js, by its core.
import { buffer } from "node:stream/consumers";
import { Auth, skipCSRFCheck } from "@auth/core";

const PATH = "/auth";

/** How such an application registers. */
export const places = (base) => ({ redirect_uris: [`${base}${PATH}/callback/sealwax`], post_logout_redirect_uris: [`${base}/bye`] });

/** → a request listener: /login and /silent sign in, /logout signs out, /me tells who is signed in, /bye is where one ends. */
export function application({ base, issuer, client, alg, mode }) {
  const config = {
    basePath: PATH,
    secret: "a-secret-that-only-the-tests-know-0123456789",
    trustHost: true,
    skipCSRFCheck,
    useSecureCookies: true,
    logger: { error() {}, warn() {}, debug() {} },
    providers: [
      {
        id: "sealwax",
        name: "Sealwax",
        type: "oidc",
        issuer,
        clientId: client.id,
        clientSecret: client.secret,
        client: { id_token_signed_response_alg: alg },
        // It finds out that answers are posted from the URL alone, and then keeps no cookie with a verifier.
        authorization: `${issuer}/authorize?response_mode=${mode}&scope=openid+profile`,
        checks: mode === "form_post" ? ["state", "nonce"] : ["pkce", "state", "nonce"],
        idToken: false,
        profile: (claims) => ({ id: claims.sub, name: claims.preferred_username }),
      },
    ],
    callbacks: {
      jwt: ({ token, account, profile }) => (account ? { ...token, idToken: account.id_token, claims: profile } : token),
      session: ({ session, token }) => ({ ...session, idToken: token.idToken, claims: token.claims }),
    },
  };
  const signIn = (headers, query = "") =>
    Auth(new Request(`${base}${PATH}/signin/sealwax${query}`, { method: "POST", headers: { cookie: headers.get("cookie") ?? "", "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ callbackUrl: `${base}/me` }) }), config);
  const session = async (headers) => (await Auth(new Request(`${base}${PATH}/session`, { headers: { cookie: headers.get("cookie") ?? "" } }), config)).json();

  async function answer(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/login") return signIn(request.headers);
    if (pathname === "/silent") return signIn(request.headers, "?prompt=none");
    if (pathname === "/bye") return new Response("bye");
    if (pathname === "/me") {
      const told = await session(request.headers);
      return Response.json(told ?? {}, { status: told ? 200 : 401 });
    }
    // Auth.js ends its own session alone; RP-Initiated Logout is the application's to do.
    if (pathname === "/logout") {
      const { idToken } = await session(request.headers);
      const out = await Auth(new Request(`${base}${PATH}/signout`, { method: "POST", headers: { cookie: request.headers.get("cookie") ?? "" } }), config);
      const headers = new Headers(out.headers);
      headers.set("location", `${issuer}/end_session?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${base}/bye` })}`);
      return new Response(null, { status: 302, headers });
    }
    return Auth(request, config);
  }

  return async (incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).filter(([name]) => !["host", "connection", "content-length", "transfer-encoding"].includes(name));
    const body = incoming.method === "POST" ? await buffer(incoming) : undefined;
    const reply = await answer(new Request(new URL(incoming.url, base), { method: incoming.method, headers, body }));
    const cookies = reply.headers.getSetCookie();
    const rest = [...reply.headers].filter(([name]) => name !== "set-cookie");
    outgoing.writeHead(reply.status, { ...Object.fromEntries(rest), ...(cookies.length && { "set-cookie": cookies }) });
    outgoing.end(Buffer.from(await reply.arrayBuffer()));
  };
}
