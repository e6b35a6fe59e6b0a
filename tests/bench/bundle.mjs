// One module of a Worker and what it imports.
import { join } from "node:path";
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { bundles, here } from "./paths.mjs";

/** → the modules of workers/<name>.mjs, bundled. */
export async function bundled(name) {
  const outfile = join(bundles, `${name}.js`);
  await build({ entryPoints: [join(here, "workers", `${name}.mjs`)], outfile, bundle: true, format: "esm", minify: true, target: "es2024", conditions: ["workerd", "worker", "browser"], external: ["cloudflare:*", "node:*"], logLevel: "warning" });
  return [{ type: "ESModule", path: `${name}.js`, contents: readFileSync(outfile, "utf8") }];
}
