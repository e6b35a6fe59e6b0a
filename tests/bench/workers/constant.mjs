// The floor: a Worker that answers what it always answers.
const BODY = JSON.stringify({ access_token: "x".repeat(600), token_type: "Bearer", expires_in: 3600, scope: "notes:read" });

export default {
  fetch() {
    return new Response(BODY, { headers: { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" } });
  },
};
