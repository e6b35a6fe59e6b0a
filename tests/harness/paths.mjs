// Where things are.
import { resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const cargoOut = process.env.CARGO_TARGET_DIR ? resolve(process.env.CARGO_TARGET_DIR) : resolve(root, "target");
export const builds = { release: resolve(root, "build"), test: resolve(root, "target/worker-test") };
/** The parts of a split deployment, in the order in which they are deployed. */
export const parts = ["jwks", "token", "authorize"];
export const partBuild = (part) => resolve(root, "target/parts", part);
export const commandLine = resolve(cargoOut, "debug/sealwax");
export const python = resolve(root, "target/venv/bin/python");
// scripts/setup says the same.
export const apache = "/usr/sbin/apache2";
export const apacheModules = "/usr/lib/apache2/modules";
export const chromium = "/usr/bin/chromium";
export const screenshots = resolve(root, "target/screenshots");
export const scratch = resolve(root, "target/harness");
