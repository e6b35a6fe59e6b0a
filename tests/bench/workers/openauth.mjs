// OpenAuth with the least around it: a provider at which whoever asks is user 1.
import { issuer } from "@openauthjs/openauth";
import { CloudflareStorage } from "@openauthjs/openauth/storage/cloudflare";
import { createSubjects } from "@openauthjs/openauth/subject";

// Any validator of the Standard Schema will do.
const anything = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }) } };

const anyone = {
  type: "anyone",
  init(routes, context) {
    routes.get("/authorize", (c) => context.success(c, { user: "1" }));
  },
  client: async ({ clientID }) => ({ user: clientID }),
};

// It asks KV for a life of 60 s less the milliseconds that have passed; KV gives no less than 60.
const patient = (namespace) => ({
  get: (...args) => namespace.get(...args),
  list: (...args) => namespace.list(...args),
  delete: (...args) => namespace.delete(...args),
  put: (key, value, { expirationTtl } = {}) => namespace.put(key, value, expirationTtl && { expirationTtl: Math.max(60, expirationTtl) }),
});

let app;
export default {
  fetch(request, env, context) {
    app ??= issuer({
      subjects: createSubjects({ user: anything }),
      storage: CloudflareStorage({ namespace: patient(env.STORE) }),
      providers: { anyone },
      allow: async () => true,
      success: (response, value) => response.subject("user", { id: value.user }),
    });
    return app.fetch(request, env, context);
  },
};
