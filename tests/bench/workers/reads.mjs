// The floor of what reads KV: two values at once, then what it always answers.
const BODY = JSON.stringify({ access_token: "x".repeat(600), token_type: "Bearer", expires_in: 3600, scope: "notes:read" });
const NAMES = ["revoked/somebody", "consent/somebody/somewhere"];

export default {
  async fetch(request, env) {
    if (request.method === "PUT") await Promise.all(NAMES.map((name) => env.STORE.put(name, "{}".padEnd(200))));
    else await Promise.all(NAMES.map((name) => env.STORE.get(name)));
    return new Response(BODY, { headers: { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" } });
  },
};
