// Makes the entry of a Worker that worker-build has built thinner: node scripts/entry.mjs INDEX.JS
// worker-build makes every request an object behind a proxy and calls its method through another, to begin anew after a panic.
// The class that the platform makes of every request has no state of ours, so it is enough that its one method looks whether
// there was a panic, as the proxy would have.
import { readFileSync, writeFileSync } from "node:fs";

const [path] = process.argv.slice(2);
const source = readFileSync(path, "utf8");

/** The only match, or the build fails: then worker-build has changed, and this has to be looked at again. */
function only(what, pattern) {
  const found = [...source.matchAll(pattern)];
  if (found.length !== 1) throw new Error(`${path}: ${found.length} times ${what}`);
  return found[0];
}

const NAME = "[\\w$]+";
const [, reinitialise] = only("the function that begins anew", new RegExp(`function (${NAME})\\(\\)\\{${NAME}\\.criticalError&&\\(console\\.log\\("Reinitializing Wasm application"\\)`, "g"));
const [, critical] = only("the function that notes a panic", new RegExp(`function (${NAME})\\(${NAME}\\)\\{${NAME} instanceof WebAssembly\\.RuntimeError&&`, "g"));
const [, entry] = only("the default export", new RegExp(`(${NAME}) as default`, "g"));
const [proxy, , entryClass] = only("the proxy of the entry", new RegExp(`([,\\s])${entry.replaceAll("$", "\\$&")}=new Proxy\\((${NAME}),${NAME}\\)`, "g"));
const guarded = `(${entryClass}.prototype.fetch=(answer=>function(request){${reinitialise}();try{return answer.call(this,request)}catch(error){throw ${critical}(error),error}})(${entryClass}.prototype.fetch),${entryClass})`;
writeFileSync(path, source.replace(proxy, () => `${proxy[0]}${entry}=${guarded}`));
