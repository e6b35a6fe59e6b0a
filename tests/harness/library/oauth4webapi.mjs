// oauth4webapi as a client of any kind; index.mjs says what all libraries have in common here.
import * as oauth from "oauth4webapi";
import { DEVICE_CODE, TOKEN_EXCHANGE, repeated } from "./grants.mjs";

const AUTHENTICATION = {
  none: () => oauth.None(),
  client_secret_basic: ({ secret }) => oauth.ClientSecretBasic(secret),
  client_secret_post: ({ secret }) => oauth.ClientSecretPost(secret),
  private_key_jwt: ({ key }) => oauth.PrivateKeyJwt(key),
};
const HTTP = { [oauth.allowInsecureRequests]: true };

export async function oauth4webapi(issuer, member) {
  return party(await discover(issuer), { client_id: member.id }, AUTHENTICATION[member.method](member), member);
}

/** RFC 7591 → { registered: what the server answered, party } */
oauth4webapi.register = async (issuer, metadata, { initialAccessToken, key } = {}) => {
  const as = await discover(issuer);
  const response = await oauth.dynamicClientRegistrationRequest(as, metadata, { ...HTTP, initialAccessToken });
  const registered = await oauth.processDynamicClientRegistrationResponse(response);
  const authentication = AUTHENTICATION[registered.token_endpoint_auth_method]({ secret: registered.client_secret, key });
  return { registered, party: party(as, registered, authentication, { redirectUri: metadata.redirect_uris?.[0], key }) };
};

async function discover(issuer) {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: "oauth2", ...HTTP }));
}

function party(as, client, authentication, { redirectUri, key }) {
  let begun;
  const send = {
    query: (params) => params,
    async pushed(params) {
      const response = await oauth.pushedAuthorizationRequest(as, client, authentication, params, HTTP);
      const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response);
      return { client_id: client.client_id, request_uri };
    },
    signed: async (params) => ({ client_id: client.client_id, request: await oauth.issueRequestObject(as, client, params, key) }),
  };
  const granted = async (type, params) => {
    const response = await oauth.genericTokenEndpointRequest(as, client, authentication, type, repeated(params), HTTP);
    return oauth.processGenericTokenEndpointResponse(as, client, response);
  };
  return {
    async authorization(params, by = "query") {
      begun = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState() };
      const usual = { client_id: client.client_id, response_type: "code", redirect_uri: redirectUri, state: begun.state, code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier), code_challenge_method: "S256" };
      const url = new URL(as.authorization_endpoint);
      url.search = new URLSearchParams(await send[by](repeated({ ...usual, ...params })));
      return url;
    },
    async redeem(answer, params) {
      const callback = oauth.validateAuthResponse(as, client, answer, begun.state);
      const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, callback, redirectUri, begun.verifier, { ...HTTP, additionalParameters: repeated(params) });
      return oauth.processAuthorizationCodeResponse(as, client, response);
    },
    async refresh(token, params) {
      const response = await oauth.refreshTokenGrantRequest(as, client, authentication, token, { ...HTTP, additionalParameters: repeated(params) });
      return oauth.processRefreshTokenResponse(as, client, response);
    },
    async clientCredentials(params) {
      const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, repeated(params), HTTP);
      return oauth.processClientCredentialsResponse(as, client, response);
    },
    async device(params) {
      const response = await oauth.deviceAuthorizationRequest(as, client, authentication, repeated(params), HTTP);
      const began = await oauth.processDeviceAuthorizationResponse(as, client, response);
      const finish = async () => oauth.processDeviceCodeResponse(as, client, await oauth.deviceCodeGrantRequest(as, client, authentication, began.device_code, HTTP));
      return { began, finish };
    },
    exchange: (params) => granted(TOKEN_EXCHANGE, params),
    ask: (deviceCode) => granted(DEVICE_CODE, { device_code: deviceCode }),
  };
}
