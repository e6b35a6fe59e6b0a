// openid-client as a client of any kind; index.mjs says what all libraries have in common here.
import * as oidc from "openid-client";
import { DEVICE_CODE, TOKEN_EXCHANGE, repeated } from "./grants.mjs";

const AUTHENTICATION = {
  none: () => oidc.None(),
  client_secret_basic: ({ secret }) => oidc.ClientSecretBasic(secret),
  client_secret_post: ({ secret }) => oidc.ClientSecretPost(secret),
  private_key_jwt: ({ key }) => oidc.PrivateKeyJwt(key),
};
const INSECURE = { execute: [oidc.allowInsecureRequests] };

export async function openidClient(issuer, member) {
  const config = await oidc.discovery(new URL(issuer), member.id, undefined, AUTHENTICATION[member.method](member), INSECURE);
  return party(config, member);
}

/** RFC 7591 → { registered: what the server answered, party } */
openidClient.register = async (issuer, metadata, { initialAccessToken, key } = {}) => {
  const authentication = key && oidc.PrivateKeyJwt(key);
  const config = await oidc.dynamicClientRegistration(new URL(issuer), metadata, authentication, { ...INSECURE, initialAccessToken });
  const registered = config.clientMetadata();
  return { registered, party: party(config, { redirectUri: metadata.redirect_uris?.[0], key }) };
};

function party(config, { redirectUri, key }) {
  // Signatures are checked although the tokens came over the back channel.
  oidc.enableNonRepudiationChecks(config);
  let checks;
  const send = {
    query: (params) => oidc.buildAuthorizationUrl(config, params),
    pushed: (params) => oidc.buildAuthorizationUrlWithPAR(config, params),
    signed: (params) => oidc.buildAuthorizationUrlWithJAR(config, params, key),
  };
  return {
    async authorization(params, by = "query") {
      const verifier = oidc.randomPKCECodeVerifier();
      checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState() };
      const usual = { redirect_uri: redirectUri, state: checks.expectedState, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" };
      return send[by](repeated({ ...usual, ...params }));
    },
    redeem: (answer, params) => oidc.authorizationCodeGrant(config, answer, checks, repeated(params)),
    refresh: (token, params) => oidc.refreshTokenGrant(config, token, repeated(params)),
    clientCredentials: (params) => oidc.clientCredentialsGrant(config, repeated(params)),
    async device(params) {
      const began = await oidc.initiateDeviceAuthorization(config, repeated(params));
      // The library waits before it asks. By then the person has answered, so it need not.
      return { began, finish: () => oidc.pollDeviceAuthorizationGrant(config, { ...began, interval: 0 }) };
    },
    exchange: (params) => oidc.genericGrantRequest(config, TOKEN_EXCHANGE, repeated(params)),
    ask: (deviceCode) => oidc.genericGrantRequest(config, DEVICE_CODE, { device_code: deviceCode }),
  };
}
