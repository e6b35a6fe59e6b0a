// The floor of a token endpoint in JavaScript: reads a form, signs one JWT with ES256, answers with JSON. It checks nothing.
const encode = (value) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const HEADER = encode({ alg: "ES256", typ: "at+jwt", kid: "k" });
let key;

export default {
  async fetch(request) {
    const form = new URLSearchParams(await request.text());
    key ??= crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: "http://localhost", sub: form.get("client_id"), aud: "https://api.example", exp: now + 3600, iat: now, jti: crypto.randomUUID(), client_id: form.get("client_id"), scope: form.get("scope") };
    const input = `${HEADER}.${encode(claims)}`;
    const { privateKey } = await key;
    const signature = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, new TextEncoder().encode(input)));
    const access_token = `${input}.${btoa(String.fromCharCode(...signature)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
    const body = JSON.stringify({ access_token, token_type: "Bearer", expires_in: 3600, scope: form.get("scope") });
    return new Response(body, { headers: { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" } });
  },
};
