// OAuth libraries behind one face, so that one test can go through all of them.
//
//   library(issuer, member, t) → a party of that member of the tests' clients: { id, secret, method, key, alg, redirectUri }
//
// and what a party does, each by the library's own code for it, with tokens as the server answered them:
//
//   authorization(params, by) → the URL to send a browser to; `by`: "query", "pushed" (RFC 9126), "signed" (RFC 9101)
//   redeem(answer, params)      refresh(token, params)      clientCredentials(params)      exchange(params)
//   device(params) → { began: the answer with the codes, finish: () → tokens }             ask(deviceCode): once, at once
//
// What is refused is thrown; `refusal` makes it the error of RFC 6749 §5.2.
import { authlib } from "./authlib.mjs";
import { oauth4webapi } from "./oauth4webapi.mjs";
import { openidClient } from "./openid-client.mjs";

export { ACCESS_TOKEN, DEVICE_CODE, TOKEN_EXCHANGE } from "./grants.mjs";

export const LIBRARIES = { "openid-client": openidClient, oauth4webapi, Authlib: authlib };
/** Those that can also push, sign and register. */
export const FULL = { "openid-client": openidClient, oauth4webapi };

/** For assert.rejects. A 401 has a challenge, and the libraries look at that alone. */
export function refusal(code) {
  return (error) => {
    const challenge = Array.isArray(error.cause) && error.status === 401;
    return error.error === code || (challenge && code === "invalid_client");
  };
}
