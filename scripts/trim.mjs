// Takes out of the module what nothing can call, and gives its imports and exports short names:
//   node scripts/trim.mjs FOLDER
// FOLDER holds index.js and index_bg.wasm as worker-build leaves them. The platform's crates export classes to JavaScript,
// used or not. One that the module never makes (it would import a maker `__wbg_NAME_new`) and that JavaScript cannot make
// either (the module would export a constructor `NAME_new`) has no object whose methods could be called.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXPORT, IMPORT, entries, number, section, sections, sized } from "./wasm.mjs";

const [folder] = process.argv.slice(2);
const [glue, file] = [join(folder, "index.js"), join(folder, "index_bg.wasm")];
const wasm = readFileSync(file);
const all = [...sections(wasm)];
const entriesOf = (id) => all.filter((one) => one.id === id).flatMap(({ content }) => [...entries(id, content)]);
const imports = entriesOf(IMPORT).map(({ name }) => name);
const exports = entriesOf(EXPORT).map(({ name }) => name);

const classes = exports.map((name) => /^__wbg_(\w+)_free$/.exec(name)?.[1]).filter(Boolean);
const unmade = classes.filter((name) => !exports.includes(`${name}_new`) && !imports.includes(`__wbg_${name}_new`));
const methods = new RegExp(`^(__wbg_)?([gs]et_)?(${unmade.join("|")})_`);
const isUseful = (name) => unmade.length === 0 || !methods.test(name);

// wasm-bindgen's own names, and those alone: they stand nowhere but where the module is meant.
const short = new Map();
for (const name of [...imports, ...exports.filter(isUseful)]) {
  if (/^_*(wbg|wbindgen|wasm_bindgen)_/.test(name)) short.set(name, `$${short.size}`);
}
const renamed = new Set();
const text = readFileSync(glue, "utf8").replaceAll(/[\w$]+/g, (word) => {
  if (!short.has(word)) return word;
  renamed.add(word);
  return short.get(word);
});
const missing = imports.find((name) => short.has(name) && !renamed.has(name));
if (missing) throw new Error(`${missing} is not in ${glue}`);

const name = (text) => sized(Buffer.from(text));
function rewritten({ id, whole, content }) {
  if (id !== IMPORT && id !== EXPORT) return whole;
  const kept = [...entries(id, content)].filter((entry) => id === IMPORT || isUseful(entry.name));
  const bytes = kept.map((entry) => [
    ...(id === IMPORT ? [name(entry.module)] : []),
    name(short.get(entry.name) ?? entry.name),
    entry.rest,
  ]);
  return section(id, Buffer.concat([number(kept.length), ...bytes.flat()]));
}
// wasm-bindgen names a module of ours once for each function that it has; bundlers warn of it.
writeFileSync(glue, text.replaceAll(/("\.\/[^"]+":[\w$]+)(?:,\1)+/g, "$1"));
writeFileSync(file, Buffer.concat([wasm.subarray(0, 8), ...all.map(rewritten)]));
