/**
 * Checks what somebody sees of the package before installing it: every entry point says what it is, every symbol and
 * every member of one is documented, and every example type-checks. That the examples run stands in
 * `spec/package/examples.md`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { ROOT, RUNTIMES } from "../runtimes.mjs";

const { exports: main } = JSON.parse(readFileSync(`${ROOT}/deno.json`, "utf8"));
const entries = typeof main === "string" ? [main] : Object.values(main);
const exemplary = readdirSync(`${ROOT}/src`, { recursive: true }).map((name) => `src/${name}`)
  .filter((name) => name.endsWith(".ts") && readFileSync(`${ROOT}/${name}`, "utf8").includes("@example"));

const faults = [
  ...entries.flatMap(unnamed),
  ...complaints(deno("doc", "--lint", ...entries)),
  ...complaints(deno("check", "--doc", "--quiet", ...entries, ...exemplary)),
];
for (const fault of faults) console.error(`package: ${fault}`);
console.log(
  `package: ${entries.length} entry points, ${exemplary.length} modules with examples, ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);

function deno(...args) {
  const { bin } = RUNTIMES.find(({ name }) => name === "deno");
  const env = { ...process.env, NO_COLOR: "1" };
  return spawnSync(bin, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 28, env });
}

function complaints({ status, stderr }) {
  return status === 0 ? [] : [stderr];
}

/** An entry point without a comment of its own. */
function unnamed(entry) {
  const { nodes } = JSON.parse(deno("doc", "--json", entry).stdout);
  return Object.values(nodes)[0].module_doc?.doc ? [] : [`${entry} has no module comment`];
}
