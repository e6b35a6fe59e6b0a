// What every refusal must look like: code, status and headers together.
import assert from "node:assert/strict";

/** An error as JSON (RFC 6749 §5.2). */
export function assertRefused(answer, status, error) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.error, error);
  assert.match(answer.body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  assert.deepEqual(Object.keys(answer.body).sort(), ["error", "error_description"]);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  if (status === 401) assert.match(answer.headers.get("www-authenticate"), error === "invalid_token" ? /^Bearer/ : /^Basic realm="/);
  if (status === 503) assertRetryLater(answer.headers);
}

/** An error that a person reads; → the request id on the page. */
export function assertErrorPage(page, status, error) {
  assert.equal(page.status, status, page.text());
  assert.equal(page.location, null);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.match(page.headers.get("content-security-policy"), /frame-ancestors 'none'/);
  if (error) assert.match(page.body, new RegExp(`<code id="error_code"[^>]*>${error}</code>`));
  if (status === 503) assertRetryLater(page.headers);
  const [, id] = /<code id="request_id">([^<]*)<\/code>/.exec(page.body) ?? [];
  assert.match(id ?? "", /^[\w-]{12}$/, "the page shows no request id");
  return id;
}

/** RFC 9110 §10.2.3 */
function assertRetryLater(headers) {
  assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
}
