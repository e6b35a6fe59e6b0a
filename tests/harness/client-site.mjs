// A client's web site, as far as a browser has to arrive there.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The app</title><link rel="icon" href="data:,"></head><body><h1>Back at the app</h1></body></html>`;

/**
 * → { url, redirectUri, arrivals, stop }. `arrivals` are { method, params, origin, referer }, one for each visit of /cb.
 * It listens on 127.0.0.1 while Sealwax is on localhost: other names, so other sites, and SameSite counts.
 * `files`: further paths → [content type, text, headers]; `redirects`: paths → where they lead; `visits`: how many there were.
 */
export async function startClientSite({ files = {} } = {}) {
  const arrivals = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://client");
    site.visits += 1;
    if (site.redirects[url.pathname]) return response.writeHead(302, { location: site.redirects[url.pathname] }).end();
    if (files[url.pathname]) {
      const [type, body, headers] = files[url.pathname];
      return response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
    }
    if (url.pathname !== "/cb") return response.writeHead(404).end();
    const params = request.method === "POST" ? new URLSearchParams(await text(request)) : url.searchParams;
    arrivals.push({ method: request.method, params, origin: request.headers.origin, referer: request.headers.referer });
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(PAGE);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${server.address().port}`;
  const site = {
    redirects: {},
    visits: 0,
    url,
    redirectUri: `${url}/cb`,
    arrivals,
    files,
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
  return site;
}
