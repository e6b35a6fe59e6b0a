// How large what is deployed is, in bytes.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { builds, partBuild, parts } from "../harness/paths.mjs";
import { bundles, constantRust } from "./paths.mjs";

export function sizes() {
  const files = [
    ["Sealwax", join(builds.release, "index_bg.wasm")],
    ...parts.map((part) => [`Sealwax, the ${part} Worker`, join(partBuild(part), "index_bg.wasm")]),
    ["constant Rust", join(constantRust, "index_bg.wasm")],
    ["workers-oauth-provider", join(bundles, "provider.js")],
    ["OpenAuth", join(bundles, "openauth.js")],
  ];
  return files
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => {
      const bytes = readFileSync(path);
      return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
    });
}
