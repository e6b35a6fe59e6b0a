// What the ways that are taken most ask of the platform, in one crossing each: a call from wasm to JavaScript costs little, but
// every string and every closure that goes along costs more than the work that is done with it.
//
// `to` has the callbacks of one instance of the wasm; `ticket` tells it what is answered.

const { subtle } = crypto;

/** A header as a line; an empty one where it is absent. */
const line = (value) => (value === null ? "" : `=${value}`);

/** Method, URL, what proves who asks, and what tells of the body or of a copy that the caller has, a line each. */
export function head(request) {
  const { method, headers } = request;
  const sends = method === "POST" || method === "PUT";
  const [one, two] = sends ? ["content-type", "content-length"] : ["if-none-match", "if-none-match"];
  return `${method}\n${request.url}\n${line(headers.get("authorization"))}\n${line(headers.get(one))}\n${line(headers.get(two))}`;
}

/** What a browser tells of itself and its user, a line each. */
export function browser({ headers }) {
  return ["accept-language", "cookie", "origin", "sec-fetch-site", "user-agent"].map((name) => line(headers.get(name))).join("\n");
}

export function body(request, ticket, to) {
  request.arrayBuffer().then(
    (buffer) => to.bytes(ticket, new Uint8Array(buffer)),
    (error) => to.failed(ticket, error),
  );
}

/** Headers that were made already, by their text. Only those come here of which there are few (see exchange.rs). */
const known = new Map();

function headersOf(text, keep) {
  let headers = known.get(text);
  if (headers) return headers;
  headers = new Headers();
  for (const field of text.split("\n")) {
    const colon = field.indexOf(":");
    // Several cookies are several headers (RFC 6265 §3).
    if (colon > 0) headers.append(field.slice(0, colon), field.slice(colon + 1));
  }
  if (keep && known.size < 64) known.set(text, headers);
  return headers;
}

export function respond(status, head, keep, body) {
  // As bytes: a string would be decoded for JavaScript and encoded again for the network.
  return new Response(body && body.slice(), { status, headers: headersOf(head, keep) });
}

export const callbacks = (failed, value, bytes, text) => ({ failed, value, bytes, text });

/** A promise of a response, and what resolves it. What has begun goes on although the client goes away: were the platform to
 * drop it, nothing would tell the wasm, and its memory would stay taken. */
export function deferred(context) {
  const deferred = Promise.withResolvers();
  context.waitUntil(deferred.promise);
  return deferred;
}
export const promised = ({ promise }) => promise;
export const resolve = (deferred, response) => deferred.resolve(response);

export function settle(promise, ticket, to) {
  promise.then(
    (value) => to.value(ticket, value),
    (error) => to.failed(ticket, error),
  );
}

export function sign(algorithm, key, input, ticket, to) {
  subtle.sign(algorithm, key, input).then(
    (signature) => to.bytes(ticket, new Uint8Array(signature)),
    (error) => to.failed(ticket, error),
  );
}

/** Tells what comes of a promise, if it does so in time. */
function within(milliseconds, promise, tell, ticket, to) {
  const timer = setTimeout(() => to.failed(ticket, "no answer in time"), milliseconds);
  promise.then(
    (value) => {
      clearTimeout(timer);
      tell(ticket, value);
    },
    (error) => {
      clearTimeout(timer);
      to.failed(ticket, error);
    },
  );
}

export function get(namespace, key, milliseconds, ticket, to) {
  const tell = (ticket, value) => to.text(ticket, typeof value === "string" ? value : undefined);
  within(milliseconds, namespace.get(key), tell, ticket, to);
}

/** Any other method. */
export function call(target, method, parameters, milliseconds, ticket, to) {
  within(milliseconds, target[method](...parameters), to.value, ticket, to);
}

async function asked(stub, url) {
  const answer = await stub.fetch(url);
  const { status } = answer;
  // A text only where there is one, which saves a turn.
  return status === 200 || status === 429 ? `${status}${await answer.text()}` : `${status}`;
}

/** Asks the object of that name; its status, and its text right behind. */
export function ask(namespace, name, region, url, milliseconds, ticket, to) {
  // A fresh stub each time: one whose connection broke stays broken.
  const stub = namespace.getByName(name, region === undefined ? undefined : { locationHint: region });
  within(milliseconds, asked(stub, url), to.text, ticket, to);
}
