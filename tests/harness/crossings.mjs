// Counts how often the wasm calls JavaScript. Each such call costs little, but one is soon many.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const COUNTING = `
globalThis.__crossings = Object.create(null);
const __counted = (modules) => Object.fromEntries(Object.entries(modules).map(([module, imports]) => [module, Object.fromEntries(Object.entries(imports).map(([key, imported]) => {
  if (typeof imported !== "function") return [key, imported];
  const name = key.replace(/^__wbg_/, "").replace(/_[0-9a-f]{16}$/, "");
  return [key, (...values) => {
    globalThis.__crossings[name] = (globalThis.__crossings[name] ?? 0) + 1;
    return imported(...values);
  }];
}))]));
`;

/** Copies a build to another folder, with every import of its wasm counted by name in globalThis.__crossings. */
export async function countCrossings(build, folder) {
  await mkdir(folder, { recursive: true });
  const source = await readFile(join(build, "index.js"), "utf8");
  const [before, ...instances] = source.split("new WebAssembly.Instance(");
  if (instances.length === 0) throw new Error(`${build}/index.js makes no instance`);
  const counted = instances.map((rest) => {
    const call = /^([\w$]+),([\w$]+\(\))\)/.exec(rest);
    if (!call) throw new Error(`${build}/index.js makes an instance in an unknown way: ${rest.slice(0, 80)}`);
    return `${call[1]},__counted(${call[2]}))${rest.slice(call[0].length)}`;
  });
  await writeFile(join(folder, "index.js"), COUNTING + [before, ...counted].join("new WebAssembly.Instance("));
  await copyFile(join(build, "index_bg.wasm"), join(folder, "index_bg.wasm"));
  return join(folder, "index.js");
}
