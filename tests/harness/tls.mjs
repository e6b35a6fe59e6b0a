// https in front of servers that speak http, under names of one's choice.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { scratch } from "./paths.mjs";
import { run } from "./sealwax.mjs";

/**
 * Ends TLS with a certificate that it signed itself, on one free port of 127.0.0.1.
 * → { url(name), lead(name, to), certificate, stop }: `lead` says to which http URL a name's connections are passed on.
 */
export async function startTls(names) {
  const targets = new Map();
  const open = new Set();
  const pair = await certificate(names);
  const server = createServer(pair, (socket) => {
    const to = targets.get(socket.servername);
    if (!to) return socket.destroy();
    const onward = connect(to.port, to.hostname);
    for (const [end, other] of [[socket, onward], [onward, socket]]) {
      open.add(end);
      end.on("error", () => {}); // a browser drops connections as it likes
      end.on("close", () => {
        open.delete(end);
        other.end(); // what is on its way still arrives
      });
      end.pipe(other);
    }
  });
  server.on("tlsClientError", () => {}); // so it does those that it has not begun to use
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: (name) => `https://${name}:${server.address().port}`,
    lead: (name, to) => targets.set(name, new URL(to)),
    certificate: pair.cert.toString(),
    stop() {
      for (const end of open) end.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}

async function certificate(names) {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "tls-"));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = names.map((name) => `DNS:${name}`).join();
  try {
    await run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=${alternatives}`, "-keyout", keyFile, "-out", certFile]);
    const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
    return { key, cert };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
