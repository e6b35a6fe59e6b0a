// What the ways that are taken most ask of the platform, in one crossing each: a call from wasm to JavaScript costs little, but
// every string and every closure that goes along costs more than the work that is done with it.
//
// `to` has the callbacks of one instance of the wasm; `ticket` tells it what is answered. Headers come and go as lines: no value has
// a line break (RFC 9110 §5.5), neither one that the platform lets in nor one that exchange.rs lets out.

const { subtle } = crypto;

/** A header as a line; an empty one where it is absent. */
const line = (value) => (value === null ? "" : `=${value}`);

/** Method, URL, what proves who asks, and what tells of the body or of a copy that the caller has, a line each. */
export function head(request) {
  const { method, headers } = request;
  const sends = method === "POST" || method === "PUT";
  const rest = sends ? `${line(headers.get("content-type"))}\n${line(headers.get("content-length"))}` : line(headers.get("if-none-match"));
  return `${method}\n${request.url}\n${line(headers.get("authorization"))}\n${rest}`;
}

/** What a browser tells of itself and its user, a line each. */
export function browser({ headers }) {
  return ["accept-language", "cookie", "origin", "sec-fetch-site", "user-agent"].map((name) => line(headers.get(name))).join("\n");
}

/** Of what will never be told any more: the platform drops what a request waits for whose client went away. */
const lost = new FinalizationRegistry(({ ticket, to }) => to.lost(ticket));

/** Tells what comes of a promise; where there is a time, not after it. */
function tell(promise, told, ticket, to, milliseconds) {
  let timer;
  const end = (told, value) => {
    lost.unregister(end);
    if (timer !== undefined) clearTimeout(timer);
    told(ticket, value);
  };
  lost.register(end, { ticket, to }, end);
  if (milliseconds !== undefined) timer = setTimeout(end, milliseconds, to.failed, "no answer in time");
  promise.then(
    (value) => end(told, value),
    (error) => end(to.failed, error),
  );
}

const bytes = (to) => (ticket, buffer) => to.bytes(ticket, new Uint8Array(buffer));

export const form = (request, ticket, to) => tell(request.text(), to.text, ticket, to);
export const body = (request, ticket, to) => tell(request.arrayBuffer(), bytes(to), ticket, to);

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

export const callbacks = (failed, lost, value, bytes, text) => ({ failed, lost, value, bytes, text });

/** A promise, and what resolves it. */
export const deferred = () => Promise.withResolvers();
export const promised = ({ promise }) => promise;
export const resolve = (deferred, response) => deferred.resolve(response);

export const settle = (promise, ticket, to) => tell(promise, to.value, ticket, to);

export function sleep(milliseconds, ticket, to) {
  const { promise, resolve } = Promise.withResolvers();
  setTimeout(resolve, milliseconds);
  tell(promise, to.value, ticket, to);
}

export const sign = (algorithm, key, input, ticket, to) => tell(subtle.sign(algorithm, key, input), bytes(to), ticket, to);

export function verify(algorithm, key, signature, input, ticket, to) {
  tell(subtle.verify(algorithm, key, signature, input), to.value, ticket, to);
}

/** Where the request came from, as far as the platform knows, a line each. */
export const place = ({ cf }) => `${cf?.continent ?? ""}\n${cf?.longitude ?? ""}`;

/** The KV namespace of accounts and consents, where that is kept apart, or the other one. env.rs has their names. */
const namespace = (env, users) => (users && typeof env.USERS === "object" ? env.USERS : env.STORE);

export function get(env, users, key, milliseconds, ticket, to) {
  const text = (ticket, value) => to.text(ticket, typeof value === "string" ? value : undefined);
  tell(namespace(env, users).get(key), text, ticket, to, milliseconds);
}

/** Any other method of a namespace. */
export function call(env, users, method, parameters, milliseconds, ticket, to) {
  tell(namespace(env, users)[method](...parameters), to.value, ticket, to, milliseconds);
}

async function asked(stub, url) {
  const answer = await stub.fetch(url);
  const { status } = answer;
  // A text only where there is one, which saves a turn.
  return status === 200 || status === 429 ? `${status}${await answer.text()}` : `${status}`;
}

/** Asks the object of that name; its status, and its text right behind. */
export function ask(env, name, region, url, milliseconds, ticket, to) {
  // A fresh stub each time: one whose connection broke stays broken.
  const stub = env.LEDGERS.getByName(name, region === undefined ? undefined : { locationHint: region });
  tell(asked(stub, url), to.text, ticket, to, milliseconds);
}
