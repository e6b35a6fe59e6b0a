// Where things are.
import { resolve } from "node:path";
import { cargoOut, root } from "../harness/paths.mjs";

export const here = resolve(root, "tests/bench");
export const constantRust = resolve(cargoOut, "bench/constant");
export const bundles = resolve(cargoOut, "bench/bundles");
export const results = resolve(cargoOut, "bench");
