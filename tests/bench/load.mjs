// Sends prepared requests over keep-alive connections and reads each answer to its end: as little of a client as can be, so
// that the machine is the server's.
import { connect } from "node:net";
import { performance } from "node:perf_hooks";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const END_OF_CHUNKS = Buffer.from("\r\n0\r\n\r\n");

/**
 * Sends all `requests` (Buffers) to the loopback port, `concurrency` at a time, each connection its next as soon as it has
 * been answered. → { seconds, latencies: sorted, milliseconds, bad: the first answer that `ok` refuses, or undefined }
 */
export async function load(port, requests, concurrency, ok) {
  const latencies = [];
  let next = 0;
  let bad;
  const began = performance.now();
  const work = async () => {
    const connection = new Connection(port);
    try {
      while (next < requests.length && bad === undefined) {
        const request = requests[next];
        next += 1;
        const sent = performance.now();
        const answer = await connection.send(request);
        latencies.push(performance.now() - sent);
        if (!ok(answer)) bad ??= answer;
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests.length) }, work));
  const seconds = (performance.now() - began) / 1000;
  return { seconds, latencies: latencies.sort((a, b) => a - b), bad };
}

class Connection {
  constructor(port) {
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.received = Buffer.alloc(0);
    this.socket.on("data", (bytes) => {
      this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
      this.deliver();
    });
    for (const event of ["error", "close"]) this.socket.on(event, (cause) => this.waiting?.failed(cause instanceof Error ? cause : new Error("the server closed the connection")));
  }

  /** → { status, head, body: Buffer } */
  send(request) {
    return new Promise((done, failed) => {
      this.waiting = { done, failed };
      this.socket.write(request);
    });
  }

  close() {
    this.waiting = undefined;
    this.socket.destroy();
  }

  deliver() {
    const answer = parse(this.received);
    if (!answer || !this.waiting) return;
    this.received = Buffer.alloc(0);
    const { done } = this.waiting;
    this.waiting = undefined;
    done(answer);
  }
}

/** One answer that has arrived whole; undefined until then. There is never a second behind it: nothing is pipelined. */
function parse(bytes) {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const status = Number(head.slice(9, 12));
  const start = end + END_OF_HEAD.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) {
    if (bytes.length < start + Number(length[1])) return undefined;
    return { status, head, body: bytes.subarray(start, start + Number(length[1])) };
  }
  if (status === 204 || status === 304) return { status, head, body: Buffer.alloc(0) };
  // RFC 9112 §7.1
  const tail = bytes.subarray(-END_OF_CHUNKS.length);
  const empty = bytes.subarray(start).equals(END_OF_CHUNKS.subarray(2));
  return empty || tail.equals(END_OF_CHUNKS) ? { status, head, body: unchunked(bytes.subarray(start)) } : undefined;
}

function unchunked(bytes) {
  const parts = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}

/** A request as it goes over the wire. */
export function wire(method, path, port, { headers = {}, body } = {}) {
  const lines = [`${method} ${path} HTTP/1.1`, `host: localhost:${port}`, "accept: */*"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const content = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  if (body !== undefined) lines.push(`content-length: ${content.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), content]);
}

/** A form, posted. */
export function form(path, port, fields, headers = {}) {
  const body = new URLSearchParams(fields).toString();
  return wire("POST", path, port, { headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body });
}
