// Apache with mod_auth_openidc, as Debian has it: a web server that is a client of Sealwax and hands what it learned to
// an application behind it.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { apache, apacheModules, scratch } from "./paths.mjs";
import { freePort, until } from "./until.mjs";

const MODULES = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "proxy", "proxy_http"];

/** Where it listens and which of its URLs a client registration names; known before it starts. */
export async function chooseApache() {
  const url = `http://127.0.0.1:${await freePort()}`;
  const callback = `${url}/app/callback`;
  return { url, callback, signedOut: `${url}/signed-out`, backchannel: `${callback}?logout=backchannel` };
}

/**
 * → { app, signOut, log, stop }: all below `app` is for who is signed in; `signOut` is where a browser goes to sign out.
 * `places` is what chooseApache() returned, `client` { id, secret }, `more` further lines of configuration.
 */
export async function startApache({ places, issuer, client, scope = "openid profile", more = [] }) {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "apache-"));
  const application = await startApplication();
  const file = join(folder, "apache.conf");
  await writeFile(file, configuration({ places, issuer, client, scope, more, folder, behind: application.url }), { mode: 0o600 });
  const child = spawn(apache, ["-f", file, "-D", "FOREGROUND"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  const log = () => readFile(join(folder, "error.log"), "utf8").catch(() => "");
  const stop = async () => {
    child.kill("SIGTERM"); // it ends its own children
    await Promise.all([ended, application.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until("Apache to answer", async () => {
      if (child.exitCode !== null) return true;
      return (await fetch(places.signedOut)).ok;
    });
    if (child.exitCode !== null) throw new Error(`Apache ended: ${complaint}${await log()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { app: `${places.url}/app/`, signOut: `${places.callback}?logout=${encodeURIComponent(places.signedOut)}`, log, stop };
}

/** A configuration to recommend (the lines that begin with OIDC), and around it what Apache needs to run anywhere, as anybody. */
function configuration({ places, issuer, client, scope, more, folder, behind }) {
  const { port } = new URL(places.url);
  // Started as root it insists on a lesser user; Debian has these ids for nobody and nogroup.
  const lesser = process.getuid() === 0 ? "User #65534\nGroup #65534" : "";
  return `ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${folder}/apache.pid"
DefaultRuntimeDir "${folder}"
ErrorLog "${folder}/error.log"
LogLevel warn auth_openidc:info
${MODULES.map((name) => `LoadModule ${name}_module ${apacheModules}/mod_${name}.so`).join("\n")}
${lesser}
StartServers 1
ThreadsPerChild 16
MinSpareThreads 4

OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID ${client.id}
OIDCClientSecret ${client.secret}
OIDCRedirectURI ${places.callback}
OIDCCryptoPassphrase ${randomBytes(24).toString("base64url")}
OIDCScope "${scope}"
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRemoteUserClaim preferred_username
OIDCPassIDTokenAs claims serialized
${more.join("\n")}

<Location /app>
  AuthType openid-connect
  Require valid-user
</Location>
ProxyPass / ${behind}/
`;
}

/** The application behind: shows what Apache tells it of the user. Whoever comes past Apache's guard gets a page. */
async function startApplication() {
  const server = createServer((request, response) => {
    const told = Object.entries(request.headers).filter(([name]) => /^oidc_/.test(name));
    const rows = told.map(([name, value]) => `<dt>${name}</dt><dd id="${name}">${escaped(value)}</dd>`).join("\n");
    const title = request.url === "/signed-out" ? "Signed out" : "What Apache tells";
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"></head><body><h1>${title}</h1><dl>${rows}</dl></body></html>`);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt()};`);
