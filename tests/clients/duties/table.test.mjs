// tests/DUTIES.md: every duty has a test that is there, and every test of a duty stands in the table.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../harness/paths.mjs";

const FOLDER = "tests/clients/duties";
// The sections of OPENID.md, and how many rows each has at least: a row that is lost is a duty that is forgotten.
const SECTIONS = { Algorithms: 5, "Authorization endpoint": 22, "Token endpoint": 9, Userinfo: 4, "Discovery, keys, registration": 8, Logout: 8, "FAPI 2.0": 1, Others: 1 };

const table = await readFile(join(root, "tests/DUTIES.md"), "utf8");
const rows = [...table.matchAll(/^\| (?!duty |---)(.+?) \| (.+?) \|$/gm)].map(([, duty, proof]) => ({ duty, proof }));
const proofs = rows.flatMap(({ proof }) => [...proof.matchAll(/`([^`]+\.(?:test\.mjs|toml|rs))`: “([^”]+)”/g)].map(([, file, title]) => ({ file, title })));

test("each duty names a test that is there, or why it is not a duty yet", async () => {
  for (const { duty, proof } of rows) assert.match(proof, /`[^`]+`: “|^A later issue: /, duty);
  for (const { file, title } of proofs) {
    const text = await readFile(join(root, file.includes("/") ? file : join(FOLDER, file)), "utf8");
    assert.ok(text.includes(title), `${file} has no “${title}”`);
  }
});

test("each section of the list is there, with as many duties as it has", () => {
  const sections = Object.fromEntries(table.split(/^## /m).slice(1).map((part) => [part.split("\n")[0], [...part.matchAll(/^\| (?!duty |---)/gm)].length]));
  assert.deepEqual(Object.keys(sections), Object.keys(SECTIONS));
  for (const [name, least] of Object.entries(SECTIONS)) assert.ok(sections[name] >= least, `${name}: ${sections[name]}`);
});

test("each test of a duty is in the table", async () => {
  const files = (await readdir(join(root, FOLDER))).filter((name) => name.endsWith(".test.mjs") && name !== "table.test.mjs");
  for (const file of files) {
    const text = await readFile(join(root, FOLDER, file), "utf8");
    for (const [, title] of text.matchAll(/^test\("((?:[^"\\]|\\.)*)"/gm)) assert.ok(proofs.some((proof) => proof.file === file && title.includes(proof.title)), `${file}: ${title}`);
  }
});
