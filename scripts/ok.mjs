/**
 * The gate: what must hold before a commit, the quick things first, in about a minute. Stops at the first that does not.
 * Of the spec it runs the areas on which the others stand; `npm test` runs all of it.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { ROOT, RUNTIMES, SELF } from "./runtimes.mjs";

const deno = RUNTIMES.find(({ name }) => name === "deno").bin;
/** All but the programs of a guest project, which the spec type-checks there. */
const programs = ["mod.ts", "examples/word_count/main.ts", ...typescript("spec"), ...typescript("examples")];

const CORE = [
  "runtime/adapter",
  "runtime/network",
  "runtime/self",
  "codec/codec",
  "codec/decode",
  "codec/errors",
  "codec/refusals",
  "exports",
  "lock",
  "manager/manager",
  "naming",
  "pool/pool",
  "process/process",
  "process/start",
  "queue/queue",
  "sharing",
  "wire",
];

const STEPS = [
  ["formatted", [deno, "fmt", "--check", "--quiet"]],
  ["linted", [deno, "lint", "--quiet"]],
  ["type-checked", [deno, "check", "--quiet", ...programs]],
  ["packaged", [...SELF, "scripts/package/run.mjs"]],
  ["publishable", [deno, "publish", "--dry-run", "--allow-dirty", "--quiet"], "dist"],
  ["checked", [...SELF, "scripts/check/all.mjs"]],
  ["conforming", [...SELF, "scripts/conformance/run.mjs", ...CORE]],
];

for (const [claim, [program, ...args], folder = "."] of STEPS) {
  const start = performance.now();
  const { status } = spawnSync(program, args, { cwd: `${ROOT}/${folder}`, stdio: "inherit" });
  console.log(`${status === 0 ? "ok    " : "not ok"} ${claim} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (status !== 0) process.exit(1);
}

function typescript(folder) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true })
    .filter((name) => name.endsWith(".ts") && !name.includes("package_guest"))
    .map((name) => `${folder}/${name}`);
}
