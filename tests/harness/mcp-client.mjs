// MCP clients as applications build them: both generations of the official SDK, which look for the issuer, register, and
// come for tokens by themselves. What is left to the application, it does here: to keep things and to open a browser.
import { randomBytes } from "node:crypto";
import * as second from "@modelcontextprotocol/client";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { user } from "./seeded.mjs";
import { UserAgent } from "./user-agent.mjs";

const ABOUT = { name: "Assistant", version: "1.0.0" };

/** Each speaks a revision of MCP of its own. */
export const SDKS = {
  "SDK 2, MCP 2026-07-28": {
    client: () => new second.Client(ABOUT, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
    transport: (url, authProvider) => new second.StreamableHTTPClientTransport(url, { authProvider }),
    isUnauthorized: (error) => error instanceof second.UnauthorizedError,
    // It checks `iss` (RFC 9207) by itself.
    finish: (transport, params) => transport.finishAuth(params),
  },
  "SDK 1, MCP 2025-11-25": {
    client: () => new Client(ABOUT),
    transport: (url, authProvider) => new StreamableHTTPClientTransport(url, { authProvider }),
    isUnauthorized: (error) => error instanceof UnauthorizedError,
    finish: (transport, params) => transport.finishAuth(params.get("code")),
    // With a refresh token it renews where it should ask for more, and fails.
    widensWithoutRefreshTokenOnly: true,
  },
};

/**
 * An application with one MCP server. `metadata` is what it registers (RFC 7591); `metadataUrl` where its client ID metadata
 * document is; `information` what it knows of itself from elsewhere: { client_id, client_secret }.
 */
export class Application {
  constructor(sdk, resource, { metadata, metadataUrl, information }) {
    this.sdk = sdk;
    this.url = new URL(resource);
    this.keeper = new Keeper({ metadata, metadataUrl, information });
  }

  /** → the connected client. Fails as the SDK does while the user has not signed in; then `keeper.asked` is set. */
  async connect() {
    const client = this.sdk.client();
    await client.connect(this.begin());
    return client;
  }

  begin() {
    this.transport = this.sdk.transport(this.url, this.keeper);
    return this.transport;
  }

  /** → the authorization request that the SDK makes of an MCP server's refusal of `action`: at first, of connecting. */
  async ask(action = async () => (await this.connect()).close()) {
    this.keeper.asked = undefined;
    try {
      await action();
    } catch (error) {
      if (!this.sdk.isUnauthorized(error)) throw error;
    }
    if (!this.keeper.asked) throw new Error("the client did not ask for anything");
    return this.keeper.asked;
  }

  /** All of it, as a person sees it; → what the browser came back with. */
  async signIn({ agent = new UserAgent(), username = "ada", asked, ...walk } = {}) {
    const answer = await agent.authorize(asked ?? (await this.ask()), { ...user(username), ...walk });
    if (answer.params.get("state") !== this.keeper.expectedState) throw new Error("the state is another");
    await this.sdk.finish(this.transport, answer.params);
    return answer;
  }

  /** Calls a tool that wants a wider scope, and goes through what the SDK asks for then. */
  async stepUp(tool, args, walk) {
    if (this.sdk.widensWithoutRefreshTokenOnly) this.keeper.kept = { ...this.keeper.kept, refresh_token: undefined };
    return this.signIn({ ...walk, asked: await this.ask(() => this.call(tool, args)) });
  }

  /** Calls a tool in a connection of its own; → its text. */
  async call(name, args = {}) {
    const client = await this.connect();
    try {
      const { content } = await client.callTool({ name, arguments: args });
      return content[0].text;
    } finally {
      await client.close();
    }
  }
}

// What the SDK calls an OAuthClientProvider.
class Keeper {
  constructor({ metadata, metadataUrl, information }) {
    this.clientMetadata = metadata;
    this.clientMetadataUrl = metadataUrl;
    this.given = information;
    this.redirectUrl = metadata.redirect_uris?.[0];
    this.discarded = [];
  }

  state() {
    this.expectedState = randomBytes(12).toString("base64url");
    return this.expectedState;
  }

  clientInformation(context) {
    // What it knows from elsewhere holds wherever it is asked for.
    this.information ??= this.given && { ...this.given, issuer: context?.issuer };
    return this.information;
  }

  saveClientInformation(information) {
    this.information = information;
  }

  tokens() {
    return this.kept;
  }

  saveTokens(tokens) {
    this.kept = tokens;
  }

  redirectToAuthorization(url) {
    this.asked = url;
  }

  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }

  codeVerifier() {
    return this.verifier;
  }

  discoveryState() {
    return this.discovered;
  }

  saveDiscoveryState(state) {
    this.discovered = state;
  }

  invalidateCredentials(scope) {
    this.discarded.push(scope);
    if (["all", "tokens"].includes(scope)) this.kept = undefined;
    if (["all", "client"].includes(scope)) this.information = undefined;
    if (["all", "discovery"].includes(scope)) this.discovered = undefined;
  }
}
