// Waiting: for a condition, with a deadline; never for a fixed time.
import { setTimeout as pause } from "node:timers/promises";
import { createServer } from "node:net";

/** Calls `probe` until it returns something truthy, which is returned. An error it throws counts as "not yet". */
export async function until(what, probe, { timeout = 10_000, every = 50 } = {}) {
  const deadline = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      last = undefined;
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms in vain for ${what}`, { cause: last });
    await pause(every);
  }
}

/** A loopback port that nobody listens on now. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
